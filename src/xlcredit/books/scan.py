"""The rows of a sheet's XML, tokenised: where each row and each cell begins and ends, column by column.

A sheet of 100,000 rows has a million and a half cells; a parser that makes an object of each takes seconds.
Here the tags of a stretch of rows are found all at once, as arrays of places; reading and writing both work
on them. The grammar is the plain one that Excel, LibreOffice and the usual libraries write. What XML allows
beyond it (comments, CDATA, white space between tags, single quotes) raises `NotPlainError`: the sheet is then
brought to the plain form first (`plain.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from xlcredit.books.references import LAST_COLUMN

Places = npt.NDArray[np.int64]
"""Positions in the bytes of the stretch, or indices of its rows or cells."""
Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]

PADDING = bytes(64)
LETTERS = 26
COLUMN_BITS = 14

_LT, _GT, _SLASH, _QUOTE = b'<>/"'
_BLOCK = 1 << 17
"""Bytes looked through at a time, few enough to stay in the processor's cache."""


def _as_word(text: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(text, "little"))


def begins(words: Words, text: bytes) -> Flags:
    """Which words begin with `text`, of at most eight bytes."""
    found: Flags = (words & _as_word(b"\xff" * len(text))) == _as_word(text)
    return found


class NotPlainError(Exception):
    """The stretch is XML beyond the plain grammar, or none at all."""


def cell_keys(rows: npt.NDArray[Any], columns: npt.NDArray[Any]) -> Places:
    """Row and column in one number, in the order in which cells stand."""
    keys: Places = (rows.astype(np.int64) << COLUMN_BITS) | columns
    return keys


def require(condition: object) -> None:
    """Raise NotPlainError unless the condition holds."""
    if not condition:
        raise NotPlainError


class Buffer:
    """The bytes of a stretch, padded, with their tags found by name."""

    def __init__(self, data: bytes) -> None:
        self.size = len(data)
        self.bytes = np.frombuffer(data + PADDING, dtype=np.uint8)
        self._words: Words = np.ndarray(len(self.bytes) - 7, "<u8", self.bytes.data, strides=(1,))
        blocks = [
            (start, self.bytes[start : start + _BLOCK]) for start in range(0, max(self.size, 1), _BLOCK)
        ]
        self._tags = np.concatenate([np.flatnonzero(block == _LT) + start for start, block in blocks])
        self._first, self._second = self.bytes[self._tags + 1], self.bytes[self._tags + 2]

    def tags(self, *names: bytes) -> list[Places]:
        """Where `<` stands before each of `names`, of one to three bytes."""
        return [self._tags_named(*name) for name in names]

    def _tags_named(self, first: int, second: int | None = None, third: int | None = None) -> Places:
        hits = self._first == first
        if second is not None:
            hits &= self._second == second
        found: Places = self._tags[np.flatnonzero(hits)]
        return found if third is None else found[self.bytes[found + 3] == third]

    def words(self, places: Places) -> Words:
        """The eight bytes from each place on, the first one lowest."""
        return self._words[places]

    def stands(self, text: bytes, places: Places) -> Flags:
        """Where `text`, of at most eight bytes, stands."""
        return begins(self.words(places), text)


@dataclass(frozen=True)
class Rows:
    """The rows of a stretch.

    Attributes:
        starts: where each row begins.
        closings: where its closing tag begins; in an empty row, where the row ends.
        numbers: as Excel counts them, ascending.
        digits: how many digits the number has.
        is_empty: whether the row is one self-closed tag.
    """

    starts: Places
    closings: Places
    numbers: Places
    digits: Places
    is_empty: Flags


@dataclass(frozen=True)
class Stretch:
    """Some whole rows of a sheet's XML and the places of what is in them.

    Attributes:
        data: the bytes.
        buffer: the same, for looking up.
        row: the rows.
        row_of_cell: each cell's row, as an index into the rows.
        columns: each cell's column, from 1.
        starts: where each cell begins.
        attributes_start: where its attributes begin, after its reference.
        attributes: where its attributes begin, after its reference.
        ends: where the cell ends.
        is_closed: whether the cell is one self-closed tag.
        special_formulas: where the tags of formulas begin that have attributes: arrays, shared ones.
    """

    data: bytes
    buffer: Buffer
    row: Rows
    row_of_cell: Places
    columns: Places
    starts: Places
    attributes: Places
    ends: Places
    is_closed: Flags
    special_formulas: Places

    @cached_property
    def rows(self) -> Places:
        """Each cell's row number."""
        return self.row.numbers[self.row_of_cell]

    @cached_property
    def keys(self) -> Places:
        """Each cell's row and column in one number, ascending."""
        return cell_keys(self.rows, self.columns)

    def between(self, row_numbers: tuple[int, int], column_numbers: tuple[int, int]) -> Places:
        """The cells in a rectangle, both ends included."""
        first, last = np.searchsorted(self.row.numbers, [row_numbers[0], row_numbers[1] + 1])
        begin, end = np.searchsorted(self.row_of_cell, [first, last])
        columns = self.columns[begin:end]
        is_inside = (columns >= column_numbers[0]) & (columns <= column_numbers[1])
        cells: Places = np.flatnonzero(is_inside) + begin
        return cells


