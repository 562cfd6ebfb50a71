"""New: an empty workbook with its macros, ready to be filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.books.replacing import writing_to
from xlcredit.build.macros import macros_for
from xlcredit.build.workbook import build_workbook
from xlcredit.errors import XlcreditError
from xlcredit.operations.journal import rename_without_overwriting

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
    build_whole(path, language, frames)


def build_whole(
    path: Path,
    language: str,
    frames: Mapping[str, pd.DataFrame] | None,
    extra_columns: Mapping[str, pd.DataFrame] | None = None,
) -> None:
    """Build the workbook `path` so that it is there whole or not at all; its folder is made.

    Raises:
        FileExistsAlreadyError: the name was taken meanwhile.
        XlcreditError: the file cannot be written; nothing is left of it.
    """
    draft = path.with_name(f".{path.name}.tmp")
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            build_workbook(
                draft,
                language=language,
                frames=frames,
                extra_columns=extra_columns,
                macros=macros_for(language),
            )
            if not rename_without_overwriting(draft, path):
                raise FileExistsAlreadyError(path=str(path))
        finally:
            draft.unlink(missing_ok=True)


def refuse_taken(path: Path) -> None:
    """Refuse a name that is taken or does not end in .xlsm."""
    if path.suffix.lower() != ".xlsm":
        raise WrongSuffixError(path=str(path), expected=".xlsm")
    if path.exists():
        raise FileExistsAlreadyError(path=str(path))
