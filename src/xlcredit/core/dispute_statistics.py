"""Where disputes come from: by reason and department, how many, how much, how long, how often justified.

Counts the cases opened in the last months (policy); one without a day of opening counts while it is open.
Amounts are in the base currency: what is contested, else the whole net amount of the rows named, of a case about a
whole customer what is open. The largest amount comes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import cents, day, days, filled, is_any, sum_at
from xlcredit.core.disputes import NOT_YET, RESOLVED, is_about_customer
from xlcredit.core.exchange import in_base, rates_on

if TYPE_CHECKING:
    from xlcredit.core.columns import Ints, Mask
    from xlcredit.core.disputes import Disputed
    from xlcredit.core.situation import Situation

_COLUMNS = {
    "reason": "category", "department": "str", "cases": "Int64", "open_cases": "Int64", "amount": "Int64",
    "share": "float64", "days_to_resolve": "float64", "justified_share": "float64",
    "credit_note_expected": "Int64",
}  # fmt: skip


def dispute_statistics(situation: Situation, disputed: Disputed) -> pd.DataFrame:
    """The table `dispute_statistics`: one row a reason and department.

    Returns:
        Its columns; share of the contested total, of 1; days_to_resolve on average over the resolved ones;
        justified_share of the resolved ones with an outcome, of 1.
    """
    disputes = situation.ledger.disputes
    chosen = np.flatnonzero(_counted(situation, disputed))
    cases = disputes.iloc[chosen]
    amount, credit = (_amounts(situation, column)[chosen] for column in ("amount", "credit"))
    resolved = disputed.phase[chosen] == RESOLVED
    judged = resolved & filled(cases["outcome"])
    took = np.where(resolved & (disputed.days_open[chosen] >= 0), disputed.days_open[chosen], np.nan)
    right = is_any(cases["outcome"], "justified", "partly_justified")
    frame = cases[["reason", "department"]].assign(
        open_cases=~resolved,
        amount=amount,
        days_to_resolve=took,
        justified_share=np.where(judged, right, np.nan),
        credit_note_expected=credit,
    )
    groups = frame.groupby(["reason", "department"], dropna=False, observed=True, sort=True)
    table = groups.agg(
        cases=("amount", "size"),
        open_cases=("open_cases", "sum"),
        amount=("amount", "sum"),
        days_to_resolve=("days_to_resolve", "mean"),
        justified_share=("justified_share", "mean"),
        credit_note_expected=("credit_note_expected", "sum"),
    ).reset_index()
    table["share"] = table["amount"] / max(int(amount.sum()), 1)
    ordered = table.sort_values("amount", ascending=False, kind="stable", ignore_index=True)
    return ordered[list(_COLUMNS)].astype({**_COLUMNS, "reason": disputes["reason"].dtype})


def _counted(situation: Situation, disputed: Disputed) -> Mask:
    """The cases opened in the period, and undated ones that are open."""
    first = day(situation.as_of) - situation.policy.desk.dispute_statistics_days
    opened = days(situation.ledger.disputes["opened_on"])
    recent = (opened > first) | (np.isnat(opened) & disputed.is_open_case)
    counted: Mask = recent & (disputed.phase != NOT_YET)
    return counted


def _contested(situation: Situation) -> Ints:
    """Cents by pair of case and row: the net amount of a row named, the residue where the whole customer is."""
    matches = situation.matches["disputes"]
    general = is_about_customer(situation.ledger.disputes)[matches.reference]
    net, residue = situation.owed.net[matches.invoice], situation.settled.residue[matches.invoice]
    cents_by_pair: Ints = np.where(general, residue, net)
    return cents_by_pair


def _amounts(situation: Situation, which: str) -> Ints:
    """By dispute, base cents contested (`amount`) or expected as a credit note (`credit`)."""
    disputes, matches = situation.ledger.disputes, situation.matches["disputes"]
    size = len(disputes)
    whole = sum_at(matches.reference, _contested(situation), size)
    typed = np.abs(cents(disputes["disputed_amount"]))
    own = np.where(filled(disputes["disputed_amount"]), typed, whole)
    if which == "credit":
        own = np.abs(cents(disputes["credit_note_expected"]))
    settings = situation.settings
    names = situation.debtors.currency.cat.categories
    code = np.full(size, names.get_loc(settings.base_currency))
    code[matches.reference] = situation.debtors.currency.cat.codes.to_numpy()[matches.invoice]
    currency = pd.Series(pd.Categorical.from_codes(code, categories=names))
    rates = rates_on(situation.ledger.exchange_rates, settings.base_currency, situation.as_of)
    return in_base(own, currency, rates)[0]
