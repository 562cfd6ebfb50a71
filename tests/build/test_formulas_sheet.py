"""The sheet of formulas: one example of each function, results that Python computed, ranges in one formula."""

import openpyxl
import pytest

from xlcredit.build.formula_examples import EXAMPLES, RANGE_RESULTS
from xlcredit.build.formulas_sheet import FORMULA, NAME, RESULT
from xlcredit.build.workbook import build_workbook
from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.functions import FUNCTIONS


@pytest.fixture(scope="module", params=LANGUAGES)
def built(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("formulas") / "book.xlsm"
    build_workbook(path, language=request.param)
    name = Catalogue(request.param).sheet("formulas")
    return (
        openpyxl.load_workbook(path)[name],
        openpyxl.load_workbook(path, data_only=True)[name],
        request.param,
    )


def cells(sheet, column):
    return [row[column].value for row in sheet.iter_rows()]


def example(built, function):
    """Formula and stored result of a function's example."""
    formulas, values, _ = built
    row = cells(formulas, NAME).index(function)
    return cells(formulas, RESULT)[row], cells(values, RESULT)[row]


def test_every_function_has_an_example():
    shown = {one.function for one in EXAMPLES} | {column.function for column in RANGE_RESULTS}
    assert shown == FUNCTIONS.keys()


@pytest.mark.parametrize(
    ("function", "formula", "result"),
    [
        ("XLC_DAYS_OVERDUE", "=XLC_DAYS_OVERDUE(C6,D6)", 90),
        ("XLC_INTEREST", "=XLC_INTEREST(C14,D14,E14,F14)", 25.03),
        ("XLC_TOTAL_DUE", "=XLC_TOTAL_DUE(C16,D16,E16,F16)", 1065.03),
        ("XLC_LEVEL", "=XLC_LEVEL(C20,D20,E20,F20,G20)", 2),
        ("XLC_DSO_COUNTBACK", "=XLC_DSO_COUNTBACK(C36,D36:F36)", 45),
        ("XLC_VAT_OK", "=XLC_VAT_OK(C30)", 1),
    ],
)
def test_example_holds_its_formula_and_its_result(built, function, formula, result):
    assert example(built, function) == (formula, result)


def test_every_example_has_a_result_without_error(built):
    for one in EXAMPLES:
        _, result = example(built, one.function)
        assert result not in {None, ""}
        assert not str(result).startswith("#")


def test_why_says_in_words_what_is_wrong(built):
    formula, said = example(built, "XLC_WHY")
    assert formula == '=XLC_WHY("XLC_INTEREST",C18,D18,E18,F18)'
    assert "31/02/2026" in said


def test_formulas_are_shown_as_they_are_typed_in_the_language(built):
    formulas, _, language = built
    separator = {"it": ";", "en": ","}[language]
    assert f"=XLC_DAYS_OVERDUE(C6{separator}D6)" in cells(formulas, FORMULA)


def test_a_range_is_calculated_by_one_formula(built):
    formulas, values, language = built
    anchors = [cell for row in formulas.iter_rows() for cell in row if hasattr(cell.value, "ref")]
    assert [cell.value.text.split("(")[0] for cell in anchors] == ["=XLC_BUCKET", "=XLC_INTEREST", "=XLC_ABC"]
    buckets, interest, classes = ([cell.value for (cell,) in values[anchor.value.ref]] for anchor in anchors)
    assert buckets[0] == {"it": "91-180 giorni", "en": "91-180 days"}[language]
    assert interest == [417.23, 51.69, 1.48, 0, 32.39]
    assert classes == ["A", "B", "C", "A", "C"]
