"""A table as read, cells of any kind, into a typed frame by its schema.

The frame has every column of the table with its dtype, one row a row of the table's body, in place: blank
rows stay. What cannot be read is blank in the frame, named in the findings, and its positions are in
`unreadable`, so that a rule can tell a hold date that nobody can read from no hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from xlcredit.cell_findings import CellFindings
from xlcredit.cells import Cells, split_cells
from xlcredit.date_texts import Decision, Order, order_of, read_dates
from xlcredit.dates import Epoch, dates_from_serials
from xlcredit.readings import blank_column, read_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from xlcredit.cells import Faults
    from xlcredit.errors import Finding
    from xlcredit.schema import Column, Table


@dataclass(frozen=True)
class TypedTable:
    """A table by its schema.

    Attributes:
        frame: every column of the table, RangeIndex = position in the table's body.
        findings: of the input columns, in the order of the columns.
        unreadable: column -> positions of the cells in which something stands that cannot be read, computed
            columns too; columns without any are absent.
    """

    frame: pd.DataFrame
    findings: list[Finding]
    unreadable: Mapping[str, npt.NDArray[np.intp]]


def empty_table(table: Table, rows: int = 0) -> pd.DataFrame:
    """The typed frame of `table` with `rows` blank rows."""
    return pd.DataFrame({column.key: blank_column(column, rows) for column in table.columns})


def read_table(
    raw: pd.DataFrame, table: Table, *, dates: Order | Literal["auto"] = "auto", serials: Epoch | None = None
) -> TypedTable:
    """`raw` typed by `table`.

    Args:
        raw: columns named by schema keys (others are ignored), cells as read: numbers, dates, texts, or
            mixed.
        table: the schema.
        dates: whether day or month comes first in texts; "auto" lets each column decide, and the table's
            other columns for one that shows nothing.
        serials: the workbook's date system, when dates come as Excel's day numbers; None where a number in a
            date column is a fault.
    """
    cells = {column.key: split_cells(raw[column.key]) for column in table.columns if column.key in raw}
    decisions = _decide_orders(cells, table, dates)
    telling = CellFindings(raw, table, cells)
    columns: dict[str, pd.Series[Any]] = {}
    findings: list[Finding] = []
    unreadable: dict[str, npt.NDArray[np.intp]] = {}
    for column in table.columns:
        if column.key not in cells:
            columns[column.key] = blank_column(column, len(raw))
            findings += telling.of_missing(column)
            continue
        columns[column.key], faults = _read(cells[column.key], column, decisions, serials)
        if faults.any():
            unreadable[column.key] = np.flatnonzero(faults)
        if column.role == "input":
            findings += telling.of_faults(column, faults) + telling.of_missing(column)
            if dates == "auto" and decisions.get(column.key) == "mdy":
                findings += telling.month_first(column)
    return TypedTable(pd.DataFrame(columns, copy=False), findings, unreadable)


def _read(
    cells: Cells, column: Column, decisions: Mapping[str, Decision], serials: Epoch | None
) -> tuple[pd.Series[Any], Faults]:
    if column.type not in ("date", "time"):
        return read_column(cells, column)
    if serials is not None and cells.numbers is not None:
        numbered = dates_from_serials(cells.numbers, serials)
        dates = numbered if cells.dates is None else np.where(np.isnat(cells.dates), numbered, cells.dates)
        cells = replace(cells, dates=dates, numbers=None)
    return read_dates(cells, decisions[column.key], with_time=column.type == "time")


def _decide_orders(
    cells: Mapping[str, Cells], table: Table, dates: Order | Literal["auto"]
) -> dict[str, Decision]:
    """Order of day and month by column; one that shows nothing follows the others when they agree."""
    keys = [column.key for column in table.columns if column.type in ("date", "time") and column.key in cells]
    if dates != "auto":
        return dict.fromkeys(keys, dates)
    shown: dict[str, Decision] = {key: order_of(cells[key]) for key in keys}
    agreed = set(shown.values()) - {"unknown"}
    usual: Decision = agreed.pop() if len(agreed) == 1 and "conflict" not in agreed else "unknown"
    return {key: usual if decision == "unknown" else decision for key, decision in shown.items()}
