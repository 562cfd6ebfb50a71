"""A workbook of ours that lost a sheet or a header is refused before anything is computed from what is left.

A promise that nobody reads holds nothing, and settings without their column are the package's: letters would go
that must not. Held to this are workbooks that have most of our tables under our own names (`xlc_...`): those had all
of them once. A team's own workbook has what it has.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from xlcredit.books.recognise import PREFIX
from xlcredit.errors import Finding, XlcreditError
from xlcredit.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlcredit.books import Book, RawTable
    from xlcredit.catalogue import Catalogue
    from xlcredit.tables import Column

NEEDED = (
    "customers", "payments", "allocations", "reminders", "contacts", "promises", "disputes", "plans", "case_files",
    "levels", "rates", "exchange_rates", "settings", "proposal", "decisions",
)  # fmt: skip
"""Tables beside the ledger in which a person types what a rule reads."""

_READ_BY_RULES = frozenset({"references", "factor", "cycle", "value"})
"""Columns of text that are no remark for people: rules read them."""


class SheetsLostError(XlcreditError):
    """Sheets of the workbook have gone."""

    code = "sheets-lost"


class ColumnsLostError(XlcreditError):
    """Columns of a table have gone, or bear another header."""

    code = "columns-lost"


def renamed_columns(book: Book, raw: Mapping[str, RawTable]) -> list[Finding]:
    """Computed columns that seem to bear a header of somebody's own: what they show is not brought up to date.

    A computed column may be taken out. That it was renamed shows in a header that nobody knows at its place, after
    the column that stands before it in our tables.
    """
    return [
        Finding("column-renamed", table.key, column.key, facts={"sheet": table.sheet, "header": header})
        for table in filter(_is_ours, raw.values())
        for before, column in pairwise(TABLES[table.key].columns)
        if column.role == "computed" and (header := _stranger_after(before, column, table, book))
    ]


def _stranger_after(before: Column, column: Column, table: RawTable, book: Book) -> str | None:
    """The unknown header that stands after the column `before`, where `column` is missing."""
    known = book.headers(table.key)
    if column.key in known or before.key not in known:
        return None
    after = dict(pairwise(table.headers)).get(known[before.key])
    return None if after in known.values() else after


def _is_ours(table: RawTable) -> bool:
    return table.name.casefold() == f"{PREFIX}{table.key}"


def require_intact(book: Book, raw: Mapping[str, RawTable], words: Catalogue) -> None:
    """Refuse a workbook of ours in which a table or a column that rules read has gone.

    Args:
        book: the workbook.
        raw: its tables as read, the ledger among them.
        words: of its language.

    Raises:
        SheetsLostError, ColumnsLostError.
    """
    ours = list(filter(_is_ours, raw.values()))
    if 2 * len(ours) < len(TABLES):
        return
    lost = [words.sheet(key) for key in NEEDED if key not in raw]
    if lost:
        raise SheetsLostError(path=str(book.path), sheets=", ".join(lost))
    for table in ours:
        gone = [column.key for column in _gone(table.key, book)]
        if gone:
            headers = ", ".join(words.header(table.key, column) for column in gone)
            raise ColumnsLostError(path=str(book.path), sheet=table.sheet, columns=headers)


def _gone(key: str, book: Book) -> list[Column]:
    """What rules read, and in a rebuilt table also what its lines are known by."""
    known, table = book.headers(key), TABLES[key]
    needed = [column for column in table.columns if column.key in table.matched_by or _is_read(column)]
    return [column for column in needed if column.key not in known]


def _is_read(column: Column) -> bool:
    """Whether a rule reads the column; remarks and addresses are for people, what is computed is for show."""
    if column.role == "computed":
        return False
    return column.required or column.type not in {"text", "id"} or column.key in _READ_BY_RULES
