"""Which of the letters due now are issued: what the person looked at and left ticked, and what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from xlcredit.core.proposal import Proposal
    from xlcredit.operations.opened import Opened

LETTER = ["customer_id", "currency", "letter_level"]
"""What a proposed letter is known by on the sheet `Proposta`."""


@dataclass(frozen=True)
class Selection:
    """The letters to issue, and those left out with the reason.

    Attributes:
        letters: rows of `Proposal.letters` to issue.
        dropped: letters on the sheet that are no longer due as they were looked at (paid, held, changed).
        unseen: letters due now that are not on the sheet.
        unticked: letters that a person does not want sent.
        unapproved: letters at a level that needs approval, without one.
    """

    letters: pd.DataFrame
    dropped: pd.DataFrame
    unseen: pd.DataFrame
    unticked: pd.DataFrame
    unapproved: pd.DataFrame


def select_letters(
    proposal: Proposal,
    opened: Opened,
    customers: frozenset[str] = frozenset(),
    only_level: int | None = None,
    limit: int | None = None,
    approved_by: str | None = None,
) -> Selection:
    """Choose among the letters due now.

    With a proposal on its sheet, only what stands there goes out: ticked, and still due with the same residue.
    Without one, everything that is due does.

    Args:
        proposal: the letters due now, computed afresh.
        opened: the workbook, with its sheet of proposed letters.
        customers: codes to limit to; empty means all.
        only_level: the only letter level; None means all.
        limit: at most so many letters, in the order of the proposal.
        approved_by: who approved the levels that need it; None leaves those letters out.
    """
    due = proposal.letters
    if customers:
        due = due[due["customer_id"].isin(customers)]
    if only_level is not None:
        due = due[due["letter_level"] == only_level]
    seen = _seen(opened)
    nothing = due.iloc[:0]
    dropped = unseen = unticked = nothing
    if len(seen):
        compared = due.merge(seen, on=LETTER, how="left", suffixes=("", "_seen"))
        compared.index = due.index
        unseen = due[compared["open_amount_seen"].isna()]
        same = (compared["open_amount_seen"] == compared["open_amount"]).fillna(value=False)
        ticked = compared["send_seen"].fillna(value=True).astype(bool)
        unticked = due[same & ~ticked]
        dropped = _dropped(seen, proposal.letters[same.reindex(proposal.letters.index, fill_value=True)])
        due = due[same & ticked]
    blocked = due["needs_approval"].astype(bool) & (approved_by is None)
    chosen = due[~blocked]
    return Selection(chosen if limit is None else chosen.head(limit), dropped, unseen, unticked, due[blocked])


def _seen(opened: Opened) -> pd.DataFrame:
    """The filled rows of the sheet `Proposta`."""
    sheet = opened.frames.get("proposal")
    columns = [*LETTER, "send", "open_amount", "customer_name"]
    if sheet is None:
        return pd.DataFrame(columns=columns)
    return sheet[columns].dropna(subset=LETTER).drop_duplicates(LETTER)


def _dropped(seen: pd.DataFrame, due: pd.DataFrame) -> pd.DataFrame:
    """The ticked rows of the sheet that are no longer due as they stand there."""
    still = seen.merge(due[LETTER], on=LETTER, how="left", indicator=True)["_merge"] == "both"
    return seen[~still.to_numpy() & seen["send"].fillna(value=True).astype(bool).to_numpy()]
