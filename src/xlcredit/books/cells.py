"""What stands in the cells of a stretch of rows: values by type, as arrays.

Four shapes of content are told apart by a few bytes at their ends: `<v>..</v>`, the same after a formula, an
inline string of one run, and all the rest, which is parsed cell by cell (rich text, mostly).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from xlcredit.books.attributes import cell_tags
from xlcredit.books.columns import ColumnParts, Kind
from xlcredit.books.errors import DamagedBookError, UnsafeXmlError
from xlcredit.books.scan import Flags, NotPlainError, Places, Stretch, begins, require
from xlcredit.books.serials import to_dates
from xlcredit.books.spans import cut_out
from xlcredit.books.strings import rich_text
from xlcredit.books.text import Texts, decode_texts, unescape_controls
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
        types, styles: their types and formats.
        is_formula: which hold a formula.
        shapes: how their contents are written.
        begin, end: where the text of the content begins and ends.
    """

    def __init__(self, stretch: Stretch, cells: Places, words: Vocabulary, first_row: int) -> None:
        self.stretch, self.cells, self.words = stretch, cells, words
        self.rows = stretch.rows[cells] - first_row
        tags = cell_tags(stretch, cells)
        types = [_TYPES.get(found.type, Type.NUMBER) for found in tags.distinct]
        self.types, self.styles = np.array(types, dtype=np.int8)[tags.codes], tags.styles
        self._opened, self._ends, self._first_bytes = tags.ends, stretch.ends[cells], tags.content
        self.is_formula = tags.has_formula
        self._find_contents()

    def _find_contents(self) -> None:
        """Plain values first, as most cells are; what is left over shape by shape."""
        self.begin, self.end = self._opened + len("<v>"), self._ends - len("</v></c>")
        has_value = self.stretch.buffer.stands(b"</v></c>", np.maximum(self.end, 0))
        is_plain = has_value & begins(self._first_bytes, b"<v>")
        self.shapes = np.where(is_plain, Shape.VALUE, Shape.ODD).astype(np.int8)
        odd = np.flatnonzero(~is_plain)
        if len(odd):
            self._find_inline(odd[~self.is_formula[odd]])
            self._find_results(odd[self.is_formula[odd]], has_value)
            self.shapes[odd[self._opened[odd] + len("</c>") == self._ends[odd]]] = Shape.BLANK
        self.shapes[(self.shapes != Shape.ODD) & (self.begin >= self.end)] = Shape.BLANK

    def _find_inline(self, odd: Places) -> None:
        """Inline strings of one run."""
        look, words, opened = self.stretch.buffer, self._first_bytes[odd], self._opened[odd]
        close = self._ends[odd] - len("</t></is></c>")
        is_simple = begins(words, b"<is><t>")
        begin = opened + np.where(is_simple, len("<is><t>"), len('<is><t xml:space="preserve">'))
        has_space = np.flatnonzero(begins(words, b"<is><t x"))
        is_simple[has_space] = look.stands(b'eserve">', begin[has_space] - len('eserve">'))
        is_simple &= look.stands(b"</t></is", np.maximum(close, 0))
        found = odd[is_simple]
        self.shapes[found], self.begin[found], self.end[found] = (
            Shape.INLINE,
            begin[is_simple],
            close[is_simple],
        )

    def _find_results(self, formulas: Places, has_value: Flags) -> None:
        """The stored results of formulas; a formula without one leaves its cell blank."""
        if not len(formulas):
            return
        look, opened, ends = self.stretch.buffer, self._opened[formulas], self._ends[formulas]
        (tags,) = look.tags(b"v>")
        last = np.append(tags, -1)[np.searchsorted(tags, ends) - 1]
        has_result = has_value[formulas] & (last > opened)
        self.begin[formulas[has_result]] = last[has_result] + len("<v>")
        self.shapes[formulas[has_result]] = Shape.VALUE
        is_bare = look.stands(b"/f></c>", ends - len("/f></c>")) | look.stands(
            b"/></c>", ends - len("/></c>")
        )
        self.shapes[formulas[~has_result & is_bare]] = Shape.BLANK

    def put_into(self, column: ColumnParts, chosen: slice) -> None:
        """Give the cells of one column to it."""
        shapes, is_formula = self.shapes[chosen], self.is_formula[chosen]
        column.formulas += int(is_formula.sum())
        column.uncalculated += int((is_formula & (shapes == Shape.BLANK)).sum())
        typed = np.flatnonzero((shapes != Shape.BLANK) & ~is_formula)
        if len(typed):
            column.last_typed = max(column.last_typed, int(self.rows[chosen.start + typed[-1]]))
        self._put_values(column, chosen, shapes)
        for cell in chosen.start + np.flatnonzero(shapes == Shape.ODD):
            self._put_odd(column, np.array([cell]))

    def _put_odd(self, column: ColumnParts, cell: Places) -> None:
        """One cell that is parsed by itself; its text comes decoded."""
        text, type_ = _odd_text(self.stretch, int(self.cells[cell[0]])), int(self.types[cell[0]])
        texts = pa.array([text], pa.large_string())
        if type_ not in {Type.TEXT, Type.INLINE}:
            self._put(column, type_, cell, texts)
        elif text:
            column.add(Kind.TEXT, self.rows[cell], texts)

    def _put_values(self, column: ColumnParts, chosen: slice, shapes: npt.NDArray[np.int8]) -> None:
        """The values that stand between tags, one type at a time."""
        filled = chosen.start + np.flatnonzero((shapes == Shape.VALUE) | (shapes == Shape.INLINE))
        types = self.types[filled]
        for type_ in np.flatnonzero(np.bincount(types, minlength=1)).tolist():
            cells = filled[types == type_]
            try:
                texts = pc.cast(
                    cut_out(self.stretch.data, self.begin[cells], self.end[cells]), pa.large_string()
                )
            except pa.ArrowInvalid as error:
                raise NotPlainError from error
            self._put(column, type_, cells, texts)

    def _put(self, column: ColumnParts, type_: int, cells: Places, texts: Texts) -> None:
        rows = self.rows[cells]
        if type_ == Type.NUMBER:
            self._put_numbers(column, rows, texts, self.words.is_date(self.styles[cells]))
        elif type_ == Type.SHARED:
            _put_shared(column, rows, _shared(self.words.strings, texts))
        elif type_ == Type.FLAG:
            column.add(
                Kind.FLAG, rows, np.asarray(pc.is_in(texts, pa.array(["1", "true"], pa.large_string())))
            )
        elif type_ == Type.ERROR:
            column.add(Kind.ERROR, rows, decode_texts(texts))
        elif type_ == Type.DATE:
            _put_iso_dates(column, rows, texts)
        else:
            column.add(Kind.TEXT, rows, decode_texts(texts))

    def _put_numbers(self, column: ColumnParts, rows: Places, texts: Texts, is_date: Flags) -> None:
        numbers = _parse_numbers(texts)
        if numbers is None:
            column.add(Kind.TEXT, rows, decode_texts(texts))
            return
        if is_date.any():
            dates = to_dates(numbers, from_1904=self.words.from_1904)
            is_date = is_date & ~np.isnat(dates)
            column.add(Kind.DATE, rows[is_date], dates[is_date])
            rows, numbers = rows[~is_date], numbers[~is_date]
        column.add(Kind.NUMBER, rows, numbers)


