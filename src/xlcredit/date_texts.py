"""Dates as people write them.

`31/01/2026`, `31-1-26`, `31.1.2026`, `2026-01-31`, `2026-01-31T10:15:00`, `20260131`, `3 marzo 2026`,
`March 3, 2026`. Two figures for the year: 90 to 99 are the nineties, the rest this century. Whether the day
or the month comes first is decided once for a column: by the rows that fit one order only, else day first.
When some rows fit only one order and others only the other, no row written in figures is read.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from xlcredit.cells import Cells, Fault, Kind, as_series, split_cells
from xlcredit.texts import distinct_texts, strip_apostrophe, tidy_text
from xlcredit.words import fold, reading_words

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd
    import pyarrow as pa

    from xlcredit.cells import Faults

Order = Literal["dmy", "mdy"]
Decision = Literal["dmy", "mdy", "conflict", "unknown"]
"""What a column shows: one order, both (`conflict`), neither (`unknown`)."""

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Years outside are taken for slips; both are included."""

_EARLIEST = np.datetime64(f"{FIRST_YEAR}-01-01", "s")
_LATEST = np.datetime64(f"{LAST_YEAR + 1}-01-01", "s")
_PIVOT = 90
_SECONDS_A_DAY = 86_400

_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
_TIME = rf"(?:[T ,]+{_CLOCK}\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?:Z|[+-]\d{{2}}:?\d{{2}})?)?"
_YEAR = r"(?P<year>\d{4}|\d\d)"
_FIGURES = re.compile(rf"(?P<a>\d{{1,2}})\s?(?P<sep>[/\-. ])\s?(?P<b>\d{{1,2}})\s?(?P=sep)\s?{_YEAR}{_TIME}")
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})(?:(?P<sep>[/\-.])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}})"
    rf"|(?P<mm>\d\d)(?P<dd>\d\d)){_TIME}"
)
_MONTH = r"(?P<name>[^\W\d_]{3,})\.?"
_DAY_NAME = r"(?:[^\W\d_]{3,}\.?,? )?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|[°º.])?"
_NAMED = (
    re.compile(rf"{_DAY_NAME}{_DAY}[ \-/]?{_MONTH},?[ \-/]?{_YEAR}{_TIME}", re.IGNORECASE),
    re.compile(rf"{_DAY_NAME}{_MONTH} {_DAY},? (?P<year>\d{{4}}){_TIME}", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True)
class Written:
    """A date as written, in the readings it allows.

    Attributes:
        dmy: the date when the day comes first (or when the writing leaves no choice), None when there is
            none.
        mdy: the date when the month comes first, likewise.
        by_order: whether the order of day and month matters to it.
    """

    dmy: dt.datetime | None
    mdy: dt.datetime | None
    by_order: bool

    def read(self, order: Order) -> dt.datetime | None:
        """The date in one order."""
        return self.dmy if order == "dmy" else self.mdy


_NONE = Written(None, None, by_order=False)


@lru_cache(maxsize=65_536)
def read_written(text: str) -> Written:
    """`text` as a date in figures or words; without a reading when it is none."""
    bare = strip_apostrophe(tidy_text(text))
    if match := _FIGURES.fullmatch(bare):
        a, b = int(match["a"]), int(match["b"])
        dmy, mdy = _moment(match, b, a), _moment(match, a, b)
        return Written(dmy, mdy, by_order=dmy != mdy)
    if match := _YEAR_FIRST.fullmatch(bare):
        return _sure(_moment(match, int(match["month"] or match["mm"]), int(match["day"] or match["dd"])))
    for form in _NAMED:
        if match := form.fullmatch(bare):
            month = reading_words("months").get(fold(match["name"]), "0")
            return _sure(_moment(match, int(month), int(match["day"])))
    return _NONE


def _sure(moment: dt.datetime | None) -> Written:
    return Written(moment, moment, by_order=False)


def _moment(match: re.Match[str], month: int, day: int) -> dt.datetime | None:
    """The match's year and time with `month` and `day`; None when no calendar has it."""
    year = int(match["year"])
    if len(match["year"]) == 2:  # noqa: PLR2004  two figures
        year += 1900 if year >= _PIVOT else 2000
    hour = int(match["hour"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    try:
        return dt.datetime(year, month, day, hour, int(match["minute"] or 0), int(match["second"] or 0))  # noqa: DTZ001  a ledger's dates have no zone
    except ValueError:
        return None


def parse_date(text: str, order: Order = "dmy") -> dt.date | None:
    """`text` as a date; None when it is none or lies outside 1990..2100.

    >>> parse_date("3 marzo 2026"), parse_date("31/02/2026")
    (datetime.date(2026, 3, 3), None)
    """
    moment = read_written(text).read(order)
    return moment.date() if moment is not None and FIRST_YEAR <= moment.year <= LAST_YEAR else None


def parse_dates(
    column: pd.Series[Any], order: Order | Literal["auto"] = "auto"
) -> tuple[pd.Series[Any], Faults, Decision]:
    """A column of dates, real ones or texts; numbers are none (`dates_from_serials` first, where they are).

    Returns:
        `datetime64[s]` at midnight, NaT where nothing or nothing readable stands; the bad mask, one `Fault` a
        row (UNREADABLE, OUT_OF_RANGE, ORDER_CONFLICT, CELL_ERROR), zero where all is well; what the column
        showed.
    """
    cells = split_cells(column)
    decision = order_of(cells) if order == "auto" else order
    dates, faults = read_dates(cells, decision)
    return dates, faults, decision


def order_of(cells: Cells) -> Decision:
    """Which order of day and month the texts of a column show."""
    if cells.texts is None:
        return "unknown"
    shown = {
        order
        for text in cells.texts.unique().drop_null().to_pylist()
        if (order := _shows(read_written(text)))
    }
    return "conflict" if len(shown) > 1 else shown.pop() if shown else "unknown"


def _shows(written: Written) -> Order | None:
    """The only order in which `written` is a date; None when both or neither."""
    if not written.by_order or (written.dmy is not None and written.mdy is not None):
        return None
    return "dmy" if written.dmy is not None else "mdy"


def read_dates(cells: Cells, decision: Decision, *, with_time: bool = False) -> tuple[pd.Series[Any], Faults]:
    """As `parse_dates`, from cells already split; `unknown` means day first; `with_time` keeps the time."""
    faults = cells.faults(Kind.NUMBER, Kind.FLAG)
    dates = np.full(cells.size, "NaT", dtype="datetime64[s]") if cells.dates is None else cells.dates
    if cells.texts is not None:
        written, text_faults = _read_texts(cells.texts, decision)
        dates = np.where(np.isnat(dates), written, dates)
        faults = np.maximum(faults, text_faults)
    outside = (dates < _EARLIEST) | (dates >= _LATEST)
    if outside.any():
        dates = np.where(outside, np.datetime64("NaT", "s"), dates)
        faults = np.where(outside, np.uint8(Fault.OUT_OF_RANGE), faults)
    return as_series(dates if with_time else _midnight(dates)), faults


def _midnight(dates: npt.NDArray[np.datetime64]) -> npt.NDArray[np.datetime64]:
    seconds = dates.view(np.int64)
    midnight = seconds // _SECONDS_A_DAY * _SECONDS_A_DAY
    if np.array_equal(midnight, seconds):
        return dates
    return np.where(np.isnat(dates), dates, midnight.view("datetime64[s]"))


def _read_texts(texts: pa.Array, decision: Decision) -> tuple[npt.NDArray[np.datetime64], Faults]:
    words, codes = distinct_texts(texts)
    dates = np.full(len(words) + 1, "NaT", dtype="datetime64[s]")
    faults = np.zeros(len(words) + 1, dtype=np.uint8)
    for code, text in enumerate(words):
        written = read_written(text)
        if decision == "conflict" and written.by_order:
            faults[code] = Fault.ORDER_CONFLICT
        elif (moment := written.read("mdy" if decision == "mdy" else "dmy")) is None:
            faults[code] = Fault.UNREADABLE
        else:
            dates[code] = np.datetime64(moment, "s")
    return dates[codes], faults[codes]
