"""The macros in LibreOffice: both files opened with macros enabled, the pure parts executed.

LibreOffice reports an error in a macro nowhere: a function that does not compile returns nothing. Hence every
cell starts with a wrong value (777), and a sentinel function says that the project runs at all. xlwings' module
does not compile in LibreOffice and is replaced where macros are executed.
"""

import io
import json
import subprocess
from pathlib import Path

import pytest
import xlsxwriter

from xlcredit.build.addin import build_addin
from xlcredit.build.macros import macros_for, project_modules
from xlcredit.build.ovba import Module, write_project
from xlcredit.build.workbook import build_workbook
from xlcredit.catalogue import Catalogue
from xlcredit.functions import FUNCTIONS

pytestmark = pytest.mark.office

UNO_PYTHON = "/usr/bin/python3"
DRIVER = Path(__file__).with_name("libreoffice_macros.py")
POISON, SENTINEL = 777, 4711
PRIVATE = chr(0xE000)
XLWINGS = """Attribute VB_Name = "xlwings"
Option Explicit
Public Function GetConfig(key As String, Optional fallback As String = "") As Variant
    GetConfig = fallback
End Function
Public Function FileExists(ByVal path As String) As Boolean
End Function
Public Function XLPy()
    Err.Raise 1000
End Function
"""
PROBE = f"""Attribute VB_Name = "Probe"
Option Explicit

Public Function PROBE_SENTINEL() As Variant
    PROBE_SENTINEL = {SENTINEL}
End Function

Public Function PROBE_ONE(ByVal text As String) As Variant
    PROBE_ONE = Shown(XlcResult(ChrW(&HE000&) & text))
End Function

Public Function PROBE_PLAIN(ByVal answer As Variant) As Variant
    PROBE_PLAIN = XlcResult(answer)
End Function

Public Function PROBE_BLANK() As Variant
    PROBE_BLANK = "[" & XlcResult(Empty) & XlcResult(Null) & "]"
End Function

Public Function PROBE_TABLE(ByVal place As Double, ByVal across As Double) As Variant
    Dim table(0 To 2, 0 To 1) As Variant
    Dim answer As Variant
    table(0, 0) = ChrW(&HE000&) & "#N/A"
    table(1, 0) = 12.5
    table(2, 0) = "testo"
    table(0, 1) = ChrW(&HE000&) & "#NUM!"
    table(2, 1) = ChrW(&HE000&) & "#VALUE!"
    answer = XlcResult(table)
    PROBE_TABLE = Shown(answer(place, across))
End Function

Public Function PROBE_ROW(ByVal place As Double) As Variant
    Dim answer As Variant
    answer = XlcResult(Array(1.5, ChrW(&HE000&) & "#REF!", "x"))
    PROBE_ROW = Shown(answer(place))
End Function

Private Function Shown(ByVal answer As Variant) As String
    If IsError(answer) Then
        Shown = "error " & CStr(answer)
    Else
        Shown = "[" & answer & "]"
    End If
End Function
"""


def in_libreoffice(request, folder):
    """What LibreOffice answers; see libreoffice_macros.py."""
    if subprocess.run([UNO_PYTHON, "-c", "import uno"], check=False, capture_output=True).returncode:
        pytest.skip("python3-uno is not installed")
    request = {**request, "profile": str(folder / "profile")}
    answer = subprocess.run(
        [UNO_PYTHON, DRIVER],
        input=json.dumps(request),
        text=True,
        capture_output=True,
        timeout=400,
        check=True,
    )
    return json.loads(answer.stdout)


def probe_workbook(path, language, formulas):
    """Our modules, xlwings replaced, the probe beside them; one formula a row, each with a wrong value."""
    modules = [m for m in project_modules(language) if m.name not in {"xlwings", "Dictionary"}]
    documents = {"ThisWorkbook", "SheetGuide"}
    modules = [m for m in modules if m.kind != "document" or m.name in documents]
    modules += [Module("xlwings", "module", XLWINGS), Module("Probe", "module", PROBE)]
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_vba_project(io.BytesIO(write_project(modules)), is_stream=True)
        workbook.set_vba_name("ThisWorkbook")
        sheet = workbook.add_worksheet()
        sheet.set_vba_name("SheetGuide")
        for row, formula in enumerate(formulas):
            sheet.write_formula(row, 0, formula, None, POISON)


