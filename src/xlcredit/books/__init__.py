"""A workbook as named frames: a closed file read fast and written without losing anything."""

from __future__ import annotations

from xlcredit.books.closed import ClosedBook, RawTable, open_book
from xlcredit.books.in_the_way import ReplacedFormula
from xlcredit.books.restoring import restore
from xlcredit.books.saving import SaveReport
from xlcredit.books.updates import TableUpdate

__all__ = ["ClosedBook", "RawTable", "ReplacedFormula", "SaveReport", "TableUpdate", "open_book", "restore"]
