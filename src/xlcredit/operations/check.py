"""Check: what is wrong with a workbook's data; nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.books import Place  # noqa: TC001
from xlcredit.operations.opened import open_for
from xlcredit.operations.refresh import compute

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.errors import Finding


def check_workbook(place: Place, as_of: dt.date | None = None) -> tuple[dt.date, list[Finding]]:
    """The findings of the workbook at `place`, of its cells and of its rows, and the day they hold for.

    Raises:
        XlcreditError: the file cannot be read.
    """
    opened = open_for(place, as_of, to_write=False)
    _, findings = compute(opened)
    return opened.as_of, findings
