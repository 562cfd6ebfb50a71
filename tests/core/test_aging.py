"""Buckets at their bounds, and sums that agree."""

import numpy as np
import pandas as pd
import pytest
from core_ledgers import assessed, policy_with
from hypothesis import given, settings
from hypothesis import strategies as st

from xlcredit.core.aging import age_rows, aging_table, aging_totals, bucket_codes, bucket_of

BOUNDS = (30, 60, 90, 180)


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (-1, "not_due"), (0, "not_due"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60"), (61, "61-90"),
        (90, "61-90"), (91, "91-180"), (180, "91-180"), (181, "180+"),
    ],
)  # fmt: skip
def test_bucket(days, bucket):
    assert bucket_codes(BOUNDS)[bucket_of(np.array([days]), BOUNDS)[0]] == bucket


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABC"), st.sampled_from(["EUR", "USD"]), st.integers(-400, 400), st.integers(0, 10**13),
            st.booleans(),
        ),
        min_size=1, max_size=30,
    )
)  # fmt: skip
def test_buckets_by_customer_and_currency_sum_to_the_open_total(lines):
    frame = pd.DataFrame(lines, columns=["customer_id", "row_currency", "days", "amount", "is_credit"])
    is_open = (frame["amount"] > 0).to_numpy()
    signed = frame["amount"].where(~frame["is_credit"], -frame["amount"])
    rows = frame.assign(
        bucket=age_rows(frame["days"].to_numpy(), is_open, frame["is_credit"].to_numpy(), BOUNDS),
        open_amount=signed.astype("Int64"),
    )
    table = aging_table(rows).set_index(["customer_id", "currency"])
    expected = signed[is_open].groupby([frame["customer_id"], frame["row_currency"]]).sum()
    assert table["total"].to_dict() == expected.to_dict()
    parts = table[[*bucket_codes(BOUNDS), "credit"]].sum(axis=1)
    assert parts.to_dict() == expected.to_dict()
    totals = aging_totals(rows, BOUNDS)
    assert (
        totals.groupby("currency")["open_amount"].sum().to_dict() == expected.groupby(level=1).sum().to_dict()
    )


def test_totals_name_empty_buckets_and_credits_only_where_there_are_any():
    invoices = """
        invoice_id customer_id document_type document_date due_date   amount
        1          A           invoice       2026-01-10    2026-02-10 100
        2          A           credit_note   2026-01-10    -          30
    """
    policy = policy_with(buckets="15")
    rows = assessed("2026-03-01", policy=policy, invoices=invoices).rows
    totals = aging_totals(rows, policy.buckets)
    assert list(totals.itertuples(index=False, name=None)) == [
        ("EUR", "not_due", 0, 0), ("EUR", "1-15", 0, 0), ("EUR", "15+", 10_000, 1), ("EUR", "credit", -3_000, 1),
    ]  # fmt: skip
    assert "credit" not in aging_totals(rows[:1], policy.buckets)["bucket"].tolist()


def test_an_empty_ledger_ages_to_nothing():
    rows = assessed("2026-03-01", invoices="invoice_id customer_id").rows
    assert len(aging_table(rows)) == len(aging_totals(rows, BOUNDS)) == 0
