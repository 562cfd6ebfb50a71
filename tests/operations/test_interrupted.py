"""What an interrupted issue left: letters in an unreachable folder, a name taken meanwhile, a failing save."""

import shutil
import sys

import pytest
from companies import copy_book, issued_in, letters_in

from xlcredit.books import replacing
from xlcredit.operations import issue as issuing
from xlcredit.operations import journal
from xlcredit.operations.issue import Request, issue
from xlcredit.operations.journal import LetterExistsError, LettersUnreachableError, journal_path
from xlcredit.operations.refresh import refresh


class PowerCutError(Exception):
    """Stands for a process that ends at once."""


def cut_power(monkeypatch, module, name):
    """From now on `module.name` ends the process: nothing that would run afterwards, runs."""

    def end(*_, **__):
        raise PowerCutError

    monkeypatch.setattr(module, name, end)
    monkeypatch.setattr(issuing, "recover_interrupted_issue", lambda _: (0, 0))


@pytest.fixture
def book(tmp_path):
    return copy_book(tmp_path / "book.xlsm")


@pytest.fixture
def committed(book, tmp_path, monkeypatch):
    """The register has the events; the letters still bear temporary names."""
    with monkeypatch.context() as patched:
        cut_power(patched, journal, "finish")
        with pytest.raises(PowerCutError):
            issue(book, Request(tmp_path / "share" / "out"))
    assert len(issued_in(book)) == 3
    assert letters_in(tmp_path / "share") == set()
    return book


@pytest.fixture
def uncommitted(book, tmp_path, monkeypatch):
    """The letters are written under temporary names; the register has nothing."""
    (tmp_path / "share").mkdir()
    with monkeypatch.context() as patched:
        cut_power(patched, issuing, "write_index")
        with pytest.raises(PowerCutError):
            issue(book, Request(tmp_path / "share" / "out"))
    assert len(drafts(tmp_path)) == 3
    return book


def drafts(folder):
    return list(folder.rglob(".*.docx.tmp"))


def test_committed_letters_get_their_names_at_the_next_refresh(committed, tmp_path):
    refresh(committed)

    assert letters_in(tmp_path / "share") == set(issued_in(committed))
    assert drafts(tmp_path) == []
    assert not journal_path(committed).exists()


def test_uncommitted_letters_go_at_the_next_refresh(uncommitted, tmp_path):
    refresh(uncommitted)

    assert list((tmp_path / "share").iterdir()) == []
    assert not journal_path(uncommitted).exists()


@pytest.mark.parametrize("state", ["committed", "uncommitted"])
def test_while_the_letters_cannot_be_reached_nothing_changes(request, tmp_path, state):
    book = request.getfixturevalue(state)
    before, kept = book.read_bytes(), journal_path(book).read_bytes()
    (tmp_path / "share").rename(tmp_path / "unplugged")

    with pytest.raises(LettersUnreachableError):
        refresh(book)
    assert (book.read_bytes(), journal_path(book).read_bytes()) == (before, kept)

    (tmp_path / "unplugged").rename(tmp_path / "share")
    refresh(book)
    assert letters_in(tmp_path / "share") == set(issued_in(book))
    assert drafts(tmp_path) == []


def test_drafts_that_a_person_has_thrown_away_stop_nobody(uncommitted, tmp_path):
    shutil.rmtree(tmp_path / "share" / "out")

    refresh(uncommitted)

    assert not journal_path(uncommitted).exists()


def test_letters_that_a_person_has_thrown_away_stop_nobody_once_their_folder_is_back(committed, tmp_path):
    folder = next(iter(drafts(tmp_path))).parent
    shutil.rmtree(folder)
    folder.mkdir()

    refresh(committed)

    assert not journal_path(committed).exists()


def test_a_name_taken_meanwhile_is_not_overwritten_and_the_letter_waits(committed, tmp_path):
    draft = drafts(tmp_path)[0]
    stranger = draft.with_name(draft.name[1:].removesuffix(".tmp"))
    stranger.write_text("altro")

    with pytest.raises(LetterExistsError):
        refresh(committed)
    assert stranger.read_text() == "altro"
    assert drafts(tmp_path) == [draft]

    stranger.unlink()
    refresh(committed)
    assert letters_in(tmp_path) == set(issued_in(committed))


def test_a_save_that_fails_after_its_commit_keeps_the_letters(book, tmp_path, monkeypatch):
    place = replacing.move_into_place

    def place_and_fail(temporary, path):
        place(temporary, path)
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(replacing, "move_into_place", place_and_fail)
        with pytest.raises(Exception, match="output error"):
            issue(book, Request(tmp_path / "out"))

    assert letters_in(tmp_path / "out") == set(issued_in(book)) != set()
    assert drafts(tmp_path) == []


def test_a_save_that_fails_before_its_commit_leaves_no_letter(book, tmp_path, monkeypatch):
    before = book.read_bytes()

    def fail(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(replacing, "move_into_place", fail)
        with pytest.raises(KeyboardInterrupt):
            issue(book, Request(tmp_path / "out"))

    assert book.read_bytes() == before
    assert not (tmp_path / "out").exists()
    assert not journal_path(book).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows only an administrator makes links")
def test_a_workbook_reached_through_a_link_finds_its_journal(committed, tmp_path):
    link = tmp_path / "elsewhere"
    link.mkdir()
    (link / "link.xlsm").symlink_to(committed)

    refresh(link / "link.xlsm")

    assert letters_in(tmp_path / "share") == set(issued_in(committed))
