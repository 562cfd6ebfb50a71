"""Disputes: an open case holds the disputed part of its rows; the rest goes on.

A case is in the latest phase whose day has come; one with an outcome is resolved. Each phase has a deadline:
the one typed, unless it belongs to a phase before, else so many days from its beginning (policy). A case resolved in
the customer's favour goes on holding the credit note expected, until credit notes on its rows reach it: those
dated from the opening of the case, for an earlier one is none that it led to. A credit of an unknown day counts, and
of a case without an opening every one does: waiting for what has come would never end.

A case without a document is about the whole customer: all that is owed, unless an amount is typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import (
    NO_DAY,
    cents,
    coded,
    day,
    days,
    earliest_at,
    filled,
    is_any,
    nullable,
    stamps,
    sum_at,
)
from xlcredit.core.spread import spread
from xlcredit.schema import VOCABULARIES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.rows import Matches
    from xlcredit.core.settlement import Settled

PHASES = VOCABULARIES["dispute_phase"]
BEGINS = ("opened_on", "investigation_on", "discussion_on", "resolved_on")
"""The column that says from when each of `PHASES` runs."""

RESOLVED = len(PHASES) - 1
NOT_YET = -1
"""The phase of a case opened after the day, and of an empty line."""


@dataclass(frozen=True, slots=True)
class Disputed:
    """By ledger row, where not said otherwise.

    Attributes:
        amount: cents of the residue that are contested.
        is_phase_late: the deadline of the case's phase has passed.
        deadline: the earliest deadline that has passed; NaT without one.
        late_case: position of a case whose deadline has passed, -1 without one.
        is_open_case: by dispute: not resolved.
        phase: by dispute, position in `PHASES`, NOT_YET for none.
        case_deadline: by dispute, of an open case or of its credit note; NaT without one.
        is_waiting: by dispute: resolved, and its credit note has not come yet.
        held: by dispute, cents of the residue that it holds.
        days_open: by dispute, from its opening to its resolution or the day; -1 without an opening.
    """

    amount: Ints
    is_phase_late: Mask
    deadline: Days
    late_case: Ints
    is_open_case: Mask
    phase: Ints
    case_deadline: Days
    is_waiting: Mask
    held: Ints
    days_open: Ints

    @property
    def table(self) -> pd.DataFrame:
        """The computed columns of `disputes`."""
        return pd.DataFrame(
            {
                "phase": coded(self.phase, PHASES),
                "deadline": stamps(self.case_deadline),
                "held_amount": nullable(self.held, self.is_open_case | self.is_waiting),
                "days_open": nullable(self.days_open, self.days_open >= 0),
            }
        )


def disputed_amounts(
    disputes: pd.DataFrame,
    matches: Matches,
    settled: Settled,
    as_of: dt.date,
    phase_days: Mapping[str, int],
) -> Disputed:
    """What is contested on `as_of`.

    A case without an amount contests all of its rows. An amount on several rows fills them in their order.

    Args:
        disputes: typed table.
        matches: the ledger rows its rows name, of a case about a whole customer all claims.
        settled: what is open and credited by ledger row.
        as_of: cases opened later are not known yet.
        phase_days: days that each phase may last where no deadline is typed; `resolved`: days for the credit
            note.
    """
    residue, cases = settled.residue, len(disputes)
    size, phase = len(residue), phases_on(disputes, as_of)
    is_open = (phase != NOT_YET) & (phase != RESOLVED)
    missing = np.where(phase == RESOLVED, _credit_missing(disputes, matches, settled), 0)
    part = _parts(disputes, matches, residue, is_open, missing)
    amount = np.minimum(sum_at(matches.invoice, part, size), residue)
    deadline = np.where(is_open | (missing > 0), _deadlines(disputes, phase, phase_days), NO_DAY)
    late = (deadline < day(as_of))[matches.reference] & (residue[matches.invoice] > 0)
    rows, of = matches.invoice[late], matches.reference[late]
    late_case = np.full(size, -1, dtype="int64")
    late_case[rows[::-1]] = of[::-1]
    return Disputed(
        amount,
        late_case >= 0,
        earliest_at(rows, deadline[of], size),
        late_case,
        is_open,
        phase,
        deadline,
        missing > 0,
        sum_at(matches.reference, part, cases),
        _days_open(disputes, phase, as_of),
    )


def is_about_customer(disputes: pd.DataFrame) -> Mask:
    """Cases about a whole customer."""
    return filled(disputes["customer_id"]) & ~filled(disputes["invoice_id"])


def phases_on(disputes: pd.DataFrame, as_of: dt.date) -> Ints:
    """By dispute, the latest phase that has begun; received where no day is given."""
    phase = np.where(filled(disputes["customer_id"]), 0, NOT_YET)
    phase[days(disputes["opened_on"]) > day(as_of)] = NOT_YET
    for place, column in enumerate(BEGINS):
        phase[(days(disputes[column]) <= day(as_of)) & (phase != NOT_YET)] = place
    phase[
        filled(disputes["outcome"]) & (phase != NOT_YET) & ~(days(disputes["resolved_on"]) > day(as_of))
    ] = RESOLVED
    return phase


def out_of_turn(disputes: pd.DataFrame) -> dict[str, Mask]:
    """By column of `BEGINS` after the first, the cases in which the phase begins before an earlier one."""
    latest = days(disputes[BEGINS[0]])
    found = {}
    for column in BEGINS[1:]:
        begins = days(disputes[column])
        found[column] = begins < latest
        latest = np.fmax(latest, begins)
    return found


def _credit_missing(disputes: pd.DataFrame, matches: Matches, settled: Settled) -> Ints:
    """By dispute decided for the customer, cents of the credit note expected that its rows do not show yet."""
    right = is_any(disputes["outcome"], "justified", "partly_justified")
    expected = np.abs(cents(disputes["credit_note_expected"]))
    credited = _credited_since(days(disputes["opened_on"]), matches, settled)
    return np.where(right, np.maximum(expected - credited, 0), 0)


def _credited_since(opened: Days, matches: Matches, settled: Settled) -> Ints:
    """By dispute, cents that its rows were credited and not before its opening, as far as both days are known."""
    pairs = pd.DataFrame({"case": matches.reference, "claim": matches.invoice})
    found = pairs.merge(settled.credits, on="claim")
    case = found["case"].to_numpy()
    counts = ~(days(found["date"]) < opened[case])
    return sum_at(case[counts], cents(found["amount"])[counts], len(opened))


def _parts(disputes: pd.DataFrame, matches: Matches, residue: Ints, is_open: Mask, missing: Ints) -> Ints:
    """Cents of each pair of case and ledger row that the case contests."""
    is_whole = (is_open & ~filled(disputes["disputed_amount"]))[matches.reference]
    amounts = np.where(is_open, np.abs(cents(disputes["disputed_amount"])), missing)
    part = spread(matches.reference, matches.invoice, amounts, residue, overflow=False)
    return np.where(is_whole, residue[matches.invoice], part)


def _deadlines(disputes: pd.DataFrame, phase: Ints, phase_days: Mapping[str, int]) -> Days:
    """By dispute, the typed deadline, else the planned one.

    One typed for an earlier phase is left behind in its cell: it falls between the opening and the phase.
    """
    begins = np.stack([days(disputes[column]) for column in BEGINS])[
        np.maximum(phase, 0), np.arange(len(phase))
    ]
    lasts = np.array([phase_days.get(name, 0) for name in PHASES], dtype="int64")[np.maximum(phase, 0)]
    typed = days(disputes["phase_deadline"])
    of_earlier = (typed < begins) & (typed >= days(disputes[BEGINS[0]]))
    return np.where(np.isnat(typed) | of_earlier, begins + lasts, typed)


def _days_open(disputes: pd.DataFrame, phase: Ints, as_of: dt.date) -> Ints:
    opened, resolved = days(disputes["opened_on"]), days(disputes["resolved_on"])
    until = np.where(phase == RESOLVED, resolved, day(as_of))
    known = (phase != NOT_YET) & ~np.isnat(opened) & ~np.isnat(until)
    return np.where(known, (until - opened).astype("int64"), -1)
