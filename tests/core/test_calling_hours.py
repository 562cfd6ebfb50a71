"""When a debtor may be called: hours, days, once a day."""

import datetime as dt
from dataclasses import replace

import pytest
from core_ledgers import POLICY

from xlcredit.core.calling_hours import best_hours, calling_hours, hours_text, may_call

DESK = POLICY.desk


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2026-03-16 08:29", False),
        ("2026-03-16 08:30", True),
        ("2026-03-16 20:59", True),
        ("2026-03-16 21:00", False),
        ("2026-03-20 20:59", True),
        ("2026-03-21 08:29", False),
        ("2026-03-21 08:30", True),
        ("2026-03-21 14:59", True),
        ("2026-03-21 15:00", False),
        ("2026-03-22 10:00", False),
        ("2026-04-06 10:00", False),
        ("2026-06-02 10:00", False),
        ("2026-12-08 10:00", False),
        ("2026-10-03 10:00", True),
    ],
    ids=str,
)
def test_hours_of_a_call(moment, allowed):
    """Monday to Friday 8:30 to 21, Saturday 8:30 to 15; never on Sundays and national holidays."""
    assert may_call(dt.datetime.fromisoformat(moment), DESK) == allowed


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("2026-03-16", "10:00-12:30, 14:30-17:30"),
        ("2026-03-21", "10:00-12:30, 14:30-15:00"),
        ("2026-03-22", ""),
    ],
)
def test_the_best_hours_stay_within_the_lawful_ones(day, text):
    assert hours_text(best_hours(dt.date.fromisoformat(day), DESK)) == text


def test_a_day_without_calls_has_no_hours():
    assert calling_hours(dt.date(2026, 3, 22), DESK) is None
    assert calling_hours(dt.date(2026, 3, 23), DESK) == (dt.time(8, 30), dt.time(21))


def test_best_hours_outside_the_lawful_ones_are_left_out():
    early = replace(DESK, best_hours=((dt.time(7), dt.time(8)), (dt.time(8), dt.time(9))))
    assert hours_text(best_hours(dt.date(2026, 3, 16), early)) == "08:30-09:00"
