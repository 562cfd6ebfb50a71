"""Contacts from selected rows: of the list of the day each line with what was typed into it, else one customer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from xlcredit.errors import XlcreditError
from xlcredit.excel.errors import SeveralCustomersError
from xlcredit.excel.face import Answer
from xlcredit.excel.questions import ask, ask_cents, ask_choice, ask_day, ask_day_or_none
from xlcredit.excel.row_names import SHEETS, row_name
from xlcredit.excel.selection import need_rows
from xlcredit.excel.told import refusal
from xlcredit.operations.desk.contact import Contact, Recorded, record_contact
from xlcredit.operations.desk.dispute import Contested
from xlcredit.operations.wording import SHOWN, words_of

if TYPE_CHECKING:
    from xlcredit.excel.desk import Desk

_CALL = "call"


def record_contacts(desk: Desk) -> Answer:
    """Record a contact for each selected line of the list of the day, or with the customer of the selected rows.

    Raises:
        NoRowsSelectedError, SeveralCustomersError, CalledOffError: nothing has changed.
        XlcreditError: the first was refused; nothing has changed.
    """
    selected = need_rows(desk, *SHEETS)
    rows = selected.rows.dropna(subset=["customer_id"])
    if selected.table != "worklist":
        return _record(desk, [_from_rows(desk, rows)])
    said = [_from_line(desk, row) for row in rows.to_dict("records")]
    after = _customers_after(desk, int(rows.index.max()))
    answer = _record(desk, said)
    following = _select_first(desk, after)
    return replace(answer, text=f"{answer.text}\n{following}") if following else answer


def _record(desk: Desk, said: list[Contact]) -> Answer:
    """Record contacts one by one; what was done before a refusal is told with it."""
    done: list[Recorded] = []
    for contact in said:
        try:
            done.append(record_contact(desk.book, contact))
        except XlcreditError as error:
            if not done:
                raise
            refused = f"{contact.customer_id}: {refusal(error, desk.words)}"
            return Answer(f"{_told(desk, said, done)}\n{refused}", "look")
    return Answer(_told(desk, said, done), "done" if all(each.was_lawful for each in done) else "look")


def _customers_after(desk: Desk, place: int) -> list[str]:
    """The customers of the list of the day below a line."""
    headers, raw = desk.book.headers("worklist"), desk.book.read("worklist")["worklist"]
    listed = raw.frame[headers["customer_id"]].where(raw.frame[headers["overdue"]].notna())
    return listed.iloc[place + 1 :].dropna().astype("str").tolist()


def _select_first(desk: Desk, customers: list[str]) -> str | None:
    """Select the outcome of the first of some customers who still is in the list, and say whose turn it is."""
    headers, raw = desk.book.headers("worklist"), desk.book.read("worklist")["worklist"]
    places = dict(zip(raw.frame[headers["customer_id"]], raw.frame.index, strict=True))
    place = next((places[customer] for customer in customers if customer in places), None)
    if place is None:
        return None
    desk.application.Range(f"{raw.columns[headers['outcome']]}{raw.first_row + place}").Select()
    return desk.say("next_line", customer_name=raw.frame[headers["customer_name"]].iloc[place])


def _from_line(desk: Desk, line: dict[Any, Any]) -> Contact:
    """A call, with the outcome and the notes that stand in the line; what is missing is asked."""
    outcome, notes = line.get("outcome"), line.get("notes")
    known = None if pd.isna(outcome) else str(outcome)
    text = None if pd.isna(notes) else str(notes)
    customer = str(line["customer_id"])
    name = line.get("customer_name")
    said = _contact(desk, customer, _CALL, known, text, customer if pd.isna(name) else str(name))
    return replace(said, is_from_list=True)


def _from_rows(desk: Desk, rows: pd.DataFrame) -> Contact:
    """A contact with one customer, about the selected documents when the rows name any."""
    customers = rows["customer_id"].unique()
    if len(customers) != 1:
        raise SeveralCustomersError(count=len(customers))
    names = [row_name(row) for row in rows.to_dict("records")]
    documents = tuple(name for name in names if name.invoice_id is not None)
    invoices = tuple(dict.fromkeys(str(name.invoice_id) for name in documents))
    channel = ask_choice(desk, "contact_channel", desk.words.choices("channel"))
    said = _contact(desk, str(customers[0]), channel, None, None)
    return replace(said, invoices=invoices, rows=documents)


def _contact(  # noqa: PLR0913, PLR0917  what a contact says
    desk: Desk, customer: str, channel: str, outcome: str | None, text: str | None, about: str = ""
) -> Contact:
    """What is not known is asked; the next step only where the outcome is, as a line of the list has all it needs."""
    is_asked = outcome is None
    outcome = outcome or ask_choice(desk, "contact_outcome", desk.words.choices("contact_outcome"), about)
    text = text or ask(desk, "contact_text", about) or None
    said = Contact(customer, channel, outcome, text=text, by=desk.user())
    if outcome == "promises":
        day, amount = ask_day(desk, "promise_day", about), ask_cents(desk, "promise_amount", about)
        said = replace(said, promise=(day, amount))
    elif outcome == "disputes":
        said = replace(said, dispute=ask_contested(desk, about))
    return _with_next(desk, said, about) if is_asked else said


def _with_next(desk: Desk, said: Contact, about: str) -> Contact:
    """The contact with its next step and the day of it, each of which may be left blank."""
    step = ask(desk, "next_action", about) or None
    return replace(said, next_action=step, next_date=ask_day_or_none(desk, "next_date", about))


def ask_contested(desk: Desk, about: str = "") -> Contested:
    """What a case says when it is opened."""
    reason = ask_choice(desk, "dispute_reason", desk.words.choices("dispute_reason"), about)
    department = ask(desk, "dispute_department", about) or None
    owner = ask(desk, "dispute_owner", about) or None
    return Contested(reason, department, owner, ask_cents(desk, "dispute_amount", about))


def _told(desk: Desk, said: list[Contact], done: list[Recorded]) -> str:
    lines = [desk.say("contacts", count=len(done))]
    told = zip(said[:SHOWN], done, strict=False)
    lines += [_told_one(desk, contact, each) for contact, each in told]
    lines += [desk.say("and_more", count=len(done) - SHOWN)] if len(done) > SHOWN else []
    objections = dict.fromkeys(objection for each in done for objection in each.objections)
    lines += [desk.words.text(f"desk.done.call_{objection}") for objection in objections]
    codes = list(dict.fromkeys(code for each in done for code in each.follow_up))
    if codes:
        actions = words_of("+".join(codes), "actions", desk.words)
        lines.append(desk.words.text("desk.done.follow_up", actions=actions))
    return "\n".join(lines)


def _told_one(desk: Desk, contact: Contact, done: Recorded) -> str:
    """The customer, how it went, and until when a promise lasts."""
    customers = done.entered.opened.ledger.customers
    names = customers.loc[customers["customer_id"] == contact.customer_id, "name"].dropna()
    name = str(names.iloc[0]) if len(names) else contact.customer_id
    outcome = desk.words.choice("contact_outcome", contact.outcome)
    if contact.promise:
        return desk.say("contact_promised", customer_name=name, outcome=outcome, day=contact.promise[0])
    return desk.say("contact_line", customer_name=name, outcome=outcome)
