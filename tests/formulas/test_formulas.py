"""Each function for cells: worked cases of the rules, in one cell and in a range."""

import datetime as dt
from dataclasses import replace

import pytest
from formula_cells import AS_OF, RULES, call, column, day, many, one

from xlcredit import __version__
from xlcredit.catalogue import Catalogue


@pytest.mark.parametrize(
    ("amount", "due", "as_of", "interest"),
    [
        (1000.0, "2025-12-31", "2026-03-31", 25.03),
        (1000.0, "2026-06-20", "2026-07-10", 5.63),
        (10_000.0, "2014-12-11", "2015-12-11", 805.55),
        (1000.0, "2026-03-31", "2026-03-31", 0.0),
        (-1000.0, "2025-12-31", "2026-03-31", 0.0),
    ],
)
def test_interest(amount, due, as_of, interest):
    assert one("XLC_INTEREST", amount, day(due), day(as_of)) == interest


def test_interest_of_a_day_without_a_rate_is_refused_in_its_cell_only():
    days = column(day("2026-12-31"), day("2027-01-01"))
    assert many("XLC_INTEREST", 1000.0, day("2026-06-20"), days) == [55.21, "#N/A"]


def test_interest_takes_the_workbooks_day_when_none_is_given():
    alone = one("XLC_INTEREST", 1000.0, day("2026-10-31"))
    assert alone == one("XLC_INTEREST", 1000.0, day("2026-10-31"), day(AS_OF.isoformat())) == 5.70


@pytest.mark.parametrize(
    ("regime", "rate"),
    [
        (None, 0.1040),
        ("imprese", 0.1040),
        ("b2b", 0.1040),
        ("Agroalimentare", 0.1440),
        ("Tasso legale", 0.016),
        ("consumatore", 0.016),
        ("nessuno", 0.0),
        ("contract", "#VALUE!"),
        ("pippo", "#VALUE!"),
    ],
)
def test_rate(regime, rate):
    assert one("XLC_RATE", day("2026-07-01"), regime) == rate


def test_rate_changes_with_the_half_year_and_ends_with_the_last_published_one():
    days = column(day("2026-06-30"), day("2026-07-01"), day("2027-01-01"))
    assert many("XLC_RATE", days) == [0.1015, 0.1040, "#N/A"]


def test_total_due_adds_interest_and_lump_sum():
    assert one("XLC_TOTAL_DUE", 1000.0, day("2025-12-31"), day("2026-03-31")) == 1065.03
    assert one("XLC_TOTAL_DUE", 1000.0, day("2025-12-31"), day("2026-03-31"), "consumatore") == 1003.95
    assert one("XLC_TOTAL_DUE", 1000.0, day("2025-12-31"), day("2025-12-31")) == 1000.0


@pytest.mark.parametrize(("due", "late"), [("2026-11-21", -1), ("2026-11-20", 0), ("2026-11-19", 1)])
def test_days_overdue(due, late):
    assert one("XLC_DAYS_OVERDUE", day(due)) == late


@pytest.mark.parametrize(
    ("late", "bucket"),
    [
        (0, "A scadere"),
        (1, "1-30 giorni"),
        (30, "1-30 giorni"),
        (31, "31-60 giorni"),
        (181, "Oltre 180 giorni"),
    ],
)
def test_bucket(late, bucket):
    assert one("XLC_BUCKET", day(AS_OF.isoformat()) - late) == bucket


def test_bucket_follows_the_workbooks_buckets_and_language():
    policy = RULES.policy.with_settings({"buckets": "15, 45"})
    rules = replace(RULES, policy=policy, words=Catalogue("en"))
    assert one("XLC_BUCKET", day("2026-11-04"), rules=rules) == "16-45 days"


@pytest.mark.parametrize(
    ("document", "terms", "due"),
    [
        ("2026-01-15", "60 gg DFFM", "2026-03-31"),
        ("2026-01-15", "30 gg FM+10", "2026-03-10"),
        ("2026-01-31", "30 gg FM", "2026-02-28"),
        ("2026-01-31", "30 gg DF", "2026-03-02"),
        ("2026-01-31", "Net 30", "2026-03-02"),
        ("2026-01-15", "30/60/90 DFFM", "2026-02-28"),
    ],
)
def test_due_date(document, terms, due):
    assert one("XLC_DUE_DATE", day(document), terms) == day(due)


