"""A ledger while its columns are made out: cells as read under our keys, and what strangers call them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.cells import Fault, split_cells
from xlcredit.date_texts import parse_dates
from xlcredit.intake.decisions import Decision
from xlcredit.intake.rows import blank_cells
from xlcredit.money import parse_amounts
from xlcredit.words import fold

if TYPE_CHECKING:
    from xlcredit.errors import Finding

Mask = npt.NDArray[np.bool_]

Fits = Callable[[pd.Series], Mask]
"""Which cells of a column are of a kind."""

HALF, MOSTLY = 0.5, 0.9
SAMPLE = 2_000
"""Cells looked at to learn what a column holds."""


@dataclass(slots=True)
class Draft:
    """What each step changes until the columns hold what their keys say.

    Attributes:
        raw: one row a ledger row, columns = keys of `LEDGER`, cells as read.
        extra: the columns that are nothing of ours, headers as in the file; aligned with `raw`.
        headers: key -> header of the file.
        weak: keys whose header says little.
        decisions: what was decided, in order.
        findings: what needs a person.
        rows: number of each row in the file.
    """

    raw: pd.DataFrame
    extra: pd.DataFrame
    headers: dict[str, str]
    weak: frozenset[str] = frozenset()
    decisions: list[Decision] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    rows: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def __contains__(self, key: object) -> bool:
        return key in self.raw.columns

    def filled(self, key: str) -> Mask:
        """Rows with something in the column of `key`; none where there is no such column."""
        missing: Mask = blank_cells(self.raw[key]) if key in self else np.ones(len(self.raw), dtype=bool)
        return ~missing

    def decline(self, key: str, code: str = "column-declined") -> None:
        """Give the column of `key` back: it is not what its header says."""
        header = self.headers.pop(key)
        self.extra[header] = self.raw.pop(key)
        self.decisions.append(Decision(code, {"header": header, "column": key}))

    def move(self, key: str, to: str) -> None:
        """Take the column of `key` for another one, as its values say."""
        self.raw[to] = self.raw.pop(key)
        self.headers[to] = self.headers.pop(key)
        self.decisions.append(Decision("column-moved", {"header": self.headers[to], "column": to}))

    def keep_only(self, kept: Mask) -> None:
        """Leave out the rows that have become part of others."""
        self.raw = self.raw.loc[kept].reset_index(drop=True)
        self.extra = self.extra.loc[kept].reset_index(drop=True)
        self.rows = self.rows[kept]

    def share(self, key: str, fits: Fits) -> float:
        """How many of the filled cells of `key` (a sample of them) fit, 0 to 1; 0 for a blank column."""
        column = self.raw[key][self.filled(key)].iloc[:SAMPLE].reset_index(drop=True)
        return float(fits(column).mean()) if len(column) else 0.0


def are_dates(column: pd.Series) -> Mask:
    """Cells that are dates, whichever of day and month comes first."""
    either = [parse_dates(column, order)[0].notna().to_numpy() for order in ("dmy", "mdy")]
    fits: Mask = either[0] | either[1]
    return fits


def are_amounts(column: pd.Series) -> Mask:
    """Cells that are amounts."""
    cents, faults = parse_amounts(column)
    fits: Mask = cents.notna().to_numpy() | (faults == Fault.AMBIGUOUS)
    return fits


def are_numbers(column: pd.Series) -> Mask:
    """Cells that hold a small whole number, as text or number."""
    texts = column.map(lambda cell: str(cell).strip().removesuffix(".0"))
    return texts.str.fullmatch(r"[0-9]").to_numpy(dtype=bool)


def are_words(*sections: str) -> Fits:
    """Cells that are one of the words of these sections of `synonyms`, or true and false."""
    known = frozenset().union(*map(words_of, sections))

    def fit(column: pd.Series) -> Mask:
        flags = split_cells(column).flags
        said = folded(column).isin(known).to_numpy()
        return said if flags is None else said | (flags >= 0)

    return fit


def folded(column: pd.Series) -> pd.Series:
    """Cells as folded words, each distinct one folded once; blank cells are blank texts."""
    codes, distinct = pd.factorize(column)
    words = [_fold(cell) for cell in distinct.tolist()]
    return pd.Series(np.array([*words, ""], dtype=object)[codes], index=column.index, dtype="str")


def _fold(cell: object) -> str:
    text = (
        str(int(cell))
        if isinstance(cell, float) and cell.is_integer()
        else str(cell).strip().removesuffix(".0")
    )
    return fold(text) or text


@lru_cache(maxsize=32)
def words_of(section: str) -> frozenset[str]:
    """The folded words of a section of `synonyms`, in every language."""
    lists = (Catalogue(language).section(f"synonyms.{section}") for language in LANGUAGES)
    return frozenset(_fold(word) for words in lists for word in words)


@lru_cache(maxsize=8)
def keys_of(section: str) -> dict[str, str]:
    """Folded word -> key, for a section of `synonyms` that lists words by key."""
    return {
        _fold(word): str(key)
        for language in LANGUAGES
        for key, words in Catalogue(language).section(f"synonyms.{section}").items()
        for word in words
    }
