"""The rows that are selected in the table in front; rows that a filter hides are not.

Where a selection stands says which rows are meant; from there on they are known by their keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlcredit.books.live.com import codes_of
from xlcredit.excel.desk import members
from xlcredit.excel.errors import NoRowsSelectedError
from xlcredit.schema import TABLES
from xlcredit.values import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from xlcredit.excel.desk import Desk

_UNKNOWN_NAME = -2147352570
"""COM's code for a member that an object does not have."""


@dataclass(frozen=True)
class Selected:
    """Selected rows.

    Attributes:
        table: schema key of their table.
        rows: typed, by schema keys; the index is the position in the table's body.
    """

    table: str
    rows: pd.DataFrame


def selected_rows(desk: Desk, *tables: str) -> Selected | None:
    """The visible selected rows of the table in front; None when it is none of `tables`, or no row is selected."""
    book, listed = desk.book, _table_in_front(desk.application)
    if listed is None:
        return None
    raw = book.read(*tables)
    key = next((key for key, table in raw.items() if table.name == str(listed.Name)), None)
    positions = _positions(desk.application, listed) if key else []
    if key is None or not positions:
        return None
    keys = {header: column for column, header in book.headers(key).items()}
    picked = raw[key].frame.iloc[positions]
    typed = read_table(picked.reset_index(drop=True).rename(columns=keys), TABLES[key]).frame
    return Selected(key, typed.set_index(picked.index))


def need_rows(desk: Desk, *tables: str) -> Selected:
    """The visible selected rows of one of `tables`.

    Raises:
        NoRowsSelectedError: none is selected there.
    """
    selected = selected_rows(desk, *tables)
    if selected is None:
        raise NoRowsSelectedError(sheets=", ".join(desk.words.sheet(table) for table in tables))
    return selected


def _table_in_front(application: Any) -> Any:  # noqa: ANN401  COM objects
    """The Excel Table that the active cell stands in; None on a chart and outside tables."""
    cell = application.ActiveCell
    return None if cell is None else cell.ListObject


def _positions(application: Any, listed: Any) -> list[int]:  # noqa: ANN401  COM objects
    """0-based places, in the body of a table, of the selected rows that are not hidden; ascending."""
    body = listed.DataBodyRange
    selected = _selected_cells(application)
    if body is None or selected is None:
        return []
    chosen = application.Intersect(selected.EntireRow, body)
    if chosen is None:
        return []
    rows: set[int] = set()
    for area in members(chosen.Areas):
        start = int(area.Row)
        rows |= set(_visible(body.Worksheet, start, start + int(area.Rows.Count) - 1))
    first = int(body.Row)
    return sorted(row - first for row in rows)


def _selected_cells(application: Any) -> Any:  # noqa: ANN401  COM objects
    """What is selected; None when it is no cells but a picture or a chart, which has no rows."""
    selection = application.Selection
    try:
        selection.EntireRow  # noqa: B018  asked for its error
    except Exception as error:
        if isinstance(error, AttributeError) or _UNKNOWN_NAME in codes_of(error):
            return None
        raise
    return selection


def _visible(sheet: Any, first: int, last: int) -> Iterator[int]:  # noqa: ANN401  a COM object
    """The rows from `first` to `last` that are not hidden, asked by halves: a protected sheet answers that."""
    is_hidden = sheet.Range(f"A{first}:A{last}").EntireRow.Hidden
    if is_hidden is None:
        middle = (first + last) // 2
        yield from _visible(sheet, first, middle)
        yield from _visible(sheet, middle + 1, last)
    elif not is_hidden:
        yield from range(first, last + 1)
