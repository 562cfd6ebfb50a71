"""Dates that a person types beside an invoice: retention released, invoice received, interest charged."""

import datetime as dt

import pytest
from core_ledgers import LAW, POLICY, ledger

from xlcredit.core.assess import assess

CUSTOMERS = """
customer_id name kind
C1          Uno  business
"""


def row(as_of: str, columns: str, values: str):
    books = ledger(
        customers=CUSTOMERS,
        invoices=f"""
            invoice_id customer_id document_date amount {columns}
            1          C1          2026-01-10    1000   {values}
        """,
    )
    return assess(books, POLICY, LAW, dt.date.fromisoformat(as_of)).rows.iloc[0]


@pytest.mark.parametrize(
    ("as_of", "owed"), [("2026-06-29", 95000), ("2026-06-30", 100000), ("2026-07-01", 100000)]
)
def test_a_retention_is_owed_from_its_release_on(as_of, owed):
    found = row(as_of, "due_date retention retention_release", "2026-02-10 50 2026-06-30")
    assert found["open_amount"] == owed


def test_a_released_retention_bears_no_interest_of_the_row():
    released = row("2026-07-31", "due_date retention retention_release", "2026-02-10 50 2026-06-30")
    withheld = row("2026-07-31", "due_date retention", "2026-02-10 50")
    assert released["interest"] == withheld["interest"] > 0


@pytest.mark.parametrize(
    ("columns", "values", "due"),
    [("delivery_date", "2026-01-14", "2026-02-13"), ("delivery_date", "-", "2026-02-09")],
)
def test_the_statutory_term_runs_from_receipt(columns, values, due):
    assert f"{row('2026-03-31', columns, values)['effective_due_date']:%Y-%m-%d}" == due


def test_interest_goes_on_from_the_day_after_the_last_one_charged():
    # 1,000.00 at 10.15 %: 20 days of January, 11 of them charged
    whole = row("2026-01-31", "due_date", "2026-01-11")
    rest = row("2026-01-31", "due_date interest_charged_to", "2026-01-11 2026-01-23")
    assert whole["interest"] == 528  # due Sunday 11 -> Monday 12: 19 days
    assert rest["interest"] == 222  # 8 days


def test_interest_charged_to_date_bears_nothing_more():
    assert row("2026-01-31", "due_date interest_charged_to", "2026-01-12 2026-01-31")["interest"] == 0
