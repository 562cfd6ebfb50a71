from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcredit.working_days import add_working_days, holidays_of, is_holiday, shift_to_working_day

DAYS = st.dates(dt.date(1995, 1, 1), dt.date(2045, 12, 31))


def days(*texts):
    return np.array(texts, dtype="datetime64[D]")


def test_national_holidays_of_a_year():
    assert [f"{day:%d/%m}" for day in holidays_of(2027) if day.isoweekday() != 7] == [
        "01/01", "06/01", "29/03", "01/05", "02/06", "04/10", "01/11", "08/12", "25/12",
    ]  # fmt: skip


def test_saint_francis_is_a_holiday_from_2026():
    assert not is_holiday(dt.date(2025, 10, 4))
    assert dt.date(2026, 10, 4) in holidays_of(2026)
    assert is_holiday(dt.date(2027, 10, 4))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-01-02", "2026-01-02"),  # Friday
        ("2026-01-03", "2026-01-03"),  # Saturday is a working day here
        ("2026-01-04", "2026-01-05"),  # Sunday
        ("2026-01-06", "2026-01-07"),  # Epiphany, Tuesday
        ("2026-04-05", "2026-04-07"),  # Easter, then Easter Monday
        ("2026-12-25", "2026-12-28"),  # Christmas, Saint Stephen's, Sunday
        ("2027-10-04", "2027-10-05"),  # Saint Francis, Monday
        ("2024-12-31", "2024-12-31"),
        ("2027-01-01", "2027-01-02"),  # New Year, the year after the last date asked for
        ("2011-03-17", "2011-03-18"),  # a holiday of that year only
    ],
)
def test_term_on_a_sunday_or_holiday_moves_on(day, expected):
    assert shift_to_working_day(days(day)).tolist() == days(expected).tolist()


def test_missing_days_pass_through():
    shifted = shift_to_working_day(days("NaT", "2026-01-04"))
    assert np.isnat(shifted[0])
    assert shifted[1] == np.datetime64("2026-01-05")
    assert np.isnat(shift_to_working_day(days("NaT"))).all()
    assert np.isnat(add_working_days(days("NaT"), 3)).all()
    assert not len(shift_to_working_day(days()))


@given(st.lists(DAYS, max_size=20))
def test_shifted_day_is_the_first_free_of_holidays(asked):
    for day, shifted in zip(asked, shift_to_working_day(days(*asked)).tolist(), strict=True):
        walked = day
        while is_holiday(walked):
            walked += dt.timedelta(days=1)
        assert shifted == walked


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-01-05", 3, "2026-01-09"),  # over Epiphany
        ("2026-01-02", 1, "2026-01-05"),  # over a weekend
        ("2026-01-03", 1, "2026-01-05"),  # from a Saturday
        ("2026-01-03", 0, "2026-01-03"),
        ("2026-12-24", 3, "2026-12-30"),
        ("2026-12-30", 5, "2027-01-08"),  # over New Year and Epiphany
        ("2026-01-07", -1, "2026-01-05"),
    ],
)
def test_working_days_skip_weekends_and_holidays(day, count, expected):
    assert add_working_days(days(day), count).tolist() == days(expected).tolist()


def test_each_day_can_have_its_own_count():
    moved = add_working_days(days("2026-01-05", "2026-01-05", "2026-01-05"), np.array([0, 1, -1]))
    assert moved.tolist() == days("2026-01-05", "2026-01-07", "2026-01-02").tolist()


@given(DAYS, st.integers(1, 40))
def test_working_days_are_counted_one_by_one(day, count):
    walked, left = day, count
    while left:
        walked += dt.timedelta(days=1)
        left -= walked.isoweekday() < 6 and not is_holiday(walked)
    assert add_working_days(days(day), count).tolist() == [walked]
