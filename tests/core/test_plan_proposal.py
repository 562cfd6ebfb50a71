"""Plans proposed: exact to the cent, days safe at the end of the month, refusals."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from core_ledgers import assessed, plain
from hypothesis import given
from hypothesis import strategies as st

from xlcredit.core.ledger import typed_frame
from xlcredit.core.plan_payments import plan_references, references_to
from xlcredit.core.plan_proposal import (
    FREQUENCIES,
    PlanCustomersError,
    PlanTerms,
    PlanTermsError,
    PlanWithoutRowsError,
    instalment_dates,
    propose_plan,
)
from xlcredit.core.rows import match_rows
from xlcredit.money import spread_cents
from xlcredit.schema import TABLES

CUSTOMERS = "customer_id name kind\nA Alfa business\nB - business"
INVOICES = """
    invoice_id instalment customer_id document_date due_date   amount document_type currency
    1          1          A           2025-12-10    2026-01-12 600    -             -
    1          2          A           2025-12-10    2026-02-12 300.01 -             -
    2          -          A           2025-12-10    2026-01-12 100    -             -
    3          -          A           2025-12-10    -          50     credit_note   -
    4          -          A           2025-12-10    2026-01-12 100    -             USD
    5          -          B           2025-12-10    2026-01-12 100    -             -
