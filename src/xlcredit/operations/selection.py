"""Which of the letters due now are issued: those looked at and left ticked, of those asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from xlcredit.core.approval import LETTER, may_approve
from xlcredit.operations.desk.errors import NotEntitledError
from xlcredit.schema import PROPOSAL
from xlcredit.values import empty_table

if TYPE_CHECKING:
    from xlcredit.core.proposal import Proposal
    from xlcredit.operations.opened import Opened


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


def select_letters(  # noqa: PLR0913, PLR0917  each is a choice of the person's
    proposal: Proposal,
    opened: Opened,
    customers: frozenset[str] = frozenset(),
    only_level: int | None = None,
    limit: int | None = None,
    approved_by: str | None = None,
) -> Selection:
    """Choose among the letters due now.

    With a proposal on its sheet, only what stands there goes out: ticked (a blank is no tick), still due, with
    the same residue. Without one, everything that is due does.

    Args:
        proposal: the letters due now, computed afresh.
        opened: the workbook, with its sheet of proposed letters.
        customers: codes to limit to; empty means all.
        only_level: the only letter level; None means all.
        limit: at most so many letters, in the order of the proposal.
        approved_by: who approves now what needs it; None leaves out the letters beside which no approval stands.

    Raises:
        NotEntitledError: the settings name others who may approve.
    """
    approved_by = (approved_by or "").strip() or None
    if approved_by is not None:
        refuse_unentitled(opened, approved_by)
    sheet = seen_letters(opened)
    seen = _asked(sheet, customers, only_level)
    due = _asked(_look(proposal.letters, sheet, _refused(opened)), customers, only_level)
    same = due[due["is_seen"] & due["is_same"]]
    ticked = same[same["is_ticked"]]
    waits = ticked["needs_approval"].astype(bool) & ~ticked["is_approved"].astype(bool)
    blocked = waits & (approved_by is None)
    chosen = ticked[~blocked]
    return Selection(
        chosen if limit is None else chosen.head(limit),
        _dropped(seen, same),
        due[~due["is_seen"]],
        same[~same["is_ticked"]],
        ticked[blocked],
    )


def refuse_unentitled(opened: Opened, name: str) -> None:
    """Refuse an approval by somebody who is not among those named in the settings.

    Raises:
        NotEntitledError
    """
    known = opened.policy.settings.approvers
    if not may_approve(known, name):
        raise NotEntitledError(name=name, known=known)


def approvals(letters: pd.DataFrame, opened: Opened, approved_by: str | None) -> pd.Series:
    """By letter, that it was approved and by whom: the name on the sheet where it counts, else `approved_by`.

    Blank where nobody had to.
    """
    sheet = opened.frames.get("proposal", empty_table(PROPOSAL))
    named = sheet.dropna(subset=LETTER).drop_duplicates(LETTER)[[*LETTER, "approved_by"]]
    found = letters[[*LETTER, "letter", "needs_approval", "is_approved"]].merge(named, on=LETTER, how="left")
    names = found["approved_by"].where(found["is_approved"].astype(bool), approved_by)
    names = names.where(found["needs_approval"].astype(bool))
    told = [None if pd.isna(name) else opened.catalogue.text("desk.approved_by", name=name) for name in names]
    return pd.Series(told, index=found["letter"], dtype="str")


def _asked(letters: pd.DataFrame, customers: frozenset[str], only_level: int | None) -> pd.DataFrame:
    if customers:
        letters = letters[letters["customer_id"].isin(customers)]
    if only_level is not None:
        letters = letters[letters["letter_level"] == only_level]
    return letters


def _look(due: pd.DataFrame, seen: pd.DataFrame, refused: pd.DataFrame) -> pd.DataFrame:
    """The letters due, with whether they stand on the sheet, with the same residue, ticked.

    An empty sheet has seen everything, but those refused.
    """
    if seen.empty:
        is_refused = (
            due[LETTER].merge(refused[LETTER], on=LETTER, how="left", indicator=True)["_merge"] == "both"
        )
        return due.assign(is_seen=True, is_same=True, is_ticked=~is_refused.to_numpy())
    looked = due.merge(seen[[*LETTER, "seen_amount", "ticked"]], on=LETTER, how="left")
    return due.assign(
        is_seen=looked["seen_amount"].notna().to_numpy(),
        is_same=(looked["seen_amount"] == looked["open_amount"]).fillna(value=False).to_numpy(dtype=bool),
        is_ticked=looked["ticked"].fillna(value=False).to_numpy(dtype=bool),
    )


def listed_letters(opened: Opened) -> pd.DataFrame:
    """All letters on the sheet `Proposta`, each once: `LETTER`, seen_amount (blank where it only stays), ticked."""
    sheet = opened.frames.get("proposal", empty_table(PROPOSAL)).dropna(subset=LETTER)
    first = sheet.sort_values("open_amount", na_position="last", kind="stable").drop_duplicates(LETTER)
    return first.sort_index().rename(columns={"send": "ticked", "open_amount": "seen_amount"})


def seen_letters(opened: Opened) -> pd.DataFrame:
    """The letters proposed on the sheet `Proposta`: `LETTER`, seen_amount, ticked."""
    return listed_letters(opened).dropna(subset=["seen_amount"])


def _refused(opened: Opened) -> pd.DataFrame:
    """The letters without a tick that only stay on the sheet."""
    listed = listed_letters(opened)
    return listed[listed["seen_amount"].isna() & ~listed["ticked"].fillna(value=False).astype(bool)]


def _dropped(seen: pd.DataFrame, same: pd.DataFrame) -> pd.DataFrame:
    """The ticked rows of the sheet that are no longer due as they stand there."""
    ticked = seen[seen["ticked"].fillna(value=False).astype(bool)]
    still = ticked[LETTER].merge(same[LETTER], on=LETTER, how="left", indicator=True)["_merge"] == "both"
    return ticked[~still.to_numpy()]
