"""Rebuilt tables: new lines at every refresh, with what a person typed on those that were there before.

A line on which something is typed stays, after the others, when it drops out: a decision while a promise holds
the rows, a letter that is not to go. Of its computed cells only those that identify it are still filled. It
leaves when its customer owes nothing any more in that currency. What could not be read stays as it was written, and
a person's own columns follow their lines, but for those of formulas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.books import TableUpdate
from xlcredit.books.frames import to_cells
from xlcredit.core.columns import filled, is_among
from xlcredit.core.ledger import typed_frame
from xlcredit.operations.wording import put_into_words
from xlcredit.schema import TABLES

if TYPE_CHECKING:
    from xlcredit.core.assess import Assessment
    from xlcredit.core.columns import Ints, Mask
    from xlcredit.operations.opened import Opened
    from xlcredit.tables import Table

_TOLD_IN = {"decisions": "reason", "worklist": "action", "proposal": "warnings"}
"""The column that says of a line which only stays that nothing is to be done for now."""

_NAMED_BY = ("customer_name", "operator", "level_name")


def rebuilt_update(
    opened: Opened, key: str, frame: pd.DataFrame, assessment: Assessment, done: pd.DataFrame | None = None
) -> TableUpdate:
    """A rebuilt table: new lines with what a person typed on them, then the typed lines that only stay.

    Args:
        opened: the workbook, with the table as it stands.
        key: of the table.
        frame: the new lines.
        assessment: what is open.
        done: the lines, by what the table is matched by, that leave with what is typed on them.
    """
    table, headers, words = TABLES[key], opened.book.headers(key), opened.catalogue
    present = [column.key for column in table.columns if column.key in headers]
    lines, place = _with_typed(frame, _typed(opened, table), table), _places(frame, opened, table)
    cells = to_cells(put_into_words(lines, key, words)[present], table, words)
    if key in _TOLD_IN:
        stay, stood = _staying(frame, opened, table, assessment, done)
        kept = to_cells(stay, table, words).assign(**{_TOLD_IN[key]: words.text(f"not_now.{key}")})
        cells = pd.concat([cells, kept[present]], ignore_index=True) if len(stay) else cells
        place = np.concatenate([place, stood])
    cells = _with_unread(cells, place, opened, table).rename(columns=headers)
    return TableUpdate(key, replace=cells.assign(**_own_columns(place, opened, table)))


def _places(frame: pd.DataFrame, opened: Opened, table: Table) -> Ints:
    """By new line, the row of the table on which it stands now; -1 for a line that is new."""
    before, matched = opened.frames.get(table.key), list(table.matched_by)
    if before is None or not matched:
        return np.full(len(frame), -1, dtype=np.int64)
    keys = _keys(before, matched)
    first = pd.Series(np.arange(len(before)), index=keys)[~keys.duplicated()]
    return first.reindex(_keys(frame, matched), fill_value=-1).to_numpy(dtype=np.int64)


def _with_unread(cells: pd.DataFrame, place: Ints, opened: Opened, table: Table) -> pd.DataFrame:
    """The cells with what stood on their lines and could not be read."""
    for column in table.inputs:
        unread = _unread(opened, table, column.key)
        lost = np.isin(place, unread)
        if column.key in cells and lost.any():
            header = opened.book.headers(table.key)[column.key]
            written = opened.raw[table.key].frame[header].astype("object")
            kept = cells[column.key].astype("object")
            kept[lost] = written.iloc[place[lost]].to_numpy()
            cells = cells.assign(**{column.key: kept})
    return cells


def _unread(opened: Opened, table: Table, column: str) -> Ints:
    """Positions of cells in which something stands that could not be read."""
    return np.asarray(opened.ledger.unreadable.get((table.key, column), ()), dtype=np.int64)


def _own_columns(place: Ints, opened: Opened, table: Table) -> dict[str, pd.Series[Any]]:
    """A person's own columns, each cell on the line that it belongs to; those that stay in place are left alone."""
    raw = opened.raw.get(table.key)
    if raw is None:
        return {}
    held = {header: raw.frame[header].astype("object") for header in _own_headers(opened, table)}
    return {
        header: pd.Series(column.array.take(place, allow_fill=True, fill_value=None))
        for header, column in held.items()
        if _moves(np.flatnonzero(column.notna()), place)
    }


