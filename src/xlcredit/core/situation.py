"""The ledger on a day: who owes each row, what is due when, what is still open.

Everything later rules read stands here once, aligned with the ledger's rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from xlcredit.core.columns import cents, day, days, filled, sum_at
from xlcredit.core.confirmation import is_abroad
from xlcredit.core.credits import (
    apply_notes,
    close_small,
    closing_declined,
    credit_references,
    honour_effects,
    returned_pairs,
    use_notes,
    used_notes,
)
from xlcredit.core.debtors import Debtors, find_debtors
from xlcredit.core.exchange import in_base, rates_on
from xlcredit.core.holds import effect_matures
from xlcredit.core.owed import DueDates, Owed, due_dates, owed_rows
from xlcredit.core.payments import Payments, read_payments
from xlcredit.core.plan_payments import plan_references
from xlcredit.core.register import Register, letters_sent, read_register
from xlcredit.core.rows import Matches, RowKeys, duplicated_rows, match_tables, with_whole_customers
from xlcredit.core.settlement import (
    Settled,
    allocated_pieces,
    allocation_dates,
    payments_through_bank,
    settle_by_ledger,
    settle_by_payments,
)

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.ledger import Ledger
    from xlcredit.parameters.law import Law
    from xlcredit.parameters.policy import Policy, Settings

_NAMING = ("allocations", "reminders", "contacts", "promises", "disputes", "case_files")


@dataclass(frozen=True, slots=True)
class Situation:
    """Aligned with `ledger.invoices` where not said otherwise.

    Attributes:
        ledger: the typed tables.
        policy: cycles, weights and settings in force.
        as_of: the day.
        keys: what rows are known by.
        references: lines that name rows in their own way: of `plans`, `credits` and `notes`.
        matches: the rows that each table, and each of `references`, names.
        debtors: the customers behind the rows.
        owed: what rows owe before anything is paid.
        dates: due dates.
        payments: what was made of the payments.
        settled: what was paid and what is open.
        free_credit: cents by account that lower the debt without settling a row.
        register: the events known by then.
        letters: every reminder that counts, one row each (see `register.letters_sent`).
        returned: returned effects with a row of their own, and the rows they reopen.
        matures: the last day on which a presented effect may come back.
        days_overdue: as_of - due date; 0 where there is none.
        base_amount: open cents in the base currency; 0 without a rate.
        without_rate: open rows whose currency has no rate.
        is_duplicate: rows with a number that share their whole key with another one.
    """

    ledger: Ledger
    policy: Policy
    as_of: dt.date
    keys: RowKeys
    references: dict[str, pd.DataFrame]
    matches: dict[str, Matches]
    debtors: Debtors
    owed: Owed
    dates: DueDates
    payments: Payments
    settled: Settled
    free_credit: Ints
    register: Register
    letters: pd.DataFrame
    returned: tuple[Ints, Ints]
    matures: Days
    days_overdue: Ints
    base_amount: Ints
    without_rate: Mask
    is_duplicate: Mask

    @property
    def is_open(self) -> Mask:
        """Rows with a residue, credits included."""
        return self.settled.residue > 0

    @property
    def is_open_claim(self) -> Mask:
        """Rows that are still owed to us."""
        return self.is_open & ~self.owed.is_credit

    @property
    def is_overdue(self) -> Mask:
        """Claims open after their due date."""
        return self.is_open_claim & (self.days_overdue > 0)

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.policy.settings


def situation_on(ledger: Ledger, policy: Policy, law: Law, as_of: dt.date) -> Situation:
    """The ledger on `as_of`.

    Args:
        ledger: typed tables.
        policy: settings: base currency, whose word counts, effects, small residues.
        law: the statutory payment term.
        as_of: rows, payments and rates of later days do not count.
    """
    references = {
        "plans": plan_references(ledger.plans),
        "credits": credit_references(ledger.invoices),
        "notes": used_notes(ledger.allocations),
    }
    tables = {key: getattr(ledger, key) for key in _NAMING}
    keys, matches = match_tables({**tables, **references}, ledger.invoices)
    debtors = find_debtors(
        ledger.invoices,
        ledger.customers,
        keys,
        policy.settings.base_currency,
        ledger.unreadable.get(("invoices", "currency"), ()),
    )
    owed = owed_rows(ledger.invoices, as_of)
    dates = _due_dates(ledger, debtors, policy.settings, law.value("payment_term", as_of))
    returned = returned_pairs(ledger.invoices, keys, owed.exists)
    matures = effect_matures(
        ledger.invoices, dates.due, policy.settings.effect_days, policy.settings.sdd_return_days
    )
    register = read_register(ledger.reminders, as_of)
    payments = read_payments(ledger, as_of, policy.settings.base_currency)
    parts = _Parts(
        ledger, policy.settings, as_of, owed, dates.due, payments, references, matches, returned[1], matures
    )
    settled = _settle(parts, debtors)
    claims = np.flatnonzero(owed.is_claim)
    matches["disputes"] = with_whole_customers(
        matches["disputes"], ledger.disputes, debtors.codes, debtors.debtor, claims
    )
    elapsed = (day(as_of) - dates.due).astype("int64")
    rates = rates_on(ledger.exchange_rates, policy.settings.base_currency, as_of)
    base_amount, without_rate = in_base(settled.residue, debtors.currency, rates)
    return Situation(
        ledger, policy, as_of, keys, references, matches, debtors, owed, dates, payments, settled,
        _free_credit(settled, owed, debtors, payments, counts=policy.settings.payments_source == "payments"),
        register, letters_sent(register), returned, matures,
        np.where(np.isnat(dates.due), 0, elapsed), base_amount, without_rate & (settled.residue > 0),
        duplicated_rows(keys) & filled(ledger.invoices["invoice_id"]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Parts:
    """What settling needs."""

    ledger: Ledger
    settings: Settings
    as_of: dt.date
    owed: Owed
    due: Days
    payments: Payments
    references: dict[str, pd.DataFrame]
    matches: dict[str, Matches]
    reopened: Ints
    matures: Days


def _due_dates(ledger: Ledger, debtors: Debtors, settings: Settings, default_days: int) -> DueDates:
    return due_dates(
        ledger.invoices,
        debtors.text_of_rows("payment_terms"),
        default_days,
        holiday_shift=settings.holiday_shift,
        days_as_months=settings.terms_days_as_months,
        unreadable=ledger.unreadable.get(("invoices", "due_date"), ()),
    )


def _settle(parts: _Parts, debtors: Debtors) -> Settled:
    """What is open: by payments or by the ERP, then effects, credit notes and small residues."""
    ledger, owed, settings = parts.ledger, parts.owed, parts.settings
    matches = _without_reopened(parts.matches["allocations"], parts.reopened)
    dates = allocation_dates(ledger, parts.payments.of_allocation)
    pieces = allocated_pieces(ledger.allocations, dates, matches, owed, parts.due)
    by_ledger = settings.payments_source == "ledger"
    settle = settle_by_ledger if by_ledger else settle_by_payments
    settled = settle(owed, pieces, ledger.invoices, parts.as_of)
    told = (filled(ledger.invoices["open_ledger"]) | filled(ledger.invoices["paid_ledger"])) & by_ledger
    matures = parts.matures.copy()
    matures[parts.reopened] = np.datetime64(0, "D")
    settled = honour_effects(settled, matures, parts.due, parts.as_of, told)
    used = cents(ledger.allocations["amount"])[parts.references["notes"]["allocation"].to_numpy()]
    settled = use_notes(settled, owed, used, parts.matches["notes"], told)
    declined = closing_declined(ledger.allocations, dates, matches, parts.as_of, len(owed.net))
    settled = apply_notes(
        settled,
        owed,
        parts.references["credits"],
        parts.matches["credits"],
        parts.due,
        days(ledger.invoices["document_date"]),
    )
    return close_small(
        settled,
        owed.is_claim & ~declined,
        payments_through_bank(pieces, ledger, parts.payments.of_allocation, parts.as_of),
        settings.allowance_limit,
        _bank_costs(debtors, settings),
    )


def _without_reopened(matches: Matches, reopened: Ints) -> Matches:
    """The pairs without rows whose debt a returned effect carries, unless nothing else is named."""
    carried = np.isin(matches.invoice, reopened)
    keep = ~carried | ~np.isin(matches.reference, matches.reference[~carried])
    return replace(matches, reference=matches.reference[keep], invoice=matches.invoice[keep])


def _bank_costs(debtors: Debtors, settings: Settings) -> Ints:
    """By row, what the bank may have kept: more for customers abroad."""
    abroad = is_abroad(debtors.customers, settings)
    return np.where(
        debtors.of_rows(abroad, otherwise=False), settings.bank_cost_limit_abroad, settings.bank_cost_limit
    ).astype("int64")


def _free_credit(settled: Settled, owed: Owed, debtors: Debtors, payments: Payments, *, counts: bool) -> Ints:
    """What lowers a customer's debt without settling a row, in cents by account.

    Open credit notes, and payments not yet allocated where the workbook's payments count.
    """
    notes = np.flatnonzero(owed.is_credit & (settled.residue > 0))
    credit = sum_at(debtors.account[notes], settled.residue[notes], debtors.accounts)
    if counts and len(payments.by_customer):
        who = debtors.who[["customer_id", "currency"]]
        found = who.merge(payments.by_customer, on=["customer_id", "currency"], how="left")["unallocated"]
        credit += found.to_numpy(dtype="int64", na_value=0)
    return credit
