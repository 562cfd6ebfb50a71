"""Italian public holidays and working days.

A term that ends on a Sunday or public holiday ends on the next day that is neither; Saturday counts as a
working day there. Tolerances in working days count Monday to Friday without holidays. Only national holidays:
patron saints differ by town.

Law: artt. 1187, 2963 c.c.; L. 260/1949 and what amended it, up to L. 151/2025 (4 October, from 2026).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    Days = npt.NDArray[np.datetime64]

_MARGIN = 32
"""Days beyond the last date within which a working day is always found."""

_YEAR_ZERO = 1970


@cache
def holidays_of(year: int) -> tuple[dt.date, ...]:
    """The national holidays of `year`, in order; Sundays as such are not among them."""
    import holidays  # noqa: PLC0415  a tenth of a second, paid only by who needs the calendar

    return tuple(sorted(holidays.country_holidays("IT", years=[year], expand=False)))


def is_holiday(day: dt.date) -> bool:
    """Whether `day` is a Sunday or a national holiday."""
    return day.isoweekday() == 7 or day in holidays_of(day.year)  # noqa: PLR2004  Sunday


def shift_to_working_day(days: Days) -> Days:
    """`days` (datetime64, NaT passes through), Sundays and holidays moved to the next day that is neither.

    Law: artt. 1187, 2963 c. 3 c.c.
    """
    whole: Days = days.astype("datetime64[D]")
    known = ~np.isnat(whole)
    if not known.any():
        return whole
    first = whole[known].min()
    moves = _moves(first, whole[known].max())
    place = np.where(known, whole - first, np.timedelta64(0, "D")).astype(np.int64)
    return whole + moves[place]


def _moves(first: np.datetime64, last: np.datetime64) -> npt.NDArray[np.timedelta64]:
    """For each day from `first` to `last`, both included, how far its next working day is."""
    calendar = np.arange(first, last + _MARGIN)
    is_free = (calendar.astype(np.int64) + 4) % 7 == 0  # day 0 is Thursday 1 January 1970
    is_free |= np.isin(calendar, _holidays_between(first, last + _MARGIN))
    places = np.where(is_free, len(calendar), np.arange(len(calendar)))
    next_place = np.minimum.accumulate(places[::-1])[::-1]
    moves: npt.NDArray[np.timedelta64] = (next_place - np.arange(len(calendar))).astype("timedelta64[D]")
    return moves


def add_working_days(days: Days, count: int | npt.NDArray[np.int64]) -> Days:
    """The `count`-th working day (Monday to Friday, no holiday) after `days`; before them when negative.

    NaT passes through; a count of 0 leaves the day as it is.
    """
    whole = days.astype("datetime64[D]")
    known = ~np.isnat(whole)
    if not known.any():
        return whole
    reach = 2 * int(np.abs(count).max()) + _MARGIN
    free = _holidays_between(whole[known].min() - reach, whole[known].max() + reach)
    after = np.busday_offset(whole, np.maximum(count, 0), roll="backward", holidays=free)
    before = np.busday_offset(whole, np.minimum(count, 0), roll="forward", holidays=free)
    moved: Days = np.where(np.equal(count, 0), whole, np.where(np.greater(count, 0), after, before))
    return moved


def _holidays_between(first: np.datetime64, last: np.datetime64) -> Days:
    from_year, to_year = np.array([first, last], dtype="datetime64[Y]").astype(np.int64) + _YEAR_ZERO
    years = range(from_year, to_year + 1)
    return np.array([day for year in years for day in holidays_of(year)], dtype="datetime64[D]")
