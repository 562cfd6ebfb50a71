"""Propose: which letters are due, written to the sheet `Proposta` for a person to look through.

A proposal changes nothing else: no level, no register. What a person unticks stays unticked while the same
letter is proposed again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from xlcredit.books import Place, held
from xlcredit.core.approval import LETTER, is_outgrown
from xlcredit.core.proposal import Proposal, propose_letters
from xlcredit.operations.opened import Opened, open_for, refuse_unread_day
from xlcredit.operations.rebuilt import rebuilt_update
from xlcredit.operations.recovery import recover_interrupted_issue
from xlcredit.operations.refresh import compute, updates_of
from xlcredit.operations.selection import listed_letters
from xlcredit.operations.sender import sender_findings

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.books import TableUpdate
    from xlcredit.core.assess import Assessment
    from xlcredit.errors import Finding


@dataclass(frozen=True)
class Proposed:
    """What is proposed: the letters (one a customer and currency) and the rows they list."""

    opened: Opened
    assessment: Assessment
    proposal: Proposal
    findings: list[Finding]
    changed: bool


def propose(place: Place, as_of: dt.date | None = None) -> Proposed:
    """Refresh the workbook at `place` and write its sheet of proposed letters.

    Raises:
        DayUnreadableError: the day in the settings is no date; nothing has changed.
        XlcreditError: the file cannot be read or written; nothing has changed.
    """
    with held(place):
        recover_interrupted_issue(place)
        opened = open_for(place, as_of)
        refuse_unread_day(opened)
        assessment, findings = compute(opened)
        proposal = propose_letters(assessment, opened.ledger, opened.policy)
        findings = [*findings, *proposal.findings, *sender_findings(opened, proposal)]
        updates = [
            *updates_of(opened, assessment, findings),
            proposal_update(opened, assessment, proposal.letters),
        ]
        changed = opened.book.save(updates).changed
    return Proposed(opened, assessment, proposal, findings, changed)


def proposal_update(
    opened: Opened,
    assessment: Assessment,
    letters: pd.DataFrame,
    *,
    tick_new: bool = True,
    issued: pd.DataFrame | None = None,
) -> TableUpdate:
    """The sheet of proposed letters: a person's ticks and notes carried over, a tick that was removed stays so.

    Args:
        opened: the workbook, with its sheet as it stands.
        assessment: what is open.
        letters: `Proposal.letters`.
        tick_new: whether letters that are not on the sheet yet are ticked.
        issued: letters (`LETTER`) that have just gone and leave the sheet.
    """
    opened = _without_outgrown(opened, letters)
    known = letters[LETTER].merge(listed_letters(opened)[LETTER], on=LETTER, how="left", indicator=True)
    is_new = (known["_merge"] == "left_only").to_numpy()
    update = rebuilt_update(opened, "proposal", with_level_names(letters, opened), assessment, issued)
    send = opened.book.headers("proposal").get("send")
    assert update.replace is not None  # noqa: S101  a rebuilt table always has its rows
    if send is not None:
        ticks = pd.Series(is_new & tick_new).map({True: _flag(opened, "true"), False: _flag(opened, "false")})
        update.replace[send] = update.replace[send].fillna(ticks)
    return update


def _without_outgrown(opened: Opened, letters: pd.DataFrame) -> Opened:
    """The workbook without the approvals that its sheet bears for less than the letters now ask for."""
    sheet = opened.frames.get("proposal")
    if sheet is None or not (outgrown := is_outgrown(sheet, letters)).any():
        return opened
    approval = ["approved_by", "approved_on"]
    kept = sheet.assign(**{column: sheet[column].mask(outgrown) for column in approval})
    return replace(opened, frames={**opened.frames, "proposal": kept})


def _flag(opened: Opened, key: str) -> str:
    return opened.catalogue.choice("flag", key)


def with_level_names(letters: pd.DataFrame, opened: Opened) -> pd.DataFrame:
    """The letters with the name of their level's kind, in the workbook's language."""
    names = opened.catalogue.choices("level_kind")
    return letters.assign(level_name=letters["kind"].astype("str").map(names).astype("str"))
