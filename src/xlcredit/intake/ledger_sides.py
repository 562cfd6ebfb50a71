"""Dare and Avere: two columns of amounts made one, with what each row is.

A row in Dare is an invoice; one in Avere a credit note, or a payment when its text says so or when an invoice
of the same customer and number is there: the payment then becomes part of that invoice. Both on one row are
the invoice and what was paid on it. A balance that runs on from row to row is no residue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.date_texts import parse_dates
from xlcredit.findings import find
from xlcredit.intake.decisions import Decision
from xlcredit.intake.draft import MOSTLY, folded, words_of
from xlcredit.money import parse_amounts
from xlcredit.words import choice_words

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlcredit.intake.draft import Draft

    Mask = npt.NDArray[np.bool_]
    Cents = npt.NDArray[np.int64]

_CREDITS = frozenset({"credit_note"})


def join_sides(draft: Draft) -> None:
    """Make `amount`, `document_type` and `paid_ledger` out of `debit` and `credit`."""
    if "debit" not in draft and "credit" not in draft:
        return
    debit, credit = _cents(draft, "debit"), _cents(draft, "credit")
    _decline_running_balance(draft, debit, credit)
    both = (debit != 0) & (credit != 0)
    only_credit = (credit != 0) & ~both
    payment = only_credit & _are_payments(draft)
    target = _paid_rows(draft, debit, only_credit)
    typed_credit = only_credit & _are_credit_notes(draft)
    is_fold = only_credit & (target >= 0) & ~typed_credit
    _write_amounts(draft, np.where(only_credit, credit, debit), only_credit)
    _write_paid(draft, np.where(both, credit, 0), target, is_fold, credit)
    draft.findings += find(
        "payment-row-alone", "invoices", None, payment & ~is_fold, rows=draft.raw.get("invoice_id")
    )
    _tell(draft, both, is_fold)
    draft.keep_only(~is_fold)


def _cents(draft: Draft, key: str) -> Cents:
    if key not in draft:
        return np.zeros(len(draft.raw), dtype=np.int64)
    return parse_amounts(draft.raw[key])[0].fillna(0).to_numpy(dtype=np.int64)


def _decline_running_balance(draft: Draft, debit: Cents, credit: Cents) -> None:
    """`Saldo` beside Dare and Avere is mostly the sum so far, over the sheet or the customer."""
    if "open_ledger" not in draft:
        return
    balance, filled = _cents(draft, "open_ledger"), draft.filled("open_ledger")
    flow = pd.Series(debit - credit)
    key = next((key for key in ("customer_id", "customer_name") if key in draft), None)
    sums = [flow.cumsum()] + ([flow.groupby(draft.raw[key], dropna=False).cumsum()] if key else [])
    by_row = (balance == flow.to_numpy())[filled].mean() if filled.any() else 1.0
    for total in sums:
        if filled.any() and (balance == total.to_numpy())[filled].mean() >= max(MOSTLY, by_row + 1e-9):
            draft.decline("open_ledger", "balance-running")
            return


def _said(draft: Draft) -> pd.Series:
    """What the rows are said to be, folded; blank where nothing says it."""
    if "document_type" not in draft:
        return pd.Series("", index=draft.raw.index, dtype="str")
    return folded(draft.raw["document_type"])


def _are_payments(draft: Draft) -> Mask:
    words = tuple(words_of("payment_words"))
    return _said(draft).str.startswith(words).to_numpy(dtype=bool)


def _are_credit_notes(draft: Draft) -> Mask:
    credit_words = {word for word, key in choice_words("document_type").items() if key in _CREDITS}
    return _said(draft).isin(credit_words).to_numpy()


def _paid_rows(draft: Draft, debit: Cents, only_credit: Mask) -> npt.NDArray[np.int64]:
    """For each row in Avere, the first row in Dare with its customer and number; -1 where there is none."""
    keys = [*[key for key in ("customer_id", "customer_name") if key in draft][:1], "invoice_id"]
    if "invoice_id" not in draft:
        return np.full(len(draft.raw), -1, dtype=np.int64)
    names = draft.raw[keys].astype(object).assign(at=np.arange(len(draft.raw)))
    invoices = names[(debit > 0) & draft.filled("invoice_id")].drop_duplicates(keys)
    found = names[keys].merge(invoices, on=keys, how="left")["at"].fillna(-1).to_numpy(dtype=np.int64)
    return np.where(only_credit, found, -1)


def _write_amounts(draft: Draft, cents: Cents, only_credit: Mask) -> None:
    """One column of amounts; what could not be read stays as it is, for the reader to name."""
    amounts: pd.Series[Any] = pd.Series(cents / 100, dtype=object)
    for key in ("debit", "credit"):
        if key in draft:
            unread = draft.filled(key) & parse_amounts(draft.raw[key])[0].isna().to_numpy()
            amounts = amounts.where(~unread, draft.raw[key])
            draft.headers.setdefault("amount", draft.headers[key])
            del draft.raw[key]
    draft.raw["amount"] = amounts.infer_objects()
    kinds = draft.raw["document_type"].astype(object) if "document_type" in draft else None
    unsaid = only_credit & ~_are_credit_notes(draft)
    given = kinds if kinds is not None else pd.Series(None, index=draft.raw.index, dtype=object)
    draft.raw["document_type"] = given.where(~unsaid, "credit_note")


def _write_paid(
    draft: Draft, own: Cents, target: npt.NDArray[np.int64], is_fold: Mask, credit: Cents
) -> None:
    """What was paid on each invoice, on its own row and by other rows, and since when all of it was."""
    paid = own.copy()
    np.add.at(paid, target[is_fold], credit[is_fold])
    if not paid.any() or "paid_ledger" in draft:
        return
    draft.raw["paid_ledger"] = pd.Series(np.where(paid != 0, paid / 100, np.nan))
    if "settled_date" in draft or "document_date" not in draft or not is_fold.any():
        return
    due = parse_amounts(draft.raw["amount"])[0].fillna(0).to_numpy(dtype=np.int64)
    dates = parse_dates(draft.raw["document_date"])[0].to_numpy()
    last = np.full(len(draft.raw), np.datetime64("NaT", "s"))
    np.fmax.at(last, target[is_fold], dates[is_fold])
    draft.raw["settled_date"] = pd.Series(np.where(paid == due, last, np.datetime64("NaT", "s")))


def _tell(draft: Draft, both: Mask, is_fold: Mask) -> None:
    draft.decisions.append(Decision("debit-credit"))
    for code, rows in (("debit-credit-same-row", both), ("payments-folded", is_fold)):
        if rows.any():
            draft.decisions.append(Decision(code, {"count": int(rows.sum())}))
