r"""The VBA of xlwings, taken from the installed package and made ours in the few places that must differ.

The module belongs to exactly one version of xlwings, whose name is part of its library's file name. It is
hidden from the lists of macros and functions, reads its settings from the user's file of xlcredit only
(`%USERPROFILE%\.xlcredit\xlcredit.conf`), never from a sheet or from beside the workbook, and starts Python
without putting the folder of a workbook or the current folder on its path: nobody who can write into a shared
folder can have his own code run. Its command line does not name the workbook either, so that all workbooks
share one server and a folder with signs outside the Windows code page is no obstacle.
"""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from xlcredit.errors import XlcreditError

XLWINGS_VERSION = "0.37.8"

_PATH_OF_WORKBOOK = (
    'PYTHONPATH = AddExcelDir & ";" & ThisWorkbook.FullName & ";" & ThisWorkbook.FullName & ";" & '
    'GetConfig("ONEDRIVE_CONSUMER_WIN") & ";" & GetConfig("ONEDRIVE_COMMERCIAL_WIN") & ";" & '
    'GetConfig("SHAREPOINT_WIN") & ";" & GetConfig("PYTHONPATH")\n'
)
_CHANGES = (
    (
        'Attribute VB_Name = "xlwings"\n',
        'Attribute VB_Name = "xlwings"\nOption Private Module\n',
    ),
    (
        'Public Const PROJECT_NAME As String = "xlwings"\n',
        'Public Const PROJECT_NAME As String = "xlcredit"\n',
    ),
    (
        'Optional source As String = "") As Variant\n',
        'Optional source As String = "user") As Variant\n',
    ),
    (_PATH_OF_WORKBOOK, 'PYTHONPATH = "false;;;;;"\n'),
    (
        'tail = " -B -c ""import sys, os;"',
        'tail = " -B -P -c ""import sys, os;"',
    ),
)
"""What stands there, once, and what shall stand there."""


class WrongXlwingsError(XlcreditError):
    """The installed xlwings is not the one that the macros are written for."""

    code = "wrong-xlwings"


def xlwings_module() -> str:
    """The source of the module `xlwings`.

    Raises:
        WrongXlwingsError: another version is installed, or its module is not as expected.
    """
    source = _source("xlwings.bas")
    for old, new in _CHANGES:
        if source.count(old) != 1:
            raise WrongXlwingsError(found=version("xlwings"), expected=XLWINGS_VERSION)
        source = source.replace(old, new)
    return source


def dictionary_module() -> str:
    """The source of the class `Dictionary` (MIT), which the module names on the Mac."""
    return _source("addin/Dictionary.cls")


def _source(name: str) -> str:
    found, spec = version("xlwings"), find_spec("xlwings")
    if found != XLWINGS_VERSION or spec is None or spec.origin is None:
        raise WrongXlwingsError(found=found, expected=XLWINGS_VERSION)
    return (Path(spec.origin).parent / name).read_text("cp1252")
