"""The zip container of a workbook: its directory, its entries inflated in pieces, a copy with some replaced.

Entries that are not replaced are copied as they stand: compressed bytes, local header, directory record. So a
part that nobody touched stays byte-identical, whatever wrote it.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from isal import isal_zlib

from xlcredit.books.errors import BookTooLargeError, DamagedBookError, EncryptedBookError, ReadFailedError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

STORED, DEFLATED = 0, 8
PIECE = 1 << 17
"""Compressed bytes inflated at a time."""

LARGEST_PART = 1 << 32
LARGEST_RATIO = 500
HONEST_SIZE = 1 << 25
"""A part that unpacks to no more than this may be as dense as it likes."""

_LEVEL = 1
_ENCRYPTED, _HAS_DESCRIPTOR = 0x1, 0x8
_LOCAL = struct.Struct("<4s5H3I2H")
_RECORD = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_ZIP64_EXTRA = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the container.

    Attributes:
        name: of the part.
        record: its record in the directory, as it stands.
        start: where its local header begins; `span` bytes belong to the entry.
        data: where its compressed bytes begin.
        compressed, size, crc, method: of its content.
        is_encrypted: whether the entry asks for a password.
    """

    name: str
    record: bytes
    start: int
    span: int
    data: int
    compressed: int
    size: int
    crc: int
    method: int
    is_encrypted: bool


@dataclass(frozen=True, slots=True)
class Directory:
    """The entries of a container in the order in which they stand, and its comment."""

    path: Path
    entries: tuple[Entry, ...]
    comment: bytes


