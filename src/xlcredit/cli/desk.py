"""Commands of the collector's desk: contact, promise, dispute, hold, release, allowance, set-off, approve."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.cli.answers import amount, answer_json
from xlcredit.cli.app import WORDS, AsOf, Book, Json, Lang, OptionMissingError, app, parse_day, parse_reason
from xlcredit.cli.calculators import parse_cents
from xlcredit.errors import XlcreditError
from xlcredit.operations.desk.rows import RowName
from xlcredit.operations.wording import words_of
from xlcredit.vocabularies import VOCABULARIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlcredit.operations.desk.draft import Entered


class NotAChoiceError(XlcreditError):
    """A word that is none of a vocabulary's."""

    code = "not-a-choice"


class OptionAloneError(XlcreditError):
    """An option that says nothing without another one."""

    code = "option-alone"


class OptionsExclusiveError(XlcreditError):
    """Two options of which each excludes the other."""

    code = "options-exclusive"


def need_with(needed: str, is_given: object, **options: object) -> None:
    """Refuse `options` that say nothing unless `needed` is given.

    Raises:
        OptionAloneError
    """
    if not is_given and (given := _given(options)):
        raise OptionAloneError(option=given[0], needed=needed)


def need_without(excluded: str, is_given: object, **options: object) -> None:
    """Refuse `options` that say nothing once `excluded` is given.

    Raises:
        OptionsExclusiveError
    """
    if is_given and (given := _given(options)):
        raise OptionsExclusiveError(option=given[0], other=excluded)


def _given(options: dict[str, object]) -> list[str]:
    """Those that were written, as they are written."""
    return [f"--{name.replace('_', '-')}" for name, value in options.items() if value]


_RESOLVED = "resolved"
"""The phase that a case enters by its outcome alone."""


def help_of(key: str, vocabulary: str | None = None) -> str:
    """The help of a command or option, with the values that it takes."""
    return WORDS.text(f"desk.help.{key}", choices=told_choices(vocabulary) if vocabulary else "")


def told_choices(vocabulary: str) -> str:
    """The values of a vocabulary: each key with its word."""
    return ", ".join(f"{key} ({WORDS.choice(vocabulary, key)})" for key in VOCABULARIES[vocabulary])


def choice_of(vocabulary: str) -> Callable[[str], str]:
    """A parser for a value of a vocabulary: its key, or its word in either language."""

    def parse(text: str) -> str:
        wanted = " ".join(text.split()).casefold()
        for key in VOCABULARIES[vocabulary]:
            words = {Catalogue(language).choice(vocabulary, key).casefold() for language in LANGUAGES}
            if wanted in {key.casefold(), *words}:
                return key
        raise NotAChoiceError(found=text, known=told_choices(vocabulary))

    return parse


def _option(name: str, key: str, **more: Any) -> Any:  # noqa: ANN401  as typer has it
    return typer.Option(name, help=help_of(key), show_default=False, **more)


def _day(name: str, key: str) -> Any:  # noqa: ANN401  as typer has it
    return _option(name, key, parser=parse_day, metavar="AAAA-MM-GG")


def _choice(name: str, key: str, vocabulary: str) -> Any:  # noqa: ANN401  as typer has it
    text = help_of(key, vocabulary)
    return typer.Option(
        name, help=text, show_default=False, parser=choice_of(vocabulary), metavar=vocabulary.upper()
    )


Customer = Annotated[str, _option("--customer", "customer")]
Invoices = Annotated[list[str] | None, _option("--invoice", "invoice")]
Instalment = Annotated[int | None, _option("--instalment", "instalment", min=1)]
Year = Annotated[int | None, _option("--year", "year")]
Amount = Annotated[str | None, _option("--amount", "amount")]
Notes = Annotated[str | None, _option("--notes", "notes")]
Confirmed = Annotated[str | None, _option("--confirmed-by", "confirmed_by")]
Undo = Annotated[bool, _option("--undo", "undo")]