def scan_rows(data: bytes) -> Stretch:
    """Tokenise whole rows.

    Args:
        data: from the beginning of one row to the end of another.

    Raises:
        NotPlainError: the bytes are not in the plain form.
    """
    buffer = Buffer(data)
    starts, closings, row_starts, row_closings, formulas, *others = buffer.tags(
        b"c ", b"/c>", b"row", b"/ro", b"f ", b"!", b"?"
    )
    require(not any(map(len, others)))
    row = _scan_rows(buffer, row_starts, row_closings, starts)
    counts = np.diff(np.searchsorted(starts, np.append(row.starts, len(data))))
    require(counts.sum() == len(starts))
    row_of_cell = np.repeat(np.arange(len(row.starts)), counts)
    columns, attributes = _references(buffer, starts, row.digits[row_of_cell])
    ends, is_closed = _cell_ends(buffer, starts, closings, row.closings[row_of_cell])
    stretch = Stretch(data, buffer, row, row_of_cell, columns, starts, attributes, ends, is_closed, formulas)
    require((np.diff(row.numbers) > 0).all() and (np.diff(stretch.keys) > 0).all())
    return stretch


def _scan_rows(buffer: Buffer, starts: Places, closings: Places, cells: Places) -> Rows:
    """The rows: each is closed, or closes itself, before the next begins."""
    require(len(starts) and starts[0] == 0)
    require(buffer.stands(b'<row r="', starts).all())
    numbers, digits = _digits(buffer, starts + len('<row r="'))
    tag_end = np.minimum.reduce([_next(found, starts, buffer.size) for found in (starts, closings, cells)])
    require((buffer.bytes[tag_end - 1] == _GT).all())
    is_empty = buffer.bytes[tag_end - 2] == _SLASH
    require(len(closings) == int((~is_empty).sum()))
    ends = tag_end.copy()
    ends[~is_empty] = closings
    limits = np.append(starts[1:], buffer.size)
    require((ends >= tag_end).all() and (ends <= limits).all())
    return Rows(starts, ends, numbers, digits, is_empty)


def _next(places: Places, starts: Places, last: int) -> Places:
    """The first of `places` after each start."""
    return np.append(places, last)[np.searchsorted(places, starts, side="right")]


def _digits(buffer: Buffer, start: Places) -> tuple[Places, Places]:
    """The whole number before a quote at each place, and how many digits it has."""
    number = np.zeros(len(start), dtype=np.int64)
    count = np.zeros(len(start), dtype=np.int64)
    is_digit = np.ones(len(start), dtype=bool)
    for _ in range(7):
        digit = buffer.bytes[start + count].astype(np.int64) - ord("0")
        is_digit &= (digit >= 0) & (digit < 10)  # noqa: PLR2004
        number = np.where(is_digit, number * 10 + digit, number)
        count += is_digit
    require((count > 0).all() and (buffer.bytes[start + count] == _QUOTE).all())
    return number, count


def _references(buffer: Buffer, start: Places, digits: Places) -> tuple[Places, Places]:
    """Each cell's column, and where the text after its reference begins."""
    words = buffer.words(start)
    require(begins(words, b'<c r="').all())
    first, second = _letter(words >> np.uint64(48)), _letter(words >> np.uint64(56))
    has_second = second > 0
    columns = np.where(has_second, first * LETTERS + second, first)
    after = start + 8 + has_second + digits
    longer = np.flatnonzero(has_second)
    third = _letter(buffer.bytes[start[longer] + 8])
    columns[longer] = np.where(third > 0, columns[longer] * LETTERS + third, columns[longer])
    after[longer] += third > 0
    require((buffer.bytes[after - 1] == _QUOTE).all() and (first > 0).all())
    require(
        (columns <= LAST_COLUMN).all()
        and max(part.max(initial=0) for part in (first, second, third)) <= LETTERS
    )
    return columns, after


def _letter(characters: npt.NDArray[Any]) -> Places:
    """A capital letter as 1 to 26; a digit or a quote as nothing."""
    return np.maximum((characters & 0xFF).astype(np.int64) - (ord("A") - 1), 0)


def _cell_ends(buffer: Buffer, starts: Places, closings: Places, row_ends: Places) -> tuple[Places, Flags]:
    """Where each cell ends, before the next one and within its row, and whether it is one self-closed tag."""
    limits = np.minimum(np.append(starts[1:], buffer.size)[: len(starts)], row_ends)
    closing = np.append(closings, buffer.size)[np.searchsorted(closings, starts)]
    is_closed = closing >= limits
    require(len(closings) == int((~is_closed).sum()))
    ends = np.where(is_closed, limits, closing + len("</c>"))
    alone = ends[is_closed]
    require((ends <= limits).all() and (buffer.bytes[alone - 1] == _GT).all())
    require((buffer.bytes[alone - 2] == _SLASH).all())
    return ends, is_closed