def read_directory(stream: BinaryIO, path: Path) -> Directory:
    """The directory of the zip in `stream`, checked for overlaps, doubles and bombs.

    Raises:
        DamagedBookError, EncryptedBookError, BookTooLargeError.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            infos, comment, start = archive.infolist(), archive.comment, archive.start_dir
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, EOFError) as error:
        raise DamagedBookError(path=str(path), part="zip", reason=str(error)) from error
    except OSError as error:
        raise ReadFailedError(path=str(path), reason=error.strerror or str(error)) from error
    records = _records(stream, start, len(infos))
    if records is None or len({info.filename.lower() for info in infos}) < len(infos):
        raise DamagedBookError(path=str(path), part="zip", reason="directory")
    entries = _entries(stream, path, list(zip(infos, records, strict=True)), start)
    for entry in entries:
        _check(entry, path)
    return Directory(path, entries, comment)


def _records(stream: BinaryIO, start: int, count: int) -> list[bytes] | None:
    """The raw directory records, or None when they are not as many."""
    raw, place = read_at(stream, start, -1), 0
    found: list[bytes] = []
    while len(found) < count and place + _RECORD.size <= len(raw):
        name, extra, comment = struct.unpack_from("<3H", raw, place + 28)
        end = place + _RECORD.size + name + extra + comment
        found.append(raw[place:end])
        place = end
    return found if len(found) == count else None


def _entries(
    stream: BinaryIO, path: Path, items: list[tuple[zipfile.ZipInfo, bytes]], end: int
) -> tuple[Entry, ...]:
    items = sorted(items, key=lambda item: item[0].header_offset)
    ends = [info.header_offset for info, _ in items[1:]] + [end]
    return tuple(
        _entry(stream, path, info, record, stop) for (info, record), stop in zip(items, ends, strict=True)
    )


def _entry(stream: BinaryIO, path: Path, info: zipfile.ZipInfo, record: bytes, stop: int) -> Entry:
    start = info.header_offset
    header = read_at(stream, max(start, 0), _LOCAL.size).ljust(_LOCAL.size, b"\0")
    data = (
        start + _LOCAL.size + sum(struct.unpack_from("<2H", header, 26))
        if header[:4] == b"PK\3\4"
        else stop + 1
    )
    if start < 0 or data + info.compress_size > stop:
        raise DamagedBookError(path=str(path), part=info.filename, reason="overlap")
    is_encrypted = bool(info.flag_bits & _ENCRYPTED)
    return Entry(
        info.filename, record, start, stop - start, data, info.compress_size, info.file_size, info.CRC,
        info.compress_type, is_encrypted,
    )  # fmt: skip


def read_at(stream: BinaryIO, place: int, count: int) -> bytes:
    """`count` bytes of the file from `place`, or all there are when -1.

    Raises:
        ReadFailedError: the system cannot read them (a network share that has gone, a bad disk).
    """
    try:
        stream.seek(place)
        return stream.read(count)
    except OSError as error:
        raise ReadFailedError(path=str(stream.name), reason=error.strerror or str(error)) from error


def _check(entry: Entry, path: Path) -> None:
    if entry.is_encrypted:
        raise EncryptedBookError(path=str(path))
    is_dense = entry.size > HONEST_SIZE and entry.size > LARGEST_RATIO * max(entry.compressed, 1)
    if is_dense or entry.size >= LARGEST_PART:
        raise BookTooLargeError(path=str(path), part=entry.name)


def inflate(stream: BinaryIO, entry: Entry, path: Path) -> Iterator[bytes]:
    """The content of an entry, in pieces; its length and checksum are checked at the end.

    Raises:
        DamagedBookError: when the bytes are not those that were written.
    """
    size = crc = 0
    for piece in _unpacked(stream, entry, path):
        size += len(piece)
        crc = isal_zlib.crc32(piece, crc)
        if size > entry.size:
            break
        yield piece
    if size != entry.size or crc != entry.crc:
        raise DamagedBookError(path=str(path), part=entry.name, reason="checksum")


def _unpacked(stream: BinaryIO, entry: Entry, path: Path) -> Iterator[bytes]:
    if entry.method == STORED:
        yield from _raw(stream, entry.data, entry.compressed)
        return
    if entry.method != DEFLATED:
        raise DamagedBookError(path=str(path), part=entry.name, reason=f"method {entry.method}")
    unpacker = isal_zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in _raw(stream, entry.data, entry.compressed):
            yield unpacker.decompress(piece)
    except isal_zlib.error as error:  # type: ignore[misc]  # a class, whatever its stub says
        raise DamagedBookError(path=str(path), part=entry.name, reason=str(error)) from error


def _raw(stream: BinaryIO, start: int, count: int) -> Iterator[bytes]:
    """`count` bytes from `start`, in pieces; the stream may be read elsewhere in between."""
    for place in range(start, start + count, PIECE):
        yield read_at(stream, place, min(PIECE, start + count - place))


@dataclass(frozen=True, slots=True)
class Packed:
    """New content of an entry, deflated: `compressed` bytes in `stream`, which stands at its beginning."""

    stream: BinaryIO
    compressed: int
    size: int
    crc: int


def deflate(pieces: Iterable[bytes], target: BinaryIO) -> Packed:
    """Deflate `pieces` into `target`, from its beginning."""
    packer = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -zlib.MAX_WBITS)
    size = crc = 0
    for piece in pieces:
        size += len(piece)
        crc = isal_zlib.crc32(piece, crc)
        target.write(packer.compress(piece))
    target.write(packer.flush())
    compressed = target.tell()
    target.seek(0)
    return Packed(target, compressed, size, crc)


def write_copy(
    source: BinaryIO, directory: Directory, changes: Mapping[str, Packed | None], target: BinaryIO
) -> None:
    """Copy a container with some entries replaced, or left out where the change is None.

    The order of entries, their dates and every attribute stay.
    """
    records = []
    for entry in directory.entries:
        start = target.tell()
        if entry.name not in changes:
            target.writelines(_raw(source, entry.start, entry.span))
            records.append(_moved(entry.record, start))
        elif (packed := changes[entry.name]) is not None:
            _write_packed(target, entry, packed)
            records.append(_renewed(entry.record, packed, start))
    _write_end(target, records, directory.comment)


def _moved(record: bytes, start: int) -> bytes:
    return record[:42] + struct.pack("<I", start) + record[46:]


def _renewed(record: bytes, packed: Packed, start: int) -> bytes:
    """A directory record for new content: deflated, sizes in the record itself."""
    fields = list(_RECORD.unpack_from(record))
    fields[3] &= ~_HAS_DESCRIPTOR
    fields[4] = DEFLATED
    fields[7:10] = packed.crc, packed.compressed, packed.size
    name_end = _RECORD.size + fields[10]
    extra = _without_zip64(record[name_end : name_end + fields[11]])
    comment = record[name_end + fields[11] :]
    fields[11], fields[16] = len(extra), start
    return _RECORD.pack(*fields) + record[_RECORD.size : name_end] + extra + comment


def _without_zip64(extra: bytes) -> bytes:
    kept, place = b"", 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, place)
        if kind != _ZIP64_EXTRA:
            kept += extra[place : place + 4 + length]
        place += 4 + length
    return kept


def _write_packed(target: BinaryIO, entry: Entry, packed: Packed) -> None:
    _, _, needed, flags, _, time, date, _, _, _, name_length, *_ = _RECORD.unpack_from(entry.record)
    name = entry.record[_RECORD.size : _RECORD.size + name_length]
    header = _LOCAL.pack(
        b"PK\3\4", needed, flags & ~_HAS_DESCRIPTOR, DEFLATED, time, date,
        packed.crc, packed.compressed, packed.size, len(name), 0,
    )  # fmt: skip
    target.write(header + name)
    while piece := packed.stream.read(PIECE):
        target.write(piece)


def _write_end(target: BinaryIO, records: list[bytes], comment: bytes) -> None:
    start = target.tell()
    directory = b"".join(records)
    target.write(directory)
    target.write(
        _END.pack(b"PK\5\6", 0, 0, len(records), len(records), len(directory), start, len(comment)) + comment
    )


Version = tuple[int, int, int]
"""What tells one version of a file from another: its inode, size and time of writing in nanoseconds."""


def version_of(status: os.stat_result) -> Version:
    """The version of a file, from what the system says about it."""
    return status.st_ino, status.st_size, status.st_mtime_ns
