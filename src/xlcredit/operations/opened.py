"""A workbook opened for an operation: its tables typed, its settings, cycles and rates in force, its day.

The workbook's `Parametri` and `Cicli` replace the package's policy; `Tassi` extends its law. The day is the
caller's, else the one in `Parametri`, else today.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from xlcredit.books import Book, Place, RawTable, book_at, path_of
from xlcredit.catalogue import Catalogue
from xlcredit.core.ledger import Ledger
from xlcredit.dates import today
from xlcredit.errors import Finding, XlcreditError
from xlcredit.operations.column_map import column_map_findings
from xlcredit.operations.in_force import policy_of, settings_of
from xlcredit.operations.intact import renamed_columns, require_intact
from xlcredit.operations.settings import setting_key
from xlcredit.parameters.law import Law, load_law
from xlcredit.schema import TABLES
from xlcredit.values import read_table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from xlcredit.parameters.policy import Policy

READ = tuple(key for key in TABLES if key not in {"findings", "snapshots"})
"""The tables an operation needs; the others are only written."""


class TableMissingError(XlcreditError):
    """The workbook lacks a table without which nothing can be computed."""

    code = "table-missing"


@dataclass(frozen=True)
class Opened:
    """What an operation works on.

    Attributes:
        book: the workbook.
        raw: its tables as read, by schema key (headers as in the file).
        frames: the same tables typed, by schema key.
        ledger: the typed frames that the core works on.
        policy: cycles, buckets, weights and settings in force in this workbook.
        law: dated parameters, extended by the workbook's rates.
        as_of: the day everything is computed for.
        catalogue: the words of the workbook's language, in which its cells are written.
        letter_language: of letters to customers who have no language of their own.
        findings: what was wrong with cells, settings, cycles and rates.
        unread_day: what stands in the settings for the day, where it is no date and nobody named another: `as_of`
            is today then.
    """

    book: Book
    raw: Mapping[str, RawTable]
    frames: Mapping[str, pd.DataFrame]
    ledger: Ledger
    policy: Policy
    law: Law
    as_of: dt.date
    catalogue: Catalogue
    letter_language: str
    findings: list[Finding]
    unread_day: str | None = None

    def with_reminders(self, reminders: pd.DataFrame) -> Opened:
        """The same workbook with another register."""
        return replace(self, ledger=replace(self.ledger, reminders=reminders))


class DayUnreadableError(XlcreditError):
    """The day in the settings is no date: what depends on the day is not taken as of today unasked."""

    code = "day-unreadable"


def refuse_unread_day(opened: Opened) -> None:
    """No proposal and no letter for a day that nobody meant.

    Raises:
        DayUnreadableError
    """
    if opened.unread_day is not None:
        raise DayUnreadableError(path=str(opened.book.path), found=opened.unread_day, today=today())


def require_register(opened: Opened) -> None:
    """Refuse a workbook that cannot keep what is issued or cancelled.

    Raises:
        TableMissingError: it has no register.
    """
    if not opened.book.has("reminders"):
        sheet = opened.catalogue.sheet("reminders")
        raise TableMissingError(path=str(opened.book.path), sheet=sheet, table="xlc_reminders")


def open_for(place: Place, as_of: dt.date | None = None, *, to_write: bool = True) -> Opened:
    """Open the workbook at `place` and read every table an operation needs, each sheet once.

    Args:
        place: the path of a closed .xlsx or .xlsm, or a book.
        as_of: the day to compute for; None takes the workbook's, else today.
        to_write: refuse a workbook that somebody has open; a reader does not mind.

    Raises:
        TableMissingError: the workbook has no invoices table.
        SheetsLostError, ColumnsLostError: it is one of ours, and something that rules read has gone.
        XlcreditError: the file cannot be read (see `books`).
    """
    book = book_at(place, to_write=to_write)
    words = Catalogue(book.language)
    raw = book.read(*READ)
    if "invoices" not in raw:
        raise TableMissingError(path=str(path_of(place)), sheet=words.sheet("invoices"), table="xlc_invoices")
    require_intact(book, raw, words)
    frames, findings, unreadable = _typed(book, raw)
    settings, setting_findings = settings_of(book, raw)
    policy, policy_findings = policy_of(frames.get("levels"), settings, book.language)
    law, law_findings = load_law().extended(frames["rates"]) if "rates" in frames else (load_law(), [])
    day = as_of or settings.get("as_of") or today()
    ledger = replace(Ledger.from_frames(frames), unreadable=unreadable)
    mapped = column_map_findings(frames["column_map"], raw) if "column_map" in frames else []
    renamed = renamed_columns(book, raw)
    found = [*findings, *renamed, *mapped, *setting_findings, *policy_findings, *law_findings]
    language = settings.get("language") or book.language
    unread = None if as_of else _unread_day(setting_findings)
    return Opened(book, raw, frames, ledger, policy, law, day, words, language, found, unread)


def _unread_day(findings: Iterable[Finding]) -> str | None:
    return next((finding.found for finding in findings if setting_key(finding.row or "") == "as_of"), None)


def _typed(
    book: Book, raw: Mapping[str, RawTable]
) -> tuple[dict[str, pd.DataFrame], list[Finding], dict[tuple[str, str], Any]]:
    """Every table as a typed frame, with the findings of its cells."""
    frames: dict[str, pd.DataFrame] = {}
    findings: list[Finding] = []
    unreadable: dict[tuple[str, str], Any] = {}
    for key, table in raw.items():
        keys = {header: column for column, header in book.headers(key).items()}
        typed = read_table(table.frame.rename(columns=keys), TABLES[key])
        frames[key] = typed.frame
        findings += typed.findings
        unreadable |= {(key, column): positions for column, positions in typed.unreadable.items()}
    return frames, findings, unreadable
