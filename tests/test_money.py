from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcredit.cells import CellError, Fault
from xlcredit.money import (
    LIMIT_CENTS,
    cents_to_decimal_text,
    parse_amount,
    parse_amounts,
    round_half_up,
    round_to_cents,
    spread_cents,
)

CENTS = st.integers(-(10**11), 10**11)


def cents_of(*cells):
    values, faults = parse_amounts(pd.Series(list(cells), dtype=object))
    return [None if pd.isna(value) else int(value) for value in values], [Fault(fault) for fault in faults]


# Rounding


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(5, 2, 3), (-5, 2, -3), (4, 3, 1), (5, 3, 2), (-4, 3, -1), (0, 7, 0), (10**30 + 5, 10, 10**29 + 1)],
)
def test_round_half_up_goes_away_from_zero_at_the_half(numerator, denominator, expected):
    assert round_half_up(numerator, denominator) == expected


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**3))
def test_round_half_up_of_arrays_and_integers_agree_with_decimal(numerator, denominator):
    exact = (Decimal(numerator) / denominator).to_integral_value(ROUND_HALF_UP)
    assert round_half_up(numerator, denominator) == exact
    assert round_half_up(np.array([numerator]), denominator)[0] == exact


def test_spread_gives_odd_cents_to_the_largest_remainders_and_earlier_parts_first():
    assert spread_cents(100, [1, 1, 1]) == [34, 33, 33]
    assert spread_cents(100, [Decimal("0.2"), Decimal("0.505"), Decimal("0.295")]) == [20, 51, 29]
    assert spread_cents(-5, [1, 1]) == [-3, -2]


def test_spread_of_nothing_and_over_nothing():
    assert spread_cents(0, [1, 2]) == [0, 0]
    assert spread_cents(5, [0, 0]) == [3, 2]
    assert spread_cents(0, []) == []


@given(CENTS, st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_spread_adds_up_and_no_part_is_a_cent_off(total, weights):
    parts = spread_cents(total, weights)
    assert sum(parts) == total
    whole = sum(weights) or len(weights)
    shares = [Fraction(weight or (not sum(weights)), whole) for weight in weights]
    assert all(abs(part - total * share) < 1 for part, share in zip(parts, shares, strict=True))


@pytest.mark.parametrize(("cents", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123456, "1234.56")])
def test_cents_as_decimal_text(cents, text):
    assert cents_to_decimal_text(cents) == text


@given(CENTS)
def test_decimal_text_loses_nothing(cents):
    assert Decimal(cents_to_decimal_text(cents)) * 100 == cents


@pytest.mark.parametrize(("amount", "cents"), [("0.005", 1), ("-0.005", -1), ("0.015", 2), ("0.0049", 0)])
def test_decimal_amounts_round_half_up_too(amount, cents):
    assert round_to_cents(Decimal(amount)) == cents


# Number cells


@pytest.mark.parametrize(
    ("number", "cents"),
    [
        (2.675, 268),
        (1.005, 101),
        (0.285, 29),
        (0.29, 29),
        (-2.675, -268),
        (1.234, 123),
        (1.2349999999, 123),
        (0.125, 13),
        (0.1 + 0.2, 30),
        (1234567890.125, 123456789013),
        (0, 0),
        (99999999999.99, 9999999999999),
    ],
)
def test_number_is_rounded_as_excel_shows_it(number, cents):
    assert cents_of(number)[0] == [cents]


@given(st.decimals(-(10**10), 10**10, places=4))
def test_typed_number_rounds_by_its_decimal_digits(typed):
    exact = int((typed * 100).to_integral_value(ROUND_HALF_UP))
    assert cents_of(float(typed))[0] == [exact]


def test_amount_limit_is_exclusive():
    values, faults = cents_of((LIMIT_CENTS - 1) / 100, LIMIT_CENTS / 100, -LIMIT_CENTS / 100, float("inf"))
    assert values == [LIMIT_CENTS - 1, None, None, None]
    assert faults == [Fault.FINE, Fault.TOO_LARGE, Fault.TOO_LARGE, Fault.TOO_LARGE]


@pytest.mark.parametrize("dtype", ["float64", "int64", "Int64", "float32", "int64[pyarrow]"])
def test_number_columns_of_any_dtype(dtype):
    values, faults = parse_amounts(pd.Series([1, 20], dtype=dtype))
    assert values.tolist() == [100, 2000]
    assert values.dtype == "Int64"
    assert not faults.any()


def test_blank_number_stays_blank():
    values, faults = parse_amounts(pd.Series([1.5, np.nan]))
    assert values.isna().tolist() == [False, True]
    assert not faults.any()


