"""Ledger rows by name: what the typed tables (promises, disputes, allocations, register) point at.

A row is known by customer, document type, number, document year and instalment. A reference gives customer
and number; a document type, year or instalment that it leaves blank means every one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import days, filled, years_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlcredit.core.columns import Ints, Mask

_NAMES = ["customer_id", "invoice_id"]
_NARROWING = ("instalment", "document_year", "document_type")
_NO_YEAR = -1


@dataclass(frozen=True, slots=True)
class Matches:
    """Which ledger rows the rows of a reference table name.

    Attributes:
        reference: positions in the reference table, ascending; a row that names several appears several
            times.
        invoice: the ledger row named, aligned with `reference`.
        unmatched: positions of reference rows that name no ledger row, blank ones left out.
        ambiguous: positions of reference rows without a year whose number exists in several years.
    """

    reference: Ints
    invoice: Ints
    unmatched: Ints
    ambiguous: Ints


@dataclass(frozen=True, slots=True)
class RowKeys:
    """What ledger rows are known by, as numbers.

    Attributes:
        debtor: number of the row's customer, in order of first appearance; blank customers share one.
        debtors: customer code by number (NaN for the blank one).
        number: code of the document number; the same number has the same code.
        year: year of the document, -1 when undated.
        instalment: 1 when blank.
        document_type: position of the choice; blank counts as invoice.
        document: position of the first row with the same customer and number.
    """

    debtor: Ints
    debtors: pd.Series
    number: Ints
    year: Ints
    instalment: Ints
    document_type: Ints
    document: Ints


def match_rows(reference: pd.DataFrame, invoices: pd.DataFrame) -> Matches:
    """The ledger rows that a typed table's rows name.

    Args:
        reference: customer_id, invoice_id and, when it has them, instalment, document_year, document_type.
        invoices: the ledger.

    Returns:
        All pairs; a reference that names several rows (blank instalment or year) gives one pair for each.
    """
    return match_tables({"reference": reference}, invoices)[1]["reference"]


def with_whole_customers(
    matches: Matches, reference: pd.DataFrame, codes: pd.Series, debtor: Ints, rows: Ints
) -> Matches:
    """The pairs, and for every reference that names a customer without a document all `rows` of that customer.

    Args:
        matches: of `reference`.
        reference: customer_id, invoice_id.
        codes: customer code by debtor number.
        debtor: debtor number by ledger row.
        rows: positions in the ledger, ascending.
    """
    whole = np.flatnonzero(filled(reference["customer_id"]) & ~filled(reference["invoice_id"]))
    if not len(whole):
        return matches
    owner = pd.Index(codes).get_indexer(pd.Index(reference["customer_id"].iloc[whole]))
    named = pd.DataFrame({"reference": whole, "debtor": owner})
    pairs = named.merge(pd.DataFrame({"invoice": rows, "debtor": debtor[rows]}), on="debtor")
    references = np.concatenate((matches.reference, pairs["reference"].to_numpy()))
    invoices = np.concatenate((matches.invoice, pairs["invoice"].to_numpy()))
    order = np.argsort(references, kind="stable")
    return replace(matches, reference=references[order], invoice=invoices[order])


def match_tables(
    references: Mapping[str, pd.DataFrame], invoices: pd.DataFrame
) -> tuple[RowKeys, dict[str, Matches]]:
    """`match_rows` for several tables at once, and the keys of the ledger's rows.

    The numbers of all tables are coded together: with a million of them it is the coding that costs.
    """
    frames = [invoices, *references.values()]
    debtor, debtors = _code("customer_id", frames)
    number, _ = _code("invoice_id", frames)
    ends = np.cumsum([len(frame) for frame in frames])
    holders = _holders(number[: ends[0]], int(number.max(initial=0)) + 1)
    keys = _row_keys(invoices, debtor[: ends[0]], debtors, number[: ends[0]], holders)
    matches = {
        name: _match(frame, debtor[start:end], number[start:end], keys, holders)
        for (name, frame), start, end in zip(references.items(), ends[:-1], ends[1:], strict=True)
    }
    return keys, matches


def duplicated_rows(keys: RowKeys) -> Mask:
    """Rows that share their whole key with another one."""
    document = keys.document
    later = np.flatnonzero(document != np.arange(len(document)))
    suspects = np.union1d(later, document[later])
    parts = (document, keys.year, keys.instalment, keys.document_type)
    found = np.zeros(len(document), dtype=bool)
    found[suspects] = pd.DataFrame({at: part[suspects] for at, part in enumerate(parts)}).duplicated(
        keep=False
    )
    return found


def _code(column: str, frames: list[pd.DataFrame]) -> tuple[Ints, pd.Series]:
    values = pd.concat([frame[column] for frame in frames], ignore_index=True)
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    return codes.astype("int64"), pd.Series(distinct)


def _row_keys(
    invoices: pd.DataFrame, debtor: Ints, debtors: pd.Series, number: Ints, holders: tuple[Ints, Ints]
) -> RowKeys:
    return RowKeys(
        debtor=debtor,
        debtors=debtors,
        number=number,
        year=years_of(days(invoices["document_date"])),
        instalment=invoices["instalment"].to_numpy(dtype="int64", na_value=1),
        document_type=np.maximum(invoices["document_type"].cat.codes.to_numpy().astype("int64"), 0),
        document=_documents(debtor, number, holders[1]),
    )


def _documents(debtor: Ints, number: Ints, begins: Ints) -> Ints:
    """Position of the first row with the same customer and number; most numbers exist once."""
    document = np.arange(len(number))
    shared = np.flatnonzero((begins[number + 1] - begins[number]) > 1)
    codes, distinct = pd.factorize(debtor[shared] * np.int64(len(begins)) + number[shared])
    first = np.empty(len(distinct), dtype="int64")
    first[codes[::-1]] = shared[::-1]
    document[shared] = first[codes]
    return document


def _holders(number: Ints, numbers: int) -> tuple[Ints, Ints]:
    """The ledger's rows in order of number, and where each number begins there (with a last bound)."""
    return np.argsort(number, kind="stable"), np.concatenate(
        ([0], np.cumsum(np.bincount(number, minlength=numbers)))
    )


