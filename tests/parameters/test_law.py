"""The law: published rates as their sources have them, sums of parts, the team's own rates."""

import csv
import datetime as dt
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.parameters.errors import RateGapError, RateNotPublished, UnknownRegimeError
from xlcredit.parameters.law import law_from, load_law
from xlcredit.parameters.loader import load_parameter
from xlcredit.parameters.rates import (
    RatePeriod,
    RateSeries,
    day_number,
    day_of,
    period_end,
    period_start,
    published_series,
)

LAW = load_law()
SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "rates"
DAY = dt.timedelta(days=1)


def date(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("regime", "contract", "day", "rate"),
    [
        ("b2b", "2025-01-01", "2025-12-31", 1015),
        ("b2b", "2025-01-01", "2026-06-30", 1015),
        ("b2b", "2025-01-01", "2026-07-01", 1040),
        ("b2b", "2012-12-31", "2026-07-01", 940),
        ("b2b", "2013-01-01", "2026-07-01", 1040),
        ("agri", "2012-12-31", "2026-07-01", 1140),
        ("agri", "2015-07-03", "2026-07-01", 1240),
        ("agri", "2015-07-04", "2026-07-01", 1440),
        ("consumer", "2025-01-01", "2025-12-31", 200),
        ("consumer", "2025-01-01", "2026-01-01", 160),
        ("consumer", "2020-01-01", "2021-06-30", 1),
        ("none", "2025-01-01", "2030-01-01", 0),
    ],
)
def test_rate_of_a_day(regime, contract, day, rate):
    assert LAW.rate_bp(regime, date(contract), date(day)) == rate


def test_agreed_rate_is_its_own():
    assert LAW.rate_bp("contract", date("2025-01-01"), date("2030-01-01"), 725) == 725


@pytest.mark.parametrize(
    ("regime", "day"),
    [
        ("b2b", "2002-06-30"),
        ("b2b", "2027-01-01"),
        ("agri", "2027-01-01"),
        ("consumer", "1942-04-18"),
        ("consumer", "2027-01-01"),
    ],
)
def test_day_without_a_rate_is_refused(regime, day):
    with pytest.raises(RateNotPublished, match=f"{date(day):%d/%m/%Y}"):
        LAW.rate_bp(regime, date("2025-01-01"), date(day))


@pytest.mark.parametrize(
    ("regime", "last"),
    [
        ("b2b", "2026-12-31"),
        ("agri", "2026-12-31"),
        ("consumer", "2026-12-31"),
        ("contract", None),
        ("none", None),
    ],
)
def test_last_covered_day(regime, last):
    assert LAW.last_covered_day(regime) == (date(last) if last else None)


def test_unknown_regime():
    with pytest.raises(UnknownRegimeError, match="usury"):
        LAW.series_of("usury")


@pytest.mark.parametrize(
    ("name", "day", "value"),
    [
        ("lump_sum", "2012-12-31", 0),
        ("lump_sum", "2013-01-01", 4000),
        ("day_count", "2024-02-29", 365),
        ("payment_term", "2026-01-01", 30),
        ("limitation_ordinary", "2026-01-01", 10),
        ("limitation_interest", "2026-01-01", 5),
        ("margin_b2b", "2013-01-01", 800),
        ("surcharge_agri", "2015-07-04", 400),
    ],
)
def test_parameter_on_a_day(name, day, value):
    assert LAW.value(name, date(day)) == value


def test_every_parameter_names_its_sources_and_its_last_check():
    for parameter in LAW.parameters.values():
        assert parameter.references
        assert parameter.last_checked >= date("2026-11-21")
        for reference in parameter.references:
            assert reference.href is None or reference.href.startswith("https://www.normattiva.it/")


def test_every_published_rate_has_its_own_source():
    for name, series in LAW.series.items():
        assert all(period.reference for period in series.periods), name


def test_unconfirmed_rates_say_why():
    for period in LAW.unconfirmed_periods("reference_rate"):
        assert "una sola fonte" in period.reference or "non ancora visto" in period.reference
    assert LAW.unconfirmed_periods("reference_rate")[-1].start == date("2026-07-01")
    assert LAW.unconfirmed_periods("legal_rate") == ()


def test_half_years_follow_each_other_from_2002_to_2026():
    periods = LAW.series["reference_rate"].periods
    assert len(periods) == 49
    assert all(later.start == earlier.end + DAY for earlier, later in pairwise(periods))


