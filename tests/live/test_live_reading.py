"""A workbook open in Excel gives the same tables as its file, in a number of calls that no row adds to."""

import datetime as dt
import shutil
from pathlib import Path

import pandas as pd
import pytest
from book_samples import rich_book, table_book
from pandas.testing import assert_frame_equal

from xlcredit.books import open_book
from xlcredit.cells import CellError
from xlcredit.schema import TABLES

SHIPPED = Path(__file__).parents[2] / "workbook" / "CreditControl.xlsm"


def assert_same_books(live, closed):
    """The same tables; but columns of formulas that nobody has computed in the file hold values in Excel only."""
    assert live.language == closed.language
    from_excel, from_file = live.read(*TABLES), closed.read(*TABLES)
    assert from_excel.keys() == from_file.keys()
    for key, table in from_file.items():
        assert live.headers(key) == closed.headers(key)
        for fact in ("key", "name", "sheet", "first_row", "headers", "columns"):
            assert getattr(from_excel[key], fact) == getattr(table, fact)
        open_formulas = list(table.uncalculated)
        assert_frame_equal(
            from_excel[key].frame.drop(columns=open_formulas), table.frame.drop(columns=open_formulas)
        )


def test_the_shipped_workbook_reads_the_same(tmp_path, opened):
    book = Path(shutil.copy(SHIPPED, tmp_path / "book.xlsm"))
    _, live = opened(book)
    assert len(live.tables) > 20
    assert_same_books(live, open_book(book, to_write=False))


@pytest.mark.parametrize("from_1904", [False, True])
def test_dates_are_told_by_their_format_in_both_date_systems(tmp_path, opened, from_1904):
    book = rich_book(tmp_path / "b.xlsx", from_1904=from_1904)
    _, live = opened(book)
    assert live.read("invoices")["invoices"].frame["Scadenza"].dtype == "datetime64[s]"
    assert_same_books(live, open_book(book, to_write=False))


def test_a_column_of_several_formats_keeps_dates_and_numbers_apart(tmp_path, opened):
    book = table_book(tmp_path / "b.xlsx", ["Numero", "Scadenza"], [["a", 46000], ["b", 46001], ["c", None]])
    excel, live = opened(book)
    body = live.tables["invoices"].body
    excel.ActiveSheet.Range(f"B{body.first_row}").NumberFormat = "m/d/yyyy"
    dates = live.reopened().read("invoices")["invoices"].frame["Scadenza"]
    assert dates.tolist() == [dt.datetime(2025, 12, 9), 46001.0, None]


def test_error_values_are_known_as_such(tmp_path, opened):
    book = table_book(tmp_path / "b.xlsx", ["Numero", "Residuo"], [["a", 1], ["b", 2]])
    excel, live = opened(book)
    body = live.tables["invoices"].body
    excel.ActiveSheet._type(f"B{body.first_row}", -2146826246)
    assert live.read("invoices")["invoices"].frame["Residuo"].tolist() == [CellError("#N/A"), 2.0]


def test_a_cell_that_became_a_formula_shows_its_result(tmp_path, opened):
    book = table_book(tmp_path / "b.xlsx", ["Numero", "Residuo"], [["a", 1], ["b", 2]])
    excel, live = opened(book)
    body = live.tables["invoices"].body
    excel.ActiveSheet._type(f"B{body.first_row}", "=2*3")
    assert live.read("invoices")["invoices"].frame["Residuo"].tolist() == [0.0, 2.0]


def test_a_table_of_one_cell(tmp_path, opened):
    book = table_book(tmp_path / "b.xlsx", ["Numero"], [["0012"]])
    _, live = opened(book)
    assert live.read("invoices")["invoices"].frame["Numero"].tolist() == ["0012"]


def test_the_users_column_map_is_honoured(tmp_path, opened):
    import xlsxwriter

    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Scadenzario")
        sheet.add_table(
            0, 0, 1, 1, {"name": "xlc_invoices", "columns": [{"header": "N. doc"}, {"header": "Scad."}]}
        )
        sheet.write_row(1, 0, ["7", 46000])
        sheet = book.add_worksheet("Mappa colonne")
        headers = [{"header": header} for header in ("Tabella", "Colonna", "Intestazione nel file")]
        sheet.add_table(0, 0, 2, 2, {"name": "xlc_column_map", "columns": headers})
        sheet.write_row(1, 0, ["Scadenzario", "Numero", "N. doc"])
        sheet.write_row(2, 0, ["invoices", "due_date", "Scad."])
    _, live = opened(path)
    assert live.headers("invoices") == {"invoice_id": "N. doc", "due_date": "Scad."}


@pytest.mark.parametrize("key", ["invoices", "worklist"])
def test_calls_do_not_grow_with_the_rows(tmp_path, opened, key):
    counts = []
    for rows in (10, 400):
        excel, live = opened(rich_book(tmp_path / f"b{rows}.xlsx", rows=rows))
        excel._calls.clear()
        live.read(key)
        counts.append(excel._calls.copy())
    assert counts[0] == counts[1]


def test_what_changed_in_excel_is_read_by_the_reopened_book(tmp_path, opened):
    book = table_book(tmp_path / "b.xlsx", ["Numero", "Residuo"], [["a", 1], ["b", 2]])
    excel, live = opened(book)
    listed = excel.ActiveSheet.ListObjects(1)
    area = live.tables["invoices"].area
    listed.Resize(excel.ActiveSheet.Range(f"A{area.first_row}:B{area.last_row + 2}"))
    assert len(live.read("invoices")["invoices"].frame) == 2
    assert len(live.reopened().read("invoices")["invoices"].frame) == 4


def test_frames_have_the_dtypes_of_a_file(tmp_path, opened):
    rows = [["a", 1.5, True], ["b", None, "x"], [None, None, 3]]
    book = table_book(tmp_path / "b.xlsx", ["Numero", "Residuo", "Note"], rows)
    _, live = opened(book)
    expected = open_book(book, to_write=False).read("invoices")["invoices"].frame
    found = live.read("invoices")["invoices"].frame
    assert_frame_equal(found, expected)
    assert found["Note"].tolist() == [True, "x", 3.0]
    assert isinstance(found, pd.DataFrame)
