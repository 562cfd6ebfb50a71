"""What a late row bears: regime, interest, lump sum, limitation."""

import datetime as dt

import pytest
from core_ledgers import LAW, assessed, plain, policy_with

from xlcredit.core.calculator import calculate_interest

CUSTOMERS = """
    customer_id name kind          sector no_interest contract_rate status      status_date
    A           A    business      -      -           -             -           -
    B           B    public_body   agri   -           -             -           -
    C           C    consumer      -      -           -             -           -
    D           D    business      -      yes         -             -           -
    E           E    business      -      -           5.00          -           -
    F           F    -             -      -           -             -           -
    G           G    business      -      -           -             composition 2026-03-12
    H           H    business      -      -           -             crisis_settlement 2026-03-12
"""
HEAD = "invoice_id instalment customer_id document_type document_date due_date amount\n"
LINES = "\n".join(f"1 1 {customer} invoice 2026-01-10 2026-03-02 1000" for customer in "ABCDEFGHZ")


def expected(regime, until, rate=None, principal=100_000, payments=()):
    return calculate_interest(
        principal, dt.date(2026, 3, 2), dt.date.fromisoformat(until), payments, law=LAW, regime=regime,
        contract_date=dt.date(2026, 1, 10), contract_rate_bp=rate,
    ).interest_cents  # fmt: skip


def test_interest_follows_the_regime_of_the_customer():
    rows = assessed("2026-04-20", customers=CUSTOMERS, invoices=HEAD + LINES).rows
    assert plain(rows["regime"]) == [
        "b2b",
        "agri",
        "consumer",
        "none",
        "contract",
        "consumer",
        "b2b",
        "b2b",
        "consumer",
    ]
    b2b, consumer = expected("b2b", "2026-04-20"), expected("consumer", "2026-04-20")
    assert plain(rows["interest"]) == [
        b2b, expected("agri", "2026-04-20"), consumer, 0, expected("contract", "2026-04-20", 500), consumer,
        expected("b2b", "2026-03-11"), b2b, consumer,
    ]  # fmt: skip
    assert plain(rows["lump_sum"]) == [4_000, 4_000, 0, 0, 4_000, 0, 4_000, 4_000, 0]
    assert plain(rows["total_due"]) == [
        100_000 + one + two for one, two in zip(rows["interest"], rows["lump_sum"], strict=True)
    ]


@pytest.mark.parametrize(("as_of", "late"), [("2026-03-02", False), ("2026-03-03", True)])
def test_nothing_is_borne_before_the_day_after_due(as_of, late):
    rows = assessed(
        as_of, customers=CUSTOMERS, invoices=HEAD + "1 1 A invoice 2026-01-10 2026-03-02 1000"
    ).rows
    assert (plain(rows["interest"])[0] > 0) is late
    assert (plain(rows["lump_sum"])[0] > 0) is late


def test_the_lump_sum_is_due_once_an_invoice_on_its_first_late_instalment():
    invoices = (
        HEAD
        + """
        1 2 A invoice     2026-01-10 2026-03-16 100
        1 1 A invoice     2026-01-10 2026-03-02 100
        1 3 A invoice     2026-01-10 2026-06-16 100
        1 1 A invoice     2025-01-10 2026-03-02 100
        2 1 A credit_note 2026-01-10 2026-03-02 100
    """
    )
    rows = assessed("2026-04-20", customers=CUSTOMERS, invoices=invoices).rows
    assert plain(rows["lump_sum"]) == [0, 4_000, 0, 4_000, None]


def test_a_late_invoice_that_a_credit_note_closes_in_part_bears_the_lump_sum_all_the_same():
    invoices = (
        HEAD.replace("amount", "amount references")
        + """
        1 1 A invoice     2026-01-10 2026-03-02 1000 -
        2 1 A credit_note 2026-03-10 2026-03-10  300 1
    """
    )
    allocations = """
        customer_id invoice_id amount allocation_date
        A           1          700    2026-03-20
    """
    rows = assessed("2026-04-20", customers=CUSTOMERS, invoices=invoices, allocations=allocations).rows
    assert plain(rows["open_amount"]) == [0, 0]
    assert plain(rows["lump_sum"]) == [4_000, None]


