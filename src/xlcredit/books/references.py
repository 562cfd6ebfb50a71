"""Cell references as a sheet's XML writes them: `A1`, `B5:AD2400`.

Rows and columns count from 1, as in Excel; both ends of a range belong to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?")


@lru_cache(maxsize=LAST_COLUMN)
def column_letters(number: int) -> str:
    """The letters of a column.

    >>> column_letters(1), column_letters(26), column_letters(27), column_letters(16384)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def column_number(letters: str) -> int:
    """The number of a column.

    >>> column_number("AD")
    30
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@dataclass(frozen=True, slots=True)
class Range:
    """A rectangle of cells, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def __str__(self) -> str:
        first = f"{column_letters(self.first_column)}{self.first_row}"
        last = f"{column_letters(self.last_column)}{self.last_row}"
        return first if first == last else f"{first}:{last}"

    @property
    def rows(self) -> int:
        """How many rows it spans."""
        return self.last_row - self.first_row + 1

    @property
    def columns(self) -> int:
        """How many columns it spans."""
        return self.last_column - self.first_column + 1

    def to_row(self, last_row: int) -> Range:
        """The same range down to another row."""
        return replace(self, last_row=last_row)

    def meets(self, other: Range) -> bool:
        """Whether the two share a cell."""
        return (
            self.first_row <= other.last_row
            and other.first_row <= self.last_row
            and self.first_column <= other.last_column
            and other.first_column <= self.last_column
        )

    def union(self, other: Range) -> Range:
        """The smallest range that holds both."""
        return Range(
            min(self.first_row, other.first_row),
            min(self.first_column, other.first_column),
            max(self.last_row, other.last_row),
            max(self.last_column, other.last_column),
        )


def parse_range(text: str) -> Range | None:
    """The range that `text` names; None when it names none that a sheet has.

    >>> str(parse_range("$B$5:AD2400"))
    'B5:AD2400'
    """
    match = _REFERENCE.fullmatch(text)
    if match is None:
        return None
    first_column, first_row, last_column, last_row = match.groups()
    found = Range(
        int(first_row),
        column_number(first_column),
        int(last_row or first_row),
        column_number(last_column or first_column),
    )
    return found if _is_on_a_sheet(found) else None


def _is_on_a_sheet(found: Range) -> bool:
    return (
        1 <= found.first_row <= found.last_row <= LAST_ROW
        and 1 <= found.first_column <= found.last_column <= LAST_COLUMN
    )
