"""Buttons pressed as the workbook's macro presses them: in the COM server, on a workbook open in the model of Excel."""

import json
import time
from pathlib import Path

import pytest
import pythoncom
from companies import copy_book, issued_in
from macros import Macros

from excel_model import open_excel
from xlcredit.books import open_book
from xlcredit.books.live import LiveBook
from xlcredit.operations.refresh import refresh
from xlcredit.schema import TABLES

YES, NO = 6, 7
WARNING_SIGN = 0x30


@pytest.fixture(scope="module")
def first():
    """The macros that start the server: one for all workbooks, as in Excel."""
    kept = []
    yield kept
    kept[0].end()


@pytest.fixture
def excel(tmp_path):
    folder = tmp_path / "Crediti & co (è)"
    folder.mkdir()
    return open_excel(copy_book(folder / "Crediti.xlsm"))


@pytest.fixture
def macros_of(first):
    def made(workbook):
        macros = Macros(workbook)
        if first:
            macros.share(first[0])
        else:
            first.append(macros)
        return macros

    return made


@pytest.fixture
def press(excel, macros_of, tmp_path):
    """Press a button; what was shown, box after box."""
    notes, window = tmp_path / "boxes.jsonl", excel.Hwnd

    def press(key, *replies, escape_at=None, workbook=None):
        macros = macros_of(workbook or excel._active)
        notes.write_text("", "utf-8")
        how = f"{str(notes)!r}, {replies!r}, front={window}, escape_at={escape_at!r}"
        macros.run(f"import recorded_boxes; recorded_boxes.record({how})")
        macros.run(f"import xlcredit.excel.ribbon; xlcredit.excel.ribbon.press({key!r})")
        return [json.loads(line) for line in notes.read_text("utf-8").splitlines()]

    return press


def computed(book):
    """The cells of the ledger that are computed: column -> values."""
    raw, headers = book.read("invoices")["invoices"], book.headers("invoices")
    keys = [column.key for column in TABLES["invoices"].columns if column.role == "computed"]
    return {
        key: raw.frame[headers[key]].astype(object).where(lambda cells: cells.notna(), None).tolist()
        for key in keys
    }


def table(excel, sheet):
    return excel.ActiveWorkbook.Worksheets(sheet).ListObjects(1)


def test_refresh_ends_with_one_box_before_excels_window(press, excel):
    (box,) = press("refresh")
    assert box["text"].splitlines()[:2] == [
        "Situazione al 30/10/2026",
        "5 aperte per 6.000,00 €, 4 scadute per 5.200,00 €.",
    ]
    assert box["window"] == excel.Hwnd
    assert excel.StatusBar is False


def test_refresh_in_excel_computes_what_refresh_of_the_file_computes(press, excel, tmp_path):
    closed = copy_book(tmp_path / "closed.xlsm")
    refresh(closed)
    press("refresh")
    assert computed(LiveBook(excel.ActiveWorkbook)) == computed(open_book(closed))


def test_a_second_press_finds_python_running(macros_of, excel):
    macros = macros_of(excel.ActiveWorkbook)
    macros.run("import xlcredit.excel.ribbon")
    start = time.perf_counter()
    macros.run("import xlcredit.excel.ribbon")
    assert time.perf_counter() - start < 0.5


def test_letters_are_proposed_issued_once_and_one_is_cancelled(press, excel):
    book = excel.ActiveWorkbook
    (proposed,) = press("propose")
    assert "3 lettere proposte, per un residuo di 5.200,00 €." in proposed["text"]

    question, opened, told = press("issue", YES)
    folder = Path(book.Path) / "lettere" / "2026-10-30"
    assert question["text"] == "Emettere 3 lettere, per un residuo di 5.200,00 €?"
    assert Path(opened["opened"]) == folder
    assert told["text"].startswith(f"3 lettere emesse in {folder}")
    assert len(list(folder.rglob("*.docx"))) == 3
    assert book.Saved

    (again,) = press("issue")
    assert again["text"] == "Niente di nuovo da emettere."

    first = table(excel, "Solleciti").DataBodyRange.Row
    book.Worksheets("Solleciti").Activate()
    excel.Range(f"A{first}").Select()
    excel._answers = ["spedito per errore"]
    (cancelled,) = press("cancel")
    assert cancelled["text"] == "Annullato il sollecito S261030-001: al livello di prima 1 riga."


