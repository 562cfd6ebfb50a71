"""Holds: rows or a whole customer are not dunned until a day, for a reason; released when it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.holds import is_unread
from xlcredit.operations.desk.draft import Draft, Entered, drafting
from xlcredit.operations.desk.errors import (
    CustomerNotFoundError,
    CustomerNotListedError,
    DayPassedError,
    NoHoldError,
)
from xlcredit.operations.desk.rows import RowName, named_rows, open_rows

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from xlcredit.books.place import Place
    from xlcredit.core.columns import Ints


def hold(
    place: Place, names: Sequence[RowName], until: dt.date, reason: str, as_of: dt.date | None = None
) -> Entered:
    """Do not dun the named rows until a day; a customer named without a document is held as a whole.

    Args:
        place: a closed workbook or one open in Excel.
        names: rows and customers.
        until: the last day of the hold, included; today or later.
        reason: why.
        as_of: the day of the entry.

    Raises:
        DayPassedError, NothingOpenError, CustomerNotFoundError, CustomerNotListedError, InvoiceNotFoundError: nothing
            has changed.
    """
    with drafting(place, as_of) as draft:
        if until < draft.as_of:
            raise DayPassedError(day=until, as_of=draft.as_of)
        rows, customers = _meant(draft, names, open_rows)
        return _write(draft, rows, customers, pd.Timestamp(until), reason)


def release(place: Place, names: Sequence[RowName], as_of: dt.date | None = None) -> Entered:
    """Take the hold off the named rows and customers.

    Raises:
        NoHoldError: there is none to take off; nothing has changed.
        CustomerNotFoundError, CustomerNotListedError, InvoiceNotFoundError: nothing has changed.
    """
    with drafting(place, as_of) as draft:
        rows, customers = _meant(draft, names, named_rows)
        if not (_is_typed(draft, "invoices", rows) or _is_typed(draft, "customers", customers)):
            raise NoHoldError(customer=names[0].customer_id)
        return _write(draft, rows, customers, None, None)


def _meant(
    draft: Draft, names: Sequence[RowName], rows_of: Callable[[Draft, Sequence[RowName]], Ints]
) -> tuple[Ints, Ints]:
    """The ledger rows, and the rows of customers named as a whole, that are meant."""
    whole = {name.customer_id for name in names if name.is_customer}
    documents = [name for name in names if not name.is_customer]
    none = np.empty(0, dtype=np.int64)
    return rows_of(draft, documents) if documents else none, _customers(draft, whole) if whole else none


def _write(
    draft: Draft, rows: Ints, customers: Ints, until: pd.Timestamp | None, reason: str | None
) -> Entered:
    """The end and the reason of a hold beside rows and customers."""
    for table, positions in (("invoices", rows), ("customers", customers)):
        if len(positions):
            draft.type(table, positions, "hold_until", until)
            draft.type(table, positions, "hold_reason", reason)
    return draft.enter(rows)


def _is_typed(draft: Draft, table: str, positions: Ints) -> bool:
    """Whether a hold stands beside any of these rows, be it one that nobody can read."""
    typed = getattr(draft.ledger, table)[["hold_until", "hold_reason"]].notna().any(axis=1).to_numpy()
    return bool((typed | is_unread(draft.ledger, table))[positions].any())


def _customers(draft: Draft, codes: set[str]) -> Ints:
    """Where customers stand in their table.

    Raises:
        CustomerNotFoundError, CustomerNotListedError: one of them does not.
    """
    known = draft.ledger.customers["customer_id"]
    if missing := sorted(codes - set(known.dropna())):
        in_ledger = (draft.ledger.invoices["customer_id"] == missing[0]).any()
        raise (CustomerNotListedError if in_ledger else CustomerNotFoundError)(customer=missing[0])
    return np.flatnonzero(known.isin(codes))
