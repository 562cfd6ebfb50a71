"""Put a new version of a file in the place of the old one: entirely, or not at all.

The new version is written under another name in the same folder, forced to disk, and renamed. A crash at any
instant leaves the old version or the new one; what it leaves behind besides is removed by the next save.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from typing import TYPE_CHECKING, BinaryIO

from xlcredit.books.backup import keep_version
from xlcredit.books.durable import sync_folder, write_durably
from xlcredit.books.errors import (
    BookChangedError,
    BookError,
    BookIsOpenError,
    BookReadOnlyError,
    DiskFullError,
    FolderReadOnlyError,
    WriteFailedError,
)
from xlcredit.books.owner import refuse_open
from xlcredit.books.zips import version_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from xlcredit.books.zips import Version

_SUFFIX = ".xlcredit.tmp"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextlib.contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """Name what the operating system refuses while the folder of `path` is written to.

    Raises:
        DiskFullError, FolderReadOnlyError, WriteFailedError.
    """
    try:
        yield
    except OSError as error:
        raise _named(error, path) from error


def _named(error: OSError, path: Path) -> BookError:
    if error.errno in _FULL:
        return DiskFullError(path=str(path))
    if error.errno in _FORBIDDEN:
        return FolderReadOnlyError(path=str(path), folder=str(path.parent))
    return WriteFailedError(path=str(path), reason=error.strerror or str(error))


def replace_file(path: Path, version: Version, write: Callable[[BinaryIO], None]) -> None:
    """Replace the file at `path` by what `write` writes; its old version is kept as a backup.

    Args:
        path: the file.
        version: of the file when it was read.
        write: writes the new version into an open file; what it reads from, it opens and closes itself, as
            Windows replaces no open file.

    Raises:
        BookIsOpenError, BookChangedError, BookReadOnlyError, DiskFullError, FolderReadOnlyError,
        WriteFailedError: the file is as it was.
    """
    with writing_to(path):
        remove_leftovers(path)
        refuse_read_only(path)
        temporary = path.with_name(f".{path.name}.{os.getpid()}{_SUFFIX}")
        try:
            write_durably(temporary, write, path)
            refuse_open(path)
            _refuse_changed(path, version)
            keep_version(path)
            move_into_place(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)


def _refuse_changed(path: Path, version: Version) -> None:
    if version_of(path.stat()) != version:
        raise BookChangedError(path=str(path))


def refuse_read_only(path: Path) -> None:
    """Refuse a file that is marked as read-only, though its folder would let it be replaced.

    Raises:
        BookReadOnlyError.
    """
    if not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise BookReadOnlyError(path=str(path))


def move_into_place(temporary: Path, path: Path) -> None:
    """Rename `temporary` to `path`, durably.

    Raises:
        BookIsOpenError: another program holds the file (Windows refuses the rename).
    """
    try:
        temporary.replace(path)
    except PermissionError as error:
        if os.name == "nt":
            raise BookIsOpenError(path=str(path), user="?", owner_file="") from error
        raise
    sync_folder(path.parent)


def remove_leftovers(path: Path) -> None:
    """Remove what an interrupted save of the same file left behind."""
    for leftover in path.parent.iterdir():
        if leftover.name.startswith(f".{path.name}.") and leftover.name.endswith(_SUFFIX):
            leftover.unlink(missing_ok=True)
