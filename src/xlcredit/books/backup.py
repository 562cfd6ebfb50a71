"""The last versions of a workbook, kept in `.xlcredit-backup` beside it.

Versions are numbered: `Crediti.000012.xlsm` is newer than `Crediti.000011.xlsm`. A version equal to the
newest one kept is not kept again.
"""

from __future__ import annotations

import filecmp
import re
import shutil
from typing import TYPE_CHECKING, BinaryIO

from xlcredit.books.durable import sync_folder, write_durably

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FOLDER = ".xlcredit-backup"
KEPT = 3
"""Versions kept of each workbook."""


def versions(path: Path) -> list[Path]:
    """The versions kept of the workbook at `path`, newest first."""
    pattern = re.compile(rf"{re.escape(path.stem)}\.(\d{{6,}}){re.escape(path.suffix)}")
    folder = path.parent / FOLDER
    if not folder.is_dir():
        return []
    found = [(int(match[1]), kept) for kept in folder.iterdir() if (match := pattern.fullmatch(kept.name))]
    return [kept for _, kept in sorted(found, reverse=True)]


def keep_version(path: Path) -> None:
    """Keep the workbook as it stands, unless the newest version kept is the same; older ones go.

    Raises:
        OSError: it could not be kept.
    """
    kept = versions(path)
    if not (kept and filecmp.cmp(kept[0], path, shallow=False)):
        add_version(path, lambda target: _copy_durably(path, target))


def add_version(path: Path, write: Callable[[Path], None]) -> Path:
    """Keep one more version of the workbook at `path`; older ones go.

    Args:
        path: the workbook.
        write: writes the version at the path it is given, whole or not at all.

    Returns:
        Where the version is kept.

    Raises:
        OSError: it could not be kept.
    """
    kept = versions(path)
    folder = path.parent / FOLDER
    folder.mkdir(exist_ok=True)
    number = int(kept[0].name.removesuffix(path.suffix).rsplit(".", 1)[-1]) + 1 if kept else 1
    target = folder / f"{path.stem}.{number:06d}{path.suffix}"
    write(target)
    for old in kept[KEPT - 1 :]:
        old.unlink(missing_ok=True)
    return target


def _copy_durably(source: Path, target: Path) -> None:
    temporary = target.with_name(f".{target.name}.tmp")
    try:
        temporary.unlink(missing_ok=True)
        write_durably(temporary, copying(source), source)
        temporary.replace(target)
        sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def copying(source: Path) -> Callable[[BinaryIO], None]:
    """What writes the content of `source` into an open file."""

    def write(target: BinaryIO) -> None:
        with source.open("rb") as stream:
            shutil.copyfileobj(stream, target)

    return write
