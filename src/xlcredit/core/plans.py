"""Instalment plans and settlements: a live one holds its rows; one instalment too late and it is in default.

A plan is withdrawn from its day; closed when every instalment, or every row, is paid; in default when an
instalment was not covered by its due date plus a tolerance in working days. Where nobody signed and nothing was
paid it has lapsed instead: no agreement was broken. One whose rows are paid while its interest is not stays
regular. A settlement whose sum is paid is paid, and holds until the rest is written off. Otherwise a plan is
regular, or proposed while nobody signed. What cannot be read (a blank amount or day) never ends a plan. One in
default holds its rows, too, while the days run that its letter gives. Which payments pay which instalment is told
in `plan_payments`.

Law: art. 1186 c.c. alone does not make the whole due at a missed instalment: the plan's letter bears an express
clause.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

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
    positions,
    sum_at,
)
from xlcredit.core.plan_payments import earlier_instalments, money_of, read_plans
from xlcredit.schema import VOCABULARIES
from xlcredit.working_days import add_working_days

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.plan_payments import PlanMoney, Plans
    from xlcredit.core.rows import Matches
    from xlcredit.core.settlement import Settled

STATUSES = VOCABULARIES["plan_status"]
NOT_YET = -1
"""The status of a plan made after the day, and of an empty line."""

PROPOSED, REGULAR, DEFAULT, LAPSED, PAID, CLOSED, WITHDRAWN = range(len(STATUSES))
HOLDING = (PROPOSED, REGULAR, PAID)
"""Plans that hold their rows."""

NOTHING_AGAINST_DEFAULT = ("plan", "below_minimum", "credit_cover", "ambiguous", "dispute", "promise")
"""Holds in spite of which a customer is told of a default: who broke an agreement does not stop what follows."""

INSTALMENTS = VOCABULARIES["instalment_status"]
TO_COME, PARTLY, COVERED, LATE = range(len(INSTALMENTS))


@dataclass(frozen=True, slots=True)
class Planned:
    """By ledger row, where not said otherwise.

    Attributes:
        is_regular: a live plan holds the row.
        is_default: its plan is in default: the residue is due again.
        default_on: the day from which it is; NaT without one.
        is_untold: it is in default, and the customer has not been told.
        is_waiting: it is in default, and the days run in which the customer, once told, may still pay.
        is_due: an instalment falls due soon, or is due and not covered.
        due_amount: cents that such instalments still ask for, on the first row of each plan.
        due_date: the earliest of their due dates; NaT without one.
        is_write_off: its settlement is paid: what is left is to be written off.
        is_unsigned: its plan is proposed, and nobody has signed.
        without_rows: positions in `plans` of live instalments that name no invoice; they hold the whole
            customer.
        status: by instalment line, position in `STATUSES`, NOT_YET for none.
        paid: by instalment line, cents of it that are covered.
        missing: by instalment line, cents of it that are still asked for.
        is_missed: by instalment line, not covered within its tolerance, though perhaps after it.
        instalment: by instalment line, position in `INSTALMENTS`.
        differs: by instalment line, the first of a plan whose instalments do not add up to what they should.
        total: by instalment line, cents of all of the plan's instalments.
        expected: by instalment line, cents that they should add up to.
        is_second: by instalment line, the first of a live plan on a row that an earlier one covers.
        is_to_remind: by instalment line, of a regular plan, not covered, that falls due soon and of which the
            customer has not been reminded.
        interest_left: by instalment line, on the first of a plan whose rows are paid, cents of interest that are not.
        is_unclear: by instalment line, the first of a live settlement of which nobody knows whether it is paid.
    """

    is_regular: Mask
    is_default: Mask
    default_on: Days
    is_untold: Mask
    is_waiting: Mask
    is_due: Mask
    due_amount: Ints
    due_date: Days
    is_write_off: Mask
    is_unsigned: Mask
    without_rows: Ints
    status: Ints
    paid: Ints
    missing: Ints
    is_missed: Mask
    instalment: Ints
    differs: Mask
    total: Ints
    expected: Ints
    is_second: Mask
    is_to_remind: Mask
    interest_left: Ints
    is_unclear: Mask

    @property
    def table(self) -> pd.DataFrame:
        """The computed columns of `plans`."""
        known = self.status >= 0
        return pd.DataFrame(
            {
                "paid_amount": nullable(self.paid, known),
                "instalment_status": coded(np.where(known, self.instalment, -1), INSTALMENTS),
                "status": coded(self.status, STATUSES),
            }
        )


class _Marks(TypedDict):
    """The masks of `Planned` that follow from the plans' status."""

    is_regular: Mask
    is_default: Mask
    is_untold: Mask
    is_waiting: Mask
    is_write_off: Mask
    is_unsigned: Mask


