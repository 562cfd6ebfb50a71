"""Every reason for which a row is not dunned, at its boundaries."""

import numpy as np
import pytest
from core_ledgers import assessed, plain, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st

from xlcredit.core.holds import HOLDS, covered_by_credit
from xlcredit.schema import VOCABULARIES

CUSTOMERS = "customer_id name kind\nA Alfa business\nB Beta business"
INVOICES = """
    invoice_id customer_id document_date due_date   amount
    1          A           2026-01-30    2026-03-02 1000
    2          A           2026-01-30    2026-03-02 1000
    3          B           2026-01-30    2026-03-02 1000
"""
AS_OF = "2026-03-20"


def held(as_of=AS_OF, invoices=INVOICES, customers=CUSTOMERS, **tables):
    """The holds of rows 1, 2, 3, and that a held row is never proposed."""
    rows = assessed(as_of, invoices=invoices, customers=customers, **tables).rows
    assert not (rows["is_proposed"] & rows["hold"].notna()).any()
    return plain(rows["hold"])


def test_nothing_holds_by_itself():
    assert held() == [None, None, None]


@pytest.mark.parametrize(
    ("until", "reason", "as_of", "expected"),
    [
        ("2026-03-20", "-", "2026-03-19", True),
        ("2026-03-20", "-", "2026-03-20", True),
        ("2026-03-20", "-", "2026-03-21", False),
        ("2026-03-20", "attesa", "2026-03-21", False),
        ("-", "attesa", "2026-03-21", True),
    ],
)
def test_a_hold_lasts_until_its_day_included(until, reason, as_of, expected):
    head = "invoice_id customer_id document_date due_date amount hold_until hold_reason"
    row = f"{head}\n1 A 2026-01-30 2026-03-02 1000 {until} {reason}"
    customer = f"customer_id name kind hold_until hold_reason\nA Alfa business {until} {reason}"
    assert held(as_of, row) == ["row" if expected else None]
    assert held(as_of, INVOICES, customer + "\nB Beta business - -") == [
        "customer" if expected else None
    ] * 2 + [None]


def test_a_hold_that_cannot_be_read_counts_as_a_hold():
    assert held(unreadable={("invoices", "hold_until"): np.array([1])}) == [None, "unreadable", None]
    found = assessed(
        AS_OF, invoices=INVOICES, customers=CUSTOMERS, unreadable={("customers", "hold_until"): np.array([0])}
    )
    assert plain(found.rows["hold"]) == ["unreadable", "unreadable", None]
    assert [(finding.code, finding.row) for finding in found.findings] == [("hold-unreadable", "A")]


def test_a_row_whose_currency_cannot_be_read_is_held_and_added_to_no_other():
    found = assessed(
        AS_OF, invoices=INVOICES, customers=CUSTOMERS, unreadable={("invoices", "currency"): np.array([1])}
    )
    assert plain(found.rows["hold"]) == [None, "no_currency", None]
    assert plain(found.rows["row_currency"]) == ["EUR", "XXX", "EUR"]
    assert found.findings == []


@pytest.mark.parametrize("status", VOCABULARIES["customer_status"])
def test_insolvency_proceedings_hold_and_other_statuses_do_not(status):
    customers = f"customer_id name kind status status_date\nA Alfa business {status} 2026-03-20"
    held_by = held(AS_OF, INVOICES, customers + "\nB Beta business - -")
    insolvent = status not in {"active", "ceased", "supply_stop", "unreachable"}
    assert held_by == (["insolvency"] * 2 if insolvent else [None] * 2) + [None]
    assert held("2026-03-19", INVOICES, customers + "\nB Beta business - -") == [None] * 3


