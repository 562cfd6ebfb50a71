"""SIGKILL before every single change to the file system; afterwards nothing is lost, doubled or half-done."""

import hashlib
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from companies import LEDGER_CSV, copy_book, issued_in, letters_in

from xlcredit.books import open_book
from xlcredit.books.lock import locked
from xlcredit.operations.issue import Request, issue
from xlcredit.operations.new import new_workbook
from xlcredit.operations.propose import propose
from xlcredit.operations.recovery import recover_interrupted_issue
from xlcredit.operations.refresh import refresh

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="fork and SIGKILL are POSIX")

KILLS = int(os.environ.get("XLCREDIT_KILLS", "12"))
"""Kills at random instants: few here, 200 before a release."""

CRASH = Path(__file__).with_name("crash.py")


def killed(folder: Path, call: str, *how: str) -> subprocess.CompletedProcess:
    """Run `call` in `folder/here` under crash.py."""
    return subprocess.run(
        [sys.executable, str(CRASH), str(folder), call, *how], capture_output=True, text=True, check=False
    )


def killed_everywhere(folder: Path, call: str, step: int = 1) -> list[Path]:
    """What each kill left, in the order of the changes, and at last what the whole operation left."""
    done = killed(folder, call, str(step))
    assert done.returncode == 0, done.stderr
    left = sorted((folder / "left").iterdir(), key=lambda path: int(path.name))
    assert len(left) == int(done.stdout) // step
    whole = folder / "left" / "whole"
    shutil.copytree(folder / "here", whole)
    return [*left, whole]


def put_back(left: Path) -> Path:
    """The folder as a kill left it, in the place where it was: a journal names files by their whole path."""
    here = left.parents[1] / "here"
    shutil.rmtree(here)
    shutil.copytree(left, here)
    return here


def contents(here: Path) -> dict[str, str]:
    """Every file but the copies kept, by its fingerprint."""
    return {
        path.relative_to(here).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(here.rglob("*"))
        if path.is_file() and ".xlcredit-backup" not in path.parts
    }


def is_leftover(name: str) -> bool:
    return name.endswith((".tmp", ".lock", ".json"))


def start(tmp_path: Path, *steps) -> Path:
    (tmp_path / "here").mkdir()
    book = copy_book(tmp_path / "here" / "book.xlsm")
    for step in steps:
        step(book)
    return book


def test_issue_killed_at_every_change_leaves_each_letter_with_its_event_and_each_event_with_its_letter(
    tmp_path,
):
    book = start(tmp_path)
    before, out = contents(book.parent), book.parent / "out"

    left = killed_everywhere(tmp_path, "issue")

    after = contents(left[-1])
    expected = issued_in(left[-1] / "book.xlsm")
    assert len(expected) == 3
    assert letters_in(left[-1] / "out") == set(expected)
    assert len(left) > 15  # the lock, the journal, the folders, the letters, the index, the save, the names
    issued_again = set()
    for state in left:
        here = put_back(state)
        with locked(book):  # the lock of the killed process is nobody's
            recover_interrupted_issue(book)
        found = contents(here)
        rest = {name for name in found if is_leftover(name)}
        assert {name: found[name] for name in found.keys() - rest} in (before, after), state.name
        assert all(name.endswith(".xlcredit.tmp") for name in rest), state.name  # the next save removes it
        if (key := (len(found), len(rest))) not in issued_again:
            issued_again.add(key)
            issue(book, Request(out))
            assert issued_in(book) == expected, state.name
            assert letters_in(out) == set(expected), state.name
            assert not [name for name in contents(here) if is_leftover(name)], state.name
            assert issue(book, Request(out)).letters == []


@pytest.mark.parametrize("call", ["issue", "run"])
def test_killed_at_random_instants_nothing_is_lost_doubled_or_half_done(tmp_path, call):
    book = start(tmp_path)
    shutil.copytree(book.parent, tmp_path / "start")
    (tmp_path / "left").mkdir()

    done = killed(tmp_path, call, "random", str(KILLS), "1.1")

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > KILLS // 4  # or the instants came too late to prove anything
    for number in range(KILLS):
        here = put_back(tmp_path / "left" / str(number))
        refresh(book)
        assert letters_in(here / "out") == set(issued_in(book)), number
        issue(book, Request(here / "out"))
        assert letters_in(here / "out") == set(issued_in(book)), number
        assert len(issued_in(book)) == 3, number
        assert not [name for name in contents(here) if is_leftover(name)], number


@pytest.mark.parametrize("number", sorted(random.Random(7).sample(range(2, 48), 3)))
def test_issue_itself_killed_is_completed_or_undone_by_the_next_refresh(tmp_path, number):
    book = start(tmp_path)

    assert killed(tmp_path, "issue", "at", str(number)).returncode == -9

    refresh(book)
    assert letters_in(book.parent / "out") == set(issued_in(book))
    assert not [name for name in contents(book.parent) if is_leftover(name)]


@pytest.mark.parametrize(
    ("call", "again", "steps"),
    [
        ("run", refresh, ()),
        ("propose", propose, ()),
        ("cancel", refresh, (lambda book: issue(book, Request(book.parent / "out")),)),
    ],
    ids=["run", "propose", "cancel"],
)
def test_a_save_killed_at_every_change_leaves_the_workbook_as_before_or_as_after(
    tmp_path, call, again, steps
):
    book = start(tmp_path, *steps)
    before = book.read_bytes()

    left = killed_everywhere(tmp_path, call)

    after = (left[-1] / "book.xlsm").read_bytes()
    assert after != before
    assert len(left) > 5
    for state in left:
        assert (state / "book.xlsm").read_bytes() in (before, after), state.name
    put_back(next(state for state in left if list(state.glob(".book.xlsm.*.tmp"))))
    again(book)
    assert not [name for name in contents(book.parent) if is_leftover(name)]


@pytest.mark.parametrize("call", ["new", "adopt"])
def test_a_new_workbook_is_there_whole_or_not_at_all_wherever_its_making_is_killed(tmp_path, call):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "theirs.csv").write_text(LEDGER_CSV, encoding="utf-8")

    left = killed_everywhere(tmp_path, call)

    whole = (left[-1] / "made" / "new.xlsm").read_bytes()
    assert len(left) > 3
    for state in left:
        made = state / "made" / "new.xlsm"
        assert not made.exists() or made.read_bytes() == whole, state.name
        assert (state / "theirs.csv").read_text("utf-8") == LEDGER_CSV
    half = put_back(next(state for state in left if (state / "made" / ".new.xlsm.tmp").exists()))
    new_workbook(half / "made" / "new.xlsm")
    assert [path.name for path in (half / "made").iterdir()] == ["new.xlsm"]


def test_a_tour_killed_anywhere_leaves_a_workbook_that_opens_and_agrees_with_its_letters(tmp_path):
    (tmp_path / "here").mkdir()

    left = killed_everywhere(tmp_path, "demo", step=43)

    for state in left:
        book = state / "demo" / "CreditControl.xlsm"
        if not book.exists():
            continue
        here = put_back(state) / "demo"
        with locked(here / book.name):
            recover_interrupted_issue(here / book.name)
        assert open_book(here / book.name).has("invoices")
        assert letters_in(here) == set(issued_in(here / book.name)) - {"S0"}, state.name
