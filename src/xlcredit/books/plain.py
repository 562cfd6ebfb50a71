"""Bring a sheet's XML to the plain form that `scan` reads: for files of programs that write it otherwise.

Comments, CDATA, single quotes, other encodings and white space between tags disappear; rows and cells without
a reference get theirs. What the sheet says stays the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from xlcredit.books.errors import DamagedBookError, PrefixedXmlError
from xlcredit.books.references import column_letters, column_number
from xlcredit.books.xml import children, descendants, local_name, parse_xml, whole

if TYPE_CHECKING:
    from pathlib import Path

_LETTERS = re.compile(r"[A-Z]{1,3}(?=[0-9]+\Z)")


def to_plain(data: bytes, path: Path, part: str) -> bytes:
    """The same sheet in the plain form.

    Raises:
        DamagedBookError: it is not well-formed, or no sheet.
        UnsafeXmlError: it declares a document type.
        PrefixedXmlError: it uses a prefix for the spreadsheet's own elements.
    """
    root = parse_xml(data, path, part)
    rows = next(descendants(root, "sheetData"), None)
    if rows is None:
        raise DamagedBookError(path=str(path), part=part, reason="sheetData")
    if rows.prefix is not None:
        raise PrefixedXmlError(path=str(path), part=part)
    rows.text = None
    number = 0
    for row in children(rows, "row"):
        number = whole(row, "r", number + 1)
        _plain_row(row, number)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _plain_row(row: etree._Element, number: int) -> None:
    row.text = row.tail = None
    _put_reference_first(row, str(number))
    column = 0
    for cell in children(row, "c"):
        letters = _LETTERS.match(cell.get("r", ""))
        column = column_number(letters[0]) if letters else column + 1
        _put_reference_first(cell, f"{column_letters(column)}{number}")
        _plain_cell(cell)


def _plain_cell(cell: etree._Element) -> None:
    """No white space but inside `<v>`, `<f>` and `<t>`, whose spaces are kept by saying so."""
    cell.text = cell.tail = None
    for element in cell.iterdescendants():
        element.tail = None
        if local_name(element) in {"is", "r", "rPr"}:
            element.text = None
        for name in list(element.attrib) if local_name(element) in {"v", "t"} else ():
            del element.attrib[name]
        if local_name(element) in {"v", "t"} and element.text:
            element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _put_reference_first(element: etree._Element, reference: str) -> None:
    others = [(name, value) for name, value in element.attrib.items() if name != "r"]
    element.attrib.clear()
    element.set("r", reference)
    for name, value in others:
        element.set(name, value)
