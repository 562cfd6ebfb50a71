"""Restore: the copy kept before the last change comes back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from xlcredit.books import restore

if TYPE_CHECKING:
    from pathlib import Path


def restore_workbook(path: Path) -> dt.datetime:
    """Put back the newest kept version of the workbook at `path`; the present one is kept in its turn.

    Returns:
        When the version that came back was made.

    Raises:
        XlcreditError: there is no copy, or the file cannot be written; nothing has changed.
    """
    version = restore(path)
    return dt.datetime.fromtimestamp(version.stat().st_mtime)  # noqa: DTZ006  the clerk's own wall clock
