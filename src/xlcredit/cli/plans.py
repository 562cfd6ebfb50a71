"""Commands on payment plans: plan propose, sign, withdraw, default."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xlcredit.cli.answers import amount, answer_json
from xlcredit.cli.app import WORDS, AsOf, Book, Json, Lang, app, parse_day
from xlcredit.cli.calculators import parse_cents
from xlcredit.cli.desk import Customer, Instalment, Invoices, Year, choice_of, row_names
from xlcredit.vocabularies import VOCABULARIES

if TYPE_CHECKING:
    from xlcredit.operations.desk.plan import Planned

_FREQUENCIES = ", ".join(VOCABULARIES["plan_frequency"])


def _words(key: str) -> str:
    return WORDS.text(f"plans.help.{key}", choices=_FREQUENCIES)


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
    terms = Terms(first, number, frequency, interest, sum_cents)
    done = plan(book, row_names(customer, invoice, instalment, year), terms, out, as_of)
    if as_json:
        _answer(done)
        return
    rows = done.entered.assessment.rows["row_currency"].iloc[done.entered.rows]
    total = WORDS.money(int(done.lines["amount"].sum()), str(rows.iloc[0]))
    _say("proposed", plan=done.plan_id, count=len(done.lines), amount=total, first=first)
    _say("letter", path=str(done.letter))


def _answer(done: Planned) -> None:
    """The plan's instalments, for programs."""
    lines = [_line_json(line) for line in done.lines.itertuples()]
    letter = str(done.letter) if done.letter else None
    answer_json({
        "as_of": done.entered.opened.as_of, "plan_id": done.plan_id, "instalments": lines, "letter": letter,
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
    as_of: AsOf = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Record the customer's signature."""
    from xlcredit.operations.desk.plan import sign_plan

    done = sign_plan(book, plan, on, file, as_of)
    _answer(done) if as_json else _say("signed", plan=plan, on=on)


@plans_app.command("withdraw", help=_words("withdraw"))
def withdraw(book: Book, plan: Plan, as_of: AsOf = None, lang: Lang = None, as_json: Json = False) -> None:
    """Withdraw a plan."""
    from xlcredit.operations.desk.plan import withdraw_plan

    done = withdraw_plan(book, plan, as_of)
    _answer(done) if as_json else _say("withdrawn", plan=plan)


@plans_app.command("default", help=_words("default"))
def default(  # noqa: PLR0913  one parameter an option
    book: Book, plan: Plan, out: Out, as_of: AsOf = None, lang: Lang = None, as_json: Json = False
) -> None:
    """Tell the customer that the plan is in default."""
    from xlcredit.operations.desk.plan import tell_default

    done = tell_default(book, plan, out, as_of)
    _answer(done) if as_json else _say("told", plan=plan, path=str(done.letter))
