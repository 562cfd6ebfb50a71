"""Calculators that need no workbook: interest, due."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xlcredit.cli.answers import amount, answer_json, say, show_table
from xlcredit.cli.app import WORDS, Json, Lang, OptionMissingError, app, parse_day, words
from xlcredit.errors import XlcreditError

if TYPE_CHECKING:
    from xlcredit.core.calculator import Calculated


class NotAnAmountError(XlcreditError):
    """An amount on the command line that is none."""

    code = "not-an-amount"


class NotAPaymentError(XlcreditError):
    """A payment on the command line that is not DATE:AMOUNT."""

    code = "not-a-payment"


def parse_cents(text: str) -> int:
    """An amount in euro as people write it, in cents; NotAnAmountError otherwise, and for parts of a cent."""
    from xlcredit.money import parse_amount
    from xlcredit.numerals import round_to_cents

    value = parse_amount(text)
    is_foreign = _LETTERS.sub("", text).casefold() not in {"", "eur", "euro"}
    if value is None or is_foreign or value != round(value, 2):
        raise NotAnAmountError(found=text)
    return round_to_cents(value)


_LETTERS = re.compile(r"[\W\d_]+")
"""What is no letter of a currency's name."""


def parse_payment(text: str) -> tuple[dt.date, int]:
    """`2026-02-10:400` -> its day and cents; NotAPaymentError otherwise."""
    day, separator, value = text.partition(":")
    if not separator:
        raise NotAPaymentError(found=text)
    return parse_day(day), parse_cents(value)


Day = Annotated[dt.date, typer.Option(parser=parse_day, metavar="AAAA-MM-GG")]


@app.command(help=words("interest"))
def interest(  # noqa: PLR0913  one parameter an option
    amount_text: Annotated[str, typer.Option("--amount", help=words("amount"), show_default=False)],
    due: Annotated[
        dt.date,
        typer.Option(
            "--due", parser=parse_day, metavar="AAAA-MM-GG", help=words("due_date"), show_default=False
        ),
    ],
    as_of: Annotated[
        dt.date | None,
        typer.Option(
            "--as-of", parser=parse_day, metavar="AAAA-MM-GG", help=words("as_of"), show_default=False
        ),
    ] = None,
    payment: Annotated[list[str] | None, typer.Option("--payment", help=words("payment"))] = None,
    regime: Annotated[str, typer.Option("--regime", help=words("regime"))] = "b2b",
    contract_date: Annotated[
        dt.date | None,
        typer.Option("--contract-date", parser=parse_day, metavar="AAAA-MM-GG", help=words("contract_date")),
    ] = None,
    contract_rate: Annotated[str | None, typer.Option("--contract-rate", help=words("contract_rate"))] = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Late-payment interest on one amount."""
    from xlcredit.core.calculator import calculate_interest
    from xlcredit.dates import today
    from xlcredit.parameters.law import load_law

    if regime == "contract" and not contract_rate:
        raise OptionMissingError(option="--contract-rate")
    done = calculate_interest(
        parse_cents(amount_text),
        due,
        as_of or today(),
        [parse_payment(text) for text in payment or ()],
        regime=regime,
        contract_date=contract_date,
        contract_rate_bp=parse_cents(contract_rate.strip().removesuffix("%")) if contract_rate else None,
        law=load_law(),
    )
    if as_json:
        answer_json(_interest_json(done))
    else:
        _show_interest(done)


def _interest_json(done: Calculated) -> dict[str, Any]:
    return {
        "interest": amount(done.interest_cents),
        "days": done.days,
        "open_amount": amount(done.open_cents),
        "lump_sum": amount(done.lump_sum_cents),
        "total_due": amount(done.total_due_cents),
        "segments": [
            {
                "from": segment.from_,
                "to": segment.to,
                "days": segment.days,
                "balance": amount(segment.balance_cents),
                "rate": f"{Decimal(segment.rate_bp) / 100:.2f}",
                "interest": amount(segment.interest_cents),
            }
            for segment in done.segments
        ],
    }


def _show_interest(done: Calculated) -> None:
    show_table(
        WORDS.text("cli.segments"),
        [WORDS.text(f"cli.segment.{key}") for key in ("from", "to", "days", "balance", "rate", "interest")],
        [
            (
                str(WORDS.format(segment.from_)),
                str(WORDS.format(segment.to)),
                str(segment.days),
                WORDS.money(segment.balance_cents),
                f"{WORDS.format(Decimal(segment.rate_bp) / 100)} %",
                WORDS.money(segment.interest_cents),
            )
            for segment in done.segments
        ],
        frozenset({2, 3, 4, 5}),
    )
    for key, cents in (
        ("open_amount", done.open_cents),
        ("interest", done.interest_cents),
        ("lump_sum", done.lump_sum_cents),
        ("total_due", done.total_due_cents),
    ):
        typer.echo(f"{WORDS.header('invoices', key):<24}{WORDS.money(cents):>18}")


@app.command(help=words("due"))
def due(
    document_date: Annotated[
        dt.date,
        typer.Option(
            "--document-date",
            parser=parse_day,
            metavar="AAAA-MM-GG",
            help=words("document_date"),
            show_default=False,
        ),
    ],
    terms: Annotated[str, typer.Option("--terms", help=words("terms"), show_default=False)],
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Due date from payment terms."""
    from xlcredit.terms import due_dates, parse_terms

    instalments = due_dates(document_date, parse_terms(terms))
    if as_json:
        answer_json(
            {
                "due_date": instalments[0][0],
                "instalments": [{"due_date": day, "share": str(share)} for day, share in instalments],
            }
        )
        return
    for number, (day, share) in enumerate(instalments, start=1):
        say("due_line", number=number, day=day, share=f"{WORDS.format(Decimal(share) * 100)} %")