def test_what_was_paid_late_bears_interest_until_it_was_paid():
    """Paid on a known day: until then. On an unknown one: on the residue only. As the ERP settled it: until then."""
    invoices = HEAD + "\n".join(f"{number} 1 A invoice 2026-01-10 2026-03-02 1000" for number in range(1, 5))
    allocations = """
        customer_id invoice_id amount allocation_date
        A           1          1000   2026-03-20
        A           2          400    -
        A           3          400    2026-03-20
        A           3          700    2026-04-02
    """
    rows = assessed("2026-04-20", customers=CUSTOMERS, invoices=invoices, allocations=allocations).rows
    assert plain(rows["interest"]) == [
        expected("b2b", "2026-03-20"),
        expected("b2b", "2026-04-20", principal=60_000),
        expected(
            "b2b", "2026-04-20", payments=[(dt.date(2026, 3, 20), 40_000), (dt.date(2026, 4, 2), 60_000)]
        ),
        expected("b2b", "2026-04-20"),
    ]
    assert plain(rows["lump_sum"]) == [4_000] * 4
    settled = (
        HEAD.replace("amount", "amount settled_date") + "1 1 A invoice 2026-01-10 2026-03-02 1000 2026-03-20"
    )
    rows = assessed(
        "2026-04-20", policy=policy_with(payments_source="ledger"), customers=CUSTOMERS, invoices=settled
    ).rows
    assert plain(rows["interest"]) == [expected("b2b", "2026-03-20")]


def test_the_debtor_may_be_imputed_interest_first():
    allocations = "customer_id invoice_id amount allocation_date\nA 1 400 2026-03-20"
    given = {
        "customers": CUSTOMERS,
        "invoices": HEAD + "1 1 A invoice 2026-01-10 2026-03-02 1000",
        "allocations": allocations,
    }
    capital, interest = (
        assessed("2026-04-20", policy=policy_with(imputation=first), **given).rows["interest"][0]
        for first in ("capital_first", "interest_first")
    )
    assert interest > capital


def test_interest_bears_no_interest():
    rows = assessed(
        "2026-04-20", customers=CUSTOMERS, invoices=HEAD + "1 1 A interest_note 2026-01-10 2026-03-02 1000"
    ).rows
    assert (plain(rows["interest"]), plain(rows["lump_sum"]), plain(rows["limitation_date"])) == (
        [0],
        [0],
        ["2031-03-02"],
    )


REGISTER = """
    event_id reminder_id event     event_time customer_id invoice_id row_level letter_level proof_date   cycle
    1        S1          issued    2026-04-21 A           1          4         4            -            {cycle}
    2        S1          issued    2026-04-21 A           2          1         4            -            -
    3        S1          {event}   2026-04-28 A           -          -         -            {proof}      -
"""


@pytest.mark.parametrize(
    ("event", "proof", "cycle", "expected"),
    [
        ("delivered", "2026-04-28", "-", "2036-04-28"),
        ("delivered", "2026-04-28", "standard", "2036-04-28"),
        ("delivered", "2026-04-28", "first_invoice", "2036-03-02"),
        ("delivered", "2026-04-28", "forgotten", "2036-04-28"),
        ("delivered", "-", "-", "2036-03-02"),
        ("sent", "2026-04-28", "-", "2036-03-02"),
        ("cancelled", "2026-04-28", "-", "2036-03-02"),
        ("delivered", "2026-05-02", "-", "2036-03-02"),
    ],
)
def test_limitation_restarts_from_the_proof_of_a_formal_notice(event, proof, cycle, expected):
    """Only for rows whose own level interrupts: the second row was merely listed at its level 1."""
    invoices = HEAD + "1 1 A invoice 2026-01-10 2026-03-02 1000\n2 1 A invoice 2026-01-10 2026-03-02 1000"
    register = REGISTER.format(event=event, proof=proof, cycle=cycle)
    rows = assessed("2026-05-01", customers=CUSTOMERS, invoices=invoices, reminders=register).rows
    assert plain(rows["limitation_date"]) == [expected, "2036-03-02"]


def test_limitation_of_an_absurd_term_does_not_break_the_others():
    invoices = (
        HEAD.replace("amount", "amount limitation_years")
        + "1 1 A invoice 2026-01-10 2026-03-02 1000 999\n2 1 A invoice 2026-01-10 2026-03-02 1000 5"
    )
    assert (
        plain(assessed("2026-05-01", customers=CUSTOMERS, invoices=invoices).rows["limitation_date"])[1]
        == "2031-03-02"
    )


def test_an_amount_beyond_belief_bears_no_interest_and_stops_nothing():
    rows = assessed(
        "2026-05-01",
        customers=CUSTOMERS,
        invoices=HEAD + "1 1 A invoice 2026-01-10 2026-03-02 90000000000000",
    ).rows
    assert plain(rows["interest"]) == [0]
