"""Instalment plans and settlements: a live one holds its rows; one instalment too late and it is in default.

**Which payments pay which instalment.** Payments allocated to the rows of the plan, dated from the day it was
proposed (`made_on`, else the day it was signed), fill its instalments in order of due date. Money whose day is
unknown counts as far as the rows' residue shows that it came after the plan; so does all money where the plan
bears no day. Interest in a plan is charged by an interest note, a row of the plan like any other.

**How a plan stands.** Withdrawn from its day. Closed when every instalment, or every row, is paid. In default
when an instalment was not covered by its due date plus a tolerance in working days; where nobody signed and
nothing was paid, it has lapsed instead: no agreement was broken. A settlement whose sum is paid is paid, and
holds until the rest is written off. Otherwise regular, or proposed while nobody signed. What cannot be read (a
blank amount or day) never ends a plan.

Law: art. 1186 c.c. alone does not make the whole due at a missed instalment: the plan's letter bears an express
clause.
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
    positions,
    sum_at,
)
from xlcredit.schema import VOCABULARIES
from xlcredit.working_days import add_working_days

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.rows import Matches
    from xlcredit.core.settlement import Settled

_SEPARATORS = r"\s*[;,\n]\s*"
_DAYS = np.int64(1) << 20

STATUSES = VOCABULARIES["plan_status"]
NOT_YET = -1
"""The status of a plan made after the day, and of an empty line."""

PROPOSED, REGULAR, DEFAULT, LAPSED, PAID, CLOSED, WITHDRAWN = range(len(STATUSES))
HOLDING = (PROPOSED, REGULAR, PAID)
"""Plans that hold their rows."""

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
        is_due: an instalment falls due soon, or is due and not covered.
        due_amount: cents that such instalments still ask for, on the first row of each plan.
        due_date: the earliest of their due dates; NaT without one.
        is_write_off: its settlement is paid: what is left is to be written off.
        is_unsigned: its plan is proposed, and nobody has signed.
        without_rows: positions in `plans` of live instalments that name no invoice; they hold the whole
            customer.
        status: by instalment line, position in `STATUSES`, NOT_YET for none.
        paid: by instalment line, cents of it that are covered.
        instalment: by instalment line, position in `INSTALMENTS`.
        differs: by instalment line, the first of a plan whose instalments do not add up to what they should.
        total: by instalment line, cents of all of the plan's instalments.
        expected: by instalment line, cents that they should add up to.
        is_second: by instalment line, the first of a live plan on a row that an earlier one covers.
    """

    is_regular: Mask
    is_default: Mask
    default_on: Days
    is_untold: Mask
    is_due: Mask
    due_amount: Ints
    due_date: Days
    is_write_off: Mask
    is_unsigned: Mask
    without_rows: Ints
    status: Ints
    paid: Ints
    instalment: Ints
    differs: Mask
    total: Ints
    expected: Ints
    is_second: Mask

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


@dataclass(frozen=True, slots=True)
class _Plans:
    """The plans behind the instalment lines; by plan where not said otherwise.

    Attributes:
        of: by line, number of its plan.
        count: number of plans.
        first: the first line of each.
        begins: the day from which payments count; NaT without one.
        total: cents of all instalments.
        pair_plan, pair_row: each plan and ledger row it covers.
        is_named: it names invoices.
    """

    of: Ints
    count: int
    first: Ints
    begins: Days
    total: Ints
    pair_plan: Ints
    pair_row: Ints
    is_named: Mask

    def over_rows(self, amounts: Ints) -> Ints:
        """The sum of `amounts` (by ledger row) over each plan's rows."""
        return sum_at(self.pair_plan, amounts[self.pair_row], self.count)


