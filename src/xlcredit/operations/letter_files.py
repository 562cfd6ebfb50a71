"""The letters of an issue: each with its id, its place in the folder, its facts and its template.

Folder: `<out>/<date>/<level>/<customer>_<name>_<reminder id>.docx`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.core.charges import contract_dates, interest_claims
from xlcredit.core.columns import cents, is_any, stamps, whole
from xlcredit.core.owed import deductions
from xlcredit.core.register import NO_LEVEL
from xlcredit.core.segments import interest_segments
from xlcredit.letters import batch
from xlcredit.letters.context import letter_contexts
from xlcredit.letters.names import letter_path, safe_name
from xlcredit.letters.template import Template, compile_template
from xlcredit.operations.journal import Pending
from xlcredit.operations.register import next_reminder_ids
from xlcredit.operations.templates import template_path, templates_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from xlcredit.core.assess import Assessment
    from xlcredit.core.columns import Ints
    from xlcredit.core.proposal import Proposal
    from xlcredit.core.situation import Situation
    from xlcredit.operations.opened import Opened


@dataclass(frozen=True)
class Letter:
    """One letter to be issued.

    Attributes:
        letter: its number in the proposal.
        reminder_id: in the register.
        customer_id: the debtor.
        customer_name: as the ledger has it.
        currency: of all its rows.
        level: the highest of its proposed rows.
        kind: of that level.
        level_name: of its kind, in the workbook's language.
        rows: how many it lists.
        open_cents: residue of all its rows.
        total_cents: what it asks for.
        channel: how it goes; "" when the customer has no address for any of its level's channels.
        channel_name: in the workbook's language.
        target: its final path.
        template: to render it with.
    """

    letter: int
    reminder_id: str
    customer_id: str
    customer_name: str
    currency: str
    level: int
    kind: str
    level_name: str
    rows: int
    open_cents: int
    total_cents: int
    channel: str
    channel_name: str
    target: Path
    template: Template

    @property
    def file(self) -> str:
        """Its path below the folder of the letters, as the register keeps it."""
        return "/".join(self.target.parts[-3:])

    @property
    def temporary(self) -> Path:
        """Where it is written until the register has its events."""
        return self.target.with_name(f".{self.target.name}.tmp")

    @property
    def pending(self) -> Pending:
        """Its temporary and final names, for the journal."""
        return Pending(str(self.temporary), str(self.target), self.reminder_id)


def plan_letters(
    book: Path, opened: Opened, letters: pd.DataFrame, out: Path, templates: Path | None = None
) -> list[Letter]:
    """Give each letter its id, place and template; nothing is written.

    Args:
        book: the workbook's path.
        opened: its tables.
        letters: rows of `Proposal.letters`.
        out: the folder of the letters.
        templates: the folder of templates asked for, if any.

    Raises:
        TemplateMissingError: a letter has no template in its customer's language.
        LetterError: a template cannot be used, or a path is too long.
    """
    if letters.empty:
        return []
    folder = templates_folder(book, templates)
    ids = next_reminder_ids(opened.ledger.reminders, opened.as_of, len(letters))
    languages = letter_languages(opened, letters)
    lines = zip(letters.itertuples(), ids, languages, strict=True)
    return [_letter(line, reminder, opened, out.resolve(), template_path(folder, language, str(line.template)))
            for line, reminder, language in lines]  # fmt: skip


def letter_languages(opened: Opened, letters: pd.DataFrame) -> list[str]:
    """The language of each letter: its customer's, else the one in `Parametri`, else the workbook's."""
    customers = opened.ledger.customers.drop_duplicates("customer_id").set_index("customer_id")
    own = customers["language"].astype("str").reindex(letters["customer_id"])
    return own.where(own.isin(LANGUAGES), opened.letter_language).tolist()


def _letter(line: Any, reminder: str, opened: Opened, out: Path, template: Path) -> Letter:  # noqa: ANN401  a named tuple of pandas
    words = opened.catalogue
    level_name = words.choice("level_kind", line.kind)
    channel = line.channel if isinstance(line.channel, str) else ""
    kind = words.choice("channel", channel) if channel == "call" else level_name  # a call sheet is not mailed
    folder = out / f"{opened.as_of:%Y-%m-%d}" / safe_name(f"{line.letter_level}_{kind}")
    return Letter(
        letter=int(line.letter),
        reminder_id=reminder,
        customer_id=str(line.customer_id),
        customer_name=str(line.customer_name),
        currency=str(line.currency),
        level=int(line.letter_level),
        kind=str(line.kind),
        level_name=level_name,
        rows=int(line.rows),
        open_cents=int(line.open_amount),
        total_cents=int(line.total_due),
        channel=channel,
        channel_name=words.choice("channel", channel) if channel else "",
        target=letter_path(folder, str(line.customer_id), str(line.customer_name), reminder),
        template=compile_template(template),
    )


def write_letters(
    letters: list[Letter],
    opened: Opened,
    assessment: Assessment,
    proposal: Proposal,
    on_progress: Callable[[int, int], None] | None = None,
) -> dict[str, str]:
    """Write the letters under their temporary names.

    Returns:
        The fingerprint (SHA-256, hexadecimal) of each file by reminder id.

    Raises:
        LetterError: one could not be written; none is left.
    """
    for folder in {letter.target.parent for letter in letters}:
        _make_folder(folder)
    facts = letter_facts(letters, opened, assessment, proposal)
    jobs = (
        batch.Job(letter.template, context, letter.temporary)
        for letter, context in zip(letters, facts, strict=True)
    )
    count = len(letters)
    written = batch.write_letters(
        jobs, on_progress=(lambda done: on_progress(done, count)) if on_progress else None
    )
    return {letter.reminder_id: file.sha256 for letter, file in zip(letters, written, strict=True)}


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise batch.as_letter_error(folder, error) from error


def letter_facts(
    letters: list[Letter], opened: Opened, assessment: Assessment, proposal: Proposal
) -> Iterator[dict[str, Any]]:
    """What each letter says, in the order of `letters`."""
    ids = pd.Series({letter.letter: letter.reminder_id for letter in letters})
    chosen = proposal.letters.set_index("letter", drop=False).loc[ids.index].reset_index(drop=True)
    rows = proposal.rows[proposal.rows["letter"].isin(ids.index)].reset_index(drop=True)
    lines = listed_lines(rows, opened, assessment)
    covered = covered_days(rows, assessment, opened)
    return letter_contexts(
        chosen.assign(reminder_id=ids.to_numpy(), interest_covered_to=chosen["letter"].map(covered)),
        lines,
        opened.ledger.customers,
        previous_letters(opened, assessment, lines),
        line_segments(rows, opened, assessment),
        opened.policy.settings,
        opened.policy,
        {language: Catalogue(language) for language in LANGUAGES},
        opened.as_of,
    )


def listed_lines(rows: pd.DataFrame, opened: Opened, assessment: Assessment) -> pd.DataFrame:
    """The listed rows with what the letter prints of the ledger."""
    invoices = opened.ledger.invoices.iloc[rows["position"]].reset_index(drop=True)
    computed = assessment.rows.iloc[rows["position"]].reset_index(drop=True)
    return rows.assign(
        document_date=invoices["document_date"],
        amount=invoices["amount"],
        paid_amount=computed["paid_amount"],
        references=invoices["references"],
        instalment=invoices["instalment"],
        contract_date=stamps(contract_dates(assessment.situation)[rows["position"]]),
        **_taken_off(rows, invoices, assessment),
    )


def _taken_off(rows: pd.DataFrame, invoices: pd.DataFrame, assessment: Assessment) -> dict[str, pd.Series]:
    """By kind, the cents by which each row's total is lowered besides what was paid."""
    settled, position = assessment.situation.settled, rows["position"].to_numpy()
    parts = {
        **deductions(invoices, assessment.as_of),
        "credited": settled.credited[position],
        "allowed": settled.allowed[position],
        "disputed": np.maximum(settled.residue[position] - cents(rows["open_amount"]), 0),
    }
    return {name: whole(np.abs(part)) for name, part in parts.items()}


