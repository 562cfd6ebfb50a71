"""What an amount costs when it is paid late: interest with its lines, and the lump sum; of one or of many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from xlcredit.core.accrual import read_claims
from xlcredit.core.interest import accrue_interest
from xlcredit.core.segments import interest_segments

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from xlcredit.core.balances import Imputation
    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.parameters.law import Law

LUMP_SUM_REGIMES: Final = ("b2b", "agri")
"""Regimes that by themselves say that D.Lgs. 231/2002 applies; an agreed rate may bind a consumer too."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One line of interest: days, both included, with one balance (cents) and rate (basis points a year)."""

    from_: dt.date
    to: dt.date
    days: int
    balance_cents: int
    rate_bp: int
    interest_cents: int


@dataclass(frozen=True, slots=True)
class Calculated:
    """The interest of one amount.

    Attributes:
        interest_cents: accrued in all, rounded once.
        days: days with interest.
        open_cents: amount less payments, never negative.
        lump_sum_cents: where the regime grants one and the amount was late.
        segments: the lines that add up to `interest_cents`.
    """

    interest_cents: int
    days: int
    open_cents: int
    lump_sum_cents: int
    segments: tuple[Segment, ...]

    @property
    def total_due_cents(self) -> int:
        """What is asked for in all."""
        return self.open_cents + self.interest_cents + self.lump_sum_cents


def calculate_interest(  # noqa: PLR0913  the questions of a calculator
    amount_cents: int,
    due: dt.date,
    as_of: dt.date,
    payments: Sequence[tuple[dt.date, int]] = (),
    *,
    law: Law,
    regime: str = "b2b",
    contract_date: dt.date | None = None,
    contract_rate_bp: int | None = None,
    imputation: Imputation = "capital_first",
) -> Calculated:
    """The interest of one amount, with its lines.

    Args:
        amount_cents: owed on `due`.
        due: taken as given, not moved off a holiday.
        as_of: last day with interest, included.
        payments: (day, cents); those after `as_of` are not counted.
        law: rates and margins.
        regime: one of `law.REGIMES`.
        contract_date: decides margin and lump sum; None takes `due`.
        contract_rate_bp: agreed basis points a year, for the regime `contract`.
        imputation: what a payment reduces first.

    Raises:
        RateNotPublished: a day with interest lies beyond the known rates.
        UnknownRegimeError: no such regime.
        AmountTooLargeError: an amount that cannot be one.

    Law: art. 5 and 6 D.Lgs. 231/2002; art. 1284 c.c.
    """
    agreed_on = contract_date or due
    claim = _one_claim(amount_cents, due, regime, agreed_on, contract_rate_bp or 0)
    paid = _payments([payment for payment in payments if payment[0] <= as_of])
    accrued = accrue_interest(claim, paid, as_of, law, imputation=imputation, strict=True)
    lines = _lines(interest_segments(claim, paid, as_of, law, imputation=imputation))
    lump_sum = law.value("lump_sum", agreed_on) if lines and regime in LUMP_SUM_REGIMES else 0
    return Calculated(
        interest_cents=int(accrued.interest_cents[0]),
        days=sum(line.days for line in lines),
        open_cents=max(amount_cents - int(paid["amount"].sum()), 0),
        lump_sum_cents=lump_sum,
        segments=lines,
    )


@dataclass(frozen=True, slots=True)
class CalculatedEach:
    """The interest of many amounts, aligned with them.

    Attributes:
        interest_cents: rounded once an amount.
        lump_sum_cents: where the regime grants one and the amount was late.
        uncovered: where some day with interest has no known rate; the interest is then not to be used.
    """

    interest_cents: Ints
    lump_sum_cents: Ints
    uncovered: Mask


def calculate_each(amounts: Ints, due: Days, as_of: Days, regimes: pd.Series, law: Law) -> CalculatedEach:
    """The interest of many amounts, at least one, each as `calculate_interest` has it without payments.

    Args:
        amounts: cents; only positive ones bear interest.
        due: taken as given; NaT bears none.
        as_of: last day with interest of each, included; no NaT.
        regimes: of `law.REGIMES`, blank bears none.
        law: rates and margins.

    Law: art. 5 and 6 D.Lgs. 231/2002; art. 1284 c.c.
    """
    claims = pd.DataFrame(
        {
            "principal": amounts,
            "due_date": due.astype("M8[s]"),
            "regime": regimes,
            "stop_date": (as_of + 1).astype("M8[s]"),
        }
    )
    accrued = accrue_interest(claims, _payments(()), as_of.max().item(), law)
    granted = regimes.isin(LUMP_SUM_REGIMES).to_numpy(bool) & (due < as_of) & (amounts > 0)
    lump_sum = law.parameters["lump_sum"].at_each(due.astype("M8[D]").astype(np.int64))
    return CalculatedEach(accrued.interest_cents, np.where(granted, lump_sum, 0), accrued.uncovered)


def rates_at(days: Days, regimes: pd.Series, law: Law) -> tuple[Ints, Mask]:
    """Basis points a year that a debt agreed on each day bears on it, and where that rate is known.

    Args:
        days: at least one, no NaT.
        regimes: of `law.REGIMES`.
        law: rates and margins.

    Law: art. 5 D.Lgs. 231/2002; art. 1284 c.c.
    """
    claims = pd.DataFrame(
        {
            "principal": np.ones(len(days), np.int64),
            "due_date": (days - 1).astype("M8[s]"),
            "regime": regimes,
            "contract_date": days.astype("M8[s]"),
            "stop_date": (days + 1).astype("M8[s]"),
        }
    )
    read = read_claims(claims, days.max().item(), law)
    return read.weight(law, read.start, read.end), read.limit >= read.end


def _one_claim(cents: int, due: dt.date, regime: str, contract_date: dt.date, rate_bp: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "principal": np.array([cents], np.int64),
            "due_date": np.array([due], "M8[s]"),
            "regime": [regime],
            "contract_date": np.array([contract_date], "M8[s]"),
            "contract_rate": np.array([rate_bp], np.int64),
        }
    )


def _payments(payments: Sequence[tuple[dt.date, int]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "claim": np.zeros(len(payments), np.int64),
            "date": np.array([day for day, _ in payments], "M8[s]"),
            "amount": np.array([cents for _, cents in payments], np.int64),
        }
    )


def _lines(segments: pd.DataFrame) -> tuple[Segment, ...]:
    columns = segments[["from", "to", "days", "balance", "rate", "interest"]]
    return tuple(
        Segment(since.date(), until.date(), int(days), int(balance), int(rate), int(interest))
        for since, until, days, balance, rate, interest in columns.itertuples(index=False, name=None)
    )
