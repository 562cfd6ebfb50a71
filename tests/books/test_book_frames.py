"""Typed frames as cells, and the small grammars of the sheets: references, formats of dates, escapes."""

import doctest
import importlib
import pkgutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import xlcredit.books
from xlcredit.books.frames import to_cells
from xlcredit.books.references import Range, column_letters, column_number, parse_range
from xlcredit.books.serials import to_dates, to_serials
from xlcredit.books.text import decode_texts, encode_texts, escape_controls, unescape_controls
from xlcredit.catalogue import Catalogue
from xlcredit.schema import CUSTOMERS, DTYPES, INVOICES, RATES, REMINDERS

ITALIAN = Catalogue("it")


def typed(table, **columns):
    dtypes = {
        key: pd.CategoricalDtype(list(table[key].choices))
        if table[key].type == "choice"
        else DTYPES[table[key].type]
        for key in columns
    }
    return pd.DataFrame(columns).astype(dtypes)


def test_cents_become_amounts():
    cells = to_cells(typed(INVOICES, amount=[12345, None, -1, 0, 10]), INVOICES, ITALIAN)
    assert cells["amount"].tolist()[:1] + cells["amount"].tolist()[2:] == [123.45, -0.01, 0.0, 0.1]
    assert np.isnan(cells["amount"][1])


def test_basis_points_become_fractions():
    assert to_cells(typed(RATES, rate=[1015, 240]), RATES, ITALIAN)["rate"].tolist() == [0.1015, 0.024]


def test_choices_and_flags_become_words():
    frame = typed(CUSTOMERS, kind=["business", None], no_interest=[True, None])
    cells = to_cells(frame, CUSTOMERS, ITALIAN)
    assert cells["kind"].tolist() == ["Impresa", np.nan]
    assert cells["no_interest"].tolist() == ["Sì", np.nan]
    assert to_cells(typed(CUSTOMERS, no_interest=[False]), CUSTOMERS, Catalogue("en"))[
        "no_interest"
    ].tolist() == ["No"]


def test_cycles_become_their_names_and_a_person_s_own_stays():
    cells = to_cells(typed(CUSTOMERS, cycle=["pa", "cortesia", None]), CUSTOMERS, ITALIAN)
    assert cells["cycle"].tolist() == ["Pubblica amministrazione", "cortesia", np.nan]


def test_the_rest_is_unchanged():
    times = pd.to_datetime(["2026-01-01 10:00:00"])
    frame = typed(REMINDERS, event_time=times, event_id=["E1"], row_level=[2])
    pd.testing.assert_frame_equal(to_cells(frame, REMINDERS, ITALIAN), frame)


@given(st.integers(-(10**13), 10**13))
def test_amounts_are_written_with_two_digits_at_most(cents):
    amount = to_cells(typed(INVOICES, amount=[cents]), INVOICES, ITALIAN)["amount"][0]
    assert round(amount * 100) == cents
    assert len(repr(float(amount)).partition(".")[2].partition("e")[0]) <= 2


@given(st.integers(1, 16384))
def test_column_letters_and_numbers_agree(number):
    assert column_number(column_letters(number)) == number


def test_ranges():
    area = parse_range("B5:D9")
    assert (area.rows, area.columns, str(area.to_row(12))) == (5, 3, "B5:D12")
    assert str(parse_range("C3")) == "C3"
    assert area.meets(Range(9, 4, 20, 20))
    assert not area.meets(Range(10, 4, 20, 20))
    assert str(area.union(Range(1, 1, 2, 2))) == "A1:D9"
    assert parse_range("A1048577") is None


@given(st.datetimes(pd.Timestamp("1900-03-01"), pd.Timestamp("2262-01-01")), st.booleans())
def test_dates_and_serials_agree(moment, from_1904):
    dates = np.array([moment.replace(microsecond=0)], dtype="datetime64[s]")
    serials = to_serials(dates, from_1904=from_1904)
    if from_1904 and moment.year < 1904:
        assert np.isnan(serials[0])
    else:
        assert to_dates(serials, from_1904=from_1904)[0] == dates[0]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(TEXTS))
def test_escaped_texts_come_back(texts):
    import pyarrow as pa

    array = pa.array(texts, pa.large_string())
    assert decode_texts(encode_texts(array)).to_pylist() == texts
    assert [unescape_controls(escape_controls(text)) for text in texts] == texts


MODULES = [info.name for info in pkgutil.iter_modules(xlcredit.books.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name):
    module = importlib.import_module(f"xlcredit.books.{name}")
    assert doctest.testmod(module).failed == 0
