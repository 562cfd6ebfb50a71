# ruff: noqa: N802, N803  members are called as Excel calls them
"""The macros at work, in pyOpenVBA's interpreter: a small workbook, a Python server that records what is asked.

What the interpreter's Excel lacks is added here (the function wizard, properties of a workbook, a sheet's
calculation); the module `xlwings` is a stand-in, because a library of Windows and a COM server are not here.
"""

import datetime as dt
import io

import xlsxwriter
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.apps.excel._model import Application, Range, Workbook, Worksheet
from pyopenvba.exceptions import VBARuntimeError
from pyopenvba.interpreter import VBADate, VBAErrorValue, VBAObject, member, method
from pyopenvba.interpreter._objects import MemberSpec

from xlcredit.build.macros import project_modules

TODAY = dt.datetime(2026, 11, 21, 9, 30)  # noqa: DTZ001  Excel knows no time zone
XLWINGS = """Attribute VB_Name = "xlwings"
Option Explicit
Public Function GetConfig(key As String, Optional fallback As String = "") As Variant
    GetConfig = Application.Config(key, fallback)
End Function
Public Function FileExists(ByVal path As String) As Boolean
    FileExists = path = "C:\\xlc\\pythonw.exe"
End Function
Public Function XLPy()
    Set XLPy = Application.Started()
End Function
"""
FRAMEWORK = {"xlwings", "Dictionary"}


class Server(VBAObject):
    """Python's side of a call."""

    def __init__(self, host):
        self.host = host
        self.faults = []

    def _asked(self, *what):
        if self.faults:
            raise VBARuntimeError(self.faults.pop(0), "as told")
        self.host.asked.append(what)

    @method
    def Bool(self, value):
        self._asked("alive")
        return True

    @method
    def Module(self, name):
        return name

    @method
    def SetAttr(self, holder, name, value):
        self._asked("book", holder, name, value.name)

    @method
    def Exec(self, command):
        self._asked("exec", command)

    @method
    def CallUDF(self, module, name, arguments, book, caller):
        self._asked("udf", module, name, list(arguments.items), book.name, caller)
        return self.host.answer


class Control(VBAObject):
    """A button of the ribbon."""

    def __init__(self, id_):
        self.id = id_

    @member
    def ID(self):
        return self.id


class Property(VBAObject):
    """A property of a workbook, and everything else that only has a value."""

    def __init__(self, value):
        self.value = value

    @member(default=True)
    def Value(self):
        return self.value

    @member
    def Enabled(self):
        return self.value


class Bars(VBAObject):
    """The bars of which one is greyed while the function wizard is open."""

    def __init__(self, host):
        self.host = host

    @member
    def Controls(self, Index):
        return Property(not self.host.is_wizard_open)


