"""What a workbook's package tells beside its values: size, reach of its sheets, error cells, formulas.

The reader of the values gives an error cell as a blank one and a formula that nobody computed likewise; both
are looked for here in the sheet's own XML, in one pass.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from xlcredit.intake.errors import LedgerAreaTooLargeError, LedgerDamagedError, LedgerTooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXPANDED_LIMIT = 4_000_000_000
"""Bytes: a ledger of Excel's 1,048,576 rows and 40 columns expands to about half of it."""

RATIO_LIMIT = 200
"""A large part that shrank more than this is no sheet that anybody typed."""

RATIO_FROM = 100_000_000
CELL_LIMIT = 120_000_000

_CHUNK = 4_000_000
_REACH = re.compile(rb'<dimension ref="(?:[A-Z]+\d+:)?([A-Z]+)(\d+)"')
_ERROR = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*? t="e"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>([^<]*)</v>')
_FORMULA = re.compile(rb'<c r="([A-Z]+)\d+"[^>]*><f')
_UNCOMPUTED = re.compile(
    rb'<c ((?:(?! t="str")[^>])*)>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>'
)


@dataclass(slots=True)
class SheetTraits:
    """What one sheet holds beside values.

    Attributes:
        errors: (row from 1, column letters, text) of each cell that holds an error.
        formula_columns: letters of the columns with formulas.
        uncomputed: formulas without a value.
    """

    errors: list[tuple[int, str, str]] = field(default_factory=list)
    formula_columns: set[str] = field(default_factory=set)
    uncomputed: int = 0


def check_package(path: Path) -> None:
    """Refuse a package that is cut off or expands beyond all measure.

    Raises:
        LedgerDamagedError: no zip package.
        LedgerTooLargeError: above `EXPANDED_LIMIT`, or a large part packed above `RATIO_LIMIT`.
    """
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise LedgerDamagedError(path=str(path), found=str(error)) from error
    total = sum(part.file_size for part in parts)
    if total > EXPANDED_LIMIT or any(map(_is_bomb, parts)):
        limit = min(EXPANDED_LIMIT, max(RATIO_FROM, RATIO_LIMIT * path.stat().st_size))
        raise LedgerTooLargeError(path=str(path), found=total // 1_000_000, limit=limit // 1_000_000)


def sheet_parts(path: Path) -> dict[str, str]:
    """Sheet name -> part of the package that holds it."""
    with zipfile.ZipFile(path) as package:
        book = etree.fromstring(package.read("xl/workbook.xml"), _parser())
        links = etree.fromstring(package.read("xl/_rels/workbook.xml.rels"), _parser())
    targets = {link.get("Id"): posixpath.join("/xl", link.get("Target", "")) for link in links}
    parts = {}
    for sheet in book.iterfind(".//{*}sheets/{*}sheet"):
        link = next((value for name, value in sheet.attrib.items() if str(name).endswith("}id")), None)
        parts[sheet.get("name", "")] = posixpath.normpath(targets.get(link, "")).lstrip("/")
    return parts


def check_area(path: Path, sheet: str, part: str) -> None:
    """Refuse a sheet whose used area would not fit into memory.

    Raises:
        LedgerAreaTooLargeError: more than `CELL_LIMIT` cells.
    """
    with zipfile.ZipFile(path) as package, package.open(part) as stream:
        reach = _REACH.search(stream.read(4096))
    if reach and _column_number(reach[1]) * int(reach[2]) > CELL_LIMIT:
        raise LedgerAreaTooLargeError(path=str(path), sheet=sheet, found=(reach[1] + reach[2]).decode())


def sheet_traits(path: Path, part: str) -> SheetTraits:
    """Error cells and formulas of a sheet."""
    traits = SheetTraits()
    for chunk in _chunks(path, part):
        if b' t="e"' in chunk:
            traits.errors += [
                (int(row), column.decode(), text.decode()) for column, row, text in _ERROR.findall(chunk)
            ]
        if b"<f" in chunk:
            traits.formula_columns |= {column.decode() for column in set(_FORMULA.findall(chunk))}
            traits.uncomputed += sum(1 for _ in _UNCOMPUTED.finditer(chunk))
    return traits


def _chunks(path: Path, part: str) -> Iterator[bytes]:
    """The part in pieces that end between two rows."""
    rest = b""
    with zipfile.ZipFile(path) as package, package.open(part) as stream:
        while more := stream.read(_CHUNK):
            whole, end, rest = (rest + more).rpartition(b"</row>")
            yield whole + end
    yield rest


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > max(RATIO_FROM, RATIO_LIMIT * part.compress_size)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)