@pytest.mark.parametrize(
    ("file", "series", "start", "rate"),
    [
        ("dlgs231_semestri.csv", "reference_rate", "dal", "tasso_riferimento"),
        ("interesse_legale.csv", "legal_rate", "dal", "tasso"),
    ],
)
def test_rates_are_those_of_the_samples(file, series, start, rate):
    if not (SAMPLES / file).exists():
        pytest.skip("samples are not beside the project")
    with (SAMPLES / file).open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    for row in rows:
        for day in (date(row[start]), date(row["al"])):
            assert LAW.series[series].period_at(day).rate_bp == Decimal(row[rate]) * 100, row


# -- series -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "span", "start", "end"),
    [
        ("2026-01-01", "half-year", "2026-01-01", "2026-06-30"),
        ("2026-06-30", "half-year", "2026-01-01", "2026-06-30"),
        ("2026-07-01", "half-year", "2026-07-01", "2026-12-31"),
        ("2026-12-31", "half-year", "2026-07-01", "2026-12-31"),
        ("2026-01-01", "year", "2026-01-01", "2026-12-31"),
        ("2026-12-31", "year", "2026-01-01", "2026-12-31"),
    ],
)
def test_period_of_a_day(day, span, start, end):
    assert period_start(date(day), span) == date(start)
    assert period_end(date(day), span) == date(end)


def holed_series():
    spans = [
        ("2020-01-01", "2020-06-30", 100),
        ("2020-07-01", "2020-12-31", 200),
        ("2021-07-01", "2021-12-31", 300),
    ]
    return RateSeries(
        "x", "half-year", tuple(RatePeriod(date(a), date(b), rate, "act") for a, b, rate in spans)
    )


def numbers(*days):
    return np.array([day_number(date(day)) for day in days])


def test_days_and_their_numbers():
    assert day_number(date("1970-01-01")) == 0
    assert day_of(day_number(date("2026-11-21"))) == date("2026-11-21")


def test_cumulative_sums_every_covered_day_once():
    sums = holed_series().cumulative(
        numbers(
            "2019-12-31",
            "2020-01-01",
            "2020-06-30",
            "2020-07-01",
            "2020-12-31",
            "2021-06-30",
            "2021-07-01",
            "2030-01-01",
        )
    )
    half = 182 * 100
    year = half + 184 * 200
    assert sums.tolist() == [0, 100, half, half + 200, year, year, year + 300, year + 184 * 300]


@pytest.mark.parametrize(
    ("day", "until"),
    [
        ("2019-12-31", "2019-12-30"),
        ("2020-01-01", "2020-12-31"),
        ("2020-12-31", "2020-12-31"),
        ("2021-01-01", "2020-12-31"),
        ("2021-06-30", "2021-06-29"),
        ("2021-07-01", "2021-12-31"),
        ("2022-01-01", "2021-12-31"),
    ],
)
def test_covered_until_stops_at_a_hole(day, until):
    assert holed_series().covered_until(numbers(day)).tolist() == numbers(until).tolist()


def rate_file(tmp_path, values, end="2020-12-31"):
    path = tmp_path / "rate.yaml"
    valid_until = f"valid_until: {end}\n" if end else ""
    path.write_text(
        "description: A rate\nunit: percent\nvalues:\n"
        + "".join(f"  {day}: {rate}\n" for day, rate in values.items())
        + f"reference:\n  - title: An act\n{valid_until}last_checked: 2026-11-21\n",
        "utf-8",
    )
    return load_parameter(path)


def test_half_year_without_a_value_is_refused(tmp_path):
    parameter = rate_file(tmp_path, {"2020-01-01": 1}, end="2020-12-31")
    with pytest.raises(RateGapError, match="01/07/2020"):
        published_series(parameter, "half-year")


def test_rate_without_an_end_is_refused(tmp_path):
    with pytest.raises(RateGapError, match="valid_until"):
        published_series(rate_file(tmp_path, {"2020-01-01": 1}, end=None), "half-year")


def test_yearly_rate_holds_until_changed_and_is_cut_at_new_year(tmp_path):
    series = published_series(rate_file(tmp_path, {"2018-01-01": 1, "2020-01-01": 2}), "year")
    assert [(period.start.year, period.end.year, period.rate_bp) for period in series.periods] == [
        (2018, 2018, 100),
        (2019, 2019, 100),
        (2020, 2020, 200),
    ]


def test_law_from_another_folder_wants_every_rate(tmp_path):
    with pytest.raises(KeyError):
        law_from(tmp_path)


# -- the table Tassi ----------------------------------------------------------------------------------------------------


def rates_table(*rows):
    frame = pd.DataFrame(rows, columns=["parameter", "valid_from", "rate", "source", "confirmed"])
    return frame.assign(
        parameter=pd.Categorical(frame["parameter"], categories=["reference_rate", "legal_rate"]),
        valid_from=pd.to_datetime(frame["valid_from"]).astype("datetime64[s]"),
        rate=frame["rate"].astype("Int64"),
        source=frame["source"].astype("str"),
        confirmed=frame["confirmed"].astype("boolean"),
    )


