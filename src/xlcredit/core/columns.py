"""Typed columns as plain arrays: what the rules calculate with.

A blank amount is nothing owed (0); a blank date stays NaT, which is neither before nor after any day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Mask = NDArray[np.bool_]
    Days = NDArray[np.datetime64]

NO_DAY = np.datetime64("NaT", "D")
_BEFORE, _AFTER = np.iinfo("int64").min, np.iinfo("int64").max


def cents(series: pd.Series) -> Ints:
    """A money or count column as int64; blank is 0. Not to be written to: it may be the column itself."""
    return series.to_numpy(dtype="int64", na_value=0)


def filled(series: pd.Series) -> Mask:
    """Where the column is not blank."""
    return series.notna().to_numpy()


def days(series: pd.Series) -> Days:
    """A date or time column as days (datetime64[D]); blank is NaT."""
    return series.to_numpy().astype("datetime64[D]")


def day(as_of: dt.date) -> np.datetime64:
    """A date as datetime64[D]."""
    return np.datetime64(as_of, "D")


def is_any(series: pd.Series, *choices: str) -> Mask:
    """Where a choice column is one of `choices`; a blank is none of them."""
    codes = series.cat.codes.to_numpy()
    mask = np.zeros(len(codes), dtype=bool)
    for code in np.flatnonzero(series.cat.categories.isin(list(choices))).tolist():
        mask |= codes == code
    return mask


def is_among(texts: pd.Series, known: pd.Series) -> Mask:
    """Where a text column is one of `known`; a blank is none of them.

    By Arrow's own lookup: pandas turns every known text into a Python object first.
    """
    values, value_set = (pa.array(each, from_pandas=True).cast(pa.large_string()) for each in (texts, known))
    found: Mask = pc.is_in(values, value_set=value_set.drop_null()).to_numpy(zero_copy_only=False)
    return found


def positions(mask: Mask) -> Ints:
    """Where `mask` is true."""
    return np.flatnonzero(mask)


def sum_at(places: Ints, amounts: Ints, size: int) -> Ints:
    """Exact sums of `amounts` by place, for places 0 to size - 1."""
    totals = np.zeros(size, dtype="int64")
    np.add.at(totals, places, amounts)
    return totals


def latest_at(places: Ints, dates: Days, size: int) -> Days:
    """The latest date by place; NaT where there is none. Blank dates do not count."""
    latest = np.full(size, _BEFORE)
    np.maximum.at(latest, places, dates.astype("int64"))  # NaT is the smallest integer
    return latest.astype("datetime64[D]")


def earliest_at(places: Ints, dates: Days, size: int) -> Days:
    """The earliest date by place; NaT where there is none. Blank dates do not count."""
    earliest = np.full(size, _AFTER)
    known = ~np.isnat(dates)
    np.minimum.at(earliest, places[known], dates[known].astype("int64"))
    return np.where(earliest == _AFTER, _BEFORE, earliest).astype("datetime64[D]")


def coded(codes: NDArray[Any], names: Sequence[str]) -> pd.Series:
    """A category column from positions in `names`; a negative position is blank."""
    return pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(list(names), dtype="str")))


def bit_sets(masks: Mapping[str, Mask], names: Sequence[str], size: int) -> Ints:
    """One bit set a row: bit n is set where the mask of `names[n]` is."""
    bits = np.zeros(size, dtype="int64")
    for name, mask in masks.items():
        np.bitwise_or(bits, np.int64(1 << names.index(name)), out=bits, where=mask)
    return bits


def coded_bits(bits: Ints, names: Sequence[str]) -> pd.Series:
    """A category column from bit sets over `names`: `dispute+promise`; no bit is blank."""
    codes, distinct = pd.factorize(bits)
    texts = [
        "+".join(name for bit, name in enumerate(names) if value >> bit & 1) for value in distinct.tolist()
    ]
    named = [text for text in texts if text]
    place = np.array([named.index(text) if text else -1 for text in texts], dtype="int64")
    return coded(place[codes], named)


def nullable(values: NDArray[Any], known: Mask) -> pd.Series:
    """An Int64 column with `values` where `known`, blank elsewhere."""
    return pd.Series(pd.arrays.IntegerArray(values.astype("int64", copy=True), ~known))


def whole(values: Ints) -> pd.Series:
    """An Int64 column without blanks."""
    return nullable(values, np.ones(len(values), dtype=bool))


def stamps(dates: Days) -> pd.Series:
    """A date column (datetime64[s]) from days."""
    return pd.Series(dates.astype("datetime64[s]"))


def years_of(dates: Days) -> Ints:
    """The year of each date, -1 where there is none; every distinct day is worked out once."""
    known = ~np.isnat(dates)
    if not known.any():
        return np.full(len(dates), -1, dtype="int64")
    first = dates[known].min()
    calendar = np.arange(first, dates[known].max() + 1).astype("datetime64[Y]").astype("int64") + 1970
    return np.where(known, calendar[np.where(known, (dates - first).astype("int64"), 0)], -1)


def looked_up(keys: pd.Series, values: Mapping[str, Any], otherwise: Any) -> NDArray[Any]:  # noqa: ANN401  any scalar
    """The value of each key, each distinct key looked up once."""
    codes, distinct = pd.factorize(keys)
    table = np.array([values.get(key, otherwise) for key in distinct.tolist()] + [otherwise])
    return table[codes]
