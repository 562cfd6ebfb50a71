"""The rows of a sheet's XML, tokenised: where each row and each cell begins and ends, column by column.

A sheet of 100,000 rows has a million and a half cells; a parser that makes an object of each takes seconds.
Here the tags of a stretch of rows are found all at once, as arrays of places; reading and writing both work
on them. The grammar is the plain one that Excel, LibreOffice and the usual libraries write. What XML allows
beyond it (comments, CDATA, white space between tags, single quotes) raises `NotPlainError`: the sheet is then
brought to the plain form first (`plain.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from xlcredit.books.references import LAST_COLUMN

Places = npt.NDArray[np.int64]
"""Positions in the bytes of the stretch, or indices of its rows or cells."""
Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]

PADDING = bytes(64)
LETTERS = 26
COLUMN_BITS = 14

_LONGEST_ATTRIBUTES = 256
_LT, _GT, _SLASH, _QUOTE = b'<>/"'
_BLOCK = 1 << 18
_ATTRIBUTE = re.compile(rb'\s+([A-Za-z_:][\w:.-]*)="([^"<]*)"')
_LOW_BITS = np.uint64(0x0101010101010101)
_HIGH_BITS = np.uint64(0x8080808080808080)
_GT_BYTES = np.uint64(_GT * 0x0101010101010101)
_ONE = np.uint64(1)
_LARGEST_CODE = 1 << 62
_MANTISSA_BITS, _EXPONENT_BIAS = 52, 1023


def _as_word(text: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(text, "little"))


def begins(words: Words, text: bytes) -> Flags:
    """Which words begin with `text`, of at most eight bytes."""
    found: Flags = (words & _as_word(b"\xff" * len(text))) == _as_word(text)
    return found


class NotPlainError(Exception):
    """The stretch is XML beyond the plain grammar, or none at all."""


class Attributes(NamedTuple):
    """What a cell's tag says besides its reference.

    Attributes:
        style: index of its format.
        type: `n`, `s`, `str`, `inlineStr`, `b`, `e` or `d`.
        has_metadata: whether it is part of a dynamic array or of a linked data type.
    """

    style: int
    type: str
    has_metadata: bool


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

    def tags(self, *names: bytes) -> list[Places]:
        """Where `<` stands before each of `names` (of one to three bytes).

        Block by block, as each block then stays in the processor's cache.
        """
        found: list[list[Places]] = [[] for _ in names]
        for start in range(0, self.size, _BLOCK):
            block = self.bytes[start : min(start + _BLOCK, self.size) + 3]
            is_tag = block[:-3] == _LT
            follows = {byte: is_tag & (block[1:-2] == byte) for byte in {name[0] for name in names}}
            for name, places in zip(names, found, strict=True):
                hits = follows[name[0]]
                for place, byte in enumerate(name[1:], 2):
                    hits = hits & (block[place : len(block) - 3 + place] == byte)
                places.append(np.flatnonzero(hits) + start)
        return [np.concatenate(places) for places in found]

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
        codes: which of `distinct` its attributes are.
        opened: where its opening tag ends.
        ends: where the cell ends.
        is_closed: whether the cell is one self-closed tag.
        distinct: the different attributes.
        special_formulas: where the tags of formulas begin that have attributes: arrays, shared ones.
    """

    data: bytes
    buffer: Buffer
    row: Rows
    row_of_cell: Places
    columns: Places
    starts: Places
    codes: Places
    opened: Places
    ends: Places
    is_closed: Flags
    distinct: list[Attributes]
    special_formulas: Places

    @cached_property
    def rows(self) -> Places:
        """Each cell's row number."""
        return self.row.numbers[self.row_of_cell]

    @cached_property
    def keys(self) -> Places:
        """Each cell's row and column in one number, ascending."""
        return cell_keys(self.rows, self.columns)

    def styles(self, cells: Places) -> Places:
        """The format of each of `cells`."""
        styles = np.array([found.style for found in self.distinct], dtype=np.int64)
        found: Places = styles[self.codes[cells]]
        return found

    def has_metadata(self, cells: Places) -> Flags:
        """Which of `cells` are part of a dynamic array or of a linked data type."""
        has_metadata = np.array([found.has_metadata for found in self.distinct], dtype=bool)
        found: Flags = has_metadata[self.codes[cells]]
        return found

    def has_formula(self, cells: Places) -> Flags:
        """Which of `cells` hold a formula."""
        return self.buffer.stands(b"<f", self.opened[cells]) & ~self.is_closed[cells]

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
    codes, opened, distinct, texts = _scan_attributes(buffer, data, attributes)
    is_closed = np.array([text.endswith(b"/>") for text in texts], dtype=bool)[codes]
    ends = _cell_ends(starts, closings, opened, is_closed, row.closings[row_of_cell])
    stretch = Stretch(
        data, buffer, row, row_of_cell, columns, starts, codes, opened, ends, is_closed, distinct, formulas
    )
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


