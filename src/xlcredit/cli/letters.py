"""Commands on letters: propose, letters, cancel, templates check."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xlcredit.cli.answers import (
    amount,
    answer_json,
    exit_with,
    findings_json,
    progress,
    say,
    show_findings,
    show_table,
)
from xlcredit.cli.app import FINDINGS, WORDS, AsOf, Book, Json, Lang, app, parse_reason, templates_app, words
from xlcredit.cli.sending import show_drafts
from xlcredit.errors import XlcreditError
from xlcredit.operations.wording import preflight_lines, words_of

if TYPE_CHECKING:
    from xlcredit.operations.drafts import Drafted
    from xlcredit.operations.issue import Issued, Request
    from xlcredit.operations.propose import Proposed

By = Annotated[str | None, typer.Option("--by", help=words("by"), show_default=False)]


@app.command(help=words("propose"))
def propose(book: Book, as_of: AsOf = None, lang: Lang = None, as_json: Json = False) -> None:
    """Write the sheet of proposed letters."""
    from xlcredit.operations.propose import propose as propose_letters

    done = propose_letters(book, as_of)
    letters = done.proposal.letters
    if as_json:
        answer_json(
            {
                "as_of": done.opened.as_of,
                "letters": [_proposed_json(line) for line in letters.itertuples()],
                "preflight": _preflight_json(done),
                "findings": findings_json(done.findings),
            }
        )
    else:
        _show_proposed(done)
    exit_with(done.findings)


def _show_proposed(done: Proposed) -> None:
    letters = done.proposal.letters
    say("as_of", as_of=done.opened.as_of)
    show_table(
        WORDS.text("cli.proposed", count=len(letters)),
        [
            WORDS.header("proposal", key)
            for key in ("customer_name", "letter_level", "rows", "open_amount", "warnings")
        ],
        [_proposed_line(line) for line in letters.itertuples()],
        frozenset({1, 2, 3}),
    )
    _show_preflight(done)
    say("propose_done", sheet=done.opened.catalogue.sheet("proposal"), count=len(letters))
    show_findings(done.findings)


def _show_preflight(done: Proposed) -> None:
    """What to look at before the letters go."""
    lines = preflight_lines(done.proposal.checks, WORDS)
    if lines:
        say("preflight")
    for line in lines:
        typer.echo(f"  · {line}")


def _preflight_json(done: Proposed) -> list[dict[str, Any]]:
    checks = done.proposal.checks
    return [
        {"check": check, "count": int(count)}
        for check, count in zip(checks["check"], checks["count"], strict=True)
    ]


def _proposed_line(line: Any) -> tuple[str, ...]:  # noqa: ANN401  a named tuple of pandas
    currency = str(line.currency)
    warnings = words_of(str(line.warnings), "warnings", WORDS) if isinstance(line.warnings, str) else ""
    name = str(line.customer_name)
    return (
        name,
        str(line.letter_level),
        str(line.rows),
        WORDS.money(int(line.open_amount), currency),
        warnings,
    )


def _proposed_json(line: Any) -> dict[str, Any]:  # noqa: ANN401  a named tuple of pandas
    return {
        "customer_id": line.customer_id,
        "currency": line.currency,
        "letter_level": int(line.letter_level),
        "rows": int(line.rows),
        "open_amount": amount(line.open_amount),
        "total_due": amount(line.total_due),
        "channel": line.channel if isinstance(line.channel, str) else None,
        "warnings": line.warnings.split("+") if isinstance(line.warnings, str) and line.warnings else [],
    }


@app.command(help=words("letters"))
def letters(  # noqa: PLR0913  one parameter an option
    book: Book,
    out: Annotated[Path, typer.Option("--out", "-o", help=words("out"), show_default=False)],
    as_of: AsOf = None,
    customer: Annotated[list[str] | None, typer.Option("--customer", help=words("customer"))] = None,
    only_level: Annotated[int | None, typer.Option("--only-level", help=words("only_level"))] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help=words("limit"))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=words("dry_run"))] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help=words("pdf"))] = False,
    email: Annotated[bool, typer.Option("--email", help=WORDS.text("sending.help.email"))] = False,
    templates: Annotated[Path | None, typer.Option("--templates", help=words("templates_folder"))] = None,
    by: By = None,
    approved_by: Annotated[str | None, typer.Option("--approved-by", help=words("approved_by"))] = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Issue the proposed letters."""
    from xlcredit.operations.issue import Request, issue, preview

    request = Request(out, as_of, frozenset(customer or ()), only_level, limit, templates, by, approved_by)
    if dry_run:
        done = preview(book, request)
    else:
        with progress(WORDS.text("cli.writing")) as shown:
            done = issue(book, request, shown)
    pdfs, drafted, stopped = [], None, None
    try:
        pdfs = _pdfs(done) if pdf and not dry_run else []
        drafted = _drafts(book, request, as_pdf=pdf) if email and not dry_run else None
    except XlcreditError as error:
        if not done.letters:
            raise
        stopped = error  # the letters are issued: that has to be told first
    findings = [*done.findings, *(drafted.findings if drafted else ())]
    if as_json:
        drafts = {"drafts": [str(path) for path in drafted.drafts]} if drafted else {}
        fault = {"stopped": stopped.code if stopped else None}
        answer_json(_issued_json(done, pdfs) | drafts | fault | {"findings": findings_json(findings)})
    else:
        _show_issued(done, pdfs, dry_run=dry_run)
        if drafted:
            show_drafts(drafted)
    if stopped:
        typer.echo(WORDS.error(stopped), err=True)
        typer.echo(WORDS.text("sending.issued_all_the_same"), err=True)
        raise typer.Exit(FINDINGS)
    exit_with(findings)


