"""Workbooks open in the model of Excel. The samples of the tests of books and operations are used here too."""

import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
sys.path += [str(TESTS / "books"), str(TESTS / "operations")]


@pytest.fixture
def opened():
    """Open a file in Excel: `opened(path)` answers the application and the book; all is closed in the end."""
    from excel_model import open_excel
    from xlcredit.books.live import LiveBook

    running = []

    def open_file(path, **how):
        excel = open_excel(path, **how)
        running.append(excel)
        return excel, LiveBook(excel.ActiveWorkbook)

    yield open_file
    for excel in running:
        excel._busy, excel._before = 0, None
        excel.Quit()