def _scan_attributes(
    buffer: Buffer, data: bytes, start: Places
) -> tuple[Places, Places, list[Attributes], list[bytes]]:
    """For each cell which attributes it has and where its tag ends; the distinct ones, parsed and as text.

    The bytes up to `>` are compared as words of eight: a workbook has a handful of different ones.
    """
    codes = np.zeros(len(start), dtype=np.int64)
    opened = np.zeros(len(start), dtype=np.int64)
    left, radix = np.arange(len(start)), 1
    for offset in range(0, _LONGEST_ATTRIBUTES, 8):
        word, length = _until_gt(buffer.words(start[left] + offset))
        found, distinct = pd.factorize(word)
        radix *= len(distinct) + 1
        codes *= len(distinct) + 1
        codes[left] += found + 1
        opened[left] = start[left] + offset + length
        left = left[length > 8]  # noqa: PLR2004
        if not len(left):
            break
    require(not len(left) and radix < _LARGEST_CODE)
    codes = pd.factorize(codes)[0].astype(np.int64)
    first = np.zeros(int(codes.max(initial=-1)) + 1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    texts = [data[start[cell] : opened[cell]] for cell in first.tolist()]
    return codes, opened, [_read_attributes(text) for text in texts], texts


def _until_gt(words: Words) -> tuple[Words, Places]:
    """Words with what follows the first `>` cleared, and how many bytes are left; 9 where no `>` stands."""
    marked = words ^ _GT_BYTES
    hits = (marked - _LOW_BITS) & ~marked & _HIGH_BITS
    lowest = hits & (~hits + _ONE)
    kept = np.where(hits == 0, words, words & ((lowest << _ONE) - _ONE))
    bit = (lowest.astype(np.float64).view(np.int64) >> _MANTISSA_BITS) - _EXPONENT_BIAS
    return kept, np.where(hits == 0, 9, (bit >> 3) + 1)


def _read_attributes(text: bytes) -> Attributes:
    text = text.removesuffix(b">").removesuffix(b"/")
    found = dict(_ATTRIBUTE.findall(text))
    require(_ATTRIBUTE.sub(b"", text).strip() == b"")
    style = found.get(b"s", b"0")
    require(style.isdigit() and len(style) <= 6)  # noqa: PLR2004
    return Attributes(int(style), found.get(b"t", b"n").decode("latin-1"), b"cm" in found or b"vm" in found)


def _cell_ends(
    starts: Places, closings: Places, opened: Places, is_closed: Flags, row_ends: Places
) -> Places:
    """Where each cell ends: closed before the next one and within its row."""
    ends = opened.copy()
    require(len(closings) == int((~is_closed).sum()))
    ends[~is_closed] = closings + len("</c>")
    require((ends >= opened).all() and (ends[:-1] <= starts[1:]).all() and (ends <= row_ends).all())
    return ends
