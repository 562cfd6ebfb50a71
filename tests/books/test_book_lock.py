"""The lock: one run at a time, and never held by the dead."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from xlcredit.books import lock as lock_module
from xlcredit.books.errors import BookInUseError, BookNotFoundError
from xlcredit.books.lock import lock_path, locked

SRC = Path(__file__).parents[2] / "src"
HOLD = "import sys, time; from xlcredit.books.lock import locked\nwith locked(sys.argv[1]):\n print('held', flush=True); time.sleep(60)"


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "Crediti.xlsx"
    path.write_bytes(b"x")
    return path


@pytest.fixture
def holder(book):
    environment = {**os.environ, "PYTHONPATH": str(SRC)}
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(book)], stdout=subprocess.PIPE, env=environment
    )
    assert process.stdout.readline().rstrip() == b"held"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_second_run_is_refused_and_told_who_holds_it(book, holder):
    with pytest.raises(BookInUseError, match=str(holder.pid)), locked(book):
        pass
    assert lock_path(book).exists()


def test_lock_of_a_killed_run_is_taken_over(book, holder):
    holder.kill()
    holder.wait()
    assert lock_path(book).exists()
    with locked(book):
        assert json.loads(lock_path(book).read_text())["pid"] == os.getpid()
    assert not lock_path(book).exists()
    assert [path.name for path in book.parent.iterdir()] == [book.name]


def test_lock_is_released_after_an_error(book):
    def fail():
        with locked(book):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not lock_path(book).exists()


def test_same_process_enters_again(book):
    with locked(book):
        with locked(str(book)):
            assert lock_path(book).exists()
        assert lock_path(book).exists()
    assert not lock_path(book).exists()


def write_lock(book, **changes):
    content = {"pid": os.getpid(), "host": socket.gethostname(), "started": lock_module._started(os.getpid())}
    lock_path(book).write_text(json.dumps(content | changes))


@pytest.mark.parametrize("changes", [{"pid": 2**22 + 5}, {"started": "1"}, {"pid": "x"}])
def test_lock_whose_process_is_gone_is_nobodys(book, changes):
    write_lock(book, **changes)
    with locked(book):
        assert json.loads(lock_path(book).read_text())["pid"] == os.getpid()


@pytest.mark.parametrize("content", ["", "not json", "[1]"])
def test_lock_that_says_nothing_is_nobodys(book, content, monkeypatch):
    monkeypatch.setattr(lock_module, "_WAIT", 0.001)
    lock_path(book).write_text(content)
    with locked(book):
        assert lock_path(book).exists()


def test_lock_of_another_machine_is_respected(book):
    write_lock(book, host="altro-pc", pid=1)
    with pytest.raises(BookInUseError, match="1@altro-pc"), locked(book):
        pass


def test_lock_taken_meanwhile_is_given_back(book):
    write_lock(book, host="altro-pc", pid=1)
    content = lock_path(book).read_bytes()
    assert not lock_module._remove_stale(lock_path(book), b"what was stale")
    assert lock_path(book).read_bytes() == content


def test_missing_folder(tmp_path):
    with pytest.raises(BookNotFoundError), locked(tmp_path / "no" / "b.xlsx"):
        pass


def test_many_runs_one_at_a_time(book, tmp_path):
    """Five processes add to the same number under the lock; none is lost."""
    counter = tmp_path / "counter"
    counter.write_text("0")
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom xlcredit.books.lock import locked\n"
        "from xlcredit.books.errors import BookInUseError\ncounter = Path(sys.argv[2])\ndone = 0\n"
        "while done < 8:\n try:\n  with locked(sys.argv[1]):\n   value = int(counter.read_text())\n"
        "   time.sleep(0.002)\n   counter.write_text(str(value + 1))\n   done += 1\n"
        " except BookInUseError:\n  time.sleep(0.001)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(SRC)}
    runs = [
        subprocess.Popen([sys.executable, "-c", code, str(book), str(counter)], env=environment)
        for _ in range(3)
    ]
    started = time.monotonic()
    assert [run.wait(timeout=60) for run in runs] == [0, 0, 0]
    assert counter.read_text() == "24"
    assert time.monotonic() - started < 60
