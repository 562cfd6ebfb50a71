"""What the rows of each letter add up to, in cents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlcredit.letters.arrange import Batch

WHOLE_BALANCE = ("courtesy", "statement")
"""Kinds that name the whole balance; the others ask for what is overdue."""


@dataclass(frozen=True)
class Figures:
    """One value a letter, cents.

    Attributes:
        overdue, not_due: residues by whether the due date has passed; credits apart.
        credits: what stands in the customer's favour, negative.
        open: the balance of all rows listed.
        interest, lump_sum: as shown; zero where the letter shows no amounts.
        fee: what the level charges for the letter.
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
    fee: np.ndarray
    total: np.ndarray
    aging: np.ndarray
    rows: np.ndarray


def add_up(batch: Batch, buckets: Sequence[int]) -> Figures:
    """The figures of every letter.

    Args:
        batch: the letters.
        buckets: upper bounds of the aging buckets, inclusive, in days.
    """
    aging = np.zeros((len(batch), len(buckets) + 3), dtype=np.int64)
    np.add.at(aging, (batch.rows.letter, _bucket(batch, buckets)), _cents(batch, "open_amount"))
    not_due, overdue, credit = aging[:, 0], aging[:, 1:-1].sum(axis=1), aging[:, -1]
    in_figures = batch.letters["shows_interest"] == "amounts"
    interest = np.where(in_figures, _per_letter(batch, "interest"), 0)
    lump_sum = np.where(in_figures, _per_letter(batch, "lump_sum"), 0)
    whole = np.isin(batch.letters["kind"], WHOLE_BALANCE)
    fee = np.nan_to_num(batch.letters["fee"]).astype(np.int64)
    total = np.maximum(overdue + credit + np.where(whole, not_due, 0) + interest + lump_sum + fee, 0)
    listed = np.bincount(batch.rows.letter, minlength=len(batch))
    return Figures(overdue, not_due, credit, aging.sum(axis=1), interest, lump_sum, fee, total, aging, listed)


def _bucket(batch: Batch, buckets: Sequence[int]) -> np.ndarray:
    """0 not due, 1.. the buckets, last the credits; a row without days counts as not due.

    A letter asks for the rows it is about whatever their days: an effect returned on its due day is one.
    """
    rows = batch.rows.columns
    days = np.nan_to_num(rows["days_overdue"])
    about = (rows["is_proposed"] == 1) & ~np.isin(batch.letters["kind"], WHOLE_BALANCE)[batch.rows.letter]
    late = 1 + np.searchsorted(np.asarray(buckets), days, side="left")
    return np.where(rows["is_credit"], len(buckets) + 2, np.where((days > 0) | about, late, 0))


def _per_letter(batch: Batch, column: str) -> np.ndarray:
    sums = np.zeros(len(batch), dtype=np.int64)
    np.add.at(sums, batch.rows.letter, _cents(batch, column))
    return sums


def _cents(batch: Batch, column: str) -> np.ndarray:
    return np.nan_to_num(batch.rows.columns[column]).astype(np.int64)
