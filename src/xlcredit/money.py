"""Money: integer cents in frames, `Decimal` at the edges, one rounding rule.

Half up to the cent (away from zero, as Excel's ROUND does), once, at the end of a calculation. Parts that are
printed are spread by largest remainder, so that they add up to the rounded total.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import pandas as pd

from xlcredit.cells import Cells, Fault, Kind, as_series, split_cells
from xlcredit.numerals import Mark, read_numeral, read_numerals, round_to_cents

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    import numpy.typing as npt

    from xlcredit.cells import Faults

__all__ = [
    "LIMIT_CENTS", "Mark", "cents_to_decimal_text", "parse_amount", "parse_amounts", "read_amounts",
    "round_half_up", "round_to_cents", "spread_cents",
]  # fmt: skip

LIMIT_CENTS = 10**13
"""Amounts from here on (100 thousand million) are taken for slips, not for money."""

_SLACK = 8e-16
"""Relative; less than a unit in the fifteenth digit, the last that Excel keeps."""


@overload
def round_half_up(numerator: int, denominator: int) -> int: ...
@overload
def round_half_up(
    numerator: npt.NDArray[np.int64], denominator: int | npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]: ...
def round_half_up(numerator: Any, denominator: Any) -> Any:
    """`numerator / denominator` as the nearest integer, halves away from zero; exact.

    >>> round_half_up(5, 2), round_half_up(-5, 2), round_half_up(7, 3)
    (3, -3, 2)
    """
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    if isinstance(numerator, int):
        return -magnitude if numerator < 0 else magnitude
    return np.where(numerator < 0, -magnitude, magnitude)


def spread_cents(total_cents: int, weights: Sequence[int | Decimal | Fraction]) -> list[int]:
    """`total_cents` in parts that follow `weights` (none negative) and add up to it, by largest remainder.

    Equal remainders: the earlier part first. All weights zero: equal parts.

    >>> spread_cents(100, [1, 1, 1]), spread_cents(-5, [1, 1])
    ([34, 33, 33], [-3, -2])
    """
    shares = [Fraction(weight) for weight in weights]
    if not any(shares):
        shares = [Fraction(1)] * len(shares)
    exact = [abs(total_cents) * share / sum(shares) for share in shares]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda part: parts[part] - exact[part])
    for part in by_remainder[: abs(total_cents) - sum(parts)]:
        parts[part] += 1
    return [-part for part in parts] if total_cents < 0 else parts


def cents_to_decimal_text(cents: int) -> str:
    """Cents as the decimal string of `--json`.

    >>> cents_to_decimal_text(-5)
    '-0.05'
    """
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02}"


def parse_amount(text: str, *, decimal_mark: Mark | None = None) -> Decimal | None:
    """`text` as an amount, unrounded; None when it is none, or could be two and `decimal_mark` is not given.

    >>> parse_amount("1.250,50 €"), parse_amount("1.234"), parse_amount("1.234", decimal_mark=",")
    (Decimal('1250.50'), None, Decimal('1234'))
    """
    numeral = read_numeral(text)
    return None if numeral is None else numeral.value(decimal_mark)


def parse_amounts(column: pd.Series[Any]) -> tuple[pd.Series[Any], Faults]:
    """A column of amounts, as numbers or in any spelling, in cents.

    A number is rounded as Excel shows it (2.675 is 2.68). A text like `1.234` is decided by the other texts
    of the column.

    Returns:
        Int64 cents, <NA> where nothing or nothing readable stands, and the bad mask: one `Fault` a row
        (UNREADABLE, AMBIGUOUS, TOO_LARGE, CELL_ERROR), zero where all is well.
    """
    return read_amounts(split_cells(column))


def read_amounts(cells: Cells) -> tuple[pd.Series[Any], Faults]:
    """As `parse_amounts`, from cells already split."""
    faults = cells.faults(Kind.DATE, Kind.FLAG)
    cents = np.full(cells.size, np.nan) if cells.numbers is None else cents_of_numbers(cells.numbers)
    if cells.texts is not None:
        written, text_faults = read_numerals(cells.texts, in_cents=True)
        cents = np.where(np.isnan(cents), written, cents)
        faults = np.maximum(faults, text_faults)
    return whole_numbers(cents, faults, LIMIT_CENTS)


def cents_of_numbers(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Numbers of cells in whole cents, half up by the digits Excel shows and not by the binary ones.

    The double nearest to a half cent counts as that half cent.
    """
    size = np.abs(numbers)
    cents: npt.NDArray[np.float64] = np.floor(size * 100)
    half = cents + 0.5
    half /= 100
    size *= 1 + _SLACK
    cents += size >= half
    np.copysign(cents, numbers, out=cents)
    return cents


def whole_numbers(
    numbers: npt.NDArray[np.float64], faults: Faults, limit: int
) -> tuple[pd.Series[Any], Faults]:
    """Whole `numbers` (NaN blank) as Int64; those of `limit` or more in size become TOO_LARGE and blank."""
    blank = np.isnan(numbers)
    too_large = np.abs(numbers) >= limit
    if too_large.any():
        faults = np.where(too_large, np.uint8(Fault.TOO_LARGE), faults)
        blank |= too_large
    if blank.any():
        numbers = np.where(blank, 0, numbers)
    return as_series(pd.arrays.IntegerArray(numbers.astype(np.int64), blank)), faults
