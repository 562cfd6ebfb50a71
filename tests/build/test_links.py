"""The columns to click in the worklist: their formula stands in every row that there is, and in no other."""

import datetime as dt

import openpyxl
import pandas as pd
import pytest

from xlcredit.books import TableUpdate, open_book
from xlcredit.build.layout import BODY_ROW
from xlcredit.build.links import LINK_COLUMNS
from xlcredit.build.sample import sample_frames
from xlcredit.build.workbook import build_workbook
from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.operations.refresh import refresh

CALL, WRITE = LINK_COLUMNS["worklist"]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "book.xlsm"
    build_workbook(path)
    return path


def formulas(path, header, language="it"):
    """The cells of a column of the worklist, down to the sheet's last row; and how many rows its table has."""
    worksheet = openpyxl.load_workbook(path)[Catalogue(language).sheet("worklist")]
    table = worksheet.tables["xlc_worklist"]
    place = [column.name for column in table.tableColumns].index(header) + 1
    cells = [worksheet.cell(row, place).value for row in range(BODY_ROW + 1, worksheet.max_row + 1)]
    first, last = table.ref.split(":")
    return cells, worksheet[last].row - worksheet[first].row


def write_rows(path, count):
    header = Catalogue("it").header("worklist", "customer_id")
    frame = pd.DataFrame({header: [f"{number:05}" for number in range(count)]})
    open_book(path).save([TableUpdate("worklist", replace=frame)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_formula_names_columns_as_a_file_does(language):
    words = Catalogue(language)
    link, shown = (words.header("worklist", key) for key in ("call_link", "phone"))
    assert CALL.formula("worklist", words) == (
        f'=IF(xlc_worklist[[#This Row],[{link}]]="",xlc_worklist[[#This Row],[{shown}]]&"",'
        f"HYPERLINK(xlc_worklist[[#This Row],[{link}]],xlc_worklist[[#This Row],[{shown}]]))"
    )


@pytest.mark.parametrize("count", [1, 2, 30])
def test_every_row_gets_the_formula(path, count):
    write_rows(path, count)
    cells, height = formulas(path, "Clic per chiamare")
    assert height == count
    assert cells == [CALL.formula("worklist", Catalogue("it"))] * count


def test_rows_given_up_lose_it_and_rows_that_come_back_have_it(path):
    for count in (30, 4, 12):
        write_rows(path, count)
        cells, height = formulas(path, "Clic per scrivere")
        assert height == count
        assert [cell for cell in cells if cell] == [WRITE.formula("worklist", Catalogue("it"))] * count


@pytest.mark.parametrize("language", LANGUAGES)
def test_refreshes_with_more_and_fewer_rows_keep_a_formula_a_row(language, tmp_path):
    path, words = tmp_path / "book.xlsm", Catalogue(language)
    build_workbook(path, language=language, frames=sample_frames(language))
    heights = []
    for day in (dt.date(2026, 11, 20), dt.date(2025, 1, 31), dt.date(2026, 11, 20)):
        refresh(path, day)
        cells, height = formulas(path, CALL.header(words), language)
        assert [cell for cell in cells if cell] == [CALL.formula("worklist", words)] * height
        heights.append(height)
    assert heights[0] == heights[2] > heights[1]


def test_a_refresh_of_the_same_day_writes_nothing_again(tmp_path):
    path = tmp_path / "book.xlsm"
    build_workbook(path, frames=sample_frames("it"))
    refresh(path)
    before = path.read_bytes()
    refresh(path)
    assert path.read_bytes() == before
