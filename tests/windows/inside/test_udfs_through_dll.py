"""Every function for cells, called as the workbook's macros call it: through xlwings' DLL, in its COM server."""

import datetime as dt

import pytest
import winerror
from macros import Macros
from pythoncom import VT_DATE, VT_ERROR
from win32com.client import VARIANT

import xlcredit
from excel_sheet import Range
from xlcredit.dates import today
from xlcredit.formulas.answer import answer
from xlcredit.formulas.answers import MARK
from xlcredit.formulas.rules import package_rules
from xlcredit.functions import FUNCTIONS

MODULE = "xlcredit.excel.udfs"
OMITTED = VARIANT(VT_ERROR, winerror.DISP_E_PARAMNOTFOUND)
NOT_AVAILABLE = -2146826246

COLUMNS = {
    "due": (45000.0, 45600.0, 46300.0),
    "as_of": (46341.0, 46341.0, 46341.0),
    "document_date": (45000.0, 45100.0, 45351.0),
    "terms": ("60 FM", "30 GG DF", "RB 30/60 FM"),
    "date": (45000.0, 45200.0, 45600.0),
    "regime": ("D.Lgs. 231/2002", "Tasso legale", "Senza interessi"),
    "amount": (1000.0, 2500.5, 10.01),
    "last_level": (1.0, 2.0, None),
    "last_sent": (46000.0, 46100.0, None),
    "cycle": (None, None, None),
    "open_amount": (1000.0, 2500.5, 10.01),
    "rating": ("A", "B", None),
    "total_overdue": (5000.0, 5000.0, 5000.0),
    "customers": ("C1", "C2", "C3"),
    "amounts": (9000.0, 800.0, 20.0),
    "years": (10.0, 5.0, 10.0),
    "interruptions": (45800.0, 45900.0, 46000.0),
    "receivables": (1000.0, 2000.0, 3000.0),
    "sales": (5000.0, 5000.0, 6000.0),
    "days": (90.0, 365.0, 30.0),
    "monthly_sales": (700.0, 800.0, 900.0),
    "begin": (1000.0, 1200.0, 1300.0),
    "end_total": (900.0, 800.0, 700.0),
    "end_current": (300.0, 400.0, 500.0),
    "months": (1.0, 1.0, 3.0),
    "text": ("1.234,56", "1,234.56", "€ 10"),
    "vat_number": ("IT00743110157", "00743110158", "ATU13585627"),
    "iban": ("IT60X0542811101000000123456", "IT60X0542811101000000123457", "DE89370400440532013000"),
}
"""Three cells for each argument, by its name."""

COMPUTED = [function for name, function in FUNCTIONS.items() if name not in {"XLC_WHY", "XLC_VERSION"}]
OF_RANGES = [each for each in COMPUTED if each.answer == "cells" and len(each.arguments) > 1]
each_function = pytest.mark.parametrize("function", COMPUTED, ids=lambda function: function.name)


@pytest.fixture(scope="module")
def macros(empty_book):
    macros = Macros(empty_book)
    yield macros
    macros.end()


@pytest.fixture
def call(macros):
    """Call a function; a list of rows among its arguments stands in cells and is handed over as a range."""
    sheet = macros.workbook.Worksheets(1)

    def in_cells(argument, column):
        if not isinstance(argument, list):
            return argument
        for row, cells in enumerate(argument, 1):
            for offset, cell in enumerate(cells):
                sheet._cells.put(row, column + offset, cell)
        return Range(sheet, [(1, column, len(argument), column + len(argument[0]) - 1)])

    def call(name, *arguments):
        handed = [in_cells(argument, 10 * place) for place, argument in enumerate(arguments, 1)]
        return macros.call(MODULE, name.lower(), *handed)

    return call


def values_of(function):
    return [COLUMNS[argument.name][0] for argument in function.arguments]


def ranges_of(function):
    """A column of three cells for each argument; one cell alone where there is only one answer."""
    return [
        [
            (cell,)
            for cell in COLUMNS[argument.name][: 3 if function.answer == "cells" or argument.is_list else 1]
        ]
        for argument in function.arguments
    ]


def expected(function, arguments):
    return as_handed_over(answer(function.name, arguments, package_rules(today())))


def as_handed_over(rows):
    """Rows as they reach VBA: one cell as its value, one row as an array of one dimension."""
    if len(rows) > 1:
        return rows
    return rows[0] if len(rows[0]) > 1 else rows[0][0]


