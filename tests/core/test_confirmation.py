"""What may be settled without money, and what of it a person has to confirm."""

import pytest
from core_ledgers import assessed, codes

CUSTOMERS = "customer_id name kind is_supplier\nA Alfa business yes\nB Beta business no"
INVOICES = "invoice_id customer_id document_date due_date amount\n1 A 2026-01-30 2026-03-02 1000\n2 B 2026-01-30 2026-03-02 1000"
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
        ("A 1 5.01 deduction -", ["allocation-unconfirmed"]),
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
