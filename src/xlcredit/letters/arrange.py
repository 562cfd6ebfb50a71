"""A batch of letters with the rows, interest lines and earlier letters of each, brought into the letters' order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.core.interest import regime_of
from xlcredit.schema import VOCABULARIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CREDIT_TYPES = ("credit_note",)
"""Documents in the customer's favour: shown and added up with a minus."""


@dataclass(frozen=True)
class Parts:
    """The lines of one table, sorted by letter.

    Attributes:
        frame: the lines; RangeIndex.
        letter: position of each line's letter.
    """

    frame: pd.DataFrame
    letter: np.ndarray

    def of(self, first: int, last: int) -> Parts:
        """The lines of the letters first (inclusive) to last (exclusive); `letter` counts from first."""
        start, stop = np.searchsorted(self.letter, (first, last))
        return Parts(self.frame.iloc[start:stop].reset_index(drop=True), self.letter[start:stop] - first)

    def slices(self, letters: int) -> Iterator[slice]:
        """Where each letter's lines stand."""
        ends = np.searchsorted(self.letter, np.arange(letters), side="right").tolist()
        yield from (slice(start, end) for start, end in zip([0, *ends], ends, strict=False))


@dataclass(frozen=True)
class Batch:
    """Letters in their order, with everything they draw on.

    Attributes:
        letters: one row a letter.
        customers: one row a letter, its customer (all blank but the code when the customer is unknown).
        languages, kinds, regimes: one key a letter.
        rows: listed documents, by due date and number; `credit` flags, money with the customer's credits negative.
        segments: interest lines in the order of the rows.
        previous: earlier letters, oldest first.
    """

    letters: pd.DataFrame
    customers: pd.DataFrame
    languages: np.ndarray
    kinds: np.ndarray
    regimes: np.ndarray
    rows: Parts
    segments: Parts
    previous: Parts

    def of(self, first: int, last: int) -> Batch:
        """The letters first (inclusive) to last (exclusive)."""
        return Batch(
            self.letters.iloc[first:last].reset_index(drop=True),
            self.customers.iloc[first:last].reset_index(drop=True),
            self.languages[first:last],
            self.kinds[first:last],
            self.regimes[first:last],
            self.rows.of(first, last),
            self.segments.of(first, last),
            self.previous.of(first, last),
        )


def arrange(
    letters: pd.DataFrame,
    rows: pd.DataFrame,
    customers: pd.DataFrame,
    previous: pd.DataFrame,
    segments: pd.DataFrame,
    languages: Sequence[str],
    default_language: str,
) -> Batch:
    """Sort the lines of every table by letter and find each letter's customer.

    Args:
        letters, rows, customers, previous, segments: see `letter_contexts`.
        languages: those that letters can be written in; the first stands in for any other.
        default_language: of customers who have none.
    """
    letters = letters.reset_index(drop=True)
    own = _customers_of(letters, customers)
    order, letter_of_row = _row_order(letters, rows)
    place = np.empty(len(rows), dtype=np.int64)
    place[order] = np.arange(len(rows))
    kinds = keys_of(own["kind"], "consumer")
    return Batch(
        letters,
        own,
        _languages(own["language"], languages, default_language),
        kinds,
        _regimes(own, kinds),
        Parts(_signed(rows.take(order).reset_index(drop=True)), letter_of_row[order]),
        _segments(segments, place, letter_of_row[order], rows["invoice_id"].to_numpy(dtype=object)[order]),
        _previous(letters, previous),
    )


def keys_of(keys: pd.Series, default: str) -> np.ndarray:
    """A column of keys as objects, blanks replaced."""
    return keys.astype(object).where(keys.notna(), default).to_numpy(dtype=object)


def _customers_of(letters: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """One row a letter: the first customer with its code."""
    known = customers.drop_duplicates("customer_id").set_index("customer_id")
    return known.reindex(letters["customer_id"]).reset_index()


def _languages(column: pd.Series, known: Sequence[str], default: str) -> np.ndarray:
    wanted = keys_of(column, default)
    return np.where(np.isin(wanted, list(known)), wanted, known[0])


def _regimes(customers: pd.DataFrame, kinds: np.ndarray) -> np.ndarray:
    kind = pd.Series(pd.Categorical(kinds, categories=VOCABULARIES["kind"]))
    regimes: Any = regime_of(kind, customers["sector"], customers["no_interest"], customers["contract_rate"])
    return np.asarray(regimes, dtype=object)


def _row_order(letters: pd.DataFrame, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The rows' order by letter, due date and number, and the letter of each row as it came."""
    letter = pd.Index(letters["letter"]).get_indexer(pd.Index(rows["letter"]))
    due = rows["due_date"].to_numpy(dtype="datetime64[D]")
    number = rows["invoice_id"].fillna("").to_numpy(dtype=object)
    return np.lexsort((number.astype(str), due, letter)), letter


def _signed(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the customer's credits below zero, whichever sign they came with."""
    negative = rows["amount"].lt(0) | rows["open_amount"].lt(0)
    credit = (rows["document_type"].isin(CREDIT_TYPES) | negative.fillna(value=False)).to_numpy(dtype=bool)
    money = {
        column: rows[column].astype("Int64").abs().mul(np.where(credit, -1, 1))
        for column in ("amount", "paid_amount", "open_amount")
    }
    return rows.assign(credit=credit, **money)


def _segments(segments: pd.DataFrame, place: np.ndarray, letters: np.ndarray, numbers: np.ndarray) -> Parts:
    """Interest lines by the place of their row, with its number."""
    row = place[segments["claim"].to_numpy(dtype=np.int64)]
    order = np.argsort(row, kind="stable")
    lines = segments.take(order).assign(invoice_id=numbers[row[order]])
    return Parts(lines.reset_index(drop=True), letters[row[order]])


def _previous(letters: pd.DataFrame, previous: pd.DataFrame) -> Parts:
    """Earlier letters by letter and date."""
    keys = ["customer_id", "currency"]
    wanted = letters[keys].assign(position=np.arange(len(letters)))
    found = previous.merge(wanted, on=keys).sort_values(["position", "date", "reminder_id"], kind="stable")
    return Parts(found.reset_index(drop=True), found["position"].to_numpy(dtype=np.int64))
