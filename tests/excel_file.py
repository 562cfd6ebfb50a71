"""The model of Excel: workbooks from files and back; parts that no cell changed stay as they are."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import TYPE_CHECKING, Any

from lxml import etree

if TYPE_CHECKING:
    from pathlib import Path

from excel_com import ERRORS
from excel_sheet import Cells, Formula, box, letters, place

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    14: "m/d/yyyy",
    22: "m/d/yyyy h:mm",
    49: "@",
}
_CODES = {text: code for code, text in ERRORS.items()}


class Parts:
    """The parts of a workbook's file."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.infos = archive.infolist()
            self.content = {info.filename: archive.read(info) for info in self.infos}
        self.root = etree.fromstring(self.content["xl/workbook.xml"])
        self.from_1904 = any(
            tag.get("date1904") in ("1", "true") for tag in self.root.iter(MAIN + "workbookPr")
        )
        strings = self.content.get("xl/sharedStrings.xml")
        self.strings = [] if strings is None else [_text(item) for item in etree.fromstring(strings)]
        self._read_styles()

    def _read_styles(self) -> None:
        root = etree.fromstring(self.content["xl/styles.xml"])
        own = {int(tag.get("numFmtId")): tag.get("formatCode") for tag in root.iter(MAIN + "numFmt")}
        formats = root.find(MAIN + "cellXfs")
        self.formats = [{**BUILT_IN, **own}.get(int(tag.get("numFmtId", 0)), "General") for tag in formats]
        self.unlocked_styles = {
            number
            for number, tag in enumerate(formats)
            if any(child.get("locked") == "0" for child in tag.iter(MAIN + "protection"))
        }
        self.styles_root, self.style_tags = root, formats

    def links(self, part: str) -> dict[str, str]:
        folder, _, name = part.rpartition("/")
        rels = self.content.get(f"{folder}/_rels/{name}.rels")
        if rels is None:
            return {}
        found = {}
        for tag in etree.fromstring(rels):
            target = tag.get("Target")
            found[tag.get("Id")] = (
                target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            )
        return found

    def sheets(self) -> list[tuple[str, str]]:
        """Names and parts, in the order of the tabs."""
        links = self.links("xl/workbook.xml")
        found = [(tag.get("name"), links[tag.get(LINK)]) for tag in self.root.iter(MAIN + "sheet")]
        return [(name, part) for name, part in found if part.startswith("xl/worksheets/")]

    def tables(self, part: str) -> list[tuple[str, Any]]:
        found = [target for target in self.links(part).values() if target.startswith("xl/tables/")]
        return [(target, etree.fromstring(self.content[target])) for target in found]

    def style_with(self, code: str, like: int) -> int:
        """A style with another number format."""
        if self.formats[like] == code:
            return like
        known = {text: number for number, text in BUILT_IN.items()}
        for tag in self.styles_root.iter(MAIN + "numFmt"):
            known.setdefault(tag.get("formatCode"), int(tag.get("numFmtId")))
        style = etree.fromstring(etree.tostring(self.style_tags[like]))
        style.set("numFmtId", str(known[code]))
        style.set("applyNumberFormat", "1")
        self.style_tags.append(style)
        self.style_tags.set("count", str(len(self.style_tags)))
        self.formats.append(code)
        if like in self.unlocked_styles:
            self.unlocked_styles.add(len(self.formats) - 1)
        self.content["xl/styles.xml"] = etree.tostring(
            self.styles_root, xml_declaration=True, encoding="UTF-8"
        )
        return len(self.formats) - 1


def _text(item: Any) -> str:
    return "".join(tag.text or "" for tag in item.iter(MAIN + "t") if tag.getparent().tag != MAIN + "rPh")


def read_cells(parts: Parts, part: str) -> tuple[Cells, dict[str, Any]]:
    """The cells of a sheet, and what else of it matters: hidden rows, merged areas, protection, unlocked cells."""
    cells, facts = Cells(), {"hidden": set(), "merged": [], "protected": False, "unlocked": set()}
    root = etree.fromstring(parts.content[part])
    for tag in root.iter(MAIN + "col"):
        for column in range(int(tag.get("min")), min(int(tag.get("max")), 300) + 1):
            cells.column_styles[column] = int(tag.get("style", 0))
    for line in root.iter(MAIN + "row"):
        if line.get("hidden") in ("1", "true"):
            facts["hidden"].add(int(line.get("r")))
        for tag in line:
            _read_cell(tag, cells, parts, facts)
    facts["merged"] = [box(tag.get("ref")) for tag in root.iter(MAIN + "mergeCell")]
    facts["protected"] = any(tag.get("sheet") in ("1", "true") for tag in root.iter(MAIN + "sheetProtection"))
    return cells, facts


