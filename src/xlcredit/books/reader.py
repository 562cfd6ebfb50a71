"""Read tables from a sheet: one pass over its XML, all cells of a stretch of rows at once.

The type of a cell is kept: what Excel stored as text stays text, "N/A", "00012" and "1.234" included; a
number is a date only by its format; an error value is a `CellError`; the result of a formula is what was last
stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.books.cells import Cells, Vocabulary
from xlcredit.books.columns import ColumnParts
from xlcredit.books.errors import BookTooLargeError, DamagedBookError
from xlcredit.books.scan import NotPlainError, Stretch
from xlcredit.books.sheet import stream_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlcredit.books.layout import TablePart
    from xlcredit.books.package import Package

LARGEST_TABLE = 1 << 27
"""Cells of a table, blank ones included."""


@dataclass(frozen=True)
class Body:
    """The body of a table as read.

    Attributes:
        frame: columns = headers, one row a body row.
        uncalculated: header -> formulas without a stored result (written by programs that do not calculate).
        calculated: headers of columns in which a formula stands.
        filled: rows down to the last one in which something other than a formula stands.
    """

    frame: pd.DataFrame
    uncalculated: dict[str, int]
    calculated: frozenset[str]
    filled: int


def read_tables(package: Package, part: str, tables: Sequence[TablePart], words: Vocabulary) -> list[Body]:
    """The bodies of some tables of one sheet, in the order given.

    Raises:
        BookError: the sheet cannot be read.
    """
    for table in tables:
        if table.body.rows * table.body.columns > LARGEST_TABLE:
            raise BookTooLargeError(path=str(package.path), part=table.name)
    try:
        return _read(package, part, tables, words, plainly=False)
    except NotPlainError:
        pass
    try:
        return _read(package, part, tables, words, plainly=True)
    except NotPlainError as error:
        raise DamagedBookError(path=str(package.path), part=part, reason="rows") from error


def _read(
    package: Package, part: str, tables: Sequence[TablePart], words: Vocabulary, *, plainly: bool
) -> list[Body]:
    parts = [[ColumnParts() for _ in table.columns] for table in tables]
    with stream_sheet(package, part, plainly=plainly) as pieces:
        for piece in pieces:
            if isinstance(piece, Stretch):
                for table, columns in zip(tables, parts, strict=True):
                    _read_stretch(piece, table, columns, words)
    return [_body(table, columns) for table, columns in zip(tables, parts, strict=True)]


def _body(table: TablePart, columns: list[ColumnParts]) -> Body:
    height = max(table.body.rows, 0)
    series = {header: column.to_series(height) for header, column in zip(table.headers, columns, strict=True)}
    uncalculated = {
        header: column.uncalculated
        for header, column in zip(table.headers, columns, strict=True)
        if column.uncalculated
    }
    calculated = frozenset(
        header for header, column in zip(table.headers, columns, strict=True) if column.formulas
    )
    filled = max((column.last_typed for column in columns), default=-1) + 1
    return Body(pd.DataFrame(series, copy=False), uncalculated, calculated, filled)


def _read_stretch(stretch: Stretch, table: TablePart, columns: list[ColumnParts], words: Vocabulary) -> None:
    body = table.body
    cells = stretch.between((body.first_row, body.last_row), (body.first_column, body.last_column))
    cells = cells[~stretch.is_closed[cells]]
    if not len(cells):
        return
    number = (stretch.columns[cells] - body.first_column).astype(np.int16)
    order = np.argsort(number, kind="stable")
    bounds = np.searchsorted(number[order], np.arange(body.columns + 1))
    found = Cells(stretch, cells[order], words, body.first_row)
    for column, start, stop in zip(columns, bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        if start < stop:
            found.put_into(column, slice(start, stop))
