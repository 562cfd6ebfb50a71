"""What is new among the findings since the sheet `Anomalie` was last written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.excel.told import finding_lines
from xlcredit.operations.wording import findings_table

if TYPE_CHECKING:
    import pandas as pd

    from xlcredit.excel.desk import Desk
    from xlcredit.operations.refresh import Refreshed

_KNOWN_BY = ("table", "row", "column", "found", "code")
"""What a finding is known by from one refresh to the next; its place moves when rows are sorted."""


def findings_on_sheet(desk: Desk) -> frozenset[tuple[str, ...]]:
    """The findings that the sheet shows now."""
    raw = desk.book.read("findings").get("findings")
    headers = desk.book.headers("findings")
    if raw is None or not set(_KNOWN_BY) <= headers.keys():
        return frozenset()
    return _names(raw.frame.rename(columns={header: key for key, header in headers.items()}))


def told_findings(done: Refreshed, before: frozenset[tuple[str, ...]], desk: Desk) -> tuple[str, bool]:
    """How many findings ask for a person and how many of them are new; and whether any is."""
    asking = [finding for finding in done.findings if finding.needs_person]
    if asking and not done.opened.book.has("findings"):
        return "\n".join(finding_lines(asking, desk)), True
    headers = {key: done.opened.book.headers(key) for key in done.opened.raw}
    table = findings_table(asking, done.opened.raw, headers, done.opened.catalogue)
    new = len(_names(table) - before)
    sheet = desk.words.sheet("findings")
    if not asking:
        return desk.say("no_findings"), False
    if not new:
        return desk.say("findings", count=len(asking), sheet=sheet), False
    if new == len(asking):
        return desk.say("all_findings_new", count=new, sheet=sheet), True
    return desk.say("new_findings", count=new, all=len(asking), sheet=sheet), True


def _names(table: pd.DataFrame) -> frozenset[tuple[str, ...]]:
    cells = table[list(_KNOWN_BY)].astype(object)
    return frozenset(
        tuple("" if cell is None or cell != cell else str(cell) for cell in line)  # noqa: PLR0124  NaN
        for line in cells.itertuples(index=False, name=None)
    )
