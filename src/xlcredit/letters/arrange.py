"""A batch of letters with the rows, interest lines and earlier letters of each, in the letters' order.

From here on columns are plain arrays: texts and keys as objects ("" for a blank), numbers as float64 (NaN
for a blank; cents are exact up to 90,000 billions), days as datetime64[D].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.interest import regime_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Columns = dict[str, np.ndarray]

UNKNOWN = "unknown"
"""The kind of a customer who has none: addressed like a firm, owing no more than a consumer."""

CREDIT_TYPES = ("credit_note",)
"""Documents in the customer's favour: shown and added up with a minus."""

DEDUCTIONS = ("withholding", "split_vat", "retention", "credited", "allowed", "disputed")
"""What lowers the total of a document besides what was paid."""

LETTERS = {
    "text": ("reminder_id", "customer_id", "currency", "kind", "channel", "shows_interest"),
    "number": ("letter_level", "response_days", "fee"),
    "day": ("interest_covered_to",),
}
CUSTOMERS = {
    "text": (
        "customer_id", "name", "vat_number", "tax_code", "address", "postcode", "city", "province", "country",
        "email", "pec", "phone", "office_code", "billing_contact", "dunning_contact", "sales_person",
        "operator", "kind", "language",
    ),
    "number": ("contract_rate",),
}  # fmt: skip
ROWS = {
    "text": ("invoice_id", "document_type", "references"),
    "number": (
        "instalment", "amount", "paid_amount", "open_amount", "days_overdue", "interest", "lump_sum",
        "total_due", "row_level", "is_proposed", *DEDUCTIONS,
    ),
    "day": ("document_date", "due_date", "contract_date"),
}  # fmt: skip
SEGMENTS = {"number": ("claim", "days", "balance", "rate", "interest"), "day": ("from", "to")}
PREVIOUS = {"text": ("reminder_id", "kind", "channel"), "number": ("position",), "day": ("date",)}


@dataclass(frozen=True)
class Parts:
    """The lines of one table, sorted by letter.

    Attributes:
        columns: one array a column.
        letter: position of each line's letter.
    """

    columns: Columns
    letter: np.ndarray

    def of(self, first: int, last: int) -> Parts:
        """The lines of the letters first (inclusive) to last (exclusive); `letter` counts from first."""
        start, stop = np.searchsorted(self.letter, (first, last))
        return Parts(cut(self.columns, start, stop), self.letter[start:stop] - first)

    def slices(self, letters: int) -> Iterator[slice]:
        """Where each letter's lines stand."""
        ends = np.searchsorted(self.letter, np.arange(letters), side="right").tolist()
        return (slice(start, end) for start, end in zip([0, *ends], ends, strict=False))


@dataclass(frozen=True)
class Batch:
    """Letters in their order, with everything they draw on.

    Attributes:
        letters: one value a letter.
        customers: one value a letter, of its customer (blank but for the code when the customer is unknown);
            `kind` and `language` are never blank, `regime` is that of its interest.
        rows: listed documents by due date and number; `is_credit` flags, the customer's credits below zero.
        segments: interest lines in the order of the rows, with the number of theirs.
        previous: earlier letters, oldest first.
    """

    letters: Columns
    customers: Columns
    rows: Parts
    segments: Parts
    previous: Parts

    @property
    def languages(self) -> np.ndarray:
        """The language of each letter."""
        return self.customers["language"]

    def __len__(self) -> int:
        return len(self.languages)

    def of(self, first: int, last: int) -> Batch:
        """The letters first (inclusive) to last (exclusive)."""
        return Batch(
            cut(self.letters, first, last),
            cut(self.customers, first, last),
            self.rows.of(first, last),
            self.segments.of(first, last),
            self.previous.of(first, last),
        )


