"""What stands in the cells of a stretch of rows: values by type, as arrays.

Four shapes of content are told apart by a few bytes at their ends: `<v>..</v>`, the same after a formula, an
inline string of one run, and all the rest, which is parsed cell by cell (rich text, mostly).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from xlcredit.books.columns import ColumnParts, Kind
from xlcredit.books.errors import DamagedBookError, UnsafeXmlError
from xlcredit.books.scan import Flags, NotPlainError, Places, Stretch
from xlcredit.books.serials import to_dates
from xlcredit.books.spans import cut_out
from xlcredit.books.strings import rich_text
from xlcredit.books.text import Texts, decode_texts
from xlcredit.books.xml import child, parse_xml

if TYPE_CHECKING:
    import numpy.typing as npt

_NOWHERE = Path()


class Shape(IntEnum):
    """How the content of a cell is written."""

    BLANK = 0
    VALUE = 1
    INLINE = 2
    ODD = 3


class Type(IntEnum):
    """The types of cells; what Excel does not know counts as a number."""

    NUMBER = 0
    SHARED = 1
    TEXT = 2
    INLINE = 3
    FLAG = 4
    ERROR = 5
    DATE = 6


_TYPES = {
    "n": Type.NUMBER,
    "s": Type.SHARED,
    "str": Type.TEXT,
    "inlineStr": Type.INLINE,
    "b": Type.FLAG,
    "e": Type.ERROR,
    "d": Type.DATE,
}


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

    def is_date(self, styles: Places) -> Flags:
        """Which of the formats show dates."""
        return self.date_styles[np.where(styles < len(self.date_styles), styles, 0)]


class Cells:
    """Some filled cells of a stretch, each column's together.

    Attributes:
        stretch, cells: where they stand.
        words: the workbook's strings and date formats.
        rows: their rows, 0-based in the table's body.
        types: their types.
        is_formula: which hold a formula.
    """

    def __init__(self, stretch: Stretch, cells: Places, words: Vocabulary, first_row: int) -> None:
        self.stretch, self.cells, self.words = stretch, cells, words
        self.rows = stretch.rows[cells] - first_row
        types = [_TYPES.get(found.type, Type.NUMBER) for found in stretch.distinct]
        self.types = np.array(types, dtype=np.int8)[stretch.codes[cells]]
        self.is_formula = stretch.has_formula(cells)

    @cached_property
    def _spans(self) -> tuple[npt.NDArray[np.int8], Places, Places]:
        """The shape of each cell's content, and where its text begins and ends."""
        look, opened, ends = (
            self.stretch.buffer,
            self.stretch.opened[self.cells],
            self.stretch.ends[self.cells],
        )
        shape = np.full(len(opened), Shape.ODD, dtype=np.int8)
        begin, end = opened + len("<v>"), ends - len("</v></c>")
        has_value = look.stands(b"</v></c>", np.maximum(end, 0))
        shape[has_value & look.stands(b"<v>", opened)] = Shape.VALUE
        odd = np.flatnonzero(shape == Shape.ODD)
        if len(odd):
            self._find_inline(odd, shape, begin, end)
            self._find_results(
                np.flatnonzero((shape == Shape.ODD) & self.is_formula), has_value, shape, begin
            )
            empty = opened + len("</c>") == ends
            shape[(shape == Shape.ODD) & empty] = Shape.BLANK
        shape[(shape != Shape.ODD) & (begin >= end)] = Shape.BLANK
        return shape, begin, end

    def _find_inline(self, odd: Places, shape: npt.NDArray[np.int8], begin: Places, end: Places) -> None:
        """Inline strings of one run."""
        look, opened = self.stretch.buffer, self.stretch.opened[self.cells[odd]]
        close = self.stretch.ends[self.cells[odd]] - len("</t></is></c>")
        is_ended = look.stands(b"</t></is", np.maximum(close, 0))
        is_plain = look.stands(b"<is><t>", opened)
        has_space = look.stands(b"<is><t x", opened) & look.stands(
            b'eserve">', opened + len('<is><t xml:space="pr')
        )
        found = is_ended & (is_plain | has_space)
        start = opened + np.where(is_plain, len("<is><t>"), len('<is><t xml:space="preserve">'))
        (tags,) = self.stretch.buffer.tags(b"t")
        found &= np.searchsorted(tags, start) == np.searchsorted(tags, close)
        shape[odd[found]], begin[odd[found]], end[odd[found]] = Shape.INLINE, start[found], close[found]

    def _find_results(
        self, formulas: Places, has_value: Flags, shape: npt.NDArray[np.int8], begin: Places
    ) -> None:
        """The stored results of formulas; a formula without one leaves its cell blank."""
        if not len(formulas):
            return
        (tags,) = self.stretch.buffer.tags(b"v>")
        ends = self.stretch.ends[self.cells[formulas]]
        place = np.searchsorted(tags, ends) - 1
        last = np.append(tags, -1)[place]
        has_result = has_value[formulas] & (last > self.stretch.opened[self.cells[formulas]])
        begin[formulas[has_result]] = last[has_result] + len("<v>")
        shape[formulas[has_result]] = Shape.VALUE
        ended = self.stretch.buffer.stands(b"/f></c>", ends - len("/f></c>"))
        ended |= self.stretch.buffer.stands(b"/></c>", ends - len("/></c>"))
        shape[formulas[~has_result & ended]] = Shape.BLANK

    def put_into(self, column: ColumnParts, chosen: slice) -> None:
        """Give the cells of one column to it."""
        shapes, is_formula = self._spans[0][chosen], self.is_formula[chosen]
        column.uncalculated += int((is_formula & (shapes == Shape.BLANK)).sum())
        typed = np.flatnonzero((shapes != Shape.BLANK) & ~is_formula)
        if len(typed):
            column.last_typed = max(column.last_typed, int(self.rows[chosen.start + typed[-1]]))
        self._put_values(column, chosen, shapes)
        for cell in chosen.start + np.flatnonzero(shapes == Shape.ODD):
            text = _odd_text(self.stretch, int(self.cells[cell]))
            self._put(column, int(self.types[cell]), np.array([cell]), pa.array([text], pa.large_string()))

    def _put_values(self, column: ColumnParts, chosen: slice, shapes: npt.NDArray[np.int8]) -> None:
        """The values that stand between tags, one type at a time."""
        _, begin, end = self._spans
        filled = chosen.start + np.flatnonzero((shapes == Shape.VALUE) | (shapes == Shape.INLINE))
        types = self.types[filled]
        for type_ in np.flatnonzero(np.bincount(types, minlength=1)):
            cells = filled[types == type_]
            try:
                texts = pc.cast(cut_out(self.stretch.data, begin[cells], end[cells]), pa.large_string())
            except pa.ArrowInvalid as error:
                raise NotPlainError from error
            self._put(column, type_, cells, texts)

    def _put(self, column: ColumnParts, type_: int, cells: Places, texts: Texts) -> None:
        rows = self.rows[cells]
        if type_ == Type.NUMBER:
            self._put_numbers(column, rows, texts, self.words.is_date(self.stretch.styles(self.cells[cells])))
        elif type_ == Type.SHARED:
            _put_texts(column, rows, _shared(self.words.strings, texts))
        elif type_ == Type.FLAG:
            column.add(
                Kind.FLAG, rows, np.asarray(pc.is_in(texts, pa.array(["1", "true"], pa.large_string())))
            )
        elif type_ == Type.ERROR:
            column.add(Kind.ERROR, rows, decode_texts(texts))
        elif type_ == Type.DATE:
            _put_iso_dates(column, rows, texts)
        else:
            _put_texts(column, rows, decode_texts(texts))

    def _put_numbers(self, column: ColumnParts, rows: Places, texts: Texts, is_date: Flags) -> None:
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


