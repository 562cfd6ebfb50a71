"""Restore: the copy kept before the last change comes back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from xlcredit.books.backup import restore
from xlcredit.books.lock import locked

if TYPE_CHECKING:
    from pathlib import Path


def restore_workbook(path: Path) -> dt.datetime:
    """Put back the newest kept version of the workbook at `path`; the present one is kept in its turn.

    Returns:
        When the version that came back was made.

    Raises:
        XlcreditError: there is no copy, or the file cannot be written; nothing has changed.
    """
    with locked(path):
        return restore(path)
