"""Priority: a score of 0-100 for every open row, in which order to act, and why.

The score is the weighted sum of six components between 0 and 1. More amount or more age never lowers it; paid and
credit rows have none. An urgent row scores 100. Equal scores rank by amount, due date and document number.

| component | grows with |
|---|---|
| amount | the row's share of the portfolio's overdue |
| age | days overdue, saturating |
| risk | the customer's rating, status and use of the limit |
| behaviour | broken promises, levels without an answer |
| urgency | what is about to lapse: limitation, insurer's notice, a plan in default |
| silence | days since the last contact, beyond its class's cadence |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import coded
from xlcredit.core.ordering import day_keys, order_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from xlcredit.core.columns import Days, Ints, Mask

    Floats = NDArray[np.float64]

COMPONENTS = ("amount", "age", "risk", "behaviour", "urgency", "silence")
FULL_SHARE = 0.05
UNRATED = 0.5
RATINGS = {"A": 0.0, "B": 0.25, "C": 0.5, "D": 0.75, "E": 1.0}
FULL_BEHAVIOUR = 5
BROKEN_PROMISE_COUNTS_AS = 2
_AMOUNT_BITS = 50


@dataclass(frozen=True, slots=True)
class Scores:
    """Aligned with the rows given.

    Attributes:
        score: 0 to 100, one decimal.
        reason: the two largest contributions as a code, `amount+age` (category).
    """

    score: Floats
    reason: pd.Series


def amount_component(open_amount: Ints, total_overdue: Ints | int, is_overdue: Mask) -> Floats:
    """The row's share of the overdue total, its root so that small rows still differ; 0 before due."""
    share = open_amount / np.maximum(total_overdue, 1)
    return np.where(is_overdue, np.sqrt(np.minimum(share / FULL_SHARE, 1.0)), 0.0)


def age_component(days_overdue: Ints, saturation_days: int) -> Floats:
    """0 before due, 1 from `saturation_days` overdue."""
    return np.clip(days_overdue / saturation_days, 0.0, 1.0)


def risk_component(ratings: pd.Series) -> Floats:
    """By the letter a rating begins with, A to E; any other, or none, is in the middle."""
    letters = ratings.str.strip().str[:1].str.upper()
    return letters.map(RATINGS).fillna(UNRATED).to_numpy(dtype="float64")


def behaviour_component(broken_promises: Ints, level_sent: Ints) -> Floats:
    """Promises the customer broke and levels sent for the row without an answer."""
    bad = BROKEN_PROMISE_COUNTS_AS * broken_promises + np.maximum(level_sent, 0)
    return np.minimum(bad / FULL_BEHAVIOUR, 1.0)


def limitation_component(days_left: Ints, alerts: Sequence[int]) -> Floats:
    """One step for each alert reached: (365, 180, 90) days before the claim is lost give 1/3, 2/3, 1."""
    reached = sum((days_left <= alert).astype("int64") for alert in alerts)
    return reached / len(alerts)


def silence_component(days_silent: Ints, cadence_days: Ints) -> Floats:
    """0 up to the cadence, 1 from twice of it."""
    return np.clip((days_silent - cadence_days) / np.maximum(cadence_days, 1), 0.0, 1.0)


def score_rows(components: Mapping[str, Floats], weights: Mapping[str, float]) -> Scores:
    """The weighted sum and its two largest parts.

    Args:
        components: by name of `COMPONENTS`, 0 to 1; an urgency of 1 is urgent.
        weights: by name, summing to 100.
    """
    urgent = components["urgency"] >= 1.0
    size = len(urgent)
    total, best, second = np.zeros(size), np.zeros(size), np.zeros(size)
    first_at, second_at = np.full(size, len(COMPONENTS)), np.full(size, len(COMPONENTS))
    for place, name in enumerate(COMPONENTS):
        part = weights[name] * components[name]
        total += part
        part = np.where(urgent & (name == "urgency"), np.inf, part)
        leads, follows = part > best, part > second
        second_at = np.where(leads, first_at, np.where(follows, place, second_at))
        second = np.where(leads, best, np.where(follows, part, second))
        first_at, best = np.where(leads, place, first_at), np.where(leads, part, best)
    score = np.round(np.where(urgent, 100.0, np.minimum(total, 100.0)), 1)
    return Scores(score, _reasons(first_at, second_at))


def _reasons(first: Ints, second: Ints) -> pd.Series:
    """Codes of the two largest parts; blank when every part is nothing."""
    width = len(COMPONENTS) + 1
    named = [*COMPONENTS, ""]
    pairs, codes = np.unique(first * width + second, return_inverse=True)
    texts = ["+".join(filter(None, (named[pair // width], named[pair % width]))) for pair in pairs.tolist()]
    filled = [text for text in texts if text]
    place = np.array([filled.index(text) if text else -1 for text in texts], dtype="int64")
    return coded(place[codes], filled)


def rank_rows(score: Floats, amount: Ints, due: Days, names: pd.DataFrame) -> Ints:
    """The place of each row, from 1: by score, then amount, then due date, then its name.

    Args:
        score: one decimal.
        amount: open cents, comparable with one another.
        due: NaT comes last.
        names: what tells rows apart, the document number first; used only where all else is equal.
    """
    key = -((np.rint(score * 10).astype("int64") << _AMOUNT_BITS) + np.minimum(amount, (1 << _AMOUNT_BITS) - 1))
    by_name = [lambda rows, name=name: _ranks(names[name].iloc[rows]) for name in names]
    order = order_by(key, [lambda rows: day_keys(due[rows]), *by_name])
    rank = np.empty(len(order), dtype="int64")
    rank[order] = np.arange(1, len(order) + 1)
    return rank


def _ranks(values: pd.Series) -> Ints:
    return pd.factorize(values, sort=True)[0].astype("int64")
