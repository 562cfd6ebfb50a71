"""Read tables from a sheet: one pass over its XML, all cells of a stretch of rows at once.

The type of a cell is kept: what Excel stored as text stays text, "N/A", "00012" and "1.234" included; a number
is a date only by its format; an error value is a `CellError`; the result of a formula is what was last stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from xlcredit.books.columns import ColumnParts, Kind
from xlcredit.books.errors import BookTooLargeError, DamagedBookError
from xlcredit.books.scan import Ints, NotPlainError, Stretch, take_spans
from xlcredit.books.serials import to_dates
from xlcredit.books.sheet import stream_sheet
from xlcredit.books.strings import rich_text
from xlcredit.books.text import Texts, decode_texts
from xlcredit.books.xml import parse_xml

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from xlcredit.books.layout import TablePart
    from xlcredit.books.package import Package

LARGEST_TABLE = 1 << 27
"""Cells of a table, blank ones included."""


@dataclass(frozen=True)
class Vocabulary:
    """What the cells of a workbook refer to.

    Attributes:
        strings: the shared strings.
        date_styles: for each cell format, whether it shows a date.
        from_1904: whether serials count from 1904.
    """

    strings: Texts
    date_styles: npt.NDArray[np.bool_]
    from_1904: bool

    def is_date(self, styles: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which of the formats show dates."""
        return self.date_styles[np.where(styles < len(self.date_styles), styles, 0)]


@dataclass(frozen=True)
class Body:
    """The body of a table as read.

    Attributes:
        frame: columns = headers, one row a body row.
        uncalculated: header -> formulas without a stored result (files written by programs that do not calculate).
        filled: rows down to the last one in which something other than a formula stands.
    """

    frame: pd.DataFrame
    uncalculated: dict[str, int]
    filled: int


def read_tables(package: Package, part: str, tables: Sequence[TablePart], words: Vocabulary) -> list[Body]:
    """The bodies of some tables of one sheet, in the order given.

    Raises:
        BookError: the sheet cannot be read.
    """
    for table in tables:
        if table.body.rows * table.body.columns > LARGEST_TABLE:
            raise BookTooLargeError(path=str(package.path), part=table.name)
    try:
        return _read(package, part, tables, words, plainly=False)
    except NotPlainError:
        pass
    try:
        return _read(package, part, tables, words, plainly=True)
    except NotPlainError as error:
        raise DamagedBookError(path=str(package.path), part=part, reason="rows") from error


def _read(
    package: Package, part: str, tables: Sequence[TablePart], words: Vocabulary, *, plainly: bool
) -> list[Body]:
    parts = [[ColumnParts() for _ in table.columns] for table in tables]
    for piece in stream_sheet(package, part, plainly=plainly):
        if isinstance(piece, Stretch):
            for table, columns in zip(tables, parts, strict=True):
                _read_stretch(piece, table, columns, words)
    return [_body(table, columns) for table, columns in zip(tables, parts, strict=True)]


def _body(table: TablePart, columns: list[ColumnParts]) -> Body:
    height = max(table.body.rows, 0)
    series = {header: column.to_series(height) for header, column in zip(table.headers, columns, strict=True)}
    uncalculated = {
        header: column.uncalculated
        for header, column in zip(table.headers, columns, strict=True)
        if column.uncalculated
    }
    filled = max((column.last_typed for column in columns), default=-1) + 1
    return Body(pd.DataFrame(series, copy=False), uncalculated, filled)


def _read_stretch(stretch: Stretch, table: TablePart, columns: list[ColumnParts], words: Vocabulary) -> None:
    body = table.body
    first, last = np.searchsorted(stretch.row_numbers, [body.first_row, body.last_row + 1])
    begin, end = np.searchsorted(stretch.row_of_cell, [first, last])
    cells = np.arange(begin, end)
    inside = (stretch.columns[begin:end] >= body.first_column) & (stretch.columns[begin:end] <= body.last_column)
    cells = cells[inside & ~stretch.is_closed[begin:end]]
    if not len(cells):
        return
    found = _Cells(stretch, cells, words, body.first_row)
    order = np.argsort(stretch.columns[cells], kind="stable")
    bounds = np.searchsorted(stretch.columns[cells][order], np.arange(body.first_column, body.last_column + 2))
    for column, start, stop in zip(columns, bounds[:-1], bounds[1:], strict=True):
        if start < stop:
            found.put_into(column, order[start:stop])


