"""What the macro calls: which workbook is worked on, and how Windows' boxes and Excel's dialogs are asked."""

import sys
import types
from pathlib import Path
from types import SimpleNamespace

import pytest
from companies import copy_book

from excel_model import open_excel
from xlcredit.excel import ribbon
from xlcredit.excel.face import Answer

ESCAPE, YES, NO = 0x1B, 6, 7


@pytest.fixture
def windows(monkeypatch):
    """Windows as far as the face asks it: its boxes, its keys, the window in front."""
    state = types.SimpleNamespace(boxes=[], reply=YES, keys=0, front=4711)

    def box(window, text, title, style):
        state.boxes.append((window, text, title, style))
        return state.reply

    def key(which):
        assert which == ESCAPE
        pressed, state.keys = state.keys, 0
        return pressed

    modules = {
        "win32api": {"MessageBox": box, "GetAsyncKeyState": key},
        "win32gui": {"GetForegroundWindow": lambda: state.front},
        "win32process": {"GetWindowThreadProcessId": lambda window: (1, window * 10)},
    }
    for name, members in modules.items():
        monkeypatch.setitem(sys.modules, name, types.SimpleNamespace(**members))
    return state


@pytest.fixture
def excel(tmp_path):
    return open_excel(copy_book(tmp_path / "Crediti.xlsm"))


@pytest.fixture
def face(windows, excel):
    from xlcredit.excel.windows import ExcelFace

    return ExcelFace(excel, "Gestione crediti")


@pytest.fixture
def called_from(monkeypatch, log_file):
    """Call `press` as the macro of a workbook does."""
    import xlwings

    def call(key, workbook, project="workbook"):
        monkeypatch.setattr(xlwings.Book, "caller", lambda: types.SimpleNamespace(api=workbook))
        ribbon.press(key, project)

    return call


def test_a_press_works_on_the_workbook_whose_macro_calls(called_from, windows, excel):
    called_from("refresh", excel.ActiveWorkbook)
    ((window, text, title, _),) = windows.boxes
    assert (window, title) == (4711, "Gestione crediti")
    assert "5 aperte per 6.000,00 €" in text


def test_a_press_in_the_add_in_works_on_the_workbook_in_front(called_from, windows, excel):
    called_from("refresh", excel.ActiveWorkbook, "addin")
    assert "5 aperte per 6.000,00 €" in windows.boxes[0][1]


def test_the_add_ins_diagnosis_leads_formulas_to_the_add_in_of_this_computer(
    called_from, windows, excel, monkeypatch, tmp_path
):
    from xlcredit.excel.setup import doctor

    monkeypatch.setattr(doctor, "diagnose", lambda machine, book: [])
    for name in ("LOCALAPPDATA", "APPDATA", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    here = str(tmp_path / "Microsoft" / "Excel" / "XLSTART" / "XLCredit.xlam")
    book = excel.ActiveWorkbook
    book._links = [r"C:\Users\altro\XLCredit.xlam"]
    called_from("doctor", book, "addin")
    assert book.LinkSources(1) == (here,)
    called_from("doctor", book, "addin")
    assert len(windows.boxes) == 3  # one question, two answers


def test_a_message_is_shown_before_excel(face, windows):
    face.tell(Answer("Fatto.", "done"))
    face.tell(Answer("Da vedere.", "look"))
    (_, _, _, done), (_, _, _, look) = windows.boxes
    assert (done & 0xF0, look & 0xF0) == (0x40, 0x30)


@pytest.mark.parametrize(("reply", "agreed"), [(YES, True), (NO, False)])
def test_a_question_is_answered_by_yes_or_no(face, windows, reply, agreed):
    windows.reply = reply
    assert face.agrees("Emettere?") is agreed


def test_a_line_of_text_is_asked_in_excels_own_box(face, excel):
    excel._answers = [" per errore ", False]
    assert face.ask_text("Perché?") == "per errore"
    assert face.ask_text("Perché?") is None


def test_a_question_is_never_longer_than_the_input_box_takes(face, excel, monkeypatch):
    asked = []
    monkeypatch.setattr(type(excel), "InputBox", lambda self, prompt, title: asked.append(prompt) or "x")
    face.ask_text("?" * 300)
    assert len(asked[0]) < 255


def test_a_file_is_asked_in_excels_own_dialog(face, excel):
    excel._answers = ["C:/dati/scadenze.csv", False]
    assert face.ask_file("Quale?", "Tutti,*.*") == Path("C:/dati/scadenze.csv")
    assert face.ask_file("Quale?", "Tutti,*.*") is None


@pytest.mark.parametrize(("shown", "chosen"), [(-1, Path("C:/ricevute")), (0, None)])
def test_a_folder_is_asked_in_offices_own_dialog(face, shown, chosen):
    items = SimpleNamespace(Item=lambda number: "C:/ricevute")
    dialog = SimpleNamespace(Show=lambda: shown, SelectedItems=items)
    face.application = SimpleNamespace(FileDialog=lambda kind: dialog)
    assert face.ask_folder("Quale?") == chosen
    assert dialog.Title == "Quale?"


def test_the_status_bar_is_given_back(face, excel):
    face.show_status("Lettura")
    assert excel.StatusBar == "Lettura"
    face.show_status(None)
    assert excel.StatusBar is False


def test_esc_counts_while_excel_stands_in_front(face, windows):
    windows.keys = 0x8001
    assert face.wants_to_stop()
    assert not face.wants_to_stop()


def test_esc_in_another_program_does_not_count(face, windows):
    windows.keys, windows.front = 0x8001, 99
    assert not face.wants_to_stop()


def test_an_esc_from_before_the_press_does_not_count(windows, excel):
    from xlcredit.excel.windows import ExcelFace

    windows.keys = 0x0001
    assert not ExcelFace(excel, "Gestione crediti").wants_to_stop()