"""
MADE, FIRST = dt.date(2026, 2, 16), dt.date(2026, 2, 28)
ASSESSED = assessed("2026-02-16", invoices=INVOICES, customers=CUSTOMERS)


def terms(**changes):
    return PlanTerms(**{"plan_id": "P1", "made_on": MADE, "first": FIRST, "number": 3, **changes})


def test_a_plan_is_a_table_of_instalments():
    plan = propose_plan(ASSESSED, [2, 1, 0, 3, 0], terms())
    assert list(plan.columns) == [column.key for column in TABLES["plans"].columns]
    assert {key: plain(plan[key]) for key in ("instalment", "due_date", "amount", "total")} == {
        "instalment": [1, 2, 3],
        "due_date": ["2026-02-28", "2026-03-28", "2026-04-28"],
        "amount": [33_334, 33_334, 33_333],
        "total": [100_001] * 3,
    }
    same = ("plan_id", "customer_id", "kind", "invoices", "made_on")
    assert [set(plain(plan[key])) for key in same] == [
        {"P1"},
        {"A"},
        {"instalments"},
        {"1; 2"},
        {"2026-02-16"},
    ]


def test_interest_accrued_is_added_where_it_is_asked_for():
    interest = ASSESSED.rows["interest"].iloc[[0, 1]].sum()
    assert interest > 0
    plan = propose_plan(ASSESSED, [0, 1], terms(with_interest=True))
    assert plan["amount"].sum() == 90_001 + interest == plan["total"][0]


def test_a_settlement_is_one_lower_sum():
    plan = propose_plan(ASSESSED, [0, 1, 2], terms(number=1, settlement_cents=60_000))
    assert (plain(plan["amount"]), plain(plan["kind"])) == ([60_000], ["settlement"])


def test_a_proposed_plan_has_no_findings_and_holds_its_rows():
    plan = propose_plan(ASSESSED, [0, 1, 2], terms())
    again = assessed("2026-02-16", invoices=INVOICES, customers=CUSTOMERS, plans=written(plan))
    assert [finding.code for finding in again.findings if finding.table == "plans"] == []
    assert [str(hold).startswith("plan") for hold in plain(again.rows["hold"])] == [True] * 3 + [False] * 3


def written(plan, invoices="1;2"):
    head = "plan_id customer_id invoices instalment due_date amount made_on total\n"
    lines = [
        f"P1 A {invoices} {line.instalment} {line.due_date.date()} {line.amount / 100:.2f} {MADE} {line.total / 100:.2f}"
        for line in plan.itertuples()
    ]
    return head + "\n".join(lines)


@given(total=st.integers(1, 10**9), number=st.integers(1, 60))
def test_instalments_add_up_and_differ_by_a_cent_at_most(total, number):
    parts = spread_cents(total, [1] * number)
    assert sum(parts) == total
    assert max(parts) - min(parts) <= 1


@pytest.mark.parametrize(
    ("first", "frequency", "expected"),
    [
        ("2026-01-30", "monthly", ["2026-01-30", "2026-02-28", "2026-03-30"]),
        ("2026-01-31", "monthly", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("2028-01-31", "monthly", ["2028-01-31", "2028-02-29", "2028-03-31"]),
        ("2026-11-30", "monthly", ["2026-11-30", "2026-12-30", "2027-01-30"]),
        ("2026-02-28", "monthly", ["2026-02-28", "2026-03-28", "2026-04-28"]),
        ("2026-12-31", "two_months", ["2026-12-31", "2027-02-28", "2027-04-30"]),
        ("2026-11-30", "quarterly", ["2026-11-30", "2027-02-28", "2027-05-30"]),
        ("2026-12-25", "weekly", ["2026-12-25", "2027-01-01", "2027-01-08"]),
        ("2026-12-25", "fortnightly", ["2026-12-25", "2027-01-08", "2027-01-22"]),
    ],
)
def test_days_of_instalments(first, frequency, expected):
    dates = instalment_dates(dt.date.fromisoformat(first), 3, frequency)
    assert [day.isoformat() for day in dates] == expected


@given(first=st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), frequency=st.sampled_from(list(FREQUENCIES)))
def test_days_rise_and_every_one_is_reckoned_from_the_first(first, frequency):
    dates = instalment_dates(first, 12, frequency)
    assert dates == sorted(set(dates))
    assert dates[0] == first
    if frequency == "monthly":
        assert all(day.day in {first.day, 28, 29, 30} for day in dates)


@pytest.mark.parametrize("rows", [[3], []])
def test_nothing_open_is_refused(rows):
    with pytest.raises(PlanWithoutRowsError):
        propose_plan(ASSESSED, rows, terms())


@pytest.mark.parametrize(("rows", "found"), [([0, 5], "Alfa EUR, B EUR"), ([0, 4], "Alfa EUR, Alfa USD")])
def test_several_customers_or_currencies_are_refused(rows, found):
    with pytest.raises(PlanCustomersError) as caught:
        propose_plan(ASSESSED, rows, terms())
    assert caught.value.facts["found"] == found


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"number": 0}, "number"),
        ({"number": 121}, "number"),
        ({"number": 120}, None),
        ({"first": MADE - dt.timedelta(1)}, "first"),
        ({"first": MADE}, None),
        ({"number": 2, "settlement_cents": 50_000}, "number"),
        ({"number": 1, "settlement_cents": 0}, "settlement"),
        ({"number": 1, "settlement_cents": 1}, None),
        ({"number": 1, "settlement_cents": 100_000}, None),
        ({"number": 1, "settlement_cents": 100_001}, "settlement"),
    ],
)
def test_terms_that_no_plan_can_have_are_refused(changes, what):
    if what is None:
        assert len(propose_plan(ASSESSED, [0, 1, 2], terms(**changes))) == changes.get("number", 3)
        return
    with pytest.raises(PlanTermsError) as caught:
        propose_plan(ASSESSED, [0, 1, 2], terms(**changes))
    assert caught.value.facts["what"] == what


# --- which rows


@st.composite
def ledgers(draw):
    """Rows of one customer, each known by number, year and instalment, and some of them chosen."""
    keys = st.tuples(
        st.sampled_from(["1", "1 (2025)", "1/A", "2"]), st.sampled_from([2025, 2026]), st.integers(1, 3)
    )
    rows = draw(st.lists(keys, min_size=1, max_size=12, unique=True))
    chosen = draw(st.lists(st.integers(0, len(rows) - 1), min_size=1, unique=True))
    return rows, sorted(chosen)


@given(ledgers())
def test_a_plan_names_the_rows_chosen_and_no_others(ledger):
    rows, chosen = ledger
    numbers, years, instalments = (list(values) for values in zip(*rows, strict=True))
    frame = typed_frame(
        TABLES["invoices"],
        {
            "customer_id": ["A"] * len(rows),
            "invoice_id": numbers,
            "instalment": instalments,
            "document_date": [np.datetime64(f"{year}-03-01") for year in years],
        },
    )
    known = frame.assign(document_year=years, row_instalment=frame["instalment"])
    plan = pd.DataFrame({"customer_id": ["A"], "invoices": [references_to(known, np.array(chosen))]})
    found = match_rows(plan_references(plan), frame)
    assert sorted(found.invoice.tolist()) == chosen
    assert found.unmatched.size == 0


def test_an_instalment_of_an_invoice_is_planned_without_the_others():
    plan = propose_plan(ASSESSED, [1], terms(number=1))
    assert plan["invoices"].tolist() == ["1 (2025/2)"]
    again = assessed("2026-02-16", invoices=INVOICES, customers=CUSTOMERS, plans=written(plan, "1(2025/2)"))
    assert [str(hold).startswith("plan") for hold in plain(again.rows["hold"])] == [False, True] + [False] * 4
