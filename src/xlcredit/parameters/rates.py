"""Published interest rates as periods of days, and as sums over days that make interest a subtraction.

A day is known by its number, counted from 1970-01-01. A series may have holes; nothing is ever carried over
one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from xlcredit.dates import half_year_start
from xlcredit.parameters.errors import RateGapError, RateNotPublished

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from xlcredit.parameters.loader import Parameter

Span = Literal["half-year", "year"]
"""For how long a published rate is set."""

_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
_ONE_DAY: Final = dt.timedelta(days=1)


def day_number(day: dt.date) -> int:
    """Days from 1970-01-01 to `day`."""
    return day.toordinal() - _EPOCH


def day_of(number: int) -> dt.date:
    """The day with that number."""
    return dt.date.fromordinal(int(number) + _EPOCH)


def period_start(day: dt.date, span: Span) -> dt.date:
    """First day of the half-year or year in which `day` lies.

    >>> period_start(dt.date(2026, 11, 21), "half-year")
    datetime.date(2026, 7, 1)
    """
    return half_year_start(day) if span == "half-year" else dt.date(day.year, 1, 1)


def period_end(day: dt.date, span: Span) -> dt.date:
    """Last day, included, of the half-year or year in which `day` lies."""
    is_first_half = span == "half-year" and half_year_start(day).month == 1
    return dt.date(day.year, 6, 30) if is_first_half else dt.date(day.year, 12, 31)


@dataclass(frozen=True, slots=True)
class RatePeriod:
    """One rate over whole days.

    Attributes:
        start: first day, included.
        end: last day, included.
        rate_bp: basis points a year.
        reference: act or source.
        confirmed: False while it rests on one source or awaits its official notice.
    """

    start: dt.date
    end: dt.date
    rate_bp: int
    reference: str
    confirmed: bool = True


@dataclass(frozen=True)
class RateSeries:
    """The known rates of one kind.

    Attributes:
        name: `reference_rate` or `legal_rate`.
        span: for how long each rate is set.
        periods: by rising start, never overlapping; a period never goes beyond its half-year or year.
    """

    name: str
    span: Span
    periods: tuple[RatePeriod, ...]

    @property
    def last_day(self) -> dt.date:
        """The last covered day."""
        return self.periods[-1].end

    def period_at(self, day: dt.date) -> RatePeriod | None:
        """The period that covers `day`, or None."""
        return next((period for period in self.periods if period.start <= day <= period.end), None)

    def not_published(self, day: dt.date) -> RateNotPublished:
        """The refusal of a day without a rate."""
        return RateNotPublished(day=day, first=self.periods[0].start, last=self.last_day)

    def replaced(self, periods: Iterable[RatePeriod]) -> RateSeries:
        """This series with some periods added, or put in the place of those that start the same day."""
        merged = {period.start: period for period in (*self.periods, *periods)}
        return RateSeries(self.name, self.span, tuple(merged[start] for start in sorted(merged)))

    @cached_property
    def starts(self) -> npt.NDArray[np.int64]:
        """Day numbers on which a period starts."""
        return np.array([day_number(period.start) for period in self.periods], np.int64)

    def cumulative(self, days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Basis points summed over every covered day from the first one to each of `days`, included.

        The interest of one cent from a day (excluded) to another (included), both covered without a hole, is
        the difference of their sums over 10,000 and the days of a year.
        """
        sums, _ = self._by_day
        return sums[self._index(days)]

    def covered_until(self, days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The last day of the run of rates that starts at each of `days`; the day before where none."""
        _, ends = self._by_day
        return np.where(self._knows(days), ends[self._index(days)], days - 1)

    def _index(self, days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        first, last = int(self.starts[0]), day_number(self.last_day)
        return np.clip(days, first - 1, last) - (first - 1)

    def _knows(self, days: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        first, last = int(self.starts[0]), day_number(self.last_day)
        return np.logical_and(days >= first, days <= last)

    @cached_property
    def _by_day(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """One entry a day, from the day before the first: sum of rates, and last day without a hole."""
        origin = int(self.starts[0]) - 1
        size = day_number(self.last_day) - origin + 1
        rates = np.zeros(size, np.int64)
        ends = np.arange(origin, origin + size) - 1
        following, reach = None, 0
        for period in reversed(self.periods):
            end = day_number(period.end)
            reach = reach if period.end + _ONE_DAY == following else end
            days = slice(day_number(period.start) - origin, end - origin + 1)
            rates[days] = period.rate_bp
            ends[days] = reach
            following = period.start
        return np.cumsum(rates), ends


def published_series(parameter: Parameter, span: Span) -> RateSeries:
    """The periods of a published rate, from its parameter, up to `valid_until`.

    Half-yearly rates need a value for each half-year. A yearly one holds until it is changed (art. 1284 c.c.)
    and is cut at each new year.

    Raises:
        RateGapError: a half-year has no value, or the parameter does not say how long it is valid.
    """
    if parameter.valid_until is None:
        raise RateGapError(file=f"{parameter.name}.yaml", where="valid_until", period="valid_until")
    ends = [*(value.start - _ONE_DAY for value in parameter.values[1:]), parameter.valid_until]
    periods = []
    for value, end in zip(parameter.values, ends, strict=True):
        for start, stop in _pieces(value.start, end, span):
            if span == "half-year" and start != value.start:
                raise RateGapError(file=f"{parameter.name}.yaml", where="values", period=start)
            periods.append(RatePeriod(start, stop, value.value, value.reference, value.confirmed))
    return RateSeries(parameter.name, span, tuple(periods))


def _pieces(start: dt.date, end: dt.date, span: Span) -> Iterable[tuple[dt.date, dt.date]]:
    while start <= end:
        stop = min(period_end(start, span), end)
        yield start, stop
        start = stop + _ONE_DAY
