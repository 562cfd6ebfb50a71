"""xlwings' module as we ship it: of the pinned version, changed in the places that must differ and no other."""

import difflib
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from pyopenvba.interpreter import Interpreter

from xlcredit.build import xlwings_modules
from xlcredit.build.xlwings_modules import XLWINGS_VERSION, WrongXlwingsError, xlwings_module

ROOT = Path(__file__).parents[2]


def shipped():
    return (Path(find_spec("xlwings").origin).parent / "xlwings.bas").read_text("cp1252")


def changes():
    lines = difflib.ndiff(shipped().splitlines(), xlwings_module().splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_the_version_is_the_pinned_one():
    assert f'"xlwings=={XLWINGS_VERSION}"' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert f"xlwings=={XLWINGS_VERSION}\n" in (ROOT / "requirements.lock").read_text("utf-8")
    assert f'XLPyDLLName As String = "xlwings64-{XLWINGS_VERSION}.dll"' in xlwings_module()


def test_nothing_else_is_changed():
    added = [line[2:].strip() for line in changes() if line[0] == "+"]
    assert len(added) == 5
    assert added[:2] == ["Option Private Module", 'Public Const PROJECT_NAME As String = "xlcredit"']
    assert added[2] == 'PYTHONPATH = "false;;;;;"'
    assert added[3].startswith('tail = " -B -P -c ""import sys, os;"')
    assert 'Optional source As String = "user"' in added[4]
    assert len([line for line in changes() if line[0] == "-"]) == 4


def test_settings_come_from_the_file_of_xlcredit_in_the_users_profile():
    source = xlwings_module()
    path = 'Environ("USERPROFILE") & "\\." & PROJECT_NAME & "\\" & PROJECT_NAME & ".conf"'
    assert path in source
    layers = re.findall(r'If source = "" Or source = "(\w+)" Then', source)
    assert layers == ["sheet", "directory", "user"]


def test_the_command_names_no_workbook():
    assert "FullName" not in command_of(xlwings_module()).partition("#Else")[0]


def test_python_is_started_with_nobodys_folder_on_its_path(monkeypatch):
    """What the library is told to start, composed by the module itself."""
    body = "Function XLPyCommand()" + command_of(xlwings_module())
    parts = re.split(r"(?m)^ *#Else\n *' Other office apps\n|(?=^ *' Escaping backslashes)", body)
    excel = "\n".join(
        line for line in (parts[0] + parts[2]).splitlines() if not line.lstrip().startswith("#")
    )
    interpreter = Interpreter()
    interpreter.add_module(
        f"{GET_CONFIG}{excel}\nEnd Function\n".replace("Dim wb As Workbook", ""), name="Command"
    )
    assert interpreter.run("XLPyCommand") == (
        r"""cmd.exe  /K ""C:\xlc\pythonw.exe" -B -P -c "import sys, os;import xlwings.utils;"""
        r'''xlwings.utils.prepare_sys_path(\"false;;;;;\");import xlwings; xlwings.serve('$(CLSID)')""'''
    )


GET_CONFIG = """
Function GetConfig(key As String, Optional fallback As String = "") As Variant
    GetConfig = fallback
    If key = "SHOW CONSOLE" Or key = "DEBUG UDFS" Then GetConfig = False
    If key = "INTERPRETER_WIN" Then GetConfig = "C:\\xlc\\pythonw.exe"
End Function
"""


def command_of(source):
    return source.partition("Function XLPyCommand()")[2].partition("End Function")[0]


@pytest.mark.parametrize("found", ["0.37.7", "1.0.0"])
def test_another_version_is_refused(monkeypatch, found):
    monkeypatch.setattr(xlwings_modules, "version", lambda name: found)
    with pytest.raises(WrongXlwingsError) as caught:
        xlwings_module()
    assert caught.value.facts == {"found": found, "expected": XLWINGS_VERSION}


def test_a_module_that_is_not_as_expected_is_refused(monkeypatch):
    changed = (*xlwings_modules._CHANGES, ("Public Function RunPythons", ""))
    monkeypatch.setattr(xlwings_modules, "_CHANGES", changed)
    with pytest.raises(WrongXlwingsError):
        xlwings_module()