EXPECTED = {
    "=PROBE_SENTINEL()": str(SENTINEL),
    '=PROBE_ONE("#N/A")': "error Error 2042",
    '=PROBE_ONE("#NUM!")': "error Error 2036",
    '=PROBE_ONE("#DIV/0!")': "error Error 2007",
    '=PROBE_ONE("#REF!")': "error Error 2023",
    '=PROBE_ONE("#NAME?")': "error Error 2029",
    '=PROBE_ONE("#NULL!")': "error Error 2000",
    '=PROBE_ONE("#VALUE!")': "error Error 2015",
    '=PROBE_ONE("")': f"[{PRIVATE}]",
    '=PROBE_PLAIN("testo")': "testo",
    '=PROBE_PLAIN("#N/A")': "#N/A",
    "=PROBE_PLAIN(1.5)": "1.5",
    "=PROBE_BLANK()": "[]",
    "=PROBE_TABLE(0,0)": "error Error 2042",
    "=PROBE_TABLE(1,0)": "[12.5]",
    "=PROBE_TABLE(2,0)": "[testo]",
    "=PROBE_TABLE(0,1)": "error Error 2036",
    "=PROBE_TABLE(1,1)": "[]",
    "=PROBE_TABLE(2,1)": "error Error 2015",
    "=PROBE_ROW(0)": "[1.5]",
    "=PROBE_ROW(1)": "error Error 2023",
    "=PROBE_ROW(2)": "[x]",
    '=XLC_WHY("XLC_RATE",1)': Catalogue("it").text("macros.messages.not_installed").strip(),
}


def test_the_pure_parts_run_in_libreoffice(tmp_path):
    probe_workbook(tmp_path / "probe.xlsm", "it", EXPECTED)
    cells = [f"A{row + 1}" for row in range(len(EXPECTED))]
    scripts = [["XlcErrors.XlcResult", "testo"], ["XlcWords.WORDS_NO_BOOK"], ["XlcPython.XlcIsInstalled"]]
    request = {"path": str(tmp_path / "probe.xlsm"), "cells": cells, "scripts": scripts}
    answer = in_libreoffice(request, tmp_path)
    shown = {
        formula: text.replace("\r\n", "\n")
        for formula, text in zip(EXPECTED, answer["cells"].values(), strict=True)
    }
    assert shown == EXPECTED
    assert answer["scripts"][0] == "testo"
    assert (
        answer["scripts"][1].splitlines()
        == Catalogue("it").text("macros.messages.no_book").strip().splitlines()
    )
    assert answer["scripts"][2] is False


@pytest.mark.parametrize("kind", ["workbook", "add-in"])
def test_libreoffice_opens_the_files_and_reads_every_module(kind, tmp_path):
    addin = kind == "add-in"
    path = tmp_path / ("XLCredit.xlam" if addin else "CreditControl.xlsm")
    if addin:
        build_addin(path)
    else:
        build_workbook(path, macros=macros_for("it"))
    answer = in_libreoffice({"path": str(path)}, tmp_path)
    modules = {module.name: module for module in project_modules("it", addin=addin)}
    assert answer["modules"].keys() == modules.keys()
    for name in ("XlcFunctions", "XlcPython", "XlcRibbon", "XlcBook", "XlcErrors"):
        assert code_of(answer["modules"][name]) == code_of(modules[name].source)
    assert all(name in answer["modules"]["XlcFunctions"] for name in FUNCTIONS)


def code_of(source):
    """A module's lines without its attributes, which LibreOffice keeps elsewhere."""
    lines = source.replace("\r\n", "\n").splitlines()
    return [
        line.rstrip()
        for line in lines
        if line.strip() and not line.startswith(("Attribute", "Rem Attribute", "Option VBASupport"))
    ]