def _read_cell(tag: Any, cells: Cells, parts: Parts, facts: dict[str, Any]) -> None:
    row, column = place(tag.get("r"))
    style = int(tag.get("s", 0))
    if style != cells.column_styles.get(column, 0):
        cells.styles.setdefault(column, {})[row] = style
    if style in parts.unlocked_styles:
        facts["unlocked"].add((row, column))
    kind, value, formula = tag.get("t", "n"), tag.find(MAIN + "v"), tag.find(MAIN + "f")
    result: Any = None
    if kind == "inlineStr":
        result = _text(tag) or None
    elif value is not None and value.text is not None:
        text = value.text
        result = {"s": lambda: parts.strings[int(text)] or None, "b": lambda: text == "1", "str": lambda: text,
                  "e": lambda: _CODES.get(text, _CODES["#N/A"])}.get(kind, lambda: float(text))()  # fmt: skip
    if formula is None:
        if result is not None:
            cells.put(row, column, result)
        return
    cells.put_formula(row, column, "=" + (formula.text or ""), 0.0 if result is None else result)
    if formula.get("t") == "array":
        cells.arrays.add((row, column))


def write_workbook(parts: Parts, sheets: list[Any], path: Path) -> None:
    """The workbook as it stands now, at `path`, whole or not at all."""
    changed = dict(parts.content)
    for sheet in sheets:
        if sheet._cells.dirty:
            changed[sheet._part] = _changed_sheet(parts.content[sheet._part], sheet)
        for table in sheet._tables:
            changed[table._part] = _resized(parts.content[table._part], table)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for info in parts.infos:
            archive.writestr(zipfile.ZipInfo(info.filename, info.date_time), changed[info.filename])
    draft = path.with_name(f"{path.name}.saving")
    draft.write_bytes(buffer.getvalue())
    draft.replace(path)


def _resized(content: bytes, table: Any) -> bytes:
    top, left, bottom, right = table._area
    area = f"{letters(left)}{top}:{letters(right)}{bottom}".encode()
    return re.sub(rb'(<(?:table|autoFilter)\s(?:[^>]*?\s)?ref=")[^"]*', rb"\g<1>" + area, content)


def _changed_sheet(content: bytes, sheet: Any) -> bytes:
    root = etree.fromstring(content)
    data = root.find(MAIN + "sheetData")
    lines = {int(line.get("r")): line for line in data}
    tags: dict[int, dict[int, Any]] = {}
    for row, column in sheet._cells.dirty:
        if row not in lines:
            lines[row] = etree.Element(MAIN + "row", r=str(row))
        if row not in tags:
            tags[row] = {place(tag.get("r"))[1]: tag for tag in lines[row]}
        tags[row][column] = _cell(sheet._cells, row, column)
    for row, by_column in tags.items():
        lines[row][:] = [by_column[column] for column in sorted(by_column)]
        lines[row].attrib.pop("spans", None)
    data[:] = [lines[row] for row in sorted(lines)]
    dimension = root.find(MAIN + "dimension")
    if dimension is not None:
        root.remove(dimension)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _cell(cells: Cells, row: int, column: int) -> Any:
    tag = etree.Element(MAIN + "c", r=f"{letters(column)}{row}")
    if style := cells.style(row, column):
        tag.set("s", str(style))
    value, formula = cells.get(row, column), cells.formulas.get((row, column))
    if formula is not None:
        etree.SubElement(tag, MAIN + "f").text = formula[1:]
    if value is None:
        return tag
    if isinstance(value, str) and formula is None and not isinstance(value, Formula):
        tag.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(tag, MAIN + "is"), MAIN + "t")
        text.text = value
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        return tag
    kind, text = "n", repr(value)
    if isinstance(value, bool):
        kind, text = "b", str(int(value))
    elif isinstance(value, str):
        kind, text = "str", value
    elif isinstance(value, int):
        kind, text = "e", ERRORS[value]
    if kind != "n":
        tag.set("t", kind)
    etree.SubElement(tag, MAIN + "v").text = text.removesuffix(".0")
    return tag
