"""A workbook that no program has open: tables read fast, cells written without losing anything else."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from xlcredit.books.book import RawTable, raw_table
from xlcredit.books.cells import Vocabulary
from xlcredit.books.layout import Layout, SheetPart, TablePart, read_layout
from xlcredit.books.lock import locked
from xlcredit.books.owner import refuse_open
from xlcredit.books.package import Package, open_package
from xlcredit.books.reader import Body, read_tables
from xlcredit.books.recognise import known_headers, language_of, mapped_headers, recognise_tables
from xlcredit.books.restoring import restore
from xlcredit.books.saving import SaveReport, SheetChange, save_changes
from xlcredit.books.strings import shared_strings
from xlcredit.books.styles import date_styles
from xlcredit.books.updates import TableUpdate, find_table, plan_patch, updates_by_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager


class ClosedBook:
    """A workbook on disk.

    Attributes:
        path: the file, links followed.
        layout: its sheets and tables.
        tables: schema key -> Excel Table, for those recognised.
        language: in which its sheets and headers are written.
    """

    def __init__(self, package: Package) -> None:
        self.path = package.path
        self._load(package)

    def _load(self, package: Package) -> None:
        self._package = package
        self.layout: Layout = read_layout(package)
        self.tables: dict[str, TablePart] = recognise_tables(self.layout)
        self.language: str = language_of(self.layout, self.tables)
        self._bodies: dict[str, Body] = {}
        for name in ("_vocabulary", "_column_map"):
            self.__dict__.pop(name, None)

    def reopened(self, *, to_write: bool = True) -> ClosedBook:
        """The book as its file now is (see `open_book`)."""
        return open_book(self.path, to_write=to_write)

    def held(self) -> AbstractContextManager[None]:
        """Hold the file against other runs (see `locked`)."""
        return locked(self.path)

    def has(self, key: str) -> bool:
        """Whether the workbook has the table `key`."""
        return key in self.tables

    def headers(self, key: str) -> dict[str, str]:
        """Schema key of the column -> header in the file; empty when the workbook lacks the table.

        A header counts when it is the catalogue's in either language, without regard to case and spaces, or
        when the table `Mappa colonne` names it.
        """
        if key not in self.tables:
            return {}
        return known_headers(key, self.tables[key].headers, self.language, self._column_map)

    def read(self, *keys: str) -> dict[str, RawTable]:
        """The tables `keys`, those that the workbook has, each sheet passed over once.

        Raises:
            BookError: the file cannot be read.
        """
        wanted = [key for key in keys if key in self.tables]
        by_sheet: dict[str, list[str]] = defaultdict(list)
        for key in wanted:
            if key not in self._bodies:
                by_sheet[self.tables[key].sheet].append(key)
        for sheet, missing in by_sheet.items():
            tables = [self.tables[key] for key in missing]
            part = next(found.part for found in self.layout.sheets if found.name == sheet)
            bodies = read_tables(self._package, part, tables, self._vocabulary)
            self._bodies |= dict(zip(missing, bodies, strict=True))
        return {key: self._raw(key) for key in wanted}

    def save(self, updates: Sequence[TableUpdate]) -> SaveReport:
        """Write the updates into the file; when no byte of a sheet changes, nothing is written.

        Afterwards the book stands for the file as it then is.

        Raises:
            BookError: they cannot be written; the file is as it was.
        """
        with locked(self.path):
            report = save_changes(self._package, self.layout, self._changes(updates))
        if report.changed:
            self._load(open_package(self.path))
        return report

    def persist(self) -> None:
        """Nothing is left to do: `save` is durable."""

    def restore(self) -> Path:
        """Put the newest kept version that differs in the file's place (see `restore`)."""
        version = restore(self.path)
        self._load(open_package(self.path))
        return version

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        strings = shared_strings(self._package, self.layout.strings)
        styles = date_styles(self._package, self.layout.styles)
        return Vocabulary(strings, styles, self.layout.counts_from_1904)

    @cached_property
    def _column_map(self) -> Mapping[str, Mapping[str, str]]:
        """Table -> column -> header, as the table `Mappa colonne` has them."""
        return mapped_headers(self.read("column_map").get("column_map"))

    def _raw(self, key: str) -> RawTable:
        body = self._bodies[key]
        return raw_table(key, self.tables[key], body.frame, body.uncalculated, body.calculated)

    def _changes(self, updates: Sequence[TableUpdate]) -> list[SheetChange]:
        by_sheet: dict[str, list[tuple[TablePart, TableUpdate]]] = defaultdict(list)
        for table, update in updates_by_table(updates, self._find):
            by_sheet[table.sheet].append((table, update))
        return [
            self._change(sheet, by_sheet[sheet.name])
            for sheet in self.layout.sheets
            if sheet.name in by_sheet
        ]

    def _change(self, sheet: SheetPart, updates: Sequence[tuple[TablePart, TableUpdate]]) -> SheetChange:
        is_1904 = self.layout.counts_from_1904
        patches = [
            (table, plan_patch(table, update, self._filled(table, update), from_1904=is_1904))
            for table, update in updates
        ]
        return SheetChange(sheet, patches)

    def _find(self, name: str) -> TablePart:
        """The table with that schema key or display name.

        Raises:
            TableNotFoundError: there is none.
        """
        return find_table(name, self.tables, self.layout, self.path)

    def _filled(self, table: TablePart, update: TableUpdate) -> int:
        """Rows of the body down to the last one in which something is typed; looked up only to append."""
        if update.append is None:
            return 0
        known = next(
            (
                self._bodies[key]
                for key, found in self.tables.items()
                if found == table and key in self._bodies
            ),
            None,
        )
        if known is None:
            part = self.layout.sheet_of(table).part
            known = read_tables(self._package, part, [table], self._vocabulary)[0]
        return known.filled


def open_book(path: Path | str, *, to_write: bool = True) -> ClosedBook:
    """The closed workbook at `path`, its layout read and nothing else.

    Args:
        path: an .xlsx or .xlsm.
        to_write: refuse a workbook that somebody has open; a reader does not mind.

    Raises:
        BookError: it cannot be read, or somebody has it open.
    """
    path = Path(path).resolve()
    if to_write:
        refuse_open(path)
    return ClosedBook(open_package(path))
