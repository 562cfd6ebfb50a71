"""Settled without money: allowances and set-offs, recorded as allocations and taken back when need be.

An entry is taken back by an equal one with the opposite sign: both stay, so that who looks later sees what
happened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import is_any
from xlcredit.core.confirmation import free_limits
from xlcredit.core.settlement import is_told
from xlcredit.operations.desk.draft import Draft, Entered, drafting
from xlcredit.operations.desk.errors import (
    ConfirmationMissingError,
    LedgerDecidesError,
    NoSuchEntryError,
    NotASupplierError,
)
from xlcredit.operations.desk.promise import euros, part_by_due, row_names
from xlcredit.operations.desk.rows import RowName, named_rows, open_rows

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from xlcredit.books.place import Place
    from xlcredit.core.columns import Ints

KINDS = ("allowance", "set_off")


def settle(  # noqa: PLR0913, PLR0917  what an entry says
    place: Place,
    names: Sequence[RowName],
    kind: str,
    amount_cents: int | None,
    reason: str,
    confirmed_by: str | None = None,
    as_of: dt.date | None = None,
) -> Entered:
    """Give up a part of what rows owe, or set it off against what we owe the customer.

    Args:
        place: a closed workbook or one open in Excel.
        names: the rows, or the customers whose open rows are meant.
        kind: `allowance` or `set_off`.
        amount_cents: over all rows, filling those due first; None is all that is open.
        reason: why.
        confirmed_by: who confirms; needed beyond the limit of the settings (see `core.confirmation`).
        as_of: the day of the entry.

    Raises:
        LedgerDecidesError, ConfirmationMissingError, NotASupplierError, AmountAboveResidueError,
        NothingOpenError: nothing has changed.

    Law: artt. 1236 (remission) and 1241-1243 (set-off) c.c.
    """
    with drafting(place, as_of) as draft:
        rows = open_rows(draft, names)
        _refuse_ledger(draft, rows)
        parts = part_by_due(draft, rows, amount_cents)
        _refuse(draft, names, kind, int(parts.sum()), confirmed_by)
        rows, parts = rows[parts > 0], parts[parts > 0]
        draft.append(
            "allocations",
            {
                **row_names(draft, rows),
                "amount": pd.array(parts, dtype="Int64"),
                "kind": kind,
                "allocation_date": pd.Timestamp(draft.as_of),
                "reason": reason,
                "confirmed_by": confirmed_by,
            },
        )
        return draft.enter(rows, int(parts.sum()))


def take_back(  # noqa: PLR0913, PLR0917  what an entry says
    place: Place,
    names: Sequence[RowName],
    kind: str,
    reason: str,
    confirmed_by: str | None = None,
    as_of: dt.date | None = None,
) -> Entered:
    """Undo the allowances or set-offs on the named rows: what they closed is owed again.

    Raises:
        NoSuchEntryError: there is none; nothing has changed.
    """
    with drafting(place, as_of) as draft:
        rows = named_rows(draft, names)
        matches = draft.assessment.situation.matches["allocations"]
        is_kind = is_any(draft.ledger.allocations["kind"], kind)
        found = matches.reference[np.isin(matches.invoice, rows) & is_kind[matches.reference]]
        entries = draft.ledger.allocations.iloc[np.unique(found)]
        names_of = ["customer_id", "invoice_id", "instalment", "document_year"]
        left = entries.groupby(names_of, dropna=False, sort=False)["amount"].sum().reset_index()
        left = left[left["amount"] > 0].reset_index(drop=True)
        if left.empty:
            raise NoSuchEntryError(customer=", ".join(sorted({name.customer_id for name in names})))
        draft.append(
            "allocations",
            {
                **{column: left[column] for column in names_of},
                "amount": -left["amount"],
                "kind": kind,
                "allocation_date": pd.Timestamp(draft.as_of),
                "reason": reason,
                "confirmed_by": confirmed_by,
            },
        )
        return draft.enter(rows)


def _refuse_ledger(draft: Draft, rows: Ints) -> None:
    """Refuse an entry that would change nothing: of rows that the ERP tells, its residue is the truth."""
    told = is_told(draft.ledger.invoices)[rows]
    if draft.opened.policy.settings.payments_source == "ledger" and told.any():
        raise LedgerDecidesError(invoice=draft.ledger.invoices["invoice_id"].iloc[rows[told][0]])


def _refuse(
    draft: Draft, names: Sequence[RowName], kind: str, amount_cents: int, confirmed_by: str | None
) -> None:
    """Refuse what needs a person's word, and a set-off against somebody whom we owe nothing."""
    limit = free_limits(draft.opened.policy.settings)[kind]
    if amount_cents > limit and not confirmed_by:
        raise ConfirmationMissingError(amount=euros(amount_cents), limit=euros(limit))
    if kind == "set_off":
        customers = draft.ledger.customers
        suppliers = customers.loc[customers["is_supplier"].fillna(value=False).astype(bool), "customer_id"]
        for name in names:
            if name.customer_id not in set(suppliers):
                raise NotASupplierError(customer=name.customer_id)
