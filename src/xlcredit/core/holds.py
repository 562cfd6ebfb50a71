"""Holds: every reason for which a row is not dunned.

A row may have several; they are codes joined by `+` in the order of `HOLDS`. What cannot be read counts as a
hold: an unreadable date or currency, a promise that names no invoice (it holds the whole customer).

Law: a presented RiBa or SDD would be paid twice if asked for again; D.Lgs. 14/2019 (CCII) art. 150 (no
individual action once insolvency proceedings are open).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlcredit.core.columns import NO_DAY, bit_sets, day, days, filled, is_any
from xlcredit.core.ordering import day_keys, order_by
from xlcredit.schema import VOCABULARIES
from xlcredit.working_days import add_working_days

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import pandas as pd

    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.debtors import Debtors
    from xlcredit.core.ledger import Ledger

HOLDS = (
    "dispute", "promise", "plan", "effect", "row", "customer", "insolvency", "handed_over", "factor",
    "below_minimum", "credit_cover", "rejected", "refused", "duplicate", "ambiguous", "unreadable",
    "no_customer", "no_due_date", "no_currency", "decided",
)  # fmt: skip
"""Hold codes, in the order in which they are told."""

_DAYS = np.int64(1) << 20
"""Days of a calendar that holds every date, with room for none."""

INSOLVENT = VOCABULARIES["customer_status"][VOCABULARIES["customer_status"].index("unreachable") + 1 :]
"""Customer statuses that are insolvency proceedings."""


def hold_bits(reasons: Mapping[str, Mask], size: int) -> Ints:
    """One bit set a row: bit n stands for `HOLDS[n]`."""
    return bit_sets(reasons, HOLDS, size)


def only(bits: Ints, *codes: str) -> Mask:
    """Rows that no other reason holds than `codes`."""
    allowed = sum(1 << HOLDS.index(code) for code in codes)
    free: Mask = (bits & ~np.int64(allowed)) == 0
    return free


def typed_holds(ledger: Ledger, debtors: Debtors, as_of: dt.date) -> dict[str, Mask]:
    """The holds that stand in the ledger and in the customers' table.

    A hold lasts until its day, that day included; one with a reason and no day has no end.
    """
    invoices, customers = ledger.invoices, ledger.customers
    unreadable = is_unread(ledger, "invoices") | debtors.of_rows(
        is_unread(ledger, "customers"), otherwise=False
    )
    return {
        "row": is_held(invoices, as_of),
        "customer": debtors.of_rows(is_held(customers, as_of), otherwise=False),
        "insolvency": debtors.of_rows(is_insolvent(customers, as_of), otherwise=False),
        "factor": filled(invoices["factor"]),
        "rejected": is_any(invoices["delivery_status"], "rejected"),
        "refused": is_any(invoices["delivery_status"], "refused"),
        "no_customer": debtors.is_nameless,
        "no_currency": debtors.is_without_currency,
        "unreadable": unreadable,
    }


def is_insolvent(customers: pd.DataFrame, as_of: dt.date) -> Mask:
    """Customers in insolvency proceedings opened by `as_of`; without a date they count as open."""
    return is_any(customers["status"], *INSOLVENT) & ~(days(customers["status_date"]) > day(as_of))


def is_held(frame: pd.DataFrame, as_of: dt.date) -> Mask:
    """Rows with a hold of their own: until a day that has not passed, or with a reason and no day."""
    until = days(frame["hold_until"])
    return (until >= day(as_of)) | (np.isnat(until) & filled(frame["hold_reason"]))


def is_unread(ledger: Ledger, table: str) -> Mask:
    """Rows of `invoices` or `customers` whose hold date could not be read."""
    mask = np.zeros(len(getattr(ledger, table)), dtype=bool)
    mask[np.asarray(ledger.unreadable.get((table, "hold_until"), ()), dtype="int64")] = True
    return mask


def effect_matures(invoices: pd.DataFrame, due: Days, effect_days: int, sdd_return_days: int) -> Days:
    """The last day on which a presented effect may still come back unpaid; NaT for rows without one.

    RiBa: `effect_days` working days after due. SDD Core: `sdd_return_days` days after due, as the debtor's
    bank may return it. A returned effect is no longer one.
    """
    returned = is_any(invoices["document_type"], "returned_effect", "credit_note")
    riba = is_any(invoices["payment_method"], "riba") & ~returned
    sdd = is_any(invoices["payment_method"], "sdd") & ~returned
    matures = np.full(len(due), NO_DAY)
    matures[riba] = add_working_days(due[riba], effect_days)
    matures[sdd] = due[sdd] + sdd_return_days
    return matures


def covered_by_credit(account: Ints, due: Days, amount: Ints, credit: Ints) -> tuple[Mask, Ints]:
    """Rows that the account's free credit covers, oldest due first, and the credit left.

    Args:
        account: of each open row.
        due: of each; NaT comes last.
        amount: open cents of each.
        credit: free cents by account.

    Returns:
        A mask over the rows, and cents by account.
    """
    left = credit.copy()
    covered = np.zeros(len(account), dtype=bool)
    rows = np.flatnonzero(credit[account] > 0)
    if not len(rows):
        return covered, left
    by_due = account[rows] * _DAYS + np.clip(day_keys(due[rows]), 0, _DAYS - 1)
    order = rows[order_by(by_due, [lambda tied: amount[rows[tied]]])]
    owner = account[order]
    begins = np.flatnonzero(np.concatenate(([True], owner[1:] != owner[:-1])))
    up_to = np.cumsum(amount[order])
    before = np.repeat((up_to - amount[order])[begins], np.diff(np.append(begins, len(order))))
    reached = up_to - before <= credit[owner]
    covered[order[reached]] = True
    np.subtract.at(left, owner[reached], amount[order[reached]])
    return covered, left
