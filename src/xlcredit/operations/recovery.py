"""Before anything else touches a workbook: what a crash left of a save, sending or issue is completed or undone."""

from __future__ import annotations

from xlcredit.books import Place, book_at, path_of
from xlcredit.books.replacing import remove_leftovers
from xlcredit.operations.journal import left_behind, recover
from xlcredit.operations.sending_events import fold_sending


def recover_interrupted_issue(place: Place) -> tuple[int, int]:
    """Complete or undo the interrupted issue of the workbook at `place`, if there is one; drop half-written saves.

    What a sending has left in its journal comes into the register.

    A workbook open in Excel may have the events in its register without having been saved: it is saved before
    any letter gets its final name.

    Args:
        place: a workbook whose lock this run holds.

    Returns:
        Letters completed and letters removed.
    """
    path = path_of(place).resolve()
    remove_leftovers(path)
    fold_sending(place)
    interrupted = left_behind(path)
    if interrupted is None:
        return 0, 0
    book = book_at(place)
    register = book.read("reminders").get("reminders")
    header = book.headers("reminders").get("reminder_id") if register else None
    issued = frozenset(register.frame[header].dropna().astype("str")) if register and header else frozenset()
    if interrupted.is_committed(issued):
        book.persist()
    return recover(path, issued)
