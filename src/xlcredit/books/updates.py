"""What a caller wants written into a table, and what that means for its cells."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from xlcredit.books.errors import (
    ArrayFormulaError,
    ColumnNotFoundError,
    RowsDifferError,
    SheetFullError,
    TableNotFoundError,
    TotalsRowError,
)
from xlcredit.books.patches import ColumnPatch, TablePatch
from xlcredit.books.payloads import Content, Repeated, Values, blanks, formulas
from xlcredit.books.recognise import PREFIX, language_of, match_headers
from xlcredit.books.references import LAST_ROW
from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from xlcredit.books.layout import Layout, TableColumn, TablePart


@dataclass(frozen=True)
class TableUpdate:
    """New content for one table.

    Attributes:
        table: schema key, or the table's display name in the file.
        columns: header -> values, one a row of the body as it was read; other columns are not touched.
        append: rows to add after the last one in which something is typed; columns = headers. Columns left
            out stay blank, or get their formula when they are calculated.
        replace: rows that take the place of all there are; columns = headers. Columns left out stay as they
            are, row by row, in the rows that remain: a caller that wants them to follow their row gives them.
        cells: header -> values of single rows, indexed by their position in the body as it was read; the
            other cells of the column are not touched.
    """

    table: str
    columns: Mapping[str, pd.Series[Any]] = field(default_factory=dict)
    append: pd.DataFrame | None = None
    replace: pd.DataFrame | None = None
    cells: Mapping[str, pd.Series[Any]] = field(default_factory=dict)


def merge_updates(updates: Iterable[TableUpdate]) -> TableUpdate:
    """Several updates of one table as one: later columns win, appended rows follow each other."""
    merged: TableUpdate | None = None
    for update in updates:
        if merged is None:
            merged = update
            continue
        rows = [frame for frame in (merged.append, update.append) if frame is not None]
        merged = TableUpdate(
            update.table,
            {**merged.columns, **update.columns},
            pd.concat(rows, ignore_index=True) if len(rows) > 1 else next(iter(rows), None),
            merged.replace if update.replace is None else update.replace,
            _merged_cells(merged.cells, update.cells),
        )
    assert merged is not None  # noqa: S101  callers group updates that exist
    return merged


def _merged_cells(
    earlier: Mapping[str, pd.Series[Any]], later: Mapping[str, pd.Series[Any]]
) -> dict[str, pd.Series[Any]]:
    """Single cells of both; of the same cell the later one."""
    merged = {**earlier, **later}
    for header in earlier.keys() & later.keys():
        kept = earlier[header].drop(later[header].index, errors="ignore")
        merged[header] = pd.concat([kept.astype("object"), later[header].astype("object")])
    return merged


def updates_by_table(
    updates: Iterable[TableUpdate], find: Callable[[str], TablePart]
) -> list[tuple[TablePart, TableUpdate]]:
    """Each table that is updated, with all its updates as one.

    Args:
        updates: what is wanted.
        find: the table with a schema key or display name.
    """
    by_table: dict[str, list[TableUpdate]] = defaultdict(list)
    for update in updates:
        by_table[find(update.table).name].append(update)
    return [(find(same[0].table), merge_updates(same)) for same in by_table.values()]


def find_table(name: str, known: Mapping[str, TablePart], layout: Layout, path: Path) -> TablePart:
    """The table with that schema key or display name.

    Raises:
        TableNotFoundError: there is none.
    """
    found = known.get(name) or next(
        (table for table in layout.tables if table.name.casefold() == name.casefold()), None
    )
    if found is None:
        words = Catalogue(language_of(layout, known))
        raise TableNotFoundError(path=path.name, table=words.sheet(name) if name in TABLES else name)
    return found


def header_word(table: TablePart, column: str) -> str:
    """The header that a table lacks, as its sheet would have it: the column may come by its schema key."""
    key = table.name.casefold().removeprefix(PREFIX)
    if key not in TABLES or column not in TABLES[key].by_key:
        return column
    language = max(LANGUAGES, key=lambda each: len(match_headers(key, table.headers, [each])))
    return Catalogue(language).header(key, column)


def plan_patch(table: TablePart, update: TableUpdate, filled: int, *, from_1904: bool) -> TablePatch:
    """The cells that an update changes.

    Args:
        table: as it stands in the file.
        update: what is wanted.
        filled: rows of its body down to the last one in which something is typed.
        from_1904: whether the workbook counts its dates from 1904.

    Raises:
        ColumnNotFoundError, RowsDifferError, TotalsRowError, SheetFullError, ArrayFormulaError,
        CellNotWritableError.
    """
    plan = _Plan(table, from_1904)
    if update.replace is not None:
        plan.replace(update.replace if update.append is None else pd.concat([update.replace, update.append]))
    else:
        appended = {} if update.append is None else plan.contents(update.append)
        plan.write_columns(update.columns, appended.keys(), filled)
        plan.write_cells(update.cells)
        if update.append is not None and len(update.append):
            plan.write_rows(appended, filled, len(update.append))
    return plan.finished()


class _Plan:
    """Patches of one table as they come together."""

    def __init__(self, table: TablePart, from_1904: bool) -> None:  # noqa: FBT001  a fact of the workbook
        self.table, self.from_1904 = table, from_1904
        self.last_row = table.body.last_row
        self.patches: list[ColumnPatch] = []
        self.places = {header: place for place, header in enumerate(table.headers)}

    def finished(self) -> TablePatch:
        table = self.table
        if self.last_row != table.body.last_row and table.totals_rows:
            raise TotalsRowError(sheet=table.sheet, table=table.name)
        if self.last_row > LAST_ROW:
            raise SheetFullError(sheet=table.sheet, table=table.name)
        area = table.area if self.last_row == table.body.last_row else table.area.to_row(self.last_row)
        return TablePatch(table.name, table.body, table.area, area, tuple(self.patches))

    def contents(self, frame: pd.DataFrame) -> dict[str, Content]:
        """What each column of a frame gives."""
        return {str(header): self._values(str(header), frame[header]) for header in frame.columns}

    def _values(self, header: str, values: pd.Series[Any]) -> Content:
        if header not in self.places:
            column = header_word(self.table, header)
            raise ColumnNotFoundError(table=self.table.name, column=column, sheet=self.table.sheet)
        return Values(values, self.from_1904)

    def write_columns(
        self, columns: Mapping[str, pd.Series[Any]], appended: Iterable[str], filled: int
    ) -> None:
        """Whole columns; where rows are appended too, only those down to the first appended one."""
        height = self.table.body.rows
        for header, values in columns.items():
            if len(values) != height:
                raise RowsDifferError(
                    table=self.table.name, column=header, found=len(values), expected=height
                )
            content = self._values(header, values)
            self._add(header, 0, content.part(0, filled) if header in set(appended) else content)

    def write_cells(self, cells: Mapping[str, pd.Series[Any]]) -> None:
        """Single cells of rows that there are, run by run of rows that follow each other."""
        for header, values in cells.items():
            ordered = values.sort_index()
            last, height = int(ordered.index.max()), self.table.body.rows
            if last >= height:
                raise RowsDifferError(table=self.table.name, column=header, found=last + 1, expected=height)
            runs = (ordered.index.to_series().diff() != 1).cumsum().to_numpy()
            for _, run in ordered.groupby(runs):
                self._add(header, int(run.index[0]), self._values(header, run))

    def write_rows(self, contents: Mapping[str, Content], first: int, count: int) -> None:
        """Rows from the 0-based row `first` of the body on; what lies below the old body is new."""
        within = max(min(count, self.table.body.rows - first), 0)
        for header, content in contents.items():
            self._add(header, first, content.part(0, within))
        if within < count:
            self._write_new_rows(contents, first + within, within, count - within)
        self.last_row = max(self.last_row, self.table.body.first_row + first + count - 1)

    def _write_new_rows(self, contents: Mapping[str, Content], first: int, skipped: int, count: int) -> None:
        """Rows that the table gains, every column of them."""
        for column in self.table.columns:
            given = contents.get(column.header)
            cells = self._unnamed(column, count) if given is None else given.part(skipped, count)
            self._add(column.header, first, cells, is_new=True)

    def _unnamed(self, column: TableColumn, count: int) -> Content:
        """What a new row holds in a column that nobody gave: its formula, or nothing."""
        if column.formula is None:
            return blanks(count)
        if column.is_array:
            raise ArrayFormulaError(sheet=self.table.sheet, cell=column.header)
        return formulas(column.formula, count)

    def replace(self, frame: pd.DataFrame) -> None:
        """All rows; a table without any keeps a blank one."""
        blank: Content = blanks(1)
        contents = self.contents(frame) if len(frame) else dict.fromkeys(self.contents(frame), blank)
        count = max(len(frame), 1)
        self.write_rows(contents, 0, count)
        for header in self.table.headers:
            left = self.table.body.rows - count
            self._add(header, count, blanks(max(left, 0)), clears=True)
        self.last_row = self.table.body.first_row + count - 1

    def _add(
        self, header: str, first: int, content: Content, *, is_new: bool = False, clears: bool = False
    ) -> None:
        if len(content):
            body = self.table.body
            column = body.first_column + self.places[header]
            self.patches.append(ColumnPatch(column, body.first_row + first, content, header, is_new, clears))


def has_formulas(patch: TablePatch) -> bool:
    """Whether the patch writes formulas: those of calculated columns in new rows."""
    return any(isinstance(column.content, Repeated) and column.content.is_formula for column in patch.columns)
