"""Values as the XML of cells: for each value, what stands after a cell's reference and format.

| value    | written as                                                      |
|----------|-----------------------------------------------------------------|
| number   | `><v>1234.56</v></c>`, the shortest text that gives it back     |
| text     | ` t="inlineStr"><is><t>..</t></is></c>`; "=1+1" stays text      |
| boolean  | ` t="b"><v>1</v></c>`                                           |
| date     | its serial, by the workbook's own count                         |
| nothing  | `/>`: the cell keeps its format                                 |
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from xlcredit.books.errors import CellNotWritableError
from xlcredit.books.serials import to_serials
from xlcredit.books.text import Texts, encode_texts, needs_space_preserved

if TYPE_CHECKING:
    from collections.abc import Callable

Payloads = Any
"""An arrow array of large strings, none null."""

BLANK = "/>"
_TEXT, _TEXT_END = ' t="inlineStr"><is><t>', "</t></is></c>"
_SPACED_TEXT = ' t="inlineStr"><is><t xml:space="preserve">'
_TRUE, _FALSE = ' t="b"><v>1</v></c>', ' t="b"><v>0</v></c>'


def to_payloads(values: pd.Series[Any], *, from_1904: bool) -> Payloads:
    """The payload of each value; blank ones (NaN, NaT, None, "") empty the cell.

    Args:
        values: numbers, texts, booleans, datetimes, categories of texts, or a mixture as Python objects.
        from_1904: whether the workbook counts its dates from 1904.

    Raises:
        CellNotWritableError: a value is none of these, or no finite number.
    """
    if isinstance(values.dtype, pd.CategoricalDtype):
        texts = pd.Series(values.cat.categories.astype("str"))
        return _texts(texts).take(pa.array(values.cat.codes, mask=values.isna().to_numpy())).fill_null(BLANK)
    if pd.api.types.is_bool_dtype(values.dtype):
        return _flags(values)
    if pd.api.types.is_numeric_dtype(values.dtype):
        return _numbers(values)
    if pd.api.types.is_datetime64_dtype(values.dtype):
        return _dates(values, from_1904=from_1904)
    if isinstance(values.dtype, pd.StringDtype):
        return _texts(values)
    return _mixed(values, from_1904=from_1904)


@dataclass(frozen=True)
class Values:
    """A column's values, turned into payloads only where and when they are written.

    Attributes:
        values: as `to_payloads` takes them.
        from_1904: whether the workbook counts its dates from 1904.
    """

    values: pd.Series[Any]
    from_1904: bool

    def __len__(self) -> int:
        return len(self.values)

    def part(self, begin: int, count: int) -> Values:
        """`count` values from `begin` on, or those that there are."""
        return Values(self.values.iloc[begin : begin + count], self.from_1904)

    def payloads(self) -> Payloads:
        """Their payloads."""
        return to_payloads(self.values, from_1904=self.from_1904)


@dataclass(frozen=True)
class Repeated:
    """The same payload, row after row."""

    payload: str
    count: int

    def __len__(self) -> int:
        return self.count

    def part(self, begin: int, count: int) -> Repeated:
        """`count` rows from `begin` on, or those that there are."""
        return Repeated(self.payload, max(min(count, self.count - begin), 0))

    def payloads(self) -> Payloads:
        """Their payloads."""
        return pa.repeat(_string(self.payload), self.count)

    @property
    def is_formula(self) -> bool:
        """Whether the rows get a formula."""
        return self.payload.startswith("><f>")


Content = Values | Repeated
"""What goes into a stretch of one column."""


def blanks(count: int) -> Repeated:
    """`count` cells to be emptied."""
    return Repeated(BLANK, count)


def formulas(formula: str, count: int) -> Repeated:
    """`count` cells of a calculated column, to be calculated when the workbook is opened."""
    text = encode_texts(pa.array([formula], pa.large_string()))[0].as_py()
    return Repeated(f"><f>{text}</f></c>", count)


def _flags(values: pd.Series[Any]) -> Payloads:
    flags = pa.array(values.astype("boolean"), pa.bool_(), from_pandas=True)
    return pc.if_else(flags, _string(_TRUE), _string(_FALSE)).fill_null(BLANK)


def _string(text: str) -> Any:  # noqa: ANN401  an arrow scalar
    return pa.scalar(text, pa.large_string())


def _numbers(values: pd.Series[Any]) -> Payloads:
    if pd.api.types.is_integer_dtype(values.dtype):
        numbers = pa.array(values, from_pandas=True)
    else:
        floats = values.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0
        if np.isinf(floats).any():
            raise CellNotWritableError(value=str(floats[np.isinf(floats)][0]))
        numbers = pa.array(floats, from_pandas=True)
    return _around(pc.cast(numbers, pa.large_string()), "><v>", "</v></c>")


def _around(texts: Texts, before: str, after: str) -> Payloads:
    joined = pc.binary_join_element_wise(_string(before), texts, _string(after), _string(""))
    return joined.fill_null(BLANK)


def _dates(values: pd.Series[Any], *, from_1904: bool) -> Payloads:
    dates = values.to_numpy().astype("datetime64[s]")
    serials = to_serials(dates, from_1904=from_1904)
    unknown = np.isnan(serials) & ~np.isnat(dates)
    if unknown.any():
        raise CellNotWritableError(value=str(dates[unknown][0]))
    return _numbers(pd.Series(serials))


def _texts(values: pd.Series[Any]) -> Payloads:
    """Each distinct text is escaped once."""
    texts = pa.array(values, from_pandas=True)
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    encoded = texts.cast(pa.large_string()).dictionary_encode()
    distinct = encoded.dictionary
    escaped = encode_texts(distinct)
    before = pc.if_else(needs_space_preserved(distinct), _string(_SPACED_TEXT), _string(_TEXT))
    payloads = pc.binary_join_element_wise(before, escaped, _string(_TEXT_END), _string(""))
    payloads = pc.if_else(pc.equal(pc.binary_length(distinct), 0), _string(BLANK), payloads)
    return payloads.take(encoded.indices).fill_null(BLANK)


def _mixed(values: pd.Series[Any], *, from_1904: bool) -> Payloads:
    """Python objects, each kind at once."""
    cells = values.to_numpy(dtype=object)
    kinds = np.fromiter(map(value_kind, cells), dtype=np.int8, count=len(cells))
    payloads = np.full(len(cells), BLANK, dtype=object)
    for kind, convert in _CONVERSIONS.items():
        chosen = np.flatnonzero(kinds == kind)
        if len(chosen):
            payloads[chosen] = convert(cells[chosen], from_1904).to_pylist()
    return pa.array(payloads, pa.large_string())


class ValueKind(IntEnum):
    """What a Python value is to a cell."""

    NOTHING = 0
    NUMBER = 1
    TEXT = 2
    FLAG = 3
    DATE = 4


def value_kind(value: Any) -> ValueKind:  # noqa: ANN401  whatever a frame holds
    """What `value` is to a cell.

    Raises:
        CellNotWritableError: nothing that a cell can hold.
    """
    if isinstance(value, str):
        return ValueKind.TEXT
    if value is None or value is pd.NA or value is pd.NaT:
        return ValueKind.NOTHING
    if isinstance(value, (bool, np.bool_)):
        return ValueKind.FLAG
    if isinstance(value, (int, float, Decimal, np.number)):
        return ValueKind.NOTHING if value != value else ValueKind.NUMBER  # noqa: PLR0124  NaN
    if isinstance(value, (dt.date, np.datetime64)):
        return ValueKind.DATE
    raise CellNotWritableError(value=str(value))


def _clean(text: str) -> str:
    """A text that UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


_CONVERSIONS: dict[int, Callable[[Any, bool], Payloads]] = {
    ValueKind.NUMBER: lambda cells, _: _numbers(pd.Series([float(cell) for cell in cells])),
    ValueKind.TEXT: lambda cells, _: _texts(pd.Series([_clean(cell) for cell in cells], dtype="str")),
    ValueKind.FLAG: lambda cells, _: _flags(pd.Series(cells.astype(bool))),
    ValueKind.DATE: lambda cells, from_1904: _dates(pd.Series(pd.to_datetime(cells)), from_1904=from_1904),
}
