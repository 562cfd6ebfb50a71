"""What stands in cells, as COM gives it and takes it.

Given and taken are floats, texts, booleans, None for a blank; an error value arrives as its number. A formula is a
`Formula`, so that it equals no text.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from xlcredit.books.columns import ColumnParts, Kind
from xlcredit.books.errors import CellNotWritableError
from xlcredit.books.payloads import ValueKind, value_kind
from xlcredit.books.serials import to_dates, to_serials

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

Cell = Any
Column = list[Cell]
"""The cells of one column, from top to bottom."""

LONGEST_TEXT = 32_767
"""Characters that a cell holds."""

_FIRST_ERROR = -2146826288
_ERRORS = {
    _FIRST_ERROR + offset: text
    for offset, text in (
        (0, "#NULL!"), (7, "#DIV/0!"), (15, "#VALUE!"), (23, "#REF!"), (29, "#NAME?"), (36, "#NUM!"),
        (42, "#N/A"), (43, "#GETTING_DATA"), (45, "#SPILL!"), (46, "#CONNECT!"), (47, "#BLOCKED!"), (48, "#UNKNOWN!"),
        (49, "#FIELD!"), (50, "#CALC!"),
    )
}  # fmt: skip
"""Error values by the number under which COM hands them over."""

_NOTHING = -1
_KINDS = {float: Kind.NUMBER, str: Kind.TEXT, bool: Kind.FLAG, int: Kind.ERROR, type(None): _NOTHING}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, its equals sign included, in Excel's own language."""

    text: str


def rows_of(value: Any) -> Sequence[Sequence[Cell]]:  # noqa: ANN401  whatever COM gives
    """The rows of a range's values; a range of one cell gives its value alone."""
    return value if isinstance(value, tuple) else ((value,),)


def columns_of(value: Any) -> list[Column]:  # noqa: ANN401  whatever COM gives
    """The columns of a range's values; an empty text is a blank."""
    return [_without_empty(list(column)) for column in zip(*rows_of(value), strict=True)]


def _without_empty(column: Column) -> Column:
    return [None if cell == "" else cell for cell in column] if "" in column else column


def has_numbers(column: Column) -> bool:
    """Whether a number stands in it."""
    return float in set(map(type, column))


def are_dates(value: Any) -> npt.NDArray[np.bool_]:  # noqa: ANN401  whatever COM gives
    """Which cells of one column are shown as dates: those that `Range.Value` gives as such."""
    kinds = [isinstance(row[0], dt.datetime) for row in rows_of(value)]
    return np.array(kinds, dtype=bool)


def to_series(column: Column, *, is_date: bool | npt.NDArray[np.bool_], from_1904: bool) -> pd.Series[Any]:
    """A column as a closed file's reader gives it (see `books.columns`).

    Args:
        column: its cells.
        is_date: whether its numbers are shown as dates; all of them, or cell by cell.
        from_1904: whether the workbook counts its dates from 1904.
    """
    kinds = np.fromiter((_KINDS.get(kind, _NOTHING) for kind in map(type, column)), np.int8, len(column))
    cells = np.empty(len(column), dtype=object)
    cells[:] = column
    parts, shown = ColumnParts(), np.broadcast_to(np.asarray(is_date), len(column))
    for kind in set(kinds.tolist()) - {_NOTHING}:
        rows = np.flatnonzero(kinds == kind)
        if kind == Kind.NUMBER:
            _add_numbers(parts, rows, (cells[rows].astype(np.float64), shown[rows]), from_1904=from_1904)
        else:
            parts.add(Kind(kind), rows, _TAKEN[Kind(kind)](cells[rows]))
    return parts.to_series(len(column))


_TAKEN: dict[Kind, Callable[[Any], Any]] = {
    Kind.ERROR: lambda codes: pa.array([_ERRORS.get(code, "#N/A") for code in codes], pa.large_string()),
    Kind.TEXT: lambda texts: pa.array(texts, pa.large_string()),
    Kind.FLAG: lambda flags: flags.astype(bool),
}


def _add_numbers(
    parts: ColumnParts,
    rows: npt.NDArray[np.int64],
    shown: tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]],
    *,
    from_1904: bool,
) -> None:
    """Numbers, or the dates that they are shown as; what is no date stays a number."""
    numbers, is_date = shown
    if is_date.any():
        dates = to_dates(numbers, from_1904=from_1904)
        found = is_date & ~np.isnat(dates)
        parts.add(Kind.DATE, rows[found], dates[found])
        rows, numbers = rows[~found], numbers[~found]
    parts.add(Kind.NUMBER, rows, numbers)


def to_column(values: pd.Series[Any], *, from_1904: bool) -> Column:
    """Values as cells: the same that a closed file's writer writes (see `books.payloads`).

    Raises:
        CellNotWritableError: a value is nothing that a cell can hold.
    """
    if isinstance(values.dtype, (pd.CategoricalDtype, pd.StringDtype)):
        return _texts(values)
    if pd.api.types.is_bool_dtype(values.dtype):
        return [None if pd.isna(value) else bool(value) for value in values]
    if pd.api.types.is_numeric_dtype(values.dtype):
        return _numbers(values.to_numpy(dtype=np.float64, na_value=np.nan))
    if pd.api.types.is_datetime64_dtype(values.dtype):
        return _serials(values.to_numpy(), from_1904=from_1904)
    return [_CELLS[value_kind(value)](value, from_1904) for value in values]


def _texts(values: pd.Series[Any]) -> Column:
    cells: Column = values.astype(object).where(values.notna(), None).tolist()
    return [_text(cell) if cell else None for cell in cells]


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise CellNotWritableError(value=f"{text[:40]}...")
    return text


def _numbers(numbers: npt.NDArray[np.float64]) -> Column:
    if np.isinf(numbers).any():
        raise CellNotWritableError(value=str(numbers[np.isinf(numbers)][0]))
    cells = (numbers + 0.0).astype(object)
    cells[np.isnan(numbers)] = None
    return list(cells)


def _serials(dates: npt.NDArray[np.datetime64], *, from_1904: bool) -> Column:
    seconds = dates.astype("datetime64[s]")
    serials = to_serials(seconds, from_1904=from_1904)
    unknown = np.isnan(serials) & ~np.isnat(seconds)
    if unknown.any():
        raise CellNotWritableError(value=str(seconds[unknown][0]))
    return _numbers(serials)


_CELLS: dict[ValueKind, Callable[[Any, bool], Cell]] = {
    ValueKind.NOTHING: lambda _, __: None,
    ValueKind.NUMBER: lambda value, _: _numbers(np.array([float(value)]))[0],
    ValueKind.TEXT: lambda value, _: _text(value) or None,
    ValueKind.FLAG: lambda value, _: bool(value),
    ValueKind.DATE: lambda value, from_1904: _serials(
        pd.Series(pd.to_datetime([value])).to_numpy(), from_1904=from_1904
    )[0],
}
