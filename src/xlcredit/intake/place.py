"""Where in a file the ledger stands: which sheet, which row holds the headers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from xlcredit.headers import Recognised, fold_header, recognise_headers, unique_headers
from xlcredit.intake.errors import LedgerNoHeaderError
from xlcredit.intake.ledger_schema import AMOUNTS, LEDGER, NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xlcredit.intake.grid import Grid

_VALUE = re.compile(r"[\s\d.,:/€$%+'-]*\d[\s\d.,:/€$%+'-]*")
_TABLE_BONUS = 2.0
_HIDDEN_MALUS = 3.0
_SEEN_ROWS, _SEEN_CELLS, _SEEN_LETTERS = 3, 8, 24


@dataclass(frozen=True, slots=True)
class Place:
    """The header row of the ledger in a grid.

    Attributes:
        grid: where it stands.
        header: position of the header row in `grid.head`.
        headers: unique texts, one a column of the grid.
        others: names of further grids that look like ledgers.
    """

    grid: Grid
    header: int
    headers: tuple[str, ...]
    others: tuple[str, ...] = ()

    @property
    def header_row(self) -> int:
        """Number of the header row in the file, from 1."""
        return self.grid.first_row + self.header


def worth(headers: Sequence[str], mapping: Mapping[str, str] | None = None) -> float:
    """How much a row reads like the headers of a ledger; 0 and less: not at all.

    Args:
        headers: the row's cells as unique texts.
        mapping: the user's own words for headers, which count most.
    """
    found = recognise_headers(headers, LEDGER)
    needed = len(found.by_key.keys() & (AMOUNTS | NAMES) - found.weak)
    own = {fold_header(text) for text in (mapping or {}).values() if text} & set(map(fold_header, headers))
    values = sum(_VALUE.fullmatch(header) is not None for header in headers)
    return len(found.by_key) + needed - len(found.weak) / 2 + 3 * len(own) - values


def find_place(grids: Sequence[Grid], mapping: Mapping[str, str], path: Path) -> Place:
    """The grid and row that read most like a ledger's headers; the longest, then the first where several do.

    Raises:
        LedgerNoHeaderError: no row of any grid names an amount and something to know the row by.
    """
    found = [place for grid in grids if (place := _best_row(grid, mapping)) is not None]
    if not found:
        raise LedgerNoHeaderError(path=str(path), seen=_seen(grids))
    best = max(found, key=partial(_score, mapping=mapping))
    others = [each for each in found if _sheet(each) != _sheet(best)]
    return Place(best.grid, best.header, best.headers, tuple(dict.fromkeys(map(_sheet, others))))


def is_ledger(recognised: Recognised, mapping: Mapping[str, str]) -> bool:
    """Whether the headers name an amount and something to know a row by."""
    keys = recognised.by_key.keys() | {key for key, header in mapping.items() if header}
    return bool(keys & AMOUNTS) and bool(keys & NAMES)


def _best_row(grid: Grid, mapping: Mapping[str, str]) -> Place | None:
    rows = [(at, unique_headers(row)) for at, row in enumerate(grid.head)]
    rows = [(at, headers) for at, headers in rows if is_ledger(recognise_headers(headers, LEDGER), mapping)]
    if not rows:
        return None
    at, headers = max(rows, key=lambda each: (worth(each[1], mapping), -each[0]))
    return Place(grid, at, tuple(headers)) if worth(headers, mapping) > 0 else None


def _score(place: Place, mapping: Mapping[str, str]) -> tuple[float, int]:
    grid = place.grid
    bonus = _TABLE_BONUS * (grid.kind == "table") - _HIDDEN_MALUS * grid.is_hidden
    return worth(place.headers, mapping) + bonus, grid.height


def _sheet(place: Place) -> str:
    return str(place.grid.facts.get("sheet", place.grid.name))


def _seen(grids: Sequence[Grid]) -> str:
    """The first cells of each grid, as evidence."""
    parts = []
    for grid in grids:
        rows = [texts for row in grid.head if (texts := [_short(cell) for cell in row if str(cell).strip()])]
        lines = [" | ".join(texts[:_SEEN_CELLS]) for texts in rows[:_SEEN_ROWS]]
        parts.append((f"[{grid.name}] " if grid.name else "") + " / ".join(lines))
    return "; ".join(parts)


def _short(cell: Any) -> str:  # noqa: ANN401  a cell of any type
    text = " ".join("".join(char if char.isprintable() else " " for char in str(cell)).split())
    return text if len(text) <= _SEEN_LETTERS else f"{text[:_SEEN_LETTERS]}..."
