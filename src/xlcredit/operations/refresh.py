"""Refresh: compute every row of a workbook for a day and write the computed columns back.

Run twice for the same day, the second run computes the same cells and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlcredit.books import Place, TableUpdate, held
from xlcredit.books.frames import to_cells
from xlcredit.core.assess import Assessment, assess
from xlcredit.errors import XlcreditError
from xlcredit.operations.opened import Opened, open_for
from xlcredit.operations.rebuilt import rebuilt_update
from xlcredit.operations.recovery import recover_interrupted_issue
from xlcredit.operations.wording import findings_by_row, findings_table, put_into_words
from xlcredit.schema import TABLES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import pandas as pd

    from xlcredit.errors import Finding


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did.

    Attributes:
        opened: the workbook as it was read.
        assessment: what was computed.
        findings: everything wrong with the data, cells and rules.
        changed: whether the file was written.
    """

    opened: Opened
    assessment: Assessment
    findings: list[Finding]
    changed: bool


def refresh(place: Place, as_of: dt.date | None = None) -> Refreshed:
    """Compute and write every computed column of the workbook at `place`.

    Args:
        place: a closed workbook or one open in Excel; only its computed columns and rebuilt tables are written.
        as_of: the day; None takes the workbook's, else today.

    Raises:
        NothingToWriteError: no column of the ledger is one that a refresh writes.
        XlcreditError: the file cannot be read or written; nothing has changed.
    """
    with held(place):
        recover_interrupted_issue(place)
        opened = open_for(place, as_of)
        _require_computed(opened)
        assessment, findings = compute(opened)
        changed = opened.book.save(updates_of(opened, assessment, findings)).changed
    return Refreshed(opened, assessment, findings, changed)


class NothingToWriteError(XlcreditError):
    """The ledger has none of the columns that a refresh writes."""

    code = "nothing-to-write"


def _require_computed(opened: Opened) -> None:
    computed = {column.key for column in TABLES["invoices"].computed}
    if not computed & opened.book.headers("invoices").keys():
        words = opened.catalogue
        examples = ", ".join(
            words.header("invoices", key) for key in ("days_overdue", "bucket", "level_next")
        )
        raise NothingToWriteError(
            path=str(opened.book.path), sheet=opened.raw["invoices"].sheet, columns=examples
        )


def compute(opened: Opened) -> tuple[Assessment, list[Finding]]:
    """The assessment of an opened workbook, and all findings: of its cells and of its rows."""
    assessment = assess(opened.ledger, opened.policy, opened.law, opened.as_of)
    return assessment, [*opened.findings, *assessment.findings]


def updates_of(opened: Opened, assessment: Assessment, findings: Sequence[Finding]) -> list[TableUpdate]:
    """What a refresh writes: computed columns of typed tables, and the rebuilt tables whole."""
    words = opened.catalogue
    rows = assessment.rows.assign(finding=findings_by_row(findings, "invoices", len(assessment.rows), words))
    updates = [computed_update(opened, "invoices", rows)]
    updates += [
        computed_update(opened, key, getattr(assessment, key))
        for key in ("customers", "payments", "promises", "disputes", "plans")
        if key in opened.raw
    ]
    headers = {key: opened.book.headers(key) for key in opened.raw}
    found = findings_table(findings, opened.raw, headers, words)
    for key, frame in (
        ("decisions", assessment.decisions),
        ("worklist", assessment.worklist),
        ("dispute_statistics", assessment.dispute_statistics),
        ("findings", found),
    ):
        if opened.book.has(key):
            updates.append(rebuilt_update(opened, key, frame, assessment))
    return updates


def computed_update(opened: Opened, key: str, frame: pd.DataFrame) -> TableUpdate:
    """The computed columns of a typed table, in words, for the headers that the file has."""
    headers = opened.book.headers(key)
    columns = [column.key for column in TABLES[key].computed if column.key in headers and column.key in frame]
    cells = to_cells(put_into_words(frame[columns], key, opened.catalogue), TABLES[key], opened.catalogue)
    return TableUpdate(key, columns={headers[column]: cells[column] for column in columns})
