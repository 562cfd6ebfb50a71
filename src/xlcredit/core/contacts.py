"""The contact log: what was said last, and what each outcome asks to be done next.

| outcome | asks for | until |
|---|---|---|
| invoice not received | a copy | something goes to the customer in writing, or a letter with the row is sent |
| promises | a row in the promises | a promise made from that day on stands there |
| disputes | a case | a dispute opened from that day on stands there |
| paid | the payment | one dated from a week before that day on is there |
| wrong address; unreachable on two days | a trace | the customer is reached |

A contact that names a row of the ledger concerns that one, any other all overdue rows of the customer. What it
asks for lapses with its row, and after some weeks (policy). Voicemail neither reaches anybody nor counts as a
failure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import NO_DAY, day, days, filled, is_any, latest_at

if TYPE_CHECKING:
    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.situation import Situation

SPOKEN = ("call", "visit", "meeting")
WRITTEN = ("email", "pec", "letter", "registered_letter")
REACHED = ("reached", "invoice_not_received", "disputes", "promises", "paid")
"""Outcomes that show that somebody answered."""

FAILED = ("voicemail", "unreachable", "wrong_address")
"""Outcomes of a call in which nobody answered."""

TWICE = 2
"""Days in a row with failed attempts after which a customer is looked for."""

_PAID_BEFORE = 7
"""Days before the contact from which a payment may be the one that the customer speaks of."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the log asks for; by debtor where not said otherwise.

    Attributes:
        called_on: the last call, visit or meeting; NaT without one.
        talked_on: the last of them in which somebody answered; NaT without one.
        follow_up: the day of the next step noted at the last contact; NaT without one.
        next_step: its position in `contacts` where the next step has words, else -1.
        heard_on: the last contact of any kind; NaT without one.
        is_lost: a wrong address, or unreachable on two days, since somebody was last reached.
        is_gone: both.
        copy: by ledger row, a copy of the invoice is to be sent.
        promise: by ledger row, a promise is to be recorded.
        dispute: by ledger row, a dispute is to be recorded.
        payment: by ledger row, a payment is to be found.
    """

    called_on: Days
    talked_on: Days
    follow_up: Days
    next_step: Ints
    heard_on: Days
    is_lost: Mask
    is_gone: Mask
    copy: Mask
    promise: Mask
    dispute: Mask
    payment: Mask


@dataclass(frozen=True, slots=True)
class _Log:
    """The contacts known by the day.

    Attributes:
        frame: the typed rows.
        position: of each in the table.
        debtor: number of the customer.
        date: its day.
        debtors: how many debtors there are.
    """

    frame: pd.DataFrame
    position: Ints
    debtor: Ints
    date: Days
    debtors: int

    def last(self, mask: Mask) -> Days:
        """By debtor, the day of the last contact in `mask`."""
        return latest_at(self.debtor[mask], self.date[mask], self.debtors)


def read_contacts(situation: Situation, sent_on: Days) -> Spoken:
    """What the contact log says on the day of `situation`.

    Args:
        situation: the ledger on a day.
        sent_on: by ledger row, the day on which a letter that lists it was last sent; NaT for none.
    """
    log = _known(situation)
    outcome, channel = log.frame["outcome"], log.frame["channel"]
    reached = log.last(is_any(outcome, *REACHED))
    since = ~(log.date <= reached[log.debtor])
    wrong = np.bincount(log.debtor[since & is_any(outcome, "wrong_address")], minlength=log.debtors) > 0
    failed = _days_of(log, since & is_any(outcome, "unreachable")) >= TWICE
    is_written = is_any(channel, *WRITTEN) & ~is_any(outcome, "invoice_not_received")
    answered = log.last(is_written | is_any(outcome, "copy_sent"))
    asked_on = _asked_on(situation, log, "invoice_not_received", answered)
    spoken = is_any(channel, *SPOKEN)
    promises, disputes = situation.ledger.promises, situation.ledger.disputes
    made = _latest(situation, promises, _first_day(promises, "made_on", "promised_date"))
    opened = _latest(situation, disputes, _first_day(disputes, "opened_on"), undated=day(situation.as_of))
    paid = _latest(situation, situation.ledger.payments, days(situation.ledger.payments["payment_date"]))
    return Spoken(
        log.last(spoken),
        log.last(spoken & ~is_any(outcome, *FAILED)),
        *_next_step(log),
        log.last(np.ones(len(log.date), dtype=bool)),
        wrong | failed,
        wrong & failed,
        ~np.isnat(asked_on) & ~(sent_on >= asked_on),
        ~np.isnat(_asked_on(situation, log, "promises", made)),
        ~np.isnat(_asked_on(situation, log, "disputes", opened)),
        ~np.isnat(_asked_on(situation, log, "paid", paid + _PAID_BEFORE)),
    )


def _known(situation: Situation) -> _Log:
    """The contacts with a customer and a day, up to the day, in order of time."""
    contacts, codes = situation.ledger.contacts, situation.debtors.codes
    debtor = pd.Index(codes).get_indexer(pd.Index(contacts["customer_id"]))
    when = days(contacts["contact_time"])
    known = np.flatnonzero((debtor >= 0) & (when <= day(situation.as_of)))
    known = known[np.argsort(contacts["contact_time"].to_numpy()[known], kind="stable")]
    return _Log(contacts.iloc[known], known, debtor[known], when[known], len(codes))


def _days_of(log: _Log, mask: Mask) -> Ints:
    """By debtor, on how many days there was a contact in `mask`."""
    days_of = pd.DataFrame({"debtor": log.debtor[mask], "date": log.date[mask]}).drop_duplicates()
    return np.bincount(days_of["debtor"].to_numpy(dtype="int64"), minlength=log.debtors).astype("int64")


def _next_step(log: _Log) -> tuple[Days, Ints]:
    """The day of the next step noted at the last contact of each debtor, and where its words stand."""
    follow_up, place = np.full(log.debtors, NO_DAY), np.full(log.debtors, -1, dtype="int64")
    follow_up[log.debtor] = days(log.frame["next_date"])
    place[log.debtor] = np.where(filled(log.frame["next_action"]), log.position, -1)
    return follow_up, place


def _asked_on(situation: Situation, log: _Log, outcome: str, done_on: Days) -> Days:
    """By ledger row, the last contact that asks for what `outcome` asks for and is still to be done.

    Args:
        situation: the ledger on a day.
        log: its contacts.
        outcome: of the contact.
        done_on: by debtor, the last day on which it was done; on the day of the contact is in time.
    """
    size, debtor = len(situation.owed.net), situation.debtors.debtor
    first = day(situation.as_of) - situation.policy.desk.contact_task_days
    says = is_any(log.frame["outcome"], outcome) & (log.date >= first)
    says &= ~(done_on[log.debtor] >= log.date)
    said_on = np.full(len(situation.ledger.contacts), NO_DAY)
    said_on[log.position[says]] = log.date[says]
    matches = situation.matches["contacts"]
    asked_on = latest_at(matches.invoice, said_on[matches.reference], size)
    names_row = np.bincount(matches.reference, minlength=len(said_on)) > 0
    general = log.last(says & ~names_row[log.position])[debtor]
    asked_on = np.where(situation.is_overdue, np.fmax(asked_on, general), asked_on)
    return np.where(situation.is_open_claim, asked_on, NO_DAY)


def _latest(situation: Situation, table: pd.DataFrame, dates: Days, undated: np.datetime64 = NO_DAY) -> Days:
    """By debtor, the latest of `dates` (one a row of `table`) up to the day; a blank one counts as `undated`."""
    debtor = pd.Index(situation.debtors.codes).get_indexer(pd.Index(table["customer_id"]))
    dates = np.where(np.isnat(dates), undated, dates)
    known = (debtor >= 0) & (dates <= day(situation.as_of))
    return latest_at(debtor[known], dates[known], len(situation.debtors.codes))


def _first_day(table: pd.DataFrame, *columns: str) -> Days:
    """The first of `columns` that a row fills."""
    dates = days(table[columns[0]])
    for column in columns[1:]:
        dates = np.where(np.isnat(dates), days(table[column]), dates)
    return dates