def arrange(  # noqa: PLR0913, PLR0917  the tables a letter draws on
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
        letters: see `letter_contexts`, as the next four.
        rows: listed documents.
        customers: the typed table.
        previous: letters issued before.
        segments: interest lines.
        languages: those that letters can be written in; the first stands in for any other.
        default_language: of customers who have none.
    """
    documents = _signed(arrays(_with_optional(rows), ROWS))
    letter = pd.Index(letters["letter"]).get_indexer(pd.Index(rows["letter"]))
    order = np.lexsort((documents["invoice_id"].astype(str), documents["due_date"], letter))
    listed = Parts(take(documents, order), letter[order])
    return Batch(
        arrays(letters if "fee" in letters else letters.assign(fee=0), LETTERS),
        _customers_of(letters, customers, languages, default_language),
        listed,
        _segments(segments, listed, order),
        _previous(letters, previous),
    )


def _with_optional(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the columns that may be missing."""
    missing = {name: 0 for name in DEDUCTIONS if name not in rows}
    dated = rows if "contract_date" in rows else rows.assign(contract_date=pd.Series(dtype="datetime64[s]"))
    return dated.assign(**missing)


def arrays(frame: pd.DataFrame, wanted: Mapping[str, Sequence[str]]) -> Columns:
    """The wanted columns of a frame as plain arrays."""
    texts = {name: _texts(frame[name]) for name in wanted.get("text", ())}
    numbers = {
        name: frame[name].to_numpy(dtype="float64", na_value=np.nan) for name in wanted.get("number", ())
    }
    days = {name: frame[name].to_numpy(dtype="datetime64[D]") for name in wanted.get("day", ())}
    return {**texts, **numbers, **days}


def _texts(column: pd.Series) -> np.ndarray:
    texts = column.to_numpy(dtype=object, copy=True)
    texts[column.isna().to_numpy()] = ""
    return texts


def cut(columns: Columns, start: int, stop: int) -> Columns:
    """A run of lines."""
    return {name: column[start:stop] for name, column in columns.items()}


def take(columns: Columns, positions: np.ndarray) -> Columns:
    """Lines by position."""
    return {name: column[positions] for name, column in columns.items()}


def _customers_of(
    letters: pd.DataFrame, customers: pd.DataFrame, languages: Sequence[str], default_language: str
) -> Columns:
    """The customer of each letter: the first one with its code."""
    known = customers.drop_duplicates("customer_id").set_index("customer_id")
    own = known.reindex(letters["customer_id"]).reset_index()
    columns = arrays(own, CUSTOMERS)
    columns["regime"] = regime_of(
        own["kind"], own["sector"], own["no_interest"], own["contract_rate"]
    ).to_numpy(object)
    columns["kind"][columns["kind"] == ""] = UNKNOWN
    if "customer_name" in letters:
        columns["name"] = np.where(columns["name"] == "", _texts(letters["customer_name"]), columns["name"])
    wanted = np.where(columns["language"] == "", default_language, columns["language"])
    columns["language"] = np.where(np.isin(wanted, list(languages)), wanted, languages[0])
    return columns


def _signed(rows: Columns) -> Columns:
    """The rows with the customer's credits below zero, whichever sign they came with."""
    credit = np.isin(rows["document_type"], CREDIT_TYPES) | (rows["amount"] < 0) | (rows["open_amount"] < 0)
    sign = np.where(credit, -1, 1)
    money = {name: np.abs(rows[name]) * sign + 0.0 for name in ("amount", "paid_amount", "open_amount")}
    return rows | money | {"is_credit": credit, "instalment": _instalments(rows["instalment"])}


def _instalments(numbers: np.ndarray) -> np.ndarray:
    """The instalments, or none in a ledger that numbers every document 1."""
    return np.full(len(numbers), np.nan) if not (numbers > 1).any() else numbers


def _segments(segments: pd.DataFrame, rows: Parts, order: np.ndarray) -> Parts:
    """Interest lines by the place of their row among the sorted ones."""
    lines = arrays(segments, SEGMENTS)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    row = place[lines["claim"].astype(np.int64)]
    sort = np.argsort(row, kind="stable")
    return Parts(
        take(lines, sort) | {"invoice_id": rows.columns["invoice_id"][row[sort]]}, rows.letter[row[sort]]
    )


def _previous(letters: pd.DataFrame, previous: pd.DataFrame) -> Parts:
    """Earlier letters by letter and date."""
    keys = ["customer_id", "currency"]
    wanted = letters[keys].assign(position=np.arange(len(letters)))
    found = previous.merge(wanted, on=keys).sort_values(["position", "date", "reminder_id"], kind="stable")
    return Parts(arrays(found, PREVIOUS), found["position"].to_numpy(dtype=np.int64))
