"""A workbook that is open in Excel: whole tables read and written, each block of cells by one call.

The number of calls depends on the sheets, tables and columns, never on the rows. A change is made as a whole or
not at all, after a copy of the workbook was kept; what is the same is not written, so that a second refresh leaves
even Excel's own "saved" as it was.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from xlcredit.books.backup import versions
from xlcredit.books.book import RawTable, raw_table
from xlcredit.books.errors import NoBackupError
from xlcredit.books.live.cells import Formula, are_dates, columns_of, has_numbers, to_series
from xlcredit.books.live.changes import TableChange, blocks_of, find_change, standing
from xlcredit.books.live.com import Patient, codes_of, reason_of, told
from xlcredit.books.live.copies import changes_back_to, keep_copy
from xlcredit.books.live.errors import NotSavedError
from xlcredit.books.live.filters import Filters
from xlcredit.books.live.layout import live_layout
from xlcredit.books.live.quiet import quiet
from xlcredit.books.live.refusals import refuse_change
from xlcredit.books.live.unsuitable import file_of, refuse_unsuitable
from xlcredit.books.live.writing import Undo, write_changes
from xlcredit.books.lock import locked
from xlcredit.books.recognise import known_headers, language_of, mapped_headers, recognise_tables
from xlcredit.books.references import Range
from xlcredit.books.saving import SaveReport
from xlcredit.books.styles import is_date_format
from xlcredit.books.updates import find_table, plan_patch, updates_by_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from xlcredit.books.layout import Layout, TablePart
    from xlcredit.books.live.cells import Column
    from xlcredit.books.live.com import Com
    from xlcredit.books.updates import TableUpdate


class LiveBook:
    """A workbook that is open in Excel.

    Args:
        workbook: the COM object of Excel's `Workbook`; xlwings has it as `book.api`.

    What is where is looked up once and stays known until `reopened`; contents are read each time.
    """

    def __init__(self, workbook: Com) -> None:
        self._workbook = Patient(workbook)
        self._undo, self._filters = Undo(), Filters((), "")

    @cached_property
    def path(self) -> Path:
        """The file that the workbook is kept in."""
        with told("Excel"):
            return file_of(self._workbook)

    @cached_property
    def layout(self) -> Layout:
        """Its sheets and tables."""
        with told(self.path):
            return live_layout(self._workbook)

    @cached_property
    def tables(self) -> dict[str, TablePart]:
        """Schema key -> Excel Table, for those recognised."""
        return recognise_tables(self.layout)

    @cached_property
    def language(self) -> str:
        """The language in which its sheets and headers are written."""
        return language_of(self.layout, self.tables)

    def reopened(self, *, to_write: bool = True) -> LiveBook:
        """The workbook as it stands now.

        Raises:
            LiveBookError: it cannot be saved, and that is asked for.
        """
        if to_write:
            self._refuse_unsuitable()
        return LiveBook(self._workbook)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the workbook against other runs, of this Excel and of the command line.

        Raises:
            LiveBookError: it cannot be saved.
            BookInUseError: another run holds it.
        """
        self._refuse_unsuitable()
        with locked(self.path):
            yield

    def _refuse_unsuitable(self) -> None:
        with told(self.path):
            refuse_unsuitable(self._workbook)

    def has(self, key: str) -> bool:
        """Whether the workbook has the table `key`."""
        return key in self.tables

    def headers(self, key: str) -> dict[str, str]:
        """Schema key of the column -> header in the workbook; empty when it lacks the table."""
        if key not in self.tables:
            return {}
        return known_headers(key, self.tables[key].headers, self.language, self._column_map)

    @cached_property
    def _column_map(self) -> Mapping[str, Mapping[str, str]]:
        """Table -> column -> header, as the table `Mappa colonne` has them."""
        return mapped_headers(self.read("column_map").get("column_map"))

    def read(self, *keys: str) -> dict[str, RawTable]:
        """The tables `keys`, those that the workbook has.

        Raises:
            LiveBookError: Excel is busy, was closed, or refused.
        """
        with told(self.path):
            return {key: self._read(key) for key in keys if key in self.tables}

    def _read(self, key: str) -> RawTable:
        table = self.tables[key]
        body, sheet = table.body, self._sheet(table)
        if body.rows < 1:
            columns: list[Column] = [[] for _ in table.columns]
        else:
            columns = columns_of(sheet.Range(str(body)).Value2)
        series = {
            header: self._series(sheet, Range(body.first_row, number, body.last_row, number), column)
            for number, (header, column) in enumerate(
                zip(table.headers, columns, strict=True), body.first_column
            )
        }
        return raw_table(key, table, pd.DataFrame(series, copy=False), {}, self._calculated(table))

    def _calculated(self, table: TablePart) -> frozenset[str]:
        """Headers of columns in which a formula stands; one call for a table without any."""
        body, sheet = table.body, self._sheet(table)
        if body.rows < 1 or sheet.Range(str(body)).HasFormula is False:
            return frozenset()
        columns = (
            Range(body.first_row, number, body.last_row, number)
            for number in range(body.first_column, body.last_column + 1)
        )
        return frozenset(
            header
            for header, column in zip(table.headers, columns, strict=True)
            if sheet.Range(str(column)).HasFormula is not False
        )

    def _series(self, sheet: Com, area: Range, column: Column) -> pd.Series[Any]:
        """A column; its numbers are dates where the cells show them as such."""
        if not has_numbers(column):
            return to_series(column, is_date=False, from_1904=False)
        cells = sheet.Range(str(area))
        shown = cells.NumberFormat
        is_date = are_dates(cells.Value) if shown is None else is_date_format(shown)
        return to_series(column, is_date=is_date, from_1904=self.layout.counts_from_1904)

    def save(self, updates: Sequence[TableUpdate]) -> SaveReport:
        """Write the updates into the workbook; when no cell changes, nothing is written and no copy is kept.

        Raises:
            BookError: they cannot be written; the tables are as they were.
        """
        with told(self.path):
            changes = self._changes(updates)
            self._apply(changes)
        replaced = tuple(
            found
            for change in changes
            for piece in change.pieces
            for found in piece.replaced(change.table.name)
        )
        return SaveReport(changed=any(changes), replaced_formulas=replaced)

    def persist(self) -> None:
        """Save the workbook.

        Raises:
            NotSavedError: Excel could not; what the last `save` wrote is taken back.
        """
        with told(self.path), quiet(self._workbook.Application):
            if self._workbook.Saved and not self._undo.steps:
                return
            try:
                self._workbook.Save()
            except Exception as error:
                if not codes_of(error):
                    raise
                self._take_back(reason_of(error), error)
            if not self._workbook.Saved:
                self._take_back("", None)
        self._undo = Undo()

    def _take_back(self, reason: str, error: Exception | None) -> None:
        self._put_back()
        raise NotSavedError(path=str(self.path), reason=reason) from error

    def restore(self) -> Path:
        """Put back, in place, what the tables held before the last change; done twice, it undoes itself.

        Returns:
            The copy that was put back.

        Raises:
            NoBackupError: no copy is kept that differs.
            BookError: it cannot be put back; the tables are as they were.
        """
        with self.held(), told(self.path), quiet(self._workbook.Application):
            layout = live_layout(self._workbook)
            for version in versions(self.path):
                changes = changes_back_to(version, self._workbook, layout)
                if any(changes):
                    self._apply(changes)
                    return version
        raise NoBackupError(path=str(self.path))

    def _apply(self, changes: Sequence[TableChange]) -> None:
        """Make the changes there are, after a copy was kept."""
        wanted = [change for change in changes if change]
        self._undo = Undo()
        if not wanted:
            return
        for change in wanted:
            refuse_change(self._sheet(change.table), change, self.path)
        listed = [self._sheet(change.table).ListObjects.Item(change.table.name) for change in wanted]
        with quiet(self._workbook.Application):
            self._filters = Filters(listed, self.path)
            self._write(wanted)
        for name in ("layout", "tables", "_column_map"):
            self.__dict__.pop(name, None)

    def _write(self, changes: Sequence[TableChange]) -> None:
        """Keep a copy and write, or leave everything as it was."""
        try:
            self._filters.lift()
            keep_copy(self._workbook, self.path)
            write_changes(self._workbook, changes, self._undo)
            self._filters.put_back()
        except BaseException:
            self._put_back()
            raise

    def _put_back(self) -> None:
        """Undo what was written last; not with rows hidden by a filter."""
        self._filters.lift()
        self._undo.run(self._workbook.Application)
        self._filters.put_back()

    def _changes(self, updates: Sequence[TableUpdate]) -> list[TableChange]:
        """What the updates change; tables that only grow come last, as a register's new rows are its commit."""
        listed = updates_by_table(updates, lambda name: find_table(name, self.tables, self.layout, self.path))
        listed.sort(key=lambda item: item[1].append is not None)
        return [self._change(table, update) for table, update in listed]

    def _change(self, table: TablePart, update: TableUpdate) -> TableChange:
        filled = 0 if update.append is None else self._filled(table)
        patch = plan_patch(table, update, filled, from_1904=self.layout.counts_from_1904)
        return find_change(self._sheet(table), table, patch.new_area, blocks_of(patch))

    def _filled(self, table: TablePart) -> int:
        """Rows of the body down to the last one in which something other than a formula stands."""
        columns = standing(self._sheet(table), table.body)
        for row in range(table.body.rows, 0, -1):
            if any(
                column[row - 1] is not None and not isinstance(column[row - 1], Formula) for column in columns
            ):
                return row
        return 0

    def _sheet(self, table: TablePart) -> Com:
        return self._workbook.Worksheets.Item(table.sheet)
