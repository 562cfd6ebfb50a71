"""What the macros of a workbook do: load xlwings' DLL, start Python through it, call a function, run a button.

The steps are those of the project's own VBA (`XlcPython`) and of its module `xlwings`.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import sys
from functools import cached_property
from pathlib import Path

import pythoncom
import xlwings
from com_objects import typed

DLL = f"xlwings64-{xlwings.__version__}.dll"
_ACTIVATE, _END = 1, -1
_sessions = itertools.count()


def command_line(python, session="0"):
    """`XLPyCommand` of the workbook's module `xlwings`; a number that stands for itself tells sessions apart."""
    code = (
        f"import sys, os;{session};import xlwings.utils;xlwings.utils.prepare_sys_path("
        """\\"false;;;;;\\");import xlwings; xlwings.serve('$(CLSID)')"""
    )
    return f'cmd.exe  /K ""{python}" -B -P -c "{code}""'


class Macros:
    """The macros of one workbook.

    Under Wine a server that was ended is only started anew for another command line, hence the session's number.
    """

    def __init__(self, workbook, python=Path(sys.prefix) / "pythonw.exe"):
        self.workbook = workbook
        self._dll = ctypes.WinDLL(str(python.parent / DLL))
        self._command = command_line(python, f"{os.getpid()}{next(_sessions)}").encode("mbcs")

    @cached_property
    def server(self):
        """The server that `XlcPython` starts at the first need and keeps."""
        return self._activate(_ACTIVATE)

    def share(self, other):
        """Use the server of another workbook of the same Excel."""
        self._command = other._command
        self.server = other.server

    def call(self, module, function, *arguments, caller=None):
        """A formula, as `XlcCall` has it answered."""
        handed = [typed(each) for each in arguments]
        cell = None if caller is None else typed(caller)
        return self.server.CallUDF(module, function, handed, typed(self.workbook), cell)

    def run(self, command):
        """A button's work, as `XlcRun` has it done."""
        self.server.SetAttr(self.server.Module("xlwings._xlwindows"), "BOOK_CALLER", typed(self.workbook))
        self.server.Exec(command)

    def end(self):
        """Let the server go."""
        self.__dict__.pop("server", None)
        self._activate(_END)

    def _activate(self, mode):
        answer = (ctypes.c_uint64 * 3)()  # a VARIANT
        result = self._dll.XLPyDLLActivateAuto(ctypes.byref(answer), self._command, mode)
        if result:
            raise OSError(result & 0xFFFFFFFF, ctypes.wstring_at(answer[1]))
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
