"""A column of a table put together from its cells: uniform where they are, else mixed Python objects.

| cells               | dtype         | blank |
|---------------------|---------------|-------|
| numbers, or none    | float64       | NaN   |
| dates               | datetime64[s] | NaT   |
| texts               | str           | NaN   |
| anything mixed      | object        | None  |

In a mixed column the number 1.234 and the text "1.234" stay different: its cells are float, str, datetime,
bool or `CellError`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from xlcredit.cells import CellError


class Kind(IntEnum):
    """What a cell holds."""

    NUMBER = 0
    DATE = 1
    TEXT = 2
    FLAG = 3
    ERROR = 4


Values = Any
"""Of one kind: float64 or datetime64[s] or bool arrays, or an arrow array of texts."""


@dataclass
class ColumnParts:
    """The cells of one column as they are found, kind by kind.

    Attributes:
        parts: for each kind, the rows (0-based in the body) and values found so far.
        formulas: how many there are.
        uncalculated: those without a stored result.
        last_typed: the last row in which something other than a formula stands, -1 when none.
    """

    parts: dict[Kind, list[tuple[npt.NDArray[np.int64], Values]]] = field(default_factory=dict)
    formulas: int = 0
    uncalculated: int = 0
    last_typed: int = -1

    def add(self, kind: Kind, rows: npt.NDArray[np.int64], values: Values) -> None:
        """Take over some cells of one kind."""
        if len(rows):
            self.parts.setdefault(kind, []).append((rows, values))

    def to_series(self, height: int) -> pd.Series[Any]:
        """The column, `height` rows long."""
        if not self.parts:
            return pd.Series(np.full(height, np.nan))
        if len(self.parts) > 1 or not self.parts.keys() <= _UNIFORM.keys():
            return pd.Series(self._mixed(height), dtype=object)
        ((kind, parts),) = self.parts.items()
        rows = np.concatenate([rows for rows, _ in parts])
        return _UNIFORM[kind](rows, [values for _, values in parts], height)

    def _mixed(self, height: int) -> npt.NDArray[np.object_]:
        cells = np.full(height, None, dtype=object)
        for kind, parts in self.parts.items():
            for rows, values in parts:
                cells[rows] = _objects(kind, values)
        return cells


def _objects(kind: Kind, values: Values) -> npt.NDArray[np.object_]:
    """The values as Python objects: float, datetime, str, bool, CellError."""
    listed = values.to_pylist() if isinstance(values, pa.Array) else values.tolist()
    found = np.empty(len(listed), dtype=object)
    found[:] = [CellError(text) for text in listed] if kind is Kind.ERROR else listed
    return found


def _numbers(rows: npt.NDArray[np.int64], values: list[Values], height: int) -> pd.Series[Any]:
    column = np.full(height, np.nan)
    column[rows] = np.concatenate(values)
    return pd.Series(column)


def _dates(rows: npt.NDArray[np.int64], values: list[Values], height: int) -> pd.Series[Any]:
    column = np.full(height, "NaT", dtype="datetime64[s]")
    column[rows] = np.concatenate(values)
    return pd.Series(column)


def _texts(rows: npt.NDArray[np.int64], values: list[Values], height: int) -> pd.Series[Any]:
    texts = pa.chunked_array(values, pa.large_string())
    if len(rows) < height or not bool((np.diff(rows) == 1).all()):
        place = np.full(height, -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        texts = texts.take(
            pc.if_else(pc.less(pa.array(place), 0), pa.scalar(None, pa.int64()), pa.array(place))
        )
    return pd.Series(pd.array(texts, dtype="str"))


_UNIFORM = {Kind.NUMBER: _numbers, Kind.DATE: _dates, Kind.TEXT: _texts}
