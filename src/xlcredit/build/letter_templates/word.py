"""Paragraphs, rows and fields of a Word document, as the letters need them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

from xlcredit.build.letter_templates.styles import style_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document
    from docx.table import Table, _Cell, _Row
    from docx.text.paragraph import Paragraph

WIDTH = 170
"""Width of the text, millimetres."""


def add_paragraph(container: Any, text: str, style: str = "Body Text", *, keep: bool = False) -> Paragraph:  # noqa: ANN401  body, cell, header
    """A paragraph; what stands between two pairs of asterisks is bold. No tag is split over two runs."""
    paragraph: Paragraph = container.add_paragraph()
    return _fill(paragraph, text, style, keep=keep)


def add_tag(container: Any, tag: str) -> Paragraph:  # noqa: ANN401
    """A paragraph that only steers the letter: `{%p if ... %}`. It leaves no trace in it."""
    return add_paragraph(container, f"{{%p {tag} %}}", "Tag")


def fill_cell(cell: _Cell, text: str, style: str, *, keep: bool = False) -> Paragraph:
    """The first paragraph of a cell."""
    return _fill(cell.paragraphs[0], text, style, keep=keep)


def _fill(paragraph: Paragraph, text: str, style: str, *, keep: bool = False) -> Paragraph:
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001  styles are ours, unknown to python-docx's lookup
    properties.get_or_add_pStyle().val = style_id(style)
    for position, part in enumerate(re.split(r"\*\*", text)):
        if part:
            paragraph.add_run(part).bold = True if position % 2 else None
    if keep:
        paragraph.paragraph_format.keep_with_next = True
    return paragraph


def add_table(container: Any, widths: Sequence[float], style: str) -> Table:  # noqa: ANN401
    """An empty table of fixed column widths, in millimetres."""
    extent = (Mm(sum(widths)),) if _is_part(container) else ()
    table: Table = container.add_table(0, len(widths), *extent)
    table.autofit = False
    properties = table._tbl.tblPr  # noqa: SLF001
    properties.style = style_id(style)
    _set(properties, "w:tblW", {"w:w": str(Mm(sum(widths)).twips), "w:type": "dxa"})
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def _is_part(container: Any) -> bool:  # noqa: ANN401
    """Headers and footers want the width said."""
    return type(container).__name__ in ("_Header", "_Footer")


def add_row(table: Table, texts: Sequence[str], styles: Sequence[str], *, keep: bool = False) -> _Row:
    """A row that no page break splits."""
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    _set(row._tr.get_or_add_trPr(), "w:cantSplit", {})  # noqa: SLF001
    for cell, column, text, style in zip(row.cells, table.columns, texts, styles, strict=True):
        cell.width = column.width
        fill_cell(cell, text, style, keep=keep)
    return row


def add_heading_row(table: Table, texts: Sequence[str], styles: Sequence[str]) -> _Row:
    """The row that is repeated on each page."""
    row = add_row(table, texts, styles)
    _set(row._tr.get_or_add_trPr(), "w:tblHeader", {})  # noqa: SLF001
    return row


def add_tag_row(table: Table, tag: str) -> None:
    """A row that only steers the letter: `{%tr for ... %}`."""
    cells = table.add_row().cells  # type: ignore[no-untyped-call]
    fill_cell(cells[0].merge(cells[-1]), f"{{%tr {tag} %}}", "Tag")


def align_right(table: Table) -> None:
    """The table against the right margin."""
    table.alignment = WD_TABLE_ALIGNMENT.RIGHT


def least_height(row: _Row, millimetres: float) -> None:
    """The row is at least so high; longer content makes it higher."""
    _set(row._tr.get_or_add_trPr(), "w:trHeight", {"w:val": str(Mm(millimetres).twips), "w:hRule": "atLeast"})  # noqa: SLF001


def add_field(paragraph: Paragraph, instruction: str) -> None:
    """A field that Word computes: PAGE, NUMPAGES."""
    xml = f'<w:fldSimple {nsdecls("w")} w:instr="{instruction}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    paragraph._p.append(parse_xml(xml))  # noqa: SLF001


def rule(paragraph: Paragraph, ink: str, side: str = "bottom", space: int = 4) -> None:
    """A line below or above the paragraph."""
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
    borders: Any = OxmlElement("w:pBdr")
    line = {"w:val": "single", "w:sz": "6", "w:space": str(space), "w:color": ink}
    _set(borders, f"w:{side}", line)
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def shade(row: _Row, ink: str) -> None:
    """A ground of one colour behind the cells of a row."""
    for cell in row.cells:
        properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001
        _set(properties, "w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": ink})


def frame(cell: _Cell, sides: Sequence[str], ink: str) -> None:
    """Lines around one cell; `sides` in the order top, left, bottom, right."""
    borders = OxmlElement("w:tcBorders")
    for side in sides:
        _set(borders, f"w:{side}", {"w:val": "single", "w:sz": "6", "w:space": "0", "w:color": ink})
    cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001


def _set(parent: Any, name: str, values: dict[str, str]) -> None:  # noqa: ANN401
    """The child element `name` with these attributes, made if missing."""
    child = parent.find(qn(name))
    if child is None:
        child = OxmlElement(name)
        parent.append(child)
    for key, value in values.items():
        child.set(qn(key), value)


def remove_first_paragraph(container: Any) -> None:  # noqa: ANN401
    """Take away the empty paragraph that a new header or footer comes with."""
    first = container.paragraphs[0]._p  # noqa: SLF001
    first.getparent().remove(first)


def new_page_size(document: Document) -> None:
    """A4 with the letters' margins."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm((210 - WIDTH) / 2)
    section.top_margin, section.bottom_margin = Mm(24), Mm(19)
    section.header_distance, section.footer_distance = Mm(11), Mm(8)
