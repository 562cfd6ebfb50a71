"""The sheet `Mappa colonne`, checked: a line that names nothing would leave a column unread without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from xlcredit.books.recognise import column_key, fold, table_key
from xlcredit.errors import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlcredit.books import RawTable


def column_map_findings(column_map: pd.DataFrame, raw: Mapping[str, RawTable]) -> list[Finding]:
    """The lines of the column map that cannot be followed.

    Args:
        column_map: the typed table.
        raw: the workbook's tables as read, by schema key.
    """
    lines = column_map[["table", "column", "header"]].itertuples(index=False, name=None)
    return [finding for position, line in enumerate(lines) for finding in _faults(position, line, raw)]


def _faults(position: int, line: tuple[str, str, str], raw: Mapping[str, RawTable]) -> Iterator[Finding]:
    """What is wrong with one line: its first fault."""
    if any(pd.isna(cell) for cell in line):
        return
    table_name, column_name, header = map(str, line)
    table = table_key(table_name)
    if table is None or table not in raw:
        yield _finding("map-table-unknown", position, "table", table_name)
    elif column_key(table, column_name) is None:
        yield _finding("map-column-unknown", position, "column", column_name, table=table_name)
    elif fold(header) not in map(fold, raw[table].headers):
        yield _finding("map-header-unknown", position, "header", header, sheet=raw[table].sheet)


def _finding(code: str, position: int, column: str, found: str, **facts: str) -> Finding:
    return Finding(code, "column_map", column, position, row=found, found=found, facts=facts)
