"""Figures for management: formulas, boundaries, what cannot be formed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xlcredit.core.kpi import cei, dso, dso_countback

SALES = st.lists(st.integers(1, 10**6), min_size=1, max_size=24)


def each(*figures):
    return np.array(figures, dtype=float)


def test_dso_is_the_share_of_the_period_still_unpaid():
    assert dso(each(150, 0), each(450, 450), each(90, 90)).tolist() == [30, 0]


def test_dso_without_sales_cannot_be_formed():
    assert np.isnan(dso(each(150), each(0), each(90)))


def test_count_back_of_whole_months_and_of_a_part():
    months = each(80, 100, 100)
    assert [dso_countback(owed, months) for owed in (0, 50, 100, 150, 200, 280)] == [0, 15, 30, 45, 60, 90]


def test_count_back_beyond_the_months_given_cannot_be_formed():
    assert np.isnan(dso_countback(280.01, each(80, 100, 100)))
    assert np.isnan(dso_countback(1, each()))


def test_count_back_passes_a_month_without_sales():
    assert dso_countback(150, each(100, 0, 100)) == 75


@given(SALES)
def test_count_back_grows_with_the_receivables(sales):
    owed = np.linspace(0, sum(sales), 20)
    days = [dso_countback(amount, each(*sales)) for amount in owed]
    assert days == sorted(days)


def test_cei_of_the_worked_case():
    assert round(float(cei(*map(each, (6200, 10890, 6340, 3590, 3)))[0]), 3) == 0.559


def test_cei_is_whole_when_nothing_overdue_is_left_and_nothing_when_nothing_was_collected():
    assert cei(each(100), each(50), each(40), each(40), each(1)).tolist() == [1]
    assert cei(each(100), each(50), each(150), each(40), each(1)).tolist() == [0]


def test_cei_without_anything_to_collect_cannot_be_formed():
    assert np.isnan(cei(each(100), each(0), each(100), each(100), each(1)))
