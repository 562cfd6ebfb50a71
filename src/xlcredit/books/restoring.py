"""Go back to the version before the last change; going back twice returns to the newer one."""

from __future__ import annotations

import filecmp
import os
from pathlib import Path

from xlcredit.books.backup import copying, versions
from xlcredit.books.errors import NoBackupError
from xlcredit.books.lock import locked
from xlcredit.books.package import opened
from xlcredit.books.replacing import replace_file
from xlcredit.books.zips import version_of


def restore(path: Path | str) -> Path:
    """Put the newest kept version that differs from the workbook in its place.

    The workbook as it was is kept in turn, so that a second call undoes the first.

    Returns:
        The version that was put in place.

    Raises:
        NoBackupError: no other version is kept.
        BookError: the file cannot be written; it is as it was.
    """
    path = Path(path).resolve()
    with locked(path):
        with opened(path) as stream:
            now = version_of(os.fstat(stream.fileno()))
        version = next((kept for kept in versions(path) if not filecmp.cmp(kept, path, shallow=False)), None)
        if version is None:
            raise NoBackupError(path=str(path))
        replace_file(path, now, copying(version))
    return version
