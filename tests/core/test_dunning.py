"""The stage engine: worked cases of the rules, and what holds for every row."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import yaml
from core_ledgers import assessed, cycle_of, plain, policy_with, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st

from xlcredit.core.dunning import Dunned, level_by_time, stage_rows
from xlcredit.parameters.policy import load_policy

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "dunning.yaml").read_text("utf-8"))
DUE = dt.date(2026, 3, 2)


def after(days):
    return (DUE + dt.timedelta(days)).isoformat()


def assess_case(case):
    cycle = case.get("cycle", "own")
    policy = policy_with(
        cycle_of(case["levels"], case.get("response", 0), case.get("gap", 0), "own")
        if cycle == "own"
        else cycle_of([1], name="unused")
    )
    sent = "\n".join(
        f"E{level} S{level} issued {after(day)} A 1 {level} {level}" for level, day in case.get("sent", [])
    )
    return assessed(
        after(case["day"]),
        policy=policy,
        invoices=f"""
            invoice_id customer_id document_date due_date   amount                        cycle
            1          A           2026-01-30    {DUE} {Decimal(str(case.get("amount", 1000)))} {cycle}
        """,
        customers="customer_id name kind email\nA Alfa business a@alfa.it",
        reminders=f"event_id reminder_id event event_time customer_id invoice_id row_level letter_level\n{sent}",
    ).rows


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_case(case):
    rows = assess_case(case)
    found = {
        name: plain(rows[name])[0]
        for name in ("level_by_time", "level_next", "level_next_date", "is_proposed")
    }
    assert found == {
        "level_by_time": case["by_time"],
        "level_next": case["next"],
        "level_next_date": None if case["from"] is None else after(case["from"]),
        "is_proposed": case["proposed"],
    }


def dunned(overdue, level_sent=-1, sent_on=None, broken_on=None, amount=100_000):
    due = np.datetime64(DUE, "D")
    return Dunned(
        np.array([0]), np.array([due]), np.array([overdue]), np.array([amount]), np.array([level_sent]),
        np.array([np.datetime64("NaT", "D") if sent_on is None else due + sent_on]),
        np.array([np.datetime64("NaT", "D") if broken_on is None else due + broken_on]),
    )  # fmt: skip


@settings(deadline=None)
@given(
    days=st.lists(st.integers(1, 60), min_size=1, max_size=5, unique=True).map(sorted),
    response=st.integers(0, 20),
    gap=st.integers(0, 20),
    first=st.integers(0, 90),
)
def test_a_late_letter_never_causes_a_burst(days, response, gap, first):
    """Each level issued on the first day it may go comes at least as long after the one before as the cycle plans."""
    cycle, sent, on = cycle_of(days, response, gap), -1, None
    for _ in days:
        stages = stage_rows(dunned(200, sent, on), [cycle])
        assert stages.next[0] == (1 if sent < 1 else sent + 1)
        issued = max(
            int((stages.next_date[0] - np.datetime64(DUE, "D")).astype(int)), first if sent < 1 else 0
        )
        if sent >= 1:
            wait = max(days[sent] - days[sent - 1], gap, response + 1)
            assert issued - on >= wait
        sent, on = int(stages.next[0]), issued
    assert stage_rows(dunned(200, sent, on), [cycle]).last_letter_sent[0]


@settings(deadline=None)
@given(overdue=st.integers(-30, 200))
def test_level_by_time_is_the_highest_whose_day_has_come(overdue):
    levels = load_policy().cycles["standard"].levels
    reached = [level.number for level in levels if overdue >= level.days_after_due]
    assert level_by_time(np.array([overdue]), levels)[0] == max(reached, default=-1)


def test_broken_promise_makes_the_next_level_available_at_once():
    stages = stage_rows(dunned(12, 1, 7, broken_on=11), [load_policy().cycles["standard"]])
    assert stages.next_date[0] == np.datetime64(DUE, "D") + 11


def test_broken_promise_before_the_last_letter_no_longer_counts():
    stages = stage_rows(dunned(12, 1, 12, broken_on=11), [load_policy().cycles["standard"]])
    assert stages.next_date[0] == np.datetime64(DUE, "D") + 26


def test_broken_promise_before_due_waits_for_the_day_after_due():
    stages = stage_rows(dunned(0, broken_on=-3), [load_policy().cycles["standard"]])
    assert stages.next_date[0] == np.datetime64(DUE, "D") + 1


INVOICES = """
    invoice_id customer_id document_type   document_date due_date   amount cycle
    1          A           invoice         2026-01-02    2026-02-02 500    {cycle}
