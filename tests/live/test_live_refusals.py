"""Workbooks and moments in which Excel cannot be worked with: said in words, before anything is done."""

import pytest
from book_samples import rich_book
from companies import copy_book

from excel_com import RPC_E_DISCONNECTED, ComError, refused
from xlcredit.books.live import LiveBook, com
from xlcredit.books.live.errors import (
    AutoSavedBookError,
    ExcelBusyError,
    ExcelGoneError,
    ExcelRefusedError,
    NeverSavedError,
    OnlineBookError,
    OpenedReadOnlyError,
    SharedBookError,
)
from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.operations.issue import Request, issue
from xlcredit.operations.refresh import refresh


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    """Excel is not waited for as long as in an office."""
    monkeypatch.setattr(com, "PAUSES", (0, 0, 0))


UNSUITABLE = {
    NeverSavedError: {"saved_once": False},
    OnlineBookError: {"address": "https://azienda-my.sharepoint.com/personal/anna/Documents"},
    OpenedReadOnlyError: {"read_only": True},
}


@pytest.mark.parametrize("error", UNSUITABLE)
def test_a_workbook_that_could_not_be_saved_is_refused_first(tmp_path, opened, error):
    excel, live = opened(copy_book(tmp_path / "book.xlsm"), **UNSUITABLE[error])
    refuses_everything(tmp_path, excel, live, error)


@pytest.mark.parametrize(("error", "fact"), [(AutoSavedBookError, "_autosave"), (SharedBookError, "_shared")])
def test_a_workbook_that_others_write_in_is_refused_first(tmp_path, opened, error, fact):
    excel, live = opened(copy_book(tmp_path / "book.xlsm"))
    setattr(excel.ActiveWorkbook, fact, True)
    refuses_everything(tmp_path, excel, live, error)


def refuses_everything(folder, excel, live, error):
    before = sorted(folder.iterdir())
    for act in (refresh, lambda book: issue(book, Request(folder / "out")), lambda book: book.restore()):
        with pytest.raises(error) as told:
            act(live)
        assert excel.ActiveWorkbook.Saved
        assert sorted(folder.iterdir()) == before
    for language in LANGUAGES:
        assert "{" not in Catalogue(language).error(told.value)


def test_an_excel_of_before_autosave_is_taken_as_it_is(tmp_path, opened, monkeypatch):
    excel, live = opened(copy_book(tmp_path / "book.xlsm"))
    monkeypatch.delattr(type(excel.ActiveWorkbook), "AutoSaveOn")
    assert refresh(live).changed


def test_a_busy_excel_is_tried_again(tmp_path, opened):
    excel, live = opened(rich_book(tmp_path / "b.xlsx"))
    excel._busy = 2
    assert live.read("invoices")


@pytest.mark.parametrize("act", [refresh, lambda live: live.read("invoices"), lambda live: live.restore()])
def test_an_excel_that_stays_busy_is_told(tmp_path, opened, act):
    excel, live = opened(copy_book(tmp_path / "book.xlsm"))
    excel._busy = True
    with pytest.raises(ExcelBusyError, match="Finish typing"):
        act(live)


def test_excel_that_becomes_busy_half_way_is_waited_for(tmp_path, opened):
    excel, live = opened(copy_book(tmp_path / "book.xlsm"))
    calls = [0]

    def sometimes(name):
        calls[0] += 1
        if calls[0] % 150 == 0:
            raise ComError(-2147418111, "Call was rejected by callee.")

    excel._before = sometimes
    refresh(live)


def test_an_excel_that_was_closed_is_told(tmp_path, opened):
    excel, live = opened(copy_book(tmp_path / "book.xlsm"))

    def gone(name):
        raise ComError(RPC_E_DISCONNECTED, "The object invoked has disconnected from its clients.")

    excel._before = gone
    with pytest.raises(ExcelGoneError):
        refresh(live)


def test_what_excel_refuses_is_told_in_its_words(tmp_path, opened):
    excel, live = opened(rich_book(tmp_path / "b.xlsx"))

    def refuse(name):
        if name == "Range.Value2":
            raise refused("Impossibile trovare la proprietà Value2")

    excel._before = refuse
    with pytest.raises(ExcelRefusedError, match="Impossibile trovare"):
        live.read("invoices")


def test_errors_of_ours_pass_unchanged():
    with pytest.raises(ValueError, match="nostro"), com.told("b.xlsx"):
        raise ValueError("nostro")


def test_objects_are_taken_out_of_the_wrapper_that_waits_for_ever(tmp_path, opened):
    class Wrapper:
        def __init__(self, inner):
            self._inner = inner

        def __getattr__(self, name):
            pytest.fail(f"{name} was asked of the wrapper")

    excel, _ = opened(rich_book(tmp_path / "b.xlsx"))
    assert LiveBook(Wrapper(excel.ActiveWorkbook)).read("invoices")


def test_a_member_that_only_seems_missing_because_excel_is_busy_is_asked_for_again():
    """As pywin32 tells it: AttributeError, though the number of the name cannot be had for business."""

    class Numbers:
        def GetIDsOfNames(self, _, name):  # noqa: N802
            raise ComError(-2147418111, "Call was rejected by callee.")

    class Busy:
        _oleobj_, left = Numbers(), 2

        @property
        def Name(self):  # noqa: N802
            Busy.left -= 1
            if Busy.left >= 0:
                raise AttributeError("Name")
            return "b.xlsx"

    assert com.Patient(Busy()).Name == "b.xlsx"


def test_a_member_that_excel_does_not_know_is_missing():
    class Numbers:
        def GetIDsOfNames(self, _, name):  # noqa: N802
            raise ComError(-2147352570, "Unknown name.")

    class Old:
        _oleobj_ = Numbers()

    assert not hasattr(com.Patient(Old()), "AutoSaveOn")
