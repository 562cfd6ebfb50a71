"""What the rows of each letter add up to, in cents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from xlcredit.letters.arrange import Batch

WHOLE_BALANCE = ("courtesy", "statement")
"""Kinds that name the whole balance; the others ask for what is overdue."""


@dataclass(frozen=True)
class Figures:
    """One value a letter, cents.

    Attributes:
        overdue, not_due: residues by whether the due date has passed; credits apart.
        credits: what stands in the customer's favour, positive.
        open: the balance of all rows listed.
        interest, lump_sum: as shown; zero where the letter shows no amounts.
        total: what the letter asks for; never negative.
        aging: letters x (not due, then one a bucket, then credits).
        rows: documents listed.
    """

    overdue: np.ndarray
    not_due: np.ndarray
    credits: np.ndarray
    open: np.ndarray
    interest: np.ndarray
    lump_sum: np.ndarray
    total: np.ndarray
    aging: np.ndarray
    rows: np.ndarray


def add_up(batch: Batch, buckets: Sequence[int]) -> Figures:
    """The figures of every letter.

    Args:
        batch: the letters.
        buckets: upper bounds of the aging buckets, inclusive, in days.
    """
    rows, count = batch.rows.frame, len(batch.letters)
    aging = np.zeros((count, len(buckets) + 3), dtype=np.int64)
    np.add.at(aging, (batch.rows.letter, _bucket(rows, _asked(batch), buckets)), _cents(rows["open_amount"]))
    in_figures = keys(batch.letters["shows_interest"]) == "amounts"
    interest = np.where(in_figures, _per_letter(batch, "interest"), 0)
    lump_sum = np.where(in_figures, _per_letter(batch, "lump_sum"), 0)
    not_due, overdue, credit = aging[:, 0], aging[:, 1:-1].sum(axis=1), -aging[:, -1]
    balance = overdue + not_due - credit
    asked = np.where(np.isin(keys(batch.letters["kind"]), WHOLE_BALANCE), balance, overdue - credit)
    total = np.maximum(asked + interest + lump_sum, 0)
    listed = np.bincount(batch.rows.letter, minlength=count)
    return Figures(overdue, not_due, credit, balance, interest, lump_sum, total, aging, listed)


def keys(column: pd.Series) -> np.ndarray:
    """A column of keys as objects."""
    return column.astype(object).to_numpy(dtype=object)


def _asked(batch: Batch) -> np.ndarray:
    """Whether a letter asks for a row whatever its days: a proposed one, such as an effect returned today."""
    kinds = keys(batch.letters["kind"])[batch.rows.letter]
    return batch.rows.frame["is_proposed"].to_numpy(dtype=bool, na_value=False) & ~np.isin(kinds, WHOLE_BALANCE)


def _bucket(rows: pd.DataFrame, asked: np.ndarray, buckets: Sequence[int]) -> np.ndarray:
    """0 not due, 1.. the buckets, last the credits; a row without days counts as not due."""
    days = rows["days_overdue"].to_numpy(dtype=np.int64, na_value=0)
    late = 1 + np.searchsorted(np.asarray(buckets), days, side="left")
    return np.where(rows["credit"], len(buckets) + 2, np.where((days > 0) | asked, late, 0))


def _per_letter(batch: Batch, column: str) -> np.ndarray:
    sums = np.zeros(len(batch.letters), dtype=np.int64)
    np.add.at(sums, batch.rows.letter, _cents(batch.rows.frame[column]))
    return sums


def _cents(column: pd.Series) -> np.ndarray:
    return column.to_numpy(dtype=np.int64, na_value=0)
