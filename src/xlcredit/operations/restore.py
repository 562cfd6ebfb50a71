"""Restore: the copy kept before the last change comes back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from xlcredit.books import Place, book_at, open_book, path_of, restore_at
from xlcredit.books.backup import versions
from xlcredit.operations.sending_events import read_register

if TYPE_CHECKING:
    from xlcredit.books import Book


def restore_workbook(place: Place) -> dt.datetime:
    """Put back the newest kept version of the workbook at `place`; the present one is kept in its turn.

    Returns:
        When the version that came back was made.

    Raises:
        XlcreditError: there is no copy, or the file cannot be written; nothing has changed.
    """
    version = restore_at(place)
    return dt.datetime.fromtimestamp(version.stat().st_mtime)  # noqa: DTZ006  the clerk's own wall clock


def letters_forgotten(place: Place) -> list[str]:
    """The reminders that the register has now and would not have after `restore_workbook`.

    Their letters exist, and may have left the house.
    """
    kept = versions(path_of(place))
    if not kept:
        return []
    now, then = (
        _reminders(book) for book in (book_at(place, to_write=False), open_book(kept[0], to_write=False))
    )
    return [reminder for reminder in now if reminder not in set(then)]


def _reminders(book: Book) -> list[str]:
    if not book.has("reminders"):
        return []
    return read_register(book)["reminder_id"].dropna().astype("str").unique().tolist()
