"""What has been paid, credited and allowed on each row, and what is still open.

`payments_source` decides whose word counts: `payments` (the allocations in the workbook) or `ledger` (the
ERP's own residue, else what it says was paid, else the day it was settled; allocations then only date the
payments). The two are never added up. What was paid on an unknown day counts as paid from the start, so that
interest runs on the residue only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import (
    NO_DAY,
    cents,
    day,
    days,
    filled,
    is_any,
    latest_at,
    sum_at,
)
from xlcredit.core.spread import spread

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.ledger import Ledger
    from xlcredit.core.owed import Owed
    from xlcredit.core.rows import Matches

_TO_CREDITED = ("credit_note",)
_TO_ALLOWED = ("allowance",)


@dataclass(frozen=True, slots=True)
class Pieces:
    """What each allocation settles on each row: one line a pair.

    Attributes:
        allocation: position in `allocations`.
        row: position in the ledger.
        amount: cents.
        date: the payment's day, else the allocation's; NaT when unknown.
        is_credit: from a credit note; `is_allowance`: an allowance; neither: money, set-off or deduction.
    """

    allocation: Ints
    row: Ints
    amount: Ints
    date: Days
    is_credit: Mask
    is_allowance: Mask

    @property
    def is_paid(self) -> Mask:
        """Pieces that count as paid."""
        return ~self.is_credit & ~self.is_allowance

    def where(self, mask: Mask) -> Pieces:
        """The pieces chosen by `mask`."""
        return Pieces(
            self.allocation[mask], self.row[mask], self.amount[mask], self.date[mask],
            self.is_credit[mask], self.is_allowance[mask],
        )  # fmt: skip

    def total(self, mask: Mask, rows: int) -> Ints:
        """Cents by ledger row of the pieces in `mask`."""
        return sum_at(self.row[mask], self.amount[mask], rows)


@dataclass(frozen=True, slots=True)
class Settled:
    """Aligned with the ledger's rows; cents are positive on both sides.

    Attributes:
        paid: money, set-offs and deductions.
        credited: by credit notes that name the row; of a credit note: what was used of it.
        allowed: allowances, those closed automatically included.
        residue: what is still open.
        settled_on: the day the last of it came in; NaT while open or when unknown.
        dated: the payments whose day is known: claim (ledger position), date, amount, in this order.
        credits: the credit notes in `credited` of claims, likewise; the date is NaT when unknown.
        overpaid: more was paid than was due.
        differs: the two sources disagree.
        excess: the part of `paid` that nothing was due for any more.
        closed_as: 1 where an allowance closed the residue automatically, 2 where bank costs did, else 0.
    """

    paid: Ints
    credited: Ints
    allowed: Ints
    residue: Ints
    settled_on: Days
    dated: pd.DataFrame
    credits: pd.DataFrame
    overpaid: Mask
    differs: Mask
    excess: Ints
    closed_as: Ints = field(default_factory=lambda: np.zeros(0, dtype="int64"))


def allocated_pieces(
    allocations: pd.DataFrame, dates: Days, matches: Matches, owed: Owed, due: Days
) -> Pieces:
    """What each allocation settles on each row it names.

    An allocation that names several rows (an invoice without its instalment) fills them in order of due date;
    what exceeds them all stays on the last, where it shows as paid more than due. A credit note with the
    number of an invoice does not take the invoice's money.

    Args:
        allocations: typed table.
        dates: `allocation_dates(...)`.
        matches: the ledger rows its rows name.
        owed: what they owe.
        due: when.
    """
    source, target = _targets(matches, owed)
    source, target = _in_turn(source, target, dates, due)
    amount = spread(source, target, cents(allocations["amount"]), owed.net, overflow=True)
    kind = allocations["kind"]
    return Pieces(
        source, target, amount, dates[source],
        is_any(kind, *_TO_CREDITED)[source], is_any(kind, *_TO_ALLOWED)[source],
    ).where(amount != 0)  # fmt: skip


def _targets(matches: Matches, owed: Owed) -> tuple[Ints, Ints]:
    """The pairs without credit rows, except where an allocation names nothing else."""
    source, target = matches.reference, matches.invoice
    is_claim = ~owed.is_credit[target]
    has_claim = np.isin(source, source[is_claim])
    keep = is_claim | ~has_claim
    return source[keep], target[keep]


def _in_turn(source: Ints, target: Ints, dates: Days, due: Days) -> tuple[Ints, Ints]:
    """The pairs, those of several targets last and by the allocation's day and the target's due date."""
    several = np.flatnonzero(np.bincount(source)[source] > 1) if len(source) else source
    if not len(several):
        return source, target
    of, to = source[several], target[several]
    ordered = several[np.lexsort((to, due[to], of, dates[of]))]
    order = np.concatenate((np.setdiff1d(np.arange(len(source)), several, assume_unique=True), ordered))
    return source[order], target[order]


def allocation_dates(ledger: Ledger, payment: Ints) -> Days:
    """The day of each allocation's payment, else its own.

    Args:
        ledger: allocations and payments.
        payment: by allocation, position of its payment, -1 for none.
    """
    own = days(ledger.allocations["allocation_date"])
    paid_on = np.append(days(ledger.payments["payment_date"]), NO_DAY)[payment]
    return np.where(np.isnat(paid_on), own, paid_on)


def payments_through_bank(pieces: Pieces, ledger: Ledger, payment: Ints, as_of: dt.date) -> Mask:
    """Rows to which a payment of the table `payments` was allocated by `as_of`."""
    known = (payment[pieces.allocation] >= 0) & pieces.is_paid
    found = np.zeros(len(ledger.invoices), dtype=bool)
    found[pieces.row[known & (pieces.date <= day(as_of))]] = True
    return found & ~is_any(ledger.invoices["payment_method"], "cash", "cheque", "bill")


def settle_by_payments(owed: Owed, pieces: Pieces, invoices: pd.DataFrame, as_of: dt.date) -> Settled:
    """What is open by the workbook's own allocations, up to and including `as_of`."""
    size = len(invoices)
    known = pieces.where(~(pieces.date > day(as_of)))
    paid, credited = known.total(known.is_paid, size), known.total(known.is_credit, size)
    allowed = known.total(known.is_allowance, size)
    balance = owed.net - paid - credited - allowed
    residue = np.where(owed.exists, np.maximum(balance, 0), 0)
    return Settled(
        paid, credited, allowed, residue,
        settled_on=np.where(owed.exists & (residue == 0), latest_at(known.row, known.date, size), NO_DAY),
        dated=_dated(known),
        credits=_credits(known),
        overpaid=owed.exists & (balance < 0),
        differs=_differs(invoices, owed, pieces),
        excess=np.where(owed.exists, np.maximum(-balance, 0), 0),
    )  # fmt: skip


