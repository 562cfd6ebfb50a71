"""What every object of the model of Excel has in common: counted calls, a busy application, Excel's errors."""

from __future__ import annotations

from typing import Any

RPC_E_CALL_REJECTED = -2147418111
"""Excel is busy: a cell is being edited, a dialog is open."""
RPC_E_DISCONNECTED = -2147417848
"""Excel has been closed."""
DISP_E_EXCEPTION = -2147352567
APPLICATION_DEFINED = -2146827284
"""Error 1004, which Excel raises for everything that it refuses."""

ERRORS = {
    -2146826288: "#NULL!",
    -2146826281: "#DIV/0!",
    -2146826273: "#VALUE!",
    -2146826265: "#REF!",
    -2146826259: "#NAME?",
    -2146826252: "#NUM!",
    -2146826246: "#N/A",
}
"""What an error cell's value is through COM -> what the cell shows."""


class ComError(Exception):
    """Like `pywintypes.com_error`: result, words, Excel's own account of it, the argument at fault."""

    def __init__(self, hresult: int, strerror: str, excepinfo: tuple | None = None) -> None:
        super().__init__(hresult, strerror, excepinfo, None)
        self.hresult, self.strerror, self.excepinfo, self.argerror = hresult, strerror, excepinfo, None


def refused(text: str) -> ComError:
    """Error 1004 with Excel's words."""
    told = (0, "Microsoft Excel", text, "xlmain11.chm", 0, APPLICATION_DEFINED)
    return ComError(DISP_E_EXCEPTION, "Exception occurred.", told)


class ComObject:
    """An object whose public names are Excel's members: each access is a call that is counted and may be rejected.

    Names that begin with an underscore are the model's own: tests look behind the scenes through them.
    """

    _excel: Any = None

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_"):
            object.__getattribute__(self, "_excel")._entered(f"{type(self).__name__}.{name}")
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            known = getattr(type(self), name, None)
            if not isinstance(known, property) or known.fset is None:
                msg = f"Property '{type(self).__name__}.{name}' can not be set."
                raise AttributeError(msg)
            self._excel._entered(f"{type(self).__name__}.{name}=")
        object.__setattr__(self, name, value)


class Collection(ComObject):
    """A collection: `Count`, `Item(1)`, `Item("name")`, the same by calling it, iteration."""

    def __init__(self, excel: Any, find: Any) -> None:
        self._excel, self._find = excel, find

    @property
    def Count(self) -> int:
        return len(self._find())

    def Item(self, which: Any) -> Any:
        return self._item(which)

    def __call__(self, which: Any) -> Any:
        self._excel._entered(f"{type(self).__name__}()")
        return self._item(which)

    def __iter__(self) -> Any:
        for item in list(self._find()):
            self._excel._entered(f"{type(self).__name__} next")
            yield item

    def __len__(self) -> int:
        return len(self._find())

    def _item(self, which: Any) -> Any:
        items = self._find()
        if isinstance(which, str):
            found = [item for item in items if item._name.casefold() == which.casefold()]
            if not found:
                raise ComError(
                    DISP_E_EXCEPTION,
                    "Subscript out of range",
                    (0, "Microsoft Excel", "9", "", 0, -2146828279),
                )
            return found[0]
        if not 1 <= int(which) <= len(items):
            raise ComError(
                DISP_E_EXCEPTION, "Subscript out of range", (0, "Microsoft Excel", "9", "", 0, -2146828279)
            )
        return items[int(which) - 1]


def setting(name: str) -> property:
    """A plain property that can be read and set."""
    hidden = f"_{name}"

    def read(self: Any) -> Any:
        return object.__getattribute__(self, hidden)

    def write(self: Any, value: Any) -> None:
        object.__setattr__(self, hidden, value)

    return property(read, write)
