r"""What set-up asks the computer, in one narrow place: variables, registry, running programs, code page.

`Machine` is what the other modules know; `ThisMachine` is the real one. Keys of the registry are written as
`HKCU\Software\...`; whatever is not there, or may not be read, is None or empty.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import struct
import sys
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from xlcredit.excel.setup.start import Start, start_apart

if TYPE_CHECKING:
    from collections.abc import Mapping

RegistryValue = str | int | bytes


class Machine(Protocol):
    """A computer and the Python that runs on it."""

    @property
    def system(self) -> str:
        """`win32`, `darwin`, `linux`."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables of the user's profile."""

    @property
    def python(self) -> Path:
        """The interpreter that runs."""

    @property
    def base_python(self) -> Path:
        """The folder of the Python that a private environment was made from; its own folder otherwise."""

    @property
    def code_page(self) -> str:
        """Python's name of the code page in which this Windows gives texts to old programs."""

    @property
    def python_bits(self) -> int:
        """64 or 32."""

    @property
    def python_version(self) -> tuple[int, int]:
        """Major and minor."""

    def registry(self, key: str) -> Mapping[str, RegistryValue]:
        """The values of a key by name; the unnamed one is ''."""

    def programs(self) -> frozenset[str]:
        """File names of the running programs, in lower case."""

    def short_path(self, path: Path) -> Path:
        """The path by its old short names, where Windows keeps them."""

    def can_import(self, module: str) -> bool:
        """Whether the Python that runs can load a module."""

    def version_of(self, package: str) -> str | None:
        """The version of an installed package; None when it is not installed."""

    def start_server(self, library: Path, interpreter: Path) -> Start:
        """Start the server of formulas and buttons as Excel does, ask it for its version, and end it."""


class ThisMachine:
    """The computer that this runs on."""

    system = sys.platform
    environment: Mapping[str, str] = os.environ
    code_page = "mbcs" if sys.platform == "win32" else "utf-8"
    python_bits = 8 * struct.calcsize("P")
    python_version = sys.version_info[:2]

    @property
    def python(self) -> Path:
        """The interpreter that runs."""
        return Path(sys.executable)

    @property
    def base_python(self) -> Path:
        """The folder of the Python that a private environment was made from."""
        return Path(sys.base_prefix)

    def registry(self, key: str) -> Mapping[str, RegistryValue]:
        """The values of a key by name."""
        return _registry_values(key)

    def programs(self) -> frozenset[str]:
        """File names of the running programs, in lower case."""
        return _running_programs()

    def short_path(self, path: Path) -> Path:
        """The path by its old short names."""
        size = 32_768
        buffer = ctypes.create_unicode_buffer(size)
        done = self._kernel.GetShortPathNameW(str(path), buffer, size)
        return Path(buffer.value) if done else path

    def can_import(self, module: str) -> bool:
        """Whether the Python that runs can load a module; a library that is missing counts as no."""
        try:
            importlib.import_module(module)
        except (ImportError, OSError):
            return False
        return True

    def version_of(self, package: str) -> str | None:
        """The version of an installed package."""
        try:
            return metadata.version(package)
        except metadata.PackageNotFoundError:
            return None

    def start_server(self, library: Path, interpreter: Path) -> Start:
        """Start the server in a process of its own, so that nothing it does can stop this one."""
        return start_apart(self.python, library, interpreter)

    @cached_property
    def _kernel(self) -> Any:  # noqa: ANN401  a library of functions
        return ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]


def _registry_values(key: str) -> dict[str, RegistryValue]:
    values: dict[str, RegistryValue] = {}
    if sys.platform != "win32":
        return values
    import winreg

    root, _, path = key.partition("\\")
    roots = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}
    try:
        with winreg.OpenKey(roots[root], path) as opened:
            for number in range(winreg.QueryInfoKey(opened)[1]):
                name, value, _ = winreg.EnumValue(opened, number)
                values[name] = value
    except OSError:
        return values
    return values


class _Process(ctypes.Structure):
    """Windows' PROCESSENTRY32W."""

    _fields_ = (
        ("dwSize", ctypes.c_ulong),
        ("cntUsage", ctypes.c_ulong),
        ("th32ProcessID", ctypes.c_ulong),
        ("th32DefaultHeapID", ctypes.c_void_p),
        ("th32ModuleID", ctypes.c_ulong),
        ("cntThreads", ctypes.c_ulong),
        ("th32ParentProcessID", ctypes.c_ulong),
        ("pcPriClassBase", ctypes.c_long),
        ("dwFlags", ctypes.c_ulong),
        ("szExeFile", ctypes.c_wchar * 260),
    )


_ALL_PROCESSES = 0x2


def _running_programs() -> frozenset[str]:
    if sys.platform != "win32":
        return frozenset()
    kernel = ctypes.WinDLL("kernel32")
    kernel.CreateToolhelp32Snapshot.restype = ctypes.c_void_p
    snapshot = ctypes.c_void_p(kernel.CreateToolhelp32Snapshot(_ALL_PROCESSES, 0))
    entry = _Process(dwSize=ctypes.sizeof(_Process))
    names = set()
    more = kernel.Process32FirstW(snapshot, ctypes.byref(entry))
    while more:
        names.add(entry.szExeFile.lower())
        more = kernel.Process32NextW(snapshot, ctypes.byref(entry))
    kernel.CloseHandle(snapshot)
    return frozenset(names)
