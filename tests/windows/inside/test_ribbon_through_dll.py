"""Buttons pressed as the workbook's macro presses them: in the COM server, on an open workbook of the model."""

import json
import time

import pytest
from companies import copy_book
from macros import Macros

from excel_model import open_excel
from xlcredit.books import open_book
from xlcredit.books.live import LiveBook
from xlcredit.operations.refresh import refresh

YES, NO = 6, 7


@pytest.fixture(scope="module")
def servers():
    """One server for all tests, as one Excel has."""
    kept = []
    yield kept
    for macros in kept[:1]:
        macros.end()


@pytest.fixture
def excel(tmp_path):
    folder = tmp_path / "Crediti & co (è)"
    folder.mkdir()
    return open_excel(copy_book(folder / "Crediti.xlsm"))


@pytest.fixture
def press(excel, servers, tmp_path):
    """Press a button; the boxes shown, the last one last."""
    macros = Macros(excel.ActiveWorkbook)
    if servers:
        macros.share(servers[0])
    servers.append(macros)
    notes = tmp_path / "boxes.jsonl"

    def press(key, *replies, escape_at=None):
        notes.write_text("", "utf-8")
        macros.run(
            f"import recorded_boxes; recorded_boxes.record({str(notes)!r}, {replies!r}, {escape_at!r})"
        )
        macros.run(f"import xlcredit.excel.ribbon; xlcredit.excel.ribbon.press({key!r})")
        return [json.loads(line) for line in notes.read_text("utf-8").splitlines()]

    return press


def column(book, table, key):
    frame = book.read(table)[table].frame
    return frame[book.headers(table)[key]].tolist()


def test_refresh_tells_what_is_open_in_one_box(press, excel):
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
    live, filed = LiveBook(excel.ActiveWorkbook), open_book(closed)
    for key in ("bucket", "residue", "interest", "level"):
        assert column(live, "invoices", key) == column(filed, "invoices", key), key


def test_a_second_press_starts_at_once(press):
    press("guide")
    start = time.perf_counter()
    press("guide")
    assert time.perf_counter() - start < 1.0


def test_letters_are_proposed_issued_once_and_cancelled(press, excel):
    book = excel.ActiveWorkbook
    assert "3" in press("propose")[-1]["text"]
    (question, done, opened) = press("issue", YES)
    assert sorted(path.name for path in letters(excel)) == []
    assert (question, done, opened, book) == 0


def letters(excel):
    from pathlib import Path

    return list(Path(excel.ActiveWorkbook.Path).rglob("*.docx"))
