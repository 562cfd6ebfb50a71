from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcredit.terms import TermsNotUnderstood, due_dates, first_due_dates, parse_terms


def due(document_date, text, **options):
    found = due_dates(dt.date.fromisoformat(document_date), parse_terms(text), **options)
    return [f"{day:%Y-%m-%d}" for day, _ in found]


@pytest.mark.parametrize(
    ("document_date", "text", "expected"),
    [
        ("2026-01-15", "60 gg DFFM", "2026-03-31"),
        ("2026-01-15", "30 gg FM+10", "2026-03-10"),
        ("2026-01-31", "30 gg FM", "2026-02-28"),
        ("2026-01-31", "30 gg DF", "2026-03-02"),
        ("2024-01-31", "30 gg FM", "2024-02-29"),
    ],
)
def test_worked_examples_of_the_rules(document_date, text, expected):
    assert due(document_date, text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # days from the invoice
        ("30", "2026-02-14"),
        ("30 gg", "2026-02-14"),
        ("30 gg.", "2026-02-14"),
        ("30gg DF", "2026-02-14"),
        ("30GGDF", "2026-02-14"),
        ("a 30 giorni data fattura", "2026-02-14"),
        ("30 giorni dalla data fattura", "2026-02-14"),
        ("Bonifico 30 gg d.f.", "2026-02-14"),
        ("Rimessa diretta 30 gg", "2026-02-14"),
        ("Net 30", "2026-02-14"),
        ("n/30", "2026-02-14"),
        ("30 days net", "2026-02-14"),
        ("2/10 net 30", "2026-02-14"),
        ("365 gg", "2027-01-15"),
        # end of month
        ("FM", "2026-01-31"),
        ("fine mese", "2026-01-31"),
        ("30 FM", "2026-02-28"),
        ("30GGFM", "2026-02-28"),
        ("30 gg f.m.", "2026-02-28"),
        ("30 gg d.f.f.m.", "2026-02-28"),
        ("30 gg d.f. f.m.", "2026-02-28"),
        ("30 giorni data fattura fine mese", "2026-02-28"),
        ("60 giorni fine mese dalla data fattura", "2026-03-31"),
        ("fine mese 60 gg", "2026-03-31"),
        ("30 EOM", "2026-02-28"),
        ("30 days end of month", "2026-02-28"),
        ("45 gg FM", "2026-03-31"),
        ("RIBA 60 FM", "2026-03-31"),
        ("Ri.Ba. 60 gg f.m.", "2026-03-31"),
        # days after the end of the month
        ("FM+10", "2026-02-10"),
        ("30 gg FM + 10 gg", "2026-03-10"),
        ("30 gg FM 10", "2026-03-10"),
        ("EOM 10", "2026-02-10"),
        # a fixed day
        ("30 gg FM giorno 15", "2026-03-15"),
        ("fine mese il 10", "2026-02-10"),
        ("30 gg FM al 31", "2026-02-28"),
        ("30 gg il 14", "2026-02-14"),
        ("30 gg il 13", "2026-03-13"),
        ("10 del mese successivo", "2026-02-10"),
        ("on the 15th of the following month", "2026-02-15"),
        # at once
        ("Rimessa diretta", "2026-01-15"),
        ("Vista fattura", "2026-01-15"),
        ("Contanti", "2026-01-15"),
        ("0 gg", "2026-01-15"),
        ("due on receipt", "2026-01-15"),
        # calendar months
        ("2 mesi", "2026-03-15"),
        ("1 mese FM", "2026-02-28"),
    ],
)
def test_spelling_gives_its_due_date(text, expected):
    assert due("2026-01-15", text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "xyz", "Bonifico", "RIBA", "boh 30", "30 boh", "400 gg", "90/60", "30/30", "-", "gg", "30 gg al 32",
        "30 gg escluso", "30,5 gg", "30 gg 31/12", "50% 30 gg", "60% 30 gg 50% 60 gg", "50% 30/60 gg 50% 90 gg",
        "escluso agosto", "mese successivo", "30 gg mese successivo",
    ],
)  # fmt: skip
def test_terms_outside_the_grammar_are_refused(text):
    with pytest.raises(TermsNotUnderstood) as refusal:
        parse_terms(text)
    assert refusal.value.facts == {"text": text}


@pytest.mark.parametrize(
    "text", ["30/60/90 DFFM", "30-60-90 gg d.f.f.m.", "30,60,90 gg FM", "RIBA 30 60 90 FM"]
)
def test_several_instalments_share_equally(text):
    assert due_dates(dt.date(2026, 1, 15), parse_terms(text)) == [
        (dt.date(2026, 2, 28), Decimal("0.3334")),
        (dt.date(2026, 3, 31), Decimal("0.3333")),
        (dt.date(2026, 4, 30), Decimal("0.3333")),
    ]


def test_written_shares_are_kept():
    assert due_dates(dt.date(2026, 1, 15), parse_terms("30% a vista 70% 60 gg")) == [
        (dt.date(2026, 1, 15), Decimal("0.3")),
        (dt.date(2026, 3, 16), Decimal("0.7")),
    ]


