"""Run an operation and kill it with SIGKILL before each change that it makes to the file system.

Every change is counted by an audit hook, which the interpreter calls before the change happens: opening a file for
writing, renaming, linking, removing, making and removing folders. Usage:

    python crash.py FOLDER CALL STEP
        before every STEP-th change a fork of the process is killed, and what it leaves is copied to `FOLDER/left/n`
    python crash.py FOLDER CALL at N
        the process itself is killed before its N-th change
    python crash.py FOLDER CALL random TIMES PART
        TIMES children, each from a fresh `FOLDER/start`, are killed at an instant between 0 and PART times what one
        takes that nobody kills; what each leaves is copied to `FOLDER/left/n`

The operation works in `FOLDER/here`. Prints the number of changes counted, or of children killed before their end.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

CHANGES = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}

seen = 0


def is_change(event: str, args: tuple, folder: str) -> bool:
    if event == "open":
        path, _, flags = args
        writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        return bool(writes) and str(path).startswith(folder)
    return event in CHANGES and str(args[0]).startswith(folder)


def before_each_change(folder: Path, act) -> None:
    """Call `act(n)` before the n-th change below `folder`."""
    is_acting = False

    def hook(event: str, args: tuple) -> None:
        global seen
        nonlocal is_acting
        if is_acting or not is_change(event, args, str(folder)):
            return
        is_acting, seen = True, seen + 1
        act(seen)
        is_acting = False

    sys.addaudithook(hook)


def kill_a_fork(here: Path, left: Path, number: int) -> None:
    """A fork of this process is killed; what it leaves is copied."""
    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    shutil.copytree(here, left / str(number))


def kill_at_random(folder: Path, call: str, times: int, part: float) -> int:
    """Kill `times` children at random instants of `call`; how many had not come to its end."""
    instants, here, killed = random.Random(11), folder / "here", 0
    started = time.perf_counter()
    os.waitpid(start_child(folder, call), 0)
    usual = time.perf_counter() - started
    for number in range(times):
        child = start_child(folder, call)
        time.sleep(instants.uniform(0, part * usual))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status)
        shutil.copytree(here, folder / "left" / str(number))
    return killed


def start_child(folder: Path, call: str) -> int:
    """A fork that carries out `call` in a fresh `FOLDER/here`."""
    here = folder / "here"
    shutil.rmtree(here)
    shutil.copytree(folder / "start", here)
    child = os.fork()
    if child == 0:
        operate(call, here)
        os._exit(0)
    return child


def operate(call: str, here: Path) -> None:
    """The operation under test, on `here/book.xlsm` and `here/out`."""
    from xlcredit.operations.adopt import How, adopt
    from xlcredit.operations.cancel import cancel
    from xlcredit.operations.demo import run_demo
    from xlcredit.operations.issue import Request, issue
    from xlcredit.operations.new import new_workbook
    from xlcredit.operations.propose import propose
    from xlcredit.operations.refresh import refresh

    book, new = here / "book.xlsm", here / "made" / "new.xlsm"
    {
        "issue": lambda: issue(book, Request(here / "out")),
        "run": lambda: refresh(book),
        "propose": lambda: propose(book),
        "cancel": lambda: cancel(book, "S261030-001", "prova"),
        "new": lambda: new_workbook(new),
        "adopt": lambda: adopt(here / "theirs.csv", new, "it", How(kind="business")),
        "demo": lambda: run_demo(here / "demo"),
    }[call]()


def main() -> None:
    import xlcredit.operations.adopt
    import xlcredit.operations.cancel
    import xlcredit.operations.demo  # noqa: F401  what is loaded later would count as changes where it is compiled

    folder, call, how = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    here, left = folder / "here", folder / "left"
    left.mkdir(exist_ok=True)
    if how[0] == "random":
        sys.stdout.write(str(kill_at_random(folder, call, int(how[1]), float(how[2]))))
        return
    if how[0] == "at":
        wanted = int(how[1])
        before_each_change(here, lambda number: number == wanted and os.kill(os.getpid(), signal.SIGKILL))
    else:
        step = int(how[0])
        before_each_change(here, lambda number: number % step or kill_a_fork(here, left, number))
    operate(call, here)
    sys.stdout.write(str(seen))


if __name__ == "__main__":
    main()
