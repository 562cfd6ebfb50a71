"""From the core's language-free codes to the words that stand in cells.

The core answers codes (`amount+age`, `promise`, `1-30`); the workbook shows words of its own language. Each
distinct code is worded once, however many rows carry it. Of many names a message shows the first.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from xlcredit.bucket_words import bucket_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from xlcredit.books import RawTable
    from xlcredit.catalogue import Catalogue
    from xlcredit.errors import Finding

SHOWN = 5
"""Names in a message; dots stand for the others."""

_ISO_LENGTH = 10
_ISO_DAY = r"^(\d{4})-(\d\d)-(\d\d)"

CODED = {
    "invoices": {"priority_reason": "priority_reasons", "hold": "holds", "next_action": "actions"},
    "customers": {"alarms": "alarms", "next_action": "actions"},
    "worklist": {"action": "actions", "change": "changes", "reason": "priority_reasons"},
    "decisions": {"reason": "decision_reasons"},
    "proposal": {"warnings": "warnings"},
}
"""Table -> column of codes -> the catalogue section with their words; several codes are joined by `+`."""


def put_into_words(frame: pd.DataFrame, table: str, catalogue: Catalogue) -> pd.DataFrame:
    """The frame of `table` with its coded columns as words of `catalogue`."""
    worded = {
        column: _worded(frame[column], partial(words_of, section=section, catalogue=catalogue))
        for column, section in CODED.get(table, {}).items()
        if column in frame
    }
    if "last_contact" in frame:
        worded["last_contact"] = _last_contacts(frame["last_contact"], catalogue)
    if "next_step" in frame:
        worded["action"] = frame["next_step"].where(frame["next_step"].notna(), worded["action"])
    if "bucket" in frame:
        worded["bucket"] = _worded(frame["bucket"], partial(bucket_words, catalogue=catalogue))
    return frame.assign(**worded)


def _last_contacts(told: pd.Series, catalogue: Catalogue) -> pd.Series:
    """`2026-11-21 text` with the day as it is written here; an outcome's code, where nothing was noted, in words."""
    outcomes = catalogue.choices("contact_outcome")
    date = told.str.slice(0, _ISO_LENGTH).str.replace(_ISO_DAY, r"\3/\2/\1", regex=True)
    said = told.str.slice(_ISO_LENGTH + 1).map(lambda text: outcomes.get(text, text), na_action="ignore")
    return (date + " " + said.astype("str")).str.strip()


def listed(names: Sequence[str]) -> str:
    """The first names.

    >>> listed(["Alfa", "Beta"])
    'Alfa, Beta'
    """
    return ", ".join(names[:SHOWN]) + ("…" if len(names) > SHOWN else "")


def words_of(code: str, section: str, catalogue: Catalogue) -> str:
    """`amount+age` -> the words of both, joined as a sentence part; the first begins with a capital."""
    text = ", ".join(_word(part, section, catalogue) for part in code.split("+") if part)
    return text[:1].upper() + text[1:]


def _word(code: str, section: str, catalogue: Catalogue) -> str:
    """One code's words; `level:3` carries a fact after the colon."""
    name, _, fact = code.partition(":")
    return catalogue.text(f"{section}.{name}", fact=fact)


def _worded(codes: pd.Series, word: Callable[[str], str]) -> pd.Series:
    """Each distinct code worded once; blanks stay blank."""
    category = codes.astype("category")
    words = pd.Series([word(str(code)) for code in category.cat.categories], dtype="str")
    return pd.Series(words.reindex(category.cat.codes).to_numpy(), index=codes.index, dtype="str")


def findings_by_row(findings: Iterable[Finding], table: str, rows: int, catalogue: Catalogue) -> pd.Series:
    """What the column `Anomalie` of a table says: the findings of each row, joined; blank for the others."""
    texts: dict[int, list[str]] = {}
    for finding in findings:
        if finding.table == table and finding.position is not None and finding.count == 1:
            texts.setdefault(finding.position, []).append(catalogue.finding(finding)[0])
    column = pd.Series([None] * rows, dtype="str")
    if texts:
        positions = list(texts)
        column.iloc[positions] = ["; ".join(dict.fromkeys(texts[position])) for position in positions]
    return column


def findings_table(
    findings: Sequence[Finding],
    raw: Mapping[str, RawTable],
    headers: Mapping[str, Mapping[str, str]],
    words: Catalogue,
) -> pd.DataFrame:
    """The table `Anomalie`: one line a finding, in the order of sheets, rows and codes.

    Args:
        findings: of cells, rules and the register.
        raw: the tables as read, for the places.
        headers: schema key -> header in the file, by table.
        words: the workbook's language.
    """
    lines = [_line(finding, raw, headers, words) for finding in sorted(findings, key=_order)]
    columns = ("place", "table", "row", "column", "found", "message", "remedy", "count", "code")
    frame = pd.DataFrame(lines, columns=columns)
    return frame.astype({**dict.fromkeys(columns, "str"), "count": "Int64"})


def _order(finding: Finding) -> tuple[str, int, str, str]:
    return (
        finding.table,
        -1 if finding.position is None else finding.position,
        finding.code,
        finding.column or "",
    )


def _line(
    finding: Finding,
    raw: Mapping[str, RawTable],
    headers: Mapping[str, Mapping[str, str]],
    words: Catalogue,
) -> tuple[str | None, ...]:
    table = raw.get(finding.table)
    message, remedy = words.finding(finding)
    header = headers.get(finding.table, {}).get(finding.column or "")
    place = place_of(finding, table, header)
    sheet = table.sheet if table else (words.sheet(finding.table) if finding.table else None)
    found = None if finding.found is None else words.found(finding)
    row = None if finding.row is None else words.row(finding)
    return place, sheet, row, header, found, message, remedy, finding.count, finding.code  # type: ignore[return-value]


def place_of(finding: Finding, table: RawTable | None, header: str | None) -> str | None:
    """The cell, as Excel calls it (`Scadenzario!F37`); None when the finding names no cell of the file."""
    if table is None or finding.position is None:
        return None
    letter = table.columns.get(header or "") or next(iter(table.columns.values()))
    sheet = table.sheet if table.sheet.isalnum() else f"'{table.sheet}'"
    return f"{sheet}!{letter}{table.first_row + finding.position}"


def left_over_lines(left_over: pd.DataFrame, words: Catalogue) -> list[str]:
    """What does not fit in the list of the day (`Assessment.left_over`), a line an operator."""
    return [
        words.text(
            "left_over.nobody" if pd.isna(operator) else "left_over.operator",
            operator=operator,
            count=int(lines),
            minutes=int(minutes),
        )
        for operator, lines, minutes in left_over.itertuples(index=False)
    ]


def preflight_lines(checks: pd.DataFrame, words: Catalogue) -> list[str]:
    """What to look at before proposed letters go (`Proposal.checks`), a line each: `3 incassi da abbinare`."""
    return [
        words.text(f"preflight.{check}", count=int(count))
        for check, count in zip(checks["check"], checks["count"], strict=True)
    ]