def test_due_date_counts_days_as_months_where_the_workbook_says_so():
    rules = replace(RULES, policy=RULES.policy.with_settings({"terms_days_as_months": True}))
    assert one("XLC_DUE_DATE", day("2026-01-31"), "30 gg DF", rules=rules) == day("2026-02-28")


DUE = day("2026-03-02")


@pytest.mark.parametrize(
    ("after", "last_level", "last_sent", "level"),
    [
        (-6, None, None, ""),
        (-5, None, None, 0),
        (6, None, None, ""),
        (7, None, None, 1),
        (40, None, None, 1),
        (20, 1.0, DUE + 7, ""),
        (21, 1.0, DUE + 7, 2),
        (43, 1.0, DUE + 30, ""),
        (44, 1.0, DUE + 30, 2),
        (75, 4.0, DUE + 50, 5),
        (200, 5.0, DUE + 75, ""),
        (40, 1.0, None, "#VALUE!"),
        (40, None, DUE + 7, "#VALUE!"),
        (40, -2.0, DUE + 7, "#NUM!"),
        (40, 1.5, DUE + 7, "#NUM!"),
    ],
)
def test_level(after, last_level, last_sent, level):
    assert one("XLC_LEVEL", DUE, last_level, last_sent, None, DUE + after) == level


def test_level_by_cycle():
    cycles = column(None, "pa", "Pubblica amministrazione", "none", "inventato")
    assert many("XLC_LEVEL", DUE, None, None, cycles, DUE + 10) == [1, "", "", "", "#VALUE!"]


def test_priority_grows_with_amount_and_age_and_leaves_paid_rows_blank():
    amounts, dues = column(1000.0, 100.0, 0.0, -50.0, None), day("2026-10-01")
    large, small, *others = many("XLC_PRIORITY", amounts, dues, "B", None, 1_000_000.0)
    assert 0 < small < large <= 100
    assert others == ["", "", ""]
    assert one("XLC_PRIORITY", 1000.0, day("2026-08-01"), "B", None, 1_000_000.0) > large


def test_priority_takes_the_range_as_portfolio():
    amounts, due = column(100.0, 9900.0), day("2026-10-01")
    assert many("XLC_PRIORITY", amounts, due) == many("XLC_PRIORITY", amounts, due, None, None, 10_000.0)


def test_abc_by_customer_over_all_its_rows():
    customers = column("a", "b", "a", "c", "", "d")
    assert many("XLC_ABC", customers, column(700.0, 130.0, 100.0, 60.0, 5.0, 0.0)) == [
        "A",
        "B",
        "A",
        "C",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("years", "interruptions", "last"),
    [
        (None, None, "2030-02-28"),
        (5.0, None, "2025-02-28"),
        (5.0, day("2023-03-03"), "2028-03-03"),
        (5.0, ((day("2021-01-01"), day("2023-03-03"), None),), "2028-03-03"),
        (5.0, day("2025-03-01"), "2025-02-28"),
    ],
)
def test_limitation(years, interruptions, last):
    assert one("XLC_LIMITATION", day("2020-02-29"), years, interruptions) == day(last)


def test_limitation_takes_one_row_of_interruptions_a_claim():
    dues = column(day("2020-02-29"), day("2020-02-29"))
    interruptions = ((day("2021-01-01"), day("2023-03-03")), (None, "boh"))
    assert many("XLC_LIMITATION", dues, 5.0, interruptions) == [day("2028-03-03"), "#VALUE!"]
    assert many("XLC_LIMITATION", dues, 5.0, day("2023-03-03")) == [day("2028-03-03")] * 2
    assert many("XLC_LIMITATION", dues, 5.0, column(1.0, 2.0, 3.0)) == ["#VALUE!"] * 2


@pytest.mark.parametrize("years", [0.0, -1.0, 101.0, 1.5])
def test_limitation_of_impossible_years(years):
    assert one("XLC_LIMITATION", day("2020-02-29"), years) == "#NUM!"


