"""The shared strings of a workbook: every distinct text once, cells hold their numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from lxml import etree

from xlcredit.books.errors import BookTooLargeError, DamagedBookError
from xlcredit.books.scan import NotPlainError
from xlcredit.books.sheet import LARGEST_FRAME, STRETCH
from xlcredit.books.spans import cut_out
from xlcredit.books.text import Texts, decode_texts, unescape_controls
from xlcredit.books.xml import children, local_name, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlcredit.books.package import Package

_ITEM = re.compile(rb"<si[\s/>]")
_LT, _GT, _SLASH, _SPACE = b"<>/ "
_S, _I, _T, _R = b"sitr"
_PADDING = bytes(64)


def shared_strings(package: Package, part: str | None) -> Texts:
    """Every shared string by its number."""
    if part is None or package.find(part) is None:
        return pa.array([], pa.large_string())
    try:
        return pa.chunked_array(list(_streamed(package, part)), pa.large_string()).combine_chunks()
    except (NotPlainError, pa.ArrowInvalid):
        return _parsed(package, part)


def _streamed(package: Package, part: str) -> Iterator[Texts]:
    with package.stream() as stream:
        for piece in _stretches(package.pieces(stream, part), package, part):
            yield _scan_items(piece)


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
    if b"<!" in data or b"<?" in data:
        raise NotPlainError
    buffer = np.frombuffer(data + _PADDING, dtype=np.uint8)
    tags = np.flatnonzero(buffer == _LT)
    first, second, third = buffer[tags + 1], buffer[tags + 2], buffer[tags + 3]
    is_item = (first == _S) & (second == _I) & ((third == _GT) | (third == _SLASH))
    is_text = (first == _T) & ((second == _GT) | (second == _SLASH) | (second == _SPACE))
    is_rich = (first == _R) & ((second == _GT) | (second == ord("P")))
    items = np.flatnonzero(is_item)
    item_of_tag = np.cumsum(is_item) - 1
    text_tags = np.flatnonzero(is_text)
    count = np.bincount(item_of_tag[text_tags], minlength=len(items))
    has_runs = np.bincount(item_of_tag[is_rich], minlength=len(items)) > 0
    begin, end = _spans(buffer, tags, text_tags)
    is_simple = (count <= 1) & ~has_runs
    texts = _simple(data, begin, end, item_of_tag[text_tags], len(items), is_simple)
    bounds = np.append(tags[items], len(data))
    return _with_rich(
        texts, [data[bounds[at] : bounds[at + 1]] for at in np.flatnonzero(~is_simple)], ~is_simple
    )


def _spans(buffer: Any, tags: Any, chosen: Any) -> tuple[Any, Any]:  # noqa: ANN401  arrays of places
    """Where each text begins and ends."""
    start = tags[chosen]
    end = np.append(tags, len(buffer) - len(_PADDING))[chosen + 1]
    after = buffer[start + 2]
    begin = np.where(after == _SPACE, start + len('<t xml:space="preserve">'), start + 3)
    begin = np.where(after == _SLASH, end, begin)
    if not ((buffer[begin - 1] == _GT) & (begin <= end)).all():
        raise NotPlainError
    return begin, end


def _simple(data: bytes, begin: Any, end: Any, owner: Any, count: int, is_simple: Any) -> Texts:  # noqa: ANN401, PLR0913
    """The texts of items that have one at most; an item without any is an empty text."""
    chosen = is_simple[owner]
    begin, end, owner = begin[chosen], end[chosen], owner[chosen]
    texts = decode_texts(pc.cast(cut_out(data, begin, end), pa.large_string()))
    place = np.full(count, len(texts), dtype=np.int64)
    place[owner] = np.arange(len(owner))
    return pa.concat_arrays([texts, pa.array([""], pa.large_string())]).take(pa.array(place))


def _with_rich(texts: Texts, items: list[bytes], mask: Any) -> Texts:  # noqa: ANN401
    """The texts with those of rich items put in: their runs joined, phonetic hints left out."""
    if not items:
        return texts
    joined = []
    for item in items:
        end = item.rfind(b"</si>")
        try:
            joined.append(
                rich_text(etree.fromstring(item[: end + 5], etree.XMLParser(resolve_entities=False)))
            )
        except etree.XMLSyntaxError as error:
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
