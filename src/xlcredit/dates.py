"""Days: half-years, months, Excel's serials, and the package's only clock.

Vectorised functions take and return `datetime64[D]` arrays; NaT passes through. How dates are written in
texts is in `date_texts`, holidays in `working_days`.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

import numpy as np

from xlcredit.date_texts import Order, parse_date, parse_dates, read_dates

if TYPE_CHECKING:
    import numpy.typing as npt

    Days = npt.NDArray[np.datetime64]

__all__ = [
    "Epoch", "Order", "add_months", "add_months_to", "dates_from_serials", "half_year_start",
    "half_year_starts", "month_end", "month_ends", "now", "parse_date", "parse_dates", "read_dates",
    "serials_from_dates", "today",
]  # fmt: skip

Epoch = Literal[1900, 1904]
"""A workbook's date system: 1900 (Windows) or 1904 (older Macs)."""

_DAY_ZERO: dict[int, np.datetime64] = {1900: np.datetime64("1899-12-30"), 1904: np.datetime64("1904-01-01")}
"""Day of serial 0. 1900 counts a 29 February 1900 that never was: right from 1900-03-01 on."""


def today() -> dt.date:
    """Today's date; for the edges only, what is computed takes `as_of`."""
    return dt.datetime.now().astimezone().date()


def now() -> dt.datetime:
    """The local time to the second, without zone as cells have it; for the register's events only."""
    return dt.datetime.now().astimezone().replace(microsecond=0, tzinfo=None)


def half_year_start(day: dt.date) -> dt.date:
    """The first day of `day`'s half-year: 1 January or 1 July."""
    return dt.date(day.year, 1 if day.month <= 6 else 7, 1)  # noqa: PLR2004  June ends the first half


def half_year_starts(days: Days) -> Days:
    """As `half_year_start`, for an array."""
    months = days.astype("datetime64[M]")
    in_half = (months.astype(np.int64) % 6).astype("timedelta64[M]")
    return np.where(np.isnat(days), np.datetime64("NaT", "D"), (months - in_half).astype("datetime64[D]"))


def month_end(day: dt.date) -> dt.date:
    """The last day of `day`'s month."""
    end: dt.date = month_ends(np.array([day], dtype="datetime64[D]"))[0].item()
    return end


def month_ends(days: Days) -> Days:
    """As `month_end`, for an array."""
    month: Days = days.astype("datetime64[M]")
    next_start: Days = (month + np.timedelta64(1, "M")).astype("datetime64[D]")
    return next_start + np.timedelta64(-1, "D")


def add_months(day: dt.date, months: int) -> dt.date:
    """`day` moved by calendar months; a day that the month lacks becomes its last.

    >>> add_months(dt.date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    moved: dt.date = add_months_to(np.array([day], dtype="datetime64[D]"), months)[0].item()
    return moved


def add_months_to(days: Days, months: int) -> Days:
    """As `add_months`, for an array."""
    month = days.astype("datetime64[M]")
    target = (month + np.timedelta64(months, "M")).astype("datetime64[D]")
    moved: Days = np.minimum(target + (days - month.astype("datetime64[D]")), month_ends(target))
    return moved


def dates_from_serials(serials: npt.NDArray[np.float64], epoch: Epoch = 1900) -> npt.NDArray[np.datetime64]:
    """Excel's day numbers as `datetime64[s]`; the fraction is the time of day, to the second."""
    known = np.isfinite(serials) & (np.abs(serials) < _SERIAL_LIMIT)
    seconds = np.round(np.where(known, serials, 0) * _SECONDS_A_DAY).astype("timedelta64[s]")
    return np.where(known, _DAY_ZERO[epoch].astype("datetime64[s]") + seconds, np.datetime64("NaT", "s"))


def serials_from_dates(dates: npt.NDArray[np.datetime64], epoch: Epoch = 1900) -> npt.NDArray[np.float64]:
    """Dates as Excel's day numbers, NaN for NaT."""
    seconds = (dates.astype("datetime64[s]") - _DAY_ZERO[epoch].astype("datetime64[s]")).astype(np.float64)
    return np.where(np.isnat(dates), np.nan, seconds / _SECONDS_A_DAY)


_SECONDS_A_DAY = 86_400
_SERIAL_LIMIT = 3_000_000