@each_function
def test_single_values_give_what_the_core_gives(call, function):
    values = values_of(function)
    assert call(function.name, *values) == expected(function, values)


@each_function
def test_ranges_give_what_the_core_gives(call, function):
    ranges = ranges_of(function)
    answered = call(function.name, *ranges)
    assert answered == expected(function, ranges)
    assert MARK not in str(answered)


@each_function
def test_a_row_of_cells_gives_what_the_core_gives(call, function):
    ranges = [[tuple(cell for (cell,) in rows)] for rows in ranges_of(function)]
    assert call(function.name, *ranges) == expected(function, ranges)


@each_function
def test_one_cell_of_a_sheet_gives_what_its_value_gives(call, function):
    values = values_of(function)
    assert call(function.name, *([(value,)] for value in values)) == expected(function, values)


@each_function
def test_blank_cells_and_error_values_stay_in_their_cells(call, function):
    ranges = ranges_of(function)
    long = next(rows for rows in ranges if len(rows) == 3)
    long[1], long[2] = (None,), (NOT_AVAILABLE,)
    answered = call(function.name, *ranges)
    assert answered == expected(function, ranges)
    last = answered[2][0] if function.answer == "cells" else answered
    assert last == MARK + "#N/A"


@each_function
def test_an_omitted_argument_is_a_blank_one(call, function):
    values = values_of(function)
    kept = [value for value, argument in zip(values, function.arguments, strict=True) if argument.is_required]
    left_out = len(values) - len(kept)
    omitted = call(function.name, *kept, *[OMITTED] * left_out)
    blank = [*kept, *[None] * left_out]
    assert omitted == call(function.name, *blank) == expected(function, blank)


@pytest.mark.parametrize("function", OF_RANGES, ids=lambda function: function.name)
def test_ranges_of_other_shapes_are_an_error_in_each_cell(call, function):
    ranges = ranges_of(function)
    second = next(place for place, each in enumerate(function.arguments) if place and not each.is_list)
    ranges[second] = ranges[second][:2]
    assert {cell for row in call(function.name, *ranges) for cell in row} == {MARK + "#VALUE!"}


def test_text_for_a_date_is_an_error_in_its_cell_alone(call):
    rows = call("XLC_DAYS_OVERDUE", [(46300.0,), ("Scadenza",), ("31/02/2026",), ("30/11/2026",)], 46341.0)
    assert rows == ((41.0,), (MARK + "#VALUE!",), (MARK + "#VALUE!",), (-15.0,))


def test_a_rate_not_yet_published_is_not_available(call):
    assert call("XLC_RATE", [(46041.0,), (46500.0,)]) == ((0.1015,), (MARK + "#N/A",))


def test_a_day_handed_over_as_a_date_is_one(call):
    day = VARIANT(VT_DATE, dt.datetime(2026, 10, 5, tzinfo=dt.UTC))
    assert call("XLC_DAYS_OVERDUE", day, 46341.0) == 41.0


def test_the_cell_that_a_formula_stands_in_changes_nothing(macros):
    cell = Range(macros.workbook.Worksheets(1), [(9, 9, 9, 9)])
    assert macros.call(MODULE, "xlc_days_overdue", 46300.0, 46341.0, caller=cell) == 41.0


def test_why_of_a_range_names_what_was_wrong_in_it(call):
    rows = [(46300.0,), ("31/02/2026",), (46300.0,)]
    assert "31/02/2026" in call("XLC_WHY", "XLC_DAYS_OVERDUE", rows, 46341.0, OMITTED, OMITTED, OMITTED)


def test_why_of_a_rate_not_yet_published_says_so(call):
    said = call("XLC_WHY", "XLC_RATE", 46500.0, OMITTED, OMITTED, OMITTED, OMITTED)
    assert "quelli pubblicati vanno dal 01/07/2002 al" in said


def test_why_says_it_in_words(call):
    said = call("XLC_WHY", "XLC_DAYS_OVERDUE", "31/02/2026", 46341.0, OMITTED, OMITTED, OMITTED)
    assert "31/02/2026" in said


def test_version_is_the_packages(call):
    assert call("XLC_VERSION") == xlcredit.__version__


def test_a_hundred_thousand_blank_rows_are_blank(call):
    rows = call("XLC_DAYS_OVERDUE", [(None,)] * 100_000, 46341.0)
    assert set(rows) == {("",)}
