"""A file as grids of cells, before anyone knows which row holds the headers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HEAD_ROWS = 60
"""How many rows are looked at for headers: title blocks are seldom longer than a screen."""

Kind = Literal["sheet", "table", "text", "columns"]


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet, Excel table, text file or parquet file.

    Attributes:
        kind: `table` and `columns` know their header row, which is then the only row of `head`.
        name: of the sheet or table; blank for a file without sheets.
        head: the first rows, cells as read, from row `first_row` on.
        body: header row (position in `head`) -> the rows below it: columns 0, 1, ..., index = number of the
            row in the file (from 1), cells as read, blank ones missing.
        first_row: number (from 1) in the file of the first row of `head`.
        first_column: 0-based column in the file of the first cell of each row.
        facts: what to tell about how it was read (delimiter, encoding, merged areas).
        is_hidden: a sheet that the user does not see.
        height: about how many rows there are.
    """

    kind: Kind
    name: str
    head: list[list[Any]]
    body: Callable[[int], pd.DataFrame]
    first_row: int = 1
    first_column: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    is_hidden: bool = False
    height: int = 0


def frame_of_rows(rows: Sequence[Sequence[Any]], first_row: int, width: int) -> pd.DataFrame:
    """Rows of cells as a frame, one dtype a column where its cells allow it.

    Args:
        rows: each `width` cells; a blank cell is None or an empty text.
        first_row: number in the file of the first of them.
        width: number of columns.
    """
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    index = pd.RangeIndex(first_row, first_row + len(rows))
    return pd.DataFrame({at: column_of_cells(cells, index) for at, cells in enumerate(columns)}, index=index)


def column_of_cells(cells: Sequence[Any], index: pd.Index) -> pd.Series:
    """Cells as float64, datetime64[s], str or, where they are of several kinds, as the objects they are."""
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    array[array == ""] = None
    kinds = {type(None)} | set(map(type, array))
    names = {kind.__name__ for kind in kinds} - {"NoneType"}
    dtype = _dtype(names)
    if dtype == "datetime64[s]":
        return pd.Series(array.astype("datetime64[s]"), index=index)
    return pd.Series(array, index=index, dtype=dtype)


def _dtype(kinds: set[str]) -> str:
    if kinds <= {"int", "float"}:
        return "float64"
    if kinds <= {"date", "datetime"}:
        return "datetime64[s]"
    return "str" if kinds == {"str"} else "object"
