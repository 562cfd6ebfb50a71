"""Many letters as the sections of one document, so that LibreOffice lays them out in one go.

Letters of one template share everything but their words, so their bodies can follow each other, each in a
section of its own with its own headers and footers, page numbers beginning at 1. A bookmark says where each
begins; the number of pages ("Pagina 1 di 2") becomes a reference to the page of the letter's last paragraph.
Which letters can be joined is told by `joinable.group_key`.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

from lxml import etree

from xlcredit.letters.archive import pack
from xlcredit.letters.joinable import DOCUMENT
from xlcredit.letters.package import parse_strictly
from xlcredit.letters.plain_tables import TableStyles
from xlcredit.letters.preparation import links_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Parts = dict[str, bytes]

_TYPES = "[Content_Types].xml"
_STYLES = "word/styles.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PAGE_COUNTS = (b"NUMPAGES", b"SECTIONPAGES")
_HEADINGS = ("header", "footer")
_OWN_KINDS = (*_HEADINGS, "image")
_REFERENCE = re.compile(rb"<w:(?:header|footer)Reference\b[^>]*>")
_SECTION_ORDER = (
    "headerReference", "footerReference", "footnotePr", "endnotePr", "type", "pgSz", "pgMar", "paperSrc",
    "pgBorders", "lnNumType", "pgNumType",
)  # fmt: skip


def start_mark(number: int) -> str:
    """The bookmark at the beginning of a letter (from 0); letters and digits only, as PDF keeps those."""
    return f"xlcs{number:05}"


def _end_mark(number: int) -> str:
    return f"xlce{number:05}"


def join_letters(letters: Sequence[Parts]) -> bytes:
    """One document with a section a letter.

    Args:
        letters: the parts of letters with one `joinable.group_key`, not blank.
    """
    package = _Package(letters[0])
    styles = TableStyles(letters[0].get(_STYLES, b""))
    body = _body(package.root)
    body.clear()
    for number, letter in enumerate(letters):
        content = _section(letter, number, package.take(letter, number))
        if number < len(letters) - 1:
            _end_section(content)
        body.extend(content)
    styles.make_plain(body)
    return package.pack()


class _Package:
    """The document that is being joined: the first letter's parts, and each letter's own."""

    def __init__(self, first: Parts) -> None:
        self.root, self._links, self._types = (
            parse_strictly(first[name]) for name in (DOCUMENT, links_name(DOCUMENT), _TYPES)
        )
        self._parts = dict(first)
        self._before: Parts = {}
        self._kinds = {item.get("PartName", ""): item for item in self._types}

    def take(self, letter: Parts, number: int) -> dict[bytes, bytes]:
        """Add a letter's own headers, footers and pictures; the new names of their relationships.

        A header or footer that repeats the last letter's is not added and has the new name b"": a section
        without it has that of the section before (ECMA-376, 17.10.5).
        """
        renamed: dict[bytes, bytes] = {}
        before, self._before = self._before, letter
        references = _references(letter)
        may_repeat = bool(references) and references == _references(before)
        for link in parse_strictly(letter[links_name(DOCUMENT)]):
            name, old = _part_of(link), link.get("Id", "")
            if _kind(link) not in _OWN_KINDS or name not in letter:
                continue
            if may_repeat and _kind(link) in _HEADINGS and _is_same(name, letter, before):
                renamed[old.encode()] = b""
                continue
            new = copy.copy(link)
            new.set("Id", f"{old}x{number}")
            new.set("Target", f"/{self._add(letter, name, number)}")
            self._links.append(new)
            renamed[old.encode()] = new.get("Id", "").encode()
        return renamed

    def _add(self, letter: Parts, name: str, number: int) -> str:
        """Add one part of a letter under a name of its own."""
        stem, _, suffix = name.rpartition(".")
        own = f"{stem}_{number}.{suffix}"
        self._parts[own] = _count_pages(letter[name], number) if suffix == "xml" else letter[name]
        if links_name(name) in letter:
            self._parts[links_name(own)] = self._with_own_pictures(letter, name, number)
        if f"/{name}" in self._kinds:
            kind = copy.copy(self._kinds[f"/{name}"])
            kind.set("PartName", f"/{own}")
            self._types.append(kind)
        return own

    def _with_own_pictures(self, letter: Parts, name: str, number: int) -> bytes:
        """The relationships of a header or footer: a payment code in it is its letter's, not the first's."""
        links = parse_strictly(letter[links_name(name)])
        for link in links:
            picture = _part_of(link)
            if _kind(link) == "image" and letter.get(picture) not in (None, self._parts.get(picture)):
                link.set("Target", f"/{self._add(letter, picture, number)}")
        return etree.tostring(links, encoding="UTF-8", standalone=True)

    def pack(self) -> bytes:
        """The document as a docx."""
        trees = ((DOCUMENT, self.root), (links_name(DOCUMENT), self._links), (_TYPES, self._types))
        written = {name: etree.tostring(tree, encoding="UTF-8", standalone=True) for name, tree in trees}
        return pack({**self._parts, **written})


def _part_of(link: etree._Element) -> str:
    target = link.get("Target", "")
    return target.lstrip("/") if target.startswith("/") else f"word/{target}"


def _kind(link: etree._Element) -> str:
    return link.get("Type", "").rpartition("/")[2]


def _references(letter: Parts) -> list[bytes]:
    """The headers and footers of a letter of one section, as its section names them; else none."""
    body = letter.get(DOCUMENT, b"")
    return _REFERENCE.findall(body) if body.count(b"<w:sectPr") == 1 else []


def _is_same(name: str, letter: Parts, before: Parts) -> bool:
    """Whether a part says and shows the same in two letters, whatever the number of their pages."""
    links = links_name(name)
    if any(field in letter[name] for field in _PAGE_COUNTS) or letter[name] != before.get(name):
        return False
    pictures = [_part_of(link) for link in parse_strictly(letter[links])] if links in letter else []
    return letter.get(links) == before.get(links) and all(
        letter.get(picture) == before.get(picture) for picture in pictures
    )


def _count_pages(data: bytes, number: int) -> bytes:
    """A part whose number of pages is that of its letter: the page of its last paragraph."""
    for field in _PAGE_COUNTS:
        data = data.replace(field, f"PAGEREF {_end_mark(number)}".encode())
    return data


def _rename_links(data: bytes, renamed: Mapping[bytes, bytes]) -> bytes:
    for old, new in renamed.items():
        data = data.replace(b'"' + old + b'"', b'"' + new + b'"')
    return data


def _body(root: etree._Element) -> etree._Element:
    return next(root.iter(f"{_W}body"))


def _section(letter: Parts, number: int, renamed: Mapping[bytes, bytes]) -> list[etree._Element]:
    """A letter's paragraphs and tables, marked, with its own relationships, page numbers from 1."""
    body = _body(parse_strictly(_rename_links(_count_pages(letter[DOCUMENT], number), renamed)))
    paragraphs = list(body.iter(f"{_W}p"))
    _mark(paragraphs[0], start_mark(number), 2 * number, at_end=False)
    _mark(paragraphs[-1], _end_mark(number), 2 * number + 1, at_end=True)
    first = next(body.iter(f"{_W}sectPr"))
    for reference in [child for child in first if child.get(_LINK) == ""]:
        first.remove(reference)
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
