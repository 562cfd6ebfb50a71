"""The log: where things went wrong, never for whom or for how much."""

import logging

import pytest

from xlcredit.errors import XlcreditError
from xlcredit.log import described, log_fault, log_path, log_refusal


class LetterTakenError(XlcreditError):
    code = "letter-exists"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home of its own for each test; the log is closed after it."""
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    for home in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(home, str(tmp_path))
    yield tmp_path
    for handler in list(logging.getLogger("xlcredit").handlers):
        logging.getLogger("xlcredit").removeHandler(handler)
        handler.close()


def raised(error, cause=None):
    try:
        raise error from cause
    except type(error) as caught:
        return caught


def test_the_log_stands_in_the_applications_data_on_windows(monkeypatch, tmp_path):
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "AppData"))
    assert log_path() == tmp_path / "AppData" / "xlcredit" / "xlcredit.log"


def test_the_log_stands_in_the_home_folder_elsewhere(home):
    assert log_path() == home / ".xlcredit" / "xlcredit.log"


def test_a_fault_is_kept_by_class_and_place():
    log_fault("refresh", raised(ValueError("x")))
    text = log_path().read_text("utf-8")
    assert "ERROR refresh" in text
    assert "ValueError" in text
    assert "test_log.py" in text


def test_a_cause_is_kept_before_what_it_caused():
    lines = described(raised(RuntimeError("x"), raised(KeyError("y"))))
    assert lines.index("KeyError") < lines.index("RuntimeError")


def test_names_addresses_and_amounts_stay_out():
    error = raised(
        LetterTakenError(
            path="C:/Rossi S.r.l./lettera.docx", customer="Rossi S.r.l.", reminder="S261120-001"
        ),
        raised(ValueError("Rossi S.r.l., via Roma 1: 1.234,56 €")),
    )
    log_fault("issue", error)
    log_refusal("issue", error)
    text = log_path().read_text("utf-8")
    assert [word for word in ("Rossi", "Roma", "1.234", "lettera.docx") if word in text] == []
    assert text.count("letter-exists reminder=S261120-001") == 2


def test_an_error_of_the_operating_system_is_kept_by_its_number():
    assert described(PermissionError(13, "denied", "C:/Rossi.xlsm")) == ["PermissionError 13"]


def test_a_log_that_cannot_be_written_stops_nothing(home, capsys):
    (home / ".xlcredit").write_text("a file where the folder should be")
    log_fault("refresh", ValueError("x"))
    assert capsys.readouterr().err == ""


def test_the_log_follows_the_user_to_another_home(monkeypatch, tmp_path):
    log_fault("first", ValueError("x"))
    for home in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(home, str(tmp_path / "other"))
    log_fault("second", ValueError("x"))
    assert "second" in log_path().read_text("utf-8")
    assert "first" not in log_path().read_text("utf-8")
