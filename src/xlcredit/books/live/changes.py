"""What a save changes in the tables of an open workbook: found by comparing before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from xlcredit.books.in_the_way import ReplacedFormula
from xlcredit.books.live.cells import Column, Formula, columns_of, to_column
from xlcredit.books.payloads import Values
from xlcredit.books.references import Range, column_letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlcredit.books.layout import TablePart
    from xlcredit.books.live.com import Com
    from xlcredit.books.patches import ColumnPatch, TablePatch


@dataclass(frozen=True)
class Block:
    """A rectangle of cells with what is wanted in them.

    Attributes:
        area: where it stands.
        headers: of its columns.
        columns: the cells wanted, column by column.
        clears: whether the rows leave the table.
        has_new_rows: whether it reaches below the table as it was: then it is written by one assignment.
    """

    area: Range
    headers: tuple[str, ...]
    columns: tuple[Column, ...]
    clears: bool = False
    has_new_rows: bool = False

    @property
    def rows(self) -> tuple[int, int, bool, bool]:
        """What blocks side by side have in common."""
        return self.area.first_row, self.area.last_row, self.clears, self.has_new_rows


@dataclass(frozen=True)
class Piece:
    """The part of a block that differs from what stands there.

    Attributes:
        block: the part, with what is wanted.
        before: what stands there, column by column.
    """

    block: Block
    before: tuple[Column, ...]

    @property
    def has_formulas(self) -> bool:
        """Whether a formula gives way."""
        return any(isinstance(cell, Formula) for column in self.before for cell in column)

    def replaced(self, table: str) -> Iterator[ReplacedFormula]:
        """The formulas that give way to a value, unless their rows leave the table."""
        area = self.block.area
        for place, (header, wanted, before) in enumerate(
            zip(self.block.headers, self.block.columns, self.before, strict=True)
        ):
            for row, cell in enumerate(before if not self.block.clears else ()):
                if isinstance(cell, Formula) and not isinstance(wanted[row], Formula):
                    name = f"{column_letters(area.first_column + place)}{area.first_row + row}"
                    yield ReplacedFormula(table, header, name, cell.text[1:])


@dataclass(frozen=True)
class TableChange:
    """All that changes in one table.

    Attributes:
        table: as it stands.
        new_area: header and body as they will be; other than the table's when it grows or shrinks.
        pieces: the cells that change.
    """

    table: TablePart
    new_area: Range
    pieces: tuple[Piece, ...]

    def __bool__(self) -> bool:
        return bool(self.pieces) or self.is_resized

    @property
    def is_resized(self) -> bool:
        """Whether the table grows or shrinks."""
        return self.new_area != self.table.area

    @property
    def grown(self) -> Range | None:
        """The rows that the table gains; None when it gains none."""
        area = self.table.area
        if self.new_area.last_row <= area.last_row:
            return None
        return Range(area.last_row + 1, area.first_column, self.new_area.last_row, area.last_column)


def find_change(sheet: Com, table: TablePart, new_area: Range, blocks: Sequence[Block]) -> TableChange:
    """What of `blocks` is not there already.

    Args:
        sheet: the COM object of the table's sheet.
        table: as it stands.
        new_area: as it will be.
        blocks: what is wanted.
    """
    pieces = [piece for block in blocks for piece in _pieces(block, standing(sheet, block.area))]
    pieces.sort(key=lambda piece: -piece.block.area.first_column)  # keys stand at the left: they come last
    return TableChange(table, new_area, tuple(pieces))


def standing(sheet: Com, area: Range) -> list[Column]:
    """What stands in an area, column by column; formulas as such."""
    cells = sheet.Range(str(area))
    columns = columns_of(cells.Value2)
    if cells.HasFormula is False:
        return columns
    return [
        [_cell(value, text) for value, text in zip(values, texts, strict=True)]
        for values, texts in zip(columns, columns_of(formulas_of(cells)), strict=True)
    ]


def formulas_of(cells: Com) -> object:
    """The formulas of a range; in an Excel that knows dynamic arrays, as they are entered there."""
    return cells.Formula2 if hasattr(cells, "Formula2") else cells.Formula


def _cell(value: object, text: object) -> object:
    """A formula where one stands; a text that begins with "=" has itself as its value."""
    return Formula(text) if isinstance(text, str) and text.startswith("=") and text != value else value


def _pieces(block: Block, before: list[Column]) -> Iterator[Piece]:
    """The runs of adjacent columns that differ, from the first row that differs to the last.

    A block with new rows stays in one piece: a row of the register is there whole or not at all.
    """
    spans = [_differing(old, new) for old, new in zip(before, block.columns, strict=True)]
    places = [place for place, span in enumerate(spans) if span is not None]
    if block.has_new_rows and places:
        yield _piece(block, before, slice(places[0], places[-1] + 1), slice(0, block.area.rows))
        return
    for _, run in groupby(enumerate(places), key=lambda item: item[1] - item[0]):
        columns = [place for _, place in run]
        found = [span for place in columns if (span := spans[place]) is not None]
        first, last = min(span[0] for span in found), max(span[1] for span in found)
        yield _piece(block, before, slice(columns[0], columns[-1] + 1), slice(first, last + 1))


def _piece(block: Block, before: list[Column], columns: slice, rows: slice) -> Piece:
    area = block.area
    part = Range(
        area.first_row + rows.start,
        area.first_column + columns.start,
        area.first_row + rows.stop - 1,
        area.first_column + columns.stop - 1,
    )
    wanted = tuple(column[rows] for column in block.columns[columns])
    return Piece(
        Block(part, block.headers[columns], wanted, block.clears, block.has_new_rows),
        tuple(column[rows] for column in before[columns]),
    )


def _differing(old: Column, new: Column) -> tuple[int, int] | None:
    """The first and the last row that differ; None when all are the same."""
    if old == new and bool not in {*map(type, old), *map(type, new)}:
        return None
    places = np.flatnonzero(_as_array(old) != _as_array(new))
    return (int(places[0]), int(places[-1])) if len(places) else None


def _as_array(column: Column) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """The cells as objects; booleans as pairs, since True equals 1 but is another cell."""
    cells = np.empty(len(column), dtype=object)
    has_flags = bool in set(map(type, column))
    cells[:] = (
        [("flag", cell) if cell is True or cell is False else cell for cell in column]
        if has_flags
        else column
    )
    return cells


def blocks_of(patch: TablePatch) -> list[Block]:
    """What a patch wants, as few blocks as can be.

    Columns of new rows that nobody gave are left out: Excel fills them with their formula, if they have one.
    """
    given = [column for column in patch.columns if isinstance(column.content, Values) or not column.is_new]
    strips = sorted(_strips(given), key=lambda strip: (*strip.rows, strip.area.first_column))
    numbered = enumerate(strips)
    runs = groupby(numbered, key=lambda item: (*item[1].rows, item[1].area.first_column - item[0]))
    return [_side_by_side([strip for _, strip in run]) for _, run in runs]


def _strips(columns: Sequence[ColumnPatch]) -> Iterator[Block]:
    """Blocks of one column; new rows go on below the old ones, so that both are written at once."""
    last: Block | None = None
    for column in sorted(columns, key=lambda column: (column.column, column.first_row)):
        area = Range(column.first_row, column.column, column.last_row, column.column)
        strip = Block(area, (column.header,), (_wanted(column),), column.clears, has_new_rows=column.is_new)
        if last is not None and column.is_new and _goes_on(last.area, area):
            last = replace(
                strip,
                area=last.area.to_row(area.last_row),
                columns=(last.columns[0] + strip.columns[0],),
            )
            continue
        if last is not None:
            yield last
        last = strip
    if last is not None:
        yield last


def _goes_on(above: Range, below: Range) -> bool:
    return above.first_column == below.first_column and above.last_row + 1 == below.first_row


def _side_by_side(strips: Sequence[Block]) -> Block:
    first, last = strips[0], strips[-1]
    area = replace(first.area, last_column=last.area.last_column)
    headers = tuple(strip.headers[0] for strip in strips)
    return replace(first, area=area, headers=headers, columns=tuple(strip.columns[0] for strip in strips))


def _wanted(column: ColumnPatch) -> Column:
    content = column.content
    if isinstance(content, Values):
        return to_column(content.values, from_1904=content.from_1904)
    return [None] * len(content)
