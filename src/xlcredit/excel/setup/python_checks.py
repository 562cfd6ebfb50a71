"""The Python side of the diagnosis: interpreter, configuration, library, packages, and a real start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlcredit import __version__
from xlcredit.build.xlwings_modules import XLWINGS_VERSION
from xlcredit.excel.setup.check import doubtful, right, wrong
from xlcredit.excel.setup.configuration import INTERPRETER, VERSION, in_code_page, read_configuration
from xlcredit.excel.setup.install import comes_from_store
from xlcredit.excel.setup.library import library_folders, library_name, library_of
from xlcredit.excel.setup.office import excel_bits
from xlcredit.excel.setup.places import pythonw_of

if TYPE_CHECKING:
    from xlcredit.excel.setup.check import Check
    from xlcredit.excel.setup.machine import Machine
    from xlcredit.excel.setup.places import Places

_OLDEST = (3, 11)
_WANTED_BITS = 64
_LONGEST = 120
"""Signs in the path of an environment, above which its longest file passes Windows' 260."""

_SLOW_SECONDS = 20
_FILE_SYSTEM = r"HKLM\SYSTEM\CurrentControlSet\Control\FileSystem"


def check_python(machine: Machine, _places: Places) -> Check:
    """The interpreter that runs."""
    version = ".".join(map(str, machine.python_version))
    facts: dict[str, Any] = {"version": version, "bits": machine.python_bits, "path": str(machine.python)}
    if comes_from_store(machine):
        return wrong("python", "store", **facts)
    if machine.python_version < _OLDEST:
        return wrong("python", "too_old", **facts)
    if machine.python_bits != _WANTED_BITS:
        return wrong("python", "bits", **facts)
    return right("python", **facts)


def check_configuration(machine: Machine, places: Places) -> Check:
    """The file that tells the macros which Python to start."""
    path, settings = str(places.config), read_configuration(places.config, machine)
    interpreter, own = settings.get(INTERPRETER, ""), pythonw_of(machine)
    if not in_code_page(path, machine):
        return wrong("configuration", "unreadable", path=path)
    if not settings:
        return wrong("configuration", "missing", path=path)
    if not interpreter or not Path(interpreter).is_file():
        return wrong("configuration", "interpreter_gone", path=path, found=interpreter)
    if not _same(Path(interpreter), own):
        return wrong("configuration", "other_interpreter", path=path, found=interpreter, expected=str(own))
    if settings.get(VERSION) != __version__:
        return wrong("configuration", "other_version", found=settings.get(VERSION, ""), expected=__version__)
    return right("configuration", path=path, interpreter=interpreter)


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.samefile(other)


def check_long_paths(machine: Machine, _places: Places) -> Check:
    """Whether the environment lies so deep that files pass Windows' limit."""
    folder = str(machine.python.parent.parent)
    allowed = machine.registry(_FILE_SYSTEM).get("LongPathsEnabled") == 1
    if len(folder) > _LONGEST and not allowed:
        return doubtful("long_paths", "long", path=folder, length=len(folder))
    return right("long_paths")


def check_library(machine: Machine, places: Places) -> Check:
    """The library that ties Excel to Python, for Excel's bits, where the macros look for it."""
    bits = excel_bits(machine) or _WANTED_BITS
    interpreter = _configured(machine, places)
    found = library_of(interpreter, bits)
    if found is None:
        folders = " · ".join(map(str, library_folders(interpreter)))
        return wrong("library", "missing", name=library_name(bits), folders=folders)
    return right("library", path=str(found))


def _configured(machine: Machine, places: Places) -> Path:
    """The interpreter that the macros start; without a configuration the one that runs."""
    named = read_configuration(places.config, machine).get(INTERPRETER)
    return Path(named) if named else pythonw_of(machine)


def check_pywin32(machine: Machine, _places: Places) -> Check:
    """The package through which Python talks to Windows."""
    missing = [name for name in ("win32api", "pythoncom", "win32com.client") if not machine.can_import(name)]
    if missing:
        return wrong("pywin32", "broken", names=", ".join(missing), python=str(machine.python))
    return right("pywin32", version=machine.version_of("pywin32") or "")


def check_xlwings(machine: Machine, _places: Places) -> Check:
    """The package that the macros belong to, one version to one version."""
    found = machine.version_of("xlwings")
    if found is None:
        return wrong("xlwings", "missing", expected=XLWINGS_VERSION)
    if found != XLWINGS_VERSION:
        return wrong("xlwings", "other_version", found=found, expected=XLWINGS_VERSION)
    return right("xlwings", version=found)


def check_start(machine: Machine, places: Places) -> Check:
    """A real start of the server, through the library, as at the first formula of the day."""
    interpreter = _configured(machine, places)
    library = library_of(interpreter, machine.python_bits)
    if library is None or not interpreter.is_file():
        return wrong("start", "impossible")
    start = machine.start_server(library, interpreter)
    seconds = round(start.seconds)
    if start.version is None:
        case = "too_slow" if start.reason == "timeout" else "failed"
        return wrong("start", case, reason=start.reason, seconds=seconds)
    if start.version != __version__:
        return wrong("start", "other_version", found=start.version, expected=__version__)
    if seconds > _SLOW_SECONDS:
        return doubtful("start", "slow", seconds=seconds)
    return right("start", seconds=seconds)
