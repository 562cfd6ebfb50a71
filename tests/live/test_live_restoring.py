"""Ripristina in an open workbook: the tables hold again what they held before the last change."""

import pandas as pd
import pytest
from book_samples import rich_book
from companies import copy_book

from xlcredit.books import TableUpdate
from xlcredit.books.backup import versions
from xlcredit.books.errors import NoBackupError, TotalsRowError
from xlcredit.books.live.errors import SheetProtectedError, SheetsGoneError
from xlcredit.operations.issue import Request, issue
from xlcredit.operations.refresh import refresh
from xlcredit.operations.restore import letters_forgotten, restore_workbook

SHEETS = ("Scadenzario", "Da fare oggi", "Solleciti")


@pytest.fixture
def ledger(tmp_path, opened):
    excel, live = opened(rich_book(tmp_path / "b.xlsx"))
    sheet = excel.ActiveWorkbook.Worksheets("Scadenzario")
    sheet._type("H8", "=F8/2")
    sheet._type("A7", "00042")
    return excel, live


def contents(excel):
    found = [excel.ActiveWorkbook.Worksheets(sheet) for sheet in SHEETS]
    return [(sheet.ListObjects(1).Range.Address, sheet.ListObjects(1).Range.Formula) for sheet in found]


def change(live):
    live.save(
        [
            TableUpdate("invoices", {"Residuo": pd.Series(range(12)), "Anomalie": pd.Series(["00123"] * 12)}),
            TableUpdate("worklist", replace=pd.DataFrame({"N.": [1.0, 2.0]})),
            TableUpdate("reminders", append=pd.DataFrame({"Codice evento": ["E1", "E2"]})),
        ]
    )


def test_values_formulas_and_sizes_come_back_and_a_second_time_undoes_it(ledger):
    excel, live = ledger
    before = contents(excel)
    change(live)
    after = contents(excel)
    restore_workbook(live)
    assert contents(excel) == before
    restore_workbook(live.reopened())
    assert contents(excel) == after
    restore_workbook(live.reopened())
    assert contents(excel) == before


def test_texts_that_look_like_numbers_come_back_as_texts(ledger):
    excel, live = ledger
    change(live)
    sheet = excel.ActiveWorkbook.Worksheets("Scadenzario")
    sheet._type("A7", "altro")
    live.restore()
    assert sheet.Range("A7").Value2 == "00042"


def test_a_copy_that_says_the_same_is_passed_over(ledger):
    excel, live = ledger
    before = contents(excel)
    change(live)
    after = contents(excel)
    from xlcredit.books.live.copies import keep_copy

    keep_copy(excel.ActiveWorkbook, live.path)
    assert contents(excel) == after
    live.reopened().restore()
    assert contents(excel) == before


def test_without_a_copy_there_is_nothing_to_go_back_to(ledger):
    _, live = ledger
    with pytest.raises(NoBackupError):
        restore_workbook(live)


def test_the_last_three_versions_are_kept(ledger):
    _, live = ledger
    for value in range(5):
        live.reopened().save([TableUpdate("invoices", {"Residuo": pd.Series([float(value)] * 12)})])
    assert len(versions(live.path)) == 3
    assert list(live.path.parent.rglob("*tmp*")) == []


def test_the_workbook_stays_open_and_in_front(ledger):
    excel, live = ledger
    book = excel.ActiveWorkbook
    change(live)
    live.reopened().restore()
    assert excel.ActiveWorkbook is book
    assert excel.Workbooks.Count == 1
    assert excel.AutomationSecurity == 1


def test_a_protected_sheet_is_refused_and_nothing_comes_back(ledger):
    excel, live = ledger
    change(live)
    after = contents(excel)
    excel.ActiveWorkbook.Worksheets("Da fare oggi").Protect()
    with pytest.raises(SheetProtectedError):
        live.reopened().restore()
    assert contents(excel) == after


def test_a_column_that_the_user_has_added_since_is_left_alone(ledger):
    excel, live = ledger
    change(live)
    sheet = excel.ActiveWorkbook.Worksheets("Da fare oggi")
    listed = sheet.ListObjects(1)
    sheet._type("F5", "Mia colonna")
    sheet._type("F6", "mia")
    listed.Resize(sheet.Range("B5:F7"))
    live.reopened().restore()
    assert listed.Range.Address == "$B$5:$F$10"
    assert sheet.Range("E6:F6").Value2 == (("mia nota", "mia"),)


def test_a_table_with_a_totals_row_since_neither_grows_nor_shrinks(ledger):
    excel, live = ledger
    change(live)
    after = contents(excel)
    excel.ActiveWorkbook.Worksheets("Da fare oggi").ListObjects(1)._totals = 1
    with pytest.raises(TotalsRowError):
        live.reopened().restore()
    assert contents(excel) == after


def test_an_issue_is_put_back_too(tmp_path, opened):
    _, live = opened(copy_book(tmp_path / "book.xlsm"))
    refresh(live)
    issue(live, Request(tmp_path / "out"))
    assert live.reopened().read("reminders")["reminders"].frame["Codice evento"].notna().sum() == 4
    live.reopened().restore()
    assert live.reopened().read("reminders")["reminders"].frame["Codice evento"].notna().sum() == 0


def test_letters_that_would_leave_the_register_are_named_before(tmp_path, opened):
    _, live = opened(copy_book(tmp_path / "book.xlsm"))
    assert letters_forgotten(live) == []
    refresh(live)
    issue(live, Request(tmp_path / "out"))
    assert letters_forgotten(live.reopened()) == ["S261030-001", "S261030-002", "S261030-003"]
    live.reopened().restore()
    assert letters_forgotten(live.reopened()) == []


def test_a_sheet_that_has_gone_is_named_and_nothing_comes_back(ledger):
    excel, live = ledger
    change(live)
    book = excel.ActiveWorkbook
    book._sheets.remove(book.Worksheets("Da fare oggi"))
    kept = [excel.ActiveWorkbook.Worksheets(name).ListObjects(1) for name in ("Scadenzario", "Solleciti")]
    after = [table.Range.Formula for table in kept]
    with pytest.raises(SheetsGoneError) as told:
        live.reopened().restore()
    assert told.value.facts["sheets"] == "Da fare oggi"
    assert [table.Range.Formula for table in kept] == after
