"""Write into a sheet's XML as it streams by: the cells of some tables change, every other byte stays.

A cell that is written keeps its format. A cell that was not there takes its column's format; in rows that a
table gains, the format of the last row it had. In rows that a table loses, cells that look like the last row it
keeps look like their column again: no ruled lines are left over. A format of their own stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xlcredit.books.attributes import CellTags, cell_tags
from xlcredit.books.in_the_way import Overwritten, ReplacedFormula, refuse_arrays, replaced_formulas
from xlcredit.books.patches import ColumnPatch, TablePatch, Targets, targets_between
from xlcredit.books.payloads import BLANK
from xlcredit.books.references import LAST_ROW, column_letters
from xlcredit.books.scan import Flags, Places, Stretch, scan_rows
from xlcredit.books.sheet import Head, Piece
from xlcredit.books.spans import splice
from xlcredit.books.surroundings import column_styles, with_dimension, with_ranges

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

NEW_ROWS = 1 << 13
"""Rows added at a time below the last one of a sheet."""

_SPANS = re.compile(rb'(<row [^>]*?)\sspans="[^"]*"')


@dataclass
class SheetEdit:
    """One pass over one sheet.

    Attributes:
        sheet: its name, for messages.
        tables: what is written into its tables.
        has_changed: whether a byte differs, once the pass is over.
        replaced: formulas that gave way to values.
        has_lost_formulas: whether any formula disappeared.
    """

    sheet: str
    tables: Sequence[TablePatch]
    has_changed: bool = False
    replaced: list[ReplacedFormula] = field(default_factory=list)
    has_lost_formulas: bool = False
    _next_row: int = 1
    _column_styles: list[tuple[int, int, int]] = field(default_factory=list)
    _last_styles: dict[int, int] = field(default_factory=dict)

    def edit(self, pieces: Iterable[Piece]) -> Iterator[bytes]:
        """The sheet's bytes, changed.

        Raises:
            InTheWayError: something must not be overwritten.
        """
        for piece in pieces:
            if isinstance(piece, Stretch):
                yield self._note(piece.data, self._edit_rows(piece))
            elif isinstance(piece, Head):
                self._column_styles = column_styles(piece.data)
                yield self._note(piece.data, with_dimension(piece.data, self.tables))
            else:
                yield from self._add_rows()
                yield self._note(piece.data, with_ranges(piece.data, self.tables, self.sheet))

    def _note(self, old: bytes, new: bytes) -> bytes:
        self.has_changed |= new is not old and new != old
        return new

    @property
    def _patches(self) -> list[tuple[str, ColumnPatch]]:
        return [(table.name, patch) for table in self.tables for patch in table.columns]

    def _edit_rows(self, stretch: Stretch) -> bytes:
        first, last = self._next_row, int(stretch.row.numbers[-1])
        self._next_row = last + 1
        refuse_arrays(stretch, self.tables, self.sheet)
        self._keep_styles(stretch)
        targets = targets_between([patch for _, patch in self._patches], first, last)
        if not len(targets):
            return stretch.data
        return self._put(_with_rows(stretch, _rows_to_fill(targets)), targets)

    def _add_rows(self) -> Iterator[bytes]:
        """The rows below the last one that the sheet had."""
        patches = [patch for _, patch in self._patches]
        last = max((patch.last_row for patch in patches), default=0)
        for first in range(self._next_row, min(last, LAST_ROW) + 1, NEW_ROWS):
            targets = targets_between(patches, first, min(first + NEW_ROWS - 1, last))
            rows = _rows_to_fill(targets)
            if len(rows):
                yield self._note(b"", self._put(scan_rows(b"".join(_empty_rows(rows).to_pylist())), targets))

    def _keep_styles(self, stretch: Stretch) -> None:
        """Remember the formats of the last row that each table has and keeps, if it grows or shrinks."""
        for table in self.tables:
            row = min(table.body.last_row, table.new_area.last_row)
            is_here = stretch.row.numbers[0] <= row <= stretch.row.numbers[-1]
            if table.new_area != table.area and table.body.rows and is_here:
                cells = stretch.between((row, row), (table.area.first_column, table.area.last_column))
                styles = cell_tags(stretch, cells).styles.tolist()
                self._last_styles |= dict(zip(stretch.columns[cells].tolist(), styles, strict=True))

    def _put(self, stretch: Stretch, targets: Targets) -> bytes:
        place = _Placed.find(stretch, targets)
        targets = place.targets
        found = np.flatnonzero(place.is_found)
        tags = cell_tags(stretch, place.cells[found])
        old = Overwritten(stretch, place.cells[found], tags, targets.take(found), self.sheet)
        replaced, has_lost = replaced_formulas(old, self._patches)
        self.replaced += replaced
        self.has_lost_formulas |= has_lost
        styles = self._styles(place, tags)
        is_blank = np.asarray(pc.equal(targets.payloads, BLANK))
        is_written = place.is_found | ~is_blank | (targets.is_new & (styles > 0))
        texts = _cell_texts(targets, styles, self._patches)
        pieces = pc.if_else(pa.array(is_written), texts, pa.scalar("", pa.large_string()))
        written = splice(stretch.data, place.begin, place.end, pieces.cast(pa.large_binary()))
        has_inserted = bool((is_written & ~place.is_found).any())
        return _SPANS.sub(rb"\1", written) if has_inserted else written

    def _styles(self, place: _Placed, tags: CellTags) -> Places:
        """The format of each target."""
        targets = place.targets
        styles = np.zeros(len(targets), dtype=np.int64)
        styles[place.is_found] = tags.styles
        kept = place.is_found & ~targets.is_new
        for column in np.unique(targets.columns[~kept]).tolist():
            chosen = ~kept & (targets.columns == column)
            own = self._own_style(column)
            styles[chosen] = np.where(targets.is_new[chosen], self._last_styles.get(column, own), own)
        return self._without_table(styles, targets)

    def _without_table(self, styles: Places, targets: Targets) -> Places:
        """The formats, those that the table gave taken from the rows that it loses."""
        clears = np.array([patch.clears for _, patch in self._patches], dtype=bool)[targets.patches]
        for column in np.unique(targets.columns[clears]).tolist():
            given = clears & (targets.columns == column) & (styles == self._last_styles.get(column, -1))
            styles[given] = self._own_style(column)
        return styles

    def _own_style(self, column: int) -> int:
        return next((style for first, last, style in self._column_styles if first <= column <= last), 0)


@dataclass(frozen=True)
class _Placed:
    """Where targets go.

    Attributes:
        targets: those that have a row.
        cells: the cell that stands there, or else the one before which it would.
        is_found: whether one stands there.
        begin, end: the bytes that give way; none where a cell is inserted.
    """

    targets: Targets
    cells: Places
    is_found: Flags
    begin: Places
    end: Places

    @classmethod
    def find(cls, stretch: Stretch, targets: Targets) -> _Placed:
        """Look the targets up in a stretch; those whose row is not there stay blank and are left out."""
        numbers = stretch.row.numbers
        rows = np.minimum(np.searchsorted(numbers, targets.rows), len(numbers) - 1)
        has_row = np.flatnonzero((numbers[rows] == targets.rows) & ~stretch.row.is_empty[rows])
        targets, rows = targets.take(has_row), rows[has_row]
        cells = np.searchsorted(stretch.keys, targets.keys)
        is_found = np.append(stretch.keys, -1)[cells] == targets.keys
        is_before = np.append(stretch.row_of_cell, -1)[cells] == rows
        begin = np.where(is_before, np.append(stretch.starts, 0)[cells], stretch.row.closings[rows])
        end = np.where(is_found, np.append(stretch.ends, 0)[cells], begin)
        return cls(targets, cells, is_found, begin, end)


def _rows_to_fill(targets: Targets) -> Places:
    """The rows that some target needs."""
    is_blank = np.asarray(pc.equal(targets.payloads, BLANK))
    rows = targets.rows[~is_blank]
    found: Places = rows[np.flatnonzero(np.diff(rows, prepend=0))]
    return found


def _with_rows(stretch: Stretch, rows: Places) -> Stretch:
    """The stretch with each of `rows` there and open."""
    numbers = stretch.row.numbers
    place = np.minimum(np.searchsorted(numbers, rows), len(numbers) - 1)
    is_there = numbers[place] == rows
    missing, closed = rows[~is_there], place[is_there]
    closed = closed[stretch.row.is_empty[closed]]
    if not len(missing) and not len(closed):
        return stretch
    before = stretch.row.starts[np.searchsorted(stretch.row.numbers, missing)]
    begin = np.concatenate([before, stretch.row.closings[closed] - len("/>")])
    end = np.concatenate([before, stretch.row.closings[closed]])
    opened = pa.repeat(pa.scalar(b"></row>", pa.large_binary()), len(closed))
    pieces = pa.concat_arrays([_empty_rows(missing), opened])
    order = np.argsort(begin, kind="stable")
    return scan_rows(splice(stretch.data, begin[order], end[order], pieces.take(pa.array(order))))


def _empty_rows(rows: Places) -> Any:  # noqa: ANN401  an arrow array of binaries
    numbers = pc.cast(pa.array(rows), pa.large_string())
    parts = ['<row r="', numbers, '"></row>', ""]
    return _joined(*parts).cast(pa.large_binary())


def _cell_texts(  # an arrow array of texts
    targets: Targets, styles: Places, patches: Sequence[tuple[str, ColumnPatch]]
) -> Any:  # noqa: ANN401
    """Each target as a cell."""
    letters = pa.array([f'<c r="{column_letters(patch.column)}' for _, patch in patches], pa.large_string())
    used = np.flatnonzero(np.bincount(styles))
    place = np.zeros(int(styles.max(initial=0)) + 1, dtype=np.int64)
    place[used] = np.arange(len(used))
    formats = pa.array([f'" s="{number}"' if number else '"' for number in used], pa.large_string())
    rows = pc.cast(pa.array(targets.rows), pa.large_string())
    first, style = letters.take(pa.array(targets.patches)), formats.take(pa.array(place[styles]))
    return _joined(first, rows, style, targets.payloads, "")


def _joined(*parts: Any) -> Any:  # noqa: ANN401  arrow arrays and texts
    """The parts one after the other; the last is what separates them."""
    scalars = [pa.scalar(part, pa.large_string()) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*scalars)
