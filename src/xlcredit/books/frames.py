"""Typed frames as cells: cents as amounts, basis points as fractions of one, keys as words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlcredit.schema import CYCLES

if TYPE_CHECKING:
    import pandas as pd

    from xlcredit.catalogue import Catalogue
    from xlcredit.schema import Column, Table

CENTS = 100
BASIS_POINTS = 10_000


def to_cells(frame: pd.DataFrame, table: Table, catalogue: Catalogue) -> pd.DataFrame:
    """What is written into the cells of a table.

    Args:
        frame: columns = schema keys of `table`, as typed by the schema; text columns already in words.
        table: their schema.
        catalogue: the language of the workbook.

    Returns:
        The same columns: money as float64 amounts (12345 -> 123.45), rates as float64 fractions of one
        (1015 -> 0.1015), choices and flags as words, dates and the rest unchanged.
    """
    return frame.assign(**{key: _cells(frame[key], table[key], catalogue) for key in frame.columns})


def _cells(values: pd.Series[Any], column: Column, catalogue: Catalogue) -> pd.Series[Any]:
    if column.type == "money":
        return _divided(values, CENTS)
    if column.type == "rate":
        return _divided(values, BASIS_POINTS)
    if column.type == "choice":
        return _words(values, {key: catalogue.choice(column.vocabulary, key) for key in column.choices})
    if column.key in CYCLES:
        return values.map(catalogue.cycle, na_action="ignore").astype("str")
    if column.type == "flag":
        return _words(values, {flag: catalogue.choice("flag", str(flag).lower()) for flag in (True, False)})
    return values


def _divided(values: pd.Series[Any], units: int) -> pd.Series[Any]:
    """Whole units as a float64: the quotient is the number nearest to the exact one, so it prints as it."""
    return values.astype("Float64").div(units).astype("float64")


def _words(values: pd.Series[Any], words: dict[Any, str]) -> pd.Series[Any]:
    return values.astype("object").where(values.notna(), None).map(words).astype("str")