def row_names(
    customer: str, invoices: list[str] | None, instalment: int | None, year: int | None
) -> list[RowName]:
    """The ledger rows meant by the options that name them."""
    return [RowName(customer, invoice, instalment, year) for invoice in invoices or [None]]  # type: ignore[list-item]


def _cents(text: str | None) -> int | None:
    return None if text is None else parse_cents(text)


def _say(key: str, **facts: Any) -> None:  # noqa: ANN401  facts are of any type
    typer.echo(WORDS.text(f"desk.done.{key}", **facts))


def _answer(entered: Entered, **more: Any) -> None:  # noqa: ANN401  any JSON-able fact
    """The rows concerned as they now stand, for programs."""
    rows = entered.assessment.rows.iloc[entered.rows]
    lines = [_row_json(row) for row in rows.itertuples()]
    answer_json({"as_of": entered.opened.as_of, "rows": lines, **more})


def _row_json(row: Any) -> dict[str, Any]:  # noqa: ANN401  a named tuple of pandas
    return {
        "customer_id": row.customer_id,
        "invoice_id": row.invoice_id,
        "instalment": int(row.row_instalment),
        "open_amount": amount(row.open_amount),
        "hold": row.hold.split("+") if isinstance(row.hold, str) and row.hold else [],
    }


