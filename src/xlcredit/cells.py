"""Cells as a reader gives them, sorted by what they hold.

A column comes as numbers, as dates, as texts, or mixed; the type of a cell decides how it is read (the number
1.234 is 1.23, the text "1.234" may be 1234). `split_cells` keeps the kinds apart without a loop over the rows
of a uniform column.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from xlcredit.texts import Mask, Written, as_arrow, text_mask, tidy_text

Faults = npt.NDArray[np.uint8]
"""One `Fault` a row; true where a cell could not be read."""

ERROR_TEXTS = frozenset({
    "#N/A", "#N/D", "#NULL!", "#NULLO!", "#DIV/0!", "#VALUE!", "#VALORE!", "#REF!", "#RIF!", "#NAME?",
    "#NOME?", "#NUM!", "#SPILL!", "#ESPANSIONE!", "#CALC!", "#CALCOLO!", "#FIELD!", "#CAMPO!",
    "#GETTING_DATA",
})  # fmt: skip
"""Excel's error values as English and Italian Excel write them."""


class Fault(IntEnum):
    """Why a cell has no value although something stands in it."""

    FINE = 0
    UNREADABLE = 1
    AMBIGUOUS = 2
    TOO_LARGE = 3
    OUT_OF_RANGE = 4
    ORDER_CONFLICT = 5
    NOT_WHOLE = 6
    UNKNOWN = 7
    CELL_ERROR = 8


class CellError(str):
    """An error value (#N/A, #REF!) read from a cell, told apart from text that looks like one."""

    __slots__ = ()


class Kind(IntEnum):
    """What a cell holds."""

    BLANK = 0
    NUMBER = 1
    TEXT = 2
    DATE = 3
    FLAG = 4
    ERROR = 5
    OTHER = 6


@dataclass(frozen=True)
class Cells:
    """One column, its kinds of cells apart; None where the column has no cell of a kind.

    Attributes:
        size: rows.
        numbers: float64, NaN elsewhere.
        written: texts as they stand, null elsewhere; `texts` are the same tidied.
        dates: datetime64[s], NaT elsewhere.
        flags: int8, 1 and 0, -1 elsewhere.
        errors: true at Excel's error values.
        others: true at what no column expects (durations, times of day).
    """

    size: int
    numbers: npt.NDArray[np.float64] | None = None
    written: Written | None = None
    dates: npt.NDArray[np.datetime64] | None = None
    flags: npt.NDArray[np.int8] | None = None
    errors: Mask | None = None
    others: Mask | None = None

    @cached_property
    def tidied(self) -> Written | None:
        """`written` tidied, null where nothing is left."""
        return None if self.written is None else self.written.tidied()

    @property
    def texts(self) -> pa.Array | None:
        """The tidied texts."""
        return None if self.tidied is None else self.tidied.texts

    @cached_property
    def blank(self) -> Mask:
        """Rows in which nothing stands."""
        filled = np.zeros(self.size, dtype=bool)
        for mask in (
            None if self.numbers is None else ~np.isnan(self.numbers),
            None if self.texts is None else text_mask(self.texts),
            None if self.dates is None else ~np.isnat(self.dates),
            None if self.flags is None else self.flags >= 0,
            self.errors,
            self.others,
        ):
            if mask is not None:
                filled |= mask
        return ~filled

    def faults(self, *unexpected: Kind) -> Faults:
        """Error cells, oddities and the `unexpected` kinds marked; the rest is fine so far."""
        faults = np.zeros(self.size, dtype=np.uint8)
        if Kind.NUMBER in unexpected and self.numbers is not None:
            faults[~np.isnan(self.numbers)] = Fault.UNREADABLE
        if Kind.TEXT in unexpected and self.texts is not None:
            faults[text_mask(self.texts)] = Fault.UNREADABLE
        if Kind.DATE in unexpected and self.dates is not None:
            faults[~np.isnat(self.dates)] = Fault.UNREADABLE
        if Kind.FLAG in unexpected and self.flags is not None:
            faults[self.flags >= 0] = Fault.UNREADABLE
        if self.others is not None:
            faults[self.others] = Fault.UNREADABLE
        if self.errors is not None:
            faults[self.errors] = Fault.CELL_ERROR
        return faults


def split_cells(column: pd.Series[Any]) -> Cells:
    """The cells of `column` by kind, whatever its dtype."""
    dtype = column.dtype
    if isinstance(dtype, pd.StringDtype):
        return _split_texts(column)
    if pd.api.types.is_bool_dtype(dtype):
        return Cells(len(column), flags=column.to_numpy("int8", na_value=-1))
    if pd.api.types.is_numeric_dtype(dtype):
        return Cells(len(column), numbers=column.to_numpy("float64", na_value=np.nan))
    if pd.api.types.is_datetime64_any_dtype(dtype):
        local = column.dt.tz_localize(None) if isinstance(dtype, pd.DatetimeTZDtype) else column
        return Cells(len(column), dates=local.to_numpy().astype("datetime64[s]"))
    return _split_objects(column.to_numpy(dtype=object))


