"""One run of xlcredit at a time on a workbook.

The lock is a file beside the workbook that names its holder. The system does not remove it when its holder
is killed: a lock whose process is gone, or whose number another process bears now, is nobody's and is taken
over.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

from xlcredit.books import processes
from xlcredit.books.errors import BookInUseError, BookNotFoundError
from xlcredit.books.replacing import writing_to

if TYPE_CHECKING:
    from collections.abc import Iterator

_held: dict[Path, int] = {}
"""Locks that this process holds, and how often each was entered."""

_WAIT, _WAITS = 0.02, 10


def lock_path(path: Path) -> Path:
    """The lock of the workbook at `path`."""
    return path.with_name(f".{path.name}.xlcredit.lock")


@contextlib.contextmanager
def locked(path: Path | str) -> Iterator[None]:
    """Hold the workbook at `path` against other runs; entering it again within the same process is free.

    Raises:
        BookInUseError: another run holds it.
        BookNotFoundError: there is no such folder.
        FolderReadOnlyError, DiskFullError, WriteFailedError: no lock can be written there.
    """
    lock = lock_path(Path(path).resolve())
    if not _held.get(lock):
        _take(lock, Path(path))
    _held[lock] = _held.get(lock, 0) + 1
    try:
        yield
    finally:
        _held[lock] -= 1
        if not _held[lock]:
            del _held[lock]
            _release(lock)


def _take(lock: Path, path: Path) -> None:
    if not lock.parent.is_dir():
        raise BookNotFoundError(path=str(path))
    with writing_to(path):
        if _create(lock):
            return
        holder = _read(lock)
        if not _is_alive(holder) and _remove_stale(lock, holder) and _create(lock):
            return
    raise BookInUseError(path=str(path), holder=_name(holder), lock=lock.name)


def _release(lock: Path) -> None:
    """Remove the lock; on Windows another run may be reading it this very moment, and then it waits."""
    for _ in range(_WAITS):
        with contextlib.suppress(PermissionError):
            lock.unlink(missing_ok=True)
            return
        time.sleep(_WAIT)
    lock.unlink(missing_ok=True)


def _create(lock: Path) -> bool:
    """Write the lock; False when it is there."""
    try:
        handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
    except FileExistsError:
        return False
    try:
        pid = os.getpid()
        content = {"pid": pid, "host": socket.gethostname(), "started": _started(pid)}
        os.write(handle, json.dumps(content).encode())
    finally:
        os.close(handle)
    return True


def _read(lock: Path) -> bytes:
    """What the lock says; a lock just created may take a moment to say it."""
    for _ in range(_WAITS):
        with contextlib.suppress(FileNotFoundError):
            content = lock.read_bytes()
            if content:
                return content
        time.sleep(_WAIT)
    return b""


def _holder(content: bytes) -> dict[str, object]:
    try:
        holder = json.loads(content)
    except ValueError:
        return {}
    return holder if isinstance(holder, dict) else {}


def _name(content: bytes) -> str:
    holder = _holder(content)
    return f"{holder.get('pid', '?')}@{holder.get('host', '?')}"


def _is_alive(content: bytes) -> bool:
    """Whether the holder still runs; of another machine's nobody can tell, so it counts as running."""
    holder = _holder(content)
    pid = holder.get("pid")
    if not isinstance(pid, int):
        return False
    if holder.get("host") != socket.gethostname():
        return True
    return _runs(pid) and holder.get("started") == _started(pid)


def _runs(pid: int) -> bool:
    if os.name == "nt":
        return processes.runs(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _started(pid: int) -> str | None:
    """When a process started, in the system's own count; None where that cannot be known."""
    if os.name == "nt":
        return processes.started(pid)
    try:
        status = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    return status.rpartition(")")[2].split()[19]


def _remove_stale(lock: Path, content: bytes) -> bool:
    """Remove the lock if it still says `content`; never one that another run has just taken."""
    aside = lock.with_name(f"{lock.name}.{os.getpid()}")
    try:
        lock.rename(aside)
    except FileNotFoundError:
        return True
    is_same = aside.read_bytes() == content
    if not is_same:
        with contextlib.suppress(OSError):
            os.link(aside, lock)
    aside.unlink(missing_ok=True)
    return is_same
