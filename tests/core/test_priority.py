"""Priority: properties of the score, ranks, classes."""

import numpy as np
import pandas as pd
import pytest
from core_ledgers import LAW, POLICY, assessed, day, plain, policy_with, table
from hypothesis import given, settings
from hypothesis import strategies as st

from xlcredit.core.abc import cadence_place, classify_abc
from xlcredit.core.assess import assess
from xlcredit.core.ledger import Ledger
from xlcredit.core.priority import (
    COMPONENTS,
    age_component,
    amount_component,
    behaviour_component,
    limitation_component,
    rank_rows,
    risk_component,
    score_rows,
    silence_component,
)

CUSTOMERS = "customer_id name kind external_rating\nA Alfa business A2\nB Beta business e\nC Ceta business -"


@st.composite
def ledgers(draw):
    rows = draw(st.lists(
        st.tuples(
            st.sampled_from("ABC"), st.integers(1, 28), st.integers(1, 12), st.integers(1, 200_000), st.booleans()
        ), min_size=2, max_size=8,
    ))  # fmt: skip
    lines = [
        f"{at:03d} {customer} {'credit_note' if is_credit else 'invoice'} 2024-01-01 2025-{month:02d}-{dom:02d} {amount / 100}"
        for at, (customer, dom, month, amount, is_credit) in enumerate(rows)
    ]
    return table(
        "invoices", "invoice_id customer_id document_type document_date due_date amount\n" + "\n".join(lines)
    )


def scored(invoices, policy=POLICY):
    made = Ledger.from_frames({"invoices": invoices, "customers": table("customers", CUSTOMERS)})
    return assess(made, policy, LAW, day("2025-09-30")).rows


@settings(deadline=None, max_examples=15)
@given(ledgers(), st.data())
def test_more_amount_or_more_age_never_lowers_the_score(invoices, data):
    row = data.draw(st.integers(0, len(invoices) - 1))
    more = invoices.copy()
    if data.draw(st.booleans()):
        more.loc[row, "amount"] += data.draw(st.integers(1, 500_000))
    else:
        more.loc[row, "due_date"] -= pd.Timedelta(days=data.draw(st.integers(1, 400)))
    before, after = scored(invoices), scored(more)
    if before["priority_score"].notna()[row] and after["priority_score"].notna()[row]:
        assert after["priority_score"][row] >= before["priority_score"][row]