def plans_standing(  # noqa: PLR0913, PLR0917  the plans, their rows, their money, the day and two terms
    plans: pd.DataFrame,
    named: tuple[pd.DataFrame, Matches],
    debtors: tuple[pd.Series, Ints],
    settled: Settled,
    notes: tuple[Days, Ints],
    as_of: dt.date,
    tolerance_days: int,
    notice_days: int,
    response_days: int,
) -> Planned:
    """How the rows under a plan stand on `as_of`.

    Args:
        plans: typed table, one row an instalment.
        named: `plan_references(plans)`, and the ledger rows that they name.
        debtors: customer code by number, and the number of each ledger row's customer, negative for credits.
        settled: what is open by ledger row, and the payments whose day is known.
        notes: by ledger row, the day of an interest note and its cents; 0 for other documents.
        as_of: the day.
        tolerance_days: working days after its due date in which an instalment may still arrive.
        notice_days: days before its due date from which an instalment is looked after.
        response_days: days that a customer has once the default was told.
    """
    made = read_plans(plans, named, debtors)
    money = money_of(made, settled, notes)
    due = days(plans["due_date"])
    before = earlier_instalments(plans, made, due)
    amount = cents(plans["amount"])
    deadline = add_working_days(due, tolerance_days)
    passed = deadline < day(as_of)
    in_time = money.by(made.of, np.where(passed, deadline, day(as_of)))
    is_missed = passed & (in_time < before + amount) & ~money.is_unclear[made.of]
    paid = np.clip(money.base[made.of] - before, 0, amount)
    missing = np.clip(money.left[made.of] - np.maximum(before - money.base[made.of], 0), 0, amount - paid)
    status = _statuses(plans, made, money, is_missed, as_of)
    line = np.where(filled(plans["customer_id"]), status[made.of], NOT_YET)
    open_line = (missing > 0) & np.isin(line, HOLDING[:2])
    soon = open_line & (due - notice_days <= day(as_of))
    size = len(settled.residue)
    is_due, due_amount, due_date = _due_by_row(made, soon, missing, due, size)
    differs, expected = _sums(plans, made, money)
    return Planned(
        **_by_row(plans, made, status, size, day(as_of) - response_days),
        default_on=_default_days(made, status, deadline[is_missed], made.of[is_missed], size),
        is_due=is_due,
        due_amount=due_amount,
        due_date=due_date,
        without_rows=positions(np.isin(line, HOLDING) & ~made.is_named[made.of]),
        status=line,
        paid=paid,
        missing=missing,
        is_missed=is_missed,
        instalment=_instalments(paid, amount, is_missed),
        differs=differs,
        total=made.total[made.of],
        expected=expected,
        is_second=_second(made, status),
        is_to_remind=soon & (due >= day(as_of)) & (line == REGULAR) & ~filled(plans["reminded_on"]),
        interest_left=np.where(
            _first_lines(made, _owes_interest(made, money) & (status == REGULAR)),
            (made.total - money.base)[made.of],
            0,
        ),
        is_unclear=_first_lines(made, money.is_unclear & np.isin(status, HOLDING[:2])),
    )


def _statuses(plans: pd.DataFrame, made: Plans, money: PlanMoney, is_missed: Mask, as_of: dt.date) -> Ints:
    """How each plan stands."""
    signed, withdrawn = (
        _any(made, days(plans[column]) <= day(as_of)) for column in ("signed_on", "withdrawn_on")
    )
    settlement = _any(made, is_any(plans["kind"], "settlement"))
    covered = (money.base >= made.total) & ~_any(made, ~filled(plans["amount"]))
    has_rows = np.bincount(made.pair_plan, minlength=made.count) > 0
    agreed, missed = signed | (money.since > 0), _any(made, is_missed)
    status = np.where(agreed, REGULAR, PROPOSED)
    status[covered] = np.where(settlement, PAID, CLOSED)[covered]
    status[missed] = np.where(agreed, DEFAULT, LAPSED)[missed]
    status[(money.residue == 0) & has_rows] = CLOSED
    status[_owes_interest(made, money) & agreed] = REGULAR
    status[withdrawn] = WITHDRAWN
    status[made.begins > day(as_of)] = NOT_YET
    return status