@pytest.mark.parametrize(
    ("document_date", "text", "expected"),
    [
        ("2026-06-15", "60 gg FM escluso agosto e dicembre", "2026-09-10"),
        ("2026-10-15", "60 gg FM escluso agosto e dicembre", "2027-01-10"),
        ("2026-05-15", "60 gg FM escluso agosto e dicembre", "2026-07-31"),
        ("2026-06-15", "60 gg FM escl. agosto al 5", "2026-09-05"),
        ("2026-06-30", "30 gg esclusi luglio, agosto", "2026-09-10"),
        ("2026-06-30", "30 gg FM giorno 15 escluso agosto", "2026-09-15"),
    ],
)
def test_excluded_month_moves_to_the_fixed_day_of_the_next(document_date, text, expected):
    assert due(document_date, text) == [expected]


def test_end_of_month_with_a_fixed_day_falls_in_the_next_month_even_when_the_month_ends_there():
    assert due("2026-01-31", "30 gg FM il 28") == ["2026-03-28"]


def test_days_as_months_turns_multiples_of_thirty_only():
    assert due("2026-01-31", "30 gg DF", days_as_months=True) == ["2026-02-28"]
    assert due("2026-01-31", "45 gg DF", days_as_months=True) == ["2026-03-17"]
    assert due("2026-01-31", "0 gg", days_as_months=True) == ["2026-01-31"]


def test_method_and_discount_are_kept():
    assert parse_terms("RIBA 60 FM").method == "riba"
    assert parse_terms("R.B. 60 gg").method == "riba"
    assert parse_terms("SDD 30 gg").method == "sdd"
    assert parse_terms("30 gg").method is None
    terms = parse_terms("1,5/10 net 60")
    assert (terms.discount, terms.discount_days, terms.instalments[0].days) == (Decimal("1.5"), 10, 60)


def test_column_is_read_by_distinct_terms_and_instalment():
    document_dates = pd.Series(["2026-01-15", "2026-01-15", "2026-01-31", None, "2026-01-15", "2026-01-15"])
    terms = pd.Series(["30/60 FM", " 30/60 FM", "30 gg DF", "30 gg", "boh", None], dtype="str")
    found, bad = first_due_dates(
        document_dates.astype("datetime64[s]"), terms, pd.Series([1, 2, 9, 1, 1, 1], dtype="Int64")
    )
    assert [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in found] == [
        "2026-02-28", "2026-03-31", "2026-03-02", None, None, None,
    ]  # fmt: skip
    assert bad.tolist() == [False, False, False, False, True, False]
    assert found.dtype == "datetime64[s]"


@pytest.mark.parametrize(
    "text", ["30 gg FM+10", "45 gg", "60 gg FM escluso agosto e dicembre", "30 gg il 31"]
)
def test_many_rows_of_few_days_agree_with_each_row_alone(text):
    asked = [dt.date(2026, 1, 1) + dt.timedelta(days=7 * row % 400) for row in range(1000)]
    documents = pd.Series([*asked, pd.NaT]).astype("datetime64[s]")
    found, _ = first_due_dates(documents, pd.Series([text] * 1001, dtype="str"))
    terms = parse_terms(text)
    assert [day.date() for day in found[:-1]] == [due_dates(day, terms)[0][0] for day in asked]
    assert pd.isna(found.iloc[-1])


def test_terms_without_any_document_date():
    found, bad = first_due_dates(pd.Series([None, None]).astype("datetime64[s]"), pd.Series(["30 gg", "boh"]))
    assert found.isna().all()
    assert bad.tolist() == [False, True]


def test_column_without_instalments_takes_the_first():
    found, bad = first_due_dates(pd.Series(["2026-01-15"]).astype("datetime64[s]"), pd.Series(["30/60 FM"]))
    assert found.tolist() == [pd.Timestamp("2026-02-28")]
    assert not bad.any()


@given(
    st.dates(dt.date(2000, 1, 1), dt.date(2050, 1, 1)),
    st.lists(st.integers(0, 12).map(lambda months: months * 30), min_size=1, max_size=6, unique=True).map(
        sorted
    ),
    st.sampled_from(["", " FM", " DFFM", " FM+10", " FM giorno 15", " escluso agosto e dicembre"]),
)
def test_shares_add_up_dates_ascend_and_none_is_before_the_document(document_date, days, suffix):
    found = due_dates(document_date, parse_terms("/".join(map(str, days)) + " gg" + suffix))
    assert sum(share for _, share in found) == 1
    assert all(day >= document_date for day, _ in found)
    if "escluso" in suffix:
        assert not {day.month for day, _ in found} & {8, 12}
    else:
        assert [day for day, _ in found] == sorted(day for day, _ in found)


@given(st.text(alphabet="0369 gFMRIBA+/%,.-il", max_size=20))
def test_any_text_is_understood_or_refused(text):
    try:
        terms = parse_terms(text)
    except TermsNotUnderstood:
        return
    assert sum(part.share for part in terms.instalments) == 1