def _match(
    frame: pd.DataFrame, debtor: Ints, number: Ints, keys: RowKeys, holders: tuple[Ints, Ints]
) -> Matches:
    """Pairs of `frame` rows and ledger rows; `holders` finds the ledger's rows by number."""
    named = filled(frame["customer_id"]) & filled(frame["invoice_id"])
    reference, invoice = _same_number(np.flatnonzero(named), number, holders)
    same = (debtor[reference] == keys.debtor[invoice]) & _narrowed(frame, reference, invoice, keys)
    reference, invoice = reference[same], invoice[same]
    found = np.zeros(len(frame), dtype=bool)
    found[reference] = True
    return Matches(
        reference, invoice, np.flatnonzero(named & ~found), _in_several_years(reference, invoice, keys)
    )


def _same_number(wanted: Ints, number: Ints, holders: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Every pair of a wanted reference row and a ledger row with the same number, in order of both."""
    order, begins = holders
    first = begins[number[wanted]]
    count = begins[number[wanted] + 1] - first
    reference = np.repeat(wanted, count)
    within = np.arange(len(reference)) - np.repeat(np.cumsum(count) - count, count)
    return reference, order[np.repeat(first, count) + within]


def _narrowed(frame: pd.DataFrame, reference: Ints, invoice: Ints, keys: RowKeys) -> Mask:
    """Pairs that also agree in the instalment, year and type that the reference gives."""
    agree = np.ones(len(reference), dtype=bool)
    own = (keys.instalment, keys.year, keys.document_type)
    for column, values in zip(_NARROWING, own, strict=True):
        if column not in frame or frame[column].isna().all():
            continue
        given = frame[column].cat.codes if column == "document_type" else frame[column]
        asked = given.to_numpy(dtype="int64", na_value=_NO_YEAR)[reference]
        agree &= ~filled(frame[column])[reference] | (asked == values[invoice])
    return agree


def _in_several_years(reference: Ints, invoice: Ints, keys: RowKeys) -> Ints:
    """Reference rows, sorted as the pairs are, whose ledger rows bear different years."""
    if not len(reference):
        return reference
    starts = np.flatnonzero(np.diff(reference, prepend=-1))
    years = keys.year[invoice]
    several = np.minimum.reduceat(years, starts) != np.maximum.reduceat(years, starts)
    found: Ints = reference[starts[several]]
    return found
