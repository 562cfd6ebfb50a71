"""Payments: the one behind each allocation, and what nobody has allocated yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import cents, day, days, filled, is_any, sum_at

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.core.columns import Ints
    from xlcredit.core.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Payments:
    """What is known of the payments of a ledger.

    Attributes:
        of_allocation: position in `payments` by allocation, -1 where it names none.
        left: cents by payment that no allocation uses, never negative.
        by_customer: customer_id, currency, unallocated (Int64): what came in by the day and is left.
    """

    of_allocation: Ints
    left: Ints
    by_customer: pd.DataFrame


def read_payments(ledger: Ledger, as_of: dt.date, base_currency: str) -> Payments:
    """The payments of `ledger`.

    Args:
        ledger: payments and allocations.
        as_of: payments of later days have not come in yet.
        base_currency: currency of a payment that names none.
    """
    of_allocation = _payment_of_each(ledger)
    money = (of_allocation >= 0) & ~is_any(ledger.allocations["kind"], "credit_note", "allowance")
    used = sum_at(of_allocation[money], cents(ledger.allocations["amount"])[money], len(ledger.payments))
    left = np.maximum(cents(ledger.payments["amount"]) - used, 0)
    return Payments(of_allocation, left, _left_by_customer(ledger.payments, left, as_of, base_currency))


def _payment_of_each(ledger: Ledger) -> Ints:
    """The payment that each allocation names; of several with one id the first."""
    ids = pd.concat([ledger.payments["payment_id"], ledger.allocations["payment_id"]], ignore_index=True)
    codes, distinct = pd.factorize(ids)
    count = len(ledger.payments)
    place = np.full(len(distinct) + 1, -1, dtype="int64")
    own = codes[:count]
    place[own[::-1]] = np.arange(count)[::-1]
    place[-1] = -1
    return place[codes[count:]]


def _left_by_customer(payments: pd.DataFrame, left: Ints, as_of: dt.date, base_currency: str) -> pd.DataFrame:
    known = (left > 0) & filled(payments["customer_id"]) & ~(days(payments["payment_date"]) > day(as_of))
    rows = pd.DataFrame(
        {
            "customer_id": payments["customer_id"][known],
            "currency": payments["currency"][known].str.upper().fillna(base_currency),
            "unallocated": left[known],
        }
    )
    totals: pd.DataFrame = rows.groupby(["customer_id", "currency"], as_index=False)[["unallocated"]].sum()
    return totals.astype({"customer_id": "str", "currency": "str", "unallocated": "Int64"})
