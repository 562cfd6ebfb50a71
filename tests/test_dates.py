from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcredit.cells import Fault
from xlcredit.dates import (
    add_months,
    add_months_to,
    dates_from_serials,
    half_year_start,
    half_year_starts,
    month_end,
    now,
    parse_date,
    parse_dates,
    serials_from_dates,
    today,
)

IT_MONTHS = "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"
EN_MONTHS = "january february march april may june july august september october november december"
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31))


def dates_of(*cells, order="auto"):
    dates, faults, decision = parse_dates(pd.Series(list(cells), dtype=object), order)
    return (
        [None if pd.isna(date) else f"{date:%Y-%m-%d}" for date in dates],
        [Fault(f) for f in faults],
        decision,
    )


# Spellings


@pytest.mark.parametrize(
    "text",
    [
        "31/01/2026", "31-01-26", "31.1.2026", "31 1 2026", "2026-01-31", "2026/1/31", "20260131",
        "2026-01-31T00:00:00", "2026-01-31 23:59:59.5", "2026-01-31T10:00:00Z", "2026-01-31T10:00:00+02:00",
        "31/01/2026 10.15", "31/1/2026 00:00:00", "31 gennaio 2026", "31 gen 2026", "31-gen-26", "31 GENNAIO 2026",
        "31° gennaio 2026", "sabato 31 gennaio 2026", "January 31, 2026", "Jan 31 2026", "31st January 2026",
        "Saturday, 31 January 2026", "'31/01/2026", " 31/01/2026\u00a0",
    ],
)  # fmt: skip
def test_spelling_of_one_day(text):
    assert parse_date(text) == dt.date(2026, 1, 31)


@pytest.mark.parametrize("month", range(1, 13))
def test_months_by_name_in_both_languages(month):
    italian = IT_MONTHS.split()
    english = EN_MONTHS.split()
    expected = dt.date(2026, month, 3)
    for name in (italian[month - 1], english[month - 1], italian[month - 1][:3], english[month - 1][:3]):
        assert parse_date(f"3 {name} 2026") == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "31/02/2026", "29/02/2026", "32/01/2026", "00/01/2026", "13/13/2026", "31/01-2026", "31/01/202",
        "2026131", "202611", "3 brumaio 2026", "oggi", "46053", "2026", "01/2026", "31/01/2026 25:00", "9/31/2026",
    ],
)  # fmt: skip
def test_text_that_is_no_date(text):
    assert parse_date(text) is None


def test_leap_day_exists_in_leap_years_only():
    assert parse_date("29/02/2024") == dt.date(2024, 2, 29)
    assert parse_date("29/02/2100") is None


@pytest.mark.parametrize(
    ("text", "year"), [("1/1/90", 1990), ("1/1/99", 1999), ("1/1/00", 2000), ("1/1/89", 2089)]
)
def test_two_figures_for_the_year(text, year):
    assert parse_date(text) == dt.date(year, 1, 1)


@given(DAYS)
def test_written_days_come_back(day):
    for text in (f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}", f"{day.day}.{day.month}.{day.year}", f"{day:%Y%m%d}"):
        assert parse_date(text) == day


# Columns


def test_real_dates_lose_their_time_of_day():
    assert dates_of(pd.Timestamp("2026-01-31 23:59:59"), dt.datetime(2026, 1, 31), dt.date(2026, 1, 31))[  # noqa: DTZ001  a cell has no zone
        0
    ] == (["2026-01-31"] * 3)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_date_columns_of_any_unit(unit):
    column = pd.Series(["2026-01-31 10:00", None]).astype(f"datetime64[{unit}]")
    dates, faults, _ = parse_dates(column)
    assert dates.dtype == "datetime64[s]"
    assert dates.tolist() == [pd.Timestamp("2026-01-31"), pd.NaT]
    assert not faults.any()


def test_zoned_dates_keep_their_local_day():
    dates, _, _ = parse_dates(pd.Series(pd.to_datetime(["2026-01-31 00:30"]).tz_localize("Europe/Rome")))
    assert dates.tolist() == [pd.Timestamp("2026-01-31")]


def test_period_is_inclusive():
    dates, faults, _ = dates_of(
        "31/12/1989",
        "01/01/1990",
        "31/12/2100",
        "01/01/2101",
        dt.datetime(1900, 1, 1),  # noqa: DTZ001  a cell has no zone
    )
    assert dates == [None, "1990-01-01", "2100-12-31", None, None]
    assert [fault == Fault.OUT_OF_RANGE for fault in faults] == [True, False, False, True, True]


def test_day_first_when_a_row_says_so():
    assert dates_of("03/04/2026", "31/01/2026") == (["2026-04-03", "2026-01-31"], [Fault.FINE] * 2, "dmy")


def test_month_first_when_a_row_says_so_and_none_says_otherwise():
    assert dates_of("03/04/2026", "01/31/2026") == (["2026-03-04", "2026-01-31"], [Fault.FINE] * 2, "mdy")


