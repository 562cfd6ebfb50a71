"""Which payments pay which instalment of a plan.

Payments allocated to the rows of a plan, dated from the day it was proposed (`made_on`, else the day it was
signed), fill its instalments in order of due date. Money whose day is unknown counts as far as the rows'
residue shows that it came after the plan: what they owed when it was made (`owed`, else the plan's total) less
what they owe now; so does all money where the plan bears no day. Of a settlement without `owed` the total tells
nothing of the kind: whether such money came after it cannot be known. What the total exceeds `owed` by is interest;
it is charged by an interest note, a row of the plan like any other, and paid by what is allocated to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import cents, days, earliest_at, filled, is_any, positions, sum_at

if TYPE_CHECKING:
    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.rows import Matches
    from xlcredit.core.settlement import Settled

_SEPARATORS = r"\s*[;,\n]\s*"
_BRACKETS = r"\((?P<year>\d{4})?(?:/(?P<instalment>\d{1,4}))?\)"
_ENTRY = rf"(?P<number>.*?)(?:\s*{_BRACKETS})?"
"""A document number and, in brackets, the year and the instalment of which alone the plan is: `12 (2026/1)`."""

_DAYS = np.int64(1) << 20


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans behind the instalment lines; by plan where not said otherwise.

    Attributes:
        of: by line, number of its plan.
        count: number of plans.
        first: the first line of each.
        begins: the day from which payments count; NaT without one.
        total: cents of all instalments.
        owed: cents that its rows owed when it was made; of a settlement that does not say, -1.
        says_owed: it says so itself.
        interest: cents of interest in the total; 0 where `owed` does not say.
        pair_plan, pair_row: each plan and ledger row it covers.
        is_named: it names invoices.
    """

    of: Ints
    count: int
    first: Ints
    begins: Days
    total: Ints
    owed: Ints
    says_owed: Mask
    interest: Ints
    pair_plan: Ints
    pair_row: Ints
    is_named: Mask

    def over_rows(self, amounts: Ints) -> Ints:
        """The sum of `amounts` (by ledger row) over each plan's rows."""
        return sum_at(self.pair_plan, amounts[self.pair_row], self.count)


@dataclass(frozen=True, slots=True)
class PlanMoney:
    """What came in for each plan; aligned with plans, where not said otherwise.

    Attributes:
        base: cents that count whatever their day, or since the plan begins.
        keys, running: later payments of all plans, sorted by plan and day, and their running sum.
        residue: what its rows still owe.
        since: dated cents since it begins.
        left: cents that it still asks for: of its total, and no more than its rows still owe with the interest that
            no note has charged yet. One that does not say what its rows owed asks for all of its total.
        is_unclear: money of unknown day came in for a settlement that does not say what its rows owed.
    """

    base: Ints
    keys: Ints
    running: Ints
    residue: Ints
    since: Ints
    left: Ints
    is_unclear: Mask

    def by(self, plan: Ints, date: Days) -> Ints:
        """Cents that had come in for each of `plan` by each `date`."""
        to = np.searchsorted(self.keys, _keys(plan, date), side="right")
        end = np.searchsorted(self.keys, (plan + 1) * _DAYS, side="left")
        return np.maximum(self.base[plan] - (self.running[end] - self.running[to]), 0)


def plan_references(plans: pd.DataFrame) -> pd.DataFrame:
    """The ledger rows each instalment row names, one line each.

    A number alone means every row that bears it; in brackets may stand the year of the document, its
    instalment, or both.

    Returns:
        plan (position in `plans`), customer_id, invoice_id, document_year, instalment (Int64, blank for every one).

    >>> plans = pd.DataFrame({"customer_id": ["C1"], "invoices": ["12 (2026); 13/A; 14 (2026/2); 15 (/3)"]})
    >>> plan_references(plans)[["invoice_id", "document_year", "instalment"]].to_numpy().tolist()
    [['12', 2026, <NA>], ['13/A', <NA>, <NA>], ['14', 2026, 2], ['15', <NA>, 3]]
    """
    named = plans[["customer_id", "invoices"]].reset_index(drop=True).dropna()
    entries = named["invoices"].str.strip().str.split(_SEPARATORS, regex=True).explode().astype("str")
    entries = entries[entries != ""]
    parts = entries.str.extract(f"^{_ENTRY}$")
    return pd.DataFrame(
        {
            "plan": entries.index.to_numpy(dtype="int64"),
            "customer_id": named["customer_id"].loc[entries.index].to_numpy(),
            "invoice_id": parts["number"].to_numpy(),
            "document_year": pd.to_numeric(parts["year"]).astype("Int64").to_numpy(),
            "instalment": pd.to_numeric(parts["instalment"]).astype("Int64").to_numpy(),
        }
    ).astype({"customer_id": "str", "invoice_id": "str", "document_year": "Int64", "instalment": "Int64"})