def _put_shared(column: ColumnParts, rows: Places, texts: Texts) -> None:
    """Texts, but for empty ones: they leave their cells blank."""
    is_filled = pc.greater(pc.binary_length(texts), 0)
    if not pc.all(is_filled).as_py():
        rows, texts = rows[np.asarray(is_filled)], texts.filter(is_filled)
    column.add(Kind.TEXT, rows, texts)


def _shared(strings: Texts, numbers: Texts) -> Texts:
    """The shared strings by number.

    Raises:
        NotPlainError: a cell holds no number of a string, as none of a sound file does.
    """
    try:
        places = pc.cast(numbers, pa.int64())
    except pa.ArrowInvalid as error:
        raise NotPlainError from error
    has_text = pc.and_(pc.greater_equal(places, 0), pc.less(places, len(strings)))
    require(pc.all(has_text).as_py())
    return strings.take(places)


def _put_iso_dates(column: ColumnParts, rows: Places, texts: Texts) -> None:
    """Dates written as ISO text, which only strict files have."""
    dates = pd.to_datetime(pd.Series(texts.to_pylist()), errors="coerce", format="ISO8601", utc=True)
    seconds = dates.dt.tz_localize(None).to_numpy().astype("datetime64[s]")
    is_read = ~np.isnat(seconds)
    column.add(Kind.DATE, rows[is_read], seconds[is_read])
    column.add(Kind.TEXT, rows[~is_read], texts.filter(pa.array(~is_read)))


def _parse_numbers(texts: Texts) -> npt.NDArray[np.float64] | None:
    """The numbers that the texts spell; None when one does not."""
    try:
        numbers: npt.NDArray[np.float64] = np.asarray(pc.cast(texts, pa.float64()))
    except pa.ArrowInvalid:
        return None
    return numbers if np.isfinite(numbers).all() else None


def _odd_text(stretch: Stretch, cell: int) -> str:
    """The value of a cell written in none of the usual shapes: a string of several runs, mostly."""
    data = stretch.data[stretch.starts[cell] : stretch.ends[cell]]
    try:
        root = parse_xml(data, _NOWHERE, "c")
    except (DamagedBookError, UnsafeXmlError) as error:
        raise NotPlainError from error
    inline, value = child(root, "is"), child(root, "v")
    if inline is not None:
        return rich_text(inline)
    return "" if value is None else unescape_controls(value.text or "")
