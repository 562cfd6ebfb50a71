"""How a column of cells becomes a column of each type of the schema.

A reader takes the cells of one column and answers its typed values (blank where nothing or nothing readable
stands) and one `Fault` a row.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from xlcredit.cells import Cells, Fault, Kind, as_series
from xlcredit.money import read_amounts, whole_numbers
from xlcredit.numerals import read_numerals
from xlcredit.schema import CYCLES, DTYPES
from xlcredit.texts import distinct_texts, replace_rows, tidy_text
from xlcredit.words import choice_words, cycle_of, fold, reading_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from xlcredit.cells import Faults
    from xlcredit.schema import Column

    Reading = tuple[pd.Series[Any], Faults]

_LIMIT_WHOLE = 10**15
_SAFE_WHOLE = 2**53
_LARGEST_FRACTION, _LARGEST_PERCENT = 0.3, 100.0
_BASIS_POINTS = 10_000
_RATE = re.compile(r"(?P<number>[+-]?\d{1,4}(?:[.,]\d*)?) ?(?P<percent>%?)")


def blank_column(column: Column, size: int) -> pd.Series[Any]:
    """`size` rows of `column`, nothing in them."""
    if column.type == "choice":
        return _categories(np.full(size, -1, np.int8), column.choices)
    return _BLANK[DTYPES[column.type]](size)


def read_column(cells: Cells, column: Column) -> Reading:
    """The cells as `column`'s type; not for dates and times, which depend on the whole table."""
    if column.type == "choice":
        return read_choices(
            cells, column.choices, choice_words(column.vocabulary) if cells.written is not None else {}
        )
    if column.key == "currency":
        return read_currencies(cells)
    if column.key in CYCLES:
        return read_cycles(cells)
    return _READERS[column.type](cells)


def read_texts(cells: Cells) -> Reading:
    """Texts; numbers and dates as a person sees them."""
    return _as_texts(cells.texts, cells), cells.faults()


def read_ids(cells: Cells) -> Reading:
    """Identifiers: as texts, without a forced-text apostrophe; a date is Excel's mistake: kept, marked."""
    faults = cells.faults(Kind.DATE)
    return _as_texts(
        None if cells.tidied is None else cells.tidied.without_apostrophes().texts, cells
    ), faults


def read_cycles(cells: Cells) -> Reading:
    """Names of dunning cycles: the package's as their keys, a person's own as they are."""
    names, faults = read_ids(cells)
    codes, distinct = pd.factorize(names)
    keys = np.array([*(cycle_of(name) for name in distinct), None], dtype=object)
    return pd.Series(keys[codes], index=names.index, dtype="str"), faults


def _as_texts(texts: pa.Array | None, cells: Cells) -> pd.Series[Any]:
    """`texts`, and the cells of other kinds as text."""
    texts = _no_texts(cells.size) if texts is None else texts
    for written in (_number_texts(cells), _date_texts(cells), _flag_texts(cells)):
        if written is not None:
            texts = pc.coalesce(texts, written)
    return as_series(pd.array(texts, dtype="str"))


def _number_texts(cells: Cells) -> pa.Array | None:
    """Numbers as texts: 123.0 is `123`."""
    if cells.numbers is None:
        return None
    blank = np.isnan(cells.numbers)
    is_whole = ~blank & (np.abs(cells.numbers) < _SAFE_WHOLE)
    is_whole &= cells.numbers == np.trunc(cells.numbers)
    whole = pa.array(np.where(is_whole, cells.numbers, 0).astype(np.int64), mask=~is_whole).cast(
        pa.large_string()
    )
    broken = np.flatnonzero(~blank & ~is_whole)
    if not broken.size:
        return whole
    return replace_rows(whole, broken, [str(number) for number in cells.numbers[broken].tolist()])


def _date_texts(cells: Cells) -> pa.Array | None:
    if cells.dates is None:
        return None
    dates = as_series(cells.dates).dt
    has_time = bool(
        (dates.normalize() != as_series(cells.dates)).where(~np.isnat(cells.dates), other=False).any()
    )
    return pa.array(
        dates.strftime("%Y-%m-%dT%H:%M:%S" if has_time else "%Y-%m-%d"), pa.large_string(), from_pandas=True
    )


