"""The named styles of the letters: what a clerk changes once to change every letter.

Names are Word's own where Word has one, so that each Word shows them in its language. Calibri is on every
Windows Word; elsewhere Carlito has the same widths, so lines and pages break alike. Its figures are tabular.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

if TYPE_CHECKING:
    from docx.document import Document

FONT = "Calibri"
INK, GREY, RULE, SHADE = "1F3864", "595959", "BFBFBF", "F2F4F7"

_RIGHT = '<w:jc w:val="right"/>'
_KEEP = "<w:keepNext/><w:keepLines/>"


def _spacing(before: float = 0, after: float = 0, line: int = 240) -> str:
    """Points before and after; `line` in 240ths of a line."""
    around = f'w:before="{before * 20:.0f}" w:after="{after * 20:.0f}"'
    return f'<w:spacing {around} w:line="{line}" w:lineRule="auto"/>'


def _hanging(twips: int, *, tab: bool = False) -> tuple[str, str]:
    """Before and after the spacing: lines after the first stand as far in as what follows the tab."""
    stop = f'<w:tabs><w:tab w:val="left" w:pos="{twips}"/></w:tabs>' if tab else ""
    return stop, f'<w:ind w:left="{twips}" w:hanging="{twips}"/>'


def _size(points: float) -> str:
    return f'<w:sz w:val="{points * 2:.0f}"/><w:szCs w:val="{points * 2:.0f}"/>'


def _bold(ink: str = "") -> str:
    return "<w:b/><w:bCs/>" + _colour(ink)


def _colour(ink: str) -> str:
    return f'<w:color w:val="{ink}"/>' if ink else ""


def _rule(side: str, ink: str = RULE, size: int = 4) -> str:
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{ink}"/>'


PARAGRAPHS: dict[str, tuple[str, str]] = {
    "header": ("", _size(8.5) + ""),
    "footer": ('<w:jc w:val="center"/>', _colour(GREY) + _size(8)),
    "Letterhead": (_KEEP + _spacing(after=2), _bold(INK) + _size(16)),
    "Letterhead Line": (_spacing(), _colour(GREY) + _size(8.5)),
    "envelope address": (_spacing(), _size(11)),
    "Letter Channel": (_spacing(after=2), _bold() + _size(9)),
    "Channel Address": (_spacing(after=3), _size(8)),
    "Letter Reference": (_spacing(after=1).join(_hanging(1760, tab=True)), _size(9.5)),
    "Title": (_KEEP + _spacing(after=9), _bold(INK) + _size(12)),
    "heading 1": (_KEEP + _spacing(before=10, after=4), _bold(INK) + _size(11)),
    "Salutation": (_KEEP + _spacing(after=5), ""),
    "Body Text": (_spacing(after=6, line=252), ""),
    "Closing": (_spacing(before=5, after=6), ""),
    "Signature": (_spacing(), ""),
    "Acceptance": (_spacing(before=14, after=6), ""),
    "Signature Line": (_spacing(before=18, after=6), ""),
    "Table Text": (_spacing(before=1.5, after=1.5), _size(9)),
    "Table Number": (_spacing(before=1.5, after=1.5) + _RIGHT, _size(9)),
    "Table Heading": ("<w:keepNext/>" + _spacing(before=2, after=2), _bold(INK) + _size(8.5)),
    "Table Heading Number": ("<w:keepNext/>" + _spacing(before=2, after=2) + _RIGHT, _bold(INK) + _size(8.5)),
    "Table Note": (_spacing(after=1.5), _colour(GREY) + _size(8)),
    "Total": ("<w:keepNext/>" + _spacing(before=1.5, after=1.5), _size(10)),
    "Total Number": ("<w:keepNext/>" + _spacing(before=1.5, after=1.5) + _RIGHT, _size(10)),
    "Payment": (_spacing(after=1).join(_hanging(1247, tab=True)), _size(9.5)),
    "Payment Code": (_spacing(before=3) + '<w:jc w:val="center"/>', ""),
    "Payment Caption": (_spacing() + '<w:jc w:val="center"/>', _colour(GREY) + _size(7.5)),
    "Signatory": (_spacing(before=24), ""),
    "Question": (_spacing(after=3).join(_hanging(284)), ""),
    "Enclosure": (_KEEP + _spacing(after=2).join(_hanging(284)), ""),
    "Gap": (_spacing(), _size(4)),
    "Call Fact": (_spacing(before=1.5, after=1.5).join(_hanging(1587, tab=True)), _size(9)),
    "Choice": (_spacing(before=1.5, after=1.5) + '<w:ind w:left="113"/>', _size(9)),
    "Manners": (_spacing(before=5), _colour(GREY) + _size(9)),
    "Tag": (_spacing(), _colour("7F7F7F") + _size(7)),
}
"""Style name -> paragraph properties, run properties."""


def apply_styles(document: Document, language: str) -> None:
    """Replace the styles of a new document by the letters' own, for one language (`it-IT`)."""
    styles = document.styles.element
    for child in list(styles):
        styles.remove(child)
    for child in parse_xml(_styles_xml(language)):
        styles.append(child)


