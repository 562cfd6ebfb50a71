"""Priority: a score of 0-100 for every open row, in which order to act, and why.

The score is the weighted sum of six components between 0 and 1. More amount or more age never lowers it; paid
and credit rows have none. An urgent row scores 100. Equal scores rank by amount, due date and document
number.

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
    risk: Floats = letters.map(RATINGS).fillna(UNRATED).to_numpy().astype("float64")
    return risk


def behaviour_component(broken_promises: Ints, level_sent: Ints) -> Floats:
    """Promises the customer broke and levels sent for the row without an answer."""
    bad = BROKEN_PROMISE_COUNTS_AS * broken_promises + np.maximum(level_sent, 0)
    return np.minimum(bad / FULL_BEHAVIOUR, 1.0)


def limitation_component(days_left: Ints, alerts: Sequence[int]) -> Floats:
    """One step for each alert reached: (365, 180, 90) days before the claim is lost give 1/3, 2/3, 1."""
    steps: Floats = np.mean([days_left <= alert for alert in alerts], axis=0, dtype="float64")
    return steps


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
    parts = np.stack([weights[name] * components[name] for name in COMPONENTS])
    total: Floats = np.where(urgent, 100.0, np.minimum(parts.sum(axis=0), 100.0)).astype("float64")
    score = total.round(1)
    parts[COMPONENTS.index("urgency"), urgent] = np.inf
    first, second = _largest(parts), _largest(parts)
    return Scores(score, _reasons(first, second))


def _largest(parts: Floats) -> Ints:
    """Which part of each row is largest, one past the last where all are nothing; it is taken off."""
    place = parts.argmax(axis=0)
    rows = np.arange(parts.shape[1])
    found = parts[place, rows] > 0
    parts[place, rows] = 0.0
    return np.where(found, place, len(parts))


def _reasons(first: Ints, second: Ints) -> pd.Series:
    """Codes of the two largest parts; blank when every part is nothing."""
    width = len(COMPONENTS) + 1
    named = [*COMPONENTS, ""]
    pair = first * width + second
    used = np.flatnonzero(np.bincount(pair, minlength=width * width)[: width * width - 1])
    place = np.full(width * width, -1)
    place[used] = np.arange(len(used))
    texts = ["+".join(filter(None, (named[at // width], named[at % width]))) for at in used.tolist()]
    return coded(place[pair], texts)


def rank_rows(score: Floats, amount: Ints, due: Days, names: pd.DataFrame) -> Ints:
    """The place of each row, from 1: by score, then amount, then due date, then its name.

    Args:
        score: one decimal.
        amount: open cents, comparable with one another.
        due: NaT comes last.
        names: what tells rows apart, the document number first; used only where all else is equal.
    """
    key = -(
        (np.rint(score * 10).astype("int64") << _AMOUNT_BITS) + np.minimum(amount, (1 << _AMOUNT_BITS) - 1)
    )
    by_name = [lambda rows, name=name: _ranks(names[name].iloc[rows]) for name in names]
    order = order_by(key, [lambda rows: day_keys(due[rows]), *by_name])
    rank = np.empty(len(order), dtype="int64")
    rank[order] = np.arange(1, len(order) + 1)
    return rank


def _ranks(values: pd.Series) -> Ints:
    return pd.factorize(values, sort=True)[0].astype("int64")
