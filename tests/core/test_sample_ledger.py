"""The shared sample ledger, counted another way."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from core_ledgers import LAW, POLICY

from xlcredit.core.aging import aging_table
from xlcredit.core.assess import assess
from xlcredit.core.ledger import Ledger, typed_frame
from xlcredit.schema import INVOICES

SAMPLE = Path(__file__).parents[3] / "shared" / "data" / "ledger" / "WA_Fn-UseC_-Accounts-Receivable.csv"

pytestmark = pytest.mark.skipif(not SAMPLE.exists(), reason="samples are not beside the project")


@pytest.fixture(scope="module")
def raw():
    raw = pd.read_csv(SAMPLE, dtype=str)
    for column in ("InvoiceDate", "DueDate", "SettledDate"):
        raw[column] = pd.to_datetime(raw[column], format="%m/%d/%Y")
    return raw


@pytest.fixture(scope="module")
def sample(raw):
    amount = (raw["InvoiceAmount"].astype(float) * 100).round().astype("int64")
    invoices = typed_frame(
        INVOICES,
        {
            "invoice_id": raw["invoiceNumber"],
            "customer_id": raw["customerID"],
            "document_date": raw["InvoiceDate"],
            "due_date": raw["DueDate"],
            "settled_date": raw["SettledDate"],
            "amount": amount,
        },
    )
    return Ledger.from_frames({"invoices": invoices})


@pytest.mark.parametrize("as_of", [dt.date(2012, 6, 30), dt.date(2013, 6, 30), dt.date(2013, 7, 1)])
def test_open_rows_agree_with_a_plain_count(raw, sample, as_of):
    day = pd.Timestamp(as_of)
    is_open = (raw["InvoiceDate"] <= day) & (raw["SettledDate"] > day)
    policy = POLICY.with_settings({"payments_source": "ledger", "holiday_shift": False})
    rows = assess(sample, policy, LAW, as_of).rows
    assert rows["is_open"].tolist() == is_open.tolist()
    late = (day - raw["DueDate"]).dt.days.where(is_open)
    assert rows["days_overdue"].astype("float64").equals(late.astype("float64"))
    amount = raw["InvoiceAmount"].astype(float)
    by_bucket = {
        "not_due": late <= 0, "1-30": (late > 0) & (late <= 30), "31-60": (late > 30) & (late <= 60),
        "61-90": (late > 60) & (late <= 90), "91-180": (late > 90) & (late <= 180), "180+": late > 180,
    }  # fmt: skip
    table = aging_table(rows)
    for bucket, mask in by_bucket.items():
        assert table[bucket].sum() == round(amount[mask].sum() * 100)


def test_2013_06_30_is_the_figure_of_the_rules(sample):
    policy = POLICY.with_settings({"payments_source": "ledger"})
    rows = assess(sample, policy, LAW, dt.date(2013, 6, 30)).rows
    assert rows["is_open"].sum() == 84
    assert rows["open_amount"].sum() == 511_985
