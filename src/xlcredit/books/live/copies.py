"""Copies of a workbook open in Excel, kept beside its file like those of a closed one, and what they hold."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from xlcredit.books.backup import add_version
from xlcredit.books.errors import TotalsRowError
from xlcredit.books.live.changes import Block, TableChange, find_change, standing
from xlcredit.books.live.errors import SheetsGoneError
from xlcredit.books.live.layout import live_layout
from xlcredit.books.references import Range
from xlcredit.books.replacing import writing_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from xlcredit.books.layout import Layout, TablePart
    from xlcredit.books.live.cells import Column
    from xlcredit.books.live.com import Com

_NO_MACROS = 3
_NO_LINKS = 0


def keep_copy(workbook: Com, path: Path) -> None:
    """Keep the workbook as it stands, unsaved changes included.

    Raises:
        DiskFullError, FolderReadOnlyError, WriteFailedError.
    """

    def write(target: Path) -> None:
        draft = target.with_name(f".{target.stem}.tmp{target.suffix}")
        try:
            workbook.SaveCopyAs(str(draft))
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)

    with writing_to(path):
        add_version(path, write)


@contextmanager
def _opened(application: Com, path: Path) -> Iterator[Com]:
    """A copy, open for reading without running its macros; the workbook that was in front comes back there."""
    in_front, security = application.ActiveWorkbook, application.AutomationSecurity
    application.AutomationSecurity = _NO_MACROS
    try:
        copy = application.Workbooks.Open(str(path), _NO_LINKS, True)  # noqa: FBT003  read-only
    finally:
        application.AutomationSecurity = security
    try:
        yield copy
    finally:
        copy.Close(False)  # noqa: FBT003  without saving
        if in_front is not None:
            in_front.Activate()


def changes_back_to(copy: Path, workbook: Com, layout: Layout) -> list[TableChange]:
    """What has to change in a workbook so that its tables hold what they held in a copy.

    Columns go by their headers; columns that only one of the two has are left alone, and tables that only the
    workbook has.

    Args:
        copy: a version that was kept.
        workbook: the COM object.
        layout: of the workbook, as it stands.

    Raises:
        SheetsGoneError: the copy has tables that the workbook lacks.
    """
    with _opened(workbook.Application, copy) as opened:
        known = {table.name.casefold(): table for table in live_layout(opened).tables}
        _refuse_gone(known, layout, copy)
        pairs = [
            (table, known[table.name.casefold()]) for table in layout.tables if table.name.casefold() in known
        ]
        contents = [
            (table, old, standing(opened.Worksheets.Item(old.sheet), old.body))
            for table, old in pairs
            if old.body.rows
        ]
    return [
        find_change(workbook.Worksheets.Item(table.sheet), table, *_blocks_back(table, old, columns))
        for table, old, columns in contents
    ]


def _refuse_gone(known: Mapping[str, TablePart], layout: Layout, copy: Path) -> None:
    here = {table.name.casefold() for table in layout.tables}
    gone = [table.sheet for name, table in known.items() if name not in here]
    if gone:
        raise SheetsGoneError(path=str(copy), sheets=", ".join(gone))


def _blocks_back(table: TablePart, old: TablePart, columns: Sequence[Column]) -> tuple[Range, list[Block]]:
    """The table's area as it was, and the blocks that bring its contents back.

    Raises:
        TotalsRowError: a table that ends with a totals row would have to grow or shrink.
    """
    rows, left = old.body.rows, table.body.rows - old.body.rows
    if left and table.totals_rows:
        raise TotalsRowError(sheet=table.sheet, table=table.name)
    first = table.body.first_row
    by_header = dict(zip(old.headers, columns, strict=True))
    blocks = [
        Block(Range(first, number, first + rows - 1, number), (header,), (by_header[header],))
        for number, header in enumerate(table.headers, table.area.first_column)
        if header in by_header
    ]
    if left > 0:
        area = Range(first + rows, table.area.first_column, table.body.last_row, table.area.last_column)
        blank: tuple[Column, ...] = tuple([None] * left for _ in table.headers)
        blocks.append(Block(area, tuple(table.headers), blank, clears=True))
    return table.area.to_row(table.area.last_row - left), blocks