@dataclass(frozen=True, slots=True)
class _Money:
    """What came in for each plan; aligned with plans, where not said otherwise.

    Attributes:
        base: cents that count whatever their day, or since the plan begins.
        keys, running: later payments of all plans, sorted by plan and day, and their running sum.
        residue: what its rows still owe.
        since: dated cents since it begins.
    """

    base: Ints
    keys: Ints
    running: Ints
    residue: Ints
    since: Ints

    def by(self, plan: Ints, date: Days) -> Ints:
        """Cents that had come in for each of `plan` by each `date`."""
        to = np.searchsorted(self.keys, _keys(plan, date), side="right")
        end = np.searchsorted(self.keys, (plan + 1) * _DAYS, side="left")
        return np.maximum(self.base[plan] - (self.running[end] - self.running[to]), 0)


def _keys(plan: Ints, date: Days) -> Ints:
    """One number a plan and day, sorting by both."""
    return plan * _DAYS + np.clip(date.astype("int64"), 0, _DAYS - 1)


def plan_references(plans: pd.DataFrame) -> pd.DataFrame:
    """The invoices each instalment row names, one line each: plan (position), customer_id, invoice_id.

    >>> plans = pd.DataFrame({"customer_id": ["C1"], "invoices": ["12; 13/A"]})
    >>> plan_references(plans)["invoice_id"].tolist()
    ['12', '13/A']
    """
    named = plans[["customer_id", "invoices"]].reset_index(drop=True).dropna()
    numbers = named["invoices"].str.strip().str.split(_SEPARATORS, regex=True).explode().astype("str")
    numbers = numbers[numbers != ""]
    return pd.DataFrame(
        {
            "plan": numbers.index.to_numpy(dtype="int64"),
            "customer_id": named["customer_id"].loc[numbers.index].to_numpy(),
            "invoice_id": numbers.to_numpy(),
        }
    ).astype({"customer_id": "str", "invoice_id": "str"})


def plans_standing(  # noqa: PLR0913, PLR0917  the plans, their rows, their money, the day and two terms
    plans: pd.DataFrame,
    named: tuple[pd.DataFrame, Matches],
    debtors: tuple[pd.Series, Ints],
    settled: Settled,
    as_of: dt.date,
    tolerance_days: int,
    notice_days: int,
) -> Planned:
    """How the rows under a plan stand on `as_of`.

    Args:
        plans: typed table, one row an instalment.
        named: `plan_references(plans)`, and the ledger rows that they name.
        debtors: customer code by number, and the number of each ledger row's customer, negative for credits.
        settled: what is open by ledger row, and the payments whose day is known.
        as_of: the day.
        tolerance_days: working days after its due date in which an instalment may still arrive.
        notice_days: days before its due date from which an instalment is looked after.
    """
    made = _read(plans, named, debtors)
    money = _money(made, settled)
    due = days(plans["due_date"])
    before = _earlier(plans, made, due)
    amount = cents(plans["amount"])
    deadline = add_working_days(due, tolerance_days)
    passed = deadline < day(as_of)
    in_time = money.by(made.of, np.where(passed, deadline, day(as_of)))
    is_missed = passed & (in_time < before + amount)
    paid = np.clip(money.base[made.of] - before, 0, amount)
    status = _statuses(plans, made, money, is_missed, as_of)
    line = np.where(filled(plans["customer_id"]), status[made.of], NOT_YET)
    open_line = (paid < amount) & np.isin(line, HOLDING[:2])
    soon = open_line & (due - notice_days <= day(as_of))
    return Planned(
        **_by_row(plans, made, status, len(settled.residue)),
        default_on=_default_days(made, status, deadline[is_missed], made.of[is_missed], len(settled.residue)),
        **_due_by_row(made, soon, amount - paid, due, len(settled.residue)),
        without_rows=positions(np.isin(line, HOLDING) & ~made.is_named[made.of]),
        status=line,
        paid=paid,
        instalment=_instalments(paid, amount, is_missed),
        **_sums(plans, made, money),
        is_second=_second(made, status),
    )


