"""The rules of the package lint: each yields one sentence a fault, naming the part."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from xlcredit.build.package import Package

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
CUSTOM_UI = "customUI/customUI14.xml"
MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
MAIN_TYPES = {".xlam": "application/vnd.ms-excel.addin.macroEnabled.main+xml"}
"""Content type of the workbook by the file's suffix, where it is not a macro workbook's."""
SHEET_NAME_LIMIT = 31

_TABLE_REFERENCE = re.compile(r"\b(xlc_\w+)\[")


def well_formed(package: Package) -> Iterator[str]:
    """Every XML part parses."""
    for name in package.xml_names():
        try:
            package.tree(name)
        except etree.XMLSyntaxError as error:
            yield f"{name}: not well-formed ({error.msg})"


def content_types(package: Package) -> Iterator[str]:
    """Every part has a content type, every override a part, and a macro workbook says it is one."""
    defaults, overrides = _types(package)
    for name in package.parts:
        if name != "[Content_Types].xml" and name not in overrides and _extension(name) not in defaults:
            yield f"[Content_Types].xml: no content type for {name}"
    for name in sorted(overrides.keys() - package.parts.keys()):
        yield f"[Content_Types].xml: {name} does not exist"
    found, expected = overrides.get("xl/workbook.xml"), MAIN_TYPES.get(package.suffix, MACRO_TYPE)
    if found != expected:
        yield f"[Content_Types].xml: xl/workbook.xml is {found}, not {expected}"


def content_type_of(package: Package, name: str) -> str | None:
    """The content type of a part."""
    defaults, overrides = _types(package)
    return overrides.get(name, defaults.get(_extension(name)))


def _types(package: Package) -> tuple[dict[str, str], dict[str, str]]:
    """Content types by extension and by part."""
    tree = package.tree("[Content_Types].xml")
    types = {
        key: {
            node.get(key, "").lstrip("/"): node.get("ContentType", "")
            for node in tree.iter(f"{TYPES}{element}")
        }
        for key, element in (("Extension", "Default"), ("PartName", "Override"))
    }
    return {extension.lower(): type_ for extension, type_ in types["Extension"].items()}, types["PartName"]


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower()


def relations_resolve(package: Package) -> Iterator[str]:
    """Every internal relationship leads to a part, ids are unique, every r:id has its relationship."""
    for relation in package.relations:
        if not relation.is_external and relation.target not in package.parts:
            yield f"{relation.source or 'package'}: {relation.id} leads to {relation.target}, no such part"
    ids = Counter((relation.source, relation.id) for relation in package.relations)
    for (source, id_), count in ids.items():
        if count > 1:
            yield f"{source or 'package'}: relationship id {id_} stands {count} times"
    for name in package.xml_names():
        used = (node.get(f"{RELATION}id") for node in package.tree(name).iter())
        yield from (f"{name}: {id_} has no relationship" for id_ in used if id_ and (name, id_) not in ids)


def sheets_named(package: Package) -> Iterator[str]:
    """Sheet names are unique whatever the case, short enough and without forbidden signs."""
    names = [node.get("name", "") for node in package.tree("xl/workbook.xml").iter(f"{MAIN}sheet")]
    for name in _repeated(name.casefold() for name in names):
        yield f"xl/workbook.xml: sheet name {name} stands twice"
    for name in names:
        if len(name) > SHEET_NAME_LIMIT or re.search(r"[\[\]:*?/\\]", name) or name.endswith(".py"):
            yield f"xl/workbook.xml: {name} cannot be a sheet's name"


def code_names(package: Package) -> Iterator[str]:
    """The workbook and every sheet have a code name, all different."""
    found = code_names_of(package)
    for name, code_name in found.items():
        if not code_name:
            yield f"{name}: no code name"
    for code_name in _repeated(code_name for code_name in found.values() if code_name):
        yield f"xl/workbook.xml: code name {code_name} stands twice"


def code_names_of(package: Package) -> dict[str, str]:
    """Code name by part, of the workbook and every sheet; empty where there is none."""
    sheets = package.targets("xl/workbook.xml", "worksheet")
    workbook = {"xl/workbook.xml": _code_name(package, "xl/workbook.xml", "workbookPr")}
    return workbook | {name: _code_name(package, name, "sheetPr") for name in sheets}


def _code_name(package: Package, name: str, element: str) -> str:
    node = next(package.tree(name).iter(f"{MAIN}{element}"), None)
    return "" if node is None else node.get("codeName", "")


def tables_sound(package: Package) -> Iterator[str]:
    """Table names, ids and columns are unique, ranges fit, header cells say what the columns are called."""
    tables = [(sheet, table) for sheet in _sheets(package) for table in package.targets(sheet, "table")]
    trees = [package.tree(table) for _, table in tables]
    for name in _repeated(tree.get("displayName", "").casefold() for tree in trees):
        yield f"tables: the name {name} stands twice"
    for id_ in _repeated(tree.get("id", "") for tree in trees):
        yield f"tables: the id {id_} stands twice"
    for sheet, table in tables:
        yield from _table_sound(package, sheet, table)


def _table_sound(package: Package, sheet: str, table: str) -> Iterator[str]:
    tree = package.tree(table)
    names = [node.get("name", "") for node in tree.iter(f"{MAIN}tableColumn")]
    for name in _repeated(name.casefold() for name in names):
        yield f"{table}: column {name} stands twice"
    for id_ in _repeated(node.get("id", "") for node in tree.iter(f"{MAIN}tableColumn")):
        yield f"{table}: column id {id_} stands twice"
    left, top, right, bottom = (int(bound or 0) for bound in range_boundaries(tree.get("ref", "A1")))
    if right - left + 1 != len(names) or bottom <= top:
        yield f"{table}: {tree.get('ref')} does not fit {len(names)} columns and a body"
    cells = _row_texts(package, sheet, top)
    for place, name in enumerate(names, start=left):
        if cells.get(place) != name:
            where = f"{sheet}: header cell {place} of row {top}"
            yield f"{where} is {cells.get(place)!r}, the table says {name!r}"
    filtered = next(tree.iter(f"{MAIN}autoFilter"), None)
    if filtered is not None and filtered.get("ref") != tree.get("ref"):
        yield f"{table}: its filter covers {filtered.get('ref')}, not {tree.get('ref')}"


def _row_texts(package: Package, sheet: str, row: int) -> dict[int, str]:
    """Column -> text of the cells of a row."""
    node = next((node for node in package.tree(sheet).iter(f"{MAIN}row") if node.get("r") == str(row)), None)
    strings = _shared_strings(package)
    texts = {}
    for cell in () if node is None else node:
        text = "".join(map(str, cell.itertext()))
        if cell.get("t") == "s" and text.isdecimal() and int(text) < len(strings):
            text = strings[int(text)]
        texts[coordinate_to_tuple(cell.get("r", "A1"))[1]] = text
    return texts


def _shared_strings(package: Package) -> list[str]:
    if "xl/sharedStrings.xml" not in package.parts:
        return []
    return [
        "".join(map(str, node.itertext())) for node in package.tree("xl/sharedStrings.xml").iter(f"{MAIN}si")
    ]


def defined_names_resolve(package: Package) -> Iterator[str]:
    """Defined names lead to sheets and tables that exist; so do formulas that name tables."""
    workbook = package.tree("xl/workbook.xml")
    sheets = {node.get("name", "") for node in workbook.iter(f"{MAIN}sheet")}
    for node in workbook.iter(f"{MAIN}definedName"):
        text = node.text or ""
        for quoted, plain in re.findall(r"'((?:[^']|'')+)'!|\b([\w.]+)!", text):
            if (quoted.replace("''", "'") or plain) not in sheets:
                yield f"xl/workbook.xml: {node.get('name')} leads to {text}, no such sheet"
        if "#REF!" in text:
            yield f"xl/workbook.xml: {node.get('name')} leads nowhere"
        yield from _tables_exist(package, f"xl/workbook.xml: {node.get('name')}", text)
    for sheet in _sheets(package):
        for node in package.tree(sheet).iter(f"{MAIN}f", f"{MAIN}formula1"):
            yield from _tables_exist(package, sheet, node.text or "")


def _tables_exist(package: Package, where: str, formula: str) -> Iterator[str]:
    columns = _table_columns(package)
    for table in set(_TABLE_REFERENCE.findall(formula)):
        if table not in columns:
            yield f"{where}: no table {table}"
    for table, column in set(re.findall(r"\b(xlc_\w+)\[((?:[^\[\]']|'.)+)\]", formula)):
        if table in columns and re.sub(r"'(.)", r"\1", column) not in columns[table]:
            yield f"{where}: table {table} has no column {column}"


def _table_columns(package: Package) -> dict[str, set[str]]:
    trees = [package.tree(table) for sheet in _sheets(package) for table in package.targets(sheet, "table")]
    return {
        tree.get("displayName", ""): {node.get("name", "") for node in tree.iter(f"{MAIN}tableColumn")}
        for tree in trees
    }


def indices_in_range(package: Package) -> Iterator[str]:
    """Cells use shared strings and styles that exist; conditional formats use formats that exist."""
    strings = len(_shared_strings(package))
    styles = package.tree("xl/styles.xml")
    formats, differences = _count(styles, "cellXfs"), _count(styles, "dxfs")
    for sheet in _sheets(package):
        for node in package.tree(sheet).iter(f"{MAIN}c", f"{MAIN}col", f"{MAIN}cfRule"):
            yield from _indices(sheet, node, strings, formats, differences)
    for node in styles.iter(f"{MAIN}tableStyleElement"):
        if int(node.get("dxfId", "0")) >= differences:
            yield f"xl/styles.xml: table style uses format {node.get('dxfId')} of {differences}"


def _indices(sheet: str, node: etree._Element, strings: int, formats: int, differences: int) -> Iterator[str]:
    where = f"{sheet}: {node.get('r') or node.get('min') or 'conditional format'}"
    style = node.get("s") or node.get("style")
    if style is not None and int(style) >= formats:
        yield f"{where} uses style {style} of {formats}"
    if node.get("t") == "s" and int(node.findtext(f"{MAIN}v") or -1) not in range(strings):
        yield f"{where} uses shared string {node.findtext(f'{MAIN}v')} of {strings}"
    if int(node.get("dxfId", "0")) >= max(differences, 1):
        yield f"{where} uses format {node.get('dxfId')} of {differences}"


def _count(styles: etree._Element, element: str) -> int:
    node = styles.find(f"{MAIN}{element}")
    return 0 if node is None else len(node)


def rows_ascend(package: Package) -> Iterator[str]:
    """Rows and the cells in them stand in ascending order, each once."""
    for sheet in _sheets(package):
        last_row = 0
        for row in package.tree(sheet).iter(f"{MAIN}row"):
            number = int(row.get("r", "0"))
            if number <= last_row:
                yield f"{sheet}: row {number} stands after row {last_row}"
            last_row = number
            places = [coordinate_to_tuple(cell.get("r", "A1")) for cell in row]
            if any(place[0] != number for place in places) or places != sorted(set(places)):
                yield f"{sheet}: the cells of row {number} are out of order"


def _sheets(package: Package) -> list[str]:
    return package.targets("xl/workbook.xml", "worksheet")


def _repeated(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


CHECKS: tuple[Callable[[Package], Iterator[str]], ...] = (
    content_types,
    relations_resolve,
    sheets_named,
    code_names,
    tables_sound,
    defined_names_resolve,
    indices_in_range,
    rows_ascend,
)
"""The rules that need the package alone."""
