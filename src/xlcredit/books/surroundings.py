"""What stands before and after a sheet's rows, adapted when a table grows.

The sheet's dimension, and every conditional format, validation or ignored warning that ended with the table's
last row, then reach its new last row.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlcredit.books.errors import MergedCellsError
from xlcredit.books.references import Range, parse_range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlcredit.books.patches import TablePatch

_DIMENSION = re.compile(rb'(<dimension\s[^>]*?\bref=")([^"]*)"')
_COLUMNS = re.compile(rb"<col\s([^>]*?)/?>")
_ATTRIBUTE = re.compile(rb'(\w+)="(\d{1,7})"')
_MERGED = re.compile(rb'<mergeCell\s[^>]*?\bref="([^"]*)"')
_RANGES = re.compile(rb'(\ssqref="|<xm:sqref>)([^"<]*)')


def column_styles(head: bytes) -> list[tuple[int, int, int]]:
    """The formats of whole columns: first column, last column, format."""
    found = [dict(_ATTRIBUTE.findall(columns)) for columns in _COLUMNS.findall(head)]
    return [
        (int(column[b"min"]), int(column[b"max"]), int(column[b"style"]))
        for column in found
        if column.keys() >= {b"min", b"max", b"style"}
    ]


def with_dimension(head: bytes, tables: Sequence[TablePatch]) -> bytes:
    """The head with a dimension that holds the tables as they will be."""

    def enlarged(match: re.Match[bytes]) -> bytes:
        area = parse_range(match[2].decode("ascii", "replace"))
        if area is None:
            return match[0]
        for table in tables:
            area = area.union(table.new_area) if table.grown else area
        return match[1] + str(area).encode() + b'"'

    return _DIMENSION.sub(enlarged, head, count=1)


def with_ranges(tail: bytes, tables: Sequence[TablePatch], sheet: str) -> bytes:
    """The tail with the ranges that ended with a table's last row reaching its new last row.

    Raises:
        MergedCellsError: merged cells lie where a table grows.
    """
    growing = [table for table in tables if table.grown]
    if not growing:
        return tail
    _refuse_merged(tail, growing, sheet)

    def extended(match: re.Match[bytes]) -> bytes:
        ranges = match[2].decode("ascii", "replace").split()
        return match[1] + " ".join(_extended(text, growing) for text in ranges).encode()

    return _RANGES.sub(extended, tail)


def _extended(text: str, tables: Sequence[TablePatch]) -> str:
    area = parse_range(text)
    for table in tables if area else ():
        assert area is not None  # noqa: S101  narrowed by the line above
        is_within = (
            table.body.first_column <= area.first_column and area.last_column <= table.body.last_column
        )
        if is_within and area.last_row == table.body.last_row and area.first_row >= table.body.first_row:
            return str(area.to_row(table.new_area.last_row))
    return text


def _refuse_merged(tail: bytes, tables: Sequence[TablePatch], sheet: str) -> None:
    for match in _MERGED.findall(tail):
        area = parse_range(match.decode("ascii", "replace"))
        for table in tables:
            if area and table.grown and area.meets(table.grown):
                raise MergedCellsError(sheet=sheet, cell=str(area), table=table.name)


def table_reaching(data: bytes, old: Range, new: Range) -> bytes:
    """A table's part with its own reference, its filter's and its sort's reaching the new last row."""

    def moved(match: re.Match[bytes]) -> bytes:
        area = parse_range(match[2].decode("ascii", "replace"))
        if area is None or area.last_row != old.last_row:
            return match[0]
        return match[1] + str(area.to_row(new.last_row)).encode()

    return _REFERENCE.sub(moved, data)


_REFERENCE = re.compile(rb'(<(?:table|autoFilter|sortState|sortCondition)\s(?:[^>]*?\s)?ref=")([^"]*)')
