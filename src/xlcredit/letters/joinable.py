"""Which letters can be laid out together, and which only alone.

Letters share a document when all but their words, headers, pictures and properties is the same to the byte,
as it is for letters of one template. Paragraphs that count (numbered lists), notes, text boxes and references
would run on from letter to letter or meet each other's names: letters that have them stay alone.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from xlcredit.letters.package import field_instructions, parse_strictly
from xlcredit.letters.preparation import links_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from lxml import etree

DOCUMENT = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OWN = re.compile(r"word/(document|header\d*|footer\d*)\.xml|docProps/.*|word/media/.*")
_SHARED_FIELDS = re.compile(r"\s*(PAGE|NUMPAGES|SECTIONPAGES|HYPERLINK)\b.*|\s*", re.IGNORECASE | re.DOTALL)
_UNSHARED = (b"footnoteReference", b"endnoteReference", b"<w:comment", b"<w:txbxContent")


def group_key(parts: Mapping[str, bytes]) -> str:
    """Letters with the same key can be sections of one document; "" stands for none but itself."""
    body = parts.get(DOCUMENT, b"")
    is_whole = b"<w:sectPr" in body and b"<w:p" in body and links_name(DOCUMENT) in parts
    if not is_whole or any(mark in body for mark in _UNSHARED) or not _has_shared_fields(parts):
        return ""
    digest = hashlib.sha256()
    for name in sorted(parts):
        digest.update(name.encode())
        if not _OWN.fullmatch(name):
            digest.update(parts[name])
    return "" if _has_numbered_list(parts) else digest.hexdigest()


def _has_shared_fields(parts: Mapping[str, bytes]) -> bool:
    own = [data for name, data in parts.items() if _OWN.fullmatch(name) and name.endswith(".xml")]
    fields = [data for data in own if b"instrText" in data or b"fldSimple" in data]
    return all(
        _SHARED_FIELDS.fullmatch(found)
        for data in fields
        for found in field_instructions(parse_strictly(data))
    )


def _has_numbered_list(parts: Mapping[str, bytes]) -> bool:
    """Whether the body counts paragraphs: the count would run on from letter to letter. Bullets do not."""
    counting, styles = _find_counting(parts.get("word/numbering.xml", b""), parts.get("word/styles.xml", b""))
    body = parts[DOCUMENT]
    return any(f'w:val="{style}"'.encode() in body for style in styles) or (
        b"<w:numPr>" in body
        and any(_number(item) in counting for item in parse_strictly(body).iter(f"{_W}numPr"))
    )


@lru_cache(maxsize=16)
def _find_counting(numbering: bytes, styles: bytes) -> tuple[frozenset[str], frozenset[str]]:
    """The lists that count, and their paragraph styles; the same for all letters of a template."""
    lists = frozenset(_counting_lists(parse_strictly(numbering)) if numbering else ())
    return lists, frozenset(_list_styles(parse_strictly(styles), lists) if styles else ())


def _counting_lists(numbering: etree._Element) -> set[str]:
    """The lists (numId) that count with figures or letters on any level."""
    abstract = {
        item.get(f"{_W}abstractNumId")
        for item in numbering.iter(f"{_W}abstractNum")
        if any(
            form.get(f"{_W}val") not in ("bullet", "none") for form in item.iterfind(f"{_W}lvl[1]/{_W}numFmt")
        )
    }
    found = set()
    for item in numbering.iter(f"{_W}num"):
        link = item.find(f"{_W}abstractNumId")
        if link is not None and link.get(f"{_W}val") in abstract:
            found.add(item.get(f"{_W}numId", ""))
    return found


def _list_styles(styles: etree._Element, counting: Collection[str]) -> Iterator[str]:
    for style in styles.iter(f"{_W}style"):
        if any(_number(item) in counting for item in style.iter(f"{_W}numPr")):
            yield style.get(f"{_W}styleId", "")


def _number(properties: etree._Element) -> str:
    item = properties.find(f"{_W}numId")
    return "" if item is None else item.get(f"{_W}val", "")
