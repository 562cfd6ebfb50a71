"""The journal of an issue: what makes letters and register one change, whatever instant a crash comes at.

An issue writes, in this order: the journal; the letters under temporary names; the register events, in one
save of the workbook (the commit point); the letters' final names; then it removes the journal. `recover` finds a
journal that was left behind and asks the register which side of the commit point the crash fell on: with the
events there, the remaining letters get their final names; without them, the temporary letters go.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlcredit.errors import XlcreditError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class LettersUnreachableError(XlcreditError):
    """An interrupted issue cannot be completed: the folder of its letters is not there."""

    code = "letters-unreachable"


class LetterExistsError(XlcreditError):
    """A letter's final name is taken by another file: nothing is overwritten."""

    code = "letter-exists"


@dataclass(frozen=True, slots=True)
class Pending:
    """A file between its temporary and its final name.

    Attributes:
        temporary: where it is written.
        final: where it belongs.
        reminder_id: the register's id of the letter; empty for the index workbook.
    """

    temporary: str
    final: str
    reminder_id: str = ""


def journal_path(book: Path) -> Path:
    """Where the journal of an issue of `book` stands: beside it, hidden."""
    return book.with_name(f".{book.name}.emissione.json")


def open_journal(book: Path, pending: Sequence[Pending]) -> Path:
    """Write the journal, durably, before any letter is written."""
    path = journal_path(book)
    draft = path.with_suffix(".tmp")
    with draft.open("w", encoding="utf-8") as file:
        json.dump({"files": [asdict(entry) for entry in pending]}, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)
    return path


def finish(pending: Iterable[Pending]) -> None:
    """Give every written file its final name; what already has it is left alone.

    Raises:
        LetterExistsError: a final name is taken by another file.
    """
    folders = set()
    for entry in pending:
        _rename_without_overwriting(Path(entry.temporary), Path(entry.final))
        folders.add(Path(entry.final).parent)
    for folder in folders:
        sync_folder(folder)


def _rename_without_overwriting(temporary: Path, final: Path) -> None:
    """Rename, atomically and refusing a taken name; a link left by a crash half-way is finished."""
    if not temporary.exists():
        return
    if final.exists():
        if not final.samefile(temporary):
            raise LetterExistsError(path=str(final))
    else:
        try:
            os.link(temporary, final)
        except FileExistsError as error:
            raise LetterExistsError(path=str(final)) from error
        except OSError:  # file systems without links: Windows refuses a taken name by itself
            temporary.rename(final)
            return
    temporary.unlink()


def undo(pending: Iterable[Pending]) -> None:
    """Remove the temporary files, and the folders that only they had made."""
    for entry in pending:
        temporary = Path(entry.temporary)
        temporary.unlink(missing_ok=True)
        for folder in (temporary.parent, temporary.parent.parent):
            with contextlib.suppress(OSError):
                folder.rmdir()  # refuses a folder with anything in it


def close_journal(book: Path) -> None:
    """The issue is complete, or completely undone."""
    journal_path(book).unlink(missing_ok=True)
    sync_folder(book.parent)


def left_behind(book: Path) -> list[Pending] | None:
    """The entries of an interrupted issue of `book`; None when there is none."""
    journal_path(book).with_suffix(".tmp").unlink(missing_ok=True)
    path = journal_path(book)
    if not path.exists():
        return None
    return [Pending(**entry) for entry in json.loads(path.read_text("utf-8"))["files"]]


def recover(book: Path, issued: frozenset[str]) -> tuple[int, int]:
    """Complete or undo an interrupted issue of `book`.

    Args:
        book: the workbook's path.
        issued: reminder ids that have an event in its register.

    Returns:
        How many letters got their final name, and how many were removed. Both 0 when nothing was interrupted.

    Raises:
        LettersUnreachableError: the folder of the letters is missing; nothing has changed.
    """
    pending = left_behind(book)
    if pending is None:
        return 0, 0
    letters = [entry for entry in pending if entry.reminder_id]
    committed = any(entry.reminder_id in issued for entry in letters)
    waiting = [entry for entry in letters if Path(entry.temporary).exists()]
    if committed:
        _refuse_unreachable(letters)
        finish(pending)
    else:
        undo(pending)
    close_journal(book)
    return (len(waiting), 0) if committed else (0, len(waiting))


def _refuse_unreachable(letters: Sequence[Pending]) -> None:
    for entry in letters:
        if not Path(entry.final).parent.exists():
            raise LettersUnreachableError(path=str(Path(entry.final).parent), count=len(letters))


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` durable, where the system can (not on Windows)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