def line_segments(rows: pd.DataFrame, opened: Opened, assessment: Assessment) -> pd.DataFrame:
    """The interest lines of the listed rows: `claim` is the position in `rows`."""
    charges, situation = assessment.charges, assessment.situation
    position = rows["position"].to_numpy()
    claims = (
        interest_claims(situation, charges.regime, charges.principal).iloc[position].reset_index(drop=True)
    )
    place = pd.Series(range(len(position)), index=position)
    dated = situation.settled.dated
    dated = dated[dated["claim"].isin(place.index)]
    payments = dated.assign(claim=place.reindex(dated["claim"]).to_numpy())
    return interest_segments(
        claims, payments, opened.as_of, opened.law, imputation=opened.policy.settings.imputation
    )


def covered_days(rows: pd.DataFrame, assessment: Assessment, opened: Opened) -> pd.Series:
    """By letter, the last day that its interest covers: `as_of`, or earlier where a rate is not published."""
    accrued = assessment.charges.accrued
    position = rows["position"].to_numpy()
    days = pd.Series(accrued.covered_to[position].astype("datetime64[s]"))
    days = days.where(accrued.uncovered[position], pd.Timestamp(opened.as_of))
    return days.groupby(rows["letter"].to_numpy()).min()


def previous_letters(opened: Opened, assessment: Assessment, lines: pd.DataFrame) -> pd.DataFrame:
    """Letters written before about one of the listed rows, with the kind of the highest level these had in it.

    A letter that only listed a row says nothing of it: what counts is the row's own level. A call is no letter.
    """
    entries, situation = assessment.pursuit.sent.entries, assessment.situation
    about = np.isin(entries.row, _with_originals(lines["position"], situation)) & (entries.level != NO_LEVEL)
    events = situation.register.events.iloc[entries.event[about]]
    highest = events.sort_values("row_level").drop_duplicates("reminder_id", keep="last")
    own = highest.set_index("reminder_id")[["cycle", "row_level"]]
    sent = situation.letters
    sent = sent[sent["reminder_id"].isin(own.index) & ~is_any(sent["channel"], "call")]
    levels = own.loc[sent["reminder_id"]].itertuples(index=False)
    return sent.assign(kind=[_kind(opened, level.cycle, level.row_level) for level in levels])


def _with_originals(positions: pd.Series, situation: Situation) -> Ints:
    """The rows, and those that the returned effects among them reopen: letters about these went before."""
    returned, original = situation.returned
    rows: Ints = np.append(positions.to_numpy(), original[np.isin(returned, positions)])
    return rows


def _kind(opened: Opened, cycle: Any, level: Any) -> str:  # noqa: ANN401  cells may be blank
    """The kind of a level, by cycle and number; a plain reminder when the cycle is gone."""
    cycles = opened.policy.cycles
    known = (
        cycles.get(cycle if isinstance(cycle, str) else "") or cycles[opened.policy.settings.default_cycle]
    )
    return next((entry.kind for entry in known.levels if entry.number == level), "reminder")
