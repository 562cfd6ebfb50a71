"""Excel through COM: what its errors say, and patience while it is busy.

Errors are told by their result code, so that nothing of Windows has to be there to read this. Objects that
come from xlwings are taken out of its wrapper, which would wait for ever for a busy Excel. A rejected call has done
nothing, so that it may be tried again.
"""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self, TypeVar

from xlcredit.books.live.errors import ExcelBusyError, ExcelGoneError, ExcelRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

T = TypeVar("T")

Com = Any
"""An object of Excel's."""

_PLAIN = (str, float, int, tuple, dt.datetime, Decimal, type(None))
"""What Excel gives that is a value and no object."""

_BUSY = frozenset({-2147418111, -2147417846, -2147417847, -2146777998})
"""RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER, RPC_E_SERVERCALL_REJECTED, VBA_E_IGNORE."""
_GONE = frozenset({-2147417848, -2147023174, -2147023170, -2147417842})
"""RPC_E_DISCONNECTED, RPC_S_SERVER_UNAVAILABLE, RPC_S_CALL_FAILED, RPC_E_WRONG_THREAD."""

PAUSES = (0.1, 0.2, 0.4, 0.8, 1.0)
"""Seconds between attempts while Excel is busy."""


def bare(thing: Com) -> Com:
    """The COM object itself, out of xlwings' wrapper or of a `Patient`."""
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


class Patient:
    """An object of Excel's whose every call is tried again while Excel is busy; so are those of what it gives."""

    def __init__(self, thing: Com) -> None:
        object.__setattr__(self, "_inner", bare(thing))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever Excel gives
        return _wrapped(_patiently(lambda: _member(self._inner, name)))

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401  whatever Excel takes
        _patiently(lambda: setattr(self._inner, name, value))

    def __call__(self, *arguments: Any) -> Any:  # noqa: ANN401  whatever Excel takes and gives
        """Call a method, or ask a collection for an item."""
        given = [bare(each) for each in arguments]
        return _wrapped(_patiently(lambda: self._inner(*given)))


def _wrapped(found: Any) -> Any:  # noqa: ANN401  whatever Excel gives
    return found if isinstance(found, _PLAIN) else Patient(found)


def _member(thing: Com, name: str) -> Any:  # noqa: ANN401  whatever Excel gives
    """A member; pywin32 says of a busy Excel that it has none, which asking for its number brings to light."""
    try:
        return getattr(thing, name)
    except AttributeError:
        numbers = getattr(thing, "_oleobj_", None)
        if numbers is not None:
            _refuse_busy(numbers, name)
        raise


def _refuse_busy(numbers: Com, name: str) -> None:
    """Ask for the number of a name; that there is none is known already, that Excel is busy is not."""
    try:
        numbers.GetIDsOfNames(0, name)
    except Exception as error:
        if is_busy(error) or not codes_of(error):
            raise


def _patiently(act: Callable[[], T]) -> T:
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
