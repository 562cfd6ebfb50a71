"""What is to be written into a sheet: rectangles of cells, and which of them make a table grow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from xlcredit.books.scan import COLUMN_BITS, cell_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from xlcredit.books.payloads import Content, Payloads
    from xlcredit.books.references import Range


@dataclass(frozen=True)
class ColumnPatch:
    """New content for a stretch of one column.

    Attributes:
        column: its number.
        first_row: the first row.
        content: one cell a row.
        header: of the column, for reports.
        is_new: whether the rows lie below the table as it was: the format then is that of the last old row.
        clears: whether the rows leave the table: formulas go with them, unreported.
    """

    column: int
    first_row: int
    content: Content
    header: str
    is_new: bool = False
    clears: bool = False

    @property
    def last_row(self) -> int:
        """The last row."""
        return self.first_row + len(self.content) - 1


@dataclass(frozen=True)
class TablePatch:
    """All that is to be written into one table.

    Attributes:
        name: of the table.
        body: its body as it was.
        area: the table as it was, header included.
        new_area: the table as it will be; other than `area` when it grows or shrinks.
        columns: what to write.
    """

    name: str
    body: Range
    area: Range
    new_area: Range
    columns: tuple[ColumnPatch, ...]

    @property
    def grown(self) -> Range | None:
        """The rows that the table gains; None when it gains none."""
        first = self.body.last_row + 1
        if self.new_area.last_row < first:
            return None
        return type(self.area)(first, self.area.first_column, self.new_area.last_row, self.area.last_column)


@dataclass(frozen=True)
class Targets:
    """The cells of some rows that are to be written, in the order in which cells stand.

    Attributes:
        keys: row and column in one number.
        payloads: one a cell, none null.
        patches: for each, the patch it comes from, as an index.
        is_new: which lie below the table as it was.
    """

    keys: npt.NDArray[np.int64]
    payloads: Payloads
    patches: npt.NDArray[np.int64]
    is_new: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.keys)

    def take(self, chosen: npt.NDArray[np.int64]) -> Targets:
        """Some of the targets; all of them are themselves."""
        if len(chosen) == len(self):
            return self
        payloads = self.payloads.take(pa.array(chosen))
        return Targets(self.keys[chosen], payloads, self.patches[chosen], self.is_new[chosen])

    @property
    def rows(self) -> npt.NDArray[np.int64]:
        """Each cell's row number."""
        return self.keys >> COLUMN_BITS

    @property
    def columns(self) -> npt.NDArray[np.int64]:
        """Each cell's column number."""
        return self.keys & ((1 << COLUMN_BITS) - 1)


def targets_between(patches: Sequence[ColumnPatch], first_row: int, last_row: int) -> Targets:
    """The cells of `patches` in the rows from `first_row` to `last_row`, both included."""
    keys, payloads, sources = [], [pa.array([], pa.large_string())], []
    for number, patch in enumerate(patches):
        begin, end = max(first_row, patch.first_row), min(last_row, patch.last_row)
        if begin > end:
            continue
        rows = np.arange(begin, end + 1)
        keys.append(cell_keys(rows, np.full(len(rows), patch.column)))
        payloads.append(patch.content.part(begin - patch.first_row, len(rows)).payloads())
        sources.append(np.full(len(rows), number))
    return _sorted(keys, payloads, sources, np.array([patch.is_new for patch in patches], dtype=bool))


def _sorted(
    keys: list[Any], payloads: list[Any], sources: list[Any], is_new: npt.NDArray[np.bool_]
) -> Targets:
    empty = np.empty(0, dtype=np.int64)
    all_keys, all_sources = np.concatenate([empty, *keys]), np.concatenate([empty, *sources])
    order = np.argsort(all_keys, kind="stable")
    joined = pa.concat_arrays(payloads).take(pa.array(order))
    return Targets(all_keys[order], joined, all_sources[order], is_new[all_sources[order]])
