"""What a save writes into a workbook open in Excel, what it leaves alone, and that it is all or nothing."""

import contextlib
import datetime as dt
import shutil

import pandas as pd
import pytest
from book_samples import rich_book, table_book
from pandas.testing import assert_frame_equal

from excel_com import ComError, refused
from xlcredit.books import ReplacedFormula, TableUpdate, open_book
from xlcredit.books.backup import versions
from xlcredit.books.errors import (
    ArrayFormulaError,
    CellNotWritableError,
    ColumnNotFoundError,
    ContentBelowError,
    MergedCellsError,
    RowsDifferError,
)
from xlcredit.books.live.errors import CellNotKeptError, SheetProtectedError, TableFilteredError

AWKWARD = [
    "00123", "1-2", "=1+1", "VERO", "+39 055 1234", "'apostrofo", "12/03/2026", "3 marzo", "1E5", "#N/D", "10%", "5 €",
]  # fmt: skip


@pytest.fixture
def ledger(tmp_path, opened):
    """The rich sample in Excel."""
    excel, live = opened(rich_book(tmp_path / "b.xlsx"))
    return excel, live


def residuo(values):
    return TableUpdate("invoices", {"Residuo": pd.Series(values)})


def cells(excel, sheet):
    """Everything that stands on a sheet."""
    found = excel.ActiveWorkbook.Worksheets(sheet)
    return found.UsedRange.Formula, found.ListObjects(1).Range.Address


def test_a_column_is_written_and_others_stay(ledger):
    _, live = ledger
    before = live.read("invoices")["invoices"].frame
    assert live.save([residuo(range(12))])
    after = live.reopened().read("invoices")["invoices"].frame
    assert after["Residuo"].tolist() == list(range(12))
    assert_frame_equal(after.drop(columns="Residuo"), before.drop(columns="Residuo"))


def test_the_same_again_writes_nothing_and_keeps_no_copy(ledger):
    excel, live = ledger
    live.save([residuo(range(12))])
    excel.ActiveWorkbook.Saved = True
    excel._calls.clear()
    assert not live.reopened().save([residuo(range(12))])
    assert excel.ActiveWorkbook.Saved
    assert not any(name.endswith("=") for name in excel._calls)
    assert len(versions(live.path)) == 1


def test_only_the_rows_that_differ_are_assigned(ledger):
    excel, live = ledger
    values = [1.0] * 12
    values[3] = values[5] = 7.0
    written = []
    range_type = type(excel.ActiveSheet.Range("A1"))
    original = range_type._assign
    range_type._assign = lambda self, given: (written.append(self._box), original(self, given))[1]
    try:
        live.save([residuo(values)])
    finally:
        range_type._assign = original
    assert written == [(9, 8, 11, 8)]


@pytest.mark.parametrize("shown", ["General", "@", "0.00"])
def test_texts_stay_texts_whatever_the_cells_show(ledger, shown):
    excel, live = ledger
    body = live.tables["invoices"].body
    column = excel.ActiveWorkbook.Worksheets("Scadenzario").Range(f"K{body.first_row}:K{body.last_row}")
    column.NumberFormat = shown
    live.save([TableUpdate("invoices", {"Anomalie": pd.Series(AWKWARD)})])
    assert [row[0] for row in column.Value2] == AWKWARD
    assert column.NumberFormat == shown
    assert not live.reopened().save([TableUpdate("invoices", {"Anomalie": pd.Series(AWKWARD)})])


def test_texts_stay_texts_where_only_some_cells_are_formatted_as_text(ledger):
    excel, live = ledger
    excel.ActiveWorkbook.Worksheets("Scadenzario").Range("K6:K9").NumberFormat = "@"
    live.save([TableUpdate("invoices", {"Anomalie": pd.Series(AWKWARD)})])
    assert live.reopened().read("invoices")["invoices"].frame["Anomalie"].tolist() == AWKWARD


def test_numbers_stay_numbers_in_cells_formatted_as_text(ledger):
    excel, live = ledger
    sheet = excel.ActiveWorkbook.Worksheets("Scadenzario")
    sheet.Range("H6:H17").NumberFormat = "@"
    live.save([residuo([1.5] * 12)])
    assert live.reopened().read("invoices")["invoices"].frame["Residuo"].tolist() == [1.5] * 12
    sheet.Range("H8").NumberFormat = "@"
    live.save([residuo([2.5] * 12)])
    assert live.reopened().read("invoices")["invoices"].frame["Residuo"].tolist() == [2.5] * 12