def _styles_xml(language: str) -> str:
    fonts = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{fonts}{_size(10.5)}"
        f'<w:lang w:val="{language}"/></w:rPr></w:rPrDefault>'
        f"<w:pPrDefault><w:pPr>{_spacing()}</w:pPr></w:pPrDefault></w:docDefaults>"
    )
    paragraphs = "".join(_paragraph_style(name, *properties) for name, properties in PARAGRAPHS.items())
    return f"<w:styles {nsdecls('w')}>{defaults}{_BASIC}{paragraphs}{_TABLES}</w:styles>"


def style_id(name: str) -> str:
    """The id by which paragraphs refer to a style: its name without blanks, capitalised."""
    return "".join(word[0].upper() + word[1:] for word in name.split())


def _paragraph_style(name: str, paragraph: str, run: str) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{style_id(name)}"{_custom(name)}><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>'
    )


_WORDS_OWN = (
    "header", "footer", "envelope address", "Title", "heading 1", "Salutation", "Body Text", "Closing",
    "Signature",
)  # fmt: skip


def _custom(name: str) -> str:
    return "" if name in _WORDS_OWN else ' w:customStyle="1"'


_BASIC = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
    "</w:style>"
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
    '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/><w:semiHidden/>'
    "</w:style>"
)


def _cells(side: int, top: int = 0) -> str:
    """The air in the cells of a table, twips."""
    widths = {"top": top, "left": side, "bottom": top, "right": side}
    edges = "".join(f'<w:{edge} w:w="{width}" w:type="dxa"/>' for edge, width in widths.items())
    return f"<w:tblCellMar>{edges}</w:tblCellMar>"


def _table_style(name: str, rules: str, cells: str, more: str = "") -> str:
    borders = f"<w:tblBorders>{rules}</w:tblBorders>" if rules else ""
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{style_id(name)}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr>{borders}{cells}</w:tblPr>{more}</w:style>'
    )


_HEADING_ROW = (
    f'<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>{_rule("bottom", INK, 6)}</w:tcBorders>'
    f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/><w:vAlign w:val="bottom"/></w:tcPr>'
    "</w:tblStylePr>"
)
_ROUND = "".join(_rule(side) for side in ("top", "left", "bottom", "right"))

_TABLES = (
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
    '<w:name w:val="Normal Table"/><w:semiHidden/>'
    f'<w:tblPr><w:tblInd w:w="0" w:type="dxa"/>{_cells(0)}</w:tblPr></w:style>'
    + _table_style(
        "Letter Table",
        _rule("top", INK, 6) + _rule("bottom", INK, 6) + _rule("insideH"),
        _cells(57),
        _HEADING_ROW,
    )
    + _table_style("Letter Lines", _rule("bottom") + _rule("insideH"), _cells(57))
    + _table_style("Letter Totals", "", _cells(57))
    + _table_style("Letter Box", _ROUND, _cells(113, 57))
)