def _put_texts(column: ColumnParts, rows: Places, texts: Texts) -> None:
    """Texts, but for empty ones: a formula that gives "" leaves its cell blank."""
    is_filled = pc.fill_null(pc.greater(pc.binary_length(texts), 0), False)  # noqa: FBT003
    if not pc.all(is_filled).as_py():
        rows, texts = rows[np.asarray(is_filled)], texts.filter(is_filled)
    column.add(Kind.TEXT, rows, texts)


def _shared(strings: Texts, numbers: Texts) -> Texts:
    """The shared strings by number; a number that has none gives no text."""
    try:
        places = pc.cast(numbers, pa.int64())
    except pa.ArrowInvalid as error:
        raise NotPlainError from error
    has_text = pc.and_(pc.greater_equal(places, 0), pc.less(places, len(strings)))
    if not pc.all(has_text).as_py():
        places = pc.if_else(has_text, places, pa.scalar(None, pa.int64()))
    return strings.take(places)


def _put_iso_dates(column: ColumnParts, rows: Places, texts: Texts) -> None:
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


def _odd_text(stretch: Stretch, cell: int) -> str:
    """The value of a cell whose content is written in none of the usual shapes: a string of several runs, mostly."""
    data = stretch.data[stretch.starts[cell] : stretch.ends[cell]]
    try:
        root = parse_xml(data, _NOWHERE, "c")
    except (DamagedBookError, UnsafeXmlError) as error:
        raise NotPlainError from error
    inline, value = child(root, "is"), child(root, "v")
    if inline is not None:
        return rich_text(inline)
    return "" if value is None else value.text or ""