def test_every_kind_of_value_is_written_as_in_a_file(tmp_path, opened):
    headers = ["Numero", "Data documento", "Totale documento", "Note"]
    rows = [["x", None, None, None]] * 3
    day = dt.datetime(2026, 11, 24, 9, 30)
    update = TableUpdate(
        "invoices",
        {
            "Numero": pd.Series(["01", "", None], dtype="str"),
            "Data documento": pd.Series([day, None, day]).astype("datetime64[s]"),
            "Totale documento": pd.Series([1, None, 3], dtype="Int64"),
            "Note": pd.Series([True, 2, "tre"], dtype=object),
        },
    )
    closed = open_book(table_book(tmp_path / "a.xlsx", headers, rows, dates=[1]))
    closed.save([update])
    _, live = opened(table_book(tmp_path / "b.xlsx", headers, rows, dates=[1]))
    live.save([update])
    expected = closed.read("invoices")["invoices"].frame
    assert_frame_equal(live.reopened().read("invoices")["invoices"].frame, expected)


@pytest.mark.parametrize("rows", [0, 3, 5, 9])
def test_replaced_rows_are_those_of_a_file(tmp_path, opened, rows):
    new = pd.DataFrame({"N.": range(rows), "Codice cliente": [f"00{row}" for row in range(rows)]})
    update = TableUpdate("worklist", replace=new.astype({"N.": "float64", "Codice cliente": "str"}))
    closed = open_book(rich_book(tmp_path / "a.xlsx"))
    closed.save([update])
    _, live = opened(rich_book(tmp_path / "b.xlsx"))
    live.save([update])
    again = live.reopened()
    assert again.tables["worklist"].area == closed.tables["worklist"].area
    assert_frame_equal(again.read("worklist")["worklist"].frame, closed.read("worklist")["worklist"].frame)
    if rows:
        assert not again.save([update])


def test_appended_rows_follow_the_last_typed_one_with_formats_and_formulas(ledger):
    excel, live = ledger
    moments = pd.Series([dt.datetime(2026, 11, day) for day in (1, 2, 3)]).astype("datetime64[s]")
    events = pd.DataFrame(
        {"Codice evento": ["E1", "E2", "E3"], "Data e ora": moments, "Residuo": [1.0, 2.0, 3.0]}
    )
    for count in (1, 2):
        live = live.reopened()
        live.save([TableUpdate("reminders", append=events)])
        frame = live.reopened().read("reminders")["reminders"].frame
        assert frame["Codice evento"].tolist() == ["E1", "E2", "E3"] * count
        assert frame["Data e ora"].dtype == "datetime64[s]"
    sheet = excel.ActiveWorkbook.Worksheets("Solleciti")
    assert sheet.Range("E11").Formula.startswith("=")


def test_new_rows_are_written_by_one_assignment_and_their_keys_at_the_latest(ledger, monkeypatch):
    excel, live = ledger
    sheet = excel.ActiveWorkbook.Worksheets("Solleciti")
    written = []
    original = type(sheet.Range("A1"))._assign
    monkeypatch.setattr(
        type(sheet.Range("A1")),
        "_assign",
        lambda self, given: (written.append(self._box), original(self, given)),
    )
    rows = {"Codice evento": ["E1", "E2"], "Codice sollecito": ["S1", "S2"], "Mia somma": [1.0, 2.0]}
    live.save([TableUpdate("reminders", append=pd.DataFrame(rows))])
    assert written == [(6, 5, 7, 5), (6, 1, 7, 2)]


def test_formulas_typed_over_computed_cells_are_told(ledger):
    excel, live = ledger
    excel.ActiveWorkbook.Worksheets("Scadenzario")._type("H8", "=F8/2")
    report = live.save([residuo(range(12))])
    assert report.replaced_formulas == (ReplacedFormula("xlc_invoices", "Residuo", "H8", "F8/2"),)


def test_a_formula_gives_way_to_the_value_that_it_shows(ledger):
    excel, live = ledger
    sheet = excel.ActiveWorkbook.Worksheets("Scadenzario")
    sheet._type("H6", "=0")
    report = live.save([residuo([0.0] + [1.0] * 11)])
    assert [found.cell for found in report.replaced_formulas] == ["H6"]
    assert sheet.Range("H6").HasFormula is False


