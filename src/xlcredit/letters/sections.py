"""Many letters as the sections of one document, so that LibreOffice lays them out in one go.

Letters of one template share everything but their words, so their bodies can follow each other, each in a
section of its own with its own headers and footers, page numbers beginning at 1. A bookmark says where each
begins; the number of pages ("Pagina 1 di 2") becomes a reference to the page of the letter's last paragraph.
What cannot be shared (numbered lists that would run on, footnotes, references) is told by `group_key`.
"""

from __future__ import annotations

import copy
import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from xlcredit.letters.archive import pack
from xlcredit.letters.package import field_instructions, parse_strictly
from xlcredit.letters.preparation import links_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

Parts = dict[str, bytes]

DOCUMENT = "word/document.xml"
_TYPES = "[Content_Types].xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_OWN = re.compile(r"word/(document|header\d*|footer\d*)\.xml|docProps/.*|word/media/.*")
_SHARED_FIELDS = re.compile(r"\s*(PAGE|NUMPAGES|SECTIONPAGES|HYPERLINK)\b.*|\s*", re.IGNORECASE | re.DOTALL)
_PAGE_COUNT = re.compile(rb"\b(NUMPAGES|SECTIONPAGES)\b")
_SECTION_ORDER = (
    "headerReference", "footerReference", "footnotePr", "endnotePr", "type", "pgSz", "pgMar", "paperSrc",
    "pgBorders", "lnNumType", "pgNumType",
)  # fmt: skip
_UNSHARED = (b"footnoteReference", b"endnoteReference", b"<w:comment", b"<w:txbxContent")


def start_mark(number: int) -> str:
    """The bookmark at the beginning of a letter (from 0); letters and digits only, as PDF keeps those."""
    return f"xlcs{number:05}"


def _end_mark(number: int) -> str:
    return f"xlce{number:05}"


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


def join_letters(letters: Sequence[Parts]) -> bytes:
    """One document with a section a letter.

    Args:
        letters: the parts of letters with one `group_key`, not blank.
    """
    joined = dict(letters[0])
    root, links, types = (parse_strictly(joined[name]) for name in (DOCUMENT, links_name(DOCUMENT), _TYPES))
    body = _body(root)
    body.clear()
    for number, letter in enumerate(letters):
        renamed = _take_parts(letter, number, joined, links, types)
        content = _section(letter, number, renamed)
        if number < len(letters) - 1:
            _end_section(content)
        body.extend(content)
    for name, tree in ((DOCUMENT, root), (links_name(DOCUMENT), links), (_TYPES, types)):
        joined[name] = etree.tostring(tree, encoding="UTF-8", standalone=True)
    return pack(joined)


def _take_parts(
    letter: Parts, number: int, joined: Parts, links: etree._Element, types: etree._Element
) -> dict[str, str]:
    """Add a letter's own headers, footers and pictures; the new name of each relationship that changed."""
    renamed: dict[str, str] = {}
    for link in parse_strictly(letter[links_name(DOCUMENT)]):
        name = _part_of(link)
        kind = link.get("Type", "").rpartition("/")[2]
        if kind not in ("header", "footer", "image") or name not in letter:
            continue
        stem, _, suffix = name.rpartition(".")
        own = f"{stem}_{number}.{suffix}"
        joined[own] = _count_pages(letter[name], number) if suffix == "xml" else letter[name]
        if links_name(name) in letter:
            joined[links_name(own)] = letter[links_name(name)]
        _copy_type(types, name, own)
        new = copy.copy(link)
        renamed[link.get("Id", "")] = f"{link.get('Id')}x{number}"
        new.set("Id", renamed[link.get("Id", "")])
        new.set("Target", f"/{own}")
        links.append(new)
    return renamed


def _count_pages(data: bytes, number: int) -> bytes:
    """A part whose number of pages is that of its letter: the page of its last paragraph."""
    return _PAGE_COUNT.sub(f"PAGEREF {_end_mark(number)}".encode(), data)


def _body(root: etree._Element) -> etree._Element:
    return next(root.iter(f"{_W}body"))


def _rename_links(body: etree._Element, renamed: Mapping[str, str]) -> None:
    for element in body.iter():
        for key, value in element.attrib.items():
            if str(key).startswith(_R) and str(value) in renamed:
                element.set(key, renamed[str(value)])


def _part_of(link: etree._Element) -> str:
    target = link.get("Target", "")
    return target.lstrip("/") if target.startswith("/") else f"word/{target}"


def _copy_type(types: etree._Element, name: str, own: str) -> None:
    for item in list(types):
        if item.get("PartName") == f"/{name}":
            new = copy.copy(item)
            new.set("PartName", f"/{own}")
            types.append(new)


def _section(letter: Parts, number: int, renamed: Mapping[str, str]) -> list[etree._Element]:
    """A letter's paragraphs and tables, marked, with its own relationships, page numbers from 1."""
    body = _body(parse_strictly(_count_pages(letter[DOCUMENT], number)))
    _rename_links(body, renamed)
    paragraphs = list(body.iter(f"{_W}p"))
    _mark(paragraphs[0], start_mark(number), 2 * number, at_end=False)
    _mark(paragraphs[-1], _end_mark(number), 2 * number + 1, at_end=True)
    first = next(body.iter(f"{_W}sectPr"))
    _set_first(first, "type", "val", "nextPage")
    _set_first(first, "pgNumType", "start", "1")
    return list(body)


def _mark(paragraph: etree._Element, name: str, number: int, *, at_end: bool) -> None:
    identifier = str(90_000 + number)
    start = etree.Element(f"{_W}bookmarkStart", {f"{_W}id": identifier, f"{_W}name": name})
    end = etree.Element(f"{_W}bookmarkEnd", {f"{_W}id": identifier})
    place = len(paragraph) if at_end else int(paragraph.find(f"{_W}pPr") is not None)
    paragraph.insert(place, start)
    paragraph.insert(place + 1, end)


def _set_first(section: etree._Element, name: str, key: str, value: str) -> None:
    """Set a property of a section; a new one goes where the schema has it."""
    item = section.find(f"{_W}{name}")
    if item is None:
        item = etree.Element(f"{_W}{name}")
        before = _SECTION_ORDER[: _SECTION_ORDER.index(name)]
        section.insert(sum(child.tag.removeprefix(_W) in before for child in section), item)
    item.set(f"{_W}{key}", value)


def _end_section(content: list[etree._Element]) -> None:
    """The letter's section properties move from the end of the body into its last paragraph."""
    section = content.pop()
    last = content[-1]
    if last.tag != f"{_W}p" or last.find(f"{_W}pPr/{_W}sectPr") is not None:
        last = _least_paragraph()
        content.append(last)
    properties = last.find(f"{_W}pPr")
    if properties is None:
        properties = etree.Element(f"{_W}pPr")
        last.insert(0, properties)
    change = properties.find(f"{_W}pPrChange")
    properties.insert(len(properties) if change is None else properties.index(change), section)


def _least_paragraph() -> etree._Element:
    """A paragraph one point high, for letters that end with a table."""
    return etree.fromstring(
        f'<w:p xmlns:w="{_W[1:-1]}"><w:pPr>'
        '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/><w:rPr><w:sz w:val="2"/></w:rPr>'
        "</w:pPr></w:p>"
    )
