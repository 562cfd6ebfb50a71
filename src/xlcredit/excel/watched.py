"""A book that tells the desk how far it is, and stops at Esc as long as nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from xlcredit.books.book import Book, RawTable
    from xlcredit.books.saving import SaveReport
    from xlcredit.books.updates import TableUpdate
    from xlcredit.excel.desk import Desk


class Watched:
    """A book, watched: reading, computing, writing and saving are shown as steps."""

    def __init__(self, book: Book, desk: Desk) -> None:
        self._book = book
        self._desk = desk

    @property
    def path(self) -> Path:
        """The file on disk that the workbook is kept in."""
        return self._book.path

    @property
    def language(self) -> str:
        """The language in which its sheets and headers are written."""
        return self._book.language

    def reopened(self, *, to_write: bool = True) -> Book:
        """The same workbook as it stands now, watched as well."""
        return Watched(self._book.reopened(to_write=to_write), self._desk)

    def held(self) -> AbstractContextManager[None]:
        """Hold the workbook against other runs."""
        return self._book.held()

    def has(self, key: str) -> bool:
        """Whether the workbook has the table `key`."""
        return self._book.has(key)

    def headers(self, key: str) -> dict[str, str]:
        """Schema key of the column -> header in the workbook."""
        return self._book.headers(key)

    def read(self, *keys: str) -> dict[str, RawTable]:
        """The tables `keys`; when the ledger is among them, computing begins."""
        if "invoices" not in keys:
            return self._book.read(*keys)
        self._desk.step("reading", 10)
        tables = self._book.read(*keys)
        self._desk.step("computing", 30)
        return tables

    def save(self, updates: Sequence[TableUpdate]) -> SaveReport:
        """Write the updates; until here Esc stops everything."""
        self._desk.step("writing", 70)
        return self._book.save(updates)

    def persist(self) -> None:
        """Make durable what was written."""
        self._desk.show("saving", 90)
        self._book.persist()

    def restore(self) -> Path:
        """Put the newest kept version in place."""
        self._desk.show("restoring", 50)
        return self._book.restore()