class Host:
    """An Excel with one workbook that has our macros.

    Attributes:
        config: what the user's configuration file says.
        asked: what Python was asked, in order.
        started: how many servers were started.
        answer: what Python answers to a formula.
        faults_at_start: numbers of errors that starting a server raises.
        caller: the cell a formula stands in, or None.
        is_1904: whether the workbook counts days from 1904.
        macros_run: whether the workbook's macros may run.
        kept: settings of Excel's that the interpreter lacks.
    """

    def __init__(self, folder, monkeypatch, *, language="it", addin=False):
        self.config = {"INTERPRETER_WIN": "C:\\xlc\\pythonw.exe"}
        self.asked, self.started, self.answer, self.faults_at_start = [], 0, 1.5, []
        self.is_wizard_open, self.is_addin, self.caller = False, addin, None
        self.last_saved, self.properties, self.has_project = TODAY, {}, True
        self.described, self.refuses_options, self.recalculated, self.status = [], False, [], []
        self.macros_run, self.is_1904, self.kept = True, False, {"Interactive": True, "EnableCancelKey": 1}
        self._teach(monkeypatch)
        modules = [
            module
            for module in project_modules(language, addin=addin)
            if module.kind == "module" and module.name not in FRAMEWORK
        ]
        self.excel = ExcelApplication.open(small_workbook(folder), with_vba=False)
        self.excel.freeze_clock(TODAY)
        for module in modules:
            self.excel.add_module(module.source, name=module.name)
        self.excel.add_module(XLWINGS, name="xlwings")
        self.servers, self.system = [], "Windows (64-bit) NT 10.00"

    def run(self, macro, *arguments):
        """What a macro returns."""
        return self.excel.run(macro, *arguments)

    def press(self, key):
        self.run("XlcPress", Control(f"xlc_{key}"))

    def messages(self):
        """What message boxes said."""
        return [prompt for _, prompt, _, _ in self.excel.dialogs]

    def sheet(self, name):
        return next(sheet for sheet in self.excel.workbook.sheets_ if sheet.name == name)

    def stand_in(self, address):
        """The next formulas stand in this cell of the first sheet."""
        self.caller = self.excel.application.vba_get("Range", [address])

    def _start(self):
        if self.faults_at_start:
            raise VBARuntimeError(self.faults_at_start.pop(0), "as told")
        self.started += 1
        self.servers.append(Server(self))
        return self.servers[-1]

    def _option(self, macro, description, *rest):
        if self.refuses_options:
            raise VBARuntimeError(1004, "Cannot edit a macro on a hidden workbook")
        self.described.append((macro, description, *rest))

    def _run(self, macro):
        if not self.macros_run:
            raise VBARuntimeError(1004, f"Cannot run the macro {macro}")
        return self.excel.run(macro.rpartition("!")[2])

    def _value_of(self, name):
        if name not in self.properties:
            raise VBARuntimeError(5, "Invalid procedure call or argument")
        return Property(self.properties[name])

    def _config(self, application, key, fallback):
        return self.config.get(key, fallback)

    def _teach(self, monkeypatch):
        """Add the members that the interpreter's Excel lacks, for the length of a test."""

        def teach(kind, name, getter, parameters=(), setter=None):
            spec = MemberSpec(name, "property", getter, setter, parameters=parameters)
            monkeypatch.setitem(kind._vba_members, name.lower(), spec)

        def status(application, value):
            self.status.append(value)

        def recalculate(sheet, value):
            if value:
                self.recalculated.append(sheet.name)

        options = ("Macro", "Description", "Category", "ArgumentDescriptions")
        teach(Application, "Config", self._config, ("key", "fallback"))
        teach(Application, "Started", lambda application: self._start())
        teach(Application, "Caller", lambda application: self.caller or VBAErrorValue(2023))
        teach(Application, "CommandBars", lambda application, Index: Bars(self), ("Index",))
        teach(Application, "MacroOptions", lambda application, *given: self._option(*given), options)
        teach(Application, "StatusBar", lambda application: False, setter=status)
        teach(Application, "Run", lambda application, Macro: self._run(Macro), ("Macro",))
        for name in self.kept:
            teach(
                Application,
                name,
                lambda application, name=name: self.kept[name],
                setter=lambda application, value, name=name: self.kept.update({name: value}),
            )
        teach(Application, "OperatingSystem", lambda application: self.system)
        teach(Range, "Worksheet", lambda cells: cells.sheet)
        teach(Workbook, "IsAddin", lambda book: self.is_addin)
        teach(Workbook, "Date1904", lambda book: self.is_1904)
        teach(Workbook, "HasVBProject", lambda book: self.has_project)
        teach(Workbook, "CustomDocumentProperties", lambda book, name: self._value_of(name), ("name",))
        saved = ("name",)
        teach(
            Workbook,
            "BuiltinDocumentProperties",
            lambda book, name: Property(VBADate.from_datetime(self.last_saved)),
            saved,
        )
        teach(Worksheet, "EnableCalculation", lambda sheet: True, setter=recalculate)


def small_workbook(folder):
    """A workbook with the table of settings on its second sheet."""
    path, content = folder / "crediti.xlsm", io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        for name in ("Scadenzario", "Parametri"):
            workbook.add_worksheet(name)
        table = {"name": "xlc_settings", "columns": [{"header": "Parametro"}, {"header": "Valore"}]}
        workbook.get_worksheet_by_name("Parametri").add_table("A1:B3", table)
    path.write_bytes(content.getvalue())
    return path
