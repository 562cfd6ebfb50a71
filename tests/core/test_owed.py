"""What a row owes, when it is due, and what small things close it."""

import pytest
from core_ledgers import assessed, codes, plain, policy_with, rows_of

CUSTOMERS = "customer_id name kind payment_terms country\nA Alfa business - IT\nB Beta business 60_gg_DF DE"
LEDGER = policy_with(payments_source="ledger")


def test_net_payable_leaves_out_withholding_split_vat_and_retention():
    found = rows_of("2026-01-31", "net_payable_due", "open_amount", customers=CUSTOMERS, invoices="""
        invoice_id customer_id document_type document_date amount withholding split_vat retention net_payable
        1          A           invoice       2026-01-10    1220   200         220       50        -
        2          A           invoice       2026-01-10    1220   200         -         -         1000
        3          A           credit_note   2026-01-10    1220   200         220       -         -
        4          A           credit_note   2026-01-10    -1220  -200        -220      -         -
        5          A           -             2026-01-10    -80    -           -         -         -
    """)  # fmt: skip
    assert found[0] == [75_000, 100_000, -80_000, -80_000, -8_000]
    assert found[1] == found[0]


@pytest.mark.parametrize(
    ("as_of", "exists"), [("2026-01-09", False), ("2026-01-10", True), ("2026-01-11", True)]
)
def test_a_row_exists_from_its_document_date(as_of, exists):
    invoices = "invoice_id customer_id document_date due_date amount\n1 A 2026-01-10 2026-02-10 100"
    opened, bucket = rows_of(as_of, "open_amount", "bucket", customers=CUSTOMERS, invoices=invoices)
    assert (opened, bucket) == (([10_000], ["not_due"]) if exists else ([None], [None]))


def test_blank_lines_of_the_table_are_no_rows():
    found = assessed(
        "2026-01-31", invoices="invoice_id customer_id amount\n- - -\n- - -\n1 A 10", customers=CUSTOMERS
    )
    assert found.rows["is_open"].tolist() == [False, False, True]
    assert "row-duplicated" not in codes(found.findings)


def test_due_date_comes_from_the_row_then_the_customer_then_the_law():
    found = assessed("2026-01-31", policy=policy_with(holiday_shift=False), customers=CUSTOMERS, invoices="""
        invoice_id customer_id document_date due_date   payment_terms amount instalment
        1          B           2026-01-15    2026-02-01 30_gg_DF      100    -
        2          B           2026-01-15    -          60_gg_DFFM    100    -
        3          B           2026-01-15    -          -             100    -
        4          A           2026-01-15    -          -             100    -
        5          A           2026-01-15    -          a_piacere     100    -
        6          A           2026-01-15    -          30/60_gg_DF   100    2
    """)  # fmt: skip
    assert plain(found.rows["effective_due_date"]) == [
        "2026-02-01", "2026-03-31", "2026-03-16", "2026-02-14", "2026-02-14", "2026-03-16",
    ]  # fmt: skip
    assert [plain(found.rows["finding"])[at] for at in (3, 4)] == ["due-date-assumed", "terms-not-understood"]


@pytest.mark.parametrize(
    ("due", "shifted"),
    [
        ("2026-04-04", "2026-04-04"),
        ("2026-04-05", "2026-04-07"),
        ("2026-04-06", "2026-04-07"),
        ("2026-04-12", "2026-04-13"),
    ],
)
def test_a_due_date_on_a_sunday_or_holiday_moves_on(due, shifted):
    """Saturday stays; Easter Sunday and Monday move to Tuesday."""
    invoices = f"invoice_id customer_id document_date due_date amount\n1 A 2026-01-10 {due} 100"
    assert rows_of("2026-04-20", "effective_due_date", invoices=invoices, customers=CUSTOMERS) == [shifted]
    policy = policy_with(holiday_shift=False)
    assert rows_of(
        "2026-04-20", "effective_due_date", policy=policy, invoices=invoices, customers=CUSTOMERS
    ) == [due]