def test_no_to_the_question_issues_nothing(press, excel):
    press("propose")
    assert len(press("issue", NO)) == 1
    assert not (Path(excel.ActiveWorkbook.Path) / "lettere").exists()


def test_preview_opens_a_letter(press):
    press("propose")
    (opened,) = press("preview")
    assert Path(opened["opened"]).is_file()


def test_restore_puts_the_version_before_back(press, excel):
    before = table(excel, "Scadenzario").DataBodyRange.Value2
    press("refresh")
    assert table(excel, "Scadenzario").DataBodyRange.Value2 != before
    _, told = press("restore", YES)
    assert told["text"].startswith("Ripristinato Crediti.xlsm com'era il ")
    assert table(excel, "Scadenzario").DataBodyRange.Value2 == before


def test_check_says_that_all_is_well(press):
    assert press("check")[0]["text"] == "Situazione al 30/10/2026\nNessuna anomalia."


def test_a_sheet_comes_to_the_front_without_a_box(press, excel):
    assert press("guide") == []
    assert excel.ActiveSheet.Name == "Guida"


def test_esc_before_writing_leaves_everything_as_it_was(press, excel):
    (box,) = press("refresh", escape_at=2)
    assert box["text"] == "Interrotto con Esc: niente è stato modificato."
    assert excel.ActiveWorkbook.Saved


def test_a_busy_excel_is_waited_for(press, excel):
    excel._busy = 3
    assert "5 aperte" in press("refresh")[0]["text"]


def test_a_protected_sheet_is_named_and_nothing_is_changed(press, excel):
    excel.ActiveWorkbook.Worksheets("Scadenzario").Protect()
    (box,) = press("refresh")
    assert "Scadenzario" in box["text"]
    assert box["style"] & WARNING_SIGN == WARNING_SIGN
    assert excel.ActiveWorkbook.Saved


def test_a_filtered_table_is_written_whole_and_stays_filtered(press, excel, tmp_path):
    closed = copy_book(tmp_path / "closed.xlsm")
    refresh(closed)
    ledger = table(excel, "Scadenzario")
    customer = ledger.HeaderRowRange.Value2[0].index("Codice cliente") + 1
    ledger.Range.AutoFilter(customer, "C002")
    press("refresh")
    assert ledger.AutoFilter.FilterMode
    assert computed(LiveBook(excel.ActiveWorkbook)) == computed(open_book(closed))


def test_a_workbook_of_somebody_elses_says_how_to_get_one(press, empty_book):
    (box,) = press("refresh", workbook=empty_book)
    assert "«Usa il mio file»" in box["text"]


def test_a_fault_of_ours_is_told_without_a_traceback(press, macros_of, excel):
    macros = macros_of(excel.ActiveWorkbook)
    module = "import xlcredit.operations.refresh as module"
    macros.run(f"{module}; module.kept, module.compute = module.compute, None")
    (box,) = press("refresh")
    macros.run(f"{module}; module.compute = module.kept")
    assert box["text"].startswith("Qualcosa non ha funzionato.")
    assert r"\xlcredit\xlcredit.log" in box["text"]
    assert "Traceback" not in box["text"]
    assert "TypeError" not in box["text"]


def test_the_fake_excel_refuses_what_excel_does_not_have(macros_of, excel):
    with pytest.raises(pythoncom.com_error, match="Nowhere"):
        macros_of(excel.ActiveWorkbook).run("import xlwings; xlwings.Book.caller().api.Nowhere")


def test_after_everything_the_file_holds_what_was_issued(press, excel):
    press("propose")
    press("issue", YES)
    path = Path(excel.ActiveWorkbook.FullName)
    excel.ActiveWorkbook.Close()
    assert len(issued_in(path)) == 3


