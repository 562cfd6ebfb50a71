"""An entry in the making: rows to append, cells to fill, written with the refresh that follows from them.

One save writes all of it or nothing. What a person typed elsewhere stays as it is: of a table that has rows
already only single cells are written.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.books import TableUpdate
from xlcredit.books.frames import to_cells
from xlcredit.books.place import held
from xlcredit.core.ledger import Ledger, typed_frame
from xlcredit.operations.opened import Opened, TableMissingError, open_for
from xlcredit.operations.recovery import recover_interrupted_issue
from xlcredit.operations.refresh import compute, updates_of
from xlcredit.operations.wording import put_into_words
from xlcredit.schema import TABLES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from xlcredit.books.place import Place
    from xlcredit.core.assess import Assessment
    from xlcredit.core.columns import Ints
    from xlcredit.errors import Finding


_NONE: Ints = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Entered:
    """What an entry did.

    Attributes:
        opened: the workbook as it then is.
        assessment: computed after the entry.
        findings: everything wrong with the data.
        rows: ledger rows concerned, by position.
        amounts: cents promised or settled on each of them; empty where the entry has none.
        cases: disputes moved on or closed, by position.
    """

    opened: Opened
    assessment: Assessment
    findings: list[Finding]
    rows: Ints
    amounts: Ints
    cases: Ints


class Draft:
    """The workbook as it stands, and what is to be entered.

    Attributes:
        opened: the workbook.
        assessment: of it, before the entry.
    """

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.assessment = compute(opened)[0]
        self._appended: dict[str, pd.DataFrame] = {}
        self._typed: list[tuple[str, str, pd.Series[Any]]] = []
        self._taken: list[tuple[str, Ints, list[str]]] = []

    @property
    def ledger(self) -> Ledger:
        """Its typed tables."""
        return self.opened.ledger

    @property
    def as_of(self) -> dt.date:
        """Its day."""
        return self.opened.as_of

    def append(self, table: str, columns: Mapping[str, Any]) -> None:
        """Rows for the end of a table; columns that are not given stay blank.

        Raises:
            TableMissingError: the workbook has no such table.
        """
        self._need(table)
        rows = typed_frame(TABLES[table], columns)
        before = self._appended.get(table)
        self._appended[table] = rows if before is None else pd.concat([before, rows], ignore_index=True)

    def type(self, table: str, positions: Ints | Sequence[int], column: str, value: Any) -> None:  # noqa: ANN401  typed by the column
        """One value into a column of some rows, by position; None empties the cells.

        Raises:
            TableMissingError: the workbook has no such table or column.
        """
        self.type_each(table, positions, column, [value] * len(positions))

    def type_each(
        self, table: str, positions: Ints | Sequence[int], column: str, values: Sequence[Any]
    ) -> None:
        """A value of its own into a column of each of some rows, by position; None empties the cell.

        Raises:
            TableMissingError: the workbook has no such table or column.
        """
        self._need(table, column)
        index = pd.Index(np.asarray(positions, dtype=np.int64))
        typed = typed_frame(TABLES[table], {column: values})[column]
        self._typed.append((table, column, typed.set_axis(index)))

    def note(self, table: str, positions: Ints, text: str) -> None:
        """Add to the notes of some rows, by position; what stands there stays.

        Raises:
            TableMissingError: the workbook has no such table or column.
        """
        before = getattr(self.ledger, table)["notes"].iloc[positions]
        texts = [text if pd.isna(known) else f"{known} · {text}" for known in before]
        self.type_each(table, positions, "notes", texts)

    def take(self, table: str, positions: Ints, columns: Sequence[str]) -> None:
        """What was typed into rows of a rebuilt table goes into this entry: the rebuilt rows are blank there."""
        self._taken.append((table, positions, list(columns)))

    def enter(self, rows: Ints = _NONE, amounts: Ints = _NONE, cases: Ints = _NONE) -> Entered:
        """Write the entry and the refresh that follows from it, in one save.

        Raises:
            XlcreditError: the workbook cannot be written; nothing has changed.
        """
        after = self._after()
        assessment, findings = compute(after)
        updates = [self._with_appended(update) for update in updates_of(after, assessment, findings)]
        told = {update.table for update in updates}
        updates += [self._append_only(table) for table in self._appended if table not in told]
        updates += [self._cell_update(*typed) for typed in self._typed]
        self.opened.book.save(updates)
        return Entered(after, assessment, findings, rows, amounts, cases)

    def _need(self, table: str, column: str | None = None) -> None:
        headers = self.opened.book.headers(table)
        if not headers or (column is not None and column not in headers):
            sheet = self.opened.catalogue.sheet(table)
            raise TableMissingError(path=str(self.opened.book.path), sheet=sheet, table=f"xlc_{table}")

    def _after(self) -> Opened:
        """The workbook as it will be."""
        frames = dict(self.opened.frames)
        for table, column, values in self._typed:
            changed = frames[table].copy()
            changed.loc[values.index, column] = values
            frames[table] = changed
        for table, positions, columns in self._taken:
            changed = frames[table].copy()
            changed.loc[changed.index[positions], columns] = None
            frames[table] = changed
        for table, rows in self._appended.items():
            before = frames[table].iloc[: self._filled(table)]
            frames[table] = pd.concat([before, rows], ignore_index=True).astype(rows.dtypes)
        ledger = replace(Ledger.from_frames(frames), unreadable=self._unreadable())
        return replace(self.opened, frames=frames, ledger=ledger, findings=self._findings())

    def _unreadable(self) -> dict[tuple[str, str], Any]:
        """The cells that nobody can read, without those that the entry types."""
        left = dict(self.ledger.unreadable)
        for table, column, values in self._typed:
            left[table, column] = np.setdiff1d(left.get((table, column), ()), values.index).astype(np.int64)
        return left

    def _findings(self) -> list[Finding]:
        """What is wrong with single cells, without those that the entry types."""
        typed = {(table, column, place) for table, column, values in self._typed for place in values.index}
        return [
            finding
            for finding in self.opened.findings
            if finding.count > 1 or (finding.table, finding.column, finding.position) not in typed
        ]

    def _filled(self, table: str) -> int:
        """Rows of a table down to the last one in which something is typed."""
        headers = self.opened.book.headers(table)
        typed = [headers[column.key] for column in TABLES[table].inputs if column.key in headers]
        is_filled = self.opened.raw[table].frame[typed].notna().any(axis=1).to_numpy()
        return int(np.flatnonzero(is_filled)[-1]) + 1 if is_filled.any() else 0

    def _with_appended(self, update: TableUpdate) -> TableUpdate:
        """A table's computed columns, parted into those of the rows there are and those of the new ones."""
        if update.table not in self._appended:
            return update
        filled = self._filled(update.table)
        height = len(self.opened.raw[update.table].frame)
        columns = {
            header: values.iloc[:filled].reindex(range(height)) for header, values in update.columns.items()
        }
        new = {
            header: values.iloc[filled:].reset_index(drop=True) for header, values in update.columns.items()
        }
        return TableUpdate(update.table, columns, append=self._cells(update.table).assign(**new))

    def _append_only(self, table: str) -> TableUpdate:
        return TableUpdate(table, append=self._cells(table))

    def _cells(self, table: str) -> pd.DataFrame:
        """The appended rows of a table as cells of its input columns, under the headers of the workbook."""
        headers = self.opened.book.headers(table)
        present = [column.key for column in TABLES[table].inputs if column.key in headers]
        words = self.opened.catalogue
        worded = put_into_words(self._appended[table][present], table, words)
        return to_cells(worded, TABLES[table], words).rename(columns=headers)

    def _cell_update(self, table: str, column: str, values: pd.Series[Any]) -> TableUpdate:
        words, header = self.opened.catalogue, self.opened.book.headers(table)[column]
        cells = to_cells(values.to_frame(column), TABLES[table], words)[column]
        return TableUpdate(table, cells={header: cells})


@contextlib.contextmanager
def drafting(place: Place, as_of: dt.date | None = None) -> Iterator[Draft]:
    """A draft of an entry in the workbook at `place`, which is held against other runs meanwhile.

    Args:
        place: a closed workbook or one open in Excel.
        as_of: the day of the entry; None takes the workbook's, else today.

    Raises:
        XlcreditError: the workbook cannot be read or written.
    """
    with held(place):
        recover_interrupted_issue(place)
        yield Draft(open_for(place, as_of))
