"""A joined PDF cut into one PDF a letter, with nothing of the other letters in it.

LibreOffice writes plain PDF: every object in the open, one table of offsets, one resource dictionary for all
pages. So cutting is copying: the objects that a letter's pages reach, numbered anew, and of the shared
pictures only those that its pages draw (one customer's payment code is not for the next). Whatever is not as
expected raises `UnknownPdfError`, and the letters are converted one by one instead.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_DESTINATION = re.compile(rb"/(\w+)\s*\[\s*(\d+) 0 R")
_KIDS = re.compile(rb"/Kids\s*\[([^\]]*)\]")
_SHARED_KEYS = re.compile(rb"/(?:Parent|Resources) \d+ 0 R|/StructParents \d+|/Tabs\(S\)|/Tabs/S")
_ANNOTATIONS = re.compile(rb"/Annots\s*\[([^\]]*)\]")
_PICTURES = re.compile(rb"/XObject\s*<<([^>]*)>>")
_PICTURE = re.compile(rb"/(\w+) (\d+) 0 R")
_DRAWN = re.compile(rb"/(\w+) Do\b")
_STREAM = re.compile(rb"\bstream\r?\n")
_ENTRY = 20
_WHERE_FROM = re.compile(rb"/(?:Creator|Producer)\s*<[^>]*>|/CreationDate\s*\([^)]*\)")
_LANGUAGE = re.compile(rb"/Lang\s*\([\w-]*\)")
_CATALOG, _PAGES, _INFO, _FIRST = 1, 2, 3, 4


class UnknownPdfError(ValueError):
    """A PDF that is not as LibreOffice writes it: it is left uncut."""


@dataclass(frozen=True)
class JoinedPdf:
    """A PDF taken apart.

    Attributes:
        objects: the text of each object, by number.
        pages: the numbers of the pages' objects, in order.
        marks: bookmark -> the place of its page, from 0.
        info, language: what its letters inherit: producer and day, language.
    """

    objects: Mapping[int, bytes]
    pages: Sequence[int]
    marks: Mapping[str, int]
    info: bytes
    language: bytes


def read_joined(data: bytes) -> JoinedPdf:
    """Take a PDF apart.

    Raises:
        UnknownPdfError: it is not as LibreOffice writes it.
    """
    try:
        objects, trailer = _read_objects(data)
        catalog = objects[_reference(trailer, b"Root")]
        pages = _numbers(_found(_KIDS, objects[_reference(catalog, b"Pages")]))
        marks = _DESTINATION.findall(objects[_reference(catalog, b"Dests")])
        places = {number: place for place, number in enumerate(pages)}
        info = b"".join(_WHERE_FROM.findall(objects[_reference(trailer, b"Info")]))
        return JoinedPdf(
            objects,
            pages,
            {name.decode(): places[int(number)] for name, number in marks},
            info,
            b"".join(_LANGUAGE.findall(catalog)),
        )
    except (KeyError, IndexError, ValueError) as error:
        raise UnknownPdfError(str(error)) from error


def _read_objects(data: bytes) -> tuple[dict[int, bytes], bytes]:
    """The objects between the offsets of the table, and the trailer."""
    table = int(data[data.rindex(b"startxref") + 9 :].split()[0])
    head = re.match(rb"xref\s+0 (\d+)\s*?\n", data[table : table + 40])
    if head is None:
        raise UnknownPdfError(data[table : table + 40])
    start, count = table + head.end(), int(head[1])
    entries = (data[start + _ENTRY * number : start + _ENTRY * (number + 1)] for number in range(count))
    offsets = {number: int(entry[:10]) for number, entry in enumerate(entries) if entry[17:18] == b"n"}
    order = [*sorted(offsets.values()), table]
    ends = dict(pairwise(order))
    objects = {number: _object(data[offset : ends[offset]], number) for number, offset in offsets.items()}
    return objects, data[start + _ENTRY * count :]


def _object(raw: bytes, number: int) -> bytes:
    head = f"{number} 0 obj".encode()
    if not raw.startswith(head):
        raise UnknownPdfError(head)
    return raw[len(head) : raw.rindex(b"endobj")].strip(b"\r\n")


def _reference(text: bytes, key: bytes) -> int:
    return int(_found(re.compile(rb"/" + key + rb"\s+(\d+) 0 R"), text))


def _found(pattern: re.Pattern[bytes], text: bytes) -> bytes:
    found = pattern.search(text)
    if found is None:
        raise UnknownPdfError(pattern.pattern)
    return found[1]


def _numbers(text: bytes) -> list[int]:
    return [int(number) for number in _REFERENCE.findall(text)]


def cut(pdf: JoinedPdf, first: int, last: int, title: str) -> bytes:
    """The pages first (inclusive) to last (exclusive) as a PDF of their own.

    Raises:
        UnknownPdfError: the pages reach something that belongs to all letters.
    """
    piece = _Piece(pdf)
    kids = [piece.add_page(number) for number in pdf.pages[first:last]]
    piece.finish(kids, title)
    return piece.write()


class _Piece:
    """The objects of one letter, renumbered as they are reached."""

    def __init__(self, pdf: JoinedPdf) -> None:
        self._pdf = pdf
        self._new: dict[int, int] = {}
        self._written: dict[int, bytes] = {}
        self._next = _FIRST

    def add_page(self, number: int) -> int:
        """A page with its content, the links that lead out of the PDF, and the pictures it draws."""
        page = self._pdf.objects[number]
        if b"/Type/Page/" not in page:
            raise UnknownPdfError(page[:40])
        drawn = self._drawn(page)
        resources = self._add_resources(_reference(page, b"Resources"), drawn)
        page = _ANNOTATIONS.sub(self._outward_links, _SHARED_KEYS.sub(b"", page))
        own = b"<</Parent 2 0 R/Resources %d 0 R" % resources
        return self._place(own + self._renumber(page.lstrip()).removeprefix(b"<<"))

    def finish(self, kids: Iterable[int], title: str) -> None:
        """The catalog, the list of pages and the properties."""
        listed = b" ".join(b"%d 0 R" % kid for kid in kids)
        count = listed.count(b"R")
        self._written[_CATALOG] = (
            b"<</Type/Catalog/Pages 2 0 R/ViewerPreferences<</DisplayDocTitle true>>"
            + self._pdf.language
            + b">>"
        )
        self._written[_PAGES] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (listed, count)
        text = f"\ufeff{title}".encode("utf-16-be", "replace").hex().upper().encode()
        self._written[_INFO] = b"<</Title<" + text + b">" + self._pdf.info + b">>"

    def write(self) -> bytes:
        """The PDF."""
        pieces, offsets, place = [b"%PDF-1.6\n%\xc3\xa4\xc3\xbc\xc3\xb6\n"], [], 0
        for number in sorted(self._written):
            place += len(pieces[-1])
            offsets.append(place)
            pieces.append(b"%d 0 obj\n%s\nendobj\n" % (number, self._written[number]))
        place += len(pieces[-1])
        mark = hashlib.sha256(b"".join(pieces)).hexdigest()[:32].encode()
        table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        size = len(offsets) + 1
        pieces += [
            b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R/Info 3 0 R"
            % (size, table, size),
            b"/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n" % (mark, mark, place),
        ]
        return b"".join(pieces)

    def _drawn(self, page: bytes) -> set[bytes]:
        """The pictures that a page's content draws."""
        content = self._pdf.objects[_reference(page, b"Contents")]
        start = _STREAM.search(content)
        if start is None or b"/Filter/FlateDecode" not in content[: start.start()]:
            raise UnknownPdfError(content[:40])
        try:
            return set(_DRAWN.findall(zlib.decompressobj().decompress(content[start.end() :])))
        except zlib.error as error:
            raise UnknownPdfError(str(error)) from error

    def _add_resources(self, number: int, drawn: set[bytes]) -> int:
        """The fonts, and the pictures that are drawn; forms use all resources, so they are refused."""
        resources = self._pdf.objects[number]
        pictures = _PICTURES.search(resources)
        kept = [item for item in _PICTURE.findall(pictures[1] if pictures else b"") if item[0] in drawn]
        if any(b"/Subtype/Image" not in self._pdf.objects[int(picture)] for _, picture in kept):
            raise UnknownPdfError(resources[:40])
        listed = b"".join(b"/%s %s 0 R" % item for item in kept)
        return self._place(self._renumber(_PICTURES.sub(b"/XObject<<" + listed + b">>", resources)))

    def _outward_links(self, annotations: re.Match[bytes]) -> bytes:
        """Links within a letter come from its page numbers alone; links to addresses stay."""
        kept = [number for number in _numbers(annotations[1]) if b"/URI" in self._pdf.objects[number]]
        return b"/Annots[%s]" % b" ".join(b"%d 0 R" % number for number in kept)

    def _renumber(self, text: bytes) -> bytes:
        """An object with its references renumbered, what they lead to added; streams are not looked into."""
        stream = _STREAM.search(text)
        end = stream.start() if stream else len(text)
        return _REFERENCE.sub(self._follow, text[:end]) + text[end:]

    def _follow(self, reference: re.Match[bytes]) -> bytes:
        number = int(reference[1])
        if number not in self._new:
            text = self._pdf.objects[number]
            if b"/Type/Page" in text[:40] or b"/Type/Catalog" in text[:40]:
                raise UnknownPdfError(text[:40])
            self._new[number] = self._reserve()
            self._written[self._new[number]] = self._renumber(text)
        return b"%d 0 R" % self._new[number]

    def _reserve(self) -> int:
        self._next += 1
        return self._next - 1

    def _place(self, text: bytes) -> int:
        number = self._reserve()
        self._written[number] = text
        return number