class _Cells:
    """Some filled cells of a stretch, of any columns.

    Attributes:
        cells: their indices in the stretch.
        rows: their rows, 0-based in the table's body.
        texts: what stands in `<v>` as arrow texts, in the order of the cells; null where nothing does.
    """

    def __init__(self, stretch: Stretch, cells: Ints, words: Vocabulary, first_row: int) -> None:
        self.stretch, self.cells, self.words = stretch, cells, words
        self.rows = stretch.rows[cells] - first_row
        codes, attributes = stretch.attributes(cells)
        self.styles = np.array([found.style for found in attributes], dtype=np.int64)[codes]
        types = [found.type for found in attributes]
        kinds = np.array([_TYPES.get(type_, _Type.NUMBER) for type_ in types], dtype=np.int8)
        self.types = kinds[codes]
        self.begin, self.end, _ = (part[cells] for part in stretch.values)
        self.is_formula = stretch.has_formula(cells)

    def put_into(self, column: ColumnParts, chosen: Ints) -> None:
        """Give `chosen`, all of one column, to it."""
        has_value = self.end[chosen] > self.begin[chosen]
        column.uncalculated += int((self.is_formula[chosen] & ~has_value).sum())
        typed = chosen[~self.is_formula[chosen]]
        if len(typed):
            column.last_typed = max(column.last_typed, int(self.rows[typed].max()))
        types = self.types[chosen]
        for type_ in np.unique(types):
            mask = types == type_
            if type_ == _Type.INLINE:
                self._put_inline(column, chosen[mask])
            else:
                self._put_values(column, chosen[mask & has_value], type_)

    def _put_values(self, column: ColumnParts, chosen: Ints, type_: int) -> None:
        texts = self._texts(self.begin, self.end, chosen)
        rows = self.rows[chosen]
        if type_ == _Type.NUMBER:
            self._put_numbers(column, rows, texts, self.words.is_date(self.styles[chosen]))
        elif type_ == _Type.SHARED:
            _put_texts(column, rows, _shared(self.words.strings, texts))
        elif type_ == _Type.FLAG:
            column.add(Kind.FLAG, rows, np.asarray(pc.is_in(texts, pa.array(["1", "true"], pa.large_string()))))
        elif type_ == _Type.ERROR:
            column.add(Kind.ERROR, rows, decode_texts(texts))
        elif type_ == _Type.DATE:
            _put_iso_dates(column, rows, texts)
        else:
            _put_texts(column, rows, decode_texts(texts))

    def _put_numbers(self, column: ColumnParts, rows: Ints, texts: Texts, is_date: Any) -> None:  # noqa: ANN401
        numbers = _parse_numbers(texts)
        if numbers is None:
            _put_texts(column, rows, decode_texts(texts))
            return
        if is_date.any():
            dates = to_dates(numbers, from_1904=self.words.from_1904)
            is_date = is_date & ~np.isnat(dates)
            column.add(Kind.DATE, rows[is_date], dates[is_date])
            rows, numbers = rows[~is_date], numbers[~is_date]
        column.add(Kind.NUMBER, rows, numbers)

    def _put_inline(self, column: ColumnParts, chosen: Ints) -> None:
        begin, end, count = (part[self.cells] for part in self.stretch.inline_texts)
        is_rich = count[chosen] > 1
        plain = chosen[~is_rich & (begin[chosen] > 0)]
        _put_texts(column, self.rows[plain], decode_texts(self._texts(begin, end, plain)))
        for cell in chosen[is_rich]:
            text = _rich_cell(self.stretch, int(self.cells[cell]))
            _put_texts(column, self.rows[[cell]], pa.array([text], pa.large_string()))

    def _texts(self, begin: Any, end: Any, chosen: Ints) -> Texts:  # noqa: ANN401  arrays of places
        spans = take_spans(self.stretch.data, begin[chosen], end[chosen], np.arange(len(chosen)))
        try:
            return pc.cast(spans, pa.large_string())
        except pa.ArrowInvalid as error:
            raise NotPlainError from error


class _Type:
    """The types of cells, as small numbers."""

    NUMBER, SHARED, TEXT, INLINE, FLAG, ERROR, DATE = range(7)


_TYPES = {
    "n": _Type.NUMBER,
    "s": _Type.SHARED,
    "str": _Type.TEXT,
    "inlineStr": _Type.INLINE,
    "b": _Type.FLAG,
    "e": _Type.ERROR,
    "d": _Type.DATE,
}


def _put_texts(column: ColumnParts, rows: Ints, texts: Texts) -> None:
    """Texts, but for empty ones: a formula that gives "" leaves its cell blank."""
    is_filled = np.asarray(pc.fill_null(pc.greater(pc.binary_length(texts), 0), False))  # noqa: FBT003
    if not is_filled.all():
        rows, texts = rows[is_filled], texts.filter(pa.array(is_filled))
    column.add(Kind.TEXT, rows, texts)


def _shared(strings: Texts, numbers: Texts) -> Texts:
    """The shared strings by number; a number that has none gives no text."""
    try:
        places = pc.cast(numbers, pa.int64())
    except pa.ArrowInvalid as error:
        raise NotPlainError from error
    has_text = pc.and_(pc.greater_equal(places, 0), pc.less(places, len(strings)))
    return strings.take(pc.if_else(has_text, places, pa.scalar(None, pa.int64())))


def _put_iso_dates(column: ColumnParts, rows: Ints, texts: Texts) -> None:
    """Dates written as ISO text, which only strict files have."""
    dates = pd.to_datetime(pd.Series(texts.to_pylist()), errors="coerce", format="ISO8601", utc=True)
    seconds = dates.dt.tz_localize(None).to_numpy().astype("datetime64[s]")
    is_read = ~np.isnat(seconds)
    column.add(Kind.DATE, rows[is_read], seconds[is_read])
    _put_texts(column, rows[~is_read], texts.filter(pa.array(~is_read)))


def _parse_numbers(texts: Texts) -> npt.NDArray[np.float64] | None:
    """The numbers that the texts spell; None when one does not."""
    try:
        numbers: npt.NDArray[np.float64] = np.asarray(pc.cast(texts, pa.float64()))
    except pa.ArrowInvalid:
        return None
    return numbers if np.isfinite(numbers).all() else None


_NOWHERE = Path()


def _rich_cell(stretch: Stretch, cell: int) -> str:
    """The text of an inline string with runs of different formats."""
    data = stretch.data[stretch.starts[cell] : stretch.ends[cell]]
    begin, end = data.find(b"<is>"), data.rfind(b"</is>")
    try:
        return rich_text(parse_xml(data[begin : end + 5], _NOWHERE, "cell"))
    except DamagedBookError as error:
        raise NotPlainError from error
