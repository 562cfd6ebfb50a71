"""The library that ties Excel to Python: xlwings' DLL, whose name carries its version and Excel's bits.

The macros load it from the folder of the interpreter (a plain installation) or from the one above (a private
environment). The package brings it for Excel of 32 and of 64 bits; Python may have other bits than Excel, for
they talk across processes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.build.xlwings_modules import XLWINGS_VERSION
from xlcredit.excel.setup.places import pythonw_of

if TYPE_CHECKING:
    from pathlib import Path

    from xlcredit.excel.setup.machine import Machine


def library_name(excel_bits: int) -> str:
    """The file's name.

    >>> library_name(64).startswith("xlwings64-")
    True
    """
    return f"xlwings{excel_bits}-{XLWINGS_VERSION}.dll"


def library_folders(interpreter: Path) -> tuple[Path, Path]:
    """Where the macros look for it, in their order."""
    return interpreter.parent, interpreter.parent.parent


def library_of(interpreter: Path, excel_bits: int) -> Path | None:
    """The library that the macros would load; None when it is in neither folder."""
    found = (folder / library_name(excel_bits) for folder in library_folders(interpreter))
    return next((path for path in found if path.is_file()), None)


def own_library(machine: Machine, excel_bits: int) -> Path | None:
    """The library for the Python that runs."""
    return library_of(pythonw_of(machine), excel_bits)
