"""Putting xlcredit beside Excel: the add-in, the macros' configuration, the command; and a list of all that.

Everything is refused before anything is changed. Run again it repairs: what is missing or another version is
put in place, what is right stays as it is.
"""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from xlcredit import __version__
from xlcredit.excel.setup.blocking import unblock
from xlcredit.excel.setup.configuration import configuration_of
from xlcredit.excel.setup.errors import (
    ExcelRunsError,
    LibraryMissingError,
    ManifestUnreadableError,
    NotWindowsError,
    PythonwMissingError,
    SetupWriteError,
    StorePythonError,
)
from xlcredit.excel.setup.library import library_folders, library_name, own_library
from xlcredit.excel.setup.manifest import Manifest, digest, read_manifest
from xlcredit.excel.setup.office import excel_bits, excel_program, excel_runs
from xlcredit.excel.setup.places import is_private, places_of, pythonw_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from xlcredit.excel.setup.machine import Machine
    from xlcredit.excel.setup.places import Places

    Builder = Callable[[Path, str], object]
    """Writes a file in a language."""

State = Literal["written", "replaced", "same", "kept"]

COMMAND = b'@"%~dp0..\\..\\xlcredit\\env\\Scripts\\python.exe" -P -m xlcredit %*\r\n'
"""`xlcredit` for the prompt. Its path is relative: a profile's name may have signs that a batch file has not."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installation did.

    Attributes:
        manifest: everything that is in place.
        places: where.
        states: of each file: written, replaced, left as it was because it is right, or kept because the user's.
        excel: Excel's program; None when none was found.
        excel_bits: its bits; None when not known.
        library: the library that ties Excel to Python.
        environment: the private environment that install.cmd made for this Python; None for another Python.
        freed: workbooks that bore Windows' mark of foreign files and no longer do.
    """

    manifest: Manifest
    places: Places
    states: Mapping[Path, State]
    excel: Path | None
    excel_bits: int | None
    library: Path
    environment: Path | None
    freed: tuple[Path, ...]


def install(
    machine: Machine,
    language: str,
    build_addin: Builder,
    build_workbook: Builder | None = None,
    *,
    beside: Path | None = None,
) -> Installed:
    """Install for the user of this profile, or repair.

    Args:
        machine: the computer.
        language: of the add-in and of a new workbook.
        build_addin: writes XLCredit.xlam.
        build_workbook: writes an empty workbook into the documents; None for no workbook. One that stands there
            already is never replaced.
        beside: the folder that the program came in: workbooks there and in its folder `workbook` are freed of
            Windows' mark of foreign files, with which their macros would stay off.

    Raises:
        SetupError: nothing has been changed.
        SetupWriteError: a file could not be written; running it again goes on.
    """
    refuse_to_set_up(machine)
    places = places_of(machine)
    library = _library(machine)
    earlier = _earlier(places.manifest)
    contents = {places.addin: _built(build_addin, places.addin.name, language)}
    contents[places.config] = configuration_of(machine)
    if is_private(machine, places) and places.commands.is_dir():
        contents[places.command] = COMMAND
    if build_workbook is not None and not places.workbook.exists():
        contents[places.workbook] = _built(build_workbook, places.workbook.name, language)
    manifest = _manifest(language, contents, places, earlier)
    with _writing():
        places.data.mkdir(parents=True, exist_ok=True)
        manifest.write(places.manifest)
        states = {path: _put(path, content) for path, content in contents.items()}
    if build_workbook is not None and places.workbook not in states:
        states[places.workbook] = "kept"
    environment = places.environment if is_private(machine, places) else None
    return Installed(
        manifest,
        places,
        states,
        excel_program(machine),
        excel_bits(machine),
        library,
        environment,
        _freed(beside),
    )


def _earlier(path: Path) -> Manifest | None:
    """What an earlier installation wrote; a damaged list says nothing, and is made anew by this one."""
    try:
        return read_manifest(path)
    except ManifestUnreadableError:
        return None


def _freed(folder: Path | None) -> tuple[Path, ...]:
    """The workbooks that came with the program and bore the mark."""
    if folder is None:
        return ()
    books = sorted([*folder.glob("*.xl[sa]m"), *folder.glob("workbook/*.xl[sa]m")])
    return tuple(path for path in books if unblock(path))


def refuse_to_set_up(machine: Machine) -> None:
    """Refuse where nothing can be installed or removed now.

    Raises:
        NotWindowsError, StorePythonError, PythonwMissingError, ExcelRunsError.
    """
    if machine.system != "win32":
        raise NotWindowsError
    if comes_from_store(machine):
        raise StorePythonError(path=str(machine.base_python))
    if not pythonw_of(machine).is_file():
        raise PythonwMissingError(path=str(pythonw_of(machine)))
    if excel_runs(machine):
        raise ExcelRunsError


def comes_from_store(machine: Machine) -> bool:
    """Whether this Python is the one of Microsoft's Store, whose writing into the profile Windows redirects."""
    return "windowsapps" in (part.lower() for part in machine.base_python.parts)


def _library(machine: Machine) -> Path:
    bits = excel_bits(machine) or 64
    library = own_library(machine, bits)
    if library is None:
        folders = " · ".join(map(str, library_folders(pythonw_of(machine))))
        raise LibraryMissingError(name=library_name(bits), folders=folders)
    return library


def _built(build: Builder, name: str, language: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        build(path, language)
        return path.read_bytes()


def _manifest(
    language: str, contents: Mapping[Path, bytes], places: Places, earlier: Manifest | None
) -> Manifest:
    """What will stand there: what is written now, and what an earlier installation wrote elsewhere."""
    folders = [folder for path in (*contents, places.manifest) for folder in _missing_folders(path)]
    files = {path: digest(content) for path, content in contents.items()}
    if earlier is None:
        return Manifest(__version__, language, files, tuple(dict.fromkeys(folders)))
    known = earlier.files | files
    return Manifest(__version__, language, known, tuple(dict.fromkeys([*earlier.folders, *folders])))


def _missing_folders(path: Path) -> list[Path]:
    """The folders above `path` that have to be made, outer ones first."""
    return [folder for folder in reversed(path.parents) if not folder.exists()]


def _put(path: Path, content: bytes) -> State:
    """Put `content` in place entirely or not at all, without Windows' mark of foreign files."""
    before = path.read_bytes() if path.exists() else None
    if before == content:
        unblock(path)
        return "same"
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_bytes(content)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    return "written" if before is None else "replaced"


@contextlib.contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise SetupWriteError(path=str(error.filename or ""), reason=reason) from error
