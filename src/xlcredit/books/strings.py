"""The shared strings of a workbook: every distinct text once, cells hold their numbers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xlcredit.books.errors import BookTooLargeError, DamagedBookError, UnsafeXmlError
from xlcredit.books.scan import Buffer, Flags, NotPlainError, Places, require
from xlcredit.books.sheet import LARGEST_FRAME, STRETCH
from xlcredit.books.spans import cut_out
from xlcredit.books.text import Texts, decode_texts, unescape_controls
from xlcredit.books.xml import children, local_name, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

    from xlcredit.books.package import Package

_NOWHERE = Path()
_ITEM = re.compile(rb"<si[\s/>]")


def shared_strings(package: Package, part: str | None) -> Texts:
    """Every shared string by its number."""
    if part is None or package.find(part) is None:
        return pa.array([], pa.large_string())
    try:
        with package.stream() as stream:
            texts = [_scan_items(piece) for piece in _stretches(package.pieces(stream, part), package, part)]
        return pa.chunked_array(texts, pa.large_string()).combine_chunks()
    except (NotPlainError, pa.ArrowInvalid):
        return _parsed(package, part)


def _stretches(pieces: Iterable[bytes], package: Package, part: str) -> Iterator[bytes]:
    """Whole items, about `STRETCH` bytes at a time."""
    waiting: list[bytes] = []
    size, is_first = 0, True
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size < STRETCH:
            continue
        data = b"".join(waiting)
        cut = data.rfind(b"<si>")
        if len(data) - cut > LARGEST_FRAME:
            raise BookTooLargeError(path=str(package.path), part=part)
        if cut > 0:
            yield _without_head(data[:cut]) if is_first else data[:cut]
            waiting, size, is_first = [data[cut:]], len(data) - cut, False
    data = b"".join(waiting)
    yield _without_head(data) if is_first else data


def _without_head(data: bytes) -> bytes:
    """The items without the declaration and the root's tag."""
    begin = _ITEM.search(data)
    head = data[: begin.start()] if begin else b""
    if begin is None or b":sst" in head or b"<!" in head or b"UTF-8" not in head.upper():
        raise NotPlainError
    return data[begin.start() :]


def _scan_items(data: bytes) -> Texts:
    """The texts of whole items: what stands between their tags, or, where there are several, parsed."""
    buffer = Buffer(data)
    plain, closed, simple, spaced, empty, closings, runs, hints, *others = buffer.tags(
        b"si>", b"si/", b"t>", b"t ", b"t/", b"/t>", b"r>", b"rPh", b"!", b"?"
    )
    items, texts = np.sort(np.append(plain, closed)), np.sort(np.append(simple, spaced))
    require(len(items) and items[0] == 0)
    require(len(texts) == len(closings) and (texts < closings).all() and not any(map(len, others)))
    owner = np.searchsorted(items, texts, side="right") - 1
    parts = np.append(np.append(runs, hints), empty)
    count = np.bincount(owner, minlength=len(items))
    count += 2 * np.bincount(np.searchsorted(items, parts, side="right") - 1, minlength=len(items))
    is_simple = count <= 1
    chosen = np.flatnonzero(is_simple[owner])
    begin = _text_begins(buffer, texts[chosen])
    found = decode_texts(pc.cast(cut_out(data, begin, closings[chosen]), pa.large_string()))
    bounds = np.append(items, len(data))
    rich = [data[bounds[item] : bounds[item + 1]] for item in np.flatnonzero(~is_simple)]
    return _with_rich(_by_item(found, owner[chosen], len(items)), rich, ~is_simple)


def _text_begins(buffer: Buffer, tags: Places) -> Places:
    """Where the text after each tag begins."""
    is_spaced = buffer.bytes[tags + 2] == ord(" ")
    begin = tags + np.where(is_spaced, len('<t xml:space="preserve">'), len("<t>"))
    require((buffer.bytes[begin - 1] == ord(">")).all())
    return begin


def _by_item(texts: Texts, owner: Places, count: int) -> Texts:
    """Each item's text; an item without any is an empty one."""
    place = np.full(count, len(texts), dtype=np.int64)
    place[owner] = np.arange(len(owner))
    return pa.concat_arrays([texts, pa.array([""], pa.large_string())]).take(pa.array(place))


def _with_rich(texts: Texts, items: list[bytes], mask: Flags) -> Texts:
    """The texts with those of rich items put in: their runs joined, phonetic hints left out."""
    if not items:
        return texts
    joined = []
    for item in items:
        end = item.rfind(b"</si>")
        try:
            joined.append(rich_text(parse_xml(item[: end + len("</si>")], _NOWHERE, "si")))
        except (DamagedBookError, UnsafeXmlError) as error:
            raise NotPlainError from error
    return pc.replace_with_mask(texts, pa.array(mask), pa.array(joined, pa.large_string()))


def rich_text(item: etree._Element) -> str:
    """The text of a string item: its own, or its runs joined, without phonetic hints."""
    found = []
    for element in item:
        if local_name(element) == "t":
            found.append(element.text or "")
        elif local_name(element) == "r":
            found += [text.text or "" for text in children(element, "t")]
    return unescape_controls("".join(found))


def _parsed(package: Package, part: str) -> Texts:
    """The strings of a part in an unusual form, by way of a whole parse."""
    root = parse_xml(package.read(part, 4 * LARGEST_FRAME), package.path, part)
    if local_name(root) != "sst":
        raise DamagedBookError(path=str(package.path), part=part, reason="sst")
    return pa.array([rich_text(item) for item in children(root, "si")], pa.large_string())
