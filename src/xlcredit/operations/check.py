"""Check: what is wrong with a workbook's data; nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.operations.opened import open_for
from xlcredit.operations.refresh import compute

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from xlcredit.errors import Finding


def check_workbook(path: Path, as_of: dt.date | None = None) -> tuple[dt.date, list[Finding]]:
    """The findings of the workbook at `path`, of its cells and of its rows, and the day they hold for.

    Raises:
        XlcreditError: the file cannot be read.
    """
    opened = open_for(path, as_of, to_write=False)
    _, findings = compute(opened)
    return opened.as_of, findings