def test_states_of_the_document_hold():
    invoices = """
        invoice_id customer_id document_date due_date   amount delivery_status factor instalment
        1          A           2026-01-30    2026-03-02 1000   rejected        -      -
        2          A           2026-01-30    2026-03-02 1000   refused         -      -
        3          A           2026-01-30    2026-03-02 1000   not_delivered   -      -
        4          A           2026-01-30    2026-03-02 1000   -               Factor -
        5          A           2026-01-30    2026-03-02 1000   -               -      1
        5          A           2026-01-30    2026-03-02 1000   -               -      -
        6          -           2026-01-30    2026-03-02 1000   -               -      -
        7          Z           2026-01-30    2026-03-02 1000   -               -      -
    """
    assert held(invoices=invoices) == [
        "rejected",
        "refused",
        None,
        "factor",
        "duplicate",
        "duplicate",
        "no_customer",
        None,
    ]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("A 1 - open - 2026-03-20", ["handed_over", None, None]),
        ("A 1 - - - 2026-03-21", [None, None, None]),
        ("A - - - - -", ["handed_over", "handed_over", None]),
        ("A 1 - returned - -", [None, None, None]),
        ("A 1 - closed - -", [None, None, None]),
        ("A 1 - - 2026-03-20 -", [None, None, None]),
        ("A 1 - - 2026-03-21 -", ["handed_over", None, None]),
    ],
)
def test_rows_handed_over_are_held(case, expected):
    files = f"customer_id invoice_id instalment status closed_on handed_over_on\n{case}"
    assert held(case_files=files) == expected


@pytest.mark.parametrize(("amount", "expected"), [("9.99", "below_minimum"), ("10", None), ("10.01", None)])
def test_a_residue_under_the_minimum_of_its_level(amount, expected):
    invoices = f"invoice_id customer_id document_date due_date amount\n1 A 2026-01-30 2026-03-02 {amount}"
    assert held(invoices=invoices) == [expected]


@pytest.mark.parametrize(
    ("dispute", "expected"),
    [
        ("A 1 - - - 2026-03-20", ["dispute", None, None]),
        ("A 1 - - - 2026-03-21", [None, None, None]),
        ("A 1 2026-03-20 - - -", [None, None, None]),
        ("A 1 2026-03-21 - - -", ["dispute", None, None]),
        ("A 1 - - unjustified -", [None, None, None]),
        ("A 1 2026-03-21 - unjustified -", ["dispute", None, None]),
        ("A 1 - 1000 - -", ["dispute", None, None]),
        ("A 1 - 2000 - -", ["dispute", None, None]),
        ("A 1 - 999.99 - -", ["below_minimum", None, None]),
        ("A 1 - 400 - -", [None, None, None]),
        ("A - - - - -", ["dispute", "dispute", None]),
        ("A - - 400 - -", [None, None, None]),
        ("B - - - - -", [None, None, "dispute"]),
        ("Z - - - - -", [None, None, None]),
        ("A - 2026-03-20 - - -", [None, None, None]),
    ],
)
def test_an_open_dispute_holds_the_disputed_part(dispute, expected):
    disputes = f"customer_id invoice_id resolved_on disputed_amount outcome opened_on\n{dispute}"
    assert held(disputes=disputes) == expected


@pytest.mark.parametrize(
    ("credit", "covered"),
    [(999.99, []), (1000, [1]), (1999.99, [1]), (2000, [1, 2])],
)
def test_rows_covered_by_free_credit_oldest_first(credit, covered):
    """A credit note without a name, or an unallocated payment: it pays the oldest rows first."""
    invoices = INVOICES.replace(
        "1          A           2026-01-30    2026-03-02", "1          A           2026-01-30    2026-02-27"
    )
    expected = ["credit_cover" if row in covered else None for row in (1, 2, 3)]
    note = (
        invoices.rstrip()
        .replace("document_date", "document_date document_type")
        .replace("2026-01-30    2026", "2026-01-30 invoice 2026")
    )
    note += f"\n N A 2026-02-01 credit_note - {credit}"
    assert held(invoices=note)[:3] == expected
    payments = f"payment_id payment_date customer_id amount currency\nP 2026-03-20 A {credit} -\nQ 2026-03-21 A 5000 -\nR 2026-03-20 A 5000 USD\nS 2026-03-20 - 5000 -"
    assert held(invoices=invoices, payments=payments) == expected


