"""Stretches of bytes as arrow arrays: cut out, compared and put together without a loop over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import numpy.typing as npt

Spans = Any
"""An arrow array of large binaries."""


def cut_out(data: bytes, begin: npt.NDArray[np.int64], end: npt.NDArray[np.int64]) -> Spans:
    """Copies of the stretches of `data` from each begin to its end.

    Args:
        data: the bytes.
        begin: where each stretch begins; they stand one after the other.
        end: where each ends.
    """
    return _between(data, _bounds(begin, end)).take(pa.array(np.arange(len(begin)) * 2))


def splice(data: bytes, begin: npt.NDArray[np.int64], end: npt.NDArray[np.int64], pieces: Spans) -> bytes:
    """`data` with each stretch replaced by its piece; `data` itself when every piece is what stood there.

    Args:
        data: the bytes.
        begin: where each stretch begins; they stand one after the other.
        end: where each ends; an empty stretch inserts.
        pieces: one a stretch.
    """
    count = len(begin)
    bounds = np.concatenate([[0], _bounds(begin, end), [len(data)]])
    parts = _between(data, bounds)
    odd = np.arange(count) * 2
    if parts.take(pa.array(odd + 1)).equals(pieces):
        return data
    joined = pc.binary_join_element_wise(parts.take(pa.array(odd)), pieces, pa.scalar(b"", pa.large_binary()))
    return join(joined) + data[int(bounds[-2]) :]


def join(pieces: Spans) -> bytes:
    """All pieces one after the other."""
    offsets = np.frombuffer(pieces.buffers()[1], dtype=np.int64)[
        pieces.offset : pieces.offset + len(pieces) + 1
    ]
    return bytes(memoryview(pieces.buffers()[2])[int(offsets[0]) : int(offsets[-1])])


def _bounds(begin: npt.NDArray[np.int64], end: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    bounds = np.empty(2 * len(begin), dtype=np.int64)
    bounds[0::2], bounds[1::2] = begin, end
    return bounds


def _between(data: bytes, bounds: npt.NDArray[np.int64]) -> Spans:
    """What stands between each bound and the next, not copied."""
    if not len(bounds):
        return pa.array([], pa.large_binary())
    buffers = [None, pa.py_buffer(np.ascontiguousarray(bounds, dtype=np.int64)), pa.py_buffer(data)]
    return pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(bounds) - 1, buffers)
