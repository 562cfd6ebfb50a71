"""Many amounts at once cost what each costs alone."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcredit.core.calculator import calculate_each, calculate_interest, rates_at
from xlcredit.parameters.errors import RateNotPublished
from xlcredit.parameters.law import load_law

LAW = load_law()
DAY = st.dates(dt.date(2010, 1, 1), dt.date(2026, 12, 31))
REGIME = st.sampled_from(["b2b", "agri", "consumer", "none"])


def days(*found):
    return np.array(found, dtype="M8[D]")


@given(st.lists(st.tuples(st.integers(-1000, 10**9), DAY, DAY, REGIME), min_size=1, max_size=8))
def test_interest_and_lump_sum_of_each(rows):
    amounts, due, as_of, regimes = (list(column) for column in zip(*rows, strict=True))
    found = calculate_each(np.array(amounts), days(*due), days(*as_of), pd.Series(regimes), LAW)
    alone = [calculate_interest(*row[:3], law=LAW, regime=row[3]) for row in rows]
    assert found.interest_cents.tolist() == [one.interest_cents for one in alone]
    assert found.lump_sum_cents.tolist() == [one.lump_sum_cents for one in alone]
    assert not found.uncovered.any()


def test_a_day_without_a_rate_is_told():
    due, as_of = days("2026-12-01", "2026-12-01"), days("2026-12-31", "2027-01-01")
    found = calculate_each(np.array([1000, 1000]), due, as_of, pd.Series(["b2b", "b2b"]), LAW)
    assert found.uncovered.tolist() == [False, True]


@given(st.lists(st.tuples(DAY, REGIME), min_size=1, max_size=8))
def test_rate_of_each_day(rows):
    found, is_known = rates_at(
        days(*(day for day, _ in rows)), pd.Series([regime for _, regime in rows]), LAW
    )
    assert found.tolist() == [LAW.rate_bp(regime, day, day) for day, regime in rows]
    assert is_known.all()


def test_rate_of_a_day_beyond_the_published_ones():
    _, is_known = rates_at(days("2027-01-01", "2027-01-01"), pd.Series(["b2b", "none"]), LAW)
    assert is_known.tolist() == [False, True]
    with pytest.raises(RateNotPublished):
        LAW.rate_bp("b2b", dt.date(2027, 1, 1), dt.date(2027, 1, 1))
