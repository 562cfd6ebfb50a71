"""Disputes: phases, deadlines, the disputed part held and the rest dunned, and what they teach."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from core_ledgers import assessed, plain, proposed

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "disputes.yaml").read_text("utf-8"))
CUSTOMERS = "customer_id name kind email\nA Alfa business a@alfa.it\nB Beta business -"
INVOICE = "invoice_id customer_id document_date due_date amount\n1 A 2026-01-30 2026-03-02 1000"
HEAD = "customer_id invoice_id opened_on disputed_amount investigation_on discussion_on resolved_on phase_deadline outcome owner credit_note_expected\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_case(case):
    begins = " ".join(str(day or "-") for day in [*case.get("to", []), None, None, None][:3])
    typed = f"{begins} {case.get('by', '-')} {case.get('outcome', '-')} Rossi {case.get('credit', '-')}"
    found = assessed(
        str(case["as_of"]),
        invoices=INVOICE,
        customers=CUSTOMERS,
        disputes=HEAD + f"A 1 2026-03-02 {case.get('amount', '-')} {typed}",
        allocations="customer_id invoice_id amount kind allocation_date\n"
        f"A 1 {case.get('credited', 0)} credit_note {case.get('credited_on', '-')}",
    )
    assert {
        "phase": plain(found.disputes["phase"])[0],
        "deadline": plain(found.disputes["deadline"])[0],
        "late": "dispute" in str(found.rows["next_action"][0]).split("+"),
        "held": plain(found.disputes["held_amount"])[0],
    } == {
        "phase": case["phase"],
        "deadline": None if case["deadline"] is None else str(case["deadline"]),
        "late": case["late"],
        "held": None if case["held"] is None else case["held"] * 100,
    }


def test_letters_ask_for_the_undisputed_part_only():
    found = proposed(
        "2026-03-20",
        invoices=INVOICE,
        customers=CUSTOMERS,
        disputes=HEAD + "A 1 2026-03-10 400 - - - - - - -",
    )
    assert plain(found.rows["open_amount"]) == [60_000]
    assert plain(found.letters["open_amount"]) == [60_000]


def test_an_overdue_phase_goes_to_the_worklist_with_its_owner():
    found = assessed(
        "2026-03-19", invoices=INVOICE, customers=CUSTOMERS,
        disputes=HEAD + "A 1 2026-03-02 400 2026-03-04 - - - - Ing._Lente -",
    )  # fmt: skip
    line = {
        name: plain(found.worklist[name])[0] for name in ("action", "owner", "deadline", "amount", "change")
    }
    assert line == {
        "action": "dispute", "owner": "Ing. Lente", "deadline": "2026-03-18", "amount": 40_000,
        "change": "phase_late",
    }  # fmt: skip


def test_a_case_about_the_whole_customer_reaches_the_worklist():
    found = assessed(
        "2026-03-19",
        invoices=INVOICE + "\n2 A 2026-01-30 2026-03-02 500\n3 B 2026-01-30 2026-03-02 70",
        customers=CUSTOMERS,
        disputes=HEAD + "A - 2026-03-02 - - - - - - Ing._Lente -\nB 3 2026-03-18 - - - - - - - -",
    )
    assert plain(found.rows["hold"]) == ["dispute", "dispute", "dispute"]
    assert plain(found.disputes["held_amount"]) == [150_000, 7_000]
    line = {name: plain(found.worklist[name])[0] for name in ("action", "owner", "amount")}
    assert line == {"action": "dispute", "owner": "Ing. Lente", "amount": 150_000}
    assert plain(found.dispute_statistics["amount"]) == [157_000]
    assert found.findings == []


def test_a_case_about_the_whole_customer_waits_for_a_credit_note_of_its_own():
    notes = """
        3N A 2026-02-20 2026-02-20 300 credit_note 3
        4N A {day} {day} 300 credit_note 2
    """
    ledger = """
        invoice_id customer_id document_date due_date amount document_type references
        2 A 2026-01-30 2026-03-02 500 invoice -
        3 A 2026-01-30 2026-03-02 700 invoice -
    """
    held = [
        plain(
            assessed(
                "2026-03-20",
                invoices=ledger.rstrip() + notes.format(day=day),
                customers=CUSTOMERS,
                disputes=HEAD + "A - 2026-03-16 300 - - 2026-03-18 - justified - 300",
            ).disputes["held_amount"]
        )
        for day in ("2026-03-15", "2026-03-17")
    ]
    assert held == [[30_000], [None]]


@pytest.mark.parametrize(
    ("phases", "expected"),
    [
        ("2026-03-02 - -", []),
        ("2026-03-01 - -", ["investigation_on"]),
        ("2026-03-05 2026-03-05 2026-03-05", []),
        ("2026-03-05 2026-03-04 2026-03-05", ["discussion_on"]),
        ("2026-03-05 - 2026-03-04", ["resolved_on"]),
        ("- - 2026-03-01", ["resolved_on"]),
        ("2026-03-05 2026-03-04 2026-03-03", ["discussion_on", "resolved_on"]),
    ],
)
def test_a_phase_before_its_predecessor_is_found(phases, expected):
    found = assessed(
        "2026-03-20",
        invoices=INVOICE,
        customers=CUSTOMERS,
        disputes=HEAD + f"A 1 2026-03-02 - {phases} - - - -",
    )
    assert [(finding.code, finding.column) for finding in found.findings] == [
        ("phase-out-of-turn", column) for column in expected
    ]


STATISTICS = "customer_id invoice_id opened_on disputed_amount resolved_on outcome credit_note_expected reason department\n"


def test_statistics_by_reason_and_department():
    invoices = INVOICE + "\n2 B 2026-01-30 2026-03-02 500"
    disputes = f"""
        {STATISTICS.strip()}
        A 1 2025-03-20 400 -          -                -   delivery Magazzino
        A 1 2025-03-21 300 2025-03-31 justified        300 delivery Magazzino
        A 1 2026-02-01 200 2026-02-21 unjustified      -   delivery Magazzino
        A 1 2026-02-01 100 -          partly_justified 50  delivery Magazzino
        B 2 2026-03-01 -   -          -                -   quality  -
        B 2 -          100 -          -                -   -        -
        B 2 2026-03-21 900 -          -                -   price    -
    """
    found = assessed("2026-03-20", invoices=invoices, customers=CUSTOMERS, disputes=disputes)
    table = found.dispute_statistics
    assert {column: plain(table[column]) for column in table} == {
        "reason": ["delivery", "quality", None],
        "department": ["Magazzino", None, None],
        "cases": [3, 1, 1],
        "open_cases": [0, 1, 1],
        "amount": [60_000, 50_000, 10_000],
        "share": [pytest.approx(6 / 12), pytest.approx(5 / 12), pytest.approx(1 / 12)],
        "days_to_resolve": [15.0, None, None],
        "justified_share": [pytest.approx(2 / 3), None, None],
        "credit_note_expected": [35_000, 0, 0],
    }
    assert plain(found.disputes["days_open"]) == [365, 10, 20, None, 19, None, None]


def test_statistics_are_in_the_base_currency():
    invoices = (
        "invoice_id customer_id document_date due_date amount currency\n1 A 2026-01-30 2026-03-02 1000 USD"
    )
    rates = "currency rate_date rate\nUSD 2026-03-01 1.25"
    disputes = STATISTICS + "A 1 2026-03-01 - - - 500 price -"
    table = assessed(
        "2026-03-20", invoices=invoices, customers=CUSTOMERS, disputes=disputes, exchange_rates=rates
    ).dispute_statistics
    assert plain(table["amount"]) == [int(Decimal(100_000) / Decimal("1.25"))]
    assert plain(table["credit_note_expected"]) == [40_000]


def test_without_disputes_there_are_no_statistics():
    assert len(assessed("2026-03-20", invoices=INVOICE, customers=CUSTOMERS).dispute_statistics) == 0