def test_dso():
    assert one("XLC_DSO", 150.0, 450.0, 90.0) == 30
    assert many("XLC_DSO", 150.0, column(0.0, None, 450.0), column(90.0, 90.0, 0.0)) == [
        "#DIV/0!",
        "",
        "#NUM!",
    ]


def test_dso_by_count_back_ignores_months_not_yet_filled():
    assert one("XLC_DSO_COUNTBACK", 150.0, ((80.0, 100.0, 100.0, None, None),)) == 45
    assert one("XLC_DSO_COUNTBACK", 150.0, column(None, 80.0, 100.0, 100.0)) == 45
    assert one("XLC_DSO_COUNTBACK", 1500.0, column(80.0, 100.0)) == "#NUM!"
    assert one("XLC_DSO_COUNTBACK", 1500.0, column(None, None)) == "#NUM!"
    assert one("XLC_DSO_COUNTBACK", 150.0, column("Luglio", 100.0)) == "#VALUE!"
    assert one("XLC_DSO_COUNTBACK", None, column(80.0, 100.0)) == ""


def test_cei():
    assert round(one("XLC_CEI", 6200.0, 10890.0, 6340.0, 3590.0, 3.0), 3) == 0.559
    assert one("XLC_CEI", 100.0, 0.0, 50.0, 100.0) == "#DIV/0!"
    assert one("XLC_CEI", 100.0, 10.0, 50.0, 20.0, 0.0) == "#NUM!"


def test_amount():
    cells = column("1.234,56 €", "(500,00)", "1'234.50", 12.345, "abc", None, " ")
    assert many("XLC_AMOUNT", cells) == [1234.56, -500.0, 1234.5, 12.35, "#VALUE!", "", ""]


def test_amount_that_could_be_two_is_decided_by_its_range():
    assert one("XLC_AMOUNT", "1.234") == "#VALUE!"
    assert many("XLC_AMOUNT", column("1.234", "10,50")) == [1234.0, 10.5]


def test_vat_number():
    cells = column(
        "00743110157",
        743110157.0,
        "IT 00743110157",
        "DE136695976",
        "00743110158",
        "Partita IVA",
        "CHE1234567",
        None,
    )
    assert many("XLC_VAT_OK", cells) == [True, True, True, True, False, False, "#N/A", ""]


def test_iban():
    cells = column(
        "IT60X0542811101000000123456",
        "IT60 X054 2811 1010 0000 0123 456",
        "IT61X0542811101000000123456",
        "IBAN",
        None,
    )
    assert many("XLC_IBAN_OK", cells) == [True, True, False, False, ""]


def test_court_asks_for_confirmation_where_the_announced_limit_decides():
    amounts = column(10_000.0, 10_000.01, 30_000.0, 30_000.01)
    assert many("XLC_COURT", amounts, day("2026-10-30")) == ["Giudice di pace", *["Tribunale"] * 3]
    assert many("XLC_COURT", amounts, day("2026-10-31")) == ["Giudice di pace", "#N/A", "#N/A", "Tribunale"]
    for said, court in ((True, "Giudice di pace"), (False, "Tribunale")):
        rules = replace(RULES, policy=RULES.policy.with_settings({"court_limit_confirmed": said}))
        found = many("XLC_COURT", amounts, day("2026-10-31"), rules=rules)
        assert found == ["Giudice di pace", court, court, "Tribunale"]


def test_version():
    assert one("XLC_VERSION") == __version__


def test_workbook_with_days_from_1904():
    rules = replace(RULES, epoch=1904)
    due = day("2026-01-15", "1904-01-01")
    assert one("XLC_DUE_DATE", due, "60 gg DFFM", rules=rules) == day("2026-03-31", "1904-01-01")
    assert one("XLC_DAYS_OVERDUE", due, rules=rules) == (AS_OF - dt.date(2026, 1, 15)).days


def test_a_row_and_a_block_keep_their_shape():
    days = ((day("2026-11-19"), day("2026-11-18")), (None, "x"))
    assert call("XLC_DAYS_OVERDUE", days) == [[1, 2], ["", "#VALUE!"]]
    assert call("XLC_DAYS_OVERDUE", days[:1]) == [[1, 2]]
