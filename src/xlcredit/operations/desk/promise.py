"""Promises of payment: recorded on open rows, one open promise a row; withdrawn from a day on."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import cents
from xlcredit.operations.desk.draft import Draft, Entered, drafting
from xlcredit.operations.desk.errors import (
    AmountAboveResidueError,
    AmountCurrenciesError,
    DayPassedError,
    NoPromiseError,
    PromiseExistsError,
)
from xlcredit.operations.desk.rows import RowName, named_rows, open_rows

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from xlcredit.books.place import Place
    from xlcredit.core.columns import Ints, Mask


def promise(  # noqa: PLR0913, PLR0917  what a promise says
    place: Place,
    names: Sequence[RowName],
    day: dt.date,
    amount_cents: int | None = None,
    notes: str | None = None,
    as_of: dt.date | None = None,
) -> Entered:
    """Record that the customer will pay the named rows on `day`.

    Args:
        place: a closed workbook or one open in Excel.
        names: the rows, or the customers whose open rows are meant.
        day: of the payment; today or later.
        amount_cents: promised over all rows, of one currency, filling those due first; None promises all that is
            open.
        notes: what was said.
        as_of: the day of the entry.

    Raises:
        DayPassedError, PromiseExistsError, AmountCurrenciesError, AmountAboveResidueError, NothingOpenError: nothing
            has changed.
    """
    with drafting(place, as_of) as draft:
        return draft.enter(*add_promises(draft, open_rows(draft, names), day, amount_cents, notes))


def add_promises(
    draft: Draft, rows: Ints, day: dt.date, amount_cents: int | None, notes: str | None
) -> tuple[Ints, Ints]:
    """The promises of `promise` on ledger rows, into a draft; the rows promised, and the cents on each."""
    if day < draft.as_of:
        raise DayPassedError(day=day, as_of=draft.as_of)
    if (second := _is_promised(draft)[rows]).any():
        row = draft.ledger.invoices.iloc[rows[second][0]]
        raise PromiseExistsError(customer=row["customer_id"], invoice=row["invoice_id"])
    parts = part_by_due(draft, rows, amount_cents)
    rows, parts = rows[parts > 0], parts[parts > 0]
    draft.append(
        "promises",
        {
            **row_names(draft, rows),
            "promised_amount": pd.array(parts, dtype="Int64"),
            "promised_date": pd.Timestamp(day),
            "made_on": pd.Timestamp(draft.as_of),
            "open_when_made": draft.assessment.rows["open_amount"].iloc[rows].reset_index(drop=True),
            "notes": notes,
        },
    )
    return rows, parts


def part_by_due(draft: Draft, rows: Ints, amount_cents: int | None) -> Ints:
    """An amount over rows in their order, each up to its residue; None is all of it.

    Raises:
        AmountCurrenciesError: they are of several currencies, and the amount of one.
        AmountAboveResidueError: they owe less.
    """
    residue = cents(draft.assessment.rows["open_amount"].iloc[rows])
    if amount_cents is None:
        return residue
    refuse_currencies(draft, rows, amount_cents)
    if not 0 < amount_cents <= residue.sum():
        raise AmountAboveResidueError(amount=euros(amount_cents), residue=euros(int(residue.sum())))
    before = np.cumsum(residue) - residue
    parts: Ints = np.clip(amount_cents - before, 0, residue)
    return parts


def refuse_currencies(draft: Draft, rows: Ints, amount_cents: int) -> None:
    """Refuse one amount over rows of several currencies.

    Raises:
        AmountCurrenciesError
    """
    currencies = draft.assessment.rows["row_currency"].iloc[rows].astype("str").unique()
    if len(currencies) > 1:
        raise AmountCurrenciesError(amount=euros(amount_cents), currencies=", ".join(sorted(currencies)))


def euros(amount_cents: int) -> Decimal:
    """Cents as the amount that a message shows."""
    return Decimal(amount_cents) / 100


def row_names(draft: Draft, rows: Ints) -> dict[str, pd.Series]:
    """What a typed table names ledger rows by: customer, number, instalment, year."""
    invoices, assessed = draft.ledger.invoices.iloc[rows], draft.assessment.rows.iloc[rows]
    return {
        "customer_id": invoices["customer_id"].reset_index(drop=True),
        "invoice_id": invoices["invoice_id"].reset_index(drop=True),
        "instalment": assessed["row_instalment"].astype("Int64").reset_index(drop=True),
        "document_year": assessed["document_year"].reset_index(drop=True),
    }


def withdraw_promise(
    place: Place, names: Sequence[RowName], notes: str | None = None, as_of: dt.date | None = None
) -> Entered:
    """The open promises on the named rows count no more from the day of the entry.

    Raises:
        NoPromiseError: there is none; nothing has changed.
    """
    with drafting(place, as_of) as draft:
        rows = named_rows(draft, names)
        matches = draft.assessment.situation.matches["promises"]
        is_open = draft.assessment.pursuit.agreed.promised.is_open_promise
        of_rows = np.isin(matches.invoice, rows) & is_open[matches.reference]
        found = np.unique(matches.reference[of_rows])
        if not len(found):
            raise NoPromiseError(customer=", ".join(sorted({name.customer_id for name in names})))
        draft.type("promises", found, "withdrawn_on", pd.Timestamp(draft.as_of))
        if notes:
            draft.note("promises", found, notes)
        return draft.enter(np.unique(matches.invoice[of_rows]))


def _is_promised(draft: Draft) -> Mask:
    """Ledger rows with an open promise."""
    return draft.assessment.pursuit.agreed.promised.is_open