def _split_texts(column: pd.Series[Any]) -> Cells:
    written = Written(as_arrow(column))
    errors = _error_texts(written)
    if errors is not None:
        written = Written(pc.if_else(pa.array(errors), pa.scalar(None, written.texts.type), written.texts))
    return Cells(len(column), written=written, errors=errors)


def _split_objects(values: npt.NDArray[np.object_]) -> Cells:
    kinds = np.fromiter(map(_kind_of_type, map(type, values)), dtype=np.uint8, count=len(values))
    present = set(np.unique(kinds).tolist())
    errors = kinds == Kind.ERROR if Kind.ERROR in present else None
    texts = None
    if Kind.TEXT in present:
        text_cells = _split_texts(_only_texts(values, kinds))
        texts = text_cells.written
        if text_cells.errors is not None:
            errors = text_cells.errors if errors is None else errors | text_cells.errors
    return Cells(
        len(values),
        numbers=_numbers(values, kinds == Kind.NUMBER) if Kind.NUMBER in present else None,
        written=texts,
        dates=_dates(values, kinds == Kind.DATE) if Kind.DATE in present else None,
        flags=_flags(values, kinds == Kind.FLAG) if Kind.FLAG in present else None,
        errors=errors,
        others=kinds == Kind.OTHER if Kind.OTHER in present else None,
    )


_KINDS: dict[type, int] = {}


def _kind_of_type(type_: type) -> int:
    kind = _KINDS.get(type_)
    if kind is None:
        kind = _KINDS[type_] = _classify(type_)
    return kind


def _classify(type_: type) -> int:
    order: tuple[tuple[tuple[type, ...], Kind], ...] = (
        ((type(None), type(pd.NA), type(pd.NaT)), Kind.BLANK),
        ((CellError,), Kind.ERROR),
        ((str,), Kind.TEXT),
        ((bool, np.bool_), Kind.FLAG),
        ((int, float, Decimal, np.integer, np.floating), Kind.NUMBER),
        ((dt.date, np.datetime64), Kind.DATE),
    )
    return next((kind for types, kind in order if issubclass(type_, types)), Kind.OTHER)


def _only_texts(values: npt.NDArray[np.object_], kinds: npt.NDArray[np.uint8]) -> pd.Series[Any]:
    texts = values.copy()
    texts[kinds != Kind.TEXT] = None
    return pd.Series(pd.array(texts, dtype="str"))


def _numbers(values: npt.NDArray[np.object_], mask: Mask) -> npt.NDArray[np.float64]:
    numbers = np.full(len(values), np.nan)
    numbers[mask] = values[mask].astype(np.float64)
    return numbers


def _dates(values: npt.NDArray[np.object_], mask: Mask) -> npt.NDArray[np.datetime64]:
    dates = np.full(len(values), "NaT", dtype="datetime64[s]")
    dates[mask] = values[mask].astype("datetime64[s]")
    return dates


def _flags(values: npt.NDArray[np.object_], mask: Mask) -> npt.NDArray[np.int8]:
    flags = np.full(len(values), -1, dtype=np.int8)
    flags[mask] = values[mask].astype(np.int8)
    return flags


def as_series(values: Any) -> pd.Series[Any]:  # noqa: ANN401  an array of any kind
    """A fresh array as a Series, without copying it again."""
    return pd.Series(values, copy=False)


def cell_text(value: Any) -> str | None:  # noqa: ANN401  whatever stood in the cell
    """What a person sees in a cell, as text; None when blank.

    >>> cell_text(123.0), cell_text("31/02/2026")
    ('123', '31/02/2026')
    """
    if value is None or value is pd.NaT or value is pd.NA or value != value:  # noqa: PLR0124  NaN
        return None
    if isinstance(value, (dt.date, np.datetime64)):
        return f"{pd.Timestamp(value):%d/%m/%Y}"
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return f"{float(value):.0f}"
    return tidy_text(str(value))


def _error_texts(written: Written) -> Mask | None:
    """Rows that hold an error value as text; None when there is none."""
    suspects = written.starting_with(ord("#"))
    if not suspects.size:
        return None
    words = written.texts.take(pa.array(suspects)).to_pylist()
    errors = np.zeros(len(written.texts), dtype=bool)
    errors[suspects] = [word is not None and word.strip().upper() in ERROR_TEXTS for word in words]
    return errors if errors.any() else None
