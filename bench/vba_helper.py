"""What the macros add to a formula's answer: `XlcResult` over a column, executed by LibreOffice.

Excel compiles VBA and LibreOffice interprets it, so this is the dear end of what a user waits for. Needs
LibreOffice and a Python that has its `uno` (Debian: `python3-uno`).
"""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter

from xlcredit.build.macros import project_modules
from xlcredit.build.ovba import Module, write_project

ROWS = 100_000
TURNS = 5
DRIVER = Path(__file__).parents[1] / "tests" / "office" / "libreoffice_macros.py"
UNO_PYTHON = "/usr/bin/python3"
MEASURE = """Attribute VB_Name = "Measure"
Option Explicit

' Milliseconds for a column of amounts in which every hundredth cell is an error.
Public Function MILLISECONDS(ByVal rows As Long) As Variant
    Dim table() As Variant
    Dim place As Long
    Dim started As Double
    Dim answer As Variant
    ReDim table(0 To rows - 1, 0 To 0)
    For place = 0 To rows - 1
        table(place, 0) = place + 0.25
        If place Mod 100 = 0 Then table(place, 0) = ChrW(&HE000&) & "#N/A"
    Next place
    answer = table
    started = GetSystemTicks()
    answer = XlcResult(answer)
    MILLISECONDS = GetSystemTicks() - started
    If IsError(answer(1, 0)) Or Not IsError(answer(0, 0)) Then MILLISECONDS = "wrong"
End Function
"""


def result_seconds(rows: int = ROWS) -> float:
    """Seconds that `XlcResult` takes for an answer of `rows` cells, the best of five turns."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "measure.xlsm"
        _write_workbook(path, rows)
        cells = [f"A{turn + 1}" for turn in range(TURNS)]
        request = {"path": str(path), "profile": str(Path(folder) / "profile"), "cells": cells}
        answer = subprocess.run(
            [UNO_PYTHON, DRIVER],
            input=json.dumps(request),
            text=True,
            check=True,
            capture_output=True,
            timeout=600,
        )
    return min(float(text) for text in json.loads(answer.stdout)["cells"].values()) / 1000


def _write_workbook(path: Path, rows: int) -> None:
    """A workbook whose cells measure; the value 777 in them says that nothing was computed."""
    modules = {module.name: module for module in project_modules("it", addin=True)}
    own = [modules["SheetAddin"], modules["XlcErrors"], Module("Measure", "module", MEASURE)]
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_vba_project(io.BytesIO(write_project([_plain_workbook(modules), *own])), is_stream=True)
        workbook.set_vba_name("ThisWorkbook")
        sheet = workbook.add_worksheet()
        sheet.set_vba_name("SheetAddin")
        for turn in range(TURNS):
            sheet.write_formula(turn, 0, f"=MILLISECONDS({rows}.0)", None, 777)


def _plain_workbook(modules: dict[str, Module]) -> Module:
    """`ThisWorkbook` without its code, which needs the other modules."""
    head = modules["ThisWorkbook"].source.partition("Option Explicit")[0]
    return Module("ThisWorkbook", "document", head)


if __name__ == "__main__":
    print(f"XlcResult over {ROWS:,} cells in LibreOffice: {result_seconds():.3f} s")
