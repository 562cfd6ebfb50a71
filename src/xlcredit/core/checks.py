"""What is wrong with the ledger by its own rules: every finding that a look at single cells cannot make.

The rows stay, each with its codes in the column `finding`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.core.approval import is_unentitled
from xlcredit.core.columns import bit_sets, coded_bits, day, days, filled, is_among, is_any
from xlcredit.core.confirmation import is_set_off_without_supplier, is_unconfirmed
from xlcredit.core.credits import ALLOWANCE, BANK_COST
from xlcredit.core.disputes import is_about_customer, out_of_turn
from xlcredit.core.holds import INSOLVENT
from xlcredit.core.letter_channels import BY_MAIL, is_bad_address
from xlcredit.core.numbers import is_bad_iban, is_bad_vat_number
from xlcredit.errors import Finding, Money
from xlcredit.findings import find
from xlcredit.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlcredit.core.columns import Ints, Mask
    from xlcredit.core.pursuit import Pursuit
    from xlcredit.core.situation import Situation


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked for, in every row of a table.

    Attributes:
        code: of the finding.
        table: schema key.
        column: schema key, None for the row.
        mask: where it was found.
        needs_person: False for a note.
        facts: further values for the wording, one a row or one for all.
        amounts: the same, in cents.
        names: what a person calls the rows; None takes the usual column of the table.
    """

    code: str
    table: str
    column: str | None
    mask: Mask
    needs_person: bool = True
    facts: dict[str, Any] = field(default_factory=dict)
    amounts: dict[str, Ints] = field(default_factory=dict)
    names: pd.Series | None = None


def check_ledger(situation: Situation, pursuit: Pursuit) -> tuple[list[Finding], pd.Series]:
    """Every finding of the ledger's own rules, and by ledger row their codes (category), joined by `+`."""
    checks = [
        *_rows(situation),
        *_money(situation),
        *_customers(situation, pursuit),
        *_payments(situation),
        *_named_rows(situation),
        *_holds(situation, pursuit),
        *_far_ahead(situation, pursuit),
        *_cases(situation),
        *_desk(situation),
        *_register(situation, pursuit),
    ]
    found = [finding for check in checks for finding in _findings(check, situation)]
    return [*_company(situation), *found], _codes_by_row(checks, len(situation.ledger.invoices))


def _findings(check: Check, situation: Situation) -> list[Finding]:
    if not check.mask.any():
        return []
    frame = getattr(situation.ledger, check.table)
    is_text = check.column and TABLES[check.table][check.column].type != "money"
    found = find(
        check.code,
        check.table,
        check.column,
        check.mask,
        found=frame[check.column] if is_text else None,
        rows=_names(frame, check.table) if check.names is None else check.names,
        needs_person=check.needs_person,
        **check.facts | check.amounts,
    )
    return [_with_money(finding, check.amounts, situation) for finding in found] if check.amounts else found


def _with_money(finding: Finding, amounts: Iterable[str], situation: Situation) -> Finding:
    """Its facts in cents as amounts in the currency of their row."""
    currency = _currency_of(finding, situation)
    told = {name: Money(finding.facts[name], currency) for name in amounts}
    return replace(finding, facts={**finding.facts, **told})


def _currency_of(finding: Finding, situation: Situation) -> str:
    """The currency of a ledger row, or of the first row that a line of a plan names; else the base currency."""
    row = finding.position
    if finding.table == "plans":
        matches, named = situation.matches["plans"], situation.references["plans"]["plan"].to_numpy()
        row = next(iter(matches.invoice[named[matches.reference] == row].tolist()), None)
    return situation.settings.base_currency if row is None else str(situation.debtors.currency.iloc[row])


def _names(frame: pd.DataFrame, table: str) -> pd.Series:
    """What a person calls the rows: the customer where no document is named."""
    names = frame[_NAMES[table]]
    return names.where(names.notna(), frame["customer_id"]) if "customer_id" in frame else names


