"""What is where in a workbook that is open in Excel, in the same shape as a closed file's layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.books.layout import Layout, SheetPart, TableColumn, TablePart
from xlcredit.books.live.cells import rows_of
from xlcredit.books.references import Range, parse_range

if TYPE_CHECKING:
    from xlcredit.books.live.com import Com


def live_layout(workbook: Com) -> Layout:
    """The sheets and tables as they stand now; parts have no names, as there is no package."""
    listed = workbook.Worksheets
    sheets = tuple(_sheet(listed.Item(number)) for number in range(1, listed.Count + 1))
    return Layout("", sheets, bool(workbook.Date1904), None, None, None)


def _sheet(sheet: Com) -> SheetPart:
    name, listed = str(sheet.Name), sheet.ListObjects
    tables = [_table(listed.Item(number), name) for number in range(1, listed.Count + 1)]
    tables.sort(key=lambda table: (table.area.first_row, table.area.first_column))
    return SheetPart(name, "", tuple(tables))


def _table(table: Com, sheet: str) -> TablePart:
    area = area_of(table.Range)
    header_rows, totals_rows = int(bool(table.ShowHeaders)), int(bool(table.ShowTotals))
    headers = rows_of(table.HeaderRowRange.Value2)[0] if header_rows else range(1, area.columns + 1)
    columns = tuple(TableColumn(str(header)) for header in headers)
    return TablePart(str(table.Name), "", sheet, area, header_rows, totals_rows, columns)


def area_of(cells: Com) -> Range:
    """Where a range of one area stands."""
    area = parse_range(str(cells.Address))
    assert area is not None  # noqa: S101  Excel's own reference
    return area
