"""What is where in a workbook: sheets, tables, strings, styles. Read from the small parts alone."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlcredit.books.errors import DamagedBookError, NotAWorkbookError, OldFormatError
from xlcredit.books.references import Range, parse_range
from xlcredit.books.text import unescape_controls
from xlcredit.books.xml import child, children, descendants, local_name, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from xlcredit.books.package import Package


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of an Excel Table: its header and, in a calculated column, its formula."""

    header: str
    formula: str | None = None
    is_array: bool = False


@dataclass(frozen=True, slots=True)
class TablePart:
    """An Excel Table as its part describes it.

    Attributes:
        name: its display name.
        part: of the package.
        sheet: the sheet on which it stands.
        area: header, body and totals.
        header_rows, totals_rows: 0 or 1.
        columns: from left to right.
    """

    name: str
    part: str
    sheet: str
    area: Range
    header_rows: int
    totals_rows: int
    columns: tuple[TableColumn, ...]

    @property
    def body(self) -> Range:
        """The rows between header and totals."""
        area = self.area
        return Range(
            area.first_row + self.header_rows,
            area.first_column,
            area.last_row - self.totals_rows,
            area.last_column,
        )

    @property
    def headers(self) -> list[str]:
        """The headers from left to right."""
        return [column.header for column in self.columns]


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet: its name, its part, the tables on it."""

    name: str
    part: str
    tables: tuple[TablePart, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of a workbook.

    Attributes:
        workbook: the main part.
        sheets: worksheets in the order of their tabs.
        counts_from_1904: whether serial 0 is the first of January 1904.
        strings, styles, calc_chain: parts, None when the workbook has none.
    """

    workbook: str
    sheets: tuple[SheetPart, ...]
    counts_from_1904: bool
    strings: str | None
    styles: str | None
    calc_chain: str | None

    @property
    def tables(self) -> list[TablePart]:
        """Every table, sheet by sheet."""
        return [table for sheet in self.sheets for table in sheet.tables]

    def sheet_of(self, table: TablePart) -> SheetPart:
        """The sheet on which a table stands."""
        return next(sheet for sheet in self.sheets if sheet.name == table.sheet)


def read_layout(package: Package) -> Layout:
    """The layout of the workbook in `package`.

    Raises:
        NotAWorkbookError, OldFormatError, DamagedBookError, UnsafeXmlError.
    """
    main = _main_part(package)
    root = package.xml(main)
    if local_name(root) != "workbook":
        raise NotAWorkbookError(path=str(package.path))
    links = _links(package, main)
    targets = {target for _, target in links.values()}
    sheets = tuple(_sheets(package, root, links))
    properties = child(root, "workbookPr")
    return Layout(
        workbook=main,
        sheets=sheets,
        counts_from_1904=properties is not None and properties.get("date1904") in {"1", "true"},
        strings=_of_kind(links, "sharedStrings", targets),
        styles=_of_kind(links, "styles", targets),
        calc_chain=_of_kind(links, "calcChain", targets),
    )


Links = dict[str, tuple[str, str]]
"""Relationship id -> its kind (the last word of its type) and its target part."""


def links_part(part: str) -> str:
    """The part that holds the relationships of `part`."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _links(package: Package, part: str) -> Links:
    found = package.find(links_part(part))
    if found is None:
        return {}
    folder = posixpath.dirname(part)
    return {
        link.get("Id", ""): (link.get("Type", "").rsplit("/", 1)[-1], _target(folder, link.get("Target", "")))
        for link in children(package.xml(found), "Relationship")
        if link.get("TargetMode") != "External"
    }


def _target(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _of_kind(links: Links, kind: str, targets: set[str]) -> str | None:
    return next((target for found, target in links.values() if found == kind and target in targets), None)


def _main_part(package: Package) -> str:
    main = next((target for kind, target in _links(package, "").values() if kind == "officeDocument"), None)
    if main is None:
        raise NotAWorkbookError(path=str(package.path))
    if main.lower().endswith(".bin"):
        raise OldFormatError(path=str(package.path))
    return main


def _sheets(package: Package, root: etree._Element, links: Links) -> list[SheetPart]:
    listing = child(root, "sheets")
    found = []
    for sheet in () if listing is None else children(listing, "sheet"):
        link = next((value for name, value in sheet.attrib.items() if str(name).endswith("}id")), "")
        kind, part = links.get(str(link), ("", ""))
        if kind == "worksheet":
            name = sheet.get("name", "")
            found.append(SheetPart(name, part, tuple(_tables(package, part, name))))
    return found


def _tables(package: Package, part: str, sheet: str) -> list[TablePart]:
    targets = [target for kind, target in _links(package, part).values() if kind == "table"]
    tables = [_table(package, target, sheet) for target in targets]
    return sorted(tables, key=lambda table: (table.area.first_row, table.area.first_column))


def _table(package: Package, part: str, sheet: str) -> TablePart:
    root = package.xml(part)
    area = parse_range(root.get("ref", ""))
    columns = tuple(_told_apart([_column(column) for column in descendants(root, "tableColumn")]))
    header_rows, totals_rows = whole(root, "headerRowCount", 1), whole(root, "totalsRowCount")
    if area is None or len(columns) != area.columns or area.rows < header_rows + totals_rows:
        raise DamagedBookError(path=str(package.path), part=part, reason=f"ref {root.get('ref')}")
    return TablePart(root.get("displayName", ""), part, sheet, area, header_rows, totals_rows, columns)


def _column(column: etree._Element) -> TableColumn:
    formula = child(column, "calculatedColumnFormula")
    text = None if formula is None else formula.text
    is_array = formula is not None and formula.get("array") in {"1", "true"}
    return TableColumn(unescape_controls(column.get("name", "")), text, is_array)


def _told_apart(columns: list[TableColumn]) -> Iterator[TableColumn]:
    """The columns under different headers: Excel makes no others, further ones get a number."""
    seen: set[str] = set()
    for column in columns:
        header, number = column.header, 1
        while header in seen:
            number += 1
            header = f"{column.header}{number}"
        seen.add(header)
        yield replace(column, header=header)
