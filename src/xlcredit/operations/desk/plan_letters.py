"""The letters of plans enter the register together with what they tell, as one change (see `operations.journal`).

Their events name the rows without a level of their own: no level advances, and no limitation restarts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.books.place import path_of
from xlcredit.dates import now
from xlcredit.letters import batch
from xlcredit.letters.names import letter_path, safe_name
from xlcredit.letters.template import Template, compile_template
from xlcredit.operations import journal
from xlcredit.operations.desk.agreement import agreement_channel, agreement_facts, kind_of, letter_rows
from xlcredit.operations.issue import refuse_wrong_day
from xlcredit.operations.opened import require_register
from xlcredit.operations.recovery import recover_interrupted_issue
from xlcredit.operations.register import moment, next_reminder_ids
from xlcredit.operations.templates import template_path, templates_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlcredit.books.place import Place
    from xlcredit.operations.desk.agreement import Agreement
    from xlcredit.operations.desk.draft import Draft, Entered

_OF_ROW = ["currency", "document_type", "instalment", "open_amount", "interest", "lump_sum", "total_due"]


@dataclass(frozen=True)
class PlanLetter:
    """A letter of a plan.

    Attributes:
        agreement: the plan.
        kind: of the vocabulary `letter_kind`.
        reminder_id: in the register.
        channel: how it goes; "" when the customer has no address.
        facts: what it says.
        template: to render it with.
        target: its final path.
    """

    agreement: Agreement
    kind: str
    reminder_id: str
    channel: str
    facts: dict[str, Any]
    template: Template
    target: Path

    @property
    def pending(self) -> journal.Pending:
        """Its temporary and final names, for the journal."""
        temporary = self.target.with_name(f".{self.target.name}.tmp")
        return journal.Pending(str(temporary), str(self.target), self.reminder_id)

    @property
    def file(self) -> str:
        """Its path below the folder of the letters, as the register keeps it."""
        return "/".join(self.target.parts[-3:])


def enter_with_letters(
    draft: Draft, place: Place, agreements: Sequence[Agreement], template: str, out: Path
) -> tuple[Entered, list[PlanLetter]]:
    """Write a letter a plan, and make the entry with the letters' events: both or neither.

    Args:
        draft: the entry.
        place: its workbook.
        agreements: the plans.
        template: `plan`, `plan_default` or `plan_reminder`.
        out: the folder that receives the letters.

    Returns:
        The workbook afterwards, and the letters.

    Raises:
        IssueInTheFutureError, IssueInThePastError, LetterExistsError, TemplateMissingError: nothing has changed.
        XlcreditError: the workbook or the folder cannot be written; nothing has changed.
    """
    require_register(draft.opened)
    refuse_wrong_day(draft.opened)
    letters = _letters(draft, path_of(place), agreements, template, out.resolve())
    pending = [letter.pending for letter in letters]
    for letter in letters:
        _make_folder(letter.target.parent)
    journal.open_journal(path_of(place), pending)
    try:
        events = _events(letters, draft, _write(letters))
        draft.append("reminders", {str(column): events[column] for column in events})
        entered = draft.enter(np.unique(np.concatenate([letter.agreement.rows for letter in letters])))
        draft.opened.book.persist()
    except BaseException:
        recover_interrupted_issue(place)  # asks the register on which side of the save it failed
        raise
    journal.finish(pending)
    journal.close_journal(path_of(place))
    return entered, letters


def _letters(
    draft: Draft, book: Path, agreements: Sequence[Agreement], template: str, out: Path
) -> list[PlanLetter]:
    ids = next_reminder_ids(draft.ledger.reminders, draft.as_of, len(agreements))
    folder = templates_folder(book)
    return [
        _letter(draft, agreement, template, reminder, folder, out)
        for agreement, reminder in zip(agreements, ids, strict=True)
    ]


def _letter(  # noqa: PLR0913, PLR0917  what a letter needs
    draft: Draft, agreement: Agreement, template: str, reminder: str, templates: Path, out: Path
) -> PlanLetter:
    channel = agreement_channel(agreement, template, draft.opened)
    facts = agreement_facts(agreement, template, channel, draft.opened, draft.assessment)
    folder = out / f"{draft.as_of:%Y-%m-%d}" / safe_name(facts["letter"]["kind"])
    name = facts["customer"]["name"] or agreement.customer_id
    return PlanLetter(
        agreement,
        kind_of(agreement, template),
        reminder,
        channel,
        facts,
        compile_template(template_path(templates, facts["letter"]["language"], template)),
        letter_path(folder, agreement.customer_id, name, agreement.plan_id),
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise batch.as_letter_error(folder, error) from error


def _write(letters: Sequence[PlanLetter]) -> list[str]:
    """The letters under their temporary names; their fingerprints."""
    jobs = [batch.Job(letter.template, letter.facts, Path(letter.pending.temporary)) for letter in letters]
    return [file.sha256 for file in batch.write_letters(jobs)]


def _events(letters: Sequence[PlanLetter], draft: Draft, hashes: Sequence[str]) -> pd.DataFrame:
    """One `issued` event for each ledger row that a letter lists."""
    at = pd.Timestamp(moment(draft.as_of, now()))
    parts = [
        _events_of(letter, draft).assign(file_hash=file_hash)
        for letter, file_hash in zip(letters, hashes, strict=True)
    ]
    return pd.concat(parts, ignore_index=True).assign(event="issued", event_time=at)


def _events_of(letter: PlanLetter, draft: Draft) -> pd.DataFrame:
    rows = letter_rows(letter.agreement.rows, draft.assessment)
    invoices = draft.ledger.invoices.iloc[letter.agreement.rows].reset_index(drop=True)
    return rows[_OF_ROW].assign(
        event_id=[f"{letter.reminder_id}-{number:02d}" for number in range(1, len(rows) + 1)],
        reminder_id=letter.reminder_id,
        customer_id=invoices["customer_id"],
        invoice_id=invoices["invoice_id"],
        document_year=invoices["document_date"].dt.year,
        letter_kind=letter.kind,
        channel=letter.channel or None,
        file=letter.file,
        reason=draft.opened.catalogue.text("plans.in_register", plan=letter.agreement.plan_id),
    )
