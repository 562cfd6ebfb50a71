"""Promises of payment: open ones hold, broken ones count and make the next level available at once.

A promise is open until its date plus a tolerance in working days, that day included. Then it is kept when the
payments dated from the day it was made reach the promised amount (blank: all that was open), partly kept when
they reach some of it, else broken. A status typed as kept, partly kept, broken or withdrawn stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xlcredit.core.columns import cents, day, days, filled, is_any, latest_at, sum_at
from xlcredit.working_days import add_working_days

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.rows import Matches
    from xlcredit.core.settlement import Settled


@dataclass(frozen=True, slots=True)
class Promised:
    """Promises as they stand, by ledger row.

    Attributes:
        is_open: an open promise, or one whose date is missing or cannot be read, holds the row.
        is_due: an open promise whose date has come.
        broken: number of broken promises.
        broken_on: the day after the newest broken promise's tolerance; NaT without one.
        is_open_promise: by promise: open.
        is_undated: by promise: open for want of a date that can be read.
    """

    is_open: Mask
    is_due: Mask
    broken: Ints
    broken_on: Days
    is_open_promise: Mask
    is_undated: Mask


def evaluate_promises(
    promises: pd.DataFrame,
    matches: Matches,
    settled: Settled,
    as_of: dt.date,
    tolerance_days: int,
) -> Promised:
    """How every promise stands on `as_of`.

    Args:
        promises: typed table.
        matches: the ledger rows its rows name.
        settled: what is open by ledger row on `as_of`, and the payments until then whose day is known.
        as_of: promises made later are not known yet.
        tolerance_days: working days after the promised date in which the money may still arrive.
    """
    residue, row, of = settled.residue, matches.invoice, matches.reference
    size = len(residue)
    promised_date = days(promises["promised_date"])
    deadline = add_working_days(promised_date, tolerance_days)
    ended = is_any(promises["status"], "kept", "partly_kept", "withdrawn", "broken")
    live = ~ended & ~(days(promises["made_on"]) > day(as_of))
    is_open = live & ~(deadline < day(as_of))
    unpaid = residue[row] > 0
    held = np.zeros(size, dtype=bool)
    held[row[is_open[of] & unpaid]] = True
    due = np.zeros(size, dtype=bool)
    due[row[is_open[of] & unpaid & (promised_date[of] <= day(as_of))]] = True
    failed = live & ~is_open & _nothing_came(promises, matches, settled, deadline)
    broken = is_any(promises["status"], "broken") | failed
    counted = broken[of]
    return Promised(
        held,
        due,
        sum_at(row[counted], np.ones(counted.sum(), dtype="int64"), size),
        latest_at(row[counted], (deadline + 1)[of][counted], size),
        is_open,
        live & np.isnat(promised_date) & filled(promises["customer_id"]),
    )


def _nothing_came(promises: pd.DataFrame, matches: Matches, settled: Settled, deadline: Days) -> Mask:
    """Promises towards which nothing was paid between the day they were made and their deadline."""
    size = len(promises)
    pair, date, amount = _payments_of(matches, settled.dated)
    of = matches.reference[pair]
    made = days(promises["made_on"])[of]
    in_time = (date <= deadline[of]) & ~(date < made)
    came = sum_at(of[in_time], amount[in_time], size)
    late = sum_at(of[date > deadline[of]], amount[date > deadline[of]], size)
    missing = sum_at(matches.reference, settled.residue[matches.invoice], size) + late
    nothing: Mask = (came == 0) & (missing > 0)
    return nothing


def _payments_of(matches: Matches, dated: pd.DataFrame) -> tuple[Ints, Days, Ints]:
    """For every pair of `matches` the dated payments of its ledger row: pair, date, amount."""
    claim = dated["claim"].to_numpy()
    first = np.searchsorted(claim, matches.invoice, side="left")
    count = np.searchsorted(claim, matches.invoice, side="right") - first
    pair = np.repeat(np.arange(len(matches.invoice)), count)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    payment = np.repeat(first, count) + within
    return pair, days(dated["date"])[payment], cents(dated["amount"])[payment]
