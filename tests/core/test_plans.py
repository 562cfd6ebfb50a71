"""Instalment plans and settlements: every state at its boundaries, findings, what the list asks for."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from core_ledgers import assessed, codes, plain, policy_with, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "plans.yaml").read_text("utf-8"))
CUSTOMERS = "customer_id name kind\nA Alfa business\nB Beta business"
INVOICE = "invoice_id customer_id document_date due_date amount\n1 A 2025-12-10 2026-01-12 1000"
HEAD = "plan_id customer_id invoices instalment due_date amount kind made_on signed_on withdrawn_on default_told_on total\n"
TASKS = {"plan_default", "instalment", "write_off", "sign_plan"}


def plan_of(case):
    typed = (
        f"{case.get('signed', '2026-02-04') or '-'} {case.get('withdrawn', '-')} {case.get('told', '-')} -"
    )
    if "settlement" in case:
        return HEAD + f"P A 1 1 2026-03-02 {case['settlement']} settlement 2026-02-02 {typed}"
    return HEAD + "\n".join(
        f"P A 1 {number} {due} 500 - 2026-02-02 {typed}"
        for number, due in ((1, "2026-03-02"), (2, "2026-04-02"))
    )


def allocated(payments, allowance=None):
    lines = [f"A 1 {day or '-'} {amount} payment" for day, amount in payments]
    if allowance:
        lines.append(f"A 1 2026-03-05 {allowance} allowance")
    return "customer_id invoice_id allocation_date amount kind\n" + "\n".join(lines)


LEDGER_INVOICE = (
    "invoice_id customer_id document_date due_date amount open_ledger\n1 A 2025-12-10 2026-01-12 1000 "
)
OWED = HEAD.replace(" total", " owed")


def by_ledger(residue, plans):
    return assessed(
        "2026-04-08", policy=policy_with(payments_source="ledger", allowance_limit=0),
        invoices=LEDGER_INVOICE + residue, customers=CUSTOMERS, plans=OWED + plans,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("owed", "residue", "status", "found"),
    [
        ("1000", "600", "paid", []),
        ("1000", "601", "default", []),
        ("1000", "1000", "default", []),
        ("900", "600", "default", []),
        ("-", "1000", "default", []),
        ("-", "600", "regular", ["plan-owed-missing"]),
    ],
)
def test_a_settlement_is_paid_by_what_the_erp_no_longer_asks_for(owed, residue, status, found):
    made = by_ledger(residue, f"P A 1 1 2026-03-31 400 settlement 2026-03-02 2026-03-02 - - {owed}")
    assert plain(made.plans["status"]) == [status]
    assert codes(made.findings) == found


@pytest.mark.parametrize(("residue", "paid"), [("1000", 0), ("700", 300_00), ("500", 500_00)])
def test_instalments_with_interest_are_paid_by_what_the_erp_no_longer_asks_for(residue, paid):
    made = by_ledger(residue, "P A 1 1 2026-03-31 1010 - 2026-03-02 2026-03-02 - - 1000")
    assert plain(made.plans["paid_amount"]) == [paid]


NOTE = "\n2 A 2026-03-30 2026-03-31 10 {} interest_note"


@pytest.mark.parametrize(
    ("paid", "note", "signed", "status", "left"),
    [
        ("A 1 1000 2026-03-30", "", "2026-02-02", "regular", [1_000]),
        ("A 1 1000 2026-03-30", "", "-", "regular", [1_000]),
        ("A 1 1000 -", "", "-", "closed", []),
        ("A 1 999 2026-03-30", "", "2026-02-02", "default", []),
        ("A 1 1000 2026-03-30", NOTE, "2026-02-02", "default", []),
        ("A 1 1000 2026-03-30\nA 2 10 2026-03-31", NOTE, "2026-02-02", "closed", []),
        ("A 1 1000 -\nA 2 10 -", NOTE, "2026-02-02", "closed", []),
    ],
)
def test_a_plan_with_interest_ends_when_that_is_paid_too(paid, note, signed, status, left):
    invoices = "invoice_id customer_id document_date due_date amount open_ledger document_type\n1 A 2025-12-10 2026-01-12 1000 - -"
    made = assessed(
        "2026-04-20", policy=policy_with(allowance_limit=0, bank_cost_limit=0), invoices=invoices + note.format("-"),
        customers=CUSTOMERS, plans=OWED + f"P A {'1;2' if note else 1} 1 2026-03-31 1010 - 2026-02-02 {signed} - - 1000",
        allocations="customer_id invoice_id amount allocation_date\n" + paid,
    )  # fmt: skip
    assert plain(made.plans["status"]) == [status]
    found = [finding for finding in made.findings if finding.code == "plan-interest-unpaid"]
    assert [finding.facts["interest"].cents for finding in found] == left


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_case(case):
    found = assessed(
        str(case["as_of"]),
        policy=policy_with(allowance_limit=0),
        invoices=INVOICE,
        customers=CUSTOMERS,
        plans=plan_of(case),
        allocations=allocated(case.get("paid", []), case.get("allowance")),
    )
    todo = TASKS & set(str(found.rows["next_action"][0]).split("+"))
    assert {
        "status": set(plain(found.plans["status"])),
        "instalments": plain(found.plans["instalment_status"]),
        "holds": plain(found.rows["hold"])[0] == "plan",
        "todo": todo,
    } == {
        "status": {case["status"]},
        "instalments": case["instalments"],
        "holds": case["holds"],
        "todo": {case["todo"]} if "todo" in case else set(),
    }


@settings(deadline=None, max_examples=40)
@given(
    amounts=st.lists(st.integers(1, 50_000), min_size=1, max_size=5),
    paid=st.lists(st.tuples(st.integers(0, 150), st.integers(1, 60_000)), max_size=4),
    as_of=st.integers(0, 150),
)
def test_instalments_are_paid_in_order_and_never_above_what_came_in(amounts, paid, as_of):
    day0 = 20_486  # 2 February 2026
    invoices = f"invoice_id customer_id document_date due_date amount\n1 A 2025-12-10 2026-01-12 {Decimal(sum(amounts)) / 100}"
    lines = [
        f"P A 1 {number} {_day(day0 + 30 * number)} {Decimal(amount) / 100} - {_day(day0)} - - - -"
        for number, amount in enumerate(amounts, 1)
    ]
    payments = [(_day(day0 + day), Decimal(amount) / 100) for day, amount in paid]
    found = assessed(
        _day(day0 + as_of), policy=policy_with(allowance_limit=0), invoices=invoices, customers=CUSTOMERS,
        plans=HEAD + "\n".join(lines), allocations=allocated(payments),
    )  # fmt: skip
    covered = found.plans["paid_amount"].tolist()
    came = sum(amount for day, amount in paid if day <= as_of)
    assert sum(covered) == min(came, sum(amounts))
    assert all(0 <= part <= amount for part, amount in zip(covered, amounts, strict=True))
    unpaid = [part < amount for part, amount in zip(covered, amounts, strict=True)]
    assert not any(part for part, before in zip(covered[1:], unpaid, strict=False) if before)
    held = "plan" in str(found.rows["hold"][0]).split("+")
    assert held == (plain(found.plans["status"])[0] in {"proposed", "regular"})


def _day(number):
    return dt.date.fromordinal(719_163 + number).isoformat()


def test_what_one_plan_gets_does_not_pay_another():
    invoices = INVOICE + "\n2 B 2025-12-10 2026-01-12 1000"
    plans = HEAD + "\n".join(
        f"{code} {who} {row} 1 2026-03-02 1000 - 2026-02-02 2026-02-02 - - -"
        for code, who, row in (("P", "A", 1), ("Q", "B", 2))
    )
    allocations = "customer_id invoice_id allocation_date amount\nB 2 2026-03-02 1000"
    found = assessed(
        "2026-03-06", invoices=invoices, customers=CUSTOMERS, plans=plans, allocations=allocations
    )
    assert plain(found.plans["status"]) == ["default", "closed"]
    assert plain(found.plans["paid_amount"]) == [0, 100_000]


def test_rows_of_all_lines_of_a_plan_belong_to_it():
    invoices = INVOICE + "\n2 A 2025-12-10 2026-01-12 1000\n3 A 2025-12-10 2026-01-12 1000"
    plans = HEAD + "P A 1 1 2026-03-02 500 - 2026-02-02 - - - 1000\nP A 2;1 2 2026-04-02 500 - - - - - -"
    found = assessed("2026-02-10", invoices=invoices, customers=CUSTOMERS, plans=plans)
    assert [hold == "plan" for hold in plain(found.rows["hold"])] == [True, True, False]


def test_a_plan_without_rows_holds_all_of_the_customer_but_not_its_credits():
    invoices = (
        INVOICE.replace("amount", "amount document_type")
        + " -\n2 A 2026-01-10 2026-01-12 50 credit_note\n3 B 2025-12-10 2026-01-12 1000 -"
    )
    plans = (
        HEAD
        + "P A - 1 2026-03-02 1000 - 2026-02-02 2026-02-02 - - -\nQ Z - 1 2026-03-02 1 - - - - - -\n- - - 1 2026-03-02 1 - - - - - -"
    )
    found = assessed("2026-02-10", invoices=invoices, customers=CUSTOMERS, plans=plans)
    assert plain(found.rows["hold"]) == ["plan", None, None]
    assert {code for code in codes(found.findings) if code != "required-missing"} == {"plan-without-rows"}
    assert plain(found.plans["status"]) == ["regular", "proposed", None]


@pytest.mark.parametrize(("amount", "due"), [("-", "2026-03-02"), ("1000", "-")], ids=["amount", "due date"])
def test_what_cannot_be_read_never_ends_a_plan(amount, due):
    plans = HEAD + f"P A 1 1 {due} {amount} - 2026-02-02 2026-02-02 - - -"
    found = assessed("2026-06-01", invoices=INVOICE, customers=CUSTOMERS, plans=plans)
    assert plain(found.rows["hold"]) == ["plan"]


def test_without_a_day_of_the_plan_the_residue_tells_what_was_paid():
    plans = HEAD + "P A 1 1 2026-03-02 300 - - - - - -\nP A 1 2 2026-04-02 300 - - - - - -"
    paid = [("2026-01-20", 400), ("2026-03-02", 300)]
    found = assessed(
        "2026-03-06", invoices=INVOICE, customers=CUSTOMERS, plans=plans, allocations=allocated(paid)
    )
    assert plain(found.plans["paid_amount"]) == [30_000, 0]
    assert plain(found.rows["hold"]) == ["plan"]


@pytest.mark.parametrize(
    ("amounts", "total", "kind", "expected"),
    [
        ((500, 500), 1000, "-", None),
        ((500, "499.99"), 1000, "-", (99_999, 100_000)),
        ((500, "500.01"), 1000, "-", (100_001, 100_000)),
        ((500, 500), "-", "-", None),
        ((500, "499.99"), "-", "-", (99_999, 100_000)),
        ((500, 600), "-", "-", None),
        ((300, 300), "-", "settlement", None),
        ((300, 300), 700, "settlement", (60_000, 70_000)),
    ],
)
def test_instalments_that_do_not_add_up_are_found(amounts, total, kind, expected):
    """Without an agreed total they have to cover what the rows owed; more may be interest."""
    lines = [
        f"P A 1 {number} 2026-0{2 + number}-02 {amount} {kind} 2026-02-02 2026-02-02 - - {total}"
        for number, amount in enumerate(amounts, 1)
    ]
    found = assessed("2026-02-10", invoices=INVOICE, customers=CUSTOMERS, plans=HEAD + "\n".join(lines))
    sums = [
        (finding.facts["sum"].cents, finding.facts["expected"].cents)
        for finding in found.findings
        if finding.code == "plan-does-not-sum"
    ]
    assert sums == ([expected] if expected else [])


def test_a_row_in_two_live_plans_is_found_and_a_withdrawn_one_does_not_count():
    second = "Q A 1 1 2026-05-04 1000 - 2026-02-10 2026-02-10 - - -"
    plans = HEAD + "P A 1 1 2026-03-02 1000 - 2026-02-02 2026-02-02 {} - -\n" + second
    both = assessed("2026-02-12", invoices=INVOICE, customers=CUSTOMERS, plans=plans.format("-"))
    assert [(finding.code, finding.row) for finding in both.findings] == [("plan-second-live", "Q")]
    one = assessed("2026-02-12", invoices=INVOICE, customers=CUSTOMERS, plans=plans.format("2026-02-10"))
    assert one.findings == []


def test_a_new_plan_goes_before_the_one_in_default():
    plans = (
        HEAD
        + "P A 1 1 2026-03-02 1000 - 2026-02-02 2026-02-02 - - -\nQ A 1 1 2026-05-04 1000 - 2026-03-10 2026-03-10 - - -"
    )
    found = assessed("2026-03-12", invoices=INVOICE, customers=CUSTOMERS, plans=plans)
    assert plain(found.plans["status"]) == ["default", "regular"]
    assert plain(found.rows["hold"]) == ["plan"]
    assert "plan_default" not in str(found.rows["next_action"][0])


def test_the_list_names_the_instalment_that_is_due():
    plans = (
        HEAD + "P A 1 1 2026-03-02 400 - 2026-02-02 2026-02-02 - - 1000\nP A 1 2 2026-04-02 600 - - - - - -"
    )
    found = assessed(
        "2026-03-03",
        invoices=INVOICE,
        customers=CUSTOMERS,
        plans=plans,
        allocations=allocated([("2026-03-02", 100)]),
    )
    line = {name: plain(found.worklist[name])[0] for name in ("action", "amount", "deadline")}
    assert line == {"action": "instalment", "amount": 30_000, "deadline": "2026-03-02"}


def test_default_is_told_once_and_is_news_on_its_day():
    plans = HEAD + "P A 1 1 2026-03-02 1000 - 2026-02-02 2026-02-02 - {} -"
    untold = assessed("2026-03-06", invoices=INVOICE, customers=CUSTOMERS, plans=plans.format("-"))
    assert plain(untold.worklist["action"]) == ["plan_default"]
    assert plain(untold.worklist["amount"]) == [100_000]
    assert plain(untold.worklist["change"]) == ["plan_missed"]
    told = assessed("2026-03-06", invoices=INVOICE, customers=CUSTOMERS, plans=plans.format("2026-03-06"))
    assert "plan_default" not in str(told.rows["next_action"][0])
    assert plain(told.customers["alarms"])[0] == "plan_default"


@pytest.mark.parametrize(
    ("first", "withdrawn", "found"),
    [("2026-08-01", "-", []), ("2026-08-02", "-", ["plan-far"]), ("2026-08-02", "2026-02-04", [])],
)
def test_a_plan_that_begins_too_far_ahead_wants_a_look(first, withdrawn, found):
    lines = [
        f"P A 1 {number} {due} 500 - 2026-02-02 2026-02-03 {withdrawn} - -"
        for number, due in ((1, first), (2, "2026-09-02"))
    ]
    listed = assessed(
        "2026-02-05", invoices=INVOICE, customers=CUSTOMERS, plans=HEAD + "\n".join(lines)
    ).findings
    assert [(finding.code, finding.position) for finding in listed] == [(code, 0) for code in found]


# --- limitation


LIMITED = """
    invoice_id customer_id document_date due_date   amount limitation_years
    1          A           2025-02-20    2025-03-20 100    1
    2          A           2025-02-20    2025-03-20 100    1
"""


@pytest.mark.parametrize(
    ("signed", "expected"),
    [
        ("2026-03-10", ["2027-03-10", "2026-03-20"]),
        ("-", ["2026-03-20"] * 2),
        ("2026-03-26", ["2026-03-20"] * 2),
    ],
)
def test_a_signed_plan_acknowledges_the_debt_of_its_rows(signed, expected):
    """Art. 2944 c.c.: limitation runs anew from the signature, for the rows that the plan names."""
    plans = f"""
        plan_id customer_id invoices instalment due_date   amount made_on    signed_on
        P1      A           1        1          2026-04-30 100    2026-03-09 {signed}
    """
    assert rows_of("2026-03-25", "limitation_date", invoices=LIMITED, plans=plans) == expected
