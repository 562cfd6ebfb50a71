"""Restore: the copy kept before the last change comes back."""

from __future__ import annotations

import datetime as dt

from xlcredit.books import Place, restore_at


def restore_workbook(place: Place) -> dt.datetime:
    """Put back the newest kept version of the workbook at `place`; the present one is kept in its turn.

    Returns:
        When the version that came back was made.

    Raises:
        XlcreditError: there is no copy, or the file cannot be written; nothing has changed.
    """
    version = restore_at(place)
    return dt.datetime.fromtimestamp(version.stat().st_mtime)  # noqa: DTZ006  the clerk's own wall clock