@app.command(help=help_of("contact"))
def contact(  # noqa: PLR0913  one parameter an option
    book: Book,
    customer: Customer,
    channel: Annotated[str, _choice("--channel", "channel", "channel")],
    outcome: Annotated[str, _choice("--outcome", "outcome", "contact_outcome")],
    invoice: Invoices = None,
    text: Annotated[str | None, _option("--text", "text")] = None,
    next_action: Annotated[str | None, _option("--next", "next_action")] = None,
    next_date: Annotated[dt.date | None, _day("--next-date", "next_date")] = None,
    by: Annotated[str | None, typer.Option("--by", help=WORDS.text("cli.help.by"))] = None,
    promise: Annotated[dt.date | None, _day("--promise", "promised")] = None,
    amount_text: Amount = None,
    dispute: Annotated[str | None, _choice("--dispute", "dispute_reason", "dispute_reason")] = None,
    department: Annotated[str | None, _option("--department", "department")] = None,
    owner: Annotated[str | None, _option("--owner", "owner")] = None,
    as_of: AsOf = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Record a contact and what came of it."""
    from xlcredit.operations.desk.contact import Contact, record_contact
    from xlcredit.operations.desk.dispute import Contested

    need_with("--dispute", dispute, department=department, owner=owner)
    need_with("--promise / --dispute", promise or dispute, amount=amount_text)
    need_without("--promise --dispute", promise and dispute, amount=amount_text)
    cents = _cents(amount_text)
    said = Contact(
        customer, channel, outcome, tuple(invoice or ()), text, next_action, next_date, by,
        promise=(promise, cents) if promise else None,
        dispute=Contested(dispute, department, owner, cents) if dispute else None,
    )  # fmt: skip
    done = record_contact(book, said, as_of)
    if as_json:
        _answer(done.entered, was_lawful=done.was_lawful, follow_up=done.follow_up)
        return
    _say("contact")
    for objection in done.objections:
        _say(f"call_{objection}")
    if done.follow_up:
        _say("follow_up", actions=words_of("+".join(done.follow_up), "actions", WORDS))


@app.command(help=help_of("promise"))
def promise(  # noqa: PLR0913  one parameter an option
    book: Book,
    customer: Customer,
    day: Annotated[dt.date | None, _day("--day", "day")] = None,
    invoice: Invoices = None,
    instalment: Instalment = None,
    year: Year = None,
    amount_text: Amount = None,
    notes: Notes = None,
    withdraw: Annotated[bool, _option("--withdraw", "withdraw")] = False,
    as_of: AsOf = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Record a promise, or withdraw it."""
    from xlcredit.operations.desk.promise import promise as record
    from xlcredit.operations.desk.promise import withdraw_promise
    from xlcredit.operations.desk.told import documents_of, money_of

    need_without("--withdraw", withdraw, day=day, amount=amount_text)
    names = row_names(customer, invoice, instalment, year)
    if withdraw:
        done = withdraw_promise(book, names, notes, as_of)
        key, facts = "withdrawn", {}
    elif day is None:
        raise OptionMissingError(option="--day")
    else:
        done = record(book, names, day, _cents(amount_text), notes, as_of)
        documents = documents_of(done.assessment, done.rows, WORDS)
        promised = money_of(done, done.amounts, WORDS)
        key, facts = "promise", {"day": day, "amount": promised, "documents": documents}
    _answer(done) if as_json else _say(key, count=len(done.rows), **facts)


@app.command(help=help_of("dispute"))
def dispute(  # noqa: PLR0913  one parameter an option
    book: Book,
    customer: Customer,
    reason: Annotated[str | None, _choice("--reason", "dispute_reason", "dispute_reason")] = None,
    invoice: Invoices = None,
    instalment: Instalment = None,
    year: Year = None,
    whole_customer: Annotated[bool, _option("--whole-customer", "whole_customer")] = False,
    amount_text: Amount = None,
    department: Annotated[str | None, _option("--department", "department")] = None,
    owner: Annotated[str | None, _option("--owner", "owner")] = None,
    phase: Annotated[str | None, _choice("--phase", "phase", "dispute_phase")] = None,
    deadline: Annotated[dt.date | None, _day("--deadline", "deadline")] = None,
    outcome: Annotated[str | None, _choice("--outcome", "outcome", "dispute_outcome")] = None,
    credit: Annotated[str | None, _option("--credit-note", "credit")] = None,
    notes: Notes = None,
    as_of: AsOf = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Open a dispute, move it on or close it."""
    from xlcredit.operations.desk import dispute as cases
    from xlcredit.operations.desk.told import closed_cases, deadline_of, money_of

    opening = {"reason": reason, "amount": amount_text, "whole_customer": whole_customer}
    need_without("--outcome", outcome, phase=phase, **opening, department=department, owner=owner,
                 deadline=deadline)  # fmt: skip
    need_without("--phase", phase, **opening)
    need_with("--outcome", outcome, credit_note=credit)
    need_without("--whole-customer", whole_customer, invoice=invoice, instalment=instalment, year=year)
    names = row_names(customer, invoice, instalment, year)
    if outcome:
        done = cases.resolve_dispute(book, names, outcome, _cents(credit), notes, as_of)
        told = closed_cases(done, WORDS)
    elif phase == _RESOLVED:
        raise OptionMissingError(option="--outcome")
    elif phase:
        followed = cases.Followed(department, owner, notes)
        done = cases.move_dispute(book, names, phase, deadline, followed, as_of)
        word = WORDS.choice("dispute_phase", phase)
        told = WORDS.text("desk.done.phase", phase=word, deadline=deadline_of(done))
    elif reason:
        contested = cases.Contested(reason, department, owner, _cents(amount_text), deadline, notes)
        done = (
            cases.dispute_customer(book, customer, contested, as_of)
            if whole_customer
            else cases.dispute(book, names, contested, as_of)
        )
        held = done.assessment.pursuit.agreed.disputed.amount[done.rows]
        told = WORDS.text("desk.done.dispute", count=len(done.rows), amount=money_of(done, held, WORDS))
    else:
        raise OptionMissingError(option="--reason")
    _answer(done) if as_json else typer.echo(told)


@app.command(help=help_of("hold"))
def hold(  # noqa: PLR0913  one parameter an option
    book: Book,
    customer: Customer,
    until: Annotated[dt.date, _day("--until", "until")],
    reason: Annotated[str, _option("--reason", "reason", parser=parse_reason, metavar="<str>")],
    invoice: Invoices = None,
    instalment: Instalment = None,
    year: Year = None,
    as_of: AsOf = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Stop the dunning of rows or of a customer."""
    from xlcredit.operations.desk.hold import hold as hold_rows

    done = hold_rows(book, row_names(customer, invoice, instalment, year), until, reason, as_of)
    if as_json:
        _answer(done)
    elif len(done.rows):
        _say("hold", count=len(done.rows), until=until)
    else:
        _say("hold_customers", count=1, until=until)


@app.command(help=help_of("release"))
def release(  # noqa: PLR0913  one parameter an option
    book: Book,
    customer: Customer,
    invoice: Invoices = None,
    instalment: Instalment = None,
    year: Year = None,
    as_of: AsOf = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Take the hold off rows or a customer."""
    from xlcredit.operations.desk.hold import release as release_rows

    done = release_rows(book, row_names(customer, invoice, instalment, year), as_of)
    _answer(done) if as_json else _say("release")


@app.command(help=help_of("allowance"))
def allowance(  # noqa: PLR0913  one parameter an option
    book: Book,
    customer: Customer,
    reason: Annotated[str, _option("--reason", "reason", parser=parse_reason, metavar="<str>")],
    invoice: Invoices = None,
    instalment: Instalment = None,
    year: Year = None,
    amount_text: Amount = None,
    confirmed_by: Confirmed = None,
    undo: Undo = False,
    as_of: AsOf = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Give up a part of what rows owe."""
    names = row_names(customer, invoice, instalment, year)
    _settle(book, names, "allowance", _cents(amount_text), reason, confirmed_by, as_of, undo, as_json)


@app.command("set-off", help=help_of("set_off"))
def set_off(  # noqa: PLR0913  one parameter an option
    book: Book,
    customer: Customer,
    reason: Annotated[str, _option("--reason", "reason", parser=parse_reason, metavar="<str>")],
    invoice: Invoices = None,
    instalment: Instalment = None,
    year: Year = None,
    amount_text: Amount = None,
    confirmed_by: Confirmed = None,
    undo: Undo = False,
    as_of: AsOf = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Set rows off against what we owe the customer."""
    names = row_names(customer, invoice, instalment, year)
    _settle(book, names, "set_off", _cents(amount_text), reason, confirmed_by, as_of, undo, as_json)


def _settle(  # noqa: PLR0913  what both commands take
    book: Any,  # noqa: ANN401  a path
    names: list[RowName],
    kind: str,
    cents: int | None,
    reason: str,
    confirmed_by: str | None,
    as_of: dt.date | None,
    undo: bool,
    as_json: bool,
) -> None:
    from xlcredit.operations.desk.settle import settle, take_back
    from xlcredit.operations.desk.told import documents_of, money_of, residue_of

    need_without("--undo", undo, amount=cents is not None)
    if undo:
        done = take_back(book, names, kind, reason, confirmed_by, as_of)
    else:
        done = settle(book, names, kind, cents, reason, confirmed_by, as_of)
    left = money_of(done, residue_of(done), WORDS)
    if as_json:
        _answer(done)
    elif undo:
        _say(
            "undone",
            count=len(done.rows),
            documents=documents_of(done.assessment, done.rows, WORDS),
            left=left,
        )
    else:
        _say("settled", count=len(done.rows), amount=money_of(done, done.amounts, WORDS), left=left)


@app.command(help=help_of("approve"))
def approve(  # noqa: PLR0913  one parameter an option
    book: Book,
    by: Annotated[str, _option("--by", "approver")],
    customer: Annotated[list[str] | None, _option("--customer", "customers")] = None,
    as_of: AsOf = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Approve the proposed letters that need it."""
    from xlcredit.operations.desk.approve import approve as approve_letters

    done, count = approve_letters(book, by, frozenset(customer or ()), as_of)
    _answer(done, approved=count) if as_json else _say("approved", count=count, by=by)