def test_true_is_not_one(ledger):
    _, live = ledger
    live.save([residuo([True] * 12)])
    assert live.save([residuo([1.0] * 12)])
    assert live.reopened().read("invoices")["invoices"].frame["Residuo"].tolist() == [1.0] * 12


# What is refused


def refusing(excel, live, error, updates, sheet="Scadenzario"):
    """The save is refused; the sheet and everything beside the workbook are as they were."""
    before, beside = cells(excel, sheet), sorted(live.path.parent.iterdir())
    with pytest.raises(error) as told:
        live.save(updates)
    assert cells(excel, sheet) == before
    assert sorted(live.path.parent.iterdir()) == beside
    return told.value


def test_a_protected_sheet_is_named(ledger):
    excel, live = ledger
    excel.ActiveWorkbook.Worksheets("Scadenzario").Protect("segreto")
    error = refusing(excel, live, SheetProtectedError, [residuo(range(12))])
    assert error.facts["sheet"] == "Scadenzario"


def test_a_sheet_protected_against_people_only_is_written(ledger):
    excel, live = ledger
    excel.ActiveWorkbook.Worksheets("Scadenzario").Protect("segreto", UserInterfaceOnly=True)
    assert live.save([residuo(range(12))])


def test_unlocked_cells_of_a_protected_sheet_are_written(ledger):
    excel, live = ledger
    sheet = excel.ActiveWorkbook.Worksheets("Scadenzario")
    sheet._unlocked = {(row, 8) for row in range(6, 18)}
    sheet.Protect()
    assert live.save([residuo(range(12))])


def test_content_below_a_growing_table_is_not_overwritten(ledger):
    excel, live = ledger
    excel.ActiveWorkbook.Worksheets("Da fare oggi")._type("C12", "mia nota")
    rows = pd.DataFrame({"N.": [float(row) for row in range(9)]})
    error = refusing(excel, live, ContentBelowError, [TableUpdate("worklist", replace=rows)], "Da fare oggi")
    assert error.facts == {"sheet": "Da fare oggi", "cell": "C12"}


def test_merged_cells_below_a_growing_table_are_named(ledger):
    excel, live = ledger
    excel.ActiveWorkbook.Worksheets("Da fare oggi")._merged.append((12, 2, 12, 4))
    rows = pd.DataFrame({"N.": [float(row) for row in range(9)]})
    refusing(excel, live, MergedCellsError, [TableUpdate("worklist", replace=rows)], "Da fare oggi")


def test_an_array_formula_is_found(ledger):
    excel, live = ledger
    sheet = excel.ActiveWorkbook.Worksheets("Scadenzario")
    sheet._type("H13", "=SUM(F6:F9*2)")
    sheet._cells.arrays.add((13, 8))
    error = refusing(excel, live, ArrayFormulaError, [residuo(range(12))])
    assert error.facts["cell"] == "H13"


@pytest.mark.parametrize(
    ("error", "update"),
    [
        (RowsDifferError, {"Residuo": pd.Series([1.0])}),
        (ColumnNotFoundError, {"Manca": pd.Series(range(12))}),
        (CellNotWritableError, {"Residuo": pd.Series([float("inf")] * 12)}),
        (CellNotWritableError, {"Anomalie": pd.Series(["x" * 32_768] * 12)}),
    ],
)
def test_what_no_table_takes_is_refused_as_for_a_file(ledger, error, update):
    excel, live = ledger
    refusing(excel, live, error, [TableUpdate("invoices", update)])


# Filters


def test_a_filter_is_lifted_and_put_back(ledger):
    excel, live = ledger
    sheet = excel.ActiveWorkbook.Worksheets("Scadenzario")
    listed = sheet.ListObjects(1)
    listed.Range.AutoFilter(3, "C001")
    listed.Range.AutoFilter(2, ("=00002", "=00005"), 7)
    hidden = set(sheet._hidden)
    assert live.save([residuo(range(12))])
    assert live.reopened().read("invoices")["invoices"].frame["Residuo"].tolist() == list(range(12))
    assert sheet._hidden == hidden
    assert listed._criteria == {3: ("C001", 1, None), 2: (("=00002", "=00005"), 7, None)}


