"""Demo: the whole tour on the sample company, in a folder of its own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from xlcredit.books.replacing import writing_to
from xlcredit.build.sample import sample_frames
from xlcredit.catalogue import Catalogue
from xlcredit.operations.issue import Issued, Request, issue
from xlcredit.operations.new import new_workbook
from xlcredit.operations.propose import propose
from xlcredit.operations.refresh import Refreshed, refresh

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path


@dataclass(frozen=True)
class Tour:
    """What the tour made: its folder, the workbook, the letters, and what each step found."""

    folder: Path
    book: Path
    letters: Path
    refreshed: Refreshed
    issued: Issued

    @property
    def as_of(self) -> dt.date:
        """The day of the tour."""
        return self.refreshed.assessment.as_of


def run_demo(folder: Path, language: str = "it") -> Tour:
    """Make the sample workbook in `folder`, refresh it, propose letters and issue them.

    Args:
        folder: made when missing; when it has anything in it, the first free `folder-2`, `folder-3` ... is used.
        language: of the workbook; letters follow each customer.

    Raises:
        FolderReadOnlyError, DiskFullError, WriteFailedError: the folder cannot be made.
    """
    with writing_to(folder):
        folder = _free(folder)
        folder.mkdir(parents=True, exist_ok=True)
    book = folder / "CreditControl.xlsm"
    new_workbook(book, language, sample_frames(language))
    propose(book)
    letters = folder / ("lettere" if language == "it" else "letters")
    words = Catalogue(language)
    request = Request(letters, by=words.text("cli.demo_by"), approved_by=words.text("cli.demo_approval"))
    issued = issue(book, request)
    return Tour(folder, book, letters, refresh(book), issued)


def _free(folder: Path) -> Path:
    candidates = (
        folder if number == 1 else folder.with_name(f"{folder.name}-{number}") for number in count(1)
    )
    return next(
        path for path in candidates if not path.exists() or (path.is_dir() and not any(path.iterdir()))
    )
