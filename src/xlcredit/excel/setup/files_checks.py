"""What every system has: the letter templates of the program, and the log."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from xlcredit.excel.setup.check import right, wrong
from xlcredit.log import log_path

if TYPE_CHECKING:
    from pathlib import Path

    from xlcredit.excel.setup.check import Check


def check_templates() -> Check:
    """Whether the letter templates of the program are there and can be read."""
    from xlcredit.operations.templates import check_templates as check_letters

    checked, findings = check_letters(None)
    if not checked:
        return wrong("templates", "missing")
    if findings:
        return wrong("templates", "faulty", count=len(findings))
    return right("templates", count=checked)


def check_log() -> Check:
    """Whether the log can be written, and where it is."""
    path = log_path()
    folder = _existing(path)
    if (path.exists() and not os.access(path, os.W_OK)) or not os.access(folder, os.W_OK):
        return wrong("log", "read_only", path=str(path))
    return right("log", path=str(path))


def _existing(path: Path) -> Path:
    """The nearest folder above that there is."""
    return next(folder for folder in path.absolute().parents if folder.exists())