# Spellings


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.250,50 €", "1250.50"),
        ("-3.400,00", "-3400"),
        ("(500,00)", "-500"),
        ("120,50-", "-120.50"),
        ("1'234.50", "1234.50"),
        ("1’234.50", "1234.50"),
        ("1234.5", "1234.5"),
        ("€ 40", "40"),
        ("€40", "40"),
        ("40€", "40"),
        ("'40,50", "40.50"),
        ("\u00a01.250,50\u00a0€", "1250.50"),
        ("1\u202f234,56 EUR", "1234.56"),
        ("\u2212 12,00", "-12"),
        ("\u201312,00", "-12"),
        ("EUR 40", "40"),
        ("EUR40", "40"),
        ("40EUR", "40"),
        ("40 euro", "40"),
        ("$1,234.50", "1234.50"),
        ("1 234,56", "1234.56"),
        ("1 234 567", "1234567"),
        ("1.234.567", "1234567"),
        ("1,234,567.89", "1234567.89"),
        ("1.234.567,8", "1234567.8"),
        ("1234.567", "1234.567"),
        ("0,500", "0.5"),
        ("0.500", "0.5"),
        (",5", "0.5"),
        ("5.", "5"),
        ("+40", "40"),
        ("- 40", "-40"),
        ("€ -40", "-40"),
        ("-€ 40", "-40"),
        ("(€ 500,00)", "-500"),
        ("40 -", "-40"),
        ("100,-", "100"),
        ("100.--", "100"),
        ("-", "0"),
        ("- €", "0"),
        ("0012", "12"),
    ],
)
def test_spelling_of_one_amount(text, amount):
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "abc", "12 34", "1.23.45", "1,5E3", "1e99", "31/02/2026", "(-5)", "--5", "-5-", "5 €/pz", "12a",
        "1.2345,00", "#N/A", "€", "١٢",
    ],
)  # fmt: skip
def test_text_that_is_no_amount(text):
    assert parse_amount(text) is None


@pytest.mark.parametrize("text", ["1.234", "1,234", "-999.000", "12,345 €"])
def test_three_digits_after_one_mark_need_the_column(text):
    assert parse_amount(text) is None
    comma, point = parse_amount(text, decimal_mark=","), parse_amount(text, decimal_mark=".")
    assert {comma / point, point / comma} == {Decimal(1000), Decimal("0.001")}


def test_ambiguous_text_is_decided_by_the_other_rows():
    assert cents_of("1.234", "12,50")[0] == [123400, 1250]
    assert cents_of("1.234", "12.50")[0] == [123, 1250]
    assert cents_of("1,234", "1.250,50")[0] == [123, 125050]
    assert cents_of("1.234", "1.234.567")[0] == [123400, 123456700]


def test_ambiguous_text_stays_a_fault_without_evidence_or_with_both():
    assert cents_of("1.234", "100")[1] == [Fault.AMBIGUOUS, Fault.FINE]
    values, faults = cents_of("1.234", "12,50", "12.50")
    assert values == [None, 1250, 1250]
    assert faults == [Fault.AMBIGUOUS, Fault.FINE, Fault.FINE]


def test_number_and_text_of_a_mixed_column_differ():
    assert cents_of(1.234, "1.234", "7,00")[0] == [123, 123400, 700]
    assert cents_of(1.234, "1.234") == ([123, None], [Fault.FINE, Fault.AMBIGUOUS])


def test_other_cells_of_an_amount_column_are_faults():
    values, faults = cents_of(True, pd.Timestamp("2026-01-01"), CellError("#N/A"), "#RIF!", None, "  ", "x")
    assert values == [None] * 7
    assert faults == [
        Fault.UNREADABLE, Fault.UNREADABLE, Fault.CELL_ERROR, Fault.CELL_ERROR, Fault.FINE, Fault.FINE,
        Fault.UNREADABLE,
    ]  # fmt: skip


@given(st.lists(CENTS, min_size=1, max_size=30), st.sampled_from(["it", "en"]), st.sampled_from(["", " €"]))
def test_written_amounts_come_back(cents, language, unit):
    english = [f"{Decimal(value) / 100:,.2f}" for value in cents]
    written = english if language == "en" else [text.translate(str.maketrans(",.", ".,")) for text in english]
    values, faults = parse_amounts(pd.Series([text + unit for text in written], dtype="str"))
    assert values.tolist() == cents
    assert not faults.any()


@given(st.lists(st.text(alphabet="0123456789.,-'() €", max_size=12), max_size=20), st.randoms())
def test_order_of_rows_is_irrelevant(texts, random):
    values, faults = parse_amounts(pd.Series(texts, dtype="str"))
    order = list(range(len(texts)))
    random.shuffle(order)
    shuffled_values, shuffled_faults = parse_amounts(pd.Series([texts[row] for row in order], dtype="str"))
    assert shuffled_values.equals(values.iloc[order].reset_index(drop=True))
    assert shuffled_faults.tolist() == faults[order].tolist()
