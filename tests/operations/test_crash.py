"""SIGKILL before every single change to the file system; afterwards nothing is lost, doubled or half-done."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from companies import make_book

from xlcredit.operations.issue import Request, issue
from xlcredit.operations.journal import journal_path
from xlcredit.operations.opened import open_for
from xlcredit.operations.refresh import refresh

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="fork and SIGKILL are POSIX")

CRASH = Path(__file__).with_name("crash.py")


def crash_everywhere(folder: Path, call: str) -> list[Path]:
    """The folders that the killed children left, one for each change that the operation makes."""
    done = subprocess.run(
        [sys.executable, str(CRASH), str(folder), "1", "1", call], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [folder / str(number) for number in range(1, int(done.stdout) + 1)]


def letters_in(out: Path) -> set[str]:
    return {path.stem.rpartition("_")[2] for path in out.rglob("*.docx") if not path.name.startswith(".")}


def issued_in(book: Path) -> list[str]:
    """Reminder ids in the register, one entry a letter."""
    events = open_for(book).ledger.reminders
    issued = events[events["event"] == "issued"]
    return issued.drop_duplicates(["reminder_id"])["reminder_id"].tolist()


def drafts_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if ".tmp" in path.name or path.name.startswith(".~")]


def test_issue_killed_at_every_change_leaves_each_letter_with_its_event_and_each_event_with_its_letter(tmp_path):
    (tmp_path / "start").mkdir()
    book = make_book(tmp_path / "start" / "book.xlsm")
    whole = tmp_path / "whole"
    shutil.copytree(tmp_path / "start", whole)
    expected = [letter.customer_id for letter in issue(whole / "book.xlsm", Request(whole / "out")).letters]
    assert expected
    assert book.exists()

    left = crash_everywhere(tmp_path, "issue")

    assert len(left) > 15  # the journal, the letters, the index, the save, the names
    for folder in left:
        book, out = folder / "book.xlsm", folder / "out"
        issue(book, Request(out))
        issued = issued_in(book)
        assert letters_in(out) == set(issued), folder
        assert len(issued) == len(expected), folder
        assert drafts_in(folder) == [], folder
        assert not journal_path(book).exists(), folder
        assert issue(book, Request(out)).letters == [], folder


@pytest.mark.parametrize("call", ["run", "propose"])
def test_a_save_killed_at_every_change_leaves_the_workbook_as_before_or_as_after(tmp_path, call):
    (tmp_path / "start").mkdir()
    make_book(tmp_path / "start" / "book.xlsm")
    before = (tmp_path / "start" / "book.xlsm").read_bytes()

    left = crash_everywhere(tmp_path, call)

    after = (left[-1] / "book.xlsm").read_bytes()
    assert after != before
    assert len(left) > 3
    for folder in left:
        assert (folder / "book.xlsm").read_bytes() in (before, after), folder
        refresh(folder / "book.xlsm")
        assert drafts_in(folder) == [], folder