def _read(
    plans: pd.DataFrame,
    named: tuple[pd.DataFrame, Matches],
    debtors: tuple[pd.Series, Ints],
) -> _Plans:
    """The plans, each with the rows its lines name together, else all of its customer's."""
    (references, matches), (codes, debtor) = named, debtors
    of = pd.factorize(plans["plan_id"].fillna(plans["customer_id"]), use_na_sentinel=False)[0].astype("int64")
    count = int(of.max(initial=-1)) + 1
    first = np.zeros(count, dtype="int64")
    first[of[::-1]] = np.arange(len(of))[::-1]
    named_lines = references["plan"].to_numpy()
    is_named = np.zeros(count, dtype=bool)
    is_named[of[named_lines]] = True
    pairs = pd.DataFrame({"plan": of[named_lines[matches.reference]], "row": matches.invoice})
    pairs = pairs[debtor[matches.invoice] >= 0]
    nameless = positions(~is_named & filled(plans["customer_id"].iloc[first]))
    if len(nameless):
        who = pd.Index(codes).get_indexer(pd.Index(plans["customer_id"].iloc[first[nameless]]))
        whole = pd.DataFrame({"plan": nameless, "debtor": who}).merge(
            pd.DataFrame({"debtor": debtor, "row": np.arange(len(debtor))}), on="debtor"
        )
        pairs = pd.concat([pairs, whole[["plan", "row"]]])
    pairs = pairs.drop_duplicates().sort_values(["plan", "row"])
    total = sum_at(of, cents(plans["amount"]), count)
    made_on, signed = (earliest_at(of, days(plans[column]), count) for column in ("made_on", "signed_on"))
    begins = np.where(np.isnat(made_on), signed, made_on)
    return _Plans(of, count, first, begins, total, pairs["plan"].to_numpy(), pairs["row"].to_numpy(), is_named)


def _earlier(plans: pd.DataFrame, made: _Plans, due: Days) -> Ints:
    """By line, cents of the plan's instalments that come before it: by due date, number, line."""
    amount = cents(plans["amount"])
    number = plans["instalment"].to_numpy(dtype="int64", na_value=0)
    order = np.lexsort((np.arange(len(due)), number, due, made.of))
    running = np.cumsum(amount[order]) - amount[order]
    plan = made.of[order]
    starts = positions(np.diff(plan, prepend=-1) != 0)
    before = np.empty(len(due), dtype="int64")
    before[order] = running - np.repeat(running[starts], np.diff(np.append(starts, len(due))))
    return before


def _money(made: _Plans, settled: Settled) -> _Money:
    """What came in for each plan, by the convention of this module."""
    claim, date, amount = (settled.dated[name].to_numpy() for name in ("claim", "date", "amount"))
    on_rows = np.isin(claim, made.pair_row)
    paid = pd.DataFrame({"row": claim[on_rows], "date": date[on_rows], "amount": amount[on_rows]}).merge(
        pd.DataFrame({"row": made.pair_row, "plan": made.pair_plan}), on="row"
    )
    plan, day_, cents_ = paid["plan"].to_numpy(), days(paid["date"]), cents(paid["amount"])
    is_since = day_ >= made.begins[plan]
    since = sum_at(plan[is_since], cents_[is_since], made.count)
    dated, residue = sum_at(plan, cents_, made.count), made.over_rows(settled.residue)
    has_day = ~np.isnat(made.begins)
    loose = made.over_rows(settled.paid) - np.where(has_day, dated, 0)
    shown = np.clip(made.total - residue - since, 0, np.maximum(loose, 0))
    keys = _keys(plan, day_)
    order = np.argsort(keys, kind="stable")
    running = np.concatenate(([0], np.cumsum(cents_[order])))
    return _Money(since + shown, keys[order], running, residue, since)


def _statuses(
    plans: pd.DataFrame, made: _Plans, money: _Money, is_missed: Mask, as_of: dt.date
) -> Ints:
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
    status[withdrawn] = WITHDRAWN
    status[made.begins > day(as_of)] = NOT_YET
    return status


