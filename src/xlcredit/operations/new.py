"""New: an empty workbook, ready to be filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.build.workbook import build_workbook
from xlcredit.errors import XlcreditError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd


class FileExistsAlreadyError(XlcreditError):
    """The file to be made exists: nothing is overwritten."""

    code = "file-exists"


class WrongSuffixError(XlcreditError):
    """The file to be made is a macro workbook and is named so."""

    code = "wrong-suffix"


def new_workbook(path: Path, language: str = "it", frames: Mapping[str, pd.DataFrame] | None = None) -> None:
    """Make the workbook `path`, empty or with `frames`.

    Args:
        path: an .xlsm that does not exist yet; its folder is made.
        language: of sheets, headers and words.
        frames: typed frames to fill tables with, by schema key.

    Raises:
        FileExistsAlreadyError, WrongSuffixError: nothing has been written.
    """
    refuse_taken(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    build_workbook(path, language=language, frames=frames)


def refuse_taken(path: Path) -> None:
    """Refuse a name that is taken or does not end in .xlsm."""
    if path.suffix.lower() != ".xlsm":
        raise WrongSuffixError(path=str(path), expected=".xlsm")
    if path.exists():
        raise FileExistsAlreadyError(path=str(path))
