"""Workbooks that are open in Excel and must not be changed there: what was written could not be kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlcredit.books.live.errors import (
    AutoSavedBookError,
    NeverSavedError,
    OnlineBookError,
    OpenedReadOnlyError,
    SharedBookError,
)

if TYPE_CHECKING:
    from xlcredit.books.live.com import Com


def file_of(workbook: Com) -> Path:
    """The file that a workbook is kept in."""
    return Path(str(workbook.FullName))


def refuse_unsuitable(workbook: Com) -> None:
    """Refuse, before anything else is done, a workbook that could not be saved and backed up.

    Raises:
        NeverSavedError, OnlineBookError, AutoSavedBookError, SharedBookError, OpenedReadOnlyError.
    """
    name, folder = str(workbook.FullName), str(workbook.Path)
    if not folder:
        raise NeverSavedError(path=name)
    if "://" in folder:
        raise OnlineBookError(path=name)
    if getattr(workbook, "AutoSaveOn", False):  # unknown to Excel 2016 and older
        raise AutoSavedBookError(path=name)
    if workbook.MultiUserEditing:
        raise SharedBookError(path=name)
    if workbook.ReadOnly:
        raise OpenedReadOnlyError(path=name)
