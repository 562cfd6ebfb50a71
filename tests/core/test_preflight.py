"""What is looked at before letters go."""

import numpy as np
import pytest
from core_ledgers import LAW, POLICY, day, ledger, plain

from xlcredit.core.assess import assess
from xlcredit.core.proposal import propose_letters

CUSTOMERS = "customer_id name kind email\nA Alfa business a@alfa.it\nB Beta business b@beta.it"
INVOICES = """
    invoice_id customer_id document_date due_date   amount
    1          A           2026-01-30    2026-03-02 1000
    2          A           2026-01-30    2026-03-02 500
    3          B           2026-01-30    2026-03-02 1000
"""


def proposal(as_of="2026-03-16", **tables):
    made = ledger(**{"invoices": INVOICES, "customers": CUSTOMERS, **tables})
    return propose_letters(assess(made, POLICY, LAW, day(as_of)), made, POLICY)


def counts(found):
    return dict(zip(found.checks["check"], found.checks["count"].tolist(), strict=True))


def warnings(found):
    return dict(zip(found.letters["customer_id"], plain(found.warnings), strict=True))


def test_nothing_to_look_at():
    found = proposal()
    assert counts(found) == {}
    assert warnings(found) == {"A": None, "B": None}


def test_stale_and_unallocated_payments():
    payments = (
        "payment_id payment_date customer_id amount\nP 2026-03-10 A 50\nQ 2026-03-10 - 70\nR 2026-03-17 B 5"
    )
    found = proposal("2026-03-16", payments=payments)
    assert counts(found) == {"unallocated_payments": 2}
    assert warnings(found) == {"A": "unallocated_payments", "B": None}
    stale = proposal("2026-03-24", payments=payments)
    assert counts(stale) == {"stale_payments": 1, "unallocated_payments": 3}


@pytest.mark.parametrize(
    ("as_of", "due"),
    [("2026-03-15", False), ("2026-03-16", True), ("2026-03-19", True), ("2026-03-20", False)],
)
def test_a_promise_due_on_another_row_of_the_customer(as_of, due):
    promises = "customer_id invoice_id promised_date made_on\nA 1 2026-03-16 2026-03-10"
    found = proposal(as_of, promises=promises)
    assert counts(found) == ({"promises_due": 1} if due else {})
    assert (warnings(found)["A"] == "promise_due") == due
    assert warnings(found)["B"] is None


def test_findings_on_rows_that_would_be_dunned():
    found = proposal(
        invoices=INVOICES.replace("2026-01-30    2026-03-02 500", "2026-03-03    2026-03-02 500")
    )
    assert counts(found) == {"rows_with_findings": 1}
    assert warnings(found) == {"A": "row_findings", "B": None}


def test_a_cell_that_could_not_be_read_is_a_finding_and_a_note_is_none():
    unreadable = {("invoices", "contract_date"): np.array([2]), ("customers", "cycle"): np.array([0])}
    allocations = "customer_id invoice_id amount payment_id\nA 2 499.50 -"
    found = proposal(unreadable=unreadable, allocations=allocations)
    assert warnings(found) == {"A": None, "B": "row_findings"}