_NAMES = {
    "invoices": "invoice_id",
    "customers": "customer_id",
    "payments": "payment_id",
    "allocations": "invoice_id",
    "contacts": "invoice_id",
    "reminders": "reminder_id",
    "promises": "invoice_id",
    "disputes": "invoice_id",
    "plans": "plan_id",
    "case_files": "case_id",
    "proposal": "customer_id",
}
"""What a person calls a row of each table."""


def _codes_by_row(checks: Sequence[Check], size: int) -> pd.Series:
    """The codes of the ledger's findings by row."""
    own = [check for check in checks if check.table == "invoices" and check.mask.any()]
    codes = [check.code for check in own]
    return coded_bits(bit_sets({check.code: check.mask for check in own}, codes, size), codes)


def _rows(situation: Situation) -> Iterator[Check]:
    """Dates, customers, types."""
    invoices, owed, debtors = situation.ledger.invoices, situation.owed, situation.debtors
    early = owed.is_claim & (situation.dates.agreed < days(invoices["document_date"]))
    yield Check("due-before-document", "invoices", "due_date", early & filled(invoices["due_date"]),
                facts={"document_date": invoices["document_date"]})  # fmt: skip
    assumed = situation.dates.assumed & ~situation.dates.bad_terms & situation.is_open_claim
    yield Check("due-date-assumed", "invoices", "due_date", assumed)
    bad_terms = situation.dates.bad_terms & owed.is_row
    yield Check(
        "terms-not-understood", "invoices", "payment_terms", bad_terms & filled(invoices["payment_terms"])
    )
    yield Check("customer-unknown", "invoices", "customer_id", debtors.is_unknown & owed.is_row)
    yield Check("row-duplicated", "invoices", "invoice_id", situation.is_duplicate)
    for status in ("rejected", "refused"):
        found = is_any(invoices["delivery_status"], status) & situation.is_open_claim
        yield Check(f"invoice-{status}", "invoices", "delivery_status", found)


def _money(situation: Situation) -> Iterator[Check]:
    """Amounts, sources, currencies."""
    settled = situation.settled
    without_rate = situation.without_rate & ~situation.debtors.is_without_currency
    yield Check("paid-more-than-due", "invoices", "amount", settled.overpaid,
                amounts={"paid": settled.paid, "due": situation.owed.net})  # fmt: skip
    yield Check("sources-differ", "invoices", _told_by(situation), settled.differs)
    yield Check("currency-without-rate", "invoices", "currency", without_rate)
    for code, kind in (("allowance-closed", ALLOWANCE), ("bank-cost-closed", BANK_COST)):
        closed = settled.closed_as == kind
        yield Check(
            code, "invoices", "amount", closed, needs_person=False, amounts={"closed": settled.allowed}
        )


def _told_by(situation: Situation) -> str:
    """The ERP's column that speaks, for the place of a difference."""
    invoices = situation.ledger.invoices
    told = (column for column in ("open_ledger", "paid_ledger") if invoices[column].notna().any())
    return next(told, "settled_date")


def _customers(situation: Situation, pursuit: Pursuit) -> Iterator[Check]:
    """Customers: twice, of unknown kind, numbers and addresses that cannot be, cycles that do not exist."""
    customers = situation.ledger.customers
    named = filled(customers["customer_id"])
    owing = situation.debtors.of_customers(_debtors_owing(situation), otherwise=False)
    repeated = customers["customer_id"].duplicated().to_numpy() & named
    yield Check("customer-duplicated", "customers", "customer_id", repeated)
    yield Check("kind-unknown", "customers", "kind", ~filled(customers["kind"]) & owing)
    for channel in BY_MAIL:
        yield Check("email-invalid", "customers", channel, is_bad_address(customers[channel]))
    bad_vat = is_bad_vat_number(customers["vat_number"], customers["country"])
    yield Check("vat-number-invalid", "customers", "vat_number", bad_vat)
    undated = is_any(customers["status"], *INSOLVENT) & ~filled(customers["status_date"])
    yield Check("insolvency-undated", "customers", "status_date", undated)
    yield Check("cycle-unknown", "customers", "cycle", pursuit.cycles.is_customer_unknown)
    yield Check("cycle-unknown", "invoices", "cycle", pursuit.cycles.is_unknown)


