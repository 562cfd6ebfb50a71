"""What was still owed over time: the spans of days on which a claim's balance did not change.

The day of a payment still bears interest on the balance before it, so a span ends on that day, included. What
was paid on an unknown date was paid before interest began.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from xlcredit.core.accrual import Claims, Exact, day_numbers, is_blank_day

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from xlcredit.parameters.law import Law

    Ints = npt.NDArray[np.int64]

Imputation = Literal["capital_first", "interest_first"]
"""What a part payment reduces first.

Law: art. 1194 c.c. puts interest before capital; capital first is a waiver in the debtor's favour.
"""


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of days of constant balance, the spans of one claim together and in the order of time.

    Attributes:
        claim: position of the claim in its `Claims`.
        first: positions of each claim's first span.
        since: last day before the span.
        until: last day of the span, included; `since` when the span is empty.
        balance: cents, never negative.
    """

    claim: Ints
    first: Ints
    since: Ints
    until: Ints
    balance: Ints


@dataclass(frozen=True, slots=True)
class _Events:
    """The opening of each claim and its payments after it, by day: each begins a span."""

    claim: Ints
    first: Ints
    day: Ints
    amount: Ints


def balance_spans(claims: Claims, payments: pd.DataFrame, law: Law, imputation: Imputation) -> Spans:
    """The spans of every claim.

    Args:
        claims: the claims.
        payments: one row a payment: `claim` (position in `claims`), `date`, `amount` (cents; negative for one
            taken back). The order of rows does not matter. Payments after a claim's `end` change nothing.
        law: for interest that is paid first.
        imputation: what a payment reduces first.
    """
    events = _events(claims, payments)
    following = np.append(events.first, len(events.claim))[1:]
    until = np.append(events.day, 0)[1:]
    until[following - 1] = claims.end
    if imputation == "capital_first":
        balance = _capital_first(claims, events)
    else:
        balance = _interest_first(claims, events, until, law)
    return Spans(events.claim, events.first, events.day, until, balance)


def _events(claims: Claims, payments: pd.DataFrame) -> _Events:
    """Openings and payments in one order: by claim, opening first, then by day."""
    paid = payments["claim"].to_numpy(np.int64)
    days = day_numbers(payments["date"])
    days = np.where(
        is_blank_day(days), claims.start[paid], np.clip(days, claims.start[paid], claims.end[paid])
    )
    claim = np.concatenate([np.arange(len(claims)), paid])
    day = np.concatenate([claims.start, days])
    amount = np.concatenate([np.zeros(len(claims), np.int64), payments["amount"].to_numpy(np.int64)])
    is_payment = np.arange(len(claim)) >= len(claims)
    order = np.lexsort((day, is_payment, claim))
    return _Events(claim[order], np.flatnonzero(~is_payment[order]), day[order], amount[order])


def _capital_first(claims: Claims, events: _Events) -> Ints:
    """Balances when every payment reduces the capital."""
    paid = np.cumsum(events.amount)
    return np.maximum(claims.principal[events.claim] - (paid - paid[events.first][events.claim]), 0)


def _interest_first(claims: Claims, events: _Events, until: Ints, law: Law) -> Ints:
    """Balances when a payment reduces the interest accrued to its day, then the capital.

    The k-th events of all claims are taken together; interest paid is what was accrued, half up to the cent.
    """
    owed = claims.principal[events.claim]
    settled = np.zeros(len(claims), np.int64)
    accrued = Exact(settled.copy(), settled.copy(), claims.year_bp)
    for at in _by_rank(events)[1:]:
        of, before = events.claim[at], at - 1
        balance = np.maximum(owed[before], 0)
        grown = (
            claims.take(of).interest(law, balance, events.day[before], until[before]).plus(accrued.take(of))
        )
        accrued.whole[of], accrued.part[of] = grown.whole, grown.part
        interest = np.clip(events.amount[at], 0, grown.rounded() - settled[of])
        settled[of] += interest
        owed[at] = owed[before] - (events.amount[at] - interest)
    return np.maximum(owed, 0)


def _by_rank(events: _Events) -> list[Ints]:
    """Positions of the first events of all claims, of the second ones, and so on."""
    rank = np.arange(len(events.claim)) - events.first[events.claim]
    order = np.argsort(rank, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(rank[order])) + 1)
