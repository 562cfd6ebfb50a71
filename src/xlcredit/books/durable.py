"""Files that are on the disk when the call returns, and not merely on their way there."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def write_durably(target: Path, write: Callable[[BinaryIO], None], like: Path) -> None:
    """Write a file so that it is on the disk when this returns, with mode and owner of `like`."""
    with target.open("xb") as stream:
        write(stream)
        _take_over_mode(stream, like)
        stream.flush()
        os.fsync(stream.fileno())


def _take_over_mode(stream: BinaryIO, like: Path) -> None:
    status = like.stat()
    if hasattr(os, "fchmod"):
        with contextlib.suppress(OSError):
            os.fchown(stream.fileno(), status.st_uid, status.st_gid)
        os.fchmod(stream.fileno(), stat.S_IMODE(status.st_mode))


def sync_folder(folder: Path) -> None:
    """Force a folder's entries to disk, where the system knows how."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
