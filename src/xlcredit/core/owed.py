"""What each row owes before anything is paid, and the day it is owed.

Net payable = total - withholding - VAT under split payment - retention. A credit note, or a document with a
negative net, is a credit whatever sign the export gave it: amounts here are positive and `is_credit` tells
the side. A row dated after `as_of` does not exist yet.

Law: D.Lgs. 231/2002 art. 4 (30 days where nothing is agreed); c.c. art. 1187, 2963 (a due date on a holiday).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xlcredit.core.columns import cents, day, days, filled, is_any
from xlcredit.terms import first_due_dates
from xlcredit.working_days import shift_to_working_day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import pandas as pd

    from xlcredit.core.columns import Days, Ints, Mask


@dataclass(frozen=True, slots=True)
class Owed:
    """Aligned with the ledger's rows.

    Attributes:
        net: net payable in cents, never negative.
        released: cents of it that were retained and are due again.
        is_credit: the row lowers what the customer owes.
        is_row: the row holds something; a blank line of the table does not.
        exists: it does, and its document is not dated after `as_of`.
    """

    net: Ints
    released: Ints
    is_credit: Mask
    is_row: Mask
    exists: Mask

    @property
    def is_claim(self) -> Mask:
        """Rows that exist and are owed to us."""
        return self.exists & ~self.is_credit


@dataclass(frozen=True, slots=True)
class DueDates:
    """Aligned with the ledger's rows.

    Attributes:
        due: due date after the holiday rule; NaT when neither typed nor computable.
        agreed: the same before the holiday rule.
        assumed: no due date and no terms anywhere: the statutory term was taken.
        bad_terms: terms that could not be understood, where they were needed.
    """

    due: Days
    agreed: Days
    assumed: Mask
    bad_terms: Mask


def owed_rows(invoices: pd.DataFrame, as_of: dt.date) -> Owed:
    """What the rows owe before anything is paid.

    Args:
        invoices: typed ledger rows.
        as_of: rows dated later do not exist yet.
    """
    kept = deductions(invoices, as_of)
    parts = kept["withholding"] + kept["split_vat"] + kept["retention"]
    computed = _signed_like(invoices, np.abs(cents(invoices["amount"])) - np.abs(parts))
    net = np.where(filled(invoices["net_payable"]), cents(invoices["net_payable"]), computed)
    is_credit = is_any(invoices["document_type"], "credit_note") | (net < 0)
    is_row = filled(invoices["invoice_id"]) | filled(invoices["customer_id"]) | filled(invoices["amount"])
    released = np.where(
        filled(invoices["net_payable"]), 0, np.abs(cents(invoices["retention"]) - kept["retention"])
    )
    return Owed(
        np.abs(net), released, is_credit, is_row, is_row & ~(days(invoices["document_date"]) > day(as_of))
    )


def deductions(invoices: pd.DataFrame, as_of: dt.date) -> dict[str, Ints]:
    """What the customer keeps back of each total, cents as typed; a retention until its release."""
    is_released = days(invoices["retention_release"]) <= day(as_of)
    return {
        "withholding": cents(invoices["withholding"]),
        "split_vat": cents(invoices["split_vat"]),
        "retention": np.where(is_released, 0, cents(invoices["retention"])),
    }


def _signed_like(invoices: pd.DataFrame, net: Ints) -> Ints:
    """`net` with the sign of the document's total: the deductions of a credit note bear either sign."""
    return np.where(cents(invoices["amount"]) < 0, -net, net)


def due_dates(  # noqa: PLR0913  the last three are options
    invoices: pd.DataFrame,
    customer_terms: pd.Series,
    default_days: int,
    *,
    holiday_shift: bool = True,
    days_as_months: bool = False,
    unreadable: Sequence[int] | Ints = (),
) -> DueDates:
    """The due date of every row: typed, else by its terms, else by its customer's, else by law.

    A due date that is typed and cannot be read is not replaced by another: the row has none.

    Args:
        invoices: typed ledger rows.
        customer_terms: the payment terms of each row's customer, aligned with `invoices`.
        default_days: the statutory term from receipt: the SdI's delivery, else the document date.
        holiday_shift: whether a Sunday or public holiday moves to the next working day.
        days_as_months: whether multiples of 30 days count as months.
        unreadable: positions of rows whose typed due date cannot be read.
    """
    agreed = days(invoices["due_date"]).copy()
    silent = np.isnat(agreed)
    silent[np.asarray(unreadable, dtype="int64")] = False
    bad_terms = np.zeros(len(agreed), dtype=bool)
    for terms in (invoices["payment_terms"], customer_terms):
        wanted = np.flatnonzero(silent & np.isnat(agreed) & filled(terms))
        if len(wanted):
            rows = invoices.iloc[wanted]
            found, bad = first_due_dates(
                rows["document_date"], terms.iloc[wanted], rows["instalment"], days_as_months=days_as_months
            )
            agreed[wanted] = days(found)
            bad_terms[wanted] |= np.asarray(bad, dtype=bool)
    received = np.where(
        filled(invoices["delivery_date"]), days(invoices["delivery_date"]), days(invoices["document_date"])
    )
    assumed = silent & np.isnat(agreed) & ~np.isnat(received)
    agreed[assumed] = received[assumed] + np.timedelta64(default_days, "D")
    return DueDates(shift_to_working_day(agreed) if holiday_shift else agreed, agreed, assumed, bad_terms)
