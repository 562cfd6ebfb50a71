"""Commands on payment plans: plan propose, sign, withdraw, remind, default."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xlcredit.cli.answers import amount, answer_json
from xlcredit.cli.app import WORDS, AsOf, Book, Json, Lang, app, parse_day
from xlcredit.cli.calculators import parse_cents
from xlcredit.cli.desk import (
    Confirmed,
    Customer,
    Instalment,
    Invoices,
    Year,
    choice_of,
    row_names,
    told_choices,
)
from xlcredit.cli.sending import show_drafts

if TYPE_CHECKING:
    from xlcredit.operations.desk.plan import Planned, Reminded
    from xlcredit.operations.desk.plan_letters import PlanLetter
    from xlcredit.operations.drafts import Drafted


def _words(key: str) -> str:
    return WORDS.text(f"plans.help.{key}", choices=told_choices("plan_frequency"))


plans_app = typer.Typer(help=_words("group"), no_args_is_help=True)
app.add_typer(plans_app, name="plan")

Plan = Annotated[str, typer.Argument(help=_words("plan"), show_default=False)]
Out = Annotated[Path, typer.Option("--out", help=_words("out"), show_default=False)]


def _say(key: str, **facts: Any) -> None:  # noqa: ANN401  facts are of any type
    typer.echo(WORDS.text(f"plans.done.{key}", **facts))


@plans_app.command("propose", help=_words("propose"))
def propose(  # noqa: PLR0913  one parameter an option
    book: Book,
    customer: Customer,
    first: Annotated[
        dt.date,
        typer.Option(
            "--first", parser=parse_day, metavar="AAAA-MM-GG", help=_words("first"), show_default=False
        ),
    ],
    out: Out,
    number: Annotated[int, typer.Option("--instalments", min=1, help=_words("number"))] = 1,
    frequency: Annotated[
        str,
        typer.Option("--frequency", parser=choice_of("plan_frequency"), metavar="", help=_words("frequency")),
    ] = "monthly",
    interest: Annotated[bool, typer.Option("--interest", help=_words("interest"))] = False,
    settlement: Annotated[
        str | None, typer.Option("--settlement", help=_words("settlement"), show_default=False)
    ] = None,
    confirmed_by: Confirmed = None,
    invoice: Invoices = None,
    instalment: Instalment = None,
    year: Year = None,
    as_of: AsOf = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Propose a plan, with its letter."""
    from xlcredit.operations.desk.plan import Terms, plan

    sum_cents = None if settlement is None else parse_cents(settlement)
    terms = Terms(first, number, frequency, interest, sum_cents, confirmed_by)
    done = plan(book, row_names(customer, invoice, instalment, year), terms, out, as_of)
    if as_json:
        _answer(done)
        return
    rows = done.entered.assessment.rows["row_currency"].iloc[done.entered.rows]
    total = WORDS.money(int(done.lines["amount"].sum()), str(rows.iloc[0]))
    _say("proposed", plan=done.plan_id, count=len(done.lines), amount=total, first=first)
    _say("letter", path=str(done.letter))
    if done.left_out:
        _say("left_out", count=len(done.left_out), rows="; ".join(done.left_out))


def _answer(done: Planned) -> None:
    """The plan's instalments, for programs."""
    lines = [_line_json(line) for line in done.lines.itertuples()]
    letter = str(done.letter) if done.letter else None
    answer_json({
        "as_of": done.entered.opened.as_of, "plan_id": done.plan_id, "instalments": lines, "letter": letter,
        "reminder_id": done.reminder_id or None, "left_out": list(done.left_out),
    })  # fmt: skip


def _line_json(line: Any) -> dict[str, Any]:  # noqa: ANN401  a named tuple of pandas
    return {
        "instalment": int(line.instalment),
        "due_date": line.due_date.date(),
        "amount": amount(line.amount),
    }


@plans_app.command("sign", help=_words("sign"))
def sign(  # noqa: PLR0913  one parameter an option
    book: Book,
    plan: Plan,
    on: Annotated[
        dt.date,
        typer.Option(
            "--on", parser=parse_day, metavar="AAAA-MM-GG", help=_words("signed_on"), show_default=False
        ),
    ],
    file: Annotated[str | None, typer.Option("--file", help=_words("file"), show_default=False)] = None,
    correct: Annotated[bool, typer.Option("--correct", help=_words("correct"))] = False,
    as_of: AsOf = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Record the customer's signature."""
    from xlcredit.operations.desk.plan import sign_plan

    done = sign_plan(book, plan, on, file, as_of, corrects=correct)
    _answer(done) if as_json else _say("signed_late" if done.is_default else "signed", plan=plan, on=on)


@plans_app.command("withdraw", help=_words("withdraw"))
def withdraw(book: Book, plan: Plan, as_of: AsOf = None, lang: Lang = None, as_json: Json = False) -> None:
    """Withdraw a plan."""
    from xlcredit.operations.desk.plan import withdraw_plan

    done = withdraw_plan(book, plan, as_of)
    _answer(done) if as_json else _say("withdrawn", plan=plan)


@plans_app.command("remind", help=_words("remind"))
def remind(  # noqa: PLR0913  one parameter an option
    book: Book,
    out: Out,
    plan: Annotated[str | None, typer.Argument(help=_words("remind_plan"), show_default=False)] = None,
    email: Annotated[bool, typer.Option("--email", help=WORDS.text("sending.help.email"))] = False,
    as_of: AsOf = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Write the reminders of the instalments that fall due soon."""
    from xlcredit.operations.desk.plan import remind_instalments

    done = remind_instalments(book, out, plan, as_of)
    drafted = _drafts(book, out, done, as_of) if email else None
    if as_json:
        drafts = {"drafts": [str(path) for path in drafted.drafts]} if drafted else {}
        letters = [_letter_json(letter) for letter in done.letters]
        answer_json({"letters": letters, "silenced": done.silenced, **drafts})
        return
    if done.letters:
        _say("reminded", count=len(done.letters), folder=str(done.letters[0].target.parent))
    else:
        _say("nothing_to_remind")
    if done.silenced:
        _say("silenced", count=len(done.silenced), plans=", ".join(done.silenced))
    if drafted:
        show_drafts(drafted)


def _letter_json(letter: PlanLetter) -> dict[str, Any]:
    return {
        "reminder_id": letter.reminder_id,
        "plan_id": letter.agreement.plan_id,
        "customer_id": letter.agreement.customer_id,
        "channel": letter.channel,
        "letter": str(letter.target),
    }


def _drafts(book: Path, out: Path, done: Reminded, as_of: dt.date | None) -> Drafted | None:
    """The messages of the reminders that go by e-mail, ready to be looked at; None where none does."""
    from xlcredit.mail.account import CHANNELS
    from xlcredit.operations.drafts import make_drafts
    from xlcredit.operations.outbox import Choice
    from xlcredit.operations.send import SendRequest

    ids = frozenset(letter.reminder_id for letter in done.letters if letter.channel in CHANNELS)
    return make_drafts(book, SendRequest(Choice(out, again=ids), as_of, as_pdf=False)) if ids else None


@plans_app.command("default", help=_words("default"))
def default(  # noqa: PLR0913  one parameter an option
    book: Book, plan: Plan, out: Out, as_of: AsOf = None, lang: Lang = None, as_json: Json = False
) -> None:
    """Tell the customer that the plan is in default."""
    from xlcredit.operations.desk.plan import tell_default

    done = tell_default(book, plan, out, as_of)
    _answer(done) if as_json else _say("told", plan=plan, path=str(done.letter))
