"""Columns of text as Arrow arrays: tidying, distinct values, a fast look at the bytes.

Tidy means no space outside, single ones inside, and nothing instead of an empty text. Every kind of space
counts, the no-break ones of accounting programs first of all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable

Mask = npt.NDArray[np.bool_]

_SPACES = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]+")
_APOSTROPHES = "'\u2019"
_SPACE, _LAST_ASCII = 0x20, 0x7F
_SPACE_BYTES = ((0xC2, 0xA0), (0xE2, 0x80), (0xE2, 0x81), (0xE3, 0x80), (0xEF, 0xBB))
"""How the spaces of `_SPACES` outside ASCII begin in UTF-8."""


@dataclass(frozen=True)
class Written:
    """Texts as they stand in the cells, with a look at their bytes: a million are searched in milliseconds.

    Attributes:
        texts: large_string, null where no text stands.
    """

    texts: pa.Array

    @cached_property
    def _buffers(self) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
        _, offsets, data = self.texts.buffers()
        if offsets is None or data is None or not len(self.texts):
            return np.zeros(0, np.uint8), np.zeros(len(self.texts) + 1, np.int64)
        bounds = np.frombuffer(offsets, np.int64)[self.texts.offset :][: len(self.texts) + 1]
        content = np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]
        return content, bounds - bounds[0] if bounds[0] else bounds

    @property
    def content(self) -> npt.NDArray[np.uint8]:
        """The bytes of all texts, one after the other."""
        return self._buffers[0]

    @property
    def bounds(self) -> npt.NDArray[np.int64]:
        """Where each text begins in `content`, and where the last ends."""
        return self._buffers[1]

    @cached_property
    def is_empty(self) -> Mask:
        """Texts without a byte (null ones as well)."""
        return np.equal(self.bounds[1:], self.bounds[:-1])

    @cached_property
    def first(self) -> npt.NDArray[np.uint8]:
        """The first byte of each text; anything for an empty one."""
        return self._at(self.bounds[:-1])

    def starting_with(self, byte: int) -> npt.NDArray[np.intp]:
        """Positions of the texts that begin with `byte`."""
        return np.flatnonzero((self.first == byte) & ~self.is_empty)

    def with_bare_ends(self) -> npt.NDArray[np.intp]:
        """Positions of the texts that are empty, or begin or end with a space."""
        return np.flatnonzero(
            (self.first == _SPACE) | (self._at(self.bounds[1:] - 1) == _SPACE) | self.is_empty
        )

    def with_odd_spaces(self) -> npt.NDArray[np.intp]:
        """Positions of the texts with control characters, double spaces or spaces outside ASCII."""
        space = self.content == _SPACE
        odd = [np.flatnonzero(space[1:] & space[:-1])]
        if self.content.size and self.content.min() < _SPACE:
            odd.append(np.flatnonzero(self.content < _SPACE))
        if self.content.size and self.content.max() > _LAST_ASCII:
            leads, follows = self.content[:-1], self.content[1:]
            odd += [np.flatnonzero((leads == lead) & (follows == follow)) for lead, follow in _SPACE_BYTES]
        return np.searchsorted(self.bounds, np.concatenate(odd), side="right") - 1

    def tidied(self) -> Written:
        """Tidied, null where nothing is left; only the rows that need it are touched."""
        return self._changed(np.union1d(self.with_bare_ends(), self.with_odd_spaces()), tidy_text)

    def without_apostrophes(self) -> Written:
        """Without the apostrophe that forced a cell to be text."""
        rows = [self.starting_with(sign.encode()[0]) for sign in _APOSTROPHES]
        return self._changed(np.unique(np.concatenate(rows)), strip_apostrophe)

    def _changed(self, rows: npt.NDArray[np.intp], change: Callable[[str], str]) -> Written:
        if self.texts.null_count:
            rows = rows[text_mask(self.texts)[rows]]
        if not rows.size:
            return self
        changed = [change(text) or None for text in self.texts.take(pa.array(rows)).to_pylist()]
        return Written(replace_rows(self.texts, rows, changed))

    def _at(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
        return (
            self.content.take(places, mode="clip") if self.content.size else np.zeros(len(places), np.uint8)
        )


def tidy_text(text: str) -> str:
    """`text` without outer spaces, inner ones single; every kind of space counts."""
    return _SPACES.sub(" ", text).strip()


def strip_apostrophe(text: str) -> str:
    """`text` without the apostrophe that forced it to be text."""
    return text.lstrip(_APOSTROPHES)


def as_arrow(values: Any) -> pa.Array:  # noqa: ANN401  series or array of texts
    """`values` as one large_string array, null where blank."""
    texts = pa.array(values, from_pandas=True)
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    return texts if pa.types.is_large_string(texts.type) else texts.cast(pa.large_string())


def text_mask(texts: pa.Array) -> Mask:
    """Rows in which a text stands."""
    return cast("Mask", pc.is_valid(texts).to_numpy(zero_copy_only=False))


def distinct_texts(texts: pa.Array) -> tuple[list[str], npt.NDArray[np.int32]]:
    """The distinct texts and each row's index into them, -1 (the last of a longer table) where none is."""
    encoded = texts.dictionary_encode()
    indices = encoded.indices.fill_null(-1) if texts.null_count else encoded.indices
    codes = indices.to_numpy(zero_copy_only=False)
    return encoded.dictionary.to_pylist(), codes


def replace_rows(texts: pa.Array, rows: npt.NDArray[np.intp], values: list[str | None]) -> pa.Array:
    """`texts` with `values` at `rows` (ascending)."""
    mask = np.zeros(len(texts), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(texts, pa.array(mask), pa.array(values, type=texts.type))
