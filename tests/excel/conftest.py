"""A button pressed in the model of Excel, on the small company's workbook."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "operations"))


@pytest.fixture
def log_file(tmp_path, monkeypatch):
    """The log of this test alone."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "xlcredit" / "xlcredit.log"


@pytest.fixture
def make_desk(tmp_path, log_file):
    """A desk in the model of Excel, with the company's workbook open: `make_desk()`, or with a path."""
    from companies import copy_book

    from excel_model import open_excel
    from recording_face import RecordingFace
    from xlcredit.excel.desk import Desk

    def make(path=None, language="it", **how):
        excel = open_excel(path or copy_book(tmp_path / "Crediti.xlsm", language), **how)
        return Desk(RecordingFace(), excel, excel.ActiveWorkbook)

    return make


@pytest.fixture
def desk(make_desk):
    return make_desk()


@pytest.fixture
def press():
    """Press a button, at a desk of its own as each press has; what it said at its end, None when it said nothing."""
    from xlcredit.excel.desk import Desk
    from xlcredit.excel.ribbon import answer_press

    def pressed(key, desk):
        told = len(desk.face.told)
        answer_press(key, Desk(desk.face, desk.application, desk.workbook))
        assert len(desk.face.told) <= told + 1, "more than one message"
        assert desk.face.statuses[-1] is None, "the status bar was not given back"
        return desk.face.told[-1] if len(desk.face.told) > told else None

    return pressed
