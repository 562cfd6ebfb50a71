"""Interest line by line, as it is printed, and the calculator that shows it for one amount.

A line is a run of days with one balance and one rate: cut at payments and at each half-year or year with a rate of
its own. The lines of a claim add up to its rounded interest: what rounding leaves goes to the largest remainders.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.core.accrual import Claims, Exact, read_claims
from xlcredit.core.balances import Spans, balance_spans
from xlcredit.core.interest import accrue_interest
from xlcredit.parameters.errors import UnknownRegimeError
from xlcredit.parameters.law import REGIMES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from xlcredit.core.accrual import Ints
    from xlcredit.core.balances import Imputation
    from xlcredit.parameters.law import Law

LUMP_SUM_REGIMES = ("b2b", "agri")
"""Regimes that by themselves say that D.Lgs. 231/2002 applies; an agreed rate may bind a consumer too."""


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
        claims, payments, as_of, law, imputation: as in `interest.accrue_interest`.

    Returns:
        One row a line: `claim` (position), `from` and `to` (datetime64[s], both included), `days`, `balance` (cents),
        `rate` (basis points), `interest` (cents). Days without a known rate have no line.
    """
    read = read_claims(claims, as_of, law)
    spans = _cut_at_periods(read, _covered(read, balance_spans(read, payments, law, imputation)), law)
    days = spans.until - spans.since
    some = read.take(spans.claim)
    exact = some.interest(law, spans.balance, spans.since, spans.until)
    return pd.DataFrame({
        "claim": spans.claim,
        "from": (spans.since + 1).astype("M8[D]").astype("M8[s]"),
        "to": spans.until.astype("M8[D]").astype("M8[s]"),
        "days": days,
        "balance": spans.balance,
        "rate": some.weight(law, spans.since, spans.until) // days,
        "interest": _spread(exact, spans.claim, spans.first),
    })


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


@dataclass(frozen=True, slots=True)
class Segment:
    """One line of interest; both days included, amounts in euro, rate in percent."""

    since: dt.date
    until: dt.date
    days: int
    balance: Decimal
    rate: Decimal
    interest: Decimal

    def as_json(self) -> dict[str, Any]:
        """With the keys of the command line: amounts and rates as decimal strings, dates ISO."""
        return {
            "from": self.since.isoformat(),
            "to": self.until.isoformat(),
            "days": self.days,
            "balance": f"{self.balance:.2f}",
            "rate": f"{self.rate:.2f}",
            "interest": f"{self.interest:.2f}",
        }


@dataclass(frozen=True, slots=True)
class Calculation:
    """What one amount costs when paid late.

    Attributes:
        interest: accrued in all, rounded once.
        days: days with interest.
        open_amount: amount less payments, never negative.
        lump_sum: where the regime grants one and the amount was late.
        total_due: the three amounts together.
        segments: the lines that add up to `interest`.
    """

    interest: Decimal
    days: int
    open_amount: Decimal
    lump_sum: Decimal
    total_due: Decimal
    segments: tuple[Segment, ...]

    def as_json(self) -> dict[str, Any]:
        """With the keys of the command line: amounts as decimal strings."""
        return {
            "interest": f"{self.interest:.2f}",
            "days": self.days,
            "open_amount": f"{self.open_amount:.2f}",
            "lump_sum": f"{self.lump_sum:.2f}",
            "total_due": f"{self.total_due:.2f}",
            "segments": [segment.as_json() for segment in self.segments],
        }


def calculate_interest(  # noqa: PLR0913  a calculator's questions
    amount: Decimal,
    due: dt.date,
    as_of: dt.date,
    law: Law,
    *,
    payments: Sequence[tuple[dt.date, Decimal]] = (),
    regime: str = "b2b",
    contract_date: dt.date | None = None,
    contract_rate: Decimal | None = None,
    imputation: Imputation = "capital_first",
) -> Calculation:
    """The interest of one amount, with its lines.

    Args:
        amount: owed on `due`, in euro.
        due: taken as given, not moved off a holiday.
        as_of: last day with interest, included.
        law: rates and margins.
        payments: (day, euro); those after `as_of` are not counted.
        regime: one of `REGIMES`.
        contract_date: decides the margin; None takes `due`.
        contract_rate: percent a year, for the regime `contract`.
        imputation: what a payment reduces first.

    Raises:
        RateNotPublished: a day with interest lies beyond the known rates.
        UnknownRegimeError: no such regime.
    """
    if regime not in REGIMES:
        raise UnknownRegimeError(found=regime, known=", ".join(REGIMES))
    claim = _claim_frame(_cents(amount), due, regime, contract_date or due, contract_rate)
    paid = _payment_frame([(day, _cents(euro)) for day, euro in payments if day <= as_of])
    accrued = accrue_interest(claim, paid, as_of, law, imputation=imputation, strict=True)
    lines = _lines(interest_segments(claim, paid, as_of, law, imputation=imputation))
    interest = _euro(accrued.interest_cents[0])
    open_amount = _euro(max(_cents(amount) - int(paid["amount"].sum()), 0))
    lump_sum = _lump_sum(regime, contract_date or due, law) if lines else Decimal("0.00")
    days = sum(line.days for line in lines)
    return Calculation(interest, days, open_amount, lump_sum, open_amount + interest + lump_sum, lines)


def _claim_frame(
    cents: int, due: dt.date, regime: str, contract_date: dt.date, contract_rate: Decimal | None
) -> pd.DataFrame:
    rate = 0 if contract_rate is None else _cents(contract_rate)
    days = pd.Series([due, contract_date]).astype("datetime64[s]")
    return pd.DataFrame({
        "principal": pd.array([cents], "Int64"),
        "due_date": days[:1].array,
        "regime": [regime],
        "contract_date": days[1:].array,
        "contract_rate": pd.array([rate], "Int64"),
    })


def _payment_frame(payments: list[tuple[dt.date, int]]) -> pd.DataFrame:
    days = pd.Series([day for day, _ in payments], dtype=object).astype("datetime64[s]")
    amounts = np.array([cents for _, cents in payments], np.int64)
    return pd.DataFrame({"claim": np.zeros(len(payments), np.int64), "date": days, "amount": amounts})


def _lines(segments: pd.DataFrame) -> tuple[Segment, ...]:
    return tuple(
        Segment(since.date(), until.date(), int(days), _euro(balance), _euro(rate), _euro(interest))
        for since, until, days, balance, rate, interest in segments.drop(columns="claim").itertuples(
            index=False, name=None
        )
    )


def _lump_sum(regime: str, contract_date: dt.date, law: Law) -> Decimal:
    """Law: art. 6 D.Lgs. 231/2002."""
    return _euro(law.value("lump_sum", contract_date) if regime in LUMP_SUM_REGIMES else 0)


def _cents(euro: Decimal) -> int:
    """Hundredths, half up; of a rate, basis points."""
    return int((euro * 100).quantize(Decimal(1), "ROUND_HALF_UP"))


def _euro(cents: int) -> Decimal:
    return Decimal(int(cents)) / 100
