"""Commands on the post: send, receipts, receipt, password."""

from __future__ import annotations

import datetime as dt
import signal
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xlcredit.cli.answers import answer_json, exit_with, findings_json, progress, show_findings
from xlcredit.cli.app import FINDINGS, WORDS, AsOf, Book, Json, Lang, app, parse_day, words
from xlcredit.errors import XlcreditError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from xlcredit.mail.delivery import Outcome
    from xlcredit.operations.drafts import Drafted
    from xlcredit.operations.record_receipt import Fate
    from xlcredit.operations.send import SendRequest, Sent


class OneFateError(XlcreditError):
    """Of what can have happened to a letter, exactly one is to be said."""

    code = "one-fate"


def _help(key: str) -> str:
    return WORDS.text(f"sending.help.{key}")


def _say(key: str, **facts: Any) -> None:  # noqa: ANN401  facts are of any type
    typer.echo(WORDS.text(f"sending.{key}", **facts))


By = Annotated[str | None, typer.Option("--by", help=words("by"), show_default=False)]
Out = Annotated[Path, typer.Option("--out", "-o", help=_help("out"), show_default=False)]


_DAY = "AAAA-MM-GG"
SentOn = Annotated[
    dt.date | None,
    typer.Option("--sent", parser=parse_day, metavar=_DAY, help=_help("fate_sent"), show_default=False),
]
ReceivedOn = Annotated[
    dt.date | None,
    typer.Option(
        "--received", parser=parse_day, metavar=_DAY, help=_help("fate_received"), show_default=False
    ),
]
RefusedOn = Annotated[
    dt.date | None,
    typer.Option("--refused", parser=parse_day, metavar=_DAY, help=_help("fate_refused"), show_default=False),
]
UnclaimedOn = Annotated[
    dt.date | None,
    typer.Option(
        "--unclaimed", parser=parse_day, metavar=_DAY, help=_help("fate_unclaimed"), show_default=False
    ),
]
ReturnedOn = Annotated[
    dt.date | None,
    typer.Option(
        "--returned", parser=parse_day, metavar=_DAY, help=_help("fate_returned"), show_default=False
    ),
]


@app.command(help=_help("send"))
def send(  # noqa: PLR0913  one parameter an option
    book: Book,
    out: Out,
    as_of: AsOf = None,
    customer: Annotated[list[str] | None, typer.Option("--customer", help=words("customer"))] = None,
    only_level: Annotated[int | None, typer.Option("--only-level", help=words("only_level"))] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help=words("limit"))] = None,
    resend: Annotated[list[str] | None, typer.Option("--resend", help=_help("resend"))] = None,
    word: Annotated[bool, typer.Option("--word", help=_help("word"))] = False,
    drafts: Annotated[bool, typer.Option("--drafts", help=_help("drafts"))] = False,
    outlook: Annotated[bool, typer.Option("--outlook", help=_help("outlook"))] = False,
    any_hour: Annotated[bool, typer.Option("--any-hour", help=_help("any_hour"))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_help("dry_run"))] = False,
    templates: Annotated[Path | None, typer.Option("--templates", help=words("templates_folder"))] = None,
    by: By = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Send the issued letters that go by e-mail and certified e-mail."""
    from xlcredit.operations.outbox import Choice
    from xlcredit.operations.send import SendRequest, preview_sending

    choice = Choice(out, frozenset(customer or ()), only_level, limit, frozenset(resend or ()))
    request = SendRequest(choice, as_of, not word, templates, by, any_hour)
    if (drafts or outlook) and not dry_run:
        _make_drafts(book, request, in_outlook=outlook, as_json=as_json)
        return
    done = preview_sending(book, request) if dry_run else _send(book, request)
    if as_json:
        answer_json(_sent_json(done))
    else:
        _show_sent(done, dry_run=dry_run)
    exit_with(done.findings)
    if not dry_run and not done.is_complete:
        raise typer.Exit(FINDINGS)


def _send(book: Path, request: SendRequest) -> Sent:
    from xlcredit.operations.send import Pace
    from xlcredit.operations.send import send as send_letters

    with progress(WORDS.text("sending.sending")) as shown, _stoppable() as is_stopped:
        return send_letters(book, request, Pace(on_progress=shown, is_stopped=is_stopped))


@contextmanager
def _stoppable() -> Iterator[Callable[[], bool]]:
    """Ctrl-C lets the message on its way arrive and stops before the next one; a second one interrupts."""
    asked: list[int] = []

    def stop(number: int, _frame: object) -> None:
        asked.append(number)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


def _make_drafts(book: Path, request: SendRequest, *, in_outlook: bool, as_json: bool) -> None:
    from xlcredit.mail.outlook import open_outlook
    from xlcredit.operations.drafts import make_drafts

    done = make_drafts(book, request, open_outlook() if in_outlook else None)
    if as_json:
        answer_json({"drafts": [str(path) for path in done.drafts], "findings": findings_json(done.findings)})
    else:
        show_drafts(done)
    exit_with(done.findings)


def show_drafts(done: Drafted) -> None:
    """Say how many drafts were made and where they are, and what stays."""
    if done.drafts:
        _say("drafts_done", count=len(done.drafts), folder=str(done.drafts[0].parent.parent))
    else:
        _say("nothing_to_send")
    show_findings(done.findings, notes=True)


def _sent_json(done: Sent) -> dict[str, Any]:
    stopped = done.stopped if isinstance(done.stopped, str) else done.stopped.code
    return {
        "letters": [
            {
                "reminder_id": letter.reminder_id,
                "customer_id": letter.customer_id,
                "channel": letter.channel,
                "to": list(letter.to),
                "state": outcome.state if outcome else None,
                "words": outcome.words if outcome else None,
            }
            for letter in done.letters
            for outcome in [(done.outcomes | done.remembered).get(letter.reminder_id)]
        ],
        "stopped": stopped or None,
        "recorded": done.unrecorded is None,
        "findings": findings_json(done.findings),
    }


def _show_sent(done: Sent, *, dry_run: bool) -> None:
    if done.recovered:
        _say("recovered", count=done.recovered)
    if dry_run:
        for letter in done.letters:
            channel = WORDS.choice("channel", letter.channel)
            typer.echo(f"  {letter.reminder_id}  {channel}  {', '.join(letter.to)}  {letter.file.name}")
    if not done.letters:
        _say("nothing_to_send")
    elif dry_run:
        _say("would_send", count=len(done.letters))
    else:
        _show_outcomes(done)
    show_findings(done.findings, notes=True)


def _show_outcomes(done: Sent) -> None:
    _say("sent", count=done.count("sent"))
    if count := done.count_remembered("sent"):
        _say("remembered", count=count)
    for state in ("failed", "ambiguous", "deferred"):
        _show_state(state, state, done.outcomes)
    for state in ("failed", "ambiguous"):
        _show_state(f"remembered_{state}", state, done.remembered)
    if isinstance(done.stopped, XlcreditError):
        typer.echo(WORDS.error(done.stopped))
    elif done.stopped:
        _say(f"stopped.{done.stopped}")
    if done.left:
        _say("left", count=done.left)
    if done.unrecorded:
        _say("unrecorded", reason=WORDS.error(done.unrecorded))


def _show_state(key: str, state: str, outcomes: Mapping[str, Outcome]) -> None:
    """Say how many letters came to a state, and each one's words of the server."""
    found = {reminder: outcome.words for reminder, outcome in outcomes.items() if outcome.state == state}
    if found:
        _say(key, count=len(found))
    for reminder, said in found.items():
        typer.echo(f"  {reminder}  {said}")


