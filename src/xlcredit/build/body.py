"""The body of a table: what stands in its cells."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from xlcredit.books import TableUpdate, open_book
from xlcredit.books.frames import to_cells
from xlcredit.schema import DTYPES, Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlcredit.catalogue import Catalogue


def body_cells(
    frame: pd.DataFrame, table: Table, words: Catalogue, own: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The body as it stands in the cells: one column a header, the user's own columns to the right.

    Args:
        frame: typed (see `schema`). A column of dtype object may hold, among its typed values, texts that
            could not be read as its type ("31/02/2026" in a date column): they stand in the cell as they are.
        table: the schema.
        words: of the workbook's language.
        own: further columns by header, row by row beside `frame`; a header that is taken gets a number.
    """
    unread = {column.key: _unread(frame[column.key], column) for column in table.columns}
    typed = frame.assign(
        **{key: _without(frame[key], texts, table[key]) for key, texts in unread.items() if len(texts)}
    )
    cells = to_cells(typed, table, words)
    for key, texts in unread.items():
        if len(texts):
            cells[key] = cells[key].astype(object)
            cells.loc[texts.index, key] = texts
    cells = cells[[column.key for column in table.columns]]
    cells.columns = pd.Index(words.headers(table.key, cells.columns))
    return _beside(cells, own)


def _unread(cells: pd.Series[Any], column: Column) -> pd.Series[Any]:
    """The texts in a column of objects that are no value of its type."""
    if cells.dtype != object or column.type in {"text", "id"}:
        return cells.iloc[:0]
    is_text = cells.map(lambda cell: isinstance(cell, str) and cell not in column.choices)
    return cells[is_text.astype(bool)]


def _without(cells: pd.Series[Any], texts: pd.Series[Any], column: Column) -> pd.Series[Any]:
    """The column with those texts blank, in its own dtype."""
    kept = cells.where(~cells.index.isin(texts.index), None)
    dtype: Any = pd.CategoricalDtype(list(column.choices)) if column.choices else DTYPES[column.type]
    return kept.astype(dtype)


def _beside(cells: pd.DataFrame, own: pd.DataFrame | None) -> pd.DataFrame:
    if own is None or own.empty:
        return cells
    own = own.reset_index(drop=True)
    own.columns = pd.Index(_free_headers([str(header) for header in own.columns], list(cells.columns)))
    return pd.concat([cells.reset_index(drop=True), own], axis=1)


def _free_headers(wanted: list[str], taken: list[str]) -> list[str]:
    """The headers, each different from all others whatever the case, as Excel asks of a table."""
    used = {header.casefold() for header in taken}
    free = []
    for header in wanted:
        name, number = header.strip() or "?", 2
        while name.casefold() in used:
            name, number = f"{header} ({number})", number + 1
        used.add(name.casefold())
        free.append(name)
    return free


def fill_tables(package: bytes, bodies: Mapping[str, pd.DataFrame]) -> bytes:
    """The package with these rows in its tables, written as `books` writes into any workbook.

    Args:
        package: a workbook whose tables `xlc_<key>` have one styled row each, whose formats all rows take.
        bodies: cells by schema key; columns = headers.
    """
    updates = [TableUpdate(f"xlc_{key}", replace=cells) for key, cells in bodies.items() if len(cells)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(package)
        open_book(path).save(updates)
        return path.read_bytes()