def _debtors_owing(situation: Situation) -> Mask:
    owing = np.zeros(len(situation.debtors.codes), dtype=bool)
    owing[situation.debtors.debtor[situation.is_open_claim]] = True
    return owing


def _payments(situation: Situation) -> Iterator[Check]:
    """Payments: IBANs that cannot be."""
    yield Check("iban-invalid", "payments", "iban", is_bad_iban(situation.ledger.payments["iban"]))


def _named_rows(situation: Situation) -> Iterator[Check]:
    """Rows of other tables that name no ledger row, one in several years, or a customer whom nobody knows."""
    for table in ("allocations", "promises", "disputes", "case_files", "reminders"):
        matches, size = situation.matches[table], len(getattr(situation.ledger, table))
        column = "invoice_id"
        yield Check("row-not-found", table, column, _mask(matches.unmatched, size))
        yield Check("row-ambiguous", table, column, _mask(matches.ambiguous, size))
    general = is_about_customer(situation.ledger.disputes)
    yield Check("customer-unknown", "disputes", "customer_id", general & _is_stranger(situation, "disputes"))
    strange = _is_stranger(situation, "contacts")
    yield Check("customer-unknown", "contacts", "customer_id", strange)
    missing = _mask(situation.matches["contacts"].unmatched, len(strange)) & ~strange
    yield Check("row-not-found", "contacts", "invoice_id", missing)
    yield _not_in_ledger(situation)


def _is_stranger(situation: Situation, table: str) -> Mask:
    """Rows of a table whose customer is neither in the customers nor in the ledger."""
    debtors, customer = situation.debtors, getattr(situation.ledger, table)["customer_id"]
    known = pd.concat([debtors.customers["customer_id"], debtors.codes.iloc[np.unique(debtors.debtor)]])
    strange: Mask = filled(customer) & ~is_among(customer, known)
    return strange


def _not_in_ledger(situation: Situation) -> Check:
    """Plans that name documents which the ledger does not have: the first line that does so, with all of them."""
    missing = situation.references["plans"].iloc[situation.matches["plans"].unmatched]
    plans = situation.ledger.plans
    code = plans["plan_id"].iloc[missing["plan"]].fillna("").to_numpy()
    once = missing.assign(code=code).drop_duplicates(["code", "customer_id", "invoice_id"])
    named = once.groupby("plan")["invoice_id"].agg(", ".join).reindex(range(len(plans)))
    return Check("row-not-found", "plans", "invoices", named.notna().to_numpy(), names=named)


def _holds(situation: Situation, pursuit: Pursuit) -> Iterator[Check]:
    """Holds that cannot be read, last very long, or have nothing to hold."""
    ledger = situation.ledger
    for table in ("invoices", "customers"):
        unreadable = np.asarray(ledger.unreadable.get((table, "hold_until"), ()), dtype="int64")
        yield Check("hold-unreadable", table, "hold_until", _mask(unreadable, len(getattr(ledger, table))))
        until, latest = days(getattr(ledger, table)["hold_until"]), situation.policy.desk.far_hold_days
        is_far = until > day(situation.as_of) + latest
        yield Check("hold-far", table, "hold_until", is_far, needs_person=False, facts={"days": latest})
    promised, planned = pursuit.agreed.promised, pursuit.agreed.planned
    yield Check("promise-undated", "promises", "promised_date", promised.is_undated)
    yield Check("promise-for-paid-row", "promises", "invoice_id", promised.is_for_nothing)
    yield Check("promise-second-open", "promises", "invoice_id", promised.is_second)
    yield Check("promise-unclear", "promises", "made_on", promised.is_unclear)
    without_rows = _mask(planned.without_rows, len(ledger.plans))
    yield Check("plan-without-rows", "plans", "invoices", without_rows)
    yield Check("plan-interest-unpaid", "plans", "total", planned.interest_left > 0,
                amounts={"interest": planned.interest_left})  # fmt: skip
    yield Check("plan-owed-missing", "plans", "owed", planned.is_unclear)
    yield Check("plan-second-live", "plans", "plan_id", planned.is_second)
    yield Check("plan-does-not-sum", "plans", "amount", planned.differs,
                amounts={"sum": planned.total, "expected": planned.expected})  # fmt: skip


