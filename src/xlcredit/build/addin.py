"""The add-in: the macros of the workbook, for whatever workbook is active."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import xlsxwriter

from xlcredit.build.finish import finish_addin
from xlcredit.build.macros import ADDIN_SHEET, macros_for
from xlcredit.build.workbook import CREATED
from xlcredit.catalogue import Catalogue

if TYPE_CHECKING:
    from pathlib import Path


def build_addin(path: Path, language: str = "it") -> None:
    """Write the add-in to `path`, replacing what stands there.

    Args:
        path: an .xlam in a folder that exists.
        language: of ribbon, help texts and messages.

    Raises:
        WrongXlwingsError: the installed xlwings is not the one that the macros are written for.
    """
    words, macros = Catalogue(language), macros_for(language, addin=True)
    package = io.BytesIO()
    with xlsxwriter.Workbook(package, {"in_memory": True}) as workbook:
        titles = {key: words.text(f"macros.addin.{key}") for key in ("title", "comments")}
        workbook.set_properties({**titles, "author": words.text("build.author"), "created": CREATED})
        workbook.set_vba_name("ThisWorkbook")
        workbook.add_vba_project(io.BytesIO(macros.project), is_stream=True)
        workbook.add_worksheet("xlcredit").set_vba_name(ADDIN_SHEET)
    path.write_bytes(finish_addin(package.getvalue(), macros))
