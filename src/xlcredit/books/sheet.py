"""A sheet's part as it streams by: what stands before the rows, the rows in stretches, what stands after.

Nothing is held but one stretch, so that a sheet of a million rows needs no more memory than a small one.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlcredit.books.errors import BookTooLargeError, DamagedBookError, PrefixedXmlError
from xlcredit.books.plain import to_plain
from xlcredit.books.scan import NotPlainError, Stretch, scan_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from xlcredit.books.package import Package

STRETCH = 1 << 20
"""Bytes of a stretch of rows, about; one row is never cut."""

LARGEST_FRAME = 1 << 26
"""Bytes before the first row, after the last one, or of a single row."""

_BEGIN = re.compile(rb"<sheetData\s*(/?)>")
_PREFIXED = re.compile(rb"<\w+:sheetData[\s/>]")
_ENCODING = re.compile(rb"""\A(?:\xef\xbb\xbf)?<\?xml[^>]*encoding=["']([^"']+)["']""")
_END = b"</sheetData>"
_ROW = b"<row "


@dataclass(frozen=True)
class Head:
    """Everything up to the rows, the opening tag `<sheetData>` included."""

    data: bytes


@dataclass(frozen=True)
class Tail:
    """Everything after the rows, the closing tag `</sheetData>` included."""

    data: bytes


Piece = Head | Stretch | Tail


@contextmanager
def stream_sheet(package: Package, part: str, *, plainly: bool = False) -> Iterator[Iterator[Piece]]:
    """The pieces of a sheet: one head, any number of stretches of rows, one tail.

    The file is open as long as the context: Windows neither replaces nor deletes an open file, and a refusal
    half-way may be kept by whoever reports it.

    Args:
        package: the workbook.
        part: of the sheet.
        plainly: bring the part to the plain form first; needs it whole in memory.

    Raises:
        NotPlainError: the part has to be brought to the plain form.
        DamagedBookError, BookTooLargeError, PrefixedXmlError, UnsafeXmlError.
    """
    with package.stream() as stream:
        yield _cut(_source(package, stream, part, plainly=plainly), package, part)


def _source(package: Package, stream: BinaryIO, part: str, *, plainly: bool) -> Iterable[bytes]:
    pieces = package.pieces(stream, part)
    if not plainly:
        return pieces
    if package.entry(part).size > 4 * LARGEST_FRAME:
        raise BookTooLargeError(path=str(package.path), part=part)
    return [to_plain(b"".join(pieces), package.path, part)]


def _cut(pieces: Iterable[bytes], package: Package, part: str) -> Iterator[Piece]:
    source = iter(pieces)
    head, rest, is_empty = _head(source, package, part)
    yield Head(head)
    if is_empty:
        yield Tail(b"".join([_END, rest, *source]))
        return
    for rows, after in _stretches(source, rest, package, part):
        if rows:
            yield scan_rows(rows)
        if after is not None:
            yield Tail(b"".join([after, *source]))
            return
    raise DamagedBookError(path=str(package.path), part=part, reason="sheetData")


def _head(source: Iterator[bytes], package: Package, part: str) -> tuple[bytes, bytes, bool]:
    """What stands before the rows, what was read beyond it, and whether there are no rows at all."""
    data = b""
    for piece in source:
        data += piece
        match = _BEGIN.search(data)
        if match:
            _refuse_other_encodings(data)
            head = data[: match.start()] + b"<sheetData>"
            return head, data[match.end() :], bool(match[1])
        if len(data) > LARGEST_FRAME:
            break
    if _PREFIXED.search(data):
        raise PrefixedXmlError(path=str(package.path), part=part)
    raise NotPlainError


def _refuse_other_encodings(head: bytes) -> None:
    declared = _ENCODING.match(head)
    if (declared and declared[1].lower() not in {b"utf-8", b"us-ascii"}) or b"<!" in head:
        raise NotPlainError


def _stretches(
    source: Iterator[bytes], rest: bytes, package: Package, part: str
) -> Iterator[tuple[bytes, bytes | None]]:
    """Whole rows, about `STRETCH` bytes at a time; with the last ones, what follows them."""
    waiting = [rest]
    size = len(rest)
    for piece in source:
        waiting.append(piece)
        size += len(piece)
        if size < STRETCH:
            continue
        data = b"".join(waiting)
        end = data.find(_END)
        cut = end if end >= 0 else max(data.rfind(_ROW), 0)
        if end < 0 and len(data) - cut > LARGEST_FRAME:
            raise BookTooLargeError(path=str(package.path), part=part)
        yield data[:cut], None if end < 0 else data[cut:]
        if end >= 0:
            return
        waiting, size = [data[cut:]], len(data) - cut
    data = b"".join(waiting)
    end = data.find(_END)
    if end >= 0:
        yield data[:end], data[end:]
