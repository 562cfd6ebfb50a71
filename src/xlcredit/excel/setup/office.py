"""What the computer says of Excel: where it is, of how many bits, whether it runs, what it forbids."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlcredit.excel.setup.machine import Machine, RegistryValue

PROGRAM = "excel.exe"
SETTINGS = r"HKCU\Software\Microsoft\Office\16.0\Excel"
POLICIES = r"HKCU\Software\Policies\Microsoft\Office\16.0\Excel"
"""Excel 2016, 2019, 2021, 2024 and Microsoft 365 all keep their settings under 16.0."""

_WHERE = tuple(
    rf"{root}\Software\Microsoft\Windows\CurrentVersion\App Paths\{PROGRAM}" for root in ("HKCU", "HKLM")
)
_BITS_OF_MACHINE = {0x014C: 32, 0x8664: 64, 0xAA64: 64}
"""The machine that a program file is made for: x86, x64, ARM64."""

_HEADER_AT = 0x3C


def excel_runs(machine: Machine) -> bool:
    """Whether an Excel is open."""
    return PROGRAM in machine.programs()


def excel_program(machine: Machine) -> Path | None:
    """Excel's program file; None when this computer has no Excel that says so."""
    for key in _WHERE:
        found = machine.registry(key).get("")
        if isinstance(found, str) and found:
            return Path(found.strip('"'))
    return None


def excel_bits(machine: Machine) -> int | None:
    """64 or 32, read from the program itself; None when that cannot be known."""
    program = excel_program(machine)
    return None if program is None else program_bits(program)


def program_bits(program: Path) -> int | None:
    """The bits that a program file is made for, from its header."""
    try:
        with program.open("rb") as file:
            file.seek(_HEADER_AT)
            file.seek(struct.unpack("<I", file.read(4))[0])
            signature, made_for = struct.unpack("<4sH", file.read(6))
    except (OSError, struct.error):
        return None
    return _BITS_OF_MACHINE.get(made_for) if signature == b"PE\0\0" else None


def excel_setting(machine: Machine, section: str, name: str) -> RegistryValue | None:
    """A setting of Excel: the company's policy, else the user's choice, else None.

    Args:
        machine: the computer.
        section: below Excel's key, such as `Security`.
        name: of the value.
    """
    for root in (POLICIES, SETTINGS):
        value = machine.registry(rf"{root}\{section}").get(name)
        if value is not None:
            return value
    return None
