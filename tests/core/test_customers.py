"""What the ledger says about each customer."""

import pytest
from core_ledgers import assessed, plain

HEAD = "customer_id name kind     credit_limit insured_limit guarantee_expiry\n"


def test_exposure_overdue_and_use_of_the_limit():
    found = assessed(
        "2026-03-20",
        customers=HEAD + """
            A Alfa business 1000 -   -
            B Beta business 500  100 2026-03-19
            C Ceta business 0    -   2026-03-20
            D Deta business -    -   -
            A Alfa business 9999 -   -
        """,
        invoices="""
            invoice_id customer_id document_type document_date due_date   amount payment_method
            1          A           invoice       2026-01-30    2026-03-02 700    transfer
            2          A           invoice       2026-03-16    2026-04-16 300    riba
            3          A           credit_note   2026-03-16    -          100    -
            4          B           invoice       2026-01-30    2026-03-02 600.01 transfer
            5          C           invoice       2026-01-30    2026-04-02 1      transfer
            6          Z           invoice       2026-01-30    2026-03-02 700    transfer
        """,
        payments="payment_id payment_date customer_id amount\nP 2026-03-19 A 200",
    ).customers  # fmt: skip
    assert plain(found["exposure"]) == [70_000, 50_001, 100, 0, None]
    assert plain(found["overdue"]) == [70_000, 60_001, 0, 0, None]
    assert plain(found["limit_use"]) == [0.7, 1.00002, None, None, None]
    assert plain(found["alarms"]) == [None, "over_limit+guarantee_lapsed", "over_limit", None, None]
    assert (
        plain(found["abc_class"]) == ["A", "B", None, None, None]
        or plain(found["abc_class"])[2:] == [None] * 3
    )
    assert plain(found["broken_promises"]) == [0, 0, 0, 0, None]
    assert plain(found["first_invoice_default"]) == [False, False, False, False, None]


@pytest.mark.parametrize(
    ("paid_on", "expected"),
    [("2026-03-12", 10.0), ("2026-02-20", -10.0), ("2025-03-20", None), ("2025-03-21", -346.0)],
)
def test_average_days_late_looks_back_twelve_months(paid_on, expected):
    found = assessed(
        "2026-03-20", customers=HEAD + "A Alfa business - - -",
        invoices="invoice_id customer_id document_date due_date amount\n1 A 2025-01-30 2026-03-02 700",
        allocations=f"customer_id invoice_id amount allocation_date\nA 1 700 {paid_on}",
    ).customers  # fmt: skip
    assert plain(found["average_days_late"]) == [expected]


def test_average_days_late_is_weighted_by_amount():
    found = assessed(
        "2026-03-20", customers=HEAD + "A Alfa business - - -",
        invoices="invoice_id customer_id document_date due_date amount\n1 A 2025-01-30 2026-03-02 300\n2 A 2025-01-30 2026-03-02 100",
        allocations="customer_id invoice_id amount allocation_date\nA 1 300 2026-03-12\nA 2 100 2026-03-02",
    ).customers  # fmt: skip
    assert plain(found["average_days_late"]) == [7.5]


def test_alarms_are_told_together():
    found = assessed(
        "2026-03-20",
        customers=HEAD.replace("guarantee_expiry", "guarantee_expiry status") + "A Alfa business - - - composition\nB Beta business - - - -",
        invoices="""
            invoice_id customer_id document_date due_date   settled_date amount limitation_years
            0          B           2020-01-10    2020-02-10 -            1000   -
            1          A           2026-01-30    2026-03-02 -            1000   -
            2          B           2024-01-30    2024-03-04 -            1000   2
        """,
        allocations="customer_id invoice_id amount allocation_date\nB 0 1000 2020-02-10",
        promises="customer_id invoice_id promised_date\nA 1 2026-03-10",
        plans="plan_id customer_id invoices instalment due_date amount signed_on\nP B 2 1 2025-01-02 100 2024-04-10",
    ).customers  # fmt: skip
    assert plain(found["alarms"]) == [
        "insolvency+broken_promise+first_invoice_default",
        "plan_default+limitation_near",
    ]
    assert plain(found["first_invoice_default"]) == [True, False]


def test_no_customers_table_at_all():
    found = assessed(
        "2026-03-20",
        invoices="invoice_id customer_id customer_name document_date due_date amount\n1 A Alfa_srl 2026-01-30 2026-03-02 100",
    )
    assert len(found.customers) == 0
    assert plain(found.worklist["customer_name"]) == ["Alfa srl"]
