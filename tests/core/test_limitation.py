"""The limitation date: worked cases, many claims at once, the term of each kind of document."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from xlcredit.core.limitation import limitation_dates, limitation_years
from xlcredit.parameters.law import load_law
from xlcredit.schema import VOCABULARIES

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "limitation.yaml").read_text("utf-8"))


def dates(values):
    return pd.Series(pd.to_datetime(pd.Series(values, dtype=object))).astype("datetime64[s]")


def proofs(*rows):
    frame = pd.DataFrame(rows, columns=["claim", "date"])
    return frame.assign(claim=frame["claim"].astype("int64"), date=dates(list(frame["date"])))


def limits(cases):
    rows = [(claim, day) for claim, case in enumerate(cases) for day in case.get("interruptions", [])]
    years = pd.Series([case["years"] for case in cases], dtype="Int64")
    return limitation_dates(dates([case["due"] for case in cases]), years, proofs(*rows))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_limitation_of_the_case(case):
    pd.testing.assert_series_equal(limits([case]), dates([case["last"]]))


def test_all_cases_at_once():
    pd.testing.assert_series_equal(limits(CASES), dates([case["last"] for case in CASES]))


def test_without_interruptions_and_in_any_index():
    due = dates(["2026-03-31"]).set_axis([7])
    last = limitation_dates(due, pd.Series([10], dtype="Int64", index=[7]))
    assert last.loc[7] == pd.Timestamp("2036-03-31")


def test_interruption_without_a_date_is_none():
    last = limitation_dates(dates(["2026-03-31"]), pd.Series([10], dtype="Int64"), proofs((0, None)))
    assert last[0] == pd.Timestamp("2036-03-31")


@pytest.mark.parametrize(
    ("typed", "document_type", "years"),
    [
        (None, "invoice", 10),
        (None, None, 10),
        (None, "interest_note", 5),
        (2, "invoice", 2),
        (1, "interest_note", 1),
        (0, "invoice", 10),
        (-3, "interest_note", 5),
    ],
)
def test_years_of_a_row(typed, document_type, years):
    kinds = pd.Series(pd.Categorical([document_type], categories=VOCABULARIES["document_type"]))
    given_years = limitation_years(
        pd.Series([typed], dtype="Int64"), kinds, dt.date(2026, 11, 21), load_law()
    )
    assert given_years.tolist() == [years]
    assert given_years.dtype == "Int64"


@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)),
    st.integers(1, 10),
    st.lists(st.integers(0, 4000), max_size=4),
)
@settings(max_examples=60, deadline=None)
def test_an_interruption_never_shortens_the_term(due, years, lags):
    case = {"due": due, "years": years}
    proved = {**case, "interruptions": [due + dt.timedelta(days=lag) for lag in lags]}
    assert limits([proved])[0] >= limits([case])[0]
