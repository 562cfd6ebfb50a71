"""Contacts: what was said, to whom, and what follows from it, in one entry of the append-only log."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from xlcredit.core.calling_hours import may_call
from xlcredit.core.contacts import SPOKEN
from xlcredit.dates import now
from xlcredit.operations.desk.dispute import Contested, add_disputes
from xlcredit.operations.desk.draft import Draft, Entered, drafting
from xlcredit.operations.desk.promise import add_promises
from xlcredit.operations.desk.rows import RowName, named_rows, need_customer, open_rows
from xlcredit.operations.register import moment

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.books.place import Place


@dataclass(frozen=True, slots=True)
class Contact:
    """What was said.

    Attributes:
        customer_id: to whom.
        channel: key of the vocabulary `channel`.
        outcome: key of the vocabulary `contact_outcome`.
        invoices: numbers of the documents spoken of; empty means the customer as a whole.
        text: in a person's own words.
        next_action: what to do next.
        next_date: when.
        by: who spoke.
        promise: day and cents promised (None: all) when the customer promised.
        dispute: when the customer contests; its notes are the text.
        is_from_list: whether outcome and text stood in the customer's line of the list of the day, and leave it.
        rows: the ledger rows spoken of, where not every instalment of `invoices` is meant.
    """

    customer_id: str
    channel: str
    outcome: str
    invoices: tuple[str, ...] = ()
    text: str | None = None
    next_action: str | None = None
    next_date: dt.date | None = None
    by: str | None = None
    promise: tuple[dt.date, int | None] | None = None
    dispute: Contested | None = None
    is_from_list: bool = False
    rows: tuple[RowName, ...] = ()

    @property
    def names(self) -> list[RowName]:
        """The ledger rows meant."""
        return list(self.rows) or [RowName(self.customer_id, invoice) for invoice in self.invoices or (None,)]


Objection = Literal["hours", "second"]
"""What a call may not have been in order for."""


@dataclass(frozen=True)
class Recorded:
    """What an entry in the log did.

    Attributes:
        entered: the workbook afterwards.
        objections: what a call was not in order for: `hours`, outside those for calls; `second`, of the day. It is
            recorded all the same, and said.
        follow_up: codes of what is now to be done with the customer.
    """

    entered: Entered
    objections: tuple[Objection, ...] = ()
    follow_up: list[str] = field(default_factory=list)

    @property
    def was_lawful(self) -> bool:
        """Whether nothing is to be said against the call."""
        return not self.objections


def record_contact(place: Place, contact: Contact, as_of: dt.date | None = None) -> Recorded:
    """Append a contact to the log, with the promise or the dispute that came of it.

    Args:
        place: a closed workbook or one open in Excel.
        contact: what was said.
        as_of: the day of the entry.

    Raises:
        CustomerNotFoundError, InvoiceNotFoundError, DayPassedError, PromiseExistsError, DisputeExistsError,
            AmountCurrenciesError, AmountAboveResidueError: nothing has changed.
    """
    with drafting(place, as_of) as draft:
        need_customer(draft.ledger, contact.customer_id)
        at = moment(draft.as_of, now())
        objections = _objections(draft, contact, at)
        _add_lines(draft, contact, at)
        if contact.is_from_list:
            lines = draft.opened.frames["worklist"]["customer_id"] == contact.customer_id
            draft.take("worklist", np.flatnonzero(lines), ("outcome", "notes"))
        rows = named_rows(draft, contact.names) if contact.invoices else np.empty(0, dtype=np.int64)
        if contact.promise:
            rows, _ = add_promises(
                draft, open_rows(draft, contact.names), *contact.promise, notes=contact.text
            )
        if contact.dispute:
            contested = replace(contact.dispute, notes=contact.text)
            rows = add_disputes(draft, open_rows(draft, contact.names), contested)
        entered = draft.enter(rows)
    return Recorded(entered, objections, _follow_up(entered, contact.customer_id))


def _add_lines(draft: Draft, contact: Contact, at: dt.datetime) -> None:
    """One line a row spoken of, one for the customer when none is named."""
    names = contact.names
    numbers = pd.Series([name.invoice_id for name in names], dtype="str")
    draft.append(
        "contacts",
        {
            "contact_time": pd.Series([pd.Timestamp(at)] * len(numbers)),
            "by": contact.by,
            "customer_id": contact.customer_id,
            "invoice_id": numbers,
            "instalment": pd.array([name.instalment for name in names], dtype="Int64"),
            "channel": contact.channel,
            "outcome": contact.outcome,
            "text": contact.text,
            "next_action": contact.next_action,
            "next_date": pd.NaT if contact.next_date is None else pd.Timestamp(contact.next_date),
        },
    )


def _objections(draft: Draft, contact: Contact, at: dt.datetime) -> tuple[Objection, ...]:
    """What a call of that customer at that moment was not in order for; other channels are in order always."""
    if contact.channel not in SPOKEN[:1]:
        return ()
    log = draft.ledger.contacts
    calls = log[(log["customer_id"] == contact.customer_id) & (log["channel"] == contact.channel)]
    objections: dict[Objection, bool] = {
        "hours": not may_call(at, draft.opened.policy.desk),
        "second": (calls["contact_time"].dt.date == at.date()).any(),
    }
    return tuple(objection for objection, holds in objections.items() if holds)


def _follow_up(entered: Entered, customer_id: str) -> list[str]:
    """The actions of the customer's open rows, each once."""
    rows = entered.assessment.rows
    actions = rows.loc[rows["customer_id"] == customer_id, "next_action"].dropna().astype("str")
    return list(dict.fromkeys(code for text in actions for code in text.split("+") if code))
