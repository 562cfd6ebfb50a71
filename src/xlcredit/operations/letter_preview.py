"""Preview: one letter as it would go, in a file that counts for nothing; the workbook is only read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlcredit.books import Place, path_of
from xlcredit.core.approval import LETTER
from xlcredit.core.proposal import propose_letters
from xlcredit.errors import XlcreditError
from xlcredit.operations.letter_files import Letter, plan_letters, write_letters
from xlcredit.operations.opened import open_for
from xlcredit.operations.refresh import compute
from xlcredit.operations.selection import seen_letters

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from xlcredit.core.proposal import Proposal
    from xlcredit.operations.opened import Opened


class LetterNotDueError(XlcreditError):
    """No such letter is due on the workbook's day: paid, held or changed since it was proposed."""

    code = "letter-not-due"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A letter as the sheet of proposed letters names it."""

    customer_id: str
    currency: str
    letter_level: int


def preview_letter(place: Place, folder: Path, wanted: Wanted | None = None) -> Letter:
    """Write one letter that is due into `folder`; nothing is registered.

    Args:
        place: a closed workbook or one open in Excel.
        folder: that receives `<date>/<level>/<letter>.docx`.
        wanted: which letter; None takes the first of the sheet of proposed letters, else the first due.

    Returns:
        The letter, its `target` written.

    Raises:
        LetterNotDueError: it is not due, or none is.
        XlcreditError: the workbook or the template cannot be used.
    """
    opened = open_for(place, to_write=False)
    assessment, _ = compute(opened)
    proposal = propose_letters(assessment, opened.ledger, opened.policy)
    chosen = _chosen(proposal, opened, wanted)
    letters = plan_letters(path_of(place), opened, chosen, folder)
    write_letters(letters, opened, assessment, proposal)
    letter = letters[0]
    letter.temporary.replace(letter.target)
    return letter


def _chosen(proposal: Proposal, opened: Opened, wanted: Wanted | None) -> pd.DataFrame:
    """The one row of the letters due that is wanted."""
    letters = proposal.letters
    if wanted is not None:
        asked = (wanted.customer_id, wanted.currency, wanted.letter_level)
        letters = letters[(letters[LETTER] == list(asked)).all(axis=1)]
    elif not (seen := seen_letters(opened)).empty:
        letters = seen[LETTER].merge(letters, on=LETTER)
    if letters.empty:
        raise LetterNotDueError(customer=wanted.customer_id if wanted else "-", as_of=opened.as_of)
    return letters.head(1)