def test_a_row_without_any_date_is_open_and_not_due():
    found = rows_of(
        "2026-04-20",
        "bucket",
        "days_overdue",
        "hold",
        invoices="invoice_id customer_id amount\n1 A 100",
        customers=CUSTOMERS,
    )
    assert found == [["not_due"], [None], ["no_due_date"]]


@pytest.mark.parametrize(
    ("erp", "paid", "opened"),
    [
        ("1000 0 -", 0, 100_000),
        ("250 100 -", 75_000, 25_000),
        ("- 400 -", 40_000, 60_000),
        ("- - -", 0, 100_000),
        ("- - 2026-01-31", 100_000, 0),
        ("- - 2026-02-01", 0, 100_000),
        ("0 - 2026-01-30", 100_000, 0),
        ("0 1000 2026-02-01", 0, 100_000),
        ("- 1000 2026-01-20", 100_000, 0),
    ],
)
def test_the_erp_word_counts_residue_then_paid_then_day_of_settlement(erp, paid, opened):
    invoices = f"invoice_id customer_id document_date amount open_ledger paid_ledger settled_date\n1 A 2026-01-10 1000 {erp}"
    found = rows_of(
        "2026-01-31", "paid_amount", "open_amount", policy=LEDGER, invoices=invoices, customers=CUSTOMERS
    )
    assert found == [[paid], [opened]]


ALLOCATED = """
    customer_id invoice_id amount allocation_date kind payment_id
    A           1          300    2026-01-20      -    -
"""


@pytest.mark.parametrize(
    ("as_of", "opened"), [("2026-01-19", 100_000), ("2026-01-20", 70_000), ("2026-01-21", 70_000)]
)
def test_open_items_of_a_past_date_are_rebuilt(as_of, opened):
    """By either source: payments of later days had not come in."""
    invoices = "invoice_id customer_id document_date amount open_ledger\n1 A 2026-01-10 1000 700"
    for policy in (LEDGER, policy_with()):
        found = rows_of(
            as_of, "open_amount", policy=policy, invoices=invoices, customers=CUSTOMERS, allocations=ALLOCATED
        )
        assert found == [opened]


@pytest.mark.parametrize(
    ("erp", "differs"),
    [("700 -", False), ("- 300", False), ("- -", False), ("699.99 -", True), ("- 0", True)],
)
def test_a_difference_between_the_sources_is_a_finding(erp, differs):
    invoices = (
        f"invoice_id customer_id document_date amount open_ledger paid_ledger\n1 A 2026-01-10 1000 {erp}"
    )
    found = assessed("2026-01-31", invoices=invoices, customers=CUSTOMERS, allocations=ALLOCATED)
    assert ("sources-differ" in codes(found.findings)) is differs
    assert found.rows["open_amount"].tolist() == [70_000]


def test_a_row_of_which_the_erp_says_nothing_counts_by_its_allocations():
    invoices = "invoice_id customer_id document_date amount\n1 A 2026-01-10 1000"
    assert rows_of(
        "2026-01-31",
        "open_amount",
        policy=LEDGER,
        invoices=invoices,
        customers=CUSTOMERS,
        allocations=ALLOCATED,
    ) == [70_000]


def test_kinds_of_allocation_are_kept_apart():
    found = assessed("2026-01-31", customers=CUSTOMERS, invoices="""
        invoice_id customer_id document_type document_date amount
        1          A           invoice       2026-01-10    1000
        N1         A           credit_note   2026-01-12    250
    """, allocations="""
        customer_id invoice_id amount kind        payment_id allocation_date
        A           1          100    payment     -          2026-01-20
        A           1          200    set_off     -          2026-01-20
        A           1          50     deduction   -          -
        A           1          30     allowance   -          2026-01-20
        A           1          150    credit_note N1         2026-01-20
    """)  # fmt: skip
    assert plain(found.rows["paid_amount"]) == [35_000, 0]
    assert plain(found.rows["open_amount"]) == [47_000, -10_000]


