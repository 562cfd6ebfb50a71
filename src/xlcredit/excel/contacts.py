"""Contacts from selected rows: of the list of the day each line with what was typed into it, else one customer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from xlcredit.errors import XlcreditError
from xlcredit.excel.errors import SeveralCustomersError
from xlcredit.excel.face import Answer
from xlcredit.excel.questions import ask, ask_cents, ask_choice, ask_day
from xlcredit.excel.row_names import SHEETS
from xlcredit.excel.selection import need_rows
from xlcredit.excel.told import refusal
from xlcredit.operations.desk.contact import Contact, Recorded, record_contact
from xlcredit.operations.wording import words_of

if TYPE_CHECKING:
    from xlcredit.excel.desk import Desk

_CALL = "call"


def record_contacts(desk: Desk) -> Answer:
    """Record a contact for each selected line of the list of the day, or with the customer of the selected rows.

    Raises:
        NoRowsSelectedError, SeveralCustomersError, AnswerUnclearError, CalledOffError: nothing has changed.
        XlcreditError: the first was refused; nothing has changed.
    """
    selected = need_rows(desk, *SHEETS)
    rows = selected.rows.dropna(subset=["customer_id"])
    if selected.table == "worklist":
        said = [_from_line(desk, row) for row in rows.to_dict("records")]
    else:
        said = [_from_rows(desk, rows)]
    done: list[Recorded] = []
    for contact in said:
        try:
            done.append(record_contact(desk.book, contact))
        except XlcreditError as error:
            if not done:
                raise
            return Answer(f"{_told(desk, done)}\n{contact.customer_id}: {refusal(error, desk.words)}", "look")
    return Answer(_told(desk, done), "done" if all(each.was_lawful for each in done) else "look")


def _from_line(desk: Desk, line: dict[Any, Any]) -> Contact:
    """A call, with the outcome and the notes that stand in the line; what is missing is asked."""
    outcome, notes = line.get("outcome"), line.get("notes")
    known = None if pd.isna(outcome) else str(outcome)
    text = None if pd.isna(notes) else str(notes)
    said = _contact(desk, str(line["customer_id"]), (), _CALL, known, text)
    return replace(said, is_from_list=True)


def _from_rows(desk: Desk, rows: pd.DataFrame) -> Contact:
    """A contact with one customer, about the selected documents when the rows name any."""
    customers = rows["customer_id"].unique()
    if len(customers) != 1:
        raise SeveralCustomersError(count=len(customers))
    invoices = tuple(rows["invoice_id"].dropna().astype("str")) if "invoice_id" in rows else ()
    channel = ask_choice(desk, "contact_channel", desk.words.choices("channel"))
    return _contact(desk, str(customers[0]), invoices, channel, None, None)


def _contact(  # noqa: PLR0913, PLR0917  what a contact says
    desk: Desk, customer: str, invoices: tuple[str, ...], channel: str, outcome: str | None, text: str | None
) -> Contact:
    outcome = outcome or ask_choice(desk, "contact_outcome", desk.words.choices("contact_outcome"))
    text = text or ask(desk, "contact_text") or None
    promised = outcome == "promises"
    return Contact(
        customer,
        channel,
        outcome,
        invoices,
        text,
        by=desk.user(),
        promise=(ask_day(desk, "promise_day"), ask_cents(desk, "promise_amount")) if promised else None,
        dispute=(ask_choice(desk, "dispute_reason", desk.words.choices("dispute_reason")), None)
        if outcome == "disputes"
        else None,
    )


def _told(desk: Desk, done: list[Recorded]) -> str:
    lines = [desk.say("contacts", count=len(done))]
    if not all(each.was_lawful for each in done):
        lines.append(desk.words.text("desk.done.unlawful"))
    codes = list(dict.fromkeys(code for each in done for code in each.follow_up))
    if codes:
        actions = words_of("+".join(codes), "actions", desk.words)
        lines.append(desk.words.text("desk.done.follow_up", actions=actions))
    return "\n".join(lines)
