"""Write changes into the tables of an open workbook, all of them or none.

A block of cells is written by one assignment and read back: what Excel made something else of is written a second
time in another way, and if that does not help either, everything is put back as it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from xlcredit.books.live.cells import Column, Formula, columns_of, has_numbers
from xlcredit.books.live.errors import CellNotKeptError
from xlcredit.books.live.quiet import formulas_as_given, quiet
from xlcredit.books.live.typed_texts import kept_as_texts
from xlcredit.books.references import Range, column_letters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlcredit.books.live.changes import Block, TableChange
    from xlcredit.books.live.com import Com

_TEXT, _GENERAL = "@", "General"


@dataclass
class Undo:
    """How to put back what was changed, the last change first."""

    steps: list[Callable[[], object]] = field(default_factory=list)

    def run(self, application: Com) -> None:
        """Put everything back; a second call does nothing."""
        with quiet(application):
            while self.steps:
                self.steps[-1]()
                self.steps.pop()


def write_changes(workbook: Com, changes: Sequence[TableChange], undo: Undo) -> None:
    """Write the changes in the order given; after an error the caller puts back what was written.

    Args:
        workbook: the COM object, kept still, its filters lifted.
        changes: found by `find_change`, refused by nothing.
        undo: receives how to put them back.

    Raises:
        CellNotKeptError: Excel made something else of a value.
    """
    for change in changes:
        _write_table(workbook.Worksheets.Item(change.table.sheet), change, undo)


def _write_table(sheet: Com, change: TableChange, undo: Undo) -> None:
    table, grown = sheet.ListObjects.Item(change.table.name), change.grown
    if grown is not None:
        _resize(sheet, table, change, undo)
        undo.steps.append(lambda: sheet.Range(str(grown)).ClearContents())
        _continue_formats(sheet, grown, undo)
    for piece in change.pieces:
        undo.steps.append(partial(_put, sheet, piece.block.area, piece.before))
        _write_block(sheet, piece.block, undo)
    if grown is None and change.is_resized:
        _resize(sheet, table, change, undo)


def _resize(sheet: Com, table: Com, change: TableChange, undo: Undo) -> None:
    undo.steps.append(lambda: table.Resize(sheet.Range(str(change.table.area))))
    table.Resize(sheet.Range(str(change.new_area)))


def _continue_formats(sheet: Com, grown: Range, undo: Undo) -> None:
    """New rows show their values as the last old one does."""
    for number in range(grown.first_column, grown.last_column + 1):
        letters = column_letters(number)
        cells = sheet.Range(f"{letters}{grown.first_row}:{letters}{grown.last_row}")
        shown, now = sheet.Range(f"{letters}{grown.first_row - 1}").NumberFormat, cells.NumberFormat
        if shown != now:
            _show_as(cells, shown, now, undo)


def _show_as(cells: Com, code: str, before: str | None, undo: Undo) -> None:
    undo.steps.append(lambda: setattr(cells, "NumberFormat", before or _GENERAL))
    cells.NumberFormat = code


def _write_block(sheet: Com, block: Block, undo: Undo) -> None:
    given = [_prepared(sheet, area, column, undo) for area, column in _by_column(block)]
    _assign(sheet.Range(str(block.area)), given)
    wrong = _wrong(sheet, block)
    if not any(wrong):
        return
    second = [
        column if not places else _second_attempt(sheet, area, wanted, places, undo)
        for column, places, (area, wanted) in zip(given, wrong, _by_column(block), strict=True)
    ]
    _assign(sheet.Range(str(block.area)), second)
    for area, places in zip((area for area, _ in _by_column(block)), _wrong(sheet, block), strict=True):
        if places:
            cell = f"{column_letters(area.first_column)}{area.first_row + min(places)}"
            raise CellNotKeptError(sheet=str(sheet.Name), cell=cell)


def _by_column(block: Block) -> list[tuple[Range, Column]]:
    area = block.area
    numbers = range(area.first_column, area.last_column + 1)
    return [
        (Range(area.first_row, number, area.last_row, number), column)
        for number, column in zip(numbers, block.columns, strict=True)
    ]


def _prepared(sheet: Com, area: Range, column: Column, undo: Undo) -> Column:
    """A column as it has to be assigned, by how its cells are formatted."""
    if not any(cell is not None for cell in column):
        return column
    cells = sheet.Range(str(area))
    shown = cells.NumberFormat
    if shown == _TEXT and not has_numbers(column):
        return column
    if shown == _TEXT:  # Excel would turn numbers into texts
        _show_as(cells, _GENERAL, shown, undo)
    return kept_as_texts(column)


def _second_attempt(sheet: Com, area: Range, wanted: Column, places: frozenset[int], undo: Undo) -> Column:
    """Texts with the apostrophe where they had none, and the reverse; numbers in cells that show numbers."""
    numbers = [place for place in places if isinstance(wanted[place], float)]
    for place in numbers[:1]:
        cells = sheet.Range(str(area))
        _show_as(cells, _GENERAL, sheet.Range(str(_at(area, place))).NumberFormat, undo)
    return kept_as_texts(wanted, inverted=places if not numbers else frozenset())


def _at(area: Range, place: int) -> Range:
    row = area.first_row + place
    return Range(row, area.first_column, row, area.last_column)


def _wrong(sheet: Com, block: Block) -> list[frozenset[int]]:
    """For each column, the places of the cells that do not hold what was wanted; formulas are not looked at."""
    stand = columns_of(sheet.Range(str(block.area)).Value2)
    return [
        frozenset() if found == wanted else frozenset(_differing(found, wanted))
        for found, wanted in zip(stand, block.columns, strict=True)
    ]


def _differing(found: Column, wanted: Column) -> list[int]:
    return [
        place
        for place, (now, cell) in enumerate(zip(found, wanted, strict=True))
        if now != cell and not isinstance(cell, Formula)
    ]


def _put(sheet: Com, area: Range, columns: Sequence[Column]) -> None:
    """Cells as they were."""
    given = []
    for place, column in enumerate(columns):
        number = area.first_column + place
        part = Range(area.first_row, number, area.last_row, number)
        is_text = sheet.Range(str(part)).NumberFormat == _TEXT
        given.append(column if is_text else kept_as_texts(column))
    _assign(sheet.Range(str(area)), given)


def _assign(cells: Com, columns: Sequence[Column]) -> None:
    """One assignment; formulas in Excel's own language, in an Excel that knows dynamic arrays as they are there."""
    has_formulas = any(isinstance(cell, Formula) for column in columns for cell in column)
    texts = [_plain(column) for column in columns] if has_formulas else columns
    rows = tuple(zip(*texts, strict=True))
    given = rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows
    if not has_formulas:
        cells.Value2 = given
        return
    with formulas_as_given(cells.Application):
        try:
            cells.Formula2 = given
        except AttributeError:
            cells.Formula = given


def _plain(column: Column) -> Column:
    return [cell.text if isinstance(cell, Formula) else cell for cell in column]