CREDITS = """
    invoice_id customer_id document_type document_date due_date   amount references
    1          A           invoice       2026-01-10    2026-02-10 100    -
    2          A           invoice       2026-01-10    2026-03-10 100    -
    3          B           invoice       2026-01-10    2026-03-10 100    -
    N1         A           credit_note   2026-01-20    -          {amount} {references}
"""


@pytest.mark.parametrize(
    ("amount", "references", "opened"),
    [
        (40, "1", [6_000, 10_000, 10_000, 0]),
        (140, "1", [0, 10_000, 10_000, -4_000]),
        (140, "2;1", [0, 6_000, 10_000, 0]),
        (250, "1,2", [0, 0, 10_000, -5_000]),
        (40, "fattura_1", [10_000, 10_000, 10_000, -4_000]),
        (40, "3", [10_000, 10_000, 10_000, -4_000]),
        (40, "-", [10_000, 10_000, 10_000, -4_000]),
    ],
)
def test_a_credit_note_reduces_the_invoices_it_names_oldest_due_first(amount, references, opened):
    invoices = CREDITS.format(amount=amount, references=references)
    assert rows_of("2026-01-31", "open_amount", invoices=invoices, customers=CUSTOMERS) == opened


def test_two_credit_notes_never_exceed_the_invoice_they_share():
    invoices = (
        CREDITS.format(amount=70, references="1")
        + "N2 A credit_note 2026-01-21 - 70 1,2\nN3 A credit_note 2026-01-21 - 20 1"
    )
    assert rows_of("2026-01-31", "open_amount", invoices=invoices, customers=CUSTOMERS) == [
        0,
        4_000,
        10_000,
        0,
        0,
        0,
    ]


@pytest.mark.parametrize(
    ("paid", "payment", "customer", "opened", "code"),
    [
        ("998.99", "P1", "A", 0, "bank-cost-closed"),
        ("999", "-", "A", 0, "allowance-closed"),
        ("998.99", "-", "A", 101, None),
        ("995", "P1", "A", 0, "bank-cost-closed"),
        ("994.99", "P1", "A", 501, None),
        ("975", "P1", "B", 0, "bank-cost-closed"),
        ("974.99", "P1", "B", 2_501, None),
    ],
)
def test_small_residues_close(paid, payment, customer, opened, code):
    """Up to 1 euro as an allowance; up to 5 euro, 25 abroad, as the bank's cost of a payment."""
    found = assessed(
        "2026-01-31", customers=CUSTOMERS,
        invoices=f"invoice_id customer_id document_date amount\n1 {customer} 2026-01-10 1000",
        payments="payment_id payment_date amount\nP1 2026-01-20 1000",
        allocations=f"customer_id invoice_id amount payment_id allocation_date\n{customer} 1 {paid} {payment} 2026-01-20",
    )  # fmt: skip
    assert plain(found.rows["open_amount"]) == [opened]
    noted = [finding for finding in found.findings if finding.code.endswith("-closed")]
    assert codes(noted) == ([code] if code else [])
    assert not any(finding.needs_person for finding in noted)


def test_an_invoice_never_paid_is_no_small_residue():
    assert rows_of(
        "2026-01-31",
        "open_amount",
        invoices="invoice_id customer_id document_date amount\n1 A 2026-01-10 0.80",
        customers=CUSTOMERS,
    ) == [80]


def test_paid_more_than_due_is_a_finding_and_leaves_nothing_open():
    found = assessed(
        "2026-01-31", customers=CUSTOMERS, invoices="invoice_id customer_id document_date amount\n1 A 2026-01-10 100",
        allocations="customer_id invoice_id amount\nA 1 100.01",
    )  # fmt: skip
    assert plain(found.rows["open_amount"]) == [0]
    (finding,) = (finding for finding in found.findings if finding.code == "paid-more-than-due")
    assert (finding.facts["paid"].cents, finding.facts["due"].cents) == (10_001, 10_000)


