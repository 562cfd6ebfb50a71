"""What forbids a change of an open workbook: found before anything is written, named by its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.books.errors import ArrayFormulaError, ContentBelowError, MergedCellsError
from xlcredit.books.live.changes import standing
from xlcredit.books.live.errors import SheetProtectedError
from xlcredit.books.references import Range, column_letters

if TYPE_CHECKING:
    from pathlib import Path

    from xlcredit.books.live.changes import TableChange
    from xlcredit.books.live.com import Com


def refuse_change(sheet: Com, change: TableChange, path: Path) -> None:
    """Refuse what Excel would not let through, or what would overwrite something else.

    Raises:
        SheetProtectedError, ContentBelowError, MergedCellsError, ArrayFormulaError.
    """
    if sheet.ProtectContents and not sheet.ProtectionMode and _meets_locked(sheet, change):
        raise SheetProtectedError(path=str(path), sheet=change.table.sheet)
    if change.grown is not None:
        _refuse_content(sheet, change, change.grown)
    for piece in change.pieces:
        if piece.has_formulas and (area := _array_in(sheet, piece.block.area)) is not None:
            raise ArrayFormulaError(sheet=change.table.sheet, cell=str(area))


def _meets_locked(sheet: Com, change: TableChange) -> bool:
    """Whether a locked cell is written; on a protected sheet no table grows or shrinks at all."""
    return change.is_resized or any(
        sheet.Range(str(piece.block.area)).Locked is not False for piece in change.pieces
    )


def _refuse_content(sheet: Com, change: TableChange, grown: Range) -> None:
    table = change.table
    if sheet.Range(str(grown)).MergeCells is not False:
        raise MergedCellsError(sheet=table.sheet, cell=str(grown), table=table.name)
    for place, column in enumerate(standing(sheet, grown)):
        filled = next((row for row, cell in enumerate(column) if cell is not None), None)
        if filled is not None:
            cell = f"{column_letters(grown.first_column + place)}{grown.first_row + filled}"
            raise ContentBelowError(sheet=table.sheet, cell=cell)


def _array_in(sheet: Com, area: Range) -> Range | None:
    """The first cell of an array formula in the area, looked for by halves."""
    if sheet.Range(str(area)).HasArray is False:
        return None
    if area.rows == area.columns == 1:
        return area
    return next((found for half in _halves(area) if (found := _array_in(sheet, half)) is not None), None)


def _halves(area: Range) -> tuple[Range, Range]:
    if area.rows > 1:
        middle = area.first_row + area.rows // 2
        return area.to_row(middle - 1), Range(middle, area.first_column, area.last_row, area.last_column)
    middle = area.first_column + area.columns // 2
    return (
        Range(area.first_row, area.first_column, area.last_row, middle - 1),
        Range(area.first_row, middle, area.last_row, area.last_column),
    )
