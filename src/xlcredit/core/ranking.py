"""Every open claim ranked: its components of priority, from what is known of it and of its customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.abc import CLASSES, cadence_place, classify_abc
from xlcredit.core.charges import days_left
from xlcredit.core.columns import cents, day, days, filled, is_any, latest_at, sum_at
from xlcredit.core.decisions import is_insured
from xlcredit.core.holds import is_insolvent
from xlcredit.core.priority import (
    Scores,
    age_component,
    amount_component,
    behaviour_component,
    limitation_component,
    rank_rows,
    risk_component,
    score_rows,
    silence_component,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.pursuit import Pursuit
    from xlcredit.core.situation import Situation

    Floats = NDArray[np.float64]

SHORT_TERM_YEARS = 2
"""Terms of limitation up to this many years have alerts of their own."""

_DIFFICULT, _PLAN_DEFAULT, _CERTAIN = 0.75, 2 / 3, 1.0


@dataclass(frozen=True, slots=True)
class Ranking:
    """Aligned with the open claims, where not said otherwise.

    Attributes:
        scores: score and reason.
        rank: from 1.
        is_urgent: something is about to lapse.
        overdue: base cents by debtor.
        abc: position in `abc.CLASSES` by debtor, -1 with nothing overdue.
        heard_on: the last contact or letter by debtor; NaT without one.
    """

    scores: Scores
    rank: Ints
    is_urgent: Mask
    overdue: Ints
    abc: Ints
    heard_on: Days


def rank_claims(situation: Situation, pursuit: Pursuit, limitation: Days, years: Ints) -> Ranking:
    """Score and rank of every open claim.

    Args:
        situation: the ledger on a day.
        pursuit: its open claims.
        limitation: by ledger row, the last day on which it can be asked for.
        years: by ledger row, its years of limitation.
    """
    rows, debtors, policy = pursuit.rows, situation.debtors, situation.policy
    late = np.flatnonzero(situation.is_overdue)
    overdue = sum_at(debtors.debtor[late], situation.base_amount[late], len(debtors.codes))
    order = debtors.codes.rank(method="first").to_numpy(dtype="float64", na_value=0).astype("int64")
    shares = [policy.abc[name] for name in CLASSES[:-1]]
    heard_on = last_heard(situation, pursuit)
    urgency = _urgency(situation, pursuit, limitation, years)
    owner, overdue_days = debtors.debtor[rows], situation.days_overdue[rows]
    amount, portfolio = _shares(situation, rows, int(overdue.sum()))
    broken = sum_at(debtors.debtor, pursuit.agreed.promised.broken, len(debtors.codes))
    scores = score_rows(
        {
            "amount": amount_component(amount, portfolio, overdue_days > 0),
            "age": age_component(overdue_days, policy.age_saturation_days),
            "risk": risks(situation, overdue)[owner],
            "behaviour": behaviour_component(broken[owner], pursuit.sent.level[rows]),
            "urgency": urgency,
            "silence": _silence(situation, rows, heard_on, cadence_place(overdue, shares, order)),
        },
        policy.weights,
    )
    names = situation.ledger.invoices[["invoice_id", "customer_id", "instalment", "document_date"]].iloc[rows]
    rank = rank_rows(scores.score, amount, situation.dates.due[rows], names)
    abc = classify_abc(overdue, shares, order)
    return Ranking(scores, rank, urgency >= _CERTAIN, overdue, abc, heard_on)


def _shares(situation: Situation, rows: Ints, overdue: int) -> tuple[Ints, Ints]:
    """Cents of each claim, and of the overdue total they share: its own currency's where that has no rate."""
    own, late = situation.settled.residue, np.flatnonzero(situation.is_overdue & situation.without_rate)
    if not situation.without_rate.any():
        return situation.base_amount[rows], np.full(len(rows), overdue)
    currency = situation.debtors.currency.cat.codes.to_numpy().astype("int64")
    by_currency = sum_at(currency[late], own[late], len(situation.debtors.currency.cat.categories))
    apart = situation.without_rate[rows]
    amount = np.where(apart, own[rows], situation.base_amount[rows])
    return amount, np.where(apart, by_currency[currency[rows]], overdue)


def risks(situation: Situation, overdue: Ints) -> Floats:
    """Risk by debtor: by rating; at least difficult when ceased, lost, stopped, over limit; insolvent 1."""
    customers = situation.ledger.customers
    risk = risk_component(customers["external_rating"])
    difficult = is_any(customers["status"], "ceased", "supply_stop", "unreachable")
    risk = np.where(difficult, np.maximum(risk, _DIFFICULT), risk)
    risk = np.where(is_insolvent(customers, situation.as_of), _CERTAIN, risk)
    by_debtor = situation.debtors.of_debtors(risk, risk_component(pd.Series([None], dtype="str"))[0])
    limit = situation.debtors.of_debtors(cents(customers["credit_limit"]), 0)
    has_limit = situation.debtors.of_debtors(filled(customers["credit_limit"]), otherwise=False)
    return np.where(has_limit & (overdue > limit), np.maximum(by_debtor, _DIFFICULT), by_debtor)


def _urgency(situation: Situation, pursuit: Pursuit, limitation: Days, years: Ints) -> Floats:
    """The nearest thing to lapse: limitation, the insurer's notice; a plan in default is two thirds."""
    rows, policy = pursuit.rows, situation.policy
    left = days_left(limitation[rows], situation)
    urgency = np.where(
        years[rows] <= SHORT_TERM_YEARS,
        limitation_component(left, policy.short_limitation_alert_days),
        limitation_component(left, policy.limitation_alert_days),
    )
    customers = situation.ledger.customers
    lead = np.maximum(cents(customers["insurer_notice_days"]) - policy.settings.insurer_lead_days, 1)
    notice = situation.debtors.of_rows(
        np.where(is_insured(customers), lead, np.iinfo("int32").max), np.iinfo("int32").max
    )
    urgency = np.where(situation.days_overdue[rows] >= notice[rows], _CERTAIN, urgency)
    return np.where(pursuit.agreed.planned.is_default[rows], np.maximum(urgency, _PLAN_DEFAULT), urgency)


def last_heard(situation: Situation, pursuit: Pursuit) -> Days:
    """The last contact logged or letter sent, by debtor, up to the day; NaT without one."""
    letters, codes = situation.letters, situation.debtors.codes
    debtor = pd.Index(codes).get_indexer(pd.Index(letters["customer_id"]))
    known = debtor >= 0
    written = latest_at(debtor[known], days(letters["date"])[known], len(codes))
    return np.fmax(written, pursuit.agreed.spoken.heard_on)


def _silence(situation: Situation, rows: Ints, heard_on: Days, cadence: Ints) -> Floats:
    """Silence of overdue rows; a customer never heard is silent since the row fell due."""
    owner = situation.debtors.debtor[rows]
    allowed = np.array([*(situation.policy.cadence[name] for name in CLASSES), 0])[cadence[owner]]
    since = (day(situation.as_of) - heard_on[owner]).astype("int64")
    overdue = situation.days_overdue[rows]
    silent = np.where(np.isnat(heard_on[owner]), overdue, since)
    return np.where(overdue > 0, silence_component(silent, allowed), 0.0)
