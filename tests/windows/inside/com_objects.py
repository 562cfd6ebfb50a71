"""Hand plain Python objects out as COM objects of Excel, to the process in which xlwings works.

Members are found whatever their case, as COM finds them; one that the object lacks is an unknown name, as with
Excel. A method is never run by merely being read. A `ComError` arrives as the error that Excel would give.
"""

from __future__ import annotations

import datetime as dt
import inspect
import tempfile
from functools import cache
from pathlib import Path

import pythoncom
import pywintypes
import winerror
from win32com.client import VARIANT
from win32com.server import util
from win32com.server.exception import COMException
from win32com.server.policy import DynamicPolicy

from excel_com import ComError

EXCEL = "{00020813-0000-0000-C000-000000000046}"
INTERFACES = {
    "Application": ("_Application", "{000208D5-0000-0000-C000-000000000046}"),
    "Workbook": ("_Workbook", "{000208DA-0000-0000-C000-000000000046}"),
    "Worksheet": ("_Worksheet", "{000208D8-0000-0000-C000-000000000046}"),
    "Range": ("Range", "{00020846-0000-0000-C000-000000000046}"),
}
"""What xlwings asks of type information: the name and the identifier of the interface."""
OTHERS = "{00020400-0000-0000-C000-000000000046}"

PUT = pythoncom.DISPATCH_PROPERTYPUT | pythoncom.DISPATCH_PROPERTYPUTREF

PUT = pythoncom.DISPATCH_PROPERTYPUT | pythoncom.DISPATCH_PROPERTYPUTREF
PLAIN = (
    str,
    int,
    float,
    bool,
    type(None),
    list,
    dt.date,
    pywintypes.TimeType,
    VARIANT,
    pythoncom.TypeIIDs[pythoncom.IID_IDispatch],
)
_SYS_WIN64 = 3


def com(thing, *, policy=None):
    """`thing` as it travels: a plain value as it is, an object as the COM object that stands for it."""
    if isinstance(thing, tuple):
        return list(thing)  # of a tuple pywin32 would make several results
    return thing if isinstance(thing, PLAIN) else util.wrap(_Handed(thing), usePolicy=policy or _Policy)


def typed(thing):
    """`thing` with type information, by which xlwings knows a range among arguments; asking for it takes time."""
    return com(thing, policy=_TypedPolicy)


class _Handed:
    """What pywin32 calls in the place of the object."""

    def __init__(self, thing):
        self.thing = thing

    def _dynamic_(self, name, _lcid, flags, arguments):
        if name == "_NewEnum":
            return util.NewEnum([com(each) for each in self.thing], iid=pythoncom.IID_IEnumVARIANT)
        arguments = [_received(each) for each in arguments]
        member = self.member(name)
        if flags & PUT:
            setattr(self.thing, member, arguments[-1])
            return None
        found = getattr(self.thing, member)
        if inspect.isroutine(found) and flags == pythoncom.DISPATCH_PROPERTYGET:
            raise ComError(
                winerror.DISP_E_MEMBERNOTFOUND, "a method"
            )  # from this pywin32 knows that it is a method
        return com(found(*arguments) if arguments or inspect.isroutine(found) else found)

    def member(self, name):
        """The object's own spelling of a name; None when it has no such member."""
        if name == "_value_":
            return "__call__" if callable(self.thing) else "Value"
        public = {each.lower(): each for each in dir(self.thing) if not each.startswith("_")}
        return public.get(name.lower()) or public.get(name.lower().removeprefix("get"))


def _received(argument):
    """An argument as the object takes it: its like as the object itself, a left out one as None."""
    if argument is pythoncom.Missing:
        return None
    if isinstance(argument, PLAIN[:-1]):
        return argument
    try:
        return util.unwrap(argument).thing
    except (AttributeError, TypeError, ValueError, pythoncom.com_error):
        return argument


class _Policy(DynamicPolicy):
    """Excel's manners: unknown names are refused, its own errors given."""

    def _getdispid_(self, name, fdex):
        if self._obj_.member(name) is None:
            raise COMException(scode=winerror.DISP_E_UNKNOWNNAME)
        return super()._getdispid_(name, fdex)

    def _invoke_(self, dispid, lcid, flags, arguments):
        try:
            return super()._invoke_(dispid, lcid, flags, arguments)
        except ComError as error:
            if error.excepinfo is None:
                return error.hresult, -1, None
            _, source, description, _, _, scode = error.excepinfo
            raise COMException(description, scode, source) from error


class _TypedPolicy(_Policy):
    def _GetTypeInfoCount_(self):  # noqa: N802  pywin32's name
        return 1

    def _GetTypeInfo_(self, _index, _lcid):  # noqa: N802  pywin32's name
        return 0, _type_information(type(self._obj_.thing).__name__)


@cache
def _library():
    path = Path(tempfile.mkdtemp()) / "excel.tlb"
    library = pythoncom.CreateTypeLib2(_SYS_WIN64, str(path))
    library.SetName("Excel")
    library.SetGuid(pywintypes.IID(EXCEL))
    return library


@cache
def _type_information(kind):
    name, identifier = INTERFACES.get(kind, (kind, str(pythoncom.CreateGuid())))
    interface = _library().CreateTypeInfo(name, pythoncom.TKIND_DISPATCH)
    interface.SetGuid(pywintypes.IID(identifier))
    interface.LayOut()
    return interface.QueryInterface(pythoncom.IID_ITypeInfo)
