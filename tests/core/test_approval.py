"""Approval of the levels that need it, recorded beside the proposed letter."""

import pytest
from core_ledgers import assessed, codes, plain, policy_with, proposed

INVOICES = "invoice_id customer_id document_date due_date amount\n1 A 2025-12-10 2026-01-12 1000"
CUSTOMERS = "customer_id name kind pec\nA Alfa business a@pec.it"
SENT = "event_id reminder_id event event_time customer_id invoice_id row_level letter_level\n1 S issued 2026-02-17 A 1 3 3"
HEAD = "customer_id currency letter_level open_amount approved_by approved_on\n"


def letter(sheet, **settings):
    found = proposed(
        "2026-03-10", policy=policy_with(**settings), invoices=INVOICES, customers=CUSTOMERS, reminders=SENT,
        proposal=HEAD + sheet,
    ).letters  # fmt: skip
    assert found["needs_approval"].tolist() == [True]
    waits = "needs_approval" in str(found["warnings"][0]).split("+")
    assert waits != bool(found["is_approved"][0])
    return bool(found["is_approved"][0])


@pytest.mark.parametrize(
    ("sheet", "approved"),
    [
        ("", False),
        ("A EUR 4 1000 - -", False),
        ("A EUR 4 1000 Anna_Conti 2026-03-09", True),
        ("A EUR 4 1000 Anna_Conti 2026-03-10", True),
        ("A EUR 4 1000 Anna_Conti 2026-03-11", False),
        ("A EUR 4 1000 Anna_Conti -", False),
        ("A EUR 4 1000 - 2026-03-10", False),
        ("A EUR 3 1000 Anna_Conti 2026-03-10", False),
        ("A USD 4 1000 Anna_Conti 2026-03-10", False),
        ("B EUR 4 1000 Anna_Conti 2026-03-10", False),
    ],
)
def test_an_approval_counts_for_its_letter_from_its_day(sheet, approved):
    assert letter(sheet) == approved


@pytest.mark.parametrize(
    ("by", "approved"), [("Anna_Conti", True), ("ANNA__conti", True), ("direzione", True), ("Bruno", False)]
)
def test_only_those_named_may_approve(by, approved):
    sheet = f"A EUR 4 1000 {by} 2026-03-10"
    named = "Anna Conti; Direzione;"
    assert letter(sheet, approvers=named) == approved
    found = assessed(
        "2026-03-10", policy=policy_with(approvers=named), invoices=INVOICES, customers=CUSTOMERS,
        proposal=HEAD + sheet,
    )  # fmt: skip
    assert codes(found.findings) == ([] if approved else ["approver-unknown"])


def test_levels_that_need_none_are_no_question():
    found = proposed("2026-02-10", invoices=INVOICES, customers=CUSTOMERS).letters
    assert plain(found["needs_approval"]) == [False]
    assert plain(found["warnings"]) == ["address_missing"]