@settings(deadline=None, max_examples=15)
@given(ledgers(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(invoices, random):
    order = list(range(len(invoices)))
    random.shuffle(order)
    columns = [
        "invoice_id",
        "priority_score",
        "priority_rank",
        "priority_reason",
        "abc_class",
        "open_amount",
        "hold",
    ]
    straight = scored(invoices)[columns].set_index("invoice_id")
    shuffled = (
        scored(invoices.iloc[order].reset_index(drop=True))[columns]
        .set_index("invoice_id")
        .loc[straight.index]
    )
    assert [plain(straight[column]) for column in straight] == [
        plain(shuffled[column]) for column in straight
    ]


@settings(deadline=None, max_examples=15)
@given(ledgers())
def test_ranks_follow_score_amount_due_date_and_number(invoices):
    rows = scored(invoices)
    claims = rows[rows["priority_rank"].notna()].sort_values("priority_rank")
    assert plain(claims["priority_rank"]) == list(range(1, len(claims) + 1))
    keys = list(
        zip(
            -claims["priority_score"],
            -claims["open_amount"].astype("int64"),
            claims["effective_due_date"],
            claims["invoice_id"],
            strict=True,
        )
    )
    assert keys == sorted(keys)
    assert ((claims["priority_score"] >= 0) & (claims["priority_score"] <= 100)).all()
    assert rows.loc[rows["is_credit"], "priority_score"].isna().all()


def test_paid_rows_and_credits_have_no_priority():
    found = assessed(
        "2026-04-20", customers=CUSTOMERS,
        invoices="""
            invoice_id customer_id document_type document_date due_date   amount
            1          A           invoice       2026-01-10    2026-02-10 100
            2          A           invoice       2026-01-10    2026-02-10 100
            3          A           credit_note   2026-01-10    -          20
        """,
        allocations="customer_id invoice_id amount\nA 2 100",
    ).rows  # fmt: skip
    for column in ("priority_score", "priority_rank", "priority_reason"):
        assert plain(found[column].notna()) == [True, False, False]


def parts(**given):
    return {name: np.array([given.get(name, 0.0)]) for name in COMPONENTS}


@pytest.mark.parametrize(
    ("given", "score", "reason"),
    [
        ({}, 0.0, None),
        ({"age": 0.5}, 10.0, "age"),
        ({"amount": 0.5, "age": 1}, 37.5, "age+amount"),
        ({"amount": 0.2, "age": 0.35, "risk": 0.5, "silence": 1}, 26.5, "risk+amount"),
        (dict.fromkeys(COMPONENTS, 0.99), 99.0, "amount+age"),
        ({"urgency": 1, "amount": 1}, 100.0, "urgency+amount"),
        ({"urgency": 1}, 100.0, "urgency"),
        ({"urgency": 2 / 3, "amount": 1}, 41.7, "amount+urgency"),
    ],
)
def test_score_is_the_weighted_sum_and_names_its_two_largest_parts(given, score, reason):
    found = score_rows(parts(**given), POLICY.weights)
    assert (found.score.tolist(), plain(found.reason)) == ([score], [reason])


def test_components():
    assert amount_component(np.array([0, 125, 500, 900]), 10_000, np.array([True] * 4)).tolist() == [
        0.0,
        0.5,
        1.0,
        1.0,
    ]
    assert amount_component(np.array([500]), 0, np.array([False])).tolist() == [0.0]
    assert age_component(np.array([-5, 0, 90, 180, 999]), 180).tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert risk_component(
        pd.Series(["A", "b2", " C", "D+", "E", "Cerved_1", "x", None], dtype="str")
    ).tolist() == [0, 0.25, 0.5, 0.75, 1, 0.5, 0.5, 0.5]
    assert behaviour_component(np.array([0, 1, 1, 9]), np.array([-1, -1, 3, 0])).tolist() == [
        0.0,
        0.4,
        1.0,
        1.0,
    ]
    assert limitation_component(np.array([366, 365, 180, 90, -1]), (365, 180, 90)).round(2).tolist() == [
        0.0,
        0.33,
        0.67,
        1.0,
        1.0,
    ]
    assert silence_component(np.array([5, 6, 10, 11]), np.array([5, 5, 5, 5])).tolist() == [
        0.0,
        0.2,
        1.0,
        1.0,
    ]


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([50, 30, 15, 5], "AABC"),
        ([5, 15, 30, 50], "CBAA"),
        ([100], "A"),
        ([90, 10], "AC"),
        ([60, 20, 15, 5, 0], "AABC-"),
        ([60, 21, 14, 5], "ABBC"),
        ([0, 0], "--"),
        ([], ""),
    ],
)
def test_abc_classes(amounts, expected):
    classes = classify_abc(np.array(amounts, dtype="int64"), (80, 95))
    assert "".join("ABC-"[place] for place in classes) == expected


@settings(deadline=None)
@given(st.lists(st.integers(1, 100), min_size=1, max_size=8), st.integers(0, 7), st.integers(1, 100))
def test_owing_more_never_lengthens_the_cadence(amounts, at, more):
    before = np.array(amounts, dtype="int64")
    after = before.copy()
    after[at % len(before)] += more
    assert (
        cadence_place(after, (80, 95))[at % len(before)] <= cadence_place(before, (80, 95))[at % len(before)]
    )


def test_equal_amounts_are_classed_in_the_order_given():
    assert classify_abc(np.array([50, 50]), (80, 95), np.array([1, 0])).tolist() == [2, 0]


def test_ranks_of_equal_rows_follow_their_names():
    names = pd.DataFrame({"invoice_id": ["b", "a", "a"], "instalment": [1, 2, 1]})
    due = np.full(3, np.datetime64("2026-01-01", "D"))
    assert rank_rows(np.zeros(3), np.full(3, 5), due, names).tolist() == [3, 2, 1]


URGENT = """
    invoice_id customer_id document_date due_date   amount limitation_years
    1          A           2024-01-10    2025-06-02 90000  -
    2          B           2024-01-10    {due}      100    {years}
"""


