"""Tables that say themselves how they look, for letters laid out together.

LibreOffice weighs a table's style anew for every paragraph of every cell: a letter of five rows takes it a
fifth longer. Where a style says no more than borders, margins and the look of the first row, the table can
say it itself and do without the style; every other table stays as it is.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from xlcredit.letters.package import parse_strictly

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NAMING = ("name", "aliases", "basedOn", "uiPriority", "semiHidden", "unhideWhenUsed", "qFormat", "rsid")
_TABLE_LOOKS = ("tblInd", "tblBorders", "tblCellMar")
_CELL_LOOKS = ("tcBorders", "shd", "vAlign")
_ROW_SIDES = ("top", "bottom")
"""Borders of a row that are those of each of its cells; the others are of its first and last cell, or between."""

_TABLE_ORDER = (
    "tblStyle", "tblpPr", "tblOverlap", "bidiVisual", "tblStyleRowBandSize", "tblStyleColBandSize", "tblW",
    "jc", "tblCellSpacing", "tblInd", "tblBorders", "shd", "tblLayout", "tblCellMar", "tblLook",
)  # fmt: skip
_CELL_ORDER = (
    "cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar",
    "textDirection", "tcFitText", "vAlign", "hideMark",
)  # fmt: skip
_FIRST_ROW = 0x0020
"""The bit of a table's look that says its first row has a look of its own (ECMA-376, 17.4.55)."""


class Looks(NamedTuple):
    """What a table takes over from its style, by the name of the property."""

    table: Mapping[str, etree._Element]
    first_row: Mapping[str, etree._Element]


class TableStyles:
    """The looks of a document's table styles, those that tables can take over.

    Args:
        styles: the part `word/styles.xml`; b"" when there is none.
    """

    def __init__(self, styles: bytes) -> None:
        tree = parse_strictly(styles) if styles else None
        found = () if tree is None else tree.iterfind(f"{_W}style[@{_W}type='table']")
        self._styles = {style.get(f"{_W}styleId", ""): style for style in found}
        self._looks: dict[str, Looks | None] = {}

    def make_plain(self, body: etree._Element) -> None:
        """Each table whose style can be taken over has its looks instead of the style."""
        for table in body.iter(f"{_W}tbl"):
            properties = table.find(f"{_W}tblPr")
            looks, cells = self._looks_of(_style(table)), _first_row(table)
            if properties is None or looks is None or cells is None or _would_run_on(table):
                continue
            etree.strip_elements(properties, f"{_W}tblStyle")
            _take_over(properties, looks.table, _TABLE_ORDER)
            if looks.first_row and _is_first_row_marked(properties):
                for cell in cells:
                    _take_over(_cell_properties(cell), looks.first_row, _CELL_ORDER)

    def _looks_of(self, style: str) -> Looks | None:
        """None for a style that says more than a table can take over."""
        if style not in self._looks:
            self._looks[style] = self._read(style, ())
        return self._looks[style]

    def _read(self, style: str, above: tuple[str, ...]) -> Looks | None:
        found = self._styles.get(style)
        if found is None or style in above or not _says_little(found):
            return None
        base = found.find(f"{_W}basedOn")
        inherited = Looks({}, {}) if base is None else self._read(base.get(f"{_W}val", ""), (*above, style))
        if inherited is None:
            return None
        return Looks(
            _merge(inherited.table, found.iterfind(f"{_W}tblPr/*")),
            _merge(inherited.first_row, found.iterfind(f"{_W}tblStylePr/{_W}tcPr/*")),
        )


def _style(table: etree._Element) -> str:
    style = table.find(f"{_W}tblPr/{_W}tblStyle")
    return "" if style is None else style.get(f"{_W}val", "")


def _would_run_on(table: etree._Element) -> bool:
    """Whether the table stands next to one that its style keeps apart, or to which its style joins it.

    Tables that follow each other are one table when they have the same style. The first of two may do without
    it, the second not.
    """
    before, after = table.getprevious(), table.getnext()
    return (before is not None and before.tag == table.tag) or (
        after is not None and after.tag == table.tag and _style(after) in ("", _style(table))
    )


def _first_row(table: etree._Element) -> list[etree._Element] | None:
    """The cells of the first row; None where rows or cells are wrapped in something else."""
    rows = [child for child in table if child.tag not in (f"{_W}tblPr", f"{_W}tblGrid")]
    if not rows or rows[0].tag != f"{_W}tr":
        return None
    cells = [child for child in rows[0] if child.tag not in (f"{_W}trPr", f"{_W}tblPrEx")]
    return cells if all(cell.tag == f"{_W}tc" for cell in cells) else None


def _says_little(style: etree._Element) -> bool:
    """Whether a style says what a table can say itself, and no more."""
    for child in style:
        match child.tag.removeprefix(_W):
            case "tblPr":
                if not _has_only(child, _TABLE_LOOKS):
                    return False
            case "tblStylePr":
                inner = [part for part in child if len(part)]
                if child.get(f"{_W}type") != "firstRow" or not all(map(_is_cell_look, inner)):
                    return False
            case "pPr" | "rPr" | "trPr" | "tcPr":
                if len(child):
                    return False
            case name:
                if name not in _NAMING:
                    return False
    return True


def _is_cell_look(part: etree._Element) -> bool:
    """Whether a part of the first row's style is a look that each of its cells can have."""
    borders = part.findall(f"{_W}tcBorders")
    return (
        part.tag == f"{_W}tcPr"
        and _has_only(part, _CELL_LOOKS)
        and all(_has_only(each, _ROW_SIDES) for each in borders)
    )


def _has_only(properties: etree._Element, names: tuple[str, ...]) -> bool:
    return all(child.tag.removeprefix(_W) in names for child in properties)


def _merge(
    inherited: Mapping[str, etree._Element], own: Iterator[etree._Element]
) -> Mapping[str, etree._Element]:
    """A style's looks over those of the style it is based on."""
    merged = dict(inherited)
    for look in own:
        name = look.tag.removeprefix(_W)
        merged[name] = _fill(copy.copy(look), merged[name]) if name in merged else look
    return merged


def _fill(look: etree._Element, below: etree._Element) -> etree._Element:
    """Add the sides that `look` leaves to what lies below it."""
    there = {side.tag for side in look}
    look.extend(copy.copy(side) for side in below if side.tag not in there)
    return look


def _is_first_row_marked(properties: etree._Element) -> bool:
    look = properties.find(f"{_W}tblLook")
    if look is None:
        return False
    said = look.get(f"{_W}firstRow")
    if said is not None:
        return said in ("1", "true", "on")
    return bool(int(look.get(f"{_W}val", "0"), 16) & _FIRST_ROW)


def _cell_properties(cell: etree._Element) -> etree._Element:
    properties = cell.find(f"{_W}tcPr")
    if properties is None:
        properties = etree.Element(f"{_W}tcPr")
        cell.insert(0, properties)
    return properties


def _take_over(
    properties: etree._Element, looks: Mapping[str, etree._Element], order: tuple[str, ...]
) -> None:
    """Give a table or a cell the looks it does not have itself, each in its place."""
    for name, look in looks.items():
        own = properties.find(f"{_W}{name}")
        if own is not None:
            _fill(own, look)
            continue
        before = order[: order.index(name)]
        place = sum(child.tag.removeprefix(_W) in before for child in properties)
        properties.insert(place, copy.copy(look))
