"""Every finding of the ledger's own rules, from the smallest input that causes it."""

import numpy as np
import pytest
from core_ledgers import assessed, codes, plain, policy_with

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.core.actions import ACTIONS
from xlcredit.core.aging import CREDIT, bucket_codes
from xlcredit.core.changes import CHANGES
from xlcredit.core.customers import ALARMS
from xlcredit.core.decisions import REASONS
from xlcredit.core.holds import HOLDS
from xlcredit.core.preflight import CHECKS
from xlcredit.core.priority import COMPONENTS
from xlcredit.core.proposal import WARNINGS

ROW = "invoice_id customer_id document_date due_date amount {more}\n1 A 2026-01-10 2026-03-02 100 {cell}"
CUSTOMER = "customer_id name kind {more}\nA Alfa business {cell}"
REGISTER = "event_id reminder_id event event_time customer_id invoice_id row_level letter_level\n1 S1 issued 2026-03-10 {row} {level} 1"


def found_in(table, more="", cell="", policy=None, unreadable=None, **tables):
    tables = {
        "invoices": ROW.format(more="", cell=""),
        "customers": CUSTOMER.format(more="", cell=""),
        **tables,
    }
    if table == "invoices":
        tables["invoices"] = ROW.format(more=more, cell=cell)
    if table == "customers":
        tables["customers"] = CUSTOMER.format(more=more, cell=cell)
    return assessed("2026-03-20", policy=policy, unreadable=unreadable, **tables)


def test_a_sound_ledger_has_no_findings():
    assert found_in("invoices").findings == []


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("due-before-document", {"table": "", "invoices": "invoice_id customer_id document_date due_date amount\n1 A 2026-03-03 2026-03-02 100"}),
        ("due-date-assumed", {"table": "", "invoices": "invoice_id customer_id document_date due_date amount\n1 A 2026-03-03 - 100"}),
        ("terms-not-understood", {"table": "", "invoices": "invoice_id customer_id document_date due_date amount payment_terms\n1 A 2026-03-03 - 100 boh"}),
        ("customer-unknown", {"table": "", "invoices": ROW.format(more="", cell="").replace(" A ", " Z ")}),
        ("row-duplicated", {"table": "", "invoices": ROW.format(more="", cell="") + "\n1 A 2026-02-10 2026-03-02 100"}),
        ("invoice-rejected", {"table": "invoices", "more": "delivery_status", "cell": "rejected"}),
        ("invoice-refused", {"table": "invoices", "more": "delivery_status", "cell": "refused"}),
        ("paid-more-than-due", {"table": "", "allocations": "customer_id invoice_id amount\nA 1 101"}),
        ("sources-differ", {"table": "invoices", "more": "open_ledger", "cell": "50", "allocations": "customer_id invoice_id amount\nA 1 100"}),
        ("sources-differ", {"table": "invoices", "more": "settled_date", "cell": "2026-03-10", "allocations": "customer_id invoice_id amount\nA 1 10"}),
        ("currency-without-rate", {"table": "invoices", "more": "currency", "cell": "USD"}),
        ("allowance-closed", {"table": "", "allocations": "customer_id invoice_id amount\nA 1 99.50"}),
        ("bank-cost-closed", {"table": "", "payments": "payment_id payment_date amount\nP 2026-03-20 97", "allocations": "customer_id invoice_id amount payment_id\nA 1 97 P"}),
        ("customer-duplicated", {"table": "", "customers": CUSTOMER.format(more="", cell="") + "\nA Alfa business"}),
        ("kind-unknown", {"table": "", "customers": "customer_id name kind\nA Alfa -\nB Beta -"}),
        ("vat-number-invalid", {"table": "customers", "more": "vat_number", "cell": "00743110158"}),
        ("email-invalid", {"table": "customers", "more": "email", "cell": "a@alfa"}),
        ("email-invalid", {"table": "customers", "more": "pec", "cell": "a@alfa.it;boh"}),
        ("insolvency-undated", {"table": "customers", "more": "status", "cell": "composition"}),
        ("cycle-unknown", {"table": "customers", "more": "cycle", "cell": "standrd"}),
        ("cycle-unknown", {"table": "invoices", "more": "cycle", "cell": "standrd"}),
        ("iban-invalid", {"table": "", "payments": "payment_id payment_date amount iban\nP 2026-03-20 97 IT61X0542811101000000123456"}),
        ("row-not-found", {"table": "", "allocations": "customer_id invoice_id amount\nA 9 10"}),
        ("row-not-found", {"table": "", "promises": "customer_id invoice_id promised_date\nA 9 2026-03-20"}),
        ("row-not-found", {"table": "", "disputes": "customer_id invoice_id\nA 9"}),
        ("row-not-found", {"table": "", "case_files": "case_id customer_id invoice_id\nX A 9"}),
        ("row-not-found", {"table": "", "reminders": REGISTER.format(row="A 9", level=1)}),
        ("row-not-found", {"table": "", "plans": "plan_id customer_id invoices instalment due_date amount\nP A 1,9 1 2026-04-20 100"}),
        ("row-not-found", {"table": "", "contacts": "customer_id invoice_id contact_time\nA 9 2026-03-20"}),
        ("customer-unknown", {"table": "", "contacts": "customer_id invoice_id contact_time\nZ 9 2026-03-20"}),
        ("customer-unknown", {"table": "", "disputes": "customer_id invoice_id\nZ -"}),
        ("row-ambiguous", {"table": "", "invoices": ROW.format(more="", cell="") + "\n1 A 2025-01-10 2026-03-02 100", "disputes": "customer_id invoice_id\nA 1"}),
        ("hold-unreadable", {"table": "", "unreadable": {("invoices", "hold_until"): np.array([0])}}),
        ("hold-unreadable", {"table": "", "unreadable": {("customers", "hold_until"): np.array([0])}}),
        ("hold-far", {"table": "invoices", "more": "hold_until", "cell": "2027-03-21"}),
        ("hold-far", {"table": "customers", "more": "hold_until", "cell": "2099-03-20"}),
        ("promise-undated", {"table": "", "promises": "customer_id invoice_id promised_date\nA 1 -"}),
        ("promise-for-paid-row", {"table": "", "promises": "customer_id invoice_id promised_date\nA 1 2026-03-20", "allocations": "customer_id invoice_id amount\nA 1 100"}),
        ("plan-without-rows", {"table": "", "plans": "plan_id customer_id instalment due_date amount\nP A 1 2026-04-20 100"}),
        ("promise-second-open", {"table": "", "promises": "customer_id invoice_id promised_date\nA 1 2026-03-20\nA 1 2026-03-27"}),
        ("plan-second-live", {"table": "", "plans": "plan_id customer_id invoices instalment due_date amount\nP A 1 1 2026-04-20 100\nQ A 1 1 2026-04-20 100"}),
        ("plan-does-not-sum", {"table": "", "plans": "plan_id customer_id invoices instalment due_date amount total\nP A 1 1 2026-04-20 100 101"}),
        ("phase-out-of-turn", {"table": "", "disputes": "customer_id invoice_id opened_on discussion_on\nA 1 2026-03-10 2026-03-09"}),
        ("operator-unknown", {"table": "customers", "more": "operator", "cell": "zz", "operators": "operator\nanna"}),
        ("operator-unknown", {"table": "", "contacts": "customer_id contact_time by\nA 2026-03-20 zz", "operators": "operator name\nanna Anna_Conti"}),
        ("approver-unknown", {"table": "", "policy": policy_with(approvers="Anna"), "proposal": "customer_id approved_by\nA Bruno"}),
        ("allocation-unconfirmed", {"table": "", "allocations": "customer_id invoice_id amount kind\nA 1 50 allowance"}),
        ("set-off-not-supplier", {"table": "", "allocations": "customer_id invoice_id amount kind confirmed_by\nA 1 50 set_off Anna"}),
        ("level-unknown", {"table": "", "reminders": REGISTER.format(row="A 1", level=9)}),
        ("company-vat-number-invalid", {"table": "", "policy": policy_with(company_vat_number="00743110158")}),
        ("company-iban-invalid", {"table": "", "policy": policy_with(company_iban="IT61X0542811101000000123456")}),
    ],
)  # fmt: skip
def test_finding(code, given):
    found = found_in(**given).findings
    assert set(codes(found)) == {code}
    for language in LANGUAGES:
        for finding in found:
            message, remedy = Catalogue(language).finding(finding)
            assert message.endswith(".")
            assert remedy.endswith(".")


