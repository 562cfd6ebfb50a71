"""Saving: entirely or not at all, whatever happens meanwhile; the versions before are kept."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pandas as pd
import pytest
from book_samples import rich_book

from xlcredit.books import TableUpdate, open_book, restore
from xlcredit.books import errors as book_errors
from xlcredit.books.backup import FOLDER, versions

SRC = Path(__file__).parents[2] / "src"


@pytest.fixture
def book(tmp_path):
    return rich_book(tmp_path / "Crediti.xlsm")


def residuo(value):
    return [TableUpdate("invoices", {"Residuo": pd.Series([float(value)] * 12)})]


def value_of(path):
    return open_book(path).read("invoices")["invoices"].frame["Residuo"][0]


def names(path):
    return sorted(entry.name for entry in path.parent.iterdir() if entry.name != FOLDER)


posix = pytest.mark.skipif(sys.platform == "win32", reason="modes, limits, fork and SIGKILL are POSIX")


@posix
def test_mode_of_the_file_stays(book):
    book.chmod(0o640)
    open_book(book).save(residuo(5))
    assert book.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows only an administrator makes links")
def test_link_to_the_workbook_stays_a_link(book, tmp_path):
    link = tmp_path / "altro" / "Link.xlsm"
    link.parent.mkdir()
    link.symlink_to(book)
    open_book(link).save(residuo(5))
    assert link.is_symlink()
    assert value_of(book) == 5


def test_last_three_different_versions_are_kept(book):
    contents = [book.read_bytes()]
    for value in range(2, 7):
        open_book(book).save(residuo(value))
        open_book(book).save(residuo(value))
        contents.append(book.read_bytes())
    kept = versions(book)
    assert [path.name for path in kept] == [f"Crediti.00000{number}.xlsm" for number in (5, 4, 3)]
    assert [path.read_bytes() for path in kept] == contents[-2:-5:-1]
    assert len(list((book.parent / FOLDER).iterdir())) == 3


def test_versions_of_other_workbooks_are_left_alone(book, tmp_path):
    other = rich_book(tmp_path / "Crediti.2.xlsm")
    open_book(other).save(residuo(1.5))
    for value in range(2, 7):
        open_book(book).save(residuo(value))
    assert len(versions(other)) == 1


def test_restore_goes_back_and_forth(book):
    original = book.read_bytes()
    open_book(book).save(residuo(5))
    changed = book.read_bytes()
    assert restore(book).name == "Crediti.000001.xlsm"
    assert book.read_bytes() == original
    restore(book)
    assert book.read_bytes() == changed


def test_restore_without_a_version_is_refused(book):
    with pytest.raises(book_errors.NoBackupError):
        restore(book)


def test_restore_replaces_a_damaged_workbook(book):
    open_book(book).save(residuo(5))
    content = book.read_bytes()
    open_book(book).save(residuo(6))
    book.write_bytes(b"half a file")
    restore(book)
    assert book.read_bytes() == content


def test_leftovers_of_a_killed_save_are_removed(book):
    leftover = book.with_name(f".{book.name}.4711.xlcredit.tmp")
    leftover.write_bytes(b"half")
    open_book(book).save(residuo(5))
    assert names(book) == ["Crediti.xlsm"]


def test_read_only_file_is_refused(book):
    book.chmod(0o444)
    with pytest.raises(book_errors.BookReadOnlyError):
        open_book(book).save(residuo(5))
    assert value_of(book) == 1


FAILURES = {
    errno.ENOSPC: book_errors.DiskFullError,
    errno.EDQUOT: book_errors.DiskFullError,
    errno.EACCES: book_errors.FolderReadOnlyError,
    errno.EROFS: book_errors.FolderReadOnlyError,
    errno.EIO: book_errors.WriteFailedError,
    errno.ESTALE: book_errors.WriteFailedError,
}


@pytest.mark.parametrize("code", FAILURES)
@pytest.mark.parametrize("call", ["fsync", "replace", pytest.param("fchmod", marks=posix), "open"])
def test_failure_of_the_system_is_named_and_nothing_changes(book, monkeypatch, call, code):
    content = book.read_bytes()
    opened = open_book(book)

    def fail(*_, **__):
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr(os, call, fail)
        with pytest.raises(FAILURES[code]):
            opened.save(residuo(5))
    assert book.read_bytes() == content
    assert names(book) == ["Crediti.xlsm"]
    assert value_of(book) == 1


@posix
def test_disk_that_fills_up(book):
    """A real limit on the size of files, in a process of its own: the system refuses to write on."""
    content = book.read_bytes()
    done = _child(book, """
        import resource, signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        opened = open_book(book)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        try:
            opened.save(updates)
        except DiskFullError as error:
            print("named", error.facts["path"] == str(book))
    """)  # fmt: skip
    assert done.stdout == "named True\n", done.stderr
    assert book.read_bytes() == content
    assert names(book) == ["Crediti.xlsm"]


def _child(book, code):
    script = (
        "import os, sys\nfrom pathlib import Path\nimport pandas as pd\n"
        "from xlcredit.books import TableUpdate, open_book, restore\nfrom xlcredit.books.errors import *\n"
        f"book = Path({str(book)!r})\n"
        "updates = [TableUpdate('invoices', {'Residuo': pd.Series([5.0] * 12)})]\n" + textwrap.dedent(code)
    )
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SRC)},
    )


KILLING = """
    import pathlib, shutil
    from xlcredit.books import zips

    def killing(call, step, steps):
        def called(*arguments, **options):
            if next(steps) == step:
                os.kill(os.getpid(), 9)
            return call(*arguments, **options)
        return called

    def save_and_die(path, step):
        import itertools
        steps = itertools.count()
        opened = open_book(path)
        for name in ("fsync", "replace", "fchmod", "open", "rename", "unlink", "mkdir", "write", "close"):
            setattr(os, name, killing(getattr(os, name), step, steps))
        shutil.copyfile = killing(shutil.copyfile, step, steps)
        zips._write_packed = killing(zips._write_packed, step, steps)
        zips._write_end = killing(zips._write_end, step, steps)
        opened.save(updates)
        os._exit(0)

    old = book.read_bytes()
    for step in range(200):
        path = book.parent / f"at{step}" / book.name
        path.parent.mkdir()
        path.write_bytes(old)
        pid = os.fork()
        if pid == 0:
            save_and_die(path, step)
        status = os.waitpid(pid, 0)[1]
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status))
        if not os.WIFSIGNALED(status):
            break
"""


@posix
def test_kill_at_every_step_of_a_save_leaves_the_old_or_the_new_version(book):
    old = book.read_bytes()
    done = _child(book, KILLING)
    *killed, last = [int(line) for line in done.stdout.split()]
    assert set(killed) == {signal.SIGKILL}, done.stderr
    assert last == 0
    assert len(killed) >= 12
    folders = [book.parent / f"at{step}" for step in range(len(killed) + 1)]
    new = (folders[-1] / book.name).read_bytes()
    left = [(folder / book.name).read_bytes() for folder in folders]
    assert old != new
    assert left == sorted(left, key=lambda content: content == new)
    assert set(left[:-1]) == {old, new}
    for folder in folders:
        _is_sound(folder / book.name, old)


def _is_sound(book, old):
    """Whatever a kill left, the next save works, and leaves nothing but the workbook and its versions."""
    assert all(path.read_bytes() == old for path in versions(book))
    open_book(book).save(residuo(7))
    assert value_of(book) == 7
    assert names(book) == ["Crediti.xlsm"]
    kept = sorted(path.name for path in versions(book))
    assert sorted(path.name for path in (book.parent / FOLDER).iterdir()) == kept
