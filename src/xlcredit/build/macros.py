"""The macros of a workbook and of the add-in: which modules a project has, in which order.

Modules are text files in `vba/`, xlwings' own (`xlwings_modules.py`) and what `wrappers.py` writes. Every sheet
and the workbook itself have a document module under their code name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from xlcredit.build.finish import VbaProject
from xlcredit.build.layout import SHEETS
from xlcredit.build.ovba import Module, write_project
from xlcredit.build.ribbon import ribbon_xml
from xlcredit.build.wrappers import functions_module, register_module, words_module
from xlcredit.build.xlwings_modules import dictionary_module, xlwings_module
from xlcredit.catalogue import LANGUAGES, Catalogue

ADDIN_SHEET = "SheetAddin"
"""Code name of the add-in's only sheet."""

_OFFICE_BASE = "0{{{}-0000-0000-C000-000000000046}}"
WORKBOOK_BASE, SHEET_BASE = _OFFICE_BASE.format("00020819"), _OFFICE_BASE.format("00020820")
CLASS_BASE = "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}"
_ATTRIBUTES = (
    'Attribute VB_Name = "{name}"\n'
    'Attribute VB_Base = "{base}"\n'
    "Attribute VB_GlobalNameSpace = False\n"
    "Attribute VB_Creatable = False\n"
    "Attribute VB_PredeclaredId = {is_document}\n"
    "Attribute VB_Exposed = True\n"
    "Attribute VB_TemplateDerived = False\n"
    "Attribute VB_Customizable = {is_document}\n"
)
"""Of documents and classes, as Excel writes them."""

_CLASS_HEAD = re.compile(r"\AVERSION 1\.0 CLASS\nBEGIN\n.*?^END\n", re.DOTALL | re.MULTILINE)
_ATTRIBUTE = re.compile(r"^Attribute VB_\w+ = .*\n", re.MULTILINE)
_NAME = re.compile(r'^Attribute VB_Name = "(\w+)"', re.MULTILINE)


@lru_cache(maxsize=2 * len(LANGUAGES))
def macros_for(language: str, *, addin: bool = False) -> VbaProject:
    """The VBA project and the ribbon.

    Args:
        language: of help texts, messages and ribbon.
        addin: for XLCredit.xlam, whose buttons act on the active workbook.

    Raises:
        WrongXlwingsError: the installed xlwings is another one.
    """
    project = write_project(project_modules(language, addin=addin))
    return VbaProject(project, ribbon_xml(language, addin=addin))


def project_modules(language: str, *, addin: bool = False) -> list[Module]:
    """The modules of a project: documents, then ours, then xlwings'."""
    words, folder = Catalogue(language), files("xlcredit.build") / "vba"
    sheets = [ADDIN_SHEET] if addin else [layout.code_name for layout in SHEETS]
    own = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".bas"))
    workbook = folder / "addin" / "ThisWorkbook.cls" if addin else folder / "ThisWorkbook.cls"
    return [
        _document("ThisWorkbook", WORKBOOK_BASE, _code(workbook.read_text("utf-8"))),
        *(_document(name, SHEET_BASE) for name in sheets),
        *(_standard(write(words)) for write in (functions_module, register_module, words_module)),
        *(_standard((folder / name).read_text("utf-8")) for name in own),
        _standard(xlwings_module()),
        _class("Dictionary", _code(dictionary_module())),
    ]


def _document(name: str, base: str, code: str = "") -> Module:
    attributes = _ATTRIBUTES.format(name=name, base=base, is_document=True)
    return Module(name, "document", attributes + code)


def _class(name: str, code: str) -> Module:
    attributes = _ATTRIBUTES.format(name=name, base=CLASS_BASE, is_document=False)
    return Module(name, "class", attributes + code)


def _code(text: str) -> str:
    """The text of a .cls file without the head that only files have and without the module's attributes."""
    return _ATTRIBUTE.sub("", _CLASS_HEAD.sub("", text))


def _standard(text: str) -> Module:
    return Module(str(_NAME.findall(text)[0]), "module", text)
