"""What the macros of a workbook do: load xlwings' DLL, start Python through it, call a function, run a button.

The steps are those of `xlwings.bas` (`XLPyCommand`, `RunPython`) and of the wrappers around `CallUDF`.
"""

from __future__ import annotations

import ctypes
import itertools
import sys
from pathlib import Path

import pythoncom
import xlwings
from com_objects import com

HOME = Path(sys.prefix)
DLL = f"xlwings64-{xlwings.__version__}.dll"
_ACTIVATE, _END = 1, -1
_EXCEL_ERROR = -2146828288
_NOT_A_CELL = 2023
_sessions = itertools.count()


def excel_error(number):
    """An error value of Excel's as VBA hands it over: 2042 is #N/A."""
    return pythoncom.VARIANT(pythoncom.VT_ERROR, _EXCEL_ERROR + number) if hasattr(pythoncom, "VARIANT") else None


def command_line(python, workbook, path=""):
    """`XLPyCommand` of xlwings.bas."""
    told = f"true;{workbook};{workbook};;;;{path}"
    told = told.replace("\\", "\\\\").replace("'", "\\'").replace("&", "^&")
    code = (
        f'import sys, os;import xlwings.utils;xlwings.utils.prepare_sys_path(\\"{told}\\");'
        "import xlwings; xlwings.serve('$(CLSID)')"
    )
    return f'cmd.exe  /K ""{python}" -B -c "{code}""'


class Macros:
    """The macros of one workbook.

    A server that was ended is only started anew for another command line, hence a folder of its own on the path
    of each.
    """

    def __init__(self, workbook, python=HOME / "pythonw.exe"):
        self.workbook = workbook
        self._dll = ctypes.WinDLL(str(python.parent / DLL))
        own = f"C:\\session{next(_sessions)}"
        self._command = command_line(python, workbook.FullName, own).encode("mbcs")

    def call(self, module, function, *arguments, caller=None):
        """`XLPy.CallUDF`, as a wrapper calls it."""
        arguments = [com(each) for each in arguments]
        cell = None if caller is None else com(caller)
        return self._server().CallUDF(module, function, arguments, com(self.workbook), cell)

    def run_python(self, code):
        """`RunPython`, in the server."""
        server = self._server()
        server.SetAttr(server.Module("xlwings._xlwindows"), "BOOK_CALLER", com(self.workbook))
        server.Exec(code)

    def end(self):
        """`KillPy`."""
        self._activate(_END)

    def _server(self):
        return self._activate(_ACTIVATE)

    def _activate(self, mode):
        answer = (ctypes.c_uint64 * 3)()  # a VARIANT
        result = self._dll.XLPyDLLActivateAuto(ctypes.byref(answer), self._command, mode)
        if result:
            raise OSError(f"{result & 0xFFFFFFFF:08x} {ctypes.wstring_at(answer[1])}")
        if mode == _ACTIVATE:
            return _LateBound(pythoncom.ObjectFromAddress(answer[1], pythoncom.IID_IDispatch))
        return None


class _LateBound:
    """Calls as VBA makes them on an Object."""

    def __init__(self, dispatch):
        self._dispatch = dispatch

    def __getattr__(self, name):
        number = self._dispatch.GetIDsOfNames(0, name)
        how = pythoncom.DISPATCH_METHOD | pythoncom.DISPATCH_PROPERTYGET
        return lambda *arguments: self._dispatch.Invoke(number, 0, how, True, *arguments)