def _instalments(paid: Ints, amount: Ints, is_missed: Mask) -> Ints:
    """How each instalment stands; one paid after its tolerance is paid."""
    unpaid = np.where(is_missed, LATE, np.where(paid > 0, PARTLY, TO_COME))
    return np.where(paid >= amount, COVERED, unpaid)


def _by_row(plans: pd.DataFrame, made: _Plans, status: Ints, size: int) -> dict[str, Mask]:
    """By ledger row, what its plans mean for it; a live plan goes before one in default."""
    untold = (status == DEFAULT) & ~_any(made, filled(plans["default_told_on"]))
    unsigned = (status == PROPOSED) & made.is_named
    masks = {
        "is_regular": np.isin(status, HOLDING),
        "is_default": status == DEFAULT,
        "is_untold": untold,
        "is_write_off": status == PAID,
        "is_unsigned": unsigned,
    }
    by_row = {name: _rows(made.pair_row[mask[made.pair_plan]], size) for name, mask in masks.items()}
    for name in ("is_default", "is_untold"):
        by_row[name] &= ~by_row["is_regular"]
    return by_row


def _default_days(made: _Plans, status: Ints, missed: Days, plan: Ints, size: int) -> Days:
    """By ledger row, the day after the tolerance of the first instalment missed, of plans in default."""
    first = np.where(status == DEFAULT, earliest_at(plan, missed + 1, made.count), NO_DAY)
    return earliest_at(made.pair_row, first[made.pair_plan], size)


def _due_by_row(made: _Plans, soon: Mask, missing: Ints, due: Days, size: int) -> dict[str, Ints | Days | Mask]:
    """By ledger row, the instalments to look after; their amount stands on the first row of the plan."""
    asks = sum_at(made.of[soon], missing[soon], made.count)
    date = earliest_at(made.of[soon], due[soon], made.count)
    first = np.diff(made.pair_plan, prepend=-1) != 0
    amount = np.zeros(size, dtype="int64")
    np.add.at(amount, made.pair_row[first], asks[made.pair_plan[first]])
    return {
        "is_due": _rows(made.pair_row[(asks > 0)[made.pair_plan]], size),
        "due_amount": amount,
        "due_date": earliest_at(made.pair_row, date[made.pair_plan], size),
    }


def _sums(plans: pd.DataFrame, made: _Plans, money: _Money) -> dict[str, Mask | Ints]:
    """Plans whose instalments do not add up to the agreed total, or leave part of their rows out."""
    typed = np.zeros(made.count, dtype="int64")
    np.maximum.at(typed, made.of, cents(plans["total"]))
    settlement = _any(made, is_any(plans["kind"], "settlement"))
    was_open = money.residue + money.base
    short = (typed == 0) & ~settlement & made.is_named & (money.residue > 0) & (made.total < was_open)
    differs = ((typed > 0) & (typed != made.total)) | short
    expected = np.where(typed > 0, typed, was_open)
    lines = np.zeros(len(made.of), dtype=bool)
    lines[made.first[differs]] = True
    lines &= filled(plans["customer_id"])
    return {"differs": lines, "total": made.total[made.of], "expected": expected[made.of]}


def _second(made: _Plans, status: Ints) -> Mask:
    """The first line of each live plan that covers a row of an earlier live one."""
    live = np.isin(status, HOLDING)[made.pair_plan]
    plan, row = made.pair_plan[live], made.pair_row[live]
    again = pd.Series(row).duplicated().to_numpy()
    lines = np.zeros(len(made.of), dtype=bool)
    lines[made.first[plan[again]]] = True
    return lines


def _any(made: _Plans, lines: Mask) -> Mask:
    """Plans of which a line is in `lines`."""
    return np.bincount(made.of[lines], minlength=made.count) > 0


def _rows(found: Ints, size: int) -> Mask:
    mask = np.zeros(size, dtype=bool)
    mask[found] = True
    return mask
