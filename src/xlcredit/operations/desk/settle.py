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
    SeveralEntriesError,
)
from xlcredit.operations.desk.promise import euros, part_by_due, row_names
from xlcredit.operations.desk.rows import RowName, named_rows, open_rows
from xlcredit.operations.desk.told import documents_of

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
        amount_cents: over all rows, of one currency, filling those due first; None is all that is open.
        reason: why.
        confirmed_by: who confirms; needed beyond the limit of the settings (see `core.confirmation`).
        as_of: the day of the entry.

    Raises:
        LedgerDecidesError, ConfirmationMissingError, NotASupplierError, AmountCurrenciesError,
        AmountAboveResidueError, NothingOpenError: nothing has changed.

    Law: artt. 1236 (remission) and 1241-1243 (set-off) c.c.
    """
    with drafting(place, as_of) as draft:
        rows = open_rows(draft, names)
        _refuse_ledger(draft, rows)
        parts = part_by_due(draft, rows, amount_cents)
        _refuse(draft, names, kind, _free_use(draft, kind, rows, parts), confirmed_by)
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
        return draft.enter(rows, parts)


def take_back(  # noqa: PLR0913, PLR0917  what an entry says
    place: Place,
    names: Sequence[RowName],
    kind: str,
    reason: str,
    confirmed_by: str | None = None,
    as_of: dt.date | None = None,
) -> Entered:
    """Undo the allowances or set-offs on the named rows: what they closed is owed again.

    Of a row that was closed automatically an allowance of nothing says that it stays open. A customer named without
    a document means the only row that has an entry.

    Raises:
        NoSuchEntryError: there is none; nothing has changed.
        SeveralEntriesError: several rows of a customer named without a document have one; nothing has changed.
    """
    with drafting(place, as_of) as draft:
        rows = named_rows(draft, names)
        left, settled = _entered(draft, rows, kind)
        if kind == "allowance":
            closed = rows[draft.assessment.situation.settled.closed_as[rows] > 0]
            left = pd.concat([left, _nothing(draft, closed)], ignore_index=True)
            settled = np.union1d(settled, closed)
        if left.empty:
            raise NoSuchEntryError(customer=", ".join(sorted({name.customer_id for name in names})))
        _refuse_several(draft, names, settled)
        draft.append(
            "allocations",
            {
                **left,
                "amount": -left["amount"],
                "kind": kind,
                "allocation_date": pd.Timestamp(draft.as_of),
                "reason": reason,
                "confirmed_by": confirmed_by,
            },
        )
        return draft.enter(settled)


def _entered(draft: Draft, rows: Ints, kind: str) -> tuple[pd.DataFrame, Ints]:
    """What is left of the entries of a kind on ledger rows: the columns that name a row, amount; and their rows."""
    matches = draft.assessment.situation.matches["allocations"]
    is_kind = is_any(draft.ledger.allocations["kind"], kind)
    found = matches.reference[np.isin(matches.invoice, rows) & is_kind[matches.reference]]
    entries = draft.ledger.allocations.iloc[np.unique(found)]
    names_of = ["customer_id", "invoice_id", "instalment", "document_year"]
    of_row = entries.groupby(names_of, dropna=False, sort=False)["amount"]
    left = of_row.sum().reset_index()
    places = entries.index[of_row.transform("sum") > 0]
    settled = np.unique(matches.invoice[np.isin(matches.reference, places)])
    return left[left["amount"] > 0], settled


def _nothing(draft: Draft, rows: Ints) -> pd.DataFrame:
    """An entry of nothing on each of some ledger rows."""
    return pd.DataFrame(row_names(draft, rows)).assign(amount=pd.array([0] * len(rows), dtype="Int64"))


def _refuse_several(draft: Draft, names: Sequence[RowName], settled: Ints) -> None:
    """Refuse to guess which of several rows is meant.

    Raises:
        SeveralEntriesError
    """
    loose = [name.customer_id for name in names if name.invoice_id is None]
    customers = draft.ledger.invoices["customer_id"].iloc[settled]
    found = customers[customers.isin(loose)]
    several = found[found.duplicated(keep=False)]
    if len(several):
        of_first = settled[(customers == several.iloc[0]).to_numpy()]
        documents = documents_of(draft.assessment, of_first, draft.opened.catalogue)
        raise SeveralEntriesError(customer=several.iloc[0], documents=documents)


def _refuse_ledger(draft: Draft, rows: Ints) -> None:
    """Refuse an entry that would change nothing: of rows that the ERP tells, its residue is the truth."""
    told = is_told(draft.ledger.invoices)[rows]
    if draft.opened.policy.settings.payments_source == "ledger" and told.any():
        raise LedgerDecidesError(invoice=draft.ledger.invoices["invoice_id"].iloc[rows[told][0]])


def _free_use(draft: Draft, kind: str, rows: Ints, parts: Ints) -> int:
    """Cents to hold against the limit: of allowances, the most that any row has been given in all."""
    if kind != "allowance":
        return int(parts.sum())
    given = draft.assessment.situation.settled.allowed[rows] + parts
    return int(given[parts > 0].max(initial=0))


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
