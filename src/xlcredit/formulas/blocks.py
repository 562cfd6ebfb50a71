"""The arguments of a function as Excel hands them over: one cell, or rows of cells.

A cell is a number (days too), a text, a flag, None for a blank, or an error value, known by its code. A day given
as a date, as VBA has them, bears a zone that pywin32 made up.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from xlcredit.cells import CellError, Cells, cell_text, split_cells

if TYPE_CHECKING:
    import numpy.typing as npt

Shape = tuple[int, int]
"""Rows and columns."""

ONE_CELL: Final = (1, 1)

_FIRST_ERROR: Final = -2146828288
"""Code of an error value less Excel's own number of it (0x800A0000)."""

ERRORS: Final = {
    _FIRST_ERROR + number: text
    for number, text in (
        (2000, "#NULL!"),
        (2007, "#DIV/0!"),
        (2015, "#VALUE!"),
        (2023, "#REF!"),
        (2029, "#NAME?"),
        (2036, "#NUM!"),
        (2042, "#N/A"),
    )
}
"""Code -> error value."""

_LATER_ERRORS: Final = range(_FIRST_ERROR + 2043, _FIRST_ERROR + 2051)
"""Errors of newer versions (#SPILL!, #CALC!): told as #VALUE!."""

_ITALIAN: Final = {
    "#N/D": "#N/A", "#NULLO!": "#NULL!", "#VALORE!": "#VALUE!", "#RIF!": "#REF!", "#NOME?": "#NAME?",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """One argument.

    Attributes:
        cells: row by row.
        shape: of the range; `ONE_CELL` for a single cell or a value.
    """

    cells: list[Any]
    shape: Shape

    def split(self) -> Cells:
        """The cells by kind."""
        return split_cells(_series(self.cells))

    def text_at(self, position: int) -> str:
        """What stands in a cell, as a person sees it."""
        cell = self.cells[position]
        return cell_text(_known(cell) if type(cell) is int else cell) or ""

    def errors_at(self, positions: npt.NDArray[np.intp]) -> npt.NDArray[np.str_]:
        """The error values in some cells."""
        return np.array([passed_on(self.text_at(position)) for position in positions.tolist()], dtype=str)


def block_of(value: Any) -> Block:  # noqa: ANN401  whatever Excel hands over
    """A value, or rows of values, as a block."""
    if not isinstance(value, (tuple, list)):
        return Block([value], ONE_CELL)
    rows = value if value and isinstance(value[0], (tuple, list)) else (value,)
    return Block(list(chain.from_iterable(rows)), (len(rows), len(rows[0])))


def _series(cells: list[Any]) -> pd.Series[Any]:
    """Cells as a column; numbers alone, or texts alone, without a look at each."""
    types = set(map(type, cells)) - {type(None)}
    if types <= {float}:
        return pd.Series(np.array(cells, dtype=np.float64), copy=False)
    if types == {str}:
        return pd.Series(pd.array(cells, dtype="str"), copy=False)
    if int in types:
        cells = [_known(cell) if type(cell) is int else cell for cell in cells]
    if any(issubclass(type_, dt.datetime) for type_ in types):
        cells = [cell.replace(tzinfo=None) if isinstance(cell, dt.datetime) else cell for cell in cells]
    objects = np.empty(len(cells), dtype=object)
    objects[:] = cells
    return pd.Series(objects, copy=False)


def _known(number: int) -> int | CellError:
    """A whole number, told apart from the code of an error value."""
    if number in ERRORS:
        return CellError(ERRORS[number])
    return CellError("#VALUE!") if number in _LATER_ERRORS else number


def passed_on(text: str) -> str:
    """The error value in a cell by its English name; a newer one is #VALUE!.

    >>> passed_on("#N/D"), passed_on("#SPILL!")
    ('#N/A', '#VALUE!')
    """
    written = text.strip().upper()
    english = _ITALIAN.get(written, written)
    return english if english in ERRORS.values() else "#VALUE!"
