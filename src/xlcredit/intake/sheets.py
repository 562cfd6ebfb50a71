"""A workbook as grids: each sheet and each Excel table; cells keep their types."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import pandas as pd
import python_calamine as calamine
from lxml import etree

from xlcredit.cells import CellError
from xlcredit.headers import column_letter
from xlcredit.intake.errors import LedgerDamagedError, LedgerPasswordError, LedgerSheetMissingError
from xlcredit.intake.grid import HEAD_ROWS, Grid, Kind, frame_of_rows
from xlcredit.intake.package import SheetTraits, check_area, check_package, sheet_parts, sheet_traits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_BROKEN = (calamine.CalamineError, OSError, ValueError, KeyError, zipfile.BadZipFile, etree.XMLSyntaxError)


def read_workbook(path: Path, sheet: str | None = None) -> list[Grid]:
    """The grids of a workbook, a sheet's tables before the sheet itself; blank sheets are left out.

    Args:
        path: xlsx or xlsm.
        sheet: read only this one: the name of a sheet or of an Excel table, in any case.

    Raises:
        LedgerPasswordError, LedgerDamagedError, LedgerTooLargeError, LedgerAreaTooLargeError: it cannot be
        read.
        LedgerSheetMissingError: nothing has the name `sheet`.
    """
    check_package(path)
    try:
        with calamine.load_workbook(str(path), load_tables=True) as book:
            return list(_grids(book, path, sheet))
    except calamine.PasswordError as error:
        raise LedgerPasswordError(path=str(path)) from error
    except _BROKEN as error:
        raise LedgerDamagedError(path=str(path), found=str(error)) from error


def _grids(book: calamine.CalamineWorkbook, path: Path, wanted: str | None) -> Iterator[Grid]:
    tables = [book.get_table_by_name(name) for name in book.table_names or ()]
    sheets = [each for each in book.sheets_metadata if each.typ == calamine.SheetTypeEnum.WorkSheet]
    names = [each.name for each in sheets] + [table.name for table in tables]
    if not _is_wanted(wanted, names):
        raise LedgerSheetMissingError(path=str(path), found=wanted, known=", ".join(names))
    parts = sheet_parts(path)
    for meta in sheets:
        own = [table for table in tables if table.sheet == meta.name]
        if _is_wanted(wanted, [meta.name, *(table.name for table in own)]):
            check_area(path, meta.name, parts[meta.name])
            is_hidden = meta.visible != calamine.SheetVisibleEnum.Visible
            sheet = _Sheet(book, path, meta.name, parts[meta.name], is_hidden=is_hidden)
            yield from (sheet.table_grid(each) for each in own if _is_wanted(wanted, [meta.name, each.name]))
            if sheet.rows and _is_wanted(wanted, [meta.name]):
                yield sheet.grid()


def _is_wanted(wanted: str | None, names: Sequence[str]) -> bool:
    return wanted is None or wanted.casefold() in {name.casefold() for name in names}


class _Sheet:
    """The cells of one sheet, from A1 on, and the grids that they make."""

    def __init__(
        self, book: calamine.CalamineWorkbook, path: Path, name: str, part: str, *, is_hidden: bool
    ) -> None:
        sheet = book.get_sheet_by_name(name)
        self.name, self._path, self._part, self._is_hidden = name, path, part, is_hidden
        self.rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
        self._areas = [area for area in sheet.merged_cell_ranges or [] if area[1][0] > area[0][0]]

    def grid(self) -> Grid:
        """The whole sheet."""
        return self._grid("sheet", self.name, (0, 0), (len(self.rows), max(map(len, self.rows))))

    def table_grid(self, table: calamine.CalamineTable) -> Grid:
        """One Excel table of the sheet: its header row is known, what stands below it is counted."""
        (top, left), (bottom, right) = table.start or (1, 0), table.end or (0, 0)
        grid = self._grid("table", table.name, (top - 1, left), (bottom + 1, right + 1))
        below = [row[left : right + 1] for row in self.rows[bottom + 1 :]]
        grid.facts["rows_below"] = sum(any(cell != "" for cell in row) for row in below)
        return grid

    def _grid(self, kind: Kind, name: str, start: tuple[int, int], end: tuple[int, int]) -> Grid:
        (top, left), (bottom, right) = start, end
        facts: dict[str, Any] = {"sheet": self.name}

        def body(header: int) -> pd.DataFrame:
            first = top + header + 1
            frame = frame_of_rows(
                [row[left:right] for row in self.rows[first:bottom]], first + 1, right - left
            )
            traits = sheet_traits(self._path, self._part)
            facts.update(merged=self._merged(left), **_formula_facts(traits, left, right))
            return _with_errors(frame, traits, left)

        head = [
            row[left:right]
            for row in self.rows[top : min(top + (1 if kind == "table" else HEAD_ROWS), bottom)]
        ]
        return Grid(kind, name, head, body, top + 1, left, facts, self._is_hidden, bottom - top)

    def _merged(self, left: int) -> list[tuple[int, int, int]]:
        """First and last row (from 1) and column (of the grid) of each area merged over several rows."""
        return [(first[0] + 1, last[0] + 1, first[1] - left) for first, last in self._areas]


def _formula_facts(traits: SheetTraits, left: int, right: int) -> dict[str, Any]:
    letters = [column_letter(at) for at in range(left, right)]
    columns = [at for at, letter in enumerate(letters) if letter in traits.formula_columns]
    return {"formula_columns": columns, "uncomputed": traits.uncomputed}


def _with_errors(frame: pd.DataFrame, traits: SheetTraits, left: int) -> pd.DataFrame:
    """Put `#N/A` and its like where the reader left blanks."""
    by_letter = {column_letter(left + at): at for at in range(frame.shape[1])}
    by_column: dict[int, dict[int, str]] = {}
    for row, letters, text in traits.errors:
        if letters in by_letter and row in frame.index:
            by_column.setdefault(by_letter[letters], {})[row] = CellError(text)
    for at, errors in by_column.items():
        column = frame[at].astype(object).where(frame[at].notna(), None)
        column.loc[list(errors)] = pd.Series(errors, dtype=object)
        frame[at] = column
    return frame
