"""What the tags of cells say besides their reference: format and type, for many cells at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xlcredit.books.scan import begins, require

if TYPE_CHECKING:
    from xlcredit.books.scan import Flags, Places, Stretch, Words

_LONGEST = 256
_WORD = 8
_LARGEST_CODE = 1 << 62
_ATTRIBUTE = re.compile(rb'\s+([A-Za-z_:][\w:.-]*)="([^"<]*)"')
_LOW_BITS = np.uint64(0x0101010101010101)
_HIGH_BITS = np.uint64(0x8080808080808080)
_GT_BYTES = np.uint64(ord(">") * 0x0101010101010101)
_ONE = np.uint64(1)
_MANTISSA_BITS, _EXPONENT_BIAS = 52, 1023
_LONGEST_STYLE = 6


class Attributes(NamedTuple):
    """What one tag says.

    Attributes:
        style: index of the cell's format.
        type: `n`, `s`, `str`, `inlineStr`, `b`, `e` or `d`.
        has_metadata: whether the cell is part of a dynamic array or of a linked data type.
    """

    style: int
    type: str
    has_metadata: bool


@dataclass(frozen=True)
class CellTags:
    """The opening tags of some cells.

    Attributes:
        codes: which of `distinct` each says.
        distinct: the different ones; a workbook has a handful.
        ends: where each tag ends.
        content: the eight bytes that follow it.
    """

    codes: Places
    distinct: list[Attributes]
    ends: Places
    content: Words

    @property
    def styles(self) -> Places:
        """The format of each cell."""
        styles = np.array([found.style for found in self.distinct], dtype=np.int64)
        found: Places = styles[self.codes]
        return found

    @property
    def has_metadata(self) -> Flags:
        """Which cells are part of a dynamic array or of a linked data type."""
        has_metadata = np.array([found.has_metadata for found in self.distinct], dtype=bool)
        found: Flags = has_metadata[self.codes]
        return found

    @property
    def has_formula(self) -> Flags:
        """Which cells hold a formula."""
        return begins(self.content, b"<f")


def cell_tags(stretch: Stretch, cells: Places) -> CellTags:
    """The opening tags of `cells`: compared as words of eight bytes up to `>`, each distinct one read once.

    Raises:
        NotPlainError: a tag is not in the plain form.
    """
    start = stretch.attributes[cells]
    codes, ends = _distinct_tags(stretch, start)
    first = np.zeros(int(codes.max(initial=-1)) + 1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    distinct = [_read(stretch.data[start[cell] : ends[cell]]) for cell in first.tolist()]
    return CellTags(codes, distinct, ends, stretch.buffer.words(ends))


def _distinct_tags(stretch: Stretch, start: Places) -> tuple[Places, Places]:
    """For each tag from `start` on, the number of its text among the distinct ones, and where it ends."""
    codes, ends = np.zeros(len(start), dtype=np.int64), np.zeros(len(start), dtype=np.int64)
    left, radix = np.arange(len(start)), 1
    for offset in range(0, _LONGEST, _WORD):
        word, length = _until_gt(stretch.buffer.words(np.minimum(start[left] + offset, stretch.buffer.size)))
        found, distinct = pd.factorize(word)
        radix *= len(distinct) + 1
        codes *= len(distinct) + 1
        codes[left] += found + 1
        ends[left] = start[left] + offset + length
        left = left[length > _WORD]
        if not len(left):
            break
    require(not len(left) and radix < _LARGEST_CODE and (ends <= stretch.buffer.size).all())
    return pd.factorize(codes)[0].astype(np.int64), ends


def _until_gt(words: Words) -> tuple[Words, Places]:
    """Words with what follows the first `>` cleared, and how many bytes are left; 9 where no `>` stands."""
    marked = words ^ _GT_BYTES
    hits = (marked - _LOW_BITS) & ~marked & _HIGH_BITS
    lowest = hits & (~hits + _ONE)
    kept = np.where(hits == 0, words, words & ((lowest << _ONE) - _ONE))
    bit = (lowest.astype(np.float64).view(np.int64) >> _MANTISSA_BITS) - _EXPONENT_BIAS
    return kept, np.where(hits == 0, _WORD + 1, bit // _WORD + 1)


def _read(text: bytes) -> Attributes:
    text = text.removesuffix(b">").removesuffix(b"/")
    found = dict(_ATTRIBUTE.findall(text))
    require(_ATTRIBUTE.sub(b"", text).strip() == b"")
    style = found.get(b"s", b"0")
    require(style.isdigit() and len(style) <= _LONGEST_STYLE)
    return Attributes(int(style), found.get(b"t", b"n").decode("latin-1"), b"cm" in found or b"vm" in found)
