"""Whether somebody has the workbook open: Excel and LibreOffice put an owner file beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlcredit.books.errors import BookIsOpenError

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST = 1024
_EXCEL_WIDE_NAME = 55
"""Where Excel's owner file repeats the user's name: its length in two bytes, then UTF-16."""


def refuse_open(path: Path) -> None:
    """Refuse a workbook that somebody has open.

    Raises:
        BookIsOpenError: with the name that the owner file gives.
    """
    for name, user_of in ((f"~${path.name}", _excel_user), (f".~lock.{path.name}#", _libreoffice_user)):
        owner_file = path.with_name(name)
        try:
            data = owner_file.read_bytes()[:_LONGEST]
        except PermissionError:  # Excel may hold its owner file so that nobody else reads it
            data = b""
        except OSError:
            continue
        raise BookIsOpenError(path=str(path), user=user_of(data) or "?", owner_file=owner_file.name)


def _excel_user(data: bytes) -> str:
    """The name in an owner file of Excel: its length, the name in the machine's code page, then as UTF-16."""
    if len(data) > _EXCEL_WIDE_NAME:
        start, length = _EXCEL_WIDE_NAME + 2, data[_EXCEL_WIDE_NAME]
        wide = data[start : start + 2 * length].decode("utf-16-le", "replace")
        if wide.strip("\0 "):
            return _printable(wide)
    return _printable(data[1 : 1 + data[0]].decode("cp1252", "replace")) if data else ""


def _libreoffice_user(data: bytes) -> str:
    """The name in an owner file of LibreOffice: the first of its fields, else the account."""
    fields = data.decode("utf-8", "replace").split(",")
    return next((name for name in map(_printable, fields[:2]) if name), "")


def _printable(text: str) -> str:
    return re.sub(r"[^\w .,'@\\-]", "", text).strip()
