"""Operations on a workbook open in Excel: the cells of the file's, and letters only with a saved register."""

import contextlib
import datetime as dt
import shutil
import sys
from pathlib import Path

import pytest
from companies import copy_book, issued_in, letters_in
from test_live_reading import SHIPPED, assert_same_books

from excel_com import refused
from xlcredit.books import open_book
from xlcredit.books.errors import BookInUseError, BookIsOpenError
from xlcredit.books.live.errors import ExcelRefusedError, NotSavedError
from xlcredit.books.lock import locked
from xlcredit.operations import cancel as cancelling
from xlcredit.operations import issue as issuing
from xlcredit.operations.cancel import cancel
from xlcredit.operations.check import check_workbook
from xlcredit.operations.issue import Request, issue, preview
from xlcredit.operations.journal import journal_path
from xlcredit.operations.propose import propose
from xlcredit.operations.refresh import refresh

DAY = dt.date(2026, 11, 30)
FIRST_REMINDER = "S261130-001"
NOON = dt.datetime(2026, 11, 30, 12)


@pytest.fixture
def noon(monkeypatch):
    """It is noon whenever somebody looks at the clock."""
    for module in (issuing, cancelling):
        monkeypatch.setattr(module, "now", lambda: NOON)
    monkeypatch.setattr(issuing, "today", lambda: DAY)


def test_refresh_propose_issue_and_cancel_write_the_same_cells(tmp_path, opened, noon):
    for folder in ("file", "excel"):
        (tmp_path / folder).mkdir()
    closed, path = (
        Path(shutil.copy(SHIPPED, tmp_path / folder / "book.xlsm")) for folder in ("file", "excel")
    )
    excel, live = opened(path)
    reminders: list[str] = []
    for act in (
        lambda place: refresh(place, DAY),
        lambda place: propose(place, DAY),
        lambda place: issue(place, Request(path_of(place).parent / "out", as_of=DAY, by="Anna", limit=12)),
        lambda place: cancel(place, FIRST_REMINDER, "errore", "Anna", DAY),
        lambda place: refresh(place, DAY),
    ):
        by_file, by_excel = act(closed), act(live)
        if hasattr(by_file, "letters"):
            reminders = [letter.reminder_id for letter in by_file.letters]
            assert reminders == [letter.reminder_id for letter in by_excel.letters]
            assert (len(reminders), reminders[0]) == (12, FIRST_REMINDER)
        assert_same_books(live.reopened(), open_book(closed))
        excel.ActiveWorkbook.Save()
    assert letters_in(tmp_path / "file" / "out") == letters_in(tmp_path / "excel" / "out") == set(reminders)


def path_of(place):
    return place if isinstance(place, Path) else place.path


@pytest.fixture
def company(tmp_path, opened):
    """A small company's workbook in Excel."""
    excel, live = opened(copy_book(tmp_path / "book.xlsm"))
    return excel, live


def test_a_second_refresh_writes_nothing(company):
    excel, live = company
    assert refresh(live).changed
    excel.ActiveWorkbook.Saved = True
    assert not refresh(live).changed
    assert excel.ActiveWorkbook.Saved


def test_a_refresh_makes_as_many_calls_for_many_rows_as_for_few(tmp_path, opened):
    from book_samples import rich_book

    from xlcredit.books import TableUpdate

    counts = []
    for rows in (12, 300):
        excel, live = opened(rich_book(tmp_path / f"b{rows}.xlsx", rows=rows))
        excel._calls.clear()
        live.read("invoices")
        live.save([TableUpdate("invoices", {"Fascia": range_of_texts(rows)})])
        counts.append(sum(excel._calls.values()))
    assert counts[0] == counts[1]


def range_of_texts(rows):
    import pandas as pd

    return pd.Series([f"{row}-{row + 1}" for row in range(rows)])


def test_checking_and_previewing_leave_the_workbook_alone(company, tmp_path):
    excel, live = company
    check_workbook(live)
    assert len(preview(live, Request(tmp_path / "out")).letters) == 3
    assert excel.ActiveWorkbook.Saved
    assert not (tmp_path / "out").exists()


def test_issue_saves_the_workbook_before_the_letters_get_their_names(company, tmp_path):
    excel, live = company
    seen = []

    def look(name):
        if name == "Workbook.Save":
            seen.append((letters_in(tmp_path / "out"), journal_path(live.path).exists()))

    excel._before = look
    done = issue(live, Request(tmp_path / "out"))
    assert seen == [(set(), True)]
    assert excel.ActiveWorkbook.Saved
    assert (
        issued_in_file(live.path)
        == sorted(letters_in(tmp_path / "out"))
        == [x.reminder_id for x in done.letters]
    )
    assert issue(live, Request(tmp_path / "out")).letters == []


def issued_in_file(path):
    """Reminder ids in the register on the disk, whoever has the workbook open."""
    copy = path.with_name(f"letta_{path.name}")
    shutil.copy(path, copy)
    return issued_in(copy)