def _own_headers(opened: Opened, table: Table) -> list[str]:
    """Headers that are not ours, of columns without a formula, where lines can be told apart."""
    raw, known = opened.raw.get(table.key), set(opened.book.headers(table.key).values())
    if raw is None or not table.matched_by:
        return []
    return [header for header in raw.headers if header not in known | raw.calculated]


def _moves(filled_rows: Ints, place: Ints) -> bool:
    """Whether any of some rows is to stand elsewhere than it does."""
    stays = np.flatnonzero(place == np.arange(len(place)))
    return not bool(np.isin(filled_rows, stays).all())


def _typed(opened: Opened, table: Table) -> pd.DataFrame:
    """The lines now in the workbook on which anything is typed."""
    inputs = [column.key for column in table.inputs]
    before = opened.frames.get(table.key)
    if before is None or not inputs:
        return typed_frame(table)
    is_typed = before[inputs].notna().any(axis=1).to_numpy() | _has_other(before, opened, table)
    return before[is_typed]


def _has_other(before: pd.DataFrame, opened: Opened, table: Table) -> Mask:
    """Lines with something that could not be read, or in a person's own columns."""
    has = np.zeros(len(before), dtype=bool)
    for column in table.inputs:
        has[_unread(opened, table, column.key)] = True
    for header in _own_headers(opened, table):
        has |= opened.raw[table.key].frame[header].notna().to_numpy()
    return has


def _with_typed(frame: pd.DataFrame, before: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The new lines with their input columns, matched by the table's key."""
    matched = list(table.matched_by)
    inputs = [column.key for column in table.inputs if column.key not in frame]
    if not inputs:
        return frame
    return frame.merge(before[[*matched, *inputs]].drop_duplicates(matched), on=matched, how="left")


def _staying(
    frame: pd.DataFrame, opened: Opened, table: Table, assessment: Assessment, done: pd.DataFrame | None
) -> tuple[pd.DataFrame, Ints]:
    """The typed lines that are not among the new ones, and their rows; a second line of a key is never among them."""
    matched, before = list(table.matched_by), _typed(opened, table)
    before = before[_is_meant(before, opened, table)]
    place = pd.MultiIndex.from_frame(before[matched].astype("object"))
    is_new = place.isin(_keys(frame, matched)) & ~before.duplicated(matched).to_numpy()
    leaves = _owes_nothing(before, opened, assessment) | is_new
    if done is not None:
        leaves |= place.isin(_keys(done, matched))
    named = (*matched, *_NAMED_BY)
    columns = [each.key for each in table.columns if each.role == "input" or each.key in named]
    stay = before.loc[~leaves, columns]
    return typed_frame(table, dict(stay.reset_index(drop=True).items())), stay.index.to_numpy(dtype=np.int64)


def _keys(frame: pd.DataFrame, matched: list[str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[matched].astype("object"))


def _is_meant(before: pd.DataFrame, opened: Opened, table: Table) -> Mask:
    """Lines on which a person typed something; a tick is set by the program."""
    others = [column.key for column in table.inputs if column.key != "send"]
    meant = before[others].notna().any(axis=1).to_numpy()
    meant = meant | _has_other(opened.frames[table.key], opened, table)[before.index]
    if "send" not in before or "send" not in opened.book.headers(table.key):
        return meant
    is_refused: Mask = ~before["send"].fillna(value=False).to_numpy(dtype=bool)
    return meant | is_refused


def _owes_nothing(lines: pd.DataFrame, opened: Opened, assessment: Assessment) -> Mask:
    """Lines of customers we know with nothing open in the line's currency; in any, where it names none."""
    rows, customer, currency = assessment.rows, lines["customer_id"], lines["currency"].str.upper()
    owing = rows.loc[rows["is_open"] & ~rows["is_credit"], ["customer_id", "row_currency"]].drop_duplicates()
    known = pd.concat([rows["customer_id"], opened.ledger.customers["customer_id"]])
    owes = is_among(_account(customer, currency), _account(owing["customer_id"], owing["row_currency"]))
    owes |= ~filled(currency) & is_among(customer, owing["customer_id"])
    nothing: Mask = is_among(customer, known) & ~owes
    return nothing


def _account(customer: pd.Series[Any], currency: pd.Series[Any]) -> pd.Series[Any]:
    """Customer and currency as one text; blank where one of them is."""
    return customer.astype("str") + "\n" + currency.astype("str")
