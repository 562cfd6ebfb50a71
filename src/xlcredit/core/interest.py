"""Late-payment interest and the lump sum of each claim.

The convention stands in `accrual`; the printed lines in `segments`. Interest on a claim paid late runs until
it was paid; nothing is carried over a day without a known rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from xlcredit.core.accrual import Claims, day_numbers, read_claims
from xlcredit.core.balances import balance_spans
from xlcredit.errors import Finding
from xlcredit.parameters.law import REGIMES
from xlcredit.parameters.rates import day_number, day_of

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from xlcredit.core.accrual import Ints, Mask
    from xlcredit.core.balances import Imputation
    from xlcredit.parameters.errors import RateNotPublished
    from xlcredit.parameters.law import Law
    from xlcredit.parameters.rates import RatePeriod

BUSINESS_KINDS: Final = ("business", "professional", "public_body", "entity")
"""Kinds of customer under D.Lgs. 231/2002 (art. 1, 2)."""


@dataclass(frozen=True, slots=True)
class Accrued:
    """Interest of claims, aligned with them.

    Attributes:
        interest_cents: int64; with `interest_first` what accrued in all, so that capital still owed and
            interest still owed together are always principal - payments + interest.
        uncovered: where some day with a balance has no known rate; interest then stops before the first such
            day.
        covered_to: datetime64[D], last day with interest, included; NaT where there is none.
        stops_on: the last day before the hole in the rates, the latest of all claims; None without one.
        unconfirmed: the periods used whose rate rests on one source or awaits its official notice.
    """

    interest_cents: npt.NDArray[np.int64]
    uncovered: npt.NDArray[np.bool_]
    covered_to: npt.NDArray[np.datetime64]
    stops_on: dt.date | None
    unconfirmed: tuple[RatePeriod, ...]


@dataclass(frozen=True, slots=True)
class _Course:
    """Interest, last day with interest (`start` where none) and hole in the rates, one entry a claim."""

    cents: Ints
    last: Ints
    uncovered: Mask


def accrue_interest(  # noqa: PLR0913  the last two are options
    claims: pd.DataFrame,
    payments: pd.DataFrame,
    as_of: dt.date,
    law: Law,
    *,
    imputation: Imputation = "capital_first",
    strict: bool = False,
) -> Accrued:
    """Interest of each claim up to `as_of`, included.

    Args:
        claims: one row a claim, columns as in `accrual.read_claims`; any index.
        payments: one row a payment: `claim` (position of its claim), `date` (blank: unknown, so before
            interest began), `amount` (cents). Their own day still bears interest on the balance before them.
        as_of: last day, included.
        law: rates and margins.
        imputation: what a part payment reduces first.
        strict: refuse instead of stopping at the last covered day.

    Raises:
        RateNotPublished: `strict`, and a day with a balance has no known rate.
        AmountTooLargeError: a principal that cannot be an amount.
        UnknownRegimeError: a regime that does not exist.

    Law: art. 5 D.Lgs. 231/2002; art. 1224, 1282, 1284 c.c.; art. 1194 c.c. (imputation).
    """
    read = read_claims(claims, as_of, law)
    course = _unpaid_course(read, law)
    if len(payments):
        _put_paid_courses(course, read, payments, law, imputation)
    if strict and course.uncovered.any():
        raise _first_hole(read, course, law)
    days = np.where(course.last > read.start, course.last, np.iinfo(np.int64).min).astype("M8[D]")
    return Accrued(
        course.cents, course.uncovered, days, _stops_on(read, course, law), _unconfirmed(read, course, law)
    )


def _stops_on(claims: Claims, course: _Course, law: Law) -> dt.date | None:
    """The last day with a rate, the latest of the uncovered claims: one that begins later still stops there."""
    if not course.uncovered.any():
        return None
    published = np.array([day_number(law.series[name].last_day) for name in claims.bases])
    last = np.minimum(course.last, published[claims.base])
    return day_of(last[course.uncovered].max())


def _first_hole(claims: Claims, course: _Course, law: Law) -> RateNotPublished:
    """The refusal of the first claim with a day without a rate."""
    claim = int(np.flatnonzero(course.uncovered)[0])
    series = law.series[claims.bases[claims.base[claim]]]
    return series.not_published(day_of(course.last[claim] + 1))


def _unpaid_course(claims: Claims, law: Law) -> _Course:
    """Every claim as though nothing had been paid."""
    exact = claims.interest(law, claims.principal, claims.start, claims.end)
    return _Course(exact.rounded(), np.minimum(claims.end, claims.limit), claims.end > claims.limit)


def _put_paid_courses(
    course: _Course, claims: Claims, payments: pd.DataFrame, law: Law, imputation: Imputation
) -> None:
    """Put the course of the claims with payments in its place."""
    paid, position = np.unique(payments["claim"].to_numpy(np.int64), return_inverse=True)
    some = claims.take(paid)
    spans = balance_spans(some, payments.assign(claim=position), law, imputation)
    spread = some.take(spans.claim)
    exact = spread.interest(law, spans.balance, spans.since, spans.until).summed(spans.first)
    owed = (spans.balance > 0) & (spans.until > spans.since)
    last = np.where(owed, np.minimum(spans.until, spread.limit), spread.start)
    course.cents[paid] = exact.rounded()
    course.last[paid] = np.maximum(np.maximum.reduceat(last, spans.first), some.start)
    course.uncovered[paid] = np.logical_or.reduceat(owed & (spans.until > spread.limit), spans.first)


def _unconfirmed(claims: Claims, course: _Course, law: Law) -> tuple[RatePeriod, ...]:
    """The periods without confirmation in which some claim bore interest."""
    used: list[RatePeriod] = []
    for position, name in enumerate(claims.bases):
        on = (claims.base == position) & (course.last > claims.start)
        if on.any():
            used += _periods_used(law.unconfirmed_periods(name), claims.start[on] + 1, course.last[on])
    return tuple(used)


def _periods_used(periods: tuple[RatePeriod, ...], first: Ints, last: Ints) -> list[RatePeriod]:
    """The periods that share a day with one of the runs of days `first`..`last`, both included."""
    origin, size = int(first.min()), int(last.max() - first.min()) + 2
    opened = np.bincount(first - origin, minlength=size)
    closed = np.bincount(last + 1 - origin, minlength=size)
    in_use = np.cumsum(opened - closed) > 0
    spans = (
        (max(day_number(period.start) - origin, 0), day_number(period.end) - origin + 1) for period in periods
    )
    return [
        period
        for period, (start, stop) in zip(periods, spans, strict=True)
        if in_use[start : max(stop, 0)].any()
    ]


def interest_findings(accrued: Accrued) -> list[Finding]:
    """What a person should know about the rates behind the interest of the invoices.

    One finding where rates are missing, on the first such row, with the number of rows and the last covered
    day; one note where rates used are unconfirmed, with the latest of them.
    """
    return [*_missing_rates(accrued), *_unconfirmed_rates(accrued)]


def _missing_rates(accrued: Accrued) -> list[Finding]:
    rows = np.flatnonzero(accrued.uncovered)
    facts = {"last": accrued.stops_on}
    return [
        Finding("rate-not-published", "invoices", "interest", int(row), count=rows.size, facts=facts)
        for row in rows[:1]
    ]


def _unconfirmed_rates(accrued: Accrued) -> list[Finding]:
    count = len(accrued.unconfirmed)
    return [
        Finding(
            "rate-unconfirmed",
            "rates",
            "rate",
            facts={"start": period.start, "end": period.end, "rate": Decimal(period.rate_bp) / 100},
            count=count,
            needs_person=False,
        )
        for period in accrued.unconfirmed[-1:]
    ]


def regime_of(
    kind: pd.Series, sector: pd.Series, no_interest: pd.Series, contract_rate: pd.Series
) -> pd.Series:
    """The interest regime of each row, from its customer.

    Args:
        kind: kind of customer; blank: unknown, so treated as a consumer (the caller says so in a finding).
        sector: `agri` or `ordinary`; blank is ordinary.
        no_interest: flag; blank is no.
        contract_rate: agreed basis points; blank: none agreed.

    Returns:
        Categories of `REGIMES`, with the index of `kind`.

    Law: art. 2 and 5 D.Lgs. 231/2002; art. 4 D.Lgs. 198/2021; art. 1284 c.c.
    """
    business = kind.isin(BUSINESS_KINDS).to_numpy(bool)
    conditions = {
        "none": no_interest.fillna(value=False).to_numpy(bool),
        "contract": contract_rate.notna().to_numpy(bool),
        "agri": business & sector.eq("agri").fillna(value=False).to_numpy(bool),
        "b2b": business,
    }
    codes = [REGIMES.index(name) for name in conditions]
    chosen = np.select(list(conditions.values()), codes, REGIMES.index("consumer"))
    return pd.Series(pd.Categorical.from_codes(chosen, categories=pd.Index(REGIMES)), index=kind.index)


def lump_sums(rows: pd.DataFrame, law: Law) -> npt.NDArray[np.int64]:
    """The lump sum each row carries, in cents: once per late invoice, on its first late instalment.

    Args:
        rows: one row an instalment: `invoice` (the same value for the instalments of one invoice), `kind` (of
            the customer), `is_late` (paid or still unpaid after its due date), `is_charged` (a lump sum was
            asked for this row before), `contract_date` (blank: none is due before a date is known). The first
            late instalment is the one that stands first in `rows`.
        law: the amount, by the date of the contract.

    Returns:
        One amount a row; 0 on rows that carry none. An invoice with a charged row carries no second one.

    Law: art. 6 D.Lgs. 231/2002, for contracts concluded since 2013.
    """
    late = rows["is_late"].to_numpy(bool) & rows["kind"].isin(BUSINESS_KINDS).to_numpy(bool)
    invoice = pd.factorize(rows["invoice"])[0]
    charged = np.zeros(len(rows) + 1, bool)
    charged[invoice[rows["is_charged"].to_numpy(bool)]] = True
    carries = np.flatnonzero(late & ~charged[invoice])
    _, first = np.unique(invoice[carries], return_index=True)
    amounts = np.zeros(len(rows), np.int64)
    on = carries[first]
    amounts[on] = law.parameters["lump_sum"].at_each(day_numbers(rows["contract_date"].iloc[on]))
    return amounts
