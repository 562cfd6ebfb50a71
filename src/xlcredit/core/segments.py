"""Interest line by line, as it is printed.

A line is a run of days with one balance and one rate: cut at payments and at each half-year or year with a
rate of its own. The lines of a claim add up to its rounded interest: what rounding leaves goes to the largest
remainders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.accrual import Claims, Exact, read_claims
from xlcredit.core.balances import Spans, balance_spans

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.core.accrual import Ints
    from xlcredit.core.balances import Imputation
    from xlcredit.parameters.law import Law


def interest_segments(
    claims: pd.DataFrame,
    payments: pd.DataFrame,
    as_of: dt.date,
    law: Law,
    *,
    imputation: Imputation = "capital_first",
) -> pd.DataFrame:
    """The lines of the interest of each claim, by claim and day.

    Args:
        claims: as in `accrual.read_claims`.
        payments: as in `interest.accrue_interest`.
        as_of: last day, included.
        law: rates and margins.
        imputation: what a part payment reduces first.

    Returns:
        One row a line: `claim` (position), `from` and `to` (datetime64[s], both included), `days`, `balance`
        (cents), `rate` (basis points), `interest` (cents). Days without a known rate have no line.
    """
    read = read_claims(claims, as_of, law)
    spans = _cut_at_periods(read, _covered(read, balance_spans(read, payments, law, imputation)), law)
    days = spans.until - spans.since
    some = read.take(spans.claim)
    exact = some.interest(law, spans.balance, spans.since, spans.until)
    return pd.DataFrame(
        {
            "claim": spans.claim,
            "from": (spans.since + 1).astype("M8[D]").astype("M8[s]"),
            "to": spans.until.astype("M8[D]").astype("M8[s]"),
            "days": days,
            "balance": spans.balance,
            "rate": some.weight(law, spans.since, spans.until) // days,
            "interest": _spread(exact, spans.claim, spans.first),
        }
    )


def _covered(claims: Claims, spans: Spans) -> Spans:
    """The spans with a balance and a day, up to the last day with a known rate."""
    until = np.minimum(spans.until, claims.limit[spans.claim])
    return _kept(spans.claim, spans.since, until, spans.balance)


def _kept(claim: Ints, since: Ints, until: Ints, balance: Ints) -> Spans:
    keep = (until > since) & (balance > 0)
    claim = claim[keep]
    first = np.flatnonzero(np.diff(claim, prepend=-1))
    return Spans(claim, first, since[keep], until[keep], balance[keep])


def _cut_at_periods(claims: Claims, spans: Spans, law: Law) -> Spans:
    """The spans cut where a period of their published rate begins."""
    pieces = [_cut(spans, np.flatnonzero(claims.base[spans.claim] == -1), np.array([], np.int64))]
    for position, series in enumerate(law.series.values()):
        on = np.flatnonzero(claims.base[spans.claim] == position)
        pieces.append(_cut(spans, on, series.starts))
    claim, since, until, balance = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    order = np.lexsort((since, claim))
    return _kept(claim[order], since[order], until[order], balance[order])


def _cut(spans: Spans, on: Ints, starts: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Some spans, cut before each of the days `starts` inside them."""
    since, until = spans.since[on], spans.until[on]
    low, high = np.searchsorted(starts, since + 1, "right"), np.searchsorted(starts, until, "right")
    pieces = high - low + 1
    of = np.repeat(np.arange(len(on)), pieces)
    step = np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    days = np.append(starts, 0) - 1
    begin = np.where(step == 0, since[of], days[low[of] + step - 1])
    end = np.where(step == pieces[of] - 1, until[of], days[low[of] + step])
    return spans.claim[on][of], begin, end, spans.balance[on][of]


def _spread(exact: Exact, claim: Ints, first: Ints) -> Ints:
    """Whole cents of each line, adding up to the rounded sum of its claim.

    Law: none; largest remainder, the earlier line first where remainders are equal.
    """
    if not len(claim):
        return exact.whole
    missing = exact.summed(first).rounded() - np.add.reduceat(exact.whole, first)
    order = np.lexsort((-exact.part, claim))
    sizes = np.diff(np.append(first, len(claim)))
    rank = np.empty(len(claim), np.int64)
    rank[order] = np.arange(len(claim)) - np.repeat(first, sizes)
    return exact.whole + (rank < np.repeat(missing, sizes))
