"""A workbook as named frames: a closed file, or one open in Excel, read fast and written without losing anything."""

from __future__ import annotations

from xlcredit.books.book import Book, RawTable
from xlcredit.books.closed import ClosedBook, open_book
from xlcredit.books.in_the_way import ReplacedFormula
from xlcredit.books.place import Place, book_at, held, path_of, restore_at
from xlcredit.books.restoring import restore
from xlcredit.books.saving import SaveReport
from xlcredit.books.updates import TableUpdate

__all__ = [
    "Book",
    "ClosedBook",
    "Place",
    "RawTable",
    "ReplacedFormula",
    "SaveReport",
    "TableUpdate",
    "book_at",
    "held",
    "open_book",
    "path_of",
    "restore",
    "restore_at",
]