def test_one_cause_over_a_whole_column_is_one_finding():
    lines = "\n".join(f"{at} A 2026-01-10 2026-03-02 100 USD" for at in range(300))
    found = assessed(
        "2026-03-20",
        invoices="invoice_id customer_id document_date due_date amount currency\n" + lines,
        customers=CUSTOMER.format(more="", cell=""),
    )
    assert [(finding.code, finding.count) for finding in found.findings] == [("currency-without-rate", 300)]
    assert plain(found.rows["finding"]) == ["currency-without-rate"] * 300


def test_a_hold_of_a_year_is_not_far():
    assert found_in("invoices", more="hold_until", cell="2027-03-20").findings == []


def test_amounts_in_findings_are_in_euro():
    (finding,) = found_in("", allocations="customer_id invoice_id amount\nA 1 101.5").findings
    assert "101,50" in Catalogue("it").finding(finding)[0]


def test_numbers_of_the_company_that_are_right_or_missing_are_not_found():
    assert (
        found_in(
            "",
            policy=policy_with(company_vat_number="00743110157", company_iban="IT60X0542811101000000123456"),
        ).findings
        == []
    )


def test_a_document_that_a_plan_names_in_vain_is_told_once_by_its_number():
    plans = "plan_id customer_id invoices instalment due_date amount\nP A 1;8;9 1 2026-04-20 50\nP A 1;8;9 2 2026-05-20 50"
    (finding,) = found_in("", plans=plans).findings
    assert (finding.code, finding.row, finding.position) == ("row-not-found", "8, 9", 0)


@pytest.mark.parametrize("by", ["anna", "Anna", "anna_conti", "-"])
@pytest.mark.parametrize("operators", ["operator name\nanna Anna_Conti", "operator name"])
def test_an_operator_is_known_by_code_or_name(by, operators):
    contacts = f"customer_id contact_time by\nA 2026-03-20 {by}"
    assert found_in("", contacts=contacts, operators=operators).findings == []


SECTIONS = {
    "holds": HOLDS, "actions": ACTIONS, "priority_reasons": COMPONENTS, "decision_reasons": REASONS,
    "warnings": WARNINGS, "alarms": ALARMS, "changes": CHANGES, "preflight": CHECKS, "buckets": [*bucket_codes((30, 60, 90, 180)), CREDIT],
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", SECTIONS)
def test_every_code_has_its_words(language, section):
    assert list(Catalogue(language).section(section)) == list(SECTIONS[section])