def test_when_it_cannot_be_saved_register_and_letters_are_taken_back(company, tmp_path):
    excel, live = company
    excel.ActiveWorkbook._refuses_save = True
    before = open_book(live.path, to_write=False).read("reminders", "invoices", "proposal")
    with pytest.raises(NotSavedError, match="Document not saved"):
        issue(live, Request(tmp_path / "out"))
    after = live.reopened().read("reminders", "invoices", "proposal")
    assert all(after[key].frame.equals(before[key].frame) for key in before)
    assert not (tmp_path / "out").exists()
    assert not journal_path(live.path).exists()


def test_with_a_filter_on_it_is_all_taken_back_and_the_filter_stays(company, tmp_path):
    excel, live = company
    sheet = excel.ActiveWorkbook.Worksheets("Scadenzario")
    refresh(live)
    sheet.ListObjects(1).Range.AutoFilter(3, "C002")
    before, hidden = sheet.UsedRange.Formula, set(sheet._hidden)
    assert hidden
    excel.ActiveWorkbook._refuses_save = True
    with pytest.raises(NotSavedError):
        issue(live, Request(tmp_path / "out"))
    assert (sheet.UsedRange.Formula, sheet._hidden) == (before, hidden)


def test_a_save_that_excel_lets_a_macro_call_off_is_noticed(company, tmp_path, monkeypatch):
    excel, live = company
    monkeypatch.setattr(type(excel.ActiveWorkbook), "Save", lambda self: None)
    with pytest.raises(NotSavedError):
        issue(live, Request(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_the_command_line_refuses_while_excel_has_the_workbook(company):
    _, live = company
    with pytest.raises(BookIsOpenError, match="Anna"):
        refresh(live.path)


def test_excel_refuses_while_the_command_line_works_on_the_file(company):
    import subprocess

    _, live = company
    hold = "import sys; from xlcredit.books.lock import locked\nwith locked(sys.argv[1]):\n print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(live.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        other.stdout.readline()
        with pytest.raises(BookInUseError):
            refresh(live)
        other.communicate(b"")
    with locked(live.path):
        assert refresh(live).changed


# Killed at any step


class Killed(BaseException):
    """Stands for a process that ends at once: nothing that comes after it reaches Excel."""


CHANGING = {"Workbook.Save", "Workbook.SaveCopyAs", "ListObject.Resize", "Range.ClearContents"}
ON_DISK = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir"}


class Steps:
    """Counts what changes Excel or the disk; at the step `last` everything ends."""

    def __init__(self, folder):
        self.folder, self.count, self.last = str(folder), 0, None
        self.is_counting = False

    def step(self):
        if not self.is_counting:
            return
        self.count += 1
        if self.last is not None and self.count >= self.last:
            raise Killed

    def in_excel(self, name):
        if name.endswith("=") or name in CHANGING:
            self.step()
        elif self.is_counting and self.last is not None and self.count >= self.last:
            raise Killed

    def on_disk(self, event, args):
        if event in ON_DISK and str(args[0]).startswith(self.folder) and ".lock" not in str(args[0]):
            self.step()


STEPS = Steps("")
sys.addaudithook(STEPS.on_disk)


def issue_until(step, folder, opened):
    """Issue in Excel, killed at that step: the application, the book, and how many steps there were."""
    excel, live = opened(copy_book(folder / "book.xlsm"))
    STEPS.folder, STEPS.count, STEPS.last = str(folder), 0, step
    excel._before = STEPS.in_excel
    STEPS.is_counting = True
    with contextlib.suppress(Killed):
        issue(live, Request(folder / "out"))
    STEPS.is_counting, excel._before = False, None
    return excel, live, STEPS.count


def test_killed_at_any_step_the_next_press_leaves_no_letter_without_event_nor_the_reverse(tmp_path, opened):
    (tmp_path / "whole").mkdir()
    *_, steps = issue_until(None, tmp_path / "whole", opened)
    assert steps > 40
    for turn, step in enumerate(range(1, steps + 1, 3)):
        folder = tmp_path / str(step)
        folder.mkdir()
        excel, live, _ = issue_until(step, folder, opened)
        if turn % 2:  # Excel is still there
            excel.Interactive = excel.ScreenUpdating = excel.EnableEvents = True
            issue(live.reopened(), Request(folder / "out"))
            excel.Quit()
        else:  # Excel went too; what was not saved is lost
            excel.Quit()
            with contextlib.suppress(FileNotFoundError):
                issue(live.path, Request(folder / "out"))
        assert issued_in(live.path) == sorted(letters_in(folder / "out")), step
        assert len(issued_in(live.path)) == 3, step
        assert not journal_path(live.path).exists(), step
        assert list((folder / "out").rglob(".*")) == [], step


def test_a_fault_of_excel_while_issuing_takes_everything_back(company, tmp_path):
    excel, live = company
    left = [3]

    def refuse(name):
        if name == "Range.Value2=":
            left[0] -= 1
            if left[0] == 0:
                raise refused("prova")

    excel._before = refuse
    with pytest.raises(ExcelRefusedError, match="prova"):
        issue(live, Request(tmp_path / "out"))
    excel._before = None
    assert not (tmp_path / "out").exists()
    assert live.reopened().read("reminders")["reminders"].frame.notna().to_numpy().sum() == 0
    assert len(issue(live, Request(tmp_path / "out")).letters) == 3
