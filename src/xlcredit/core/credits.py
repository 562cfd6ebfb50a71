"""Credit notes, small residues and presented effects: what closes rows besides money.

A credit note reduces the invoices it names, by an allocation or by their numbers in its references; what
exceeds them stays open on the note. One that names none lowers the customer's exposure, never an invoice's
age.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import day, days, filled, is_any, latest_at, sum_at
from xlcredit.core.settlement import settlements
from xlcredit.core.spread import spread

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.owed import Owed
    from xlcredit.core.rows import Matches, RowKeys
    from xlcredit.core.settlement import Settled

_SEPARATORS = r"\s*[;,\n]\s*"
ALLOWANCE, BANK_COST = 1, 2


def credit_references(invoices: pd.DataFrame) -> pd.DataFrame:
    """The numbers in the references of credit notes: note (position), customer_id, invoice_id."""
    notes = is_any(invoices["document_type"], "credit_note") & filled(invoices["references"])
    named = invoices.loc[notes, ["customer_id", "references"]]
    numbers = named["references"].str.strip().str.split(_SEPARATORS, regex=True).explode().astype("str")
    return pd.DataFrame(
        {
            "note": numbers.index.to_numpy(dtype="int64"),
            "customer_id": named["customer_id"].loc[numbers.index].to_numpy(),
            "invoice_id": numbers.to_numpy(),
        }
    ).astype({"customer_id": "str", "invoice_id": "str"})


def used_notes(allocations: pd.DataFrame) -> pd.DataFrame:
    """The credit notes that allocations use: allocation (position), customer_id, invoice_id."""
    notes = np.flatnonzero(is_any(allocations["kind"], "credit_note"))
    named = allocations[["customer_id", "payment_id"]].iloc[notes].reset_index(drop=True)
    return named.rename(columns={"payment_id": "invoice_id"}).assign(allocation=notes)


def use_notes(settled: Settled, owed: Owed, amounts: Ints, matches: Matches, of_ledger: Mask) -> Settled:
    """Take from each credit note what allocations used of it, unless the ERP tells its residue.

    Args:
        settled: as by payments.
        owed: which rows are credit notes.
        amounts: cents of each line of `used_notes`.
        matches: the ledger rows those lines name.
        of_ledger: rows of which the ERP's word counts.
    """
    takes = owed.is_credit[matches.invoice] & ~of_ledger[matches.invoice]
    used = sum_at(matches.invoice[takes], np.abs(amounts)[matches.reference[takes]], len(owed.net))
    taken = np.minimum(used, settled.residue)
    return replace(settled, residue=settled.residue - taken, credited=settled.credited + taken)


def apply_notes(  # noqa: PLR0913, PLR0917  the notes and what they name
    settled: Settled, owed: Owed, references: pd.DataFrame, matches: Matches, due: Days, issued: Days
) -> Settled:
    """Reduce the invoices that credit notes name in their references, oldest due first.

    Args:
        settled: as by payments.
        owed: which rows are credit notes.
        references: `credit_references(...)`.
        matches: the ledger rows that its lines name.
        due: by row, when it is due.
        issued: by row, the date of the document.
    """
    note = references["note"].to_numpy()[matches.reference]
    target = matches.invoice
    takes = owed.is_credit[note] & owed.is_claim[target] & (settled.residue[note] > 0)
    note, target = note[takes], target[takes]
    order = np.lexsort((target, due[target], note))
    note, target = note[order], target[order]
    piece = spread(note, target, settled.residue, settled.residue, overflow=False)
    size = len(owed.net)
    moved = sum_at(target, piece, size) + sum_at(note, piece, size)
    residue = settled.residue - moved
    return replace(
        settled,
        residue=residue,
        credited=settled.credited + moved,
        credits=pd.concat([settled.credits, _by_notes(target, issued[note], piece)], ignore_index=True),
        settled_on=_settled_on(settled, residue == 0),
    )


def _by_notes(target: Ints, date: Days, piece: Ints) -> pd.DataFrame:
    """What notes credited to the claims they name."""
    used = piece > 0
    return settlements(target[used], date[used], piece[used])


def _settled_on(settled: Settled, is_closed: Mask) -> Days:
    """The day the last money came in, of rows that something else than money closes; NaT without any."""
    paid_on = latest_at(settled.dated["claim"].to_numpy(), days(settled.dated["date"]), len(settled.residue))
    closes = is_closed & (settled.residue > 0)
    return np.where(closes, paid_on, settled.settled_on)


def closing_declined(
    allocations: pd.DataFrame, dates: Days, matches: Matches, as_of: dt.date, size: int
) -> Mask:
    """Rows whose small residue a person wants paid: an allowance of nothing, or one taken back, names them.

    Args:
        allocations: typed table.
        dates: of each; an entry of a later day than `as_of` does not count yet.
        matches: the ledger rows that they name.
        as_of: the day.
        size: number of ledger rows.
    """
    amount = allocations["amount"].to_numpy(dtype="int64", na_value=1)
    entries = is_any(allocations["kind"], "allowance") & (amount <= 0) & ~(dates > day(as_of))
    declined = np.zeros(size, dtype=bool)
    declined[matches.invoice[entries[matches.reference]]] = True
    return declined


def close_small(
    settled: Settled, is_claim: Mask, through_bank: Mask, allowance: int, bank_cost: Ints
) -> Settled:
    """Close what little is left of a row that was settled but for it.

    Args:
        settled: as by payments and credit notes.
        is_claim: rows that are owed to us, and that nobody declined to close.
        through_bank: rows with a payment that came through the bank.
        allowance: cents up to which a residue is waived.
        bank_cost: by row, cents up to which it counts as the bank's cost.
    """
    left = is_claim & (settled.residue > 0) & (settled.paid + settled.credited > 0)
    waived = left & (settled.residue <= allowance)
    cost = left & ~waived & through_bank & (settled.residue <= bank_cost)
    closes = waived | cost
    return replace(
        settled,
        residue=np.where(closes, 0, settled.residue),
        allowed=settled.allowed + np.where(closes, settled.residue, 0),
        settled_on=_settled_on(settled, closes),
        closed_as=np.where(waived, ALLOWANCE, np.where(cost, BANK_COST, 0)),
    )


def returned_pairs(invoices: pd.DataFrame, keys: RowKeys, exists: Mask) -> tuple[Ints, Ints]:
    """Returned effects with rows of their own, and the rows they reopen (same document and instalment)."""
    returned = np.flatnonzero(is_any(invoices["document_type"], "returned_effect") & exists)
    if not len(returned):
        return returned, returned
    document = keys.document
    candidates = np.flatnonzero(np.isin(document, document[returned]) & exists)
    candidates = candidates[~np.isin(candidates, returned)]
    left = pd.DataFrame(
        {"document": document[returned], "instalment": keys.instalment[returned], "returned": returned}
    )
    right = pd.DataFrame(
        {"document": document[candidates], "instalment": keys.instalment[candidates], "original": candidates}
    )
    pairs = left.merge(right, on=["document", "instalment"])
    return pairs["returned"].to_numpy(dtype="int64"), pairs["original"].to_numpy(dtype="int64")


def honour_effects(settled: Settled, matures: Days, due: Days, as_of: dt.date, of_ledger: Mask) -> Settled:
    """Count as paid the effects that nobody returned in time, unless the ERP tells the row's residue.

    Args:
        settled: as by payments and credit notes.
        matures: the last day on which each may come back; NaT for rows without an effect.
        due: the day on which an effect that does not come back was paid.
        as_of: the day.
        of_ledger: rows of which the ERP's word counts.
    """
    honoured = (matures < day(as_of)) & ~of_ledger & (settled.residue > 0)
    return replace(
        settled,
        paid=settled.paid + np.where(honoured, settled.residue, 0),
        residue=np.where(honoured, 0, settled.residue),
        settled_on=np.where(honoured, due, settled.settled_on),
    )
