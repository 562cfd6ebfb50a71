"""What Windows tells of a process: whether it runs, and since when.

Python's own way, signal 0, would end the process there.
"""

from __future__ import annotations

import ctypes
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_QUERY_LIMITED = 0x1000
_STILL_ACTIVE = 259
_ACCESS_DENIED = 5


def runs(pid: int) -> bool:
    """Whether the process exists; one of another user counts, though nothing more can be known of it."""
    kernel = _kernel()
    with _opened(kernel, pid) as process:
        if process is None:
            return bool(ctypes.get_last_error() == _ACCESS_DENIED)  # type: ignore[attr-defined,unused-ignore]
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(process, ctypes.byref(code))
        return code.value == _STILL_ACTIVE


def started(pid: int) -> str | None:
    """When the process started, in tenths of microseconds since 1601; None where that cannot be known."""
    kernel = _kernel()
    with _opened(kernel, pid) as process:
        created, other = ctypes.c_ulonglong(), ctypes.byref(ctypes.c_ulonglong())
        if process is None or not kernel.GetProcessTimes(process, ctypes.byref(created), other, other, other):
            return None
        return str(created.value)


@contextmanager
def _opened(kernel: Any, pid: int) -> Iterator[ctypes.c_void_p | None]:  # noqa: ANN401  a library of functions
    handle = kernel.OpenProcess(_QUERY_LIMITED, 0, pid)
    process = ctypes.c_void_p(handle) if handle else None
    try:
        yield process
    finally:
        if process is not None:
            kernel.CloseHandle(process)


def _kernel() -> Any:  # noqa: ANN401  a library of functions
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    kernel.OpenProcess.restype = ctypes.c_void_p
    return kernel
