"""Before anything else touches a workbook: what a crash left of a save or of an issue is completed or undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.books import open_book
from xlcredit.books.replacing import remove_leftovers
from xlcredit.operations.journal import left_behind, recover

if TYPE_CHECKING:
    from pathlib import Path


def recover_interrupted_issue(path: Path) -> tuple[int, int]:
    """Complete or undo the interrupted issue of the workbook at `path`, if there is one; drop half-written saves.

    Args:
        path: a workbook whose lock this run holds.

    Returns:
        Letters completed and letters removed.
    """
    path = path.resolve()
    remove_leftovers(path)
    if left_behind(path) is None:
        return 0, 0
    book = open_book(path)
    register = book.read("reminders").get("reminders")
    header = book.headers("reminders").get("reminder_id") if register else None
    issued = frozenset(register.frame[header].dropna().astype("str")) if register and header else frozenset()
    return recover(path, issued)
