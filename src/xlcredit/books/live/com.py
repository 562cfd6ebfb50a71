"""Excel through COM: what its errors say, and patience while it is busy.

Errors are told by their result code, so that nothing of Windows has to be there to read this. Objects that
come from xlwings are taken out of its wrapper, which would wait for ever for a busy Excel.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self, TypeVar

from xlcredit.books.live.errors import ExcelBusyError, ExcelGoneError, ExcelRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

T = TypeVar("T")

Com = Any
"""An object of Excel's."""

_BUSY = frozenset({-2147418111, -2147417846, -2147417847, -2146777998})
"""RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER, RPC_E_SERVERCALL_REJECTED, VBA_E_IGNORE."""
_GONE = frozenset({-2147417848, -2147023174, -2147023170, -2147417842})
"""RPC_E_DISCONNECTED, RPC_S_SERVER_UNAVAILABLE, RPC_S_CALL_FAILED, RPC_E_WRONG_THREAD."""

PAUSES = (0.1, 0.2, 0.4, 0.8, 1.0)
"""Seconds between attempts while Excel is busy."""


def bare(thing: Com) -> Com:
    """The COM object itself."""
    return getattr(thing, "_inner", thing)


def codes_of(error: BaseException) -> set[int]:
    """The result codes that an error of COM bears: its own, and that of Excel's account; none for others."""
    told = getattr(error, "excepinfo", None)
    own = getattr(error, "hresult", None)
    return {code for code in (own, told[5] if told else None) if isinstance(code, int)}


def is_busy(error: BaseException) -> bool:
    """Whether Excel took no order."""
    return bool(codes_of(error) & _BUSY)


def reason_of(error: BaseException) -> str:
    """Excel's own words."""
    told = getattr(error, "excepinfo", None)
    return str(told[2] if told and told[2] else getattr(error, "strerror", error)).strip()


def patiently(act: Callable[[], T]) -> T:
    """What `act` gives, tried again while Excel is busy; at last its error."""
    for pause in PAUSES:
        try:
            return act()
        except Exception as error:
            if not is_busy(error):
                raise
        time.sleep(pause)
    return act()


class told:  # noqa: N801  reads as what it does: `with told(path): ...`
    """Put errors of COM into words; others pass.

    Raises:
        ExcelBusyError, ExcelGoneError, ExcelRefusedError.
    """

    def __init__(self, path: object) -> None:
        self._path = str(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        codes = set() if error is None else codes_of(error)
        if codes & _BUSY:
            raise ExcelBusyError(path=self._path) from error
        if codes & _GONE:
            raise ExcelGoneError(path=self._path) from error
        if codes and error is not None:
            raise ExcelRefusedError(path=self._path, reason=reason_of(error)) from error