def _flag_texts(cells: Cells) -> pa.Array | None:
    if cells.flags is None:
        return None
    texts = np.where(cells.flags == 1, "true", "false").astype(object)
    return pa.array(texts, pa.large_string(), mask=cells.flags < 0)


def read_choices(cells: Cells, choices: Sequence[str], words: Mapping[str, str]) -> Reading:
    """Words of a vocabulary as categories of its English keys."""
    faults = _word_faults(cells)
    codes = np.full(cells.size, -1, dtype=np.int8)
    if cells.written is not None:
        place = {key: code for code, key in enumerate(choices)}
        codes, unknown = _look_up(cells.written.texts, lambda text: place.get(words.get(fold(text), "")))
        faults[unknown] = Fault.UNKNOWN
    return _categories(codes, choices), faults


def _word_faults(cells: Cells) -> Faults:
    """Faults of a column of words: whatever is no text is no word of the list."""
    faults = cells.faults(Kind.NUMBER, Kind.DATE, Kind.FLAG)
    faults[faults == Fault.UNREADABLE] = Fault.UNKNOWN
    return faults


def _categories(codes: npt.NDArray[np.int8], choices: Sequence[str]) -> pd.Series[Any]:
    return as_series(
        pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(choices)), validate=False)
    )


def read_flags(cells: Cells) -> Reading:
    """Yes and no in words, as true and false, or as 1 and 0."""
    faults = cells.faults(Kind.DATE)
    flags = np.full(cells.size, -1, dtype=np.int8) if cells.flags is None else cells.flags
    if cells.numbers is not None:
        is_known = (cells.numbers == 0) | (cells.numbers == 1)
        faults[~is_known & ~np.isnan(cells.numbers)] = Fault.UNREADABLE
        flags = np.where(is_known, cells.numbers == 1, flags).astype(np.int8)
    if cells.written is not None:
        values = {word: int(key == "true") for word, key in reading_words("flags").items()}
        written, unknown = _look_up(cells.written.texts, lambda text: values.get(fold(text)))
        faults[unknown] = Fault.UNREADABLE
        flags = np.where(flags < 0, written, flags)
    return as_series(pd.arrays.BooleanArray(flags == 1, flags < 0)), faults


def read_currencies(cells: Cells) -> Reading:
    """Currencies as ISO codes: `€` and `euro` are EUR, other codes in capitals."""
    faults = _word_faults(cells)
    if cells.written is None:
        return _BLANK["str"](cells.size), faults
    words, codes = distinct_texts(cells.written.texts)
    known = [_currency(tidy_text(word)) for word in words]
    faults[_unknown(words, known, codes)] = Fault.UNKNOWN
    distinct = pa.array([*known, None], pa.large_string())
    return as_series(
        pd.array(distinct.take(pa.array(np.where(codes < 0, len(words), codes))), dtype="str")
    ), faults


def _currency(text: str) -> str | None:
    code = reading_words("currencies").get(fold(text) or text.strip(), text.strip().upper())
    return code if re.fullmatch(r"[A-Z]{3}", code) else None


def _look_up(
    written: pa.Array, value_of: Callable[[str], int | None]
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.intp]]:
    """Small value of each text, -1 where there is none, and the positions of the texts without one."""
    words, codes = distinct_texts(written)
    values = [value_of(word) for word in words]
    table = np.array([-1 if value is None else value for value in values] + [-1], dtype=np.int8)
    return table.take(codes), _unknown(words, values, codes)


def _unknown(
    words: Sequence[str], values: Sequence[object], codes: npt.NDArray[np.int32]
) -> npt.NDArray[np.intp]:
    """Positions of the texts without a value though something stands there."""
    unknown = [bool(tidy_text(word)) and value is None for word, value in zip(words, values, strict=True)]
    return np.flatnonzero(np.array([*unknown, False]).take(codes)) if any(unknown) else np.zeros(0, np.intp)


def read_whole(cells: Cells) -> Reading:
    """Whole numbers; one with decimals is NOT_WHOLE."""
    numbers, faults = _numbers(cells)
    broken = np.isfinite(numbers) & (numbers != np.trunc(numbers))
    if broken.any():
        numbers = np.where(broken, np.nan, numbers)
        faults = np.where(broken, np.uint8(Fault.NOT_WHOLE), faults)
    return whole_numbers(numbers, faults, _LIMIT_WHOLE)