def test_a_filter_that_cannot_be_put_back_is_refused(ledger):
    excel, live = ledger
    excel.ActiveWorkbook.Worksheets("Scadenzario").ListObjects(1).Range.AutoFilter(3, "C001", 8)
    error = refusing(excel, live, TableFilteredError, [residuo(range(12))])
    assert error.facts["sheet"] == "Scadenzario"


# All or nothing


def test_excel_is_as_it_was_after_a_save_and_after_a_fault(ledger):
    excel, live = ledger
    settings = ("Calculation", "ScreenUpdating", "EnableEvents", "Interactive", "DisplayAlerts", "StatusBar")
    excel.StatusBar = "mio"
    before = [getattr(excel, name) for name in settings]
    live.save([residuo(range(12))])
    assert [getattr(excel, name) for name in settings] == before
    excel._before = failing("Range.Value2=")
    with pytest.raises(ComError):
        live._apply(live._changes([residuo([9.0] * 12)]))
    excel._before = None
    assert [getattr(excel, name) for name in settings] == before


def failing(member, after=0):
    """Refuse `member` once, after it was let through `after` times."""
    left = [after]

    def refuse(name):
        if name == member:
            left[0] -= 1
            if left[0] == -1:
                raise refused("prova")

    return refuse


SHEETS = ("Scadenzario", "Da fare oggi", "Solleciti")
DAY = pd.Series([dt.datetime(2026, 11, 1)] * 2).astype("datetime64[s]")
SEVERAL = [
    TableUpdate("invoices", {"Residuo": pd.Series(range(12)), "Anomalie": pd.Series(AWKWARD)}),
    TableUpdate("worklist", replace=pd.DataFrame({"N.": [1.0, 2.0], "Note": ["007", "b"]})),
    TableUpdate("reminders", append=pd.DataFrame({"Codice evento": ["E1", "E2"], "Data e ora": DAY})),
]


def save_with_fault_at(number, excel, live):
    """Save, the call of that number refused: what stood before, what stands after, and whether it came to that call."""
    sheet = excel.ActiveWorkbook.Worksheets("Scadenzario")
    sheet._type("H8", "=F8/2")
    sheet.ListObjects(1).Range.AutoFilter(3, "C001")
    before, changes = [cells(excel, name) for name in SHEETS], live._changes(SEVERAL)
    calls = []

    def refuse(name):
        calls.append(name)
        if len(calls) == number:
            raise refused("prova")

    excel._before = refuse
    with contextlib.suppress(ComError, TableFilteredError):
        live._apply(changes)
    excel._before = None
    return before, [cells(excel, name) for name in SHEETS], len(calls) >= number


def test_a_fault_at_any_call_leaves_all_or_nothing(tmp_path, opened):
    start = rich_book(tmp_path / "start.xlsx")
    excel, live = opened(shutil.copy(start, tmp_path / "whole.xlsx"))
    before, written, _ = save_with_fault_at(1_000_000, excel, live)
    assert before != written
    number, outcomes = 0, []
    came_to_it = True
    while came_to_it:
        number += 1
        excel, live = opened(shutil.copy(start, tmp_path / f"b{number}.xlsx"))
        before, after, came_to_it = save_with_fault_at(number, excel, live)
        assert after in (before, written), number
        assert (excel.Interactive, excel.EnableEvents, excel.Calculation) == (True, True, -4105)
        assert excel.ActiveWorkbook.Worksheets("Scadenzario").ListObjects(1).AutoFilter.FilterMode
        outcomes.append(after == before)
    assert sum(outcomes) > 150
    assert outcomes[-1] is False


def test_what_excel_does_not_keep_is_taken_back(ledger, monkeypatch):
    excel, live = ledger
    cells_type = type(excel.ActiveSheet._cells)
    original = cells_type.set

    def stubborn(self, row, column, value, is_text):
        original(self, row, column, "altro" if value == 5.0 else value, is_text)

    monkeypatch.setattr(cells_type, "set", stubborn)
    before = cells(excel, "Scadenzario")
    with pytest.raises(CellNotKeptError) as told:
        live.save([residuo(range(12))])
    assert told.value.facts == {"sheet": "Scadenzario", "cell": "H11"}
    assert cells(excel, "Scadenzario") == before