def _far_ahead(situation: Situation, pursuit: Pursuit) -> Iterator[Check]:
    """Promises and plans that hold their rows for longer than anybody would agree to on purpose."""
    promises, plans = situation.ledger.promises, situation.ledger.plans
    limits = (situation.policy.desk.promise_max_days, situation.policy.desk.plan_first_max_days)
    far = _is_far(promises, "promised_date", situation, limits[0]) & pursuit.agreed.promised.is_open_promise
    yield Check("promise-far", "promises", "promised_date", far, facts={"most": limits[0]})
    first = plans.groupby("plan_id")["due_date"].transform("min")
    far = _is_far(plans, "due_date", situation, limits[1]) & ~filled(plans["withdrawn_on"])
    far &= days(first) == days(plans["due_date"])
    yield Check("plan-far", "plans", "due_date", far, facts={"most": limits[1]})


def _is_far(table: pd.DataFrame, column: str, situation: Situation, most: int) -> Mask:
    """Days more than `most` days after what they are about was made; after the day where nobody wrote when."""
    made_on = days(table["made_on"])
    made_on = np.where(np.isnat(made_on), day(situation.as_of), made_on)
    far: Mask = days(table[column]) > made_on + most
    return far


def _cases(situation: Situation) -> Iterator[Check]:
    """Disputes: phases out of turn."""
    for column, mask in out_of_turn(situation.ledger.disputes).items():
        yield Check("phase-out-of-turn", "disputes", column, mask)


def _desk(situation: Situation) -> Iterator[Check]:
    """Operators and approvers who do not exist; allowances and set-offs that need a word more."""
    ledger, settings = situation.ledger, situation.settings
    operators = ledger.operators["operator"].dropna()
    unknown = _is_none_of(ledger.customers["operator"], operators)
    yield Check("operator-unknown", "customers", "operator", unknown)
    called = pd.concat([operators, ledger.operators["name"].dropna()])
    unknown = _is_none_of(ledger.contacts["by"].str.casefold(), called.str.casefold())
    yield Check("operator-unknown", "contacts", "by", unknown, needs_person=False)
    yield Check(
        "approver-unknown", "proposal", "approved_by", is_unentitled(ledger.proposal, settings.approvers)
    )
    yield Check(
        "allocation-unconfirmed",
        "allocations",
        "confirmed_by",
        is_unconfirmed(ledger.allocations, ledger.customers, settings),
    )
    not_supplier = is_set_off_without_supplier(ledger.allocations, ledger.customers)
    yield Check("set-off-not-supplier", "allocations", "kind", not_supplier)


def _is_none_of(names: pd.Series, known: pd.Series) -> Mask:
    """Names that are none of those known; nothing is judged where none is known."""
    mask: Mask = filled(names) & ~is_among(names, known) & (len(known) > 0)
    return mask


def _register(situation: Situation, pursuit: Pursuit) -> Iterator[Check]:
    """The register: levels that no cycle has."""
    numbers = {level.number for cycle in pursuit.cycle_list for level in cycle.levels}
    entries = pursuit.sent.entries
    unknown = entries.event[(entries.level >= 0) & ~np.isin(entries.level, list(numbers))]
    yield Check("level-unknown", "reminders", "row_level", _mask(unknown, len(situation.ledger.reminders)))


def _company(situation: Situation) -> list[Finding]:
    """The team's own numbers, as letters print them."""
    settings = situation.settings
    vat = pd.Series([settings.company_vat_number or None], dtype="str")
    country = pd.Series([settings.company_country or None], dtype="str")
    account = pd.Series([settings.company_iban or None], dtype="str")
    found = []
    if is_bad_vat_number(vat, country)[0]:
        found.append(Finding("company-vat-number-invalid", "settings", found=settings.company_vat_number))
    if is_bad_iban(account)[0]:
        found.append(Finding("company-iban-invalid", "settings", found=settings.company_iban))
    return found


def _mask(found: Ints, size: int) -> Mask:
    mask = np.zeros(size, dtype=bool)
    mask[found] = True
    return mask
