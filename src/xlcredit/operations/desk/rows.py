"""Which ledger rows a person means: by customer and number, or what a customer owes as a whole.

A customer named without a document means the rows that are overdue; where none is, those that are open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xlcredit.operations.desk.errors import CustomerNotFoundError, InvoiceNotFoundError, NothingOpenError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlcredit.core.columns import Ints, Mask
    from xlcredit.core.ledger import Ledger
    from xlcredit.operations.desk.draft import Draft


@dataclass(frozen=True, slots=True)
class RowName:
    """A ledger row as a person names it; what is None means every one.

    Attributes:
        customer_id: code of the customer.
        invoice_id: number of the document.
        instalment: its number.
        document_year: year of the document's date.
    """

    customer_id: str
    invoice_id: str | None = None
    instalment: int | None = None
    document_year: int | None = None

    @property
    def is_customer(self) -> bool:
        """Whether it means a customer as a whole."""
        return self.invoice_id is None and self.instalment is None and self.document_year is None


def need_customer(ledger: Ledger, customer_id: str) -> None:
    """Refuse a customer code that nobody has.

    Raises:
        CustomerNotFoundError
    """
    known = (ledger.customers["customer_id"] == customer_id).any()
    if not known and not (ledger.invoices["customer_id"] == customer_id).any():
        raise CustomerNotFoundError(customer=customer_id)


def named_rows(draft: Draft, names: Sequence[RowName]) -> Ints:
    """Positions in the ledger of the rows that `names` mean, ascending, each once.

    Raises:
        CustomerNotFoundError, InvoiceNotFoundError: a name that means none.
    """
    chosen = np.zeros(len(draft.ledger.invoices), dtype=bool)
    for name in names:
        need_customer(draft.ledger, name.customer_id)
        chosen |= _rows_of(draft, name)
    return np.flatnonzero(chosen)


def open_rows(draft: Draft, names: Sequence[RowName]) -> Ints:
    """Positions of the claims among the named rows that are still open, those due first before the others.

    Raises:
        CustomerNotFoundError, InvoiceNotFoundError: a name that means no row.
        NothingOpenError: none of them is open.
    """
    chosen = np.zeros(len(draft.ledger.invoices), dtype=bool)
    for name in names:
        need_customer(draft.ledger, name.customer_id)
        chosen |= _owed(draft, _rows_of(draft, name), only_overdue=name.invoice_id is None)
    if not chosen.any():
        raise NothingOpenError(rows=", ".join(dict.fromkeys(_text(name) for name in names)))
    found = np.flatnonzero(chosen)
    due = draft.assessment.rows["effective_due_date"].to_numpy()[found]
    ordered: Ints = found[np.argsort(due, kind="stable")]
    return ordered


def _owed(draft: Draft, mask: Mask, *, only_overdue: bool) -> Mask:
    """The open claims among rows; of a whole customer the overdue ones, when there are any."""
    situation = draft.assessment.situation
    claims: Mask = mask & situation.is_open_claim
    overdue: Mask = claims & situation.is_overdue
    return overdue if only_overdue and overdue.any() else claims


def _rows_of(draft: Draft, name: RowName) -> Mask:
    invoices, rows = draft.ledger.invoices, draft.assessment.rows
    mask = (invoices["customer_id"] == name.customer_id).to_numpy(dtype=bool, copy=True)
    if name.invoice_id is not None:
        mask &= (invoices["invoice_id"] == name.invoice_id).to_numpy(dtype=bool)
    for column, wanted in (("row_instalment", name.instalment), ("document_year", name.document_year)):
        if wanted is not None:
            mask &= (rows[column] == wanted).fillna(value=False).to_numpy(dtype=bool)
    if name.invoice_id is not None and not mask.any():
        raise InvoiceNotFoundError(customer=name.customer_id, invoice=name.invoice_id)
    return mask


def _text(name: RowName) -> str:
    return name.customer_id if name.invoice_id is None else f"{name.customer_id} {name.invoice_id}"