def select(excel, sheet, row=0):
    """Click on a row of a table."""
    listed = table(excel, sheet)
    excel.ActiveWorkbook.Worksheets(sheet).Activate()
    excel.Range(f"A{listed.DataBodyRange.Row + row}").Select()


def cell(excel, sheet, header, row=0):
    listed = table(excel, sheet)
    place = [str(name) for name in listed.HeaderRowRange.Value2[0]].index(header)
    return listed.DataBodyRange.Value2[row][place]


def test_a_promise_holds_the_selected_row(press, excel):
    press("refresh")
    select(excel, "Scadenzario")
    excel._answers = ["6/11/2026", ""]

    (told,) = press("promise")

    assert told["text"] == "Promessa registrata su una riga (1/2026), per il 06/11/2026: 1.000,00 €."
    assert cell(excel, "Promesse", "Importo promesso") == 1000.0
    assert cell(excel, "Scadenzario", "Blocco") == "Promessa di pagamento"


def test_a_dispute_takes_its_part_out_of_dunning(press, excel):
    press("refresh")
    select(excel, "Scadenzario", 2)
    excel._answers = ["1", "Produzione", "Ing. Lima", "700,00"]

    (told,) = press("dispute")

    assert told["text"] == "Contestazione aperta su una riga: 700,00 € non si sollecitano."
    assert cell(excel, "Contestazioni", "Importo sospeso") == 700.0


def test_a_plan_is_proposed_with_its_letter(press, excel):
    press("refresh")
    select(excel, "Scadenzario", 2)
    excel._answers = ["1", "3", "30/11/2026"]

    *_, told = press("plan")

    assert "P26-01" in told["text"]
    assert [cell(excel, "Piani", "Importo rata", row) for row in range(3)] == [833.34, 833.33, 833.33]
    assert list(Path(excel.ActiveWorkbook.Path).rglob("*P26-01.docx"))


def test_a_hold_and_an_allowance_are_recorded(press, excel):
    press("refresh")
    select(excel, "Scadenzario", 2)
    excel._answers = ["6/11/2026", "attesa della bolla"]
    (told,) = press("hold")
    assert told["text"] == "Solleciti bloccati fino al 06/11/2026 compreso, su una riga."

    excel._answers = ["1", "50,00", "sconto", "Anna Conti"]
    (told,) = press("allowance")
    assert told["text"] == "Registrato su una riga: 50,00 €. Residuo: 2.450,00 €."


def test_a_call_typed_into_the_list_of_the_day_is_recorded(press, excel):
    press("refresh")
    listed = table(excel, "Da fare oggi")
    headers = [str(name) for name in listed.HeaderRowRange.Value2[0]]
    first = listed.DataBodyRange.Row
    sheet = excel.ActiveWorkbook.Worksheets("Da fare oggi")
    sheet.Cells(first, headers.index("Esito") + 1).Value2 = "Segreteria"
    sheet.Cells(first, headers.index("Note") + 1).Value2 = "richiamare"
    select(excel, "Da fare oggi")

    (told,) = press("contact")

    assert told["text"].startswith("Contatto registrato.")
    assert cell(excel, "Contatti", "Testo") == "richiamare"


@pytest.mark.parametrize(
    ("key", "sheet"),
    [("worklist", "Da fare oggi"), ("dashboard", "Cruscotto"), ("guide", "Guida"), ("settings", "Parametri")],
)
def test_a_button_goes_to_its_sheet(press, excel, key, sheet):
    press("refresh")
    press(key)
    assert excel.ActiveSheet.Name == sheet


def test_the_diagnosis_is_told_line_by_line(press):
    (told,) = press("doctor")
    assert len(told["text"].splitlines()) > 5


def test_a_button_that_needs_rows_says_so(press, excel):
    press("guide")
    (told,) = press("promise")
    assert told["text"].startswith("Nessuna riga scelta.")
