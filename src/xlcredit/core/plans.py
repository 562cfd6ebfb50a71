"""Instalment plans: a regular one holds its rows; one instalment too late and it is in default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import cents, day, days, filled, is_any
from xlcredit.working_days import add_working_days

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.core.columns import Ints, Mask
    from xlcredit.core.rows import Matches

_SEPARATORS = r"\s*[;,\n]\s*"


@dataclass(frozen=True, slots=True)
class Planned:
    """By ledger row, and the plans that name none.

    Attributes:
        is_regular: a regular plan holds the row.
        is_default: its plan is in default: the residue is due again.
        without_rows: positions in `plans` of live instalments that name no invoice; they hold the whole
            customer.
    """

    is_regular: Mask
    is_default: Mask
    without_rows: Ints


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


def plans_standing(
    plans: pd.DataFrame,
    named: tuple[pd.DataFrame, Matches],
    debtors: tuple[pd.Series, Ints],
    as_of: dt.date,
    tolerance_days: int,
) -> Planned:
    """How the rows under a plan stand on `as_of`.

    Args:
        plans: typed table, one row an instalment.
        named: `plan_references(plans)`, and the ledger rows that they name.
        debtors: customer code by number, and the number of each ledger row's customer.
        as_of: the day.
        tolerance_days: working days after its due date in which an instalment may still arrive.
    """
    (references, matches), (codes, debtor) = named, debtors
    plan = pd.factorize(plans["plan_id"].fillna(plans["customer_id"]), use_na_sentinel=False)[0]
    is_default = _by_plan(plan, _is_missed(plans, as_of, tolerance_days) | is_any(plans["status"], "default"))
    is_ended = is_any(plans["status"], "proposed", "closed", "withdrawn")
    unpaid = ~is_ended & (cents(plans["paid_amount"]) < np.maximum(cents(plans["amount"]), 1))
    is_regular = _by_plan(plan, unpaid & filled(plans["customer_id"])) & ~is_default
    at = references["plan"].to_numpy()[matches.reference]
    size = len(debtor)
    named_at_all = _by_plan(plan, np.isin(np.arange(len(plans)), references["plan"].to_numpy()))
    nameless = is_regular & ~is_ended & ~named_at_all
    regular, default = (
        _rows(matches.invoice[is_regular[at]], size),
        _rows(matches.invoice[is_default[at]], size),
    )
    owners = codes.index[codes.isin(plans["customer_id"][nameless])].to_numpy()
    return Planned(regular | np.isin(debtor, owners), default, np.flatnonzero(nameless))


def _is_missed(plans: pd.DataFrame, as_of: dt.date, tolerance_days: int) -> Mask:
    """Instalments of a live plan still unpaid after their tolerance."""
    live = ~is_any(plans["status"], "proposed", "closed", "withdrawn", "default")
    unpaid = cents(plans["paid_amount"]) < cents(plans["amount"])
    return live & unpaid & (add_working_days(days(plans["due_date"]), tolerance_days) < day(as_of))


def _by_plan(plan: Ints, mask: Mask) -> Mask:
    """Every instalment of a plan of which one is in `mask`."""
    return np.isin(plan, plan[mask])


def _rows(found: Ints, size: int) -> Mask:
    mask = np.zeros(size, dtype=bool)
    mask[found] = True
    return mask