def test_day_first_when_no_row_says_anything():
    assert dates_of("03/04/2026") == (["2026-04-03"], [Fault.FINE], "unknown")


def test_order_given_wins_over_the_column():
    assert dates_of("03/04/2026", order="mdy")[0] == ["2026-03-04"]
    assert dates_of("03/04/2026", "01/31/2026", order="dmy") == (
        ["2026-04-03", None],
        [Fault.FINE, Fault.UNREADABLE],
        "dmy",
    )


def test_conflict_reads_no_date_in_figures_and_swaps_nothing():
    dates, faults, decision = dates_of(
        "03/04/2026", "31/01/2026", "01/31/2026", "05/05/2026", "2026-04-03", "x"
    )
    assert decision == "conflict"
    assert dates == [None, None, None, "2026-05-05", "2026-04-03", None]
    assert faults == [Fault.ORDER_CONFLICT] * 3 + [Fault.FINE] * 2 + [Fault.UNREADABLE]


def test_impossible_date_is_no_evidence_of_an_order():
    dates, faults, decision = dates_of("31/02/2026", "31/01/2026", "03/04/2026")
    assert decision == "dmy"
    assert dates == [None, "2026-01-31", "2026-04-03"]
    assert faults[0] == Fault.UNREADABLE


def test_real_dates_are_no_evidence_of_an_order():
    assert dates_of(pd.Timestamp("2026-01-31"), "03/04/2026")[2] == "unknown"


def test_number_is_no_date_unless_serials_are_meant():
    assert dates_of(46053.0)[:2] == ([None], [Fault.UNREADABLE])


@given(
    st.lists(st.dates(dt.date(2000, 1, 1), dt.date(2030, 12, 31)), min_size=1),
    st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]),
)
def test_column_of_one_order_is_never_read_swapped_when_it_shows_its_order(days, form):
    days = [*days, dt.date(2026, 1, 31)]
    dates, faults, _ = parse_dates(pd.Series([f"{day:{form}}" for day in days]))
    assert [date.date() for date in dates] == days
    assert not faults.any()


@given(st.lists(st.text(alphabet="0123456789/-. T:gen", max_size=12), max_size=20))
def test_any_text_is_a_date_or_a_fault(texts):
    dates, faults, _ = parse_dates(pd.Series(texts, dtype="str"))
    blank = [not text.strip() for text in texts]
    assert [bool(missing) for missing in dates.isna()] == [
        f > 0 or b for f, b in zip(faults, blank, strict=True)
    ]


# The calendar


@pytest.mark.parametrize(
    ("day", "start"),
    [
        ("2026-01-01", "2026-01-01"),
        ("2026-06-30", "2026-01-01"),
        ("2026-07-01", "2026-07-01"),
        ("2026-12-31", "2026-07-01"),
    ],
)
def test_half_year_start_at_its_borders(day, start):
    assert half_year_start(dt.date.fromisoformat(day)) == dt.date.fromisoformat(start)


@given(DAYS)
def test_half_years_of_arrays_agree(day):
    assert half_year_starts(np.array([day, "NaT"], dtype="datetime64[D]"))[0] == np.datetime64(
        half_year_start(day)
    )


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-31", 0, "2026-01-31"),
    ],
)
def test_add_months_stays_in_the_month(day, months, expected):
    assert add_months(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(expected)


def test_month_end_of_a_leap_february():
    assert month_end(dt.date(2024, 2, 1)) == dt.date(2024, 2, 29)
    assert month_end(dt.date(2026, 12, 31)) == dt.date(2026, 12, 31)


def test_missing_days_pass_through():
    none = np.array(["NaT"], dtype="datetime64[D]")
    assert np.isnat(add_months_to(none, 3)).all()
    assert np.isnat(half_year_starts(none)).all()


# Serials


def test_serials_of_both_date_systems():
    assert dates_from_serials(np.array([46053.0]))[0] == np.datetime64("2026-01-31T00:00:00")
    assert dates_from_serials(np.array([44591.0]), 1904)[0] == np.datetime64("2026-01-31T00:00:00")
    assert dates_from_serials(np.array([61.0]))[0] == np.datetime64("1900-03-01T00:00:00")


def test_serials_keep_the_time_and_refuse_nonsense():
    dates = dates_from_serials(np.array([46053.5, np.nan, 1e12, np.inf]))
    assert dates[0] == np.datetime64("2026-01-31T12:00:00")
    assert np.isnat(dates[1:]).all()


@given(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 12, 31)), st.sampled_from([1900, 1904]))  # noqa: DTZ001  a cell has no zone
def test_serials_come_back(moment, epoch):
    moments = np.array([moment, "NaT"], dtype="datetime64[s]")
    back = dates_from_serials(serials_from_dates(moments, epoch), epoch)
    assert back[0] == moments[0]
    assert np.isnat(back[1])


def test_the_clock_gives_whole_local_seconds():
    assert abs(today() - dt.datetime.now(tz=dt.UTC).date()) <= dt.timedelta(days=1)
    assert now().microsecond == 0
    assert now().tzinfo is None
