"""What may be settled without money, and what of it a person has to confirm."""

import pytest
from core_ledgers import assessed, codes

CUSTOMERS = """
    customer_id name  kind     is_supplier country
    A           Alfa  business yes         -
    B           Beta  business no          it
    C           Gamma business no          DE
"""
INVOICES = """
    invoice_id customer_id document_date due_date   amount
    1          A           2026-01-30    2026-03-02 1000
    2          B           2026-01-30    2026-03-02 1000
    3          C           2026-01-30    2026-03-02 1000
"""
HEAD = "customer_id invoice_id amount kind confirmed_by\n"


def findings(allocation):
    found = assessed("2026-03-20", invoices=INVOICES, customers=CUSTOMERS, allocations=HEAD + allocation)
    return codes(found.findings)


@pytest.mark.parametrize(
    ("allocation", "expected"),
    [
        ("A 1 1 allowance -", []),
        ("A 1 1.01 allowance -", ["allocation-unconfirmed"]),
        ("A 1 1.01 allowance Anna", []),
        ("A 1 5 deduction -", []),
        ("A 1 1 allowance -\nA 1 0.01 allowance -", ["allocation-unconfirmed"]),
        ("A 1 1 allowance -\nA 1 -1 allowance -\nA 1 1 allowance -", []),
        ("A 1 50 allowance Anna\nA 1 0.50 allowance -", ["allocation-unconfirmed"]),
        ("A 1 50 allowance Anna\nA 1 -50 allowance -", []),
        ("A 1 1 allowance -\nB 2 1 allowance -", []),
        ("A 1 5.01 deduction -", ["allocation-unconfirmed"]),
        ("B 2 5.01 deduction -", ["allocation-unconfirmed"]),
        ("C 3 25 deduction -", []),
        ("C 3 25.01 deduction -", ["allocation-unconfirmed"]),
        ("A 1 300 set_off Anna\nA 1 -300 set_off -", []),
        ("A 1 0.01 set_off -", ["allocation-unconfirmed"]),
        ("A 1 300 set_off Anna", []),
        ("B 2 300 set_off Anna", ["set-off-not-supplier"]),
        ("A 1 300 payment -", []),
        ("A 1 300 credit_note -", []),
        ("A 1 300 - -", []),
    ],
)
def test_beyond_its_limit_a_settlement_without_money_names_who_confirmed_it(allocation, expected):
    assert findings(allocation) == expected


@pytest.mark.parametrize(
    ("entry", "residue"),
    [
        ("", 0),
        ("A 1 0 allowance 2026-03-20", 50),
        ("A 1 0 allowance 2026-03-21", 0),
        ("A 1 - allowance 2026-03-20", 0),
        ("A 1 0 payment 2026-03-20", 0),
        ("A 1 0.50 allowance 2026-03-19\nA 1 -0.50 allowance 2026-03-20", 50),
    ],
)
def test_a_small_residue_stays_open_where_a_person_says_so(entry, residue):
    paid = f"customer_id invoice_id amount kind allocation_date\nA 1 999.50 payment 2026-03-10\n{entry}"
    found = assessed("2026-03-20", invoices=INVOICES, customers=CUSTOMERS, allocations=paid)
    assert found.rows["open_amount"][0] == residue
