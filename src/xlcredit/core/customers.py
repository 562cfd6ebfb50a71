"""What the ledger says about each customer: exposure, overdue, habits, alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.abc import CLASSES
from xlcredit.core.actions import ACTIONS
from xlcredit.core.charges import days_left
from xlcredit.core.columns import (
    bit_sets,
    cents,
    coded,
    coded_bits,
    day,
    days,
    filled,
    is_any,
    nullable,
    positions,
    sum_at,
)
from xlcredit.core.decisions import is_insured
from xlcredit.core.exchange import in_base, rates_on
from xlcredit.core.holds import is_insolvent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xlcredit.core.actions import Actions
    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.pursuit import Pursuit
    from xlcredit.core.ranking import Ranking
    from xlcredit.core.situation import Situation

    Floats = NDArray[np.float64]

ALARMS = (
    "over_limit", "insolvency", "broken_promise", "first_invoice_default", "returned_effect", "plan_default",
    "limitation_near", "insurer_notice", "guarantee_lapsed", "lost",
)  # fmt: skip
_YEAR = 365


def assess_customers(
    situation: Situation, pursuit: Pursuit, ranking: Ranking, actions: Actions, limitation: Days
) -> pd.DataFrame:
    """The computed columns of `customers`, aligned with it, amounts in the base currency.

    Exposure is what is open, less free credit and what is insured. The second row of a customer entered twice
    stays blank.
    """
    debtors, customers = situation.debtors, situation.ledger.customers
    first = ~(customers["customer_id"].duplicated() | customers["customer_id"].isna()).to_numpy()
    broken = sum_at(debtors.debtor, pursuit.agreed.promised.broken, len(debtors.codes))
    first_default = _any(debtors.debtor[pursuit.is_first_unpaid], len(debtors.codes))
    exposure = np.maximum(
        debtors.of_customers(_exposure(situation), 0) - cents(customers["insured_limit"]), 0
    )
    limit = np.where(filled(customers["credit_limit"]), cents(customers["credit_limit"]), 0)
    over = (exposure > limit) & filled(customers["credit_limit"])
    alarms = _alarms(situation, pursuit, ranking, limitation) | (
        over.astype("int64") << ALARMS.index("over_limit")
    )
    todo = _next_actions(situation, actions)
    days_late = debtors.of_customers(average_days_late(situation), np.nan)
    return pd.DataFrame(
        {
            "exposure": nullable(exposure, first),
            "overdue": nullable(debtors.of_customers(ranking.overdue, 0), first),
            "limit_use": np.where(first & (limit > 0), exposure / np.maximum(limit, 1), np.nan),
            "average_days_late": np.round(np.where(first, days_late, np.nan), 1),
            "abc_class": coded(np.where(first, debtors.of_customers(ranking.abc, -1), -1), CLASSES),
            "first_invoice_default": pd.arrays.BooleanArray(
                debtors.of_customers(first_default, otherwise=False), ~first
            ),
            "broken_promises": nullable(debtors.of_customers(broken, 0), first),
            "alarms": coded_bits(np.where(first, alarms, 0), ALARMS),
            "next_action": coded(np.where(first, todo, -1), ACTIONS),
        }
    )


def average_days_late(situation: Situation) -> Floats:
    """By debtor, days from due to payment of the claims settled in the last 12 months, weighted by amount.

    Early payments count below zero; NaN for a customer without any.
    """
    settled, as_of = situation.settled, day(situation.as_of)
    recent = situation.owed.is_claim & (settled.settled_on <= as_of) & (settled.settled_on > as_of - _YEAR)
    rows = positions(recent & ~np.isnat(situation.dates.due))
    owner, size = situation.debtors.debtor[rows], len(situation.debtors.codes)
    weight = situation.owed.net[rows].astype("float64")
    late = (settled.settled_on[rows] - situation.dates.due[rows]).astype("float64")
    total = np.bincount(owner, weights=weight, minlength=size)
    weighted = np.bincount(owner, weights=weight * late, minlength=size)
    days_late: Floats = np.divide(weighted, total, out=np.full(size, np.nan), where=total > 0)
    return days_late


def _exposure(situation: Situation) -> Ints:
    """By debtor, open claims less free credit, in base cents."""
    debtors = situation.debtors
    rows = positions(situation.is_open_claim)
    exposure = sum_at(debtors.debtor[rows], situation.base_amount[rows], len(debtors.codes))
    rates = rates_on(situation.ledger.exchange_rates, situation.settings.base_currency, situation.as_of)
    credit, _ = in_base(situation.free_credit, debtors.who["currency"].astype("category"), rates)
    np.subtract.at(exposure, debtors.who["debtor"].to_numpy(), credit)
    return exposure


def _alarms(situation: Situation, pursuit: Pursuit, ranking: Ranking, limitation: Days) -> Ints:
    """By customer, one bit set over `ALARMS`, without the limit."""
    debtors, customers, size = situation.debtors, situation.ledger.customers, len(situation.debtors.codes)
    owner = debtors.debtor[pursuit.rows]
    returned = is_any(situation.ledger.invoices["document_type"], "returned_effect") & situation.is_open_claim
    near = days_left(limitation, situation) <= situation.policy.limitation_alert_days[-1]
    insured = is_insured(customers)
    by_debtor = {
        "broken_promise": _any(debtors.debtor[pursuit.agreed.promised.broken > 0], size),
        "first_invoice_default": _any(debtors.debtor[pursuit.is_first_unpaid], size),
        "returned_effect": _any(debtors.debtor[returned], size),
        "plan_default": _any(owner[pursuit.agreed.planned.is_default[pursuit.rows]], size),
        "limitation_near": _any(debtors.debtor[near], size),
        "insurer_notice": _any(owner[ranking.is_urgent], size),
        "lost": pursuit.agreed.spoken.is_gone,
    }
    masks = {name: debtors.of_customers(mask, otherwise=False) for name, mask in by_debtor.items()}
    masks["insurer_notice"] &= insured
    masks["lost"] &= ~is_any(customers["status"], "unreachable")
    masks["insolvency"] = is_insolvent(customers, situation.as_of)
    masks["guarantee_lapsed"] = days(customers["guarantee_expiry"]) < day(situation.as_of)
    return bit_sets(masks, ALARMS, len(customers))


def _next_actions(situation: Situation, actions: Actions) -> Ints:
    """By customer, position in `ACTIONS` of what goes first over all currencies; -1 for nothing."""
    by_account = actions.accounts
    doing = positions(by_account >= 0)
    first = np.full(len(situation.debtors.codes), len(ACTIONS))
    np.minimum.at(first, situation.debtors.who["debtor"].to_numpy()[doing], by_account[doing])
    return situation.debtors.of_customers(np.where(first == len(ACTIONS), -1, first), -1)


def _any(found: Ints, size: int) -> Mask:
    """By number, whether it is among `found`."""
    mask = np.zeros(size, dtype=bool)
    mask[found] = True
    return mask