"""


@pytest.mark.parametrize(
    ("customer", "own", "expected"),
    [
        ("business - -", "-", "standard"),
        ("- - -", "-", "standard"),
        ("public_body - -", "-", "pa"),
        ("consumer - -", "-", "consumer"),
        ("condominium - -", "-", "consumer"),
        ("business ceased -", "-", "ceased"),
        ("public_body ceased -", "-", "ceased"),
        ("public_body - key_account", "-", "key_account"),
        ("public_body - key_account", "none", "none"),
        ("public_body - key_acount", "-", "pa"),
        ("business - -", "no_such", "standard"),
    ],
)
def test_cycle_of_a_row(customer, own, expected):
    kind, status, cycle = customer.split()
    invoices = INVOICES.format(cycle=own)
    customers = f"customer_id name kind status cycle\nA Alfa {kind} {status} {cycle}"
    assert rows_of("2026-03-01", "row_cycle", invoices=invoices, customers=customers) == [expected]


def test_default_cycle_is_a_setting():
    policy = policy_with(default_cycle="key_account")
    invoices, customers = INVOICES.format(cycle="-"), "customer_id name kind\nA Alfa business"
    assert rows_of("2026-03-01", "row_cycle", policy=policy, invoices=invoices, customers=customers) == [
        "key_account"
    ]


def test_returned_effect_follows_its_own_cycle():
    invoices = INVOICES.format(cycle="-").replace("  invoice  ", "  returned_effect  ")
    assert rows_of(
        "2026-03-01", "row_cycle", invoices=invoices, customers="customer_id name kind\nA Alfa public_body"
    ) == ["returned"]


FIRST = """
    invoice_id customer_id document_date due_date   settled_date amount
    1          B           2025-01-02    2025-02-03 2025-02-03   500
    2          A           {first}       2026-02-02 -            500
    3          A           2026-02-10    2026-03-10 -            500
"""


@pytest.mark.parametrize(
    ("as_of", "first", "expected"),
    [
        ("2026-02-02", "2026-01-02", ["standard", "standard"]),
        ("2026-02-03", "2026-01-02", ["first_invoice", "standard"]),
        ("2026-02-03", "2025-01-02", ["standard", "standard"]),
    ],
)
def test_first_invoice_ever_unpaid_after_due(as_of, first, expected):
    """Known as the first only where the ledger's closed rows reach further back."""
    found = rows_of(
        as_of, "row_cycle",
        policy=policy_with(payments_source="ledger"),
        invoices=FIRST.format(first=first),
        customers="customer_id name kind\nA Alfa business\nB Beta business",
    )  # fmt: skip
    assert found[1:] == expected


def test_a_ledger_of_open_items_knows_no_first_invoice():
    invoices = "\n".join(line for line in FIRST.format(first="2026-01-02").splitlines() if " B " not in line)
    assert (
        rows_of(
            "2026-03-01", "row_cycle", invoices=invoices, customers="customer_id name kind\nA Alfa business"
        )
        == ["standard"] * 2
    )


def test_a_rule_whose_cycle_the_policy_does_not_have_does_not_apply():
    policy = replace(load_policy(), cycles={"standard": cycle_of([7])})
    invoices, customers = INVOICES.format(cycle="-"), "customer_id name kind\nA Alfa public_body"
    assert rows_of("2026-03-01", "row_cycle", policy=policy, invoices=invoices, customers=customers) == [
        "standard"
    ]