@app.command(help=_help("receipts"))
def receipts(  # noqa: PLR0913  one parameter an option
    book: Book,
    folder: Annotated[Path, typer.Argument(help=_help("receipts_folder"), show_default=False)],
    as_of: AsOf = None,
    by: By = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Read certified e-mail receipts back into the register."""
    from xlcredit.operations.receipts import read_receipts

    done = read_receipts(book, folder, by, as_of)
    if as_json:
        recorded = [{"reminder_id": reminder, "event": event} for reminder, event in done.recorded]
        counts = {"known": done.known, "others": done.others}
        answer_json({"recorded": recorded, **counts, "findings": findings_json(done.findings)})
    else:
        for reminder, event in done.recorded:
            typer.echo(f"  {reminder}  {WORDS.choice('event', event)}")
        _say("receipts_done", count=len(done.recorded))
        if done.known:
            _say("receipts_known", count=done.known)
        if done.others:
            _say("receipts_others", count=done.others)
        show_findings(done.findings)
    exit_with(done.findings)


@app.command(help=_help("receipt"))
def receipt(  # noqa: PLR0913  one parameter an option
    book: Book,
    reminder: Annotated[str, typer.Argument(help=words("reminder"), show_default=False)],
    sent: SentOn = None,
    received: ReceivedOn = None,
    refused: RefusedOn = None,
    unclaimed: UnclaimedOn = None,
    returned: ReturnedOn = None,
    file: Annotated[Path | None, typer.Option("--file", help=_help("file"), show_default=False)] = None,
    note: Annotated[str | None, typer.Option("--note", help=_help("note"), show_default=False)] = None,
    as_of: AsOf = None,
    by: By = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Record how a letter fared: posted, received, refused, not collected, returned."""
    from xlcredit.operations.record_receipt import FateOfLetter, record_receipt

    fates: dict[Fate, dt.date | None] = {
        "sent": sent,
        "received": received,
        "refused": refused,
        "unclaimed": unclaimed,
        "returned": returned,
    }
    said = [(fate, day) for fate, day in fates.items() if day is not None]
    if len(said) != 1:
        raise OneFateError(count=len(said))
    fate, day = said[0]
    done = record_receipt(book, FateOfLetter(reminder, fate, day, file, note, by), as_of)
    if as_json:
        answer_json(
            {
                "reminder_id": reminder,
                "customer_id": done.customer_id,
                "event": done.event,
                "new": done.is_new,
                "before": done.before,
            }
        )
    else:
        key = "recorded" if done.is_new else "recorded_before"
        _say(key, reminder=reminder, fate=WORDS.text(f"fates.{fate}"), day=day)
        if done.before:
            _say("recorded_instead", before=done.before)


@app.command(help=_help("password"))
def password(
    book: Book,
    pec: Annotated[bool, typer.Option("--pec", help=_help("pec"))] = False,
    lang: Lang = None,
) -> None:
    """Give the system's keyring the password of the mailbox."""
    from xlcredit.operations.mailbox import keep_mail_password, mailbox_of

    mailbox = mailbox_of(book, "pec" if pec else "email")
    prompt = WORDS.text("sending.password_prompt", user=mailbox.user, host=mailbox.host)
    keep_mail_password(mailbox, typer.prompt(prompt, hide_input=True))
    _say("password_kept", user=mailbox.user, host=mailbox.host)
