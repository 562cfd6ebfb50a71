"""The journal of an issue: what makes letters and register one change, whatever instant a crash comes at.

An issue writes, in this order: the journal; the letters under temporary names; the register events, in one
save of the workbook (the commit point); the letters' final names; then it removes the journal. `recover` finds a
journal that was left behind and asks the register which side of the commit point the crash fell on: with the
events there, the remaining letters get their final names; without them, the temporary letters go.
"""

from __future__ import annotations

import contextlib
import filecmp
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlcredit.books.durable import sync_folder
from xlcredit.books.replacing import writing_to
from xlcredit.errors import XlcreditError
from xlcredit.letters.batch import as_letter_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


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
    book = book.resolve()
    return book.with_name(f".{book.name}.emissione.json")


def open_journal(book: Path, pending: Sequence[Pending]) -> Path:
    """Write the journal, durably, before any letter is written.

    Raises:
        LetterExistsError: a final name is taken by another file.
        BookError: the journal cannot be written.
    """
    refuse_taken_names(pending)
    path = journal_path(book)
    draft = path.with_suffix(".tmp")
    files = [asdict(entry) for entry in pending]
    with writing_to(path):
        try:
            with draft.open("w", encoding="utf-8") as file:
                json.dump({"anchor": str(_anchor(pending)), "files": files}, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(path.parent)
    return path


def refuse_taken_names(pending: Iterable[Pending]) -> None:
    """Refuse, before anything is written, a final name that another file has.

    Raises:
        LetterExistsError: with the first such name.
    """
    for entry in pending:
        if os.path.lexists(entry.final):
            raise LetterExistsError(path=entry.final)


def _anchor(pending: Sequence[Pending]) -> Path:
    """The deepest folder above the letters that exists before they are written."""
    return next(folder for folder in Path(pending[0].final).parents if folder.is_dir())


def finish(pending: Iterable[Pending]) -> None:
    """Give every written file its final name; what already has it is left alone.

    Raises:
        LetterExistsError: a final name is taken by another file; the other files have theirs.
        LetterError: the folder cannot be written.
    """
    taken, folders = [], set()
    for entry in pending:
        temporary, final = Path(entry.temporary), Path(entry.final)
        with _naming(final):
            if temporary.exists() and not rename_without_overwriting(temporary, final):
                taken.append(entry.final)
        folders.add(final.parent)
    for folder in folders:
        with _naming(folder):
            sync_folder(folder)
    if taken:
        raise LetterExistsError(path=taken[0])


@contextlib.contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Name what the operating system refuses at `path`."""
    try:
        yield
    except OSError as error:
        raise as_letter_error(path, error) from error


def rename_without_overwriting(temporary: Path, final: Path) -> bool:
    """Rename, atomically; a file that has both names, as a crash half-way leaves it, loses the temporary one.

    Returns:
        False when another file has the name; then nothing has changed.
    """
    if os.path.lexists(final):
        if not (final.is_file() and filecmp.cmp(final, temporary, shallow=False)):
            return False
    else:
        try:
            os.link(temporary, final)
        except FileExistsError:
            return False
        except OSError:  # file systems without links: Windows refuses a taken name by itself
            temporary.rename(final)
            return True
    temporary.unlink()
    return True


def undo(pending: Iterable[Pending]) -> None:
    """Remove the temporary files, and the folders that only they had made."""
    for entry in pending:
        temporary = Path(entry.temporary)
        with _naming(temporary), contextlib.suppress(NotADirectoryError):  # then there is none
            temporary.unlink(missing_ok=True)
        for folder in (temporary.parent, temporary.parent.parent):
            with contextlib.suppress(OSError):
                folder.rmdir()  # refuses a folder with anything in it


def close_journal(book: Path) -> None:
    """The issue is complete, or completely undone."""
    journal_path(book).unlink(missing_ok=True)
    sync_folder(book.parent)


@dataclass(frozen=True, slots=True)
class Journal:
    """An interrupted issue: its files, and the folder that stood above them when it began."""

    anchor: Path
    pending: list[Pending]

    @property
    def letters(self) -> list[Pending]:
        """Its files without the index workbook."""
        return [entry for entry in self.pending if entry.reminder_id]

    def is_committed(self, issued: frozenset[str]) -> bool:
        """Whether one of its letters is among the `issued` reminder ids: then all are."""
        return any(entry.reminder_id in issued for entry in self.letters)


def left_behind(book: Path) -> Journal | None:
    """The interrupted issue of `book`; None when there is none."""
    path = journal_path(book)
    path.with_suffix(".tmp").unlink(missing_ok=True)
    if not path.exists():
        return None
    content = json.loads(path.read_text("utf-8"))
    return Journal(Path(content["anchor"]), [Pending(**entry) for entry in content["files"]])


def recover(book: Path, issued: frozenset[str]) -> tuple[int, int]:
    """Complete or undo an interrupted issue of `book`.

    Args:
        book: the workbook's path.
        issued: reminder ids that have an event in its register.

    Returns:
        How many letters got their final name, and how many were removed. Both 0 when nothing was interrupted.

    Raises:
        LettersUnreachableError: the folder of the letters is missing; nothing has changed.
        LetterExistsError: a letter's name is taken by another file; the letter waits under its temporary one.
    """
    found = left_behind(book)
    if found is None:
        return 0, 0
    pending = found.pending
    letters, committed = found.letters, found.is_committed(issued)
    waiting = [entry for entry in letters if Path(entry.temporary).exists()]
    _refuse_unreachable(
        letters, {Path(entry.final).parent for entry in letters} if committed else {found.anchor}
    )
    if committed:
        finish(pending)
    else:
        undo(pending)
    close_journal(book)
    return (len(waiting), 0) if committed else (0, len(waiting))


def _refuse_unreachable(letters: Sequence[Pending], folders: Iterable[Path]) -> None:
    for folder in sorted(folders):
        if not folder.is_dir():
            raise LettersUnreachableError(path=str(folder), count=len(letters))
