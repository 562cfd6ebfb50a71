"""Holds: rows or a whole customer are not dunned until a day, for a reason; released when it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.operations.desk.draft import Draft, Entered, drafting
from xlcredit.operations.desk.errors import CustomerNotFoundError, DayPassedError
from xlcredit.operations.desk.rows import RowName, named_rows, open_rows

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

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
        DayPassedError, NothingOpenError, CustomerNotFoundError, InvoiceNotFoundError: nothing has changed.
    """
    with drafting(place, as_of) as draft:
        if until < draft.as_of:
            raise DayPassedError(day=until, as_of=draft.as_of)
        return _write(draft, names, pd.Timestamp(until), reason, only_open=True)


def release(place: Place, names: Sequence[RowName], as_of: dt.date | None = None) -> Entered:
    """Take the hold off the named rows and customers.

    Raises:
        CustomerNotFoundError, InvoiceNotFoundError: nothing has changed.
    """
    with drafting(place, as_of) as draft:
        return _write(draft, names, None, None, only_open=False)


def _write(
    draft: Draft,
    names: Sequence[RowName],
    until: pd.Timestamp | None,
    reason: str | None,
    *,
    only_open: bool,
) -> Entered:
    """The end and the reason of a hold beside rows and customers."""
    whole = {name.customer_id for name in names if name.is_customer}
    documents = [name for name in names if not name.is_customer]
    rows = np.empty(0, dtype=np.int64)
    if documents:
        rows = open_rows(draft, documents) if only_open else named_rows(draft, documents)
        _type(draft, "invoices", rows, until, reason)
    if whole:
        _type(draft, "customers", _customers(draft, whole), until, reason)
    return draft.enter(rows)


def _customers(draft: Draft, codes: set[str]) -> Ints:
    """Where customers stand in their table.

    Raises:
        CustomerNotFoundError: one of them does not.
    """
    known = draft.ledger.customers["customer_id"]
    if missing := sorted(codes - set(known.dropna())):
        raise CustomerNotFoundError(customer=missing[0])
    return np.flatnonzero(known.isin(codes))


def _type(draft: Draft, table: str, positions: Ints, until: pd.Timestamp | None, reason: str | None) -> None:
    draft.type(table, positions, "hold_until", until)
    draft.type(table, positions, "hold_reason", reason)
