"""Starting the server of formulas and buttons exactly as Excel's macros do: through xlwings' library.

Run as a program it does so once and prints what the server answered; whatever the library does, only that
process suffers.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PATIENCE_SECONDS = 90
_START, _END = 1, -1
_TEXT, _OBJECT = 8, 9
"""Kinds of a Windows variant: what the library leaves when it fails, and when it succeeds."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a start went.

    Attributes:
        seconds: until the first answer.
        version: of xlcredit, as the server says; None when it did not start.
        reason: what the library or Windows said, when it did not.
    """

    seconds: float
    version: str | None = None
    reason: str = ""


def start_apart(python: Path, library: Path, interpreter: Path) -> Start:
    """Start the server from a process of its own.

    Args:
        python: runs that process.
        library: the library, of the bits of `python`.
        interpreter: what the library shall start, as the configuration names it.
    """
    began = time.perf_counter()
    command = [str(python), "-P", "-m", "xlcredit.excel.setup.start", str(library), str(interpreter)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return Start(_PATIENCE_SECONDS, reason="timeout")
    except OSError as error:
        return Start(0, reason=error.strerror or str(error))
    seconds = time.perf_counter() - began
    told = (done.stdout or done.stderr).decode("utf-8", "replace").strip()
    last = told.splitlines()[-1] if told else str(done.returncode)
    return Start(seconds, version=last) if done.returncode == 0 else Start(seconds, reason=last)


def server_command(interpreter: Path) -> str:
    """The command line that the macros give to the library; of another text, so that the server is another one.

    The library puts the name of the class to serve in the place of `$(CLSID)`.
    """
    program = (
        "import sys, os, xlcredit;import xlwings.utils;"
        'xlwings.utils.prepare_sys_path(\\"false;;;;;\\");'
        "import xlwings; xlwings.serve('$(CLSID)')"
    )
    return f'cmd.exe  /K ""{interpreter}" -B -P -c "{program}""'


def ask_server(library: Path, interpreter: Path) -> str:
    """Start the server, load the formulas, end it; the version of xlcredit that it runs.

    Raises:
        OSError: the library cannot be loaded, or the server did not start.
    """
    import pythoncom  # type: ignore[import-untyped,unused-ignore]
    import win32com.client  # type: ignore[import-untyped,unused-ignore]

    pythoncom.CoInitialize()
    activate = ctypes.WinDLL(str(library)).XLPyDLLActivateAuto  # type: ignore[attr-defined,unused-ignore]
    command = ctypes.c_char_p(
        server_command(interpreter).encode("mbcs" if sys.platform == "win32" else "utf-8")
    )
    answer = _Variant()
    if activate(ctypes.byref(answer), command, _START) or answer.kind != _OBJECT:
        raise OSError(answer.text())
    server = win32com.client.Dispatch(pythoncom.ObjectFromAddress(answer.value, pythoncom.IID_IDispatch))
    try:
        formulas = server.Module("xlcredit.excel.udfs")
        return str(server.Str(server.GetAttr(server.Module("xlcredit"), "__version__"))) if formulas else ""
    finally:
        activate(ctypes.byref(_Variant()), command, _END)


class _Variant(ctypes.Structure):
    """Windows' VARIANT, as far as it is needed."""

    _fields_ = (
        ("kind", ctypes.c_ushort),
        ("reserved", ctypes.c_ushort * 3),
        ("value", ctypes.c_void_p),
        ("more", ctypes.c_void_p),
    )

    def text(self) -> str:
        """The text it holds."""
        held: Any = self.value
        return ctypes.wstring_at(held) if self.kind == _TEXT and held else ""


def main() -> None:
    """Answer with the version on standard output, or with the reason and exit code 1."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream
    try:
        sys.stdout.write(ask_server(*map(Path, sys.argv[1:])))
    except Exception as error:  # noqa: BLE001  the edge: whatever it was is the answer
        sys.stdout.write(" ".join(str(error).split()) or type(error).__name__)
        sys.exit(1)


if __name__ == "__main__":
    main()
