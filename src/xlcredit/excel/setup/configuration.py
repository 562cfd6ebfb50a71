r"""The file that tells the macros which Python to start: `%USERPROFILE%\.xlcredit\xlcredit.conf`.

VBA reads it with `Input #`: lines of two quoted texts, in the code page of Windows. Names between per cent
signs are replaced by the user's variables when it is read, so the profile's folder need not be written out.
It is xlcredit's own: xlwings' file, which other projects share, is never touched.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from xlcredit import __version__
from xlcredit.excel.setup.errors import PathUnreadableError, ProfileUnreadableError
from xlcredit.excel.setup.places import expanded, pythonw_of

if TYPE_CHECKING:
    from pathlib import Path

    from xlcredit.excel.setup.machine import Machine

INTERPRETER = "INTERPRETER_WIN"
VERSION = "XLCREDIT_VERSION"
UDF_MODULE = "xlcredit.excel.udfs"


def configuration_of(machine: Machine) -> bytes:
    """The content of the file for the Python that runs.

    Raises:
        PathUnreadableError: its path cannot be written in the code page, not even by short names.
        ProfileUnreadableError: the macros could not read the path of the profile, where they look for the file.
    """
    profile = machine.environment["USERPROFILE"]
    if not in_code_page(profile, machine):
        raise ProfileUnreadableError(path=profile)
    settings = {
        INTERPRETER: str(_readable(machine, pythonw_of(machine))),
        "USE UDF SERVER": "True",
        "UDF MODULES": UDF_MODULE,
        VERSION: __version__,
    }
    lines = "".join(f'"{key}","{value}"\r\n' for key, value in settings.items())
    return lines.encode(machine.code_page)


def read_configuration(path: Path, machine: Machine) -> dict[str, str]:
    """The settings by upper-case name, as the macros understand them; empty without the file."""
    try:
        text = path.read_bytes().decode(machine.code_page, "replace")
    except OSError:
        return {}
    rows = csv.reader(io.StringIO(text), skipinitialspace=True)
    return {row[0].upper(): expanded(row[1], machine.environment) for row in rows if len(row) > 1}


def in_code_page(text: str, machine: Machine) -> bool:
    """Whether every sign of `text` is in the code page of this Windows."""
    return text.encode(machine.code_page, "replace").decode(machine.code_page) == text


def _readable(machine: Machine, path: Path) -> Path:
    """`path`, or its short form where the code page lacks some of its signs."""
    if in_code_page(str(path), machine):
        return path
    short = machine.short_path(path)
    if not in_code_page(str(short), machine):
        raise PathUnreadableError(path=str(path))
    return short
