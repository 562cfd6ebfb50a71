"""How long and at what rate each claim bears interest: the arithmetic under interest and its printed lines.

Interest is simple, act/365 (parameter `day_count`): balance x basis points x days / (365 x 10,000), rounded
half up to the cent once, at the end. It runs from the day after `due_date` to `as_of` included; the day of a
payment still bears interest on the balance before it.

Everything is exact. The sum of basis points over the days of a span is a difference of two cumulative sums;
the product with a balance is kept as whole cents and a remainder (`Exact`), so that no product leaves 64
bits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from xlcredit.errors import XlcreditError
from xlcredit.parameters.errors import UnknownRegimeError
from xlcredit.parameters.law import BASE_OF, REGIMES
from xlcredit.parameters.rates import day_number

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from xlcredit.parameters.law import Law

    Ints = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

BP: Final = 10_000
"""Basis points of one."""

MAX_CENTS: Final = 10**15
"""Balances up to ten thousand billion euro are computed exactly; above, a claim is a slip and is refused."""

_NO_DAY: Final = np.iinfo(np.int64).min
_COLUMNS: Final = ("principal", "start", "end", "limit", "base", "margin_bp")


class AmountTooLargeError(XlcreditError):
    """An amount beyond `MAX_CENTS`: `found`, `highest` (euro)."""

    code = "amount-too-large"


@dataclass(frozen=True, slots=True)
class Exact:
    """Amounts as whole cents plus `part` / `unit` of a cent, one entry a claim or a span."""

    whole: Ints
    part: Ints
    unit: int

    def rounded(self) -> Ints:
        """Half up to the cent."""
        return self.whole + (2 * self.part + self.unit) // (2 * self.unit)

    def plus(self, other: Exact) -> Exact:
        """Entry by entry sum."""
        return Exact(self.whole + other.whole, self.part + other.part, self.unit)

    def take(self, positions: Ints) -> Exact:
        """Some of the entries, by position."""
        return Exact(self.whole[positions], self.part[positions], self.unit)

    def summed(self, starts: Ints) -> Exact:
        """Sums of the runs of entries that begin at `starts`."""
        return Exact(np.add.reduceat(self.whole, starts), np.add.reduceat(self.part, starts), self.unit)


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims as arrays, one entry each; days are numbers from 1970-01-01.

    Attributes:
        principal: cents before payments, never negative.
        start: last day without interest (due date, or last day already charged).
        end: last day with interest, included; `start` when there is none.
        limit: last day up to which rates are known without a hole from `start` on; `end` where none is
            needed.
        base: which series, as position in `bases`; -1 for none.
        margin_bp: basis points on top of it.
        bases: names of the series.
        year_bp: days of a year times basis points of one: the unit of `Exact`.
    """

    principal: Ints
    start: Ints
    end: Ints
    limit: Ints
    base: Ints
    margin_bp: Ints
    bases: tuple[str, ...]
    year_bp: int

    def __len__(self) -> int:
        return len(self.principal)

    def take(self, positions: Ints) -> Claims:
        """Some of the claims, by position."""
        return replace(self, **{name: getattr(self, name)[positions] for name in _COLUMNS})

    def weight(self, law: Law, since: Ints, until: Ints) -> Ints:
        """Basis points summed over the days after `since` to `until`, included, as far as rates are known.

        One entry a claim; 0 where `until` does not lie after `since`.
        """
        until = np.minimum(until, self.limit)
        days = np.maximum(until - since, 0)
        weight: Ints = self.margin_bp * days
        for position, name in enumerate(self.bases):
            on = np.flatnonzero((self.base == position) & (days > 0))
            series = law.series[name]
            weight[on] += series.cumulative(until[on]) - series.cumulative(since[on])
        return weight

    def interest(self, law: Law, balance: Ints, since: Ints, until: Ints) -> Exact:
        """Exact interest of a balance over the days from `since` (excluded) to `until` (included)."""
        weight = self.weight(law, since, until)
        whole, rest = np.divmod(balance, self.year_bp)
        more, part = np.divmod(rest * weight, self.year_bp)
        return Exact(whole * weight + more, part, self.year_bp)