def read_plain_numbers(cells: Cells) -> Reading:
    """Numbers with decimals; a text in percent is a hundredth."""
    numbers, faults = _numbers(cells)
    infinite = np.isinf(numbers)
    if infinite.any():
        numbers = np.where(infinite, np.nan, numbers)
        faults = np.where(infinite, np.uint8(Fault.TOO_LARGE), faults)
    return as_series(numbers), faults


def _numbers(cells: Cells) -> tuple[npt.NDArray[np.float64], Faults]:
    faults = cells.faults(Kind.DATE, Kind.FLAG)
    numbers = np.full(cells.size, np.nan) if cells.numbers is None else cells.numbers
    if cells.texts is not None:
        written, text_faults = read_numerals(cells.texts, in_cents=False)
        numbers = np.where(np.isnan(numbers), written, numbers)
        faults = np.maximum(faults, text_faults)
    return numbers, faults


def read_rates(cells: Cells) -> Reading:
    """Rates in basis points.

    A text with `%` counts points of percent. A bare number up to 0.3 is what a cell formatted as percent
    holds (0.1015), one from 1 to 100 counts points of percent (10.15); in between nobody can tell, so it is
    AMBIGUOUS.
    """
    faults = cells.faults(Kind.DATE, Kind.FLAG)
    rates = np.full(cells.size, np.nan)
    if cells.numbers is not None:
        rates = _fraction(cells.numbers)
        faults[np.isnan(rates) & ~np.isnan(cells.numbers)] = Fault.AMBIGUOUS
    if cells.texts is not None:
        words, codes = distinct_texts(cells.texts)
        read = [_read_rate(word) for word in words]
        rates = np.where(np.isnan(rates), np.array([rate for rate, _ in read] + [np.nan])[codes], rates)
        faults = np.maximum(
            faults, np.array([fault for _, fault in read] + [Fault.FINE], dtype=np.uint8)[codes]
        )
    basis_points = np.copysign(np.floor(np.round(np.abs(rates) * _BASIS_POINTS, 6) + 0.5), rates)
    return whole_numbers(basis_points, faults, _BASIS_POINTS + 1)


def _fraction(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Bare numbers as fractions of one, NaN where they could be percent as well."""
    size = np.abs(numbers)
    unclear = (size > _LARGEST_FRACTION) & (size < 1) | (size > _LARGEST_PERCENT)
    return np.where(unclear, np.nan, np.where(size >= 1, numbers / 100, numbers))


def _read_rate(text: str) -> tuple[float, Fault]:
    match = _RATE.fullmatch(text)
    if match is None:
        return np.nan, Fault.UNREADABLE
    number = float(match["number"].replace(",", "."))
    fraction = number / 100 if match["percent"] else float(_fraction(np.array([number]))[0])
    return fraction, Fault.AMBIGUOUS if np.isnan(fraction) else Fault.FINE


_READERS: dict[str, Callable[[Cells], Reading]] = {
    "text": read_texts,
    "id": read_ids,
    "money": read_amounts,
    "rate": read_rates,
    "int": read_whole,
    "number": read_plain_numbers,
    "flag": read_flags,
}


@lru_cache(maxsize=1)
def _no_texts(size: int) -> pa.Array:
    """Nulls; Arrow arrays never change, so every blank column of a table can share them."""
    return pa.nulls(size, pa.large_string())


_BLANK: dict[str, Callable[[int], pd.Series[Any]]] = {
    "str": lambda size: as_series(pd.array(_no_texts(size), dtype="str")),
    "Int64": lambda size: as_series(
        pd.arrays.IntegerArray(np.zeros(size, np.int64), np.ones(size, dtype=bool))
    ),
    "float64": lambda size: as_series(np.full(size, np.nan)),
    "boolean": lambda size: as_series(
        pd.arrays.BooleanArray(np.zeros(size, dtype=bool), np.ones(size, dtype=bool))
    ),
    "datetime64[s]": lambda size: as_series(np.full(size, "NaT", dtype="datetime64[s]")),
}
