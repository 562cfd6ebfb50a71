"""Issue: the proposed letters become Word files and register events, as one change.

The register is the commit point (see `journal`): everything is read and computed again under the lock, so
that a letter goes out only if it is still due as it was looked at; then letters under temporary names, one save
of the workbook with all events, final names. Pressed twice, the second time has nothing to issue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from xlcredit.books import Place, TableUpdate, held, path_of
from xlcredit.core.approval import LETTER
from xlcredit.core.assess import Assessment, assess
from xlcredit.core.proposal import Proposal, propose_letters
from xlcredit.dates import now, today
from xlcredit.errors import XlcreditError
from xlcredit.operations import journal
from xlcredit.operations.index import write_index
from xlcredit.operations.letter_files import Letter, plan_letters, write_letters
from xlcredit.operations.opened import Opened, open_for, refuse_unread_day, require_register
from xlcredit.operations.propose import proposal_update
from xlcredit.operations.recovery import recover_interrupted_issue
from xlcredit.operations.refresh import updates_of
from xlcredit.operations.register import events_appended, issued_events, moment, with_hashes
from xlcredit.operations.selection import Selection, approvals, seen_letters, select_letters
from xlcredit.operations.sender import refuse_without_sender, sender_findings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from xlcredit.errors import Finding


class IssueInTheFutureError(XlcreditError):
    """Letters cannot bear a date that has not come."""

    code = "issue-in-the-future"


class IssueInThePastError(XlcreditError):
    """Letters cannot be dated before the newest one issued: levels would run backwards."""

    code = "issue-in-the-past"


@dataclass(frozen=True)
class Issued:
    """What an issue did, or with `dry_run` would do.

    Attributes:
        opened: the workbook as it was read.
        letters: the letters, in the order of their ids.
        selection: what was asked for and not issued, and why.
        findings: everything wrong with the data.
        index: the index workbook; None when nothing was issued.
        recovered: letters of an interrupted issue that were completed, and removed, before this one.
        pdfs: the PDF files made.
    """

    opened: Opened
    letters: list[Letter]
    selection: Selection
    findings: list[Finding]
    index: Path | None = None
    recovered: tuple[int, int] = (0, 0)
    pdfs: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class Request:
    """What the person asks for.

    Attributes:
        out: the folder that receives `<date>/<level>/<letter>.docx`.
        as_of: the letters' date; None takes the workbook's, else today.
        customers: codes to limit the issue to; empty means all.
        only_level: the only letter level to issue.
        limit: at most so many letters.
        templates: folder of the templates; None takes the one beside the workbook, else the package's.
        by: who issues, for the register.
        approved_by: who approved the levels that need it.
    """

    out: Path
    as_of: dt.date | None = None
    customers: frozenset[str] = frozenset()
    only_level: int | None = None
    limit: int | None = None
    templates: Path | None = None
    by: str | None = None
    approved_by: str | None = None


def preview(place: Place, request: Request) -> Issued:
    """What `issue` would do now; nothing is written."""
    opened = open_for(place, request.as_of)
    due, findings = _due(opened)
    selection = _select(due, opened, request)
    letters = plan_letters(path_of(place), opened, selection.letters, request.out, request.templates)
    return Issued(opened, letters, selection, findings)


def issue(place: Place, request: Request, on_progress: Callable[[int, int], None] | None = None) -> Issued:
    """Issue the proposed letters of the workbook at `place`.

    Args:
        place: a closed workbook or one open in Excel.
        request: what to issue and where.
        on_progress: called with letters written and letters in all.

    Returns:
        The letters issued; an empty list when nothing was due.

    Raises:
        DayUnreadableError, IssueInTheFutureError, IssueInThePastError: the letters' date; nothing has changed.
        SenderIncompleteError: a formal notice would not say who writes; nothing has changed.
        XlcreditError: the workbook, a template or the folder cannot be used; nothing has changed.
    """
    with held(place):
        recovered = recover_interrupted_issue(place)
        opened = open_for(place, request.as_of)
        require_register(opened)
        refuse_wrong_day(opened)
        due, findings = _due(opened)
        selection = _select(due, opened, request)
        letters = plan_letters(path_of(place), opened, selection.letters, request.out, request.templates)
        if not letters:
            return Issued(opened, [], selection, findings, recovered=recovered)
        refuse_without_sender(opened, (letter.kind for letter in letters))
        at = moment(opened.as_of, now())
        approvers = approvals(selection.letters, opened, request.approved_by)
        events = issued_events(opened, due.proposal.rows, letters, request.by, approvers, at)
        index = _commit(place, opened, due, letters, events, on_progress)
    return Issued(opened, letters, selection, findings, index, recovered)


@dataclass(frozen=True)
class Due:
    """The letters due now, with what they were computed from."""

    assessment: Assessment
    proposal: Proposal


def _due(opened: Opened) -> tuple[Due, list[Finding]]:
    assessment = assess(opened.ledger, opened.policy, opened.law, opened.as_of)
    proposal = propose_letters(assessment, opened.ledger, opened.policy)
    told = [*opened.findings, *assessment.findings, *proposal.findings, *sender_findings(opened, proposal)]
    return Due(assessment, proposal), told


def _select(due: Due, opened: Opened, request: Request) -> Selection:
    return select_letters(
        due.proposal, opened, request.customers, request.only_level, request.limit, request.approved_by
    )


def refuse_wrong_day(opened: Opened) -> None:
    """No letter of tomorrow, and none older than the newest one issued.

    Raises:
        DayUnreadableError, IssueInTheFutureError, IssueInThePastError
    """
    refuse_unread_day(opened)
    if opened.as_of > today():
        raise IssueInTheFutureError(as_of=opened.as_of, today=today())
    events = opened.ledger.reminders
    issued = events.loc[events["event"] == "issued", "event_time"]
    if len(issued) and opened.as_of < (newest := issued.max().date()):
        raise IssueInThePastError(as_of=opened.as_of, newest=newest)


def _commit(  # noqa: PLR0913, PLR0917  all that one change needs
    place: Place,
    opened: Opened,
    due: Due,
    letters: list[Letter],
    events: pd.DataFrame,
    on_progress: Callable[[int, int], None] | None,
) -> Path:
    """Letters, register and names as one change; what fails before the save leaves nothing behind."""
    index, index_entry = _index_entry(letters)
    pending = [*(letter.pending for letter in letters), index_entry]
    journal.open_journal(path_of(place), pending)
    try:
        hashes = write_letters(letters, opened, due.assessment, due.proposal, on_progress)
        write_index(Path(index_entry.temporary), letters, opened.catalogue)
        opened.book.save(_updates(opened, with_hashes(events, hashes)))
        opened.book.persist()
    except BaseException:
        recover_interrupted_issue(place)  # asks the register on which side of the save it failed
        raise
    journal.finish(pending)
    journal.close_journal(path_of(place))
    return index


def _index_entry(letters: list[Letter]) -> tuple[Path, journal.Pending]:
    """The index workbook of this issue: named after its letters, so that a later one does not overwrite it."""
    folder = letters[0].target.parent.parent
    first, last = letters[0].reminder_id, letters[-1].reminder_id
    index = folder / (f"indice_{first}.xlsx" if first == last else f"indice_{first}_{last}.xlsx")
    return index, journal.Pending(str(index.with_name(f".{index.name}.tmp")), str(index))


def _updates(opened: Opened, events: pd.DataFrame) -> list[TableUpdate]:
    """The save of an issue: its events, every row as it stands after them, the proposals that are left."""
    reminders = pd.concat([opened.ledger.reminders, events], ignore_index=True).astype(
        opened.ledger.reminders.dtypes
    )
    after = opened.with_reminders(reminders)
    due, findings = _due(after)
    return [
        *updates_of(after, due.assessment, findings),
        events_appended(events, opened.book.headers("reminders"), opened.catalogue),
        *_proposals_left(after, due, events),
    ]


def _proposals_left(after: Opened, due: Due, events: pd.DataFrame) -> list[TableUpdate]:
    """The sheet of proposed letters; one that nobody has looked at comes without a tick."""
    if not after.book.has("proposal"):
        return []
    tick_new, letters = seen_letters(after).empty, due.proposal.letters
    return [proposal_update(after, due.assessment, letters, tick_new=tick_new, issued=events[LETTER])]
