"""Where an operation works: the path of a closed file, or a book that is open already."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlcredit.books.book import Book
from xlcredit.books.closed import open_book
from xlcredit.books.lock import locked
from xlcredit.books.restoring import restore

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

Place = Path | Book


def path_of(place: Place) -> Path:
    """The file on disk."""
    return place if isinstance(place, Path) else place.path


def book_at(place: Place, *, to_write: bool = True) -> Book:
    """The book at `place` as it stands now.

    Args:
        place: a path or a book.
        to_write: refuse a workbook that cannot be written; a reader does not mind.

    Raises:
        BookError: it cannot be read, or not be written.
    """
    if isinstance(place, Path):
        return open_book(place, to_write=to_write)
    return place.reopened(to_write=to_write)


def held(place: Place) -> AbstractContextManager[None]:
    """Hold the workbook against other runs for the time of an operation that changes it.

    Raises:
        BookError: another run holds it, or it cannot be changed.
    """
    return locked(place) if isinstance(place, Path) else place.held()


def restore_at(place: Place) -> Path:
    """Put the newest kept version that differs in place; the version that was put back.

    Raises:
        BookError: there is none, or it cannot be put in place.
    """
    return restore(place) if isinstance(place, Path) else place.restore()