def references_to(rows: pd.DataFrame, chosen: Ints) -> str:
    """What a plan says to name the ledger rows `chosen` and no others: `plan_references` reads it back.

    Args:
        rows: assessed rows: customer_id, invoice_id, document_year, row_instalment.
        chosen: positions of rows of one customer.

    >>> rows = pd.DataFrame({"customer_id": ["C1"] * 4, "invoice_id": ["9", "9", "7", "8"],
    ...                      "document_year": [2025, 2026, 2026, 2026], "row_instalment": [1, 1, 1, 1]})
    >>> references_to(rows, np.array([1, 2]))
    '9 (2026); 7'
    """
    named = rows[["customer_id", "invoice_id", "document_year", "row_instalment"]].iloc[chosen]
    owner, numbers = named["customer_id"].iloc[0], named["invoice_id"]
    of_owner = rows[(rows["customer_id"] == owner) & rows["invoice_id"].isin(numbers)]
    same_number, same_year = (
        _others(of_owner, named, columns) for columns in (["invoice_id"], ["invoice_id", "document_year"])
    )
    same_number |= numbers.str.fullmatch(f".*{_BRACKETS}").to_numpy(dtype=bool)
    year = named["document_year"].astype("str").where(named["document_year"].notna(), "")
    instalment = ("/" + named["row_instalment"].astype("str")).where(same_year | (year == ""), "")
    texts = numbers.astype("str").where(~same_number, numbers + " (" + year + instalment + ")")
    return "; ".join(texts.drop_duplicates())


def _others(rows: pd.DataFrame, chosen: pd.DataFrame, columns: list[str]) -> Mask:
    """By chosen row, whether `rows` have more of the same `columns` than are chosen."""
    every, some = (
        frame.groupby(columns, dropna=False)["customer_id"].transform("size") for frame in (rows, chosen)
    )
    others: Mask = (every.loc[chosen.index] > some).to_numpy(dtype=bool, copy=True)
    return others


def read_plans(
    plans: pd.DataFrame,
    named: tuple[pd.DataFrame, Matches],
    debtors: tuple[pd.Series, Ints],
) -> Plans:
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
    owed, says_owed, interest = _owed(plans, of, total)
    covered = pairs["plan"].to_numpy(), pairs["row"].to_numpy()
    return Plans(of, count, first, begins, total, owed, says_owed, interest, *covered, is_named)


def _owed(plans: pd.DataFrame, of: Ints, total: Ints) -> tuple[Ints, Mask, Ints]:
    """By plan, what its rows owed when made (-1: cannot be known), whether it says so itself, the interest in it."""
    typed = np.zeros(len(total), dtype="int64")
    np.maximum.at(typed, of, cents(plans["owed"]))
    settles = np.bincount(of[is_any(plans["kind"], "settlement")], minlength=len(total)) > 0
    interest = np.where((typed > 0) & ~settles, np.maximum(total - typed, 0), 0)
    return np.where(typed > 0, typed, np.where(settles, -1, total)), typed > 0, interest


def earlier_instalments(plans: pd.DataFrame, made: Plans, due: Days) -> Ints:
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


def money_of(made: Plans, settled: Settled, notes: tuple[Days, Ints]) -> PlanMoney:
    """What came in for each plan, by the convention of this module.

    Args:
        made: the plans.
        settled: what is open by ledger row, and the payments whose day is known.
        notes: by ledger row, the day of an interest note and its cents; 0 for other documents.
    """
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
    charged = np.minimum(_noted(made, notes), made.interest)
    owed = made.owed + charged
    shown = np.clip(owed - residue - since, 0, np.maximum(loose, 0))
    keys = _keys(plan, day_)
    order = np.argsort(keys, kind="stable")
    running = np.concatenate(([0], np.cumsum(cents_[order])))
    is_unclear = (made.owed < 0) & (loose > 0)
    base = since + shown
    left = np.maximum(made.total - base, 0)
    left = np.where(made.says_owed, np.minimum(left, residue + made.interest - charged), left)
    return PlanMoney(base, keys[order], running, residue, since, left, is_unclear)


def _noted(made: Plans, notes: tuple[Days, Ints]) -> Ints:
    """By plan, cents of interest notes that came with it or after."""
    date, amount = notes
    counts = ~(date[made.pair_row] < made.begins[made.pair_plan])
    return sum_at(made.pair_plan[counts], amount[made.pair_row[counts]], made.count)


def _keys(plan: Ints, date: Days) -> Ints:
    """One number a plan and day, sorting by both."""
    keys: Ints = plan * _DAYS + np.clip(date.astype("int64"), 0, _DAYS - 1)
    return keys