def extended(*rows):
    law, findings = LAW.extended(rates_table(*rows))
    for finding in findings:
        for language in LANGUAGES:
            assert all(Catalogue(language).finding(finding))
    return law, [(finding.code, finding.position, finding.needs_person) for finding in findings]


def test_empty_table_changes_nothing():
    law, findings = extended()
    assert law.series == LAW.series
    assert findings == []


def test_a_new_half_year_is_added():
    law, findings = extended(("reference_rate", "2027-01-01", 225, "Comunicato MEF, GU n. 10", None))
    assert findings == []
    assert law.rate_bp("b2b", date("2026-01-01"), date("2027-06-30")) == 1025
    assert law.last_covered_day("b2b") == date("2027-06-30")
    assert law.last_covered_day("consumer") == date("2026-12-31")
    with pytest.raises(RateNotPublished):
        law.rate_bp("b2b", date("2026-01-01"), date("2027-07-01"))


def test_a_new_year_of_the_legal_rate_is_added():
    law, findings = extended(("legal_rate", "2027-01-01", 150, "DM 10-12-2026", True))
    assert findings == []
    assert law.rate_bp("consumer", date("2026-01-01"), date("2027-12-31")) == 150


def test_the_same_value_with_its_notice_confirms_it():
    law, findings = extended(("reference_rate", "2026-07-01", 240, "Comunicato MEF, GU n. 160", True))
    assert findings == []
    assert law.unconfirmed_periods("reference_rate")[-1].start < date("2026-07-01")


def test_a_row_that_says_unconfirmed_stays_so():
    law, _ = extended(("reference_rate", "2027-01-01", 240, "Giornale", False))
    assert law.unconfirmed_periods("reference_rate")[-1].start == date("2027-01-01")


@pytest.mark.parametrize(
    ("start", "rate", "needs_person"), [("2026-01-01", 225, True), ("2026-07-01", 225, False)]
)
def test_another_value_than_the_published_one_is_used_and_named(start, rate, needs_person):
    law, findings = extended(("reference_rate", start, rate, "Comunicato MEF, errata corrige", True))
    assert findings == [("rate-overrides-published", 0, needs_person)]
    assert law.rate_bp("b2b", date("2026-01-01"), date(start)) == rate + 800


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("reference_rate", "2027-01-01", 225, None, True), "rate-without-source"),
        (("reference_rate", "2027-01-01", 225, "  ", True), "rate-without-source"),
        (("reference_rate", "2027-01-02", 225, "Comunicato", True), "rate-not-at-period-start"),
        (("reference_rate", "2027-04-01", 225, "Comunicato", True), "rate-not-at-period-start"),
        (("legal_rate", "2027-07-01", 225, "DM", True), "rate-not-at-period-start"),
        (("reference_rate", "2027-01-01", 24_000, "Comunicato", True), "rate-implausible"),
        (("reference_rate", "2027-01-01", -1, "Comunicato", True), "rate-implausible"),
    ],
)
def test_a_bad_row_is_named_and_not_used(row, code):
    law, findings = extended(row)
    assert findings == [(code, 0, True)]
    assert law.series == LAW.series


@pytest.mark.parametrize("rate", [0, 5000])
def test_the_lowest_and_highest_rate_are_used(rate):
    law, findings = extended(("reference_rate", "2027-01-01", rate, "Comunicato", True))
    assert findings == []
    assert law.series["reference_rate"].period_at(date("2027-01-01")).rate_bp == rate


def test_two_values_for_one_period_are_both_named_and_neither_is_used():
    law, findings = extended(
        ("reference_rate", "2027-01-01", 225, "Comunicato", True),
        ("reference_rate", "2027-01-01", 250, "Giornale", True),
    )
    assert findings == [("rate-repeated", 0, True), ("rate-repeated", 1, True)]
    assert law.series == LAW.series


def test_the_same_row_twice_is_one_rate():
    row = ("reference_rate", "2027-01-01", 225, "Comunicato", True)
    law, findings = extended(row, row)
    assert findings == []
    assert law.last_covered_day("b2b") == date("2027-06-30")


def test_incomplete_rows_are_left_to_the_reader():
    law, findings = extended(
        (None, "2027-01-01", 225, "Comunicato", True),
        ("reference_rate", None, 225, "Comunicato", True),
        ("reference_rate", "2027-01-01", None, "Comunicato", True),
    )
    assert findings == []
    assert law.series == LAW.series


def test_positions_are_those_of_the_table():
    _, findings = extended((None, None, None, None, None), ("reference_rate", "2027-01-01", 225, None, True))
    assert findings == [("rate-without-source", 1, True)]
