"""Propose: which letters are due, written to the sheet `Proposta` for a person to look through.

A proposal changes nothing else: no level, no register. What a person unticks stays unticked while the same
letter is proposed again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlcredit.books.lock import locked
from xlcredit.core.proposal import Proposal, propose_letters
from xlcredit.operations.opened import Opened, open_for
from xlcredit.operations.recovery import recover_interrupted_issue
from xlcredit.operations.refresh import compute, rebuilt_update, updates_of

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import pandas as pd

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


def propose(path: Path, as_of: dt.date | None = None, language: str | None = None) -> Proposed:
    """Refresh the workbook at `path` and write its sheet of proposed letters.

    Raises:
        XlcreditError: the file cannot be read or written; nothing has changed.
    """
    with locked(path):
        recover_interrupted_issue(path)
        opened = open_for(path, as_of, language)
        assessment, findings = compute(opened)
        proposal = propose_letters(assessment, opened.ledger, opened.policy)
        findings = [*findings, *proposal.findings]
        updates = [*updates_of(opened, assessment, findings), proposal_update(opened, proposal.letters)]
        changed = opened.book.save(updates).changed
    return Proposed(opened, assessment, proposal, findings, changed)


def proposal_update(opened: Opened, letters: pd.DataFrame) -> TableUpdate:
    """The sheet of proposed letters: new ones ticked, a person's ticks and notes carried over."""
    update = rebuilt_update(opened, "proposal", with_level_names(letters, opened))
    send = opened.book.headers("proposal")["send"]
    yes = opened.catalogue.choice("flag", "true")
    assert update.replace is not None  # noqa: S101  a rebuilt table always has its rows
    update.replace[send] = update.replace[send].fillna(yes)
    return update


def with_level_names(letters: pd.DataFrame, opened: Opened) -> pd.DataFrame:
    """The letters with the name of their level's kind, in the workbook's language."""
    names = opened.catalogue.choices("level_kind")
    return letters.assign(level_name=letters["kind"].astype("str").map(names).astype("str"))