def settle_by_ledger(owed: Owed, pieces: Pieces, invoices: pd.DataFrame, as_of: dt.date) -> Settled:
    """What is open by the ERP's own columns, taken back to `as_of`.

    A row settled after `as_of` was open then, and so was what dated allocations paid after it.
    """
    size = len(invoices)
    settled = days(invoices["settled_date"])
    later = settled > day(as_of)
    balance = _ledger_balance(invoices, owed)
    silent = ~is_told(invoices)
    balance = np.where(silent, owed.net - pieces.total(silent[pieces.row], size), balance)
    after = pieces.date > day(as_of)
    reopened = np.minimum(np.maximum(balance, 0) + pieces.total(after, size), owed.net)
    reopened = np.where(later & (balance <= 0), owed.net, reopened)
    residue = np.where(owed.exists, reopened, 0)
    known = pieces.where(~after)
    credited, allowed = known.total(known.is_credit, size), known.total(known.is_allowance, size)
    paid = np.where(owed.exists, np.maximum(owed.net - residue - credited - allowed, 0), 0)
    last = latest_at(known.row, known.date, size)
    closed_on = np.where(np.isnat(settled), last, settled)
    settled_on = np.where(owed.exists & (residue == 0), closed_on, NO_DAY)
    return Settled(
        paid, credited, allowed, residue,
        settled_on=settled_on,
        dated=_with_settlements(_dated(known), paid, settled, settled_on),
        credits=_credits(known),
        overpaid=owed.exists & (balance < 0),
        differs=_differs(invoices, owed, pieces),
        excess=np.zeros(size, dtype="int64"),
    )  # fmt: skip


def _ledger_balance(invoices: pd.DataFrame, owed: Owed) -> Ints:
    """What the ERP says is open: its residue, else net less paid, else nothing once settled."""
    open_ledger, paid_ledger = invoices["open_ledger"], invoices["paid_ledger"]
    settled = filled(invoices["settled_date"]) & ~filled(paid_ledger)
    by_paid = np.where(settled, 0, owed.net - np.abs(cents(paid_ledger)))
    by_open = np.where(owed.is_credit, np.abs(cents(open_ledger)), cents(open_ledger))
    return np.where(filled(open_ledger), by_open, by_paid)


def is_told(invoices: pd.DataFrame) -> Mask:
    """Rows of which the ERP says anything."""
    return (
        filled(invoices["open_ledger"]) | filled(invoices["paid_ledger"]) | filled(invoices["settled_date"])
    )


def _differs(invoices: pd.DataFrame, owed: Owed, pieces: Pieces) -> Mask:
    """Rows of which both sources speak, and say different things. Allocations of any day count here."""
    told = is_told(invoices)
    if not told.any() or not len(pieces.row):
        return np.zeros(len(invoices), dtype=bool)
    allocated = sum_at(pieces.row, pieces.amount, len(invoices))
    spoken = np.zeros(len(invoices), dtype=bool)
    spoken[pieces.row] = True
    different: Mask = told & spoken & (owed.net - allocated != _ledger_balance(invoices, owed))
    return different


def _dated(pieces: Pieces) -> pd.DataFrame:
    """The payments whose day is known, as the interest rules take them."""
    known = pieces.where(pieces.is_paid & ~np.isnat(pieces.date))
    return settlements(known.row, known.date, known.amount)


def settlements(row: Ints, date: Days, amount: Ints) -> pd.DataFrame:
    """What settles ledger rows, in the order of rows and days: claim, date, amount."""
    order = np.lexsort((date, row))
    return pd.DataFrame(
        {"claim": row[order], "date": date[order].astype("datetime64[s]"), "amount": amount[order]}
    )


def _credits(pieces: Pieces) -> pd.DataFrame:
    """The credit notes, those of an unknown day too."""
    known = pieces.where(pieces.is_credit)
    return settlements(known.row, known.date, known.amount)


def _with_settlements(dated: pd.DataFrame, paid: Ints, settled: Days, settled_on: Days) -> pd.DataFrame:
    """The dated payments, and what else the ERP says was paid by the day it settled the row."""
    rest = paid - sum_at(dated["claim"].to_numpy(), dated["amount"].to_numpy(), len(paid))
    rows = np.flatnonzero((rest > 0) & (settled == settled_on))
    more = pd.DataFrame({"claim": rows, "date": settled[rows].astype("datetime64[s]"), "amount": rest[rows]})
    both = pd.concat([dated, more], ignore_index=True) if len(dated) else more
    return both.sort_values(["claim", "date"], kind="stable", ignore_index=True)