def read_claims(claims: pd.DataFrame, as_of: dt.date, law: Law) -> Claims:
    """Claims as arrays.

    Args:
        claims: one row a claim: `principal` (cents), `due_date`, `regime`, `contract_date` (blank: the due
            date), `contract_rate` (basis points, for the regime `contract`; blank: none), optionally
            `charged_to` (last day already charged) and `stop_date` (opening of insolvency proceedings, the
            first day without interest). A claim without due date, without a positive principal or without
            regime bears no interest.
        as_of: last day with interest, included.
        law: rates and margins.

    Raises:
        AmountTooLargeError: a principal beyond `MAX_CENTS`.
        UnknownRegimeError: a regime that does not exist.

    Law: art. 5 D.Lgs. 231/2002; art. 1282, 1284 c.c.; art. 154 CCII (the opening suspends the course of
    interest).
    """
    principal = np.maximum(_integers(claims["principal"]), 0)
    if principal.size and int(principal.max()) > MAX_CENTS:
        raise AmountTooLargeError(found=int(principal.max()) // 100, highest=MAX_CENTS // 100)
    bases = tuple(law.series)
    base, codes = _bases(claims["regime"], bases)
    due = day_numbers(claims["due_date"])
    silent = is_blank_day(due) | (codes == REGIMES.index("none")) | (codes < 0) | (principal == 0)
    start, end = _course(claims, due, silent, day_number(as_of))
    limit, margin = _limits(start, end, base, law), _margins(claims, codes, due, law)
    return Claims(principal, start, end, limit, base, margin, bases, law.value("day_count", as_of) * BP)


def _course(claims: pd.DataFrame, due: Ints, silent: Mask, as_of: int) -> tuple[Ints, Ints]:
    """Last day before and last day with interest; the same day where there is none."""
    start = np.maximum(due, day_numbers(claims["charged_to"])) if "charged_to" in claims else due
    start = np.where(is_blank_day(due), 0, start)
    end = np.full(len(claims), as_of)
    if "stop_date" in claims:
        stop = day_numbers(claims["stop_date"])
        end = np.where(is_blank_day(stop), end, np.minimum(end, stop - 1))
    return start, np.where(silent, start, np.maximum(end, start))


def day_numbers(dates: pd.Series) -> Ints:
    """Days from 1970-01-01; the smallest int64 for a blank."""
    days = dates.to_numpy("M8[D]")
    return np.where(np.isnat(days), _NO_DAY, days.astype(np.int64))


def is_blank_day(days: Ints) -> Mask:
    """Where a day number stands for a blank date."""
    return np.equal(days, _NO_DAY)


def _integers(numbers: pd.Series) -> Ints:
    if pd.api.types.is_extension_array_dtype(numbers.dtype):
        return numbers.to_numpy(np.int64, na_value=0)
    return numbers.fillna(0).to_numpy(np.int64)


def _bases(regimes: pd.Series, bases: tuple[str, ...]) -> tuple[Ints, Ints]:
    """Position in `bases` and in `REGIMES` of each claim's regime; -1 for none and for a blank."""
    values = regimes if isinstance(regimes.dtype, pd.CategoricalDtype) else regimes.astype("category")
    names = [str(name) for name in values.cat.categories]
    unknown = sorted(set(names) - set(REGIMES))
    if unknown:
        raise UnknownRegimeError(found=", ".join(unknown), known=", ".join(REGIMES))
    in_series = np.array(
        [*(bases.index(BASE_OF[name]) if name in BASE_OF else -1 for name in names), -1], np.int64
    )
    in_regimes = np.array([*(REGIMES.index(name) for name in names), -1], np.int64)
    codes = values.cat.codes.to_numpy()
    return in_series[codes], in_regimes[codes]


def _margins(claims: pd.DataFrame, codes: Ints, due: Ints, law: Law) -> Ints:
    """Basis points that each claim's regime puts on top of the published rate."""
    contract = day_numbers(claims["contract_date"]) if "contract_date" in claims else due
    contract = np.where(contract == _NO_DAY, due, contract)
    agreed = (
        _integers(claims["contract_rate"]) if "contract_rate" in claims else np.zeros(len(claims), np.int64)
    )
    business = law.parameters["margin_b2b"].at_each(contract)
    surcharge = law.parameters["surcharge_agri"].at_each(contract)
    choices = {"b2b": business, "agri": business + surcharge, "contract": agreed}
    return np.select([codes == REGIMES.index(name) for name in choices], list(choices.values()), 0)


def _limits(start: Ints, end: Ints, base: Ints, law: Law) -> Ints:
    """The last day up to which each claim's rates are known without a hole from its first day on."""
    limit = end.copy()
    for position, series in enumerate(law.series.values()):
        on = np.flatnonzero((base == position) & (end > start))
        limit[on] = series.covered_until(start[on] + 1)
    return limit
