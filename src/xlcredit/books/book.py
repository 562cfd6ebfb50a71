"""A workbook as named frames, whichever it is: a closed file, or one that is open in Excel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from xlcredit.books.references import column_letters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    import pandas as pd

    from xlcredit.books.layout import TablePart
    from xlcredit.books.saving import SaveReport
    from xlcredit.books.updates import TableUpdate


@dataclass(frozen=True)
class RawTable:
    """A table as it stands in the workbook.

    Attributes:
        key: schema key.
        name: display name of the Excel Table.
        sheet: the sheet's name.
        first_row: Excel's number of the first row of the body.
        headers: from left to right.
        columns: header -> letters of its column.
        frame: the body; columns = headers, RangeIndex = position in the body, blank rows included. Numbers
            are float64, dates datetime64[s], texts str; mixed columns are objects (see `books.columns`).
        uncalculated: header -> formulas without a stored result.
        calculated: headers of columns in which a formula stands.
    """

    key: str
    name: str
    sheet: str
    first_row: int
    headers: list[str]
    columns: dict[str, str]
    frame: pd.DataFrame
    uncalculated: dict[str, int]
    calculated: frozenset[str]


def raw_table(
    key: str,
    table: TablePart,
    frame: pd.DataFrame,
    uncalculated: Mapping[str, int],
    calculated: frozenset[str],
) -> RawTable:
    """The table `key` with its places and its body."""
    area = table.area
    letters = {
        header: column_letters(area.first_column + place) for place, header in enumerate(table.headers)
    }
    first = table.body.first_row
    return RawTable(
        key, table.name, table.sheet, first, table.headers, letters, frame, dict(uncalculated), calculated
    )


class Book(Protocol):
    """What an operation asks of a workbook."""

    @property
    def path(self) -> Path:
        """The file on disk that the workbook is kept in."""

    @property
    def language(self) -> str:
        """The language in which its sheets and headers are written."""

    def reopened(self, *, to_write: bool = True) -> Book:
        """The same workbook as it stands now; nothing is remembered of how it was.

        Args:
            to_write: refuse a workbook that cannot be written; a reader does not mind.
        """

    def held(self) -> AbstractContextManager[None]:
        """Hold the workbook against other runs for the time of an operation that changes it."""

    def has(self, key: str) -> bool:
        """Whether the workbook has the table `key`."""

    def headers(self, key: str) -> dict[str, str]:
        """Schema key of the column -> header in the workbook; empty when it lacks the table."""

    def read(self, *keys: str) -> dict[str, RawTable]:
        """The tables `keys`, those that the workbook has."""

    def save(self, updates: Sequence[TableUpdate]) -> SaveReport:
        """Write the updates into the workbook, all of them or none; what is the same is not written."""

    def persist(self) -> None:
        """Make what was saved durable, or take it back and say why it cannot be."""

    def restore(self) -> Path:
        """Put the newest kept version that differs in place; the version that was put back."""