def test_a_payment_of_an_invoice_fills_its_instalments_in_order_of_due_date():
    found = rows_of("2026-01-31", "open_amount", customers=CUSTOMERS, invoices="""
        invoice_id instalment customer_id document_date due_date   amount
        1          1          A           2025-12-10    2026-03-10 100
        1          2          A           2025-12-10    2026-02-10 100
        1          3          A           2025-12-10    2026-01-12 100
        1          1          B           2025-12-10    2026-01-12 100
    """, allocations="""
        customer_id invoice_id instalment amount allocation_date
        A           1          -          90     2026-01-20
        A           1          2          30     2026-01-05
        A           1          -          90     2026-01-10
    """)  # fmt: skip
    assert found == [9_000, 0, 0, 10_000]


EFFECT = "invoice_id customer_id document_date due_date amount payment_method\n1 A 2026-01-10 2026-03-02 100 {method}"


@pytest.mark.parametrize(
    ("method", "as_of", "opened", "hold"),
    [
        ("riba", "2026-03-01", 10_000, "effect"),
        ("riba", "2026-03-09", 10_000, "effect"),
        ("riba", "2026-03-10", 0, None),
        ("sdd", "2026-04-27", 10_000, "effect"),
        ("sdd", "2026-04-28", 0, None),
        ("transfer", "2026-04-28", 10_000, None),
    ],
)
def test_a_presented_effect_is_a_hold_and_then_counts_as_paid(method, as_of, opened, hold):
    """RiBa: 5 working days after due; SDD: 56 days, as it may still be returned."""
    found = rows_of(as_of, "open_amount", "hold", invoices=EFFECT.format(method=method), customers=CUSTOMERS)
    assert found == [[opened], [hold]]


def test_where_the_erp_tells_the_residue_an_effect_stays_as_it_says():
    invoices = "invoice_id customer_id document_date due_date amount payment_method open_ledger\n1 A 2026-01-10 2026-03-02 100 riba 100"
    assert rows_of(
        "2026-05-04", "open_amount", "hold", policy=LEDGER, invoices=invoices, customers=CUSTOMERS
    ) == [[10_000], [None]]


def test_a_returned_effect_carries_the_debt_with_its_former_level():
    found = assessed("2026-03-20", customers=CUSTOMERS, invoices="""
        invoice_id customer_id document_type   document_date due_date   amount payment_method
        1          A           invoice         2026-01-10    2026-03-02 100    riba
        1          A           returned_effect 2026-03-12    2026-03-02 104.50 transfer
        2          A           invoice         2026-01-10    2026-03-16 100    riba
    """, allocations="""
        customer_id invoice_id amount allocation_date
        A           1          50     2026-03-15
    """, reminders="""
        event_id reminder_id event  event_time customer_id document_type invoice_id row_level letter_level
        E1       S1          issued 2026-03-11 A           invoice       1          1         1
    """)  # fmt: skip
    assert plain(found.rows["open_amount"]) == [0, 5_450, 10_000]
    assert plain(found.rows["level_sent"]) == [1, 1, None]
    assert plain(found.rows["row_cycle"]) == ["standard", "returned", "standard"]
    assert plain(found.customers["alarms"]) == ["returned_effect", None]


def test_a_currency_is_never_added_up_without_a_rate():
    found = assessed("2026-03-20", customers=CUSTOMERS, invoices="""
        invoice_id customer_id document_date due_date   amount currency
        1          A           2026-01-10    2026-03-02 100    -
        2          A           2026-01-10    2026-03-02 110    usd
        3          A           2026-01-10    2026-03-02 100    CHF
    """, exchange_rates="""
        currency rate_date  rate
        USD      2026-01-01 1.00
        USD      2026-03-20 1.10
        USD      2026-03-21 2.00
        CHF      2026-03-21 0.95
    """)  # fmt: skip
    assert plain(found.rows["row_currency"]) == ["EUR", "USD", "CHF"]
    assert plain(found.customers["overdue"]) == [20_000, 0]
    assert [finding.row for finding in found.findings if finding.code == "currency-without-rate"] == ["3"]