@pytest.mark.parametrize(
    ("due", "years", "first"),
    [
        ("2024-08-19", "2", "1"),  # 31 days left
        ("2024-08-18", "2", "2"),  # 30 days left
        ("2021-10-18", "5", "1"),  # 91 days left
        ("2021-10-17", "5", "2"),  # 90 days left
    ],
)
def test_a_claim_about_to_be_lost_goes_first(due, years, first):
    policy = policy_with(holiday_shift=False)
    rows = assessed(
        "2026-07-19", policy=policy, invoices=URGENT.format(due=due, years=years), customers=CUSTOMERS
    ).rows
    assert rows.set_index("priority_rank")["invoice_id"][1] == first
    assert (rows["priority_score"][1] == 100) == (first == "2")


@pytest.mark.parametrize(
    ("as_of", "urgent"), [("2026-03-21", False), ("2026-03-22", True), ("2026-09-01", True)]
)
def test_the_insurers_notice_makes_rows_urgent(as_of, urgent):
    """Notice within 30 days of due, 10 days of lead: from day 20."""
    customers = "customer_id name kind insured_limit insurer_notice_days\nA Alfa business 1000 30\nB Beta business - 30"
    invoices = """
        invoice_id customer_id document_date due_date   amount
        1          A           2026-01-10    2026-03-02 100
        2          B           2026-01-10    2026-03-02 100
    """
    found = assessed(as_of, invoices=invoices, customers=customers)
    assert plain(found.rows["priority_score"] == 100) == [urgent, False]
    assert ("insurer_notice" in str(found.customers["alarms"][0])) is urgent


def test_risk_of_the_customer_moves_the_score():
    customers = """
        customer_id name kind     external_rating status               credit_limit
        A           A    business A               -                    -
        B           B    business A               unreachable          -
        C           C    business A               judicial_liquidation -
        D           D    business A               -                    50
        E           E    business A               -                    100
    """
    lines = "\n".join(f"1 {customer} 2026-01-10 2026-03-02 100" for customer in "ABCDE")
    contacts = "contact_time customer_id\n" + "\n".join(
        f"2026-03-10T09:00 {customer}" for customer in "ABCDE"
    )
    invoices = "invoice_id customer_id document_date due_date amount\n" + lines
    found = assessed("2026-03-10", customers=customers, invoices=invoices, contacts=contacts).rows
    more = (found["priority_score"] - found["priority_score"][0])[:5]
    assert more.tolist() == pytest.approx([0.0, 11.25, 15.0, 11.25, 0.0], abs=0.11)


def test_a_plan_in_default_is_pressing_but_not_first():
    plans = (
        "plan_id customer_id invoices instalment due_date amount signed_on\nP A 1 1 2026-02-02 100 2026-01-20"
    )
    invoices = "invoice_id customer_id document_date due_date amount\n1 A 2025-12-10 2026-01-12 100\n2 A 2025-12-10 2026-01-12 100"
    rows = assessed("2026-03-10", customers=CUSTOMERS, invoices=invoices, plans=plans).rows
    assert round(rows["priority_score"][0] - rows["priority_score"][1], 1) == pytest.approx(6.7, abs=0.11)


@pytest.mark.parametrize(
    ("heard", "points"),
    [("2026-03-09", 0.0), ("2026-03-05", 0.0), ("2026-03-04", 1.0), ("2026-02-20", 5.0), ("2026-03-11", 5.0)],
)
def test_silence_counts_beyond_the_cadence_of_the_class(heard, points):
    """Class A is heard every 5 days; contacts after the day are not known yet."""
    invoices = "invoice_id customer_id document_date due_date amount\n1 A 2025-12-10 2026-01-12 100"
    contacts = f"contact_time customer_id\n{heard}T09:00 A\n{heard}T09:00 Z"
    said = assessed("2026-03-10", customers=CUSTOMERS, invoices=invoices, contacts=contacts).rows[
        "priority_score"
    ][0]
    silent = assessed("2026-03-10", customers=CUSTOMERS, invoices=invoices).rows["priority_score"][0]
    assert round(silent - said, 1) == pytest.approx(5.0 - points, abs=0.11)


def test_without_a_rate_a_row_is_measured_within_its_own_currency():
    invoices = """
        invoice_id customer_id document_date due_date   amount currency
        1          A           2026-01-10    2026-03-02 100    EUR
        2          A           2026-01-10    2026-03-02 1000   USD
        3          A           2026-01-10    2026-04-02 1000   USD
    """
    rows = assessed("2026-03-10", customers=CUSTOMERS, invoices=invoices).rows
    assert rows["priority_score"][0] == rows["priority_score"][1] > rows["priority_score"][2]
    assert plain(rows["priority_rank"]) == [2, 1, 3]