def _drafts(book: Path, issued: Request, *, as_pdf: bool) -> Drafted:
    """The messages of the letters that go by e-mail, ready to be looked at."""
    from xlcredit.operations.drafts import make_drafts
    from xlcredit.operations.outbox import Choice
    from xlcredit.operations.send import SendRequest

    choice = Choice(issued.out, issued.customers, issued.only_level)
    return make_drafts(book, SendRequest(choice, issued.as_of, as_pdf, issued.templates, issued.by))


def _pdfs(done: Issued) -> list[Path]:
    from xlcredit.letters.pdf import to_pdf

    with progress(WORDS.text("cli.converting")) as shown:
        paths = [letter.target for letter in done.letters]
        return to_pdf(paths, on_progress=lambda count: shown(count, len(paths)))


def _show_issued(done: Issued, pdfs: list[Path], *, dry_run: bool) -> None:
    completed, removed = done.recovered
    if completed or removed:
        say("recovered", completed=completed, removed=removed)
    if dry_run:
        for letter in done.letters:
            typer.echo(f"  {letter.target}")
    if not done.letters:
        say("nothing_to_issue")
    elif dry_run:
        say("would_issue", count=len(done.letters))
    else:
        say("letters_done", count=len(done.letters), folder=str(done.letters[0].target.parent.parent))
        say("index", path=str(done.index))
        if notices := sum(letter.kind == "formal_notice" for letter in done.letters):
            say("enclosures", count=notices)
    if pdfs:
        say("pdf_done", count=len(pdfs))
    _show_left_out(done)
    show_findings(done.findings)


def _show_left_out(done: Issued) -> None:
    for reason in ("dropped", "unseen", "unticked", "unapproved"):
        frame = getattr(done.selection, reason)
        if len(frame):
            names = ", ".join(frame["customer_name"].astype("str").head(5)) + ("…" if len(frame) > 5 else "")  # noqa: PLR2004
            say(f"left_out_{reason}", count=len(frame), names=names)


def _issued_json(done: Issued, pdfs: list[Path]) -> dict[str, Any]:
    return {
        "as_of": done.opened.as_of,
        "letters": [
            {
                "reminder_id": letter.reminder_id,
                "customer_id": letter.customer_id,
                "currency": letter.currency,
                "letter_level": letter.level,
                "rows": letter.rows,
                "open_amount": amount(letter.open_cents),
                "total_due": amount(letter.total_cents),
                "channel": letter.channel,
                "file": str(letter.target),
            }
            for letter in done.letters
        ],
        "index": str(done.index) if done.index else None,
        "pdf": [str(path) for path in pdfs],
        "left_out": {
            reason: getattr(done.selection, reason)["customer_id"].astype("str").tolist()
            for reason in ("dropped", "unseen", "unticked", "unapproved")
        },
    }


@app.command(help=words("cancel"))
def cancel(  # noqa: PLR0913  one parameter an option
    book: Book,
    reminder: Annotated[str, typer.Argument(help=words("reminder"), show_default=False)],
    reason: Annotated[
        str,
        typer.Option(
            "--reason", help=words("reason"), parser=parse_reason, metavar="<str>", show_default=False
        ),
    ],
    by: By = None,
    as_of: AsOf = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Cancel a reminder issued wrongly."""
    from xlcredit.operations.cancel import cancel as cancel_reminder

    done = cancel_reminder(book, reminder, reason, by, as_of)
    if as_json:
        answer_json(asdict(done))
        return
    say("cancelled", reminder=done.reminder_id, customer=done.customer_id, count=done.rows)
    if done.was_sent:
        say("cancelled_sent")


@templates_app.command("check", help=words("templates_check"))
def templates_check(
    folder: Annotated[Path | None, typer.Argument(help=words("templates_folder"), show_default=False)] = None,
    lang: Lang = None,
) -> None:
    """Check letter templates before they are used."""
    from xlcredit.operations.templates import check_templates

    checked, findings = check_templates(folder)
    show_findings(findings, most=len(findings))
    say("templates_checked", count=checked)
    exit_with(findings)
