"""Which rows below the headers are rows of the ledger, and what the others are.

Left out and told: blank rows, repeated headers, totals, lines that are nothing but a text. A line with only a
customer above rows without one is the head of a group: its customer holds for the rows that follow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.cells import cell_text
from xlcredit.intake.decisions import Decision, listed
from xlcredit.intake.ledger_schema import AMOUNTS, DATES, LEDGER
from xlcredit.money import parse_amounts
from xlcredit.words import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    Mask = npt.NDArray[np.bool_]

_CUSTOMER = ("customer_id", "customer_name")
_MOSTLY = 0.9
_LABEL_CELLS = 2
_CODE_AND_NAME = re.compile(
    r"(?:[^\W\d_]+\s*:\s*)?(?:(?P<code>[A-Za-z]{0,4}\d[\w./-]*)\s*[-\u2013:]?\s+)?(?P<name>.*\S)", re.DOTALL
)
_NOT_TEXT = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Body:
    """The rows of the ledger.

    Attributes:
        frame: as given, without the rows left out; index = number of the row in the file.
        by_key: as given, with the columns that the heads of groups made.
        decisions: what was left out or filled.
    """

    frame: pd.DataFrame
    by_key: dict[str, str]
    decisions: tuple[Decision, ...]


def ledger_rows(
    frame: pd.DataFrame, by_key: Mapping[str, str], merged: Sequence[tuple[int, int, int]] = ()
) -> Body:
    """Keep the rows that belong to the ledger.

    Args:
        frame: columns = headers of the file, index = row numbers, cells as read.
        by_key: key -> header, for the columns recognised.
        merged: first row, last row, column position of areas merged over several rows.
    """
    blank = np.asarray(_blank_cells(frame).all(axis=1))
    frame = frame.loc[~blank]
    repeated = _repeated_headers(frame)
    decisions = _told("headers-repeated", frame.index[repeated])
    frame = frame.loc[~repeated]
    frame, spread = _spread_merged(frame, by_key, merged)
    frame, groups = _spread_groups(frame, by_key)
    by_key = {**{key: key for key in _CUSTOMER if key in frame.columns}, **by_key}
    totals = _totals(frame, by_key)
    decisions += [*spread, *groups, *_told("totals-left-out", frame.index[totals])]
    frame = frame.loc[~totals]
    notes = _notes(frame, by_key)
    texts = [_row_text(frame.loc[row]) for row in frame.index[notes][:3]]
    decisions += _told("notes-left-out", frame.index[notes], texts=" / ".join(texts))
    return Body(frame.loc[~notes], by_key, tuple(decisions))


def _notes(frame: pd.DataFrame, by_key: Mapping[str, str]) -> Mask:
    """Rows without date and amount that have no number either, or nothing but one text in its place."""
    dated = _has(frame, by_key, *DATES, *sorted(AMOUNTS))
    alone: Mask = (~_blank_cells(frame)).sum(axis=1) <= 1
    return ~dated & (alone | ~_has(frame, by_key, "invoice_id"))


def _told(code: str, rows: Sequence[int] | pd.Index, **facts: Any) -> list[Decision]:  # noqa: ANN401
    return [Decision(code, {"count": len(rows), "rows": listed(rows), **facts})] if len(rows) else []


def blank_cells(column: pd.Series) -> Mask:
    """Where a column holds nothing, or spaces only."""
    blank = column.isna().to_numpy()
    if isinstance(column.dtype, pd.StringDtype):
        return blank | (column.str.strip() == "").to_numpy(dtype=bool, na_value=False)
    if column.dtype == object:
        texts = column.map(lambda cell: isinstance(cell, str)).to_numpy(dtype=bool) & ~blank
        blank = blank.copy()
        blank[texts] = column[texts].str.strip().eq("").to_numpy(dtype=bool)
    return blank


def _blank_cells(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    if not len(frame.columns):
        return np.zeros((len(frame), 0), dtype=bool)
    return np.column_stack([blank_cells(frame[header]) for header in frame.columns])


def _has(frame: pd.DataFrame, by_key: Mapping[str, str], *keys: str) -> Mask:
    """Rows with something in any of the columns of `keys`."""
    found = np.zeros(len(frame), dtype=bool)
    for key in keys:
        if key in by_key:
            found |= ~blank_cells(frame[by_key[key]])
    return found


def _repeated_headers(frame: pd.DataFrame) -> Mask:
    """Rows that say the headers again, as printed reports do on each page."""
    texts = [header for header in frame.columns if frame[header].dtype != "float64"]
    same = np.zeros(len(frame), dtype=np.int64)
    for header in texts:
        same += (frame[header] == header).to_numpy(dtype=bool, na_value=False)
    return same >= max(2, len(frame.columns) // 2)


def _spread_merged(
    frame: pd.DataFrame, by_key: Mapping[str, str], merged: Sequence[tuple[int, int, int]]
) -> tuple[pd.DataFrame, list[Decision]]:
    """Give the rows of a merged area its value; amounts are left, they would count several times."""
    amounts = {header for key, header in by_key.items() if LEDGER[key].type == "money"}
    frame, count = frame.copy(), 0
    for first, last, position in merged:
        header = frame.columns[position] if 0 <= position < len(frame.columns) else None
        if header is None or header in amounts or first not in frame.index:
            continue
        rows = np.asarray((frame.index > first) & (frame.index <= last) & frame[header].isna())
        frame[header] = frame[header].mask(rows, frame[header].loc[first])
        count += int(rows.sum())
    return frame, [Decision("merged-spread", {"count": count})] if count else []


def _spread_groups(frame: pd.DataFrame, by_key: Mapping[str, str]) -> tuple[pd.DataFrame, list[Decision]]:
    """Carry the customer named by the head line of a group to the rows below it."""
    dated = _has(frame, by_key, *DATES, *sorted(AMOUNTS))
    cells = (~_blank_cells(frame)).sum(axis=1)
    heads = ~dated & (cells <= _LABEL_CELLS) & ~_labelled(frame, ~dated)
    named = _has(frame, by_key, *_CUSTOMER)
    if (
        not heads.any()
        or not heads[: int(np.argmax(dated))].any()
        or (dated & named).sum() > (1 - _MOSTLY) * dated.sum()
    ):
        return frame, []
    spread = frame.copy()
    for key, values in _group_customers(frame.loc[heads], by_key).items():
        header = by_key.get(key, key)
        by_row = pd.Series(values, index=frame.index[heads], dtype=object).reindex(frame.index).ffill()
        kept = (
            frame[header].astype(object)
            if header in frame
            else pd.Series(None, index=frame.index, dtype=object)
        )
        spread[header] = kept.where(kept.notna(), by_row)
    return spread.loc[~heads], _told("groups-spread", frame.index[heads])


def _group_customers(heads: pd.DataFrame, by_key: Mapping[str, str]) -> dict[str, list[Any]]:
    """Code and name from each head line: from their columns, else from `Cliente: 00123 Rossi srl`."""
    given = {key: heads[by_key[key]] for key in _CUSTOMER if key in by_key}
    if len(given) == len(_CUSTOMER) and not any(column.isna().any() for column in given.values()):
        return {key: column.tolist() for key, column in given.items()}
    matches = [_CODE_AND_NAME.fullmatch(_row_text(heads.loc[row])) for row in heads.index]
    codes = [match["code"] if match else None for match in matches]
    names = [match["name"] if match else None for match in matches]
    return {"customer_name": names} | ({"customer_id": codes} if any(codes) else {})


def _totals(frame: pd.DataFrame, by_key: Mapping[str, str]) -> Mask:
    """Rows that add up others: by their label, or a nameless amount that is the sum of those above."""
    numbered = _has(frame, by_key, "invoice_id")
    dated = _has(frame, by_key, *DATES)
    if "invoice_id" in by_key:
        numbered &= ~_labelled(frame[[by_key["invoice_id"]]], numbered & ~dated)
    labelled = _labelled(frame, ~numbered & ~dated) | _labelled(frame, ~numbered & dated, whole=True)
    nameless = ~numbered & ~dated & ~labelled & ~_has(frame, by_key, *_CUSTOMER)
    return labelled | (nameless & _is_sum(frame, by_key, nameless, labelled))


def _is_sum(frame: pd.DataFrame, by_key: Mapping[str, str], nameless: Mask, labelled: Mask) -> Mask:
    """Where an amount is the sum of all rows above, or since the last such row; the last row always is."""
    found = np.zeros(len(frame), dtype=bool)
    if not nameless.any():
        return found
    found[-1] = nameless[-1]
    for key in AMOUNTS & by_key.keys():
        cents = parse_amounts(frame[by_key[key]])[0].fillna(0).to_numpy(dtype="int64")
        own = np.where(nameless | labelled, 0, cents)
        above = np.cumsum(own)
        since, last = np.zeros(len(frame), dtype=np.int64), 0
        for at in np.flatnonzero(nameless | labelled):
            since[at], last = above[at] - last, above[at]
        found |= nameless & (cents != 0) & ((cents == above) | (cents == since))
    return found


def _labelled(frame: pd.DataFrame, among: Mask, *, whole: bool = False) -> Mask:
    """Where a row of `among` has a cell that begins with (or is wholly) a word for a total."""
    found = np.zeros(len(frame), dtype=bool)
    places = np.flatnonzero(among)
    form = _total_form(whole)
    for header in frame.columns if len(places) else ():
        codes, distinct = pd.factorize(frame[header].iloc[places])
        hits = [isinstance(cell, str) and _matches(form, cell) for cell in distinct.tolist()]
        found[places] |= np.array([*hits, False], dtype=bool)[codes]
    return found


def _matches(form: re.Pattern[str], cell: str) -> bool:
    return form.match(_NOT_TEXT.sub(" ", plain(cell)).strip()) is not None


@lru_cache(maxsize=2)
def _total_form(whole: bool) -> re.Pattern[str]:  # noqa: FBT001  the cache wants it positional
    words = [
        plain(word) for language in LANGUAGES for word in Catalogue(language).section("synonyms.total_words")
    ]
    either = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(rf"(?:{either})$" if whole else rf"(?:{either})(?: |$)")


def _row_text(row: pd.Series) -> str:
    """The cells of a row as one printable line."""
    texts = [cell_text(cell) for cell in row.tolist()]
    line = " ".join(text for text in texts if text)
    return " ".join("".join(char if char.isprintable() else " " for char in line).split())[:80]
