"""The answer of a call as Excel takes it: rows of numbers and texts, error values as marked texts.

Python cannot hand an error value to Excel: it stands as a text that begins with `MARK`, which the wrapper in
the workbook turns into the error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlcredit.formulas.blocks import Shape
    from xlcredit.formulas.call import Call

MARK: Final = chr(0xE000)
"""A private character: no text of a cell begins with it."""

Rows = tuple[tuple[Any, ...], ...]


def marked(error: str) -> str:
    """An error value as it is handed over."""
    return MARK + error


def rows_of(call: Call, values: npt.NDArray[Any]) -> Rows:
    """The values of a call, row by row; blank where it is blank or the value is (NaN, None), marked errors."""
    blank = call.blank | pd.isna(values)
    in_trouble = call.trouble_of >= 0
    if blank.all() and not in_trouble.any():
        return _all_alike("", call.shape)
    if blank.any() or in_trouble.any():
        values = values.astype(object)
        values[blank] = ""
        for place, trouble in enumerate(call.troubles):
            values[call.trouble_of == place] = marked(trouble.error)
    return _in_rows(values.tolist(), call.shape)


def all_errors(error: str, shape: Shape) -> Rows:
    """One error value in every cell."""
    return _all_alike(marked(error), shape)


def _all_alike(value: str, shape: Shape) -> Rows:
    return ((value,) * shape[1],) * shape[0]


def _in_rows(cells: list[Any], shape: Shape) -> Rows:
    if shape[1] == 1:
        return tuple(zip(cells, strict=False))
    columns = iter(cells)
    return tuple(zip(*[columns] * shape[1], strict=True))