def _owes_interest(made: Plans, money: PlanMoney) -> Mask:
    """Plans whose rows are paid, and whose interest is not."""
    owes: Mask = (money.residue == 0) & (made.interest > 0) & (money.base < made.total)
    return owes


def _instalments(paid: Ints, amount: Ints, is_missed: Mask) -> Ints:
    """How each instalment stands; one paid after its tolerance is paid."""
    unpaid = np.where(is_missed, LATE, np.where(paid > 0, PARTLY, TO_COME))
    return np.where(paid >= amount, COVERED, unpaid)


def _by_row(
    plans: pd.DataFrame, made: Plans, status: Ints, size: int, answered_until: np.datetime64
) -> _Marks:
    """By ledger row, what its plans mean for it; a live plan goes before one in default.

    Who was told of a default by `answered_until` has had the time to answer before the day.
    """
    in_default, told = status == DEFAULT, days(plans["default_told_on"])
    untold = in_default & ~_any(made, ~np.isnat(told))
    unsigned = (status == PROPOSED) & made.is_named
    masks = {
        "is_regular": np.isin(status, HOLDING),
        "is_default": in_default,
        "is_untold": untold,
        "is_waiting": in_default & _any(made, told >= answered_until),
        "is_write_off": status == PAID,
        "is_unsigned": unsigned,
    }
    by_row = {name: _rows(made.pair_row[mask[made.pair_plan]], size) for name, mask in masks.items()}
    live = by_row["is_regular"]
    return _Marks(
        is_regular=live,
        is_default=by_row["is_default"] & ~live,
        is_untold=by_row["is_untold"] & ~live,
        is_waiting=by_row["is_waiting"] & ~live,
        is_write_off=by_row["is_write_off"],
        is_unsigned=by_row["is_unsigned"],
    )


def _default_days(made: Plans, status: Ints, missed: Days, plan: Ints, size: int) -> Days:
    """By ledger row, the day after the tolerance of the first instalment missed, of plans in default."""
    first = np.where(status == DEFAULT, earliest_at(plan, missed + 1, made.count), NO_DAY)
    return earliest_at(made.pair_row, first[made.pair_plan], size)


def _due_by_row(made: Plans, soon: Mask, missing: Ints, due: Days, size: int) -> tuple[Mask, Ints, Days]:
    """By ledger row, the instalments to look after: whether any, what they ask for, the first of their days.

    The amount stands on the first row of the plan.
    """
    asks = sum_at(made.of[soon], missing[soon], made.count)
    date = earliest_at(made.of[soon], due[soon], made.count)
    first = np.diff(made.pair_plan, prepend=-1) != 0
    amount = np.zeros(size, dtype="int64")
    np.add.at(amount, made.pair_row[first], asks[made.pair_plan[first]])
    is_due = _rows(made.pair_row[(asks > 0)[made.pair_plan]], size)
    return is_due, amount, earliest_at(made.pair_row, date[made.pair_plan], size)


def _sums(plans: pd.DataFrame, made: Plans, money: PlanMoney) -> tuple[Mask, Ints]:
    """The first lines of plans whose instalments do not add up, and by line what they should add up to.

    To the agreed total; without one, to what the rows owed at least. More may be interest.
    """
    typed = np.zeros(made.count, dtype="int64")
    np.maximum.at(typed, made.of, cents(plans["total"]))
    settlement = _any(made, is_any(plans["kind"], "settlement"))
    was_open = money.residue + money.base
    short = (typed == 0) & ~settlement & made.is_named & (money.residue > 0) & (made.total < was_open)
    differs = ((typed > 0) & (typed != made.total)) | short
    expected = np.where(typed > 0, typed, was_open)
    return _first_lines(made, differs) & filled(plans["customer_id"]), expected[made.of]


def _second(made: Plans, status: Ints) -> Mask:
    """The first line of each live plan that covers a row of an earlier live one."""
    live = np.isin(status, HOLDING)[made.pair_plan]
    plan, row = made.pair_plan[live], made.pair_row[live]
    again = pd.Series(row).duplicated().to_numpy()
    return _first_lines(made, plan[again])


def _first_lines(made: Plans, plans: Mask | Ints) -> Mask:
    """The first line of each of some plans."""
    lines = np.zeros(len(made.of), dtype=bool)
    lines[made.first[plans]] = True
    return lines


def _any(made: Plans, lines: Mask) -> Mask:
    """Plans of which a line is in `lines`."""
    return np.bincount(made.of[lines], minlength=made.count) > 0


def _rows(found: Ints, size: int) -> Mask:
    mask = np.zeros(size, dtype=bool)
    mask[found] = True
    return mask