def test_what_is_allocated_covers_nothing_more():
    payments = "payment_id payment_date customer_id amount\nP 2026-03-19 B 1000"
    allocations = "payment_id customer_id invoice_id amount\nP A 2 1000"
    found = assessed(
        AS_OF, invoices=INVOICES, customers=CUSTOMERS, payments=payments, allocations=allocations
    )
    assert plain(found.payments["unallocated"]) == [0]
    assert plain(found.rows["hold"]) == [None, None, None]
    part = assessed(
        AS_OF,
        invoices=INVOICES,
        customers=CUSTOMERS,
        payments=payments,
        allocations=allocations.replace("A 2 1000", "A 2 400"),
    )
    assert plain(part.payments["unallocated"]) == [60_000]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(1, 20)), max_size=10),
    st.lists(st.integers(0, 30), min_size=3, max_size=3),
)
def test_covered_rows_and_the_credit_left_add_up(rows, credit):
    account, due, amount = (np.array([row[at] for row in rows], dtype="int64") for at in range(3))
    covered, left = covered_by_credit(account, due.astype("datetime64[D]"), amount, np.array(credit))
    for owner in range(3):
        assert left[owner] == credit[owner] - amount[covered & (account == owner)].sum() >= 0
        open_due = due[(account == owner) & ~covered]
        if len(open_due):
            assert (due[covered & (account == owner)] <= open_due.max()).all()


def test_ambiguous_letters_hold_until_a_person_looks():
    register = "event_id reminder_id event event_time customer_id invoice_id row_level letter_level\n1 S issued 2026-03-10 A 1 1 1\n2 S ambiguous 2026-03-11 A - - -"
    assert held(reminders=register) == ["ambiguous", None, None]


def test_several_reasons_are_told_in_order():
    invoices = "invoice_id customer_id document_date due_date amount hold_reason factor\n1 A 2026-01-30 2026-03-02 5 attesa Banca"
    disputes = "customer_id invoice_id\nA 1"
    assert held(invoices=invoices, disputes=disputes) == ["dispute+row+factor"]
    assert list(HOLDS) == sorted(HOLDS, key=HOLDS.index)


PROMISED = "customer_id invoice_id promised_amount promised_date made_on withdrawn_on\nA 1 {}"


def test_a_broken_promise_makes_the_next_level_available_at_once():
    register = "event_id reminder_id event event_time customer_id invoice_id row_level letter_level\n1 S issued 2026-03-09 A 1 1 1"
    promises = PROMISED.format("- 2026-03-11 2026-03-09 -")
    found = rows_of(
        "2026-03-17",
        "level_next_date",
        "is_proposed",
        invoices=INVOICES,
        customers=CUSTOMERS,
        promises=promises,
        reminders=register,
    )
    assert (found[0][0], found[1][0]) == ("2026-03-17", True)
    before = rows_of(
        "2026-03-17", "level_next_date", invoices=INVOICES, customers=CUSTOMERS, reminders=register
    )
    assert before[0] == "2026-03-23"


def test_promises_that_cannot_be_read_hold_and_those_for_paid_rows_are_found():
    promises = "customer_id invoice_id promised_date\nA 1 -\nB 3 2026-04-20\nA - 2026-04-20\nB 9 2026-04-20"
    invoices = INVOICES + "4 B 2026-01-30 2026-03-02 1000\n"
    allocations = "customer_id invoice_id amount\nB 3 1000"
    found = assessed(
        AS_OF, invoices=invoices, customers=CUSTOMERS, promises=promises, allocations=allocations
    )
    assert plain(found.rows["hold"]) == ["promise+unreadable", "unreadable", None, None]
    assert {(finding.code, finding.row) for finding in found.findings} == {
        ("promise-undated", "1"), ("promise-for-paid-row", "3"), ("row-not-found", "9"),
    }  # fmt: skip
