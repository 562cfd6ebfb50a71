"""A docx as parts, read with limits.

A template may come from anywhere, so its package is looked at before anything unpacks it: how much it unpacks
to, whether it would fetch something from elsewhere, run something or include another file when opened.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from lxml import etree

from xlcredit.letters.errors import (
    TemplateMissingError,
    TemplateRefusedError,
    TemplateTooLargeError,
    TemplateUnreadableError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MOST_BYTES = 64 * 1024 * 1024
MOST_PARTS = 1000

_MEGABYTE = 1024 * 1024
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ACTIVE_PARTS = re.compile(
    r".*/(vbaProject\.bin|vbaData\.xml|(activeX|embeddings|macrosheets)/.*)", re.IGNORECASE
)
_ACTIVE_RELATIONSHIPS = ("aFChunk", "control", "oleObject", "subDocument", "vbaProject", "package")
_HARMLESS_LINKS = ("http://", "https://", "mailto:", "tel:", "#")
_OWN_DISK = re.compile(r"(file:///)?[a-z]:[\\/]", re.IGNORECASE)
"""Where the template of a template usually is; it is dropped (`preparation`), one elsewhere is refused."""

_ACTIVE_FIELDS = re.compile(
    r"^\s*(INCLUDETEXT|INCLUDEPICTURE|INCLUDE|DDE|DDEAUTO|LINK|IMPORT|DATABASE|RD|MACROBUTTON|EMBED)\b",
    re.IGNORECASE,
)


def read_package(path: Path) -> dict[str, bytes]:
    """The parts of a docx by name, in the order of the package.

    Raises:
        TemplateMissingError: no such file.
        TemplateUnreadableError: not a zip, or damaged.
        TemplateTooLargeError: it unpacks to more than `MOST_BYTES`, or to more than `MOST_PARTS` parts.
    """
    try:
        with zipfile.ZipFile(path) as package:
            _limit(path, package)
            return {entry.filename: _read_entry(path, package, entry) for entry in package.infolist()}
    except FileNotFoundError as error:
        raise TemplateMissingError(path) from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
    ) as error:
        raise TemplateUnreadableError(path, str(error)) from error


def _limit(path: Path, package: zipfile.ZipFile) -> None:
    entries = package.infolist()
    size = sum(entry.file_size for entry in entries)
    if size > MOST_BYTES or len(entries) > MOST_PARTS:
        raise TemplateTooLargeError(path, size // _MEGABYTE, MOST_BYTES // _MEGABYTE)


def _read_entry(path: Path, package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One part; never more than what the directory announced, whatever the data says."""
    with package.open(entry) as stream:
        data = stream.read(entry.file_size + 1)
    if len(data) > entry.file_size:
        raise TemplateTooLargeError(path, len(data) // _MEGABYTE, MOST_BYTES // _MEGABYTE)
    return data


def find_active(path: Path, parts: Mapping[str, bytes]) -> list[str]:
    """What in a package would fetch, include or run something when a letter is opened, as it stands there.

    Raises:
        TemplateUnreadableError: a part that is no XML.
    """
    try:
        return [what for name, data in parts.items() for what in _active_in(name, data)]
    except etree.XMLSyntaxError as error:
        raise TemplateUnreadableError(path, str(error)) from error


def refuse_active(path: Path, parts: Mapping[str, bytes]) -> None:
    """Raise TemplateRefusedError for the first thing that `find_active` names."""
    for what in find_active(path, parts):
        raise TemplateRefusedError(path, what)


def _active_in(name: str, data: bytes) -> Iterator[str]:
    if _ACTIVE_PARTS.fullmatch(name):
        yield name
    elif name.endswith(".rels"):
        yield from _active_relationships(data)
    elif name.endswith(".xml"):
        yield from _active_content(name, data)


def _active_relationships(data: bytes) -> Iterator[str]:
    for relationship in parse_strictly(data).iter(_RELATIONSHIP):
        kind = relationship.get("Type", "").rpartition("/")[2]
        target = relationship.get("Target", "")
        is_external = relationship.get("TargetMode") == "External"
        is_link = kind == "hyperlink" and target.lower().startswith(_HARMLESS_LINKS)
        is_origin = kind == "attachedTemplate" and _OWN_DISK.match(target)
        if kind in _ACTIVE_RELATIONSHIPS or (is_external and not is_link and not is_origin):
            yield f"{kind}: {target}"


def _active_content(name: str, data: bytes) -> Iterator[str]:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        yield f"{name}: DOCTYPE"
        return
    if b"instrText" in data or b"fldSimple" in data:
        for instruction in field_instructions(parse_strictly(data)):
            if _ACTIVE_FIELDS.match(instruction):
                yield instruction.strip()


def field_instructions(root: etree._Element) -> Iterator[str]:
    """The instructions of the fields of a part, those cut over several runs put together."""
    for simple in root.iter(f"{_WORD}fldSimple"):
        yield simple.get(f"{_WORD}instr", "")
    running: list[str] = []
    for element in root.iter(f"{_WORD}fldChar", f"{_WORD}instrText"):
        if element.tag == f"{_WORD}instrText":
            running.append(element.text or "")
        elif running:
            yield "".join(running)
            running = []
    if running:
        yield "".join(running)


def parse_strictly(data: bytes) -> etree._Element:
    """An XML part as a tree; no entities, no network, nothing recovered."""
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
