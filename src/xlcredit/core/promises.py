"""Promises of payment: open ones hold, broken ones count and make the next level available at once.

A promise counts the payments dated from the day it was made to its date plus a tolerance in working days, both
included. It is kept as soon as they reach the promised amount (blank: all that was open), or all that was left
to pay; otherwise it is open until that day, and after it partly kept when something came, else broken. From
the day on which it is withdrawn it counts no more. Of one that names no row of the ledger nobody can tell.

Money that cannot be dated counts as far as the residue noted when the promise was made shows that it came
after it; where none is noted, once the row is paid or the promise is over, so that no promise is called broken
for want of a day. Where nobody wrote when it was made, payments before the promised day keep none, but none is
called broken over them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import (
    cents,
    coded,
    day,
    days,
    earliest_at,
    filled,
    latest_at,
    nullable,
    positions,
    sum_at,
)
from xlcredit.core.spread import spread
from xlcredit.schema import VOCABULARIES
from xlcredit.working_days import add_working_days

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.rows import Matches
    from xlcredit.core.settlement import Settled

UNKNOWN = -1
"""The status of a promise made after the day, of one past its date that names no row, of an empty line."""

OPEN, KEPT, PARTLY_KEPT, BROKEN, WITHDRAWN = range(len(VOCABULARIES["promise_status"]))


@dataclass(frozen=True, slots=True)
class Promised:
    """Promises as they stand, by ledger row where not said otherwise.

    Attributes:
        is_open: an open promise, or one whose date is missing or cannot be read, holds the row.
        is_due: an open promise whose date has come.
        due_amount: cents that such promises still have to bring.
        due_date: the earliest of their dates; NaT without one.
        broken: number of broken promises.
        broken_on: the day after the newest broken promise's tolerance; NaT without one.
        status: by promise, position in the vocabulary, UNKNOWN for none.
        kept: by promise, cents that came in time.
        is_unclear: by promise: whether it is kept depends on money of which nobody can tell when it came.
        is_undated: by promise: open for want of a date that can be read.
        is_second: by promise: open like an earlier one on the same row.
        is_for_nothing: by promise: nothing was open on its rows when it was made.
    """

    is_open: Mask
    is_due: Mask
    due_amount: Ints
    due_date: Days
    broken: Ints
    broken_on: Days
    status: Ints
    kept: Ints
    is_unclear: Mask
    is_undated: Mask
    is_second: Mask
    is_for_nothing: Mask

    @property
    def is_open_promise(self) -> Mask:
        """By promise: open."""
        is_open: Mask = self.status == OPEN
        return is_open

    @property
    def table(self) -> pd.DataFrame:
        """The computed columns of `promises`."""
        status = coded(self.status, VOCABULARIES["promise_status"])
        return pd.DataFrame({"status": status, "kept_amount": nullable(self.kept, self.status != UNKNOWN)})


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
    size, promised_date = len(residue), days(promises["promised_date"])
    deadline = add_working_days(promised_date, tolerance_days)
    money = _money(promises, matches, settled, deadline, as_of)
    kept, target = money.kept, money.target
    is_matched = np.bincount(of, minlength=len(promises)) > 0
    failed = np.where(money.in_doubt > 0, PARTLY_KEPT, np.where(is_matched, BROKEN, UNKNOWN))
    status = _statuses(promises, kept, target, failed, deadline, as_of)
    is_open = status == OPEN
    is_due = is_open & (promised_date <= day(as_of))
    due_amount = np.zeros(size, dtype="int64")
    still = np.where(is_due, target - kept, 0)
    np.add.at(due_amount, row, spread(of, row, still, residue, overflow=False))
    counted = (status == BROKEN)[of]
    return Promised(
        _rows(row[is_open[of]], size) & (residue > 0),
        _rows(row[is_due[of]], size) & (residue > 0),
        due_amount,
        earliest_at(row[is_due[of]], promised_date[of][is_due[of]], size),
        sum_at(row[counted], np.ones(counted.sum(), dtype="int64"), size),
        latest_at(row[counted], (deadline + 1)[of][counted], size),
        status,
        kept,
        money.is_unclear & np.isin(status, (OPEN, KEPT, PARTLY_KEPT)),
        is_open & np.isnat(promised_date),
        _second(of, row, is_open),
        is_matched & (kept == 0) & (target == 0) & (status == KEPT),
    )


def _statuses(  # noqa: PLR0913, PLR0917  what a status follows from
    promises: pd.DataFrame, kept: Ints, target: Ints, failed: Ints, deadline: Days, as_of: dt.date
) -> Ints:
    """The status of each promise; `failed` is that of one to which nothing came in time."""
    over = np.where(kept > 0, PARTLY_KEPT, failed)
    status = np.where(deadline < day(as_of), over, OPEN)
    status[(kept >= target) & (failed != UNKNOWN)] = KEPT
    status[days(promises["withdrawn_on"]) <= day(as_of)] = WITHDRAWN
    status[(days(promises["made_on"]) > day(as_of)) | ~filled(promises["customer_id"])] = UNKNOWN
    return status


@dataclass(frozen=True, slots=True)
class _Money:
    """By promise, cents.

    Attributes:
        sure: dated from the day it was made to its deadline.
        kept: what counts: with the undated money that counts, too.
        in_doubt: of which nobody can tell whether it came after the promise.
        target: what has to come.
        left: what its rows still owe.
    """

    sure: Ints
    kept: Ints
    in_doubt: Ints
    target: Ints
    left: Ints

    @property
    def is_unclear(self) -> Mask:
        """Whether it is kept depends on money in doubt, and still matters."""
        unclear: Mask = (self.in_doubt > 0) & (self.sure < self.target) & (self.left > 0)
        return unclear


def _money(
    promises: pd.DataFrame, matches: Matches, settled: Settled, deadline: Days, as_of: dt.date
) -> _Money:
    """What came for each promise by its deadline, and what had to come."""
    sure, late, early = _dated(promises, matches, settled, deadline)
    size, of, row = len(promises), matches.reference, matches.invoice
    left = sum_at(of, settled.residue[row], size)
    dated = sum_at(settled.dated["claim"].to_numpy(), cents(settled.dated["amount"]), len(settled.paid))
    undated = sum_at(of, np.maximum(settled.paid - dated, 0)[row], size)
    since = np.clip(cents(promises["open_when_made"]) - left - sure - late, 0, undated + early)
    is_noted, is_paid_since = filled(promises["open_when_made"]), filled(promises["made_on"]) & (left == 0)
    is_over = (deadline < day(as_of)) | is_paid_since
    more = np.where(is_noted, since, np.where(is_over, undated, 0))
    was_open = left + sure + more + late
    promised = np.where(filled(promises["promised_amount"]), cents(promises["promised_amount"]), was_open)
    in_doubt = np.where(is_noted, 0, undated + early)
    return _Money(sure, sure + more, in_doubt, np.minimum(promised, was_open), left)


def _dated(
    promises: pd.DataFrame, matches: Matches, settled: Settled, deadline: Days
) -> tuple[Ints, Ints, Ints]:
    """By promise, what came from the day it was made to its deadline, after it, and perhaps before it was made."""
    size, made_on = len(promises), days(promises["made_on"])
    begins = np.where(np.isnat(made_on), days(promises["promised_date"]), made_on)
    pair, date, amount = _payments_of(matches, settled)
    of = matches.reference[pair]
    is_early, is_late = date < begins[of], date > deadline[of]
    in_time = (date <= deadline[of]) & ~is_early
    perhaps = is_early & np.isnat(made_on)[of]
    sure, late, early = (sum_at(of[mask], amount[mask], size) for mask in (in_time, is_late, perhaps))
    return sure, late, early


def _payments_of(matches: Matches, settled: Settled) -> tuple[Ints, Days, Ints]:
    """For every pair of `matches` the dated payments of its ledger row: pair, date, amount that was still due."""
    dated, claim = settled.dated, settled.dated["claim"].to_numpy()
    first = np.searchsorted(claim, matches.invoice, side="left")
    count = np.searchsorted(claim, matches.invoice, side="right") - first
    pair = np.repeat(np.arange(len(matches.invoice)), count)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    payment = np.repeat(first, count) + within
    return pair, days(dated["date"])[payment], _due_of(settled)[payment]


def _due_of(settled: Settled) -> Ints:
    """Of each dated payment what its row still owed: the newest are beyond it where too much was paid."""
    claim, amount = settled.dated["claim"].to_numpy(), cents(settled.dated["amount"])
    together = np.cumsum(amount)
    first = np.searchsorted(claim, claim, side="left")
    after = together - (together - amount)[first]
    due = (settled.paid - settled.excess)[claim]
    used: Ints = np.minimum(after, due) - np.minimum(after - amount, due)
    return used


def _second(of: Ints, row: Ints, is_open: Mask) -> Mask:
    """Open promises on a row that an earlier line already promises."""
    held = positions(is_open[of])
    again = pd.Series(row[held]).duplicated().to_numpy()
    return _rows(of[held][again], len(is_open))


def _rows(found: Ints, size: int) -> Mask:
    mask = np.zeros(size, dtype=bool)
    mask[found] = True
    return mask
