"""Run an operation in a child that is killed before its n-th change to the file system.

Every change is counted by an audit hook, which the interpreter calls before the change happens: opening a file for
writing, renaming, linking, removing, making and removing folders. Usage:

    python crash.py FOLDER FIRST STEP CALL...

forks a child for n = FIRST, FIRST + STEP, ... on a fresh copy `FOLDER/n` of `FOLDER/start`, until a child gets
through alive. Prints the number of children.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

CHANGES = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "shutil.move"}


def is_change(event: str, args: tuple, folder: str) -> bool:
    if event == "open":
        path, _, flags = args
        writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        return bool(writes) and str(path).startswith(folder)
    return event in CHANGES and str(args[0]).startswith(folder)


def die_at(number: int, folder: str) -> None:
    seen = 0

    def hook(event: str, args: tuple) -> None:
        nonlocal seen
        if (event == "open" or event in CHANGES) and is_change(event, args, folder):
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def act(call: str, folder: Path) -> None:
    """The operation under test, on `folder/book.xlsm` and `folder/out`."""
    from xlcredit.operations.cancel import cancel
    from xlcredit.operations.issue import Request, issue
    from xlcredit.operations.propose import propose
    from xlcredit.operations.refresh import refresh

    book = folder / "book.xlsm"
    if call == "issue":
        issue(book, Request(folder / "out"))
    elif call == "run":
        refresh(book)
    elif call == "propose":
        propose(book)
    elif call.startswith("cancel:"):
        cancel(book, call.partition(":")[2], "prova")


def survives(folder: Path, number: int, call: str) -> bool:
    """Whether a child killed before its `number`-th change lived to the end of `call`."""
    here = folder / str(number)
    shutil.copytree(folder / "start", here)
    child = os.fork()
    if child == 0:
        try:
            die_at(number, str(here))
            act(call, here)
        except BaseException as error:  # the parent must hear of it
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(3)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 3:
        raise SystemExit(f"the child failed at change {number}")
    return os.WIFEXITED(status)


def main() -> None:
    import xlcredit.operations.cancel
    import xlcredit.operations.issue
    import xlcredit.operations.propose  # noqa: F401  loaded once, before the children

    folder, first, step, call = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    number = first
    while not survives(folder, number, call):
        number += step
    print(number)


if __name__ == "__main__":
    main()
