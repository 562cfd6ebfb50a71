"""What stands in cells: blanks, errors, headers, wrong kinds; a range answers as its cells alone would."""

import datetime as dt
import time

import numpy as np
import pytest
from formula_cells import CODE, RULES, call, column, day, many, one
from hypothesis import given, settings
from hypothesis import strategies as st

from xlcredit.formulas.blocks import block_of, passed_on
from xlcredit.functions import FUNCTIONS

DATED = ("XLC_DAYS_OVERDUE", "XLC_BUCKET", "XLC_RATE", "XLC_LEVEL", "XLC_LIMITATION")


@pytest.mark.parametrize("name", DATED)
@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (None, ""),
        ("", ""),
        ("   ", ""),
        ("Scadenza", "#VALUE!"),
        ("31/02/2026", "#VALUE!"),
        ("01/31/2026", "#VALUE!"),
        (True, "#VALUE!"),
        (5.0, "#NUM!"),
        (20_261_120.0, "#NUM!"),
        (-1.0, "#NUM!"),
        (float("inf"), "#NUM!"),
        (CODE["#N/A"], "#N/A"),
        (CODE["#REF!"], "#REF!"),
        ("#N/D", "#N/A"),
    ],
)
def test_a_cell_that_is_no_day_shows_in_itself_only(name, cell, shown):
    good = day("2026-11-01")
    alone = one(name, good)
    assert alone not in {"", "#VALUE!", "#NUM!"}
    assert many(name, column(good, cell, good)) == [alone, shown, alone]


@pytest.mark.parametrize(
    "text",
    ["01/11/2026", "1-11-26", "2026-11-01", "1 novembre 2026", dt.date(2026, 11, 1), "'01/11/2026"],
)
def test_days_as_texts_are_read_as_in_the_ledger(text):
    assert one("XLC_DAYS_OVERDUE", text) == one("XLC_DAYS_OVERDUE", day("2026-11-01") + 0.4) == 19


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("1.000,00 €", 25.03),
        ("1000", 25.03),
        ("Importo", "#VALUE!"),
        (True, "#VALUE!"),
        (1e12, "#NUM!"),
        (None, ""),
        (CODE["#DIV/0!"], "#DIV/0!"),
        (-2146826243, "#VALUE!"),
    ],
)
def test_amounts(amount, shown):
    assert one("XLC_INTEREST", amount, day("2025-12-31"), day("2026-03-31")) == shown


def test_an_error_goes_before_a_blank():
    assert one("XLC_INTEREST", None, CODE["#REF!"]) == "#REF!"
    assert many("XLC_INTEREST", column(1.0, None), CODE["#REF!"]) == ["#REF!", "#REF!"]


def test_ranges_of_different_shapes_are_an_error_everywhere():
    assert many("XLC_INTEREST", column(1.0, 2.0), column(1.0, 2.0, 3.0)) == ["#VALUE!"] * 2
    assert call("XLC_INTEREST", ((1.0, 2.0),), column(1.0, 2.0)) == [["#VALUE!", "#VALUE!"]]


def test_a_single_cell_goes_with_every_cell_of_a_range():
    due, days = day("2025-12-31"), column(day("2026-03-31"), None)
    assert many("XLC_INTEREST", column(1000.0, 1000.0), due, days)[0] == 25.03
    assert many("XLC_INTEREST", 1000.0, due, column(day("2026-03-31"), day("2026-03-31"))) == [25.03, 25.03]


def test_blank_days_in_a_range_of_as_of_mean_the_workbooks_day():
    assert many("XLC_DAYS_OVERDUE", day("2026-11-01"), column(None, day("2026-11-02"))) == [19, 1]


@pytest.mark.parametrize(
    "name", [name for name, function in FUNCTIONS.items() if function.arguments and name != "XLC_WHY"]
)
def test_nothing_in_is_nothing_out(name):
    assert one(name) == ""


def test_a_million_blanks_are_fast():
    blanks = column(None) * 1_000_000
    start = time.process_time()
    assert call("XLC_INTEREST", blanks, blanks)[-1] == [""]
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("text", "error"), [("#N/D", "#N/A"), ("#rif!", "#REF!"), ("#NUM!", "#NUM!"), ("#ESPANSIONE!", "#VALUE!")]
)
def test_error_values_keep_their_name(text, error):
    assert passed_on(text) == error


DAYS = st.one_of(
    st.none(),
    st.dates(dt.date(1989, 1, 1), dt.date(2030, 1, 1)).map(lambda found: day(found.isoformat())),
    st.sampled_from(
        ["", "Scadenza", "31/12/2025", "1 marzo 2026", "31/02/2026", True, CODE["#N/A"], CODE["#NUM!"], 1e9]
    ),
)
AMOUNTS = st.one_of(
    st.none(),
    st.integers(-(10**7), 10**9).map(lambda cents: cents / 100),
    st.sampled_from(["1.234,56 €", "12,5", "abc", "", False, CODE["#VALUE!"], 1e15]),
)
CELLS = {
    "amount": AMOUNTS,
    "date": DAYS,
    "text": st.sampled_from(
        [None, "A", "e", "60 gg DFFM", "pa", "boh", "IT60X0542811101000000123456", "00743110157", 5.0]
    ),
    "choice": st.sampled_from([None, "b2b", "Agroalimentare", "legale", "contract", "boh"]),
    "int": st.sampled_from([None, 0.0, 1.0, 4.0, 99.0, -1.0, 1.5, "2", "due"]),
    "number": st.sampled_from([None, 0.0, 1.0, 90.0, -3.0, "12,5", "x"]),
}
OF_ITS_RANGE = {"XLC_ABC", "XLC_DSO_COUNTBACK", "XLC_WHY", "XLC_VERSION"}
"""Functions whose answer depends on the whole range, or that have none."""


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - OF_ITS_RANGE))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_range_answers_as_its_cells_alone(name, data):
    kinds = [argument.kind for argument in FUNCTIONS[name].arguments]
    rows = data.draw(st.lists(st.tuples(*(CELLS[kind] for kind in kinds)), min_size=2, max_size=6))
    if name == "XLC_PRIORITY":
        rows = [(*row[:4], 50_000.0) for row in rows]
    ranges = [column(*cells) for cells in zip(*rows, strict=True)]
    assert many(name, *ranges, rules=RULES) == [one(name, *row) for row in rows]


def test_a_day_given_as_a_date_is_read_without_the_zone_it_bears():
    zone = dt.timezone(dt.timedelta(hours=2))
    cells = block_of([[dt.datetime(2026, 10, 5, tzinfo=zone)], [46300.0], [None]]).split()
    assert cells.dates[0] == np.datetime64("2026-10-05")
    assert cells.numbers[1] == 46300.0
