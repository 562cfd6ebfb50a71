"""What goes wrong at a button ends as one message in plain words; nothing is left half-done, nobody is named in the log."""

import pytest
from companies import issued_in
from openpyxl import Workbook

from recording_face import RecordingFace
from xlcredit.buttons import BUTTONS
from xlcredit.excel.desk import Desk
from xlcredit.operations import refresh as refreshing

NEEDS_NO_WORKBOOK = {"doctor"}
READS_THE_LEDGER = ("refresh", "check", "propose", "preview", "issue")


def test_every_button_without_a_workbook_says_what_to_open(log_file, press):
    excel = open_excel_without_a_workbook()
    for key in BUTTONS.keys() - NEEDS_NO_WORKBOOK - {"adopt"}:
        told = press(key, Desk(RecordingFace(), excel, None))
        assert (key, told.text) == (
            key,
            "Nessun file aperto su cui lavorare. Aprire il file della gestione crediti e riprovare.",
        )


def test_a_workbook_in_protected_view_is_told_as_such(log_file, press):
    excel = open_excel_without_a_workbook()
    excel._protected_views.append("Crediti.xlsm")
    told = press("refresh", Desk(RecordingFace(), excel, None))
    assert "«Abilita modifica»" in told.text


def open_excel_without_a_workbook():
    from excel_model import Application

    return Application()


@pytest.mark.parametrize("key", READS_THE_LEDGER)
def test_a_workbook_of_somebody_elses_says_how_to_get_one(make_desk, press, tmp_path, key):
    strange = Workbook()
    strange.active.append(["Cliente", "Saldo"])
    strange.save(tmp_path / "altro.xlsx")
    told = press(key, make_desk(tmp_path / "altro.xlsx"))
    assert told.tone == "failed"
    assert "«Usa il mio file»" in told.text


def test_excel_in_english_without_a_workbook_is_answered_in_english(log_file, press):
    excel = open_excel_without_a_workbook()
    excel._language = 2057
    assert press("refresh", Desk(RecordingFace(), excel, None)).text.startswith("No file is open")


@pytest.mark.parametrize("how", [{"read_only": True}, {"saved_once": False}])
@pytest.mark.parametrize("key", ["refresh", "propose", "issue"])
def test_a_workbook_that_cannot_be_saved_is_not_begun(make_desk, press, tmp_path, how, key):
    desk = make_desk(**how)
    desk.face.agreements = [True]
    told = press(key, desk)
    assert told.tone == "failed"
    assert not (tmp_path / "lettere").exists()


@pytest.mark.parametrize("how", [{"read_only": True}, {"saved_once": False}])
@pytest.mark.parametrize("key", ["restore", "send", "receipt", "cancel", "promise", "hold", "contact"])
def test_a_workbook_that_cannot_be_saved_is_refused_before_anything_is_asked(make_desk, press, how, key):
    desk = make_desk(**how)
    assert press(key, desk).tone == "failed"
    assert desk.face.questions == []


def test_excel_in_english_tells_of_a_ledger_of_somebody_elses_in_english(make_desk, press, tmp_path):
    strange = Workbook()
    strange.active.append(["Customer", "Balance"])
    strange.save(tmp_path / "other.xlsx")
    desk = make_desk(tmp_path / "other.xlsx")
    desk.application._language = 2057
    assert "“Use my file”" in press("refresh", desk).text


# --- Esc


@pytest.mark.parametrize("step", ["lettura", "calcolo"])
@pytest.mark.parametrize("key", ["refresh", "propose"])
def test_esc_before_writing_leaves_everything_as_it_was(desk, press, key, step):
    desk.face.stops_at = step
    told = press(key, desk)
    assert told.text == "Interrotto con Esc: niente è stato modificato."
    assert desk.workbook.Saved


def test_esc_while_letters_are_written_leaves_none(desk, press):
    press("propose", desk)
    desk.face.agreements, desk.face.stops_at = [True], "lettere, 43"
    told = press("issue", desk)
    assert told.text.startswith("Interrotto con Esc")
    assert list(desk.book.path.parent.rglob("*.docx")) == []
    assert issued_in_closed(desk) == []


def issued_in_closed(desk):
    path = desk.book.path
    desk.workbook.Close()
    return issued_in(path)


def test_esc_when_writing_has_begun_comes_too_late(desk, press):
    desk.face.stops_at = "scrittura"
    assert press("refresh", desk).tone == "done"


# --- faults of ours, and of Excel's


@pytest.fixture
def broken(monkeypatch):
    """A refresh that fails in a way that nobody foresaw, with a message that names somebody."""

    def fail(*_):
        message = "Rossi S.r.l. deve 1.234,56 €"
        raise RuntimeError(message)

    monkeypatch.setattr(refreshing, "compute", fail)


def test_a_fault_of_ours_is_told_without_a_traceback(desk, press, log_file, broken):
    told = press("refresh", desk)
    assert told.text.startswith("Qualcosa non ha funzionato.")
    assert str(log_file) in told.text
    assert "Traceback" not in told.text
    assert "RuntimeError" not in told.text


def test_the_log_says_where_it_was_and_names_nobody(desk, press, log_file, broken):
    press("refresh", desk)
    text = log_file.read_text("utf-8")
    assert "ERROR refresh" in text
    assert "RuntimeError" in text
    assert "refresh.py" in text
    assert [word for word in ("Rossi", "1.234,56") if word in text] == []


def test_a_refusal_is_noted_by_its_code(desk, press, log_file):
    press("cancel", desk)
    assert "WARNING cancel NoRowsSelectedError no-rows-selected" in log_file.read_text("utf-8")


@pytest.mark.parametrize("key", ["refresh", "worklist", "cancel"])
def test_excel_is_given_back_as_it_was(desk, press, key):
    excel = desk.application
    before = [
        excel.DisplayAlerts,
        excel.EnableCancelKey,
        excel.ScreenUpdating,
        excel.Calculation,
        excel.EnableEvents,
    ]
    press(key, desk)
    assert [
        excel.DisplayAlerts,
        excel.EnableCancelKey,
        excel.ScreenUpdating,
        excel.Calculation,
        excel.EnableEvents,
    ] == before


def test_excel_is_given_back_as_it_was_after_a_fault(desk, press, broken):
    excel = desk.application
    press("refresh", desk)
    assert (excel.DisplayAlerts, excel.EnableCancelKey, excel.StatusBar) == (True, 1, False)
