"""Payment terms and the due dates they give.

`60 gg DFFM` is sixty days to the end of the month: multiples of 30 with end of month are calendar months,
without it days (a setting turns those to months too). `FM+10` adds days after the month's end; a fixed day
(`giorno 15`) moves on to the next such day, after `FM` one of the following month; a date in an excluded
month moves to the fixed day of the next month, the `SHIFTED_DAY` when the terms name none. How terms are
written: `terms_grammar`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xlcredit.cells import as_series, split_cells
from xlcredit.dates import add_months_to, month_ends
from xlcredit.terms_grammar import Instalment, Terms, TermsNotUnderstood, parse_terms
from xlcredit.texts import distinct_texts

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    import numpy.typing as npt
    import pandas as pd

    Days = npt.NDArray[np.datetime64]
    Mask = npt.NDArray[np.bool_]

__all__ = [
    "SHIFTED_DAY",
    "Instalment",
    "Terms",
    "TermsNotUnderstood",
    "due_dates",
    "first_due_dates",
    "parse_terms",
]

SHIFTED_DAY = 10
"""Day of the next month for a date in an excluded month, when the terms say none: the banks' usual one."""

_MONTH_OF_DAYS = 30
_FEW_TERMS = 2**15 - 1
"""Up to here codes fit in 16 bits, which numpy sorts in linear time."""


def due_dates(
    document_date: dt.date, terms: Terms, *, days_as_months: bool = False
) -> list[tuple[dt.date, Decimal]]:
    """Due date and share of each instalment; holidays are not looked at here.

    >>> import datetime as dt
    >>> due_dates(dt.date(2026, 1, 15), parse_terms("60 gg DFFM"))
    [(datetime.date(2026, 3, 31), Decimal('1'))]
    """
    day = np.array([document_date], dtype="datetime64[D]")
    return [
        (_due(day, instalment, terms, days_as_months=days_as_months)[0].item(), instalment.share)
        for instalment in terms.instalments
    ]


def first_due_dates(
    document_dates: pd.Series[Any],
    terms: pd.Series[Any],
    instalments: pd.Series[Any] | None = None,
    *,
    days_as_months: bool = False,
) -> tuple[pd.Series[Any], Mask]:
    """The due date of each row, once for each distinct terms.

    Args:
        document_dates: datetime64; a row without one gets none.
        terms: texts; a row without them gets no date and is not bad.
        instalments: number of the row's instalment (1 when blank); the first one when None, the last one when
            the terms have fewer.
        days_as_months: whether multiples of 30 days are calendar months even without end of month.

    Returns:
        `datetime64[s]` due dates, NaT where none, and the mask of the rows whose terms are not understood.
    """
    days = document_dates.to_numpy().astype("datetime64[D]")
    number = np.ones(len(days), np.int64) if instalments is None else instalments.fillna(1).to_numpy(np.int64)
    due = np.full(len(days), "NaT", dtype="datetime64[D]")
    bad = np.zeros(len(days), dtype=bool)
    for text, rows in _rows_by_terms(terms):
        try:
            understood = parse_terms(text)
        except TermsNotUnderstood:
            bad[rows] = True
            continue
        due[rows] = _due_by_number(days[rows], number[rows], understood, days_as_months=days_as_months)
    return as_series(due.astype("datetime64[s]")), bad


def _rows_by_terms(terms: pd.Series[Any]) -> list[tuple[str, npt.NDArray[np.int64]]]:
    """Each distinct text with the positions of its rows."""
    texts = split_cells(terms).texts
    if texts is None:
        return []
    words, codes = distinct_texts(texts)
    codes = codes.astype(np.int16) if len(words) <= _FEW_TERMS else codes
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(len(words) + 1))
    return [(word, order[bounds[code] : bounds[code + 1]]) for code, word in enumerate(words)]


def _due_by_number(days: Days, number: npt.NDArray[np.int64], terms: Terms, *, days_as_months: bool) -> Days:
    place = np.clip(number, 1, len(terms.instalments)) - 1
    due = np.full(len(days), "NaT", dtype="datetime64[D]")
    for index in np.unique(place):
        rows = place == index
        due[rows] = _due_of_many(days[rows], terms.instalments[index], terms, days_as_months=days_as_months)
    return due


def _due_of_many(days: Days, instalment: Instalment, terms: Terms, *, days_as_months: bool) -> Days:
    """As `_due`; where rows outnumber the calendar days they span, each day is worked out once."""
    known = np.flatnonzero(~np.isnat(days))
    if not known.size:
        return days
    first, last = days[known].min(), days[known].max()
    if len(known) <= (last - first).astype(np.int64):
        return _due(days, instalment, terms, days_as_months=days_as_months)
    calendar = np.arange(first, last + np.timedelta64(1, "D"))
    due = np.full(len(days), "NaT", dtype="datetime64[D]")
    by_day = _due(calendar, instalment, terms, days_as_months=days_as_months)
    due[known] = by_day[(days[known] - first).astype(np.int64)]
    return due


def _due(days: Days, instalment: Instalment, terms: Terms, *, days_as_months: bool) -> Days:
    months = instalment.months
    if instalment.days % _MONTH_OF_DAYS == 0 and (terms.end_of_month or days_as_months):
        months += instalment.days // _MONTH_OF_DAYS
    due = add_months_to(days, months) if months else days + np.timedelta64(instalment.days, "D")
    if terms.end_of_month:
        due = month_ends(due) + np.timedelta64(terms.extra_days, "D")
    if terms.fixed_day is not None:
        due = _next_fixed_day(due, terms.fixed_day, from_next_day=terms.end_of_month)
    return _out_of_months(due, terms)


_LAST_SAFE_DAY = 28
"""The last day that every month has."""


def _day_of_month(month: Days, day: int) -> Days:
    """`day` of each month (datetime64[M]); its last where it is shorter."""
    start = month.astype("datetime64[D]")
    return np.minimum(start + np.timedelta64(day - 1, "D"), month_ends(start))


def _next_fixed_day(days: Days, fixed_day: int, *, from_next_day: bool) -> Days:
    """The first `fixed_day` on or after `days`; strictly after with `from_next_day` (up to the 28th)."""
    start = days + np.timedelta64(1 if from_next_day and fixed_day <= _LAST_SAFE_DAY else 0, "D")
    month: Days = start.astype("datetime64[M]")
    same = _day_of_month(month, fixed_day)
    return np.where(same >= start, same, _day_of_month(month + np.timedelta64(1, "M"), fixed_day))


def _out_of_months(days: Days, terms: Terms) -> Days:
    """`days` in excluded months moved to the fixed day of the next month that is not excluded."""
    day = terms.excluded_day or terms.fixed_day or SHIFTED_DAY
    for _ in terms.excluded_months:
        month: Days = days.astype("datetime64[M]")
        excluded = np.isin(month.astype(np.int64) % 12 + 1, list(terms.excluded_months)) & ~np.isnat(days)
        days = np.where(excluded, _day_of_month(month + np.timedelta64(1, "M"), day), days)
    return days
