"""A workbook's package: its parts by name, read from a file that must stay the same meanwhile."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

from xlcredit.books.errors import (
    BookChangedError,
    BookNotFoundError,
    BookTooLargeError,
    DamagedBookError,
    EncryptedBookError,
    NotAWorkbookError,
    OldFormatError,
    ReadFailedError,
)
from xlcredit.books.xml import parse_xml
from xlcredit.books.zips import Directory, Entry, Version, inflate, read_at, read_directory, version_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml import etree

LARGEST_SMALL_PART = 1 << 26
"""Parts that are parsed whole: the workbook, relationships, tables, styles."""

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_MAGIC = b"PK\3\4"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Package:
    """The parts of the workbook at `path`.

    Attributes:
        path: the file.
        directory: what is in it.
        version: inode, size and time of writing when it was opened.
    """

    path: Path
    directory: Directory
    version: Version

    @cached_property
    def _by_name(self) -> dict[str, Entry]:
        return {entry.name.lower(): entry for entry in self.directory.entries}

    def find(self, part: str) -> str | None:
        """The name of `part` as the package spells it (part names ignore case); None when it has none."""
        entry = self._by_name.get(part.lower())
        return None if entry is None else entry.name

    def entry(self, part: str) -> Entry:
        """The entry of a part.

        Raises:
            DamagedBookError: the package lacks it.
        """
        entry = self._by_name.get(part.lower())
        if entry is None:
            raise DamagedBookError(path=str(self.path), part=part, reason="missing")
        return entry

    @contextmanager
    def stream(self) -> Iterator[BinaryIO]:
        """The open file.

        Raises:
            BookChangedError: it is no longer the version that was opened.
            BookNotFoundError, ReadFailedError.
        """
        with opened(self.path) as stream:
            if version_of(os.fstat(stream.fileno())) != self.version:
                raise BookChangedError(path=str(self.path))
            yield stream

    def pieces(self, stream: BinaryIO, part: str) -> Iterator[bytes]:
        """The content of a part, inflated piece by piece."""
        return inflate(stream, self.entry(part), self.path)

    def read(self, part: str, limit: int = LARGEST_SMALL_PART) -> bytes:
        """The whole content of a part of at most `limit` bytes.

        Raises:
            BookTooLargeError: it has more.
        """
        if self.entry(part).size > limit:
            raise BookTooLargeError(path=str(self.path), part=part)
        with self.stream() as stream:
            return b"".join(self.pieces(stream, part))

    def xml(self, part: str) -> etree._Element:
        """The root of a small part."""
        return parse_xml(self.read(part), self.path, part)


def open_package(path: Path) -> Package:
    """The package at `path`.

    Raises:
        BookNotFoundError, NotAWorkbookError, OldFormatError, EncryptedBookError, DamagedBookError,
        BookTooLargeError, ReadFailedError.
    """
    with opened(path) as stream:
        _refuse_other_formats(stream, path)
        return Package(path, read_directory(stream, path), version_of(os.fstat(stream.fileno())))


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file at `path`, open for reading.

    Raises:
        BookNotFoundError, ReadFailedError: it cannot be opened.
    """
    try:
        stream = path.open("rb")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BookNotFoundError(path=str(path)) from error
    except OSError as error:
        raise ReadFailedError(path=str(path), reason=error.strerror or str(error)) from error
    with stream:
        yield stream


def _refuse_other_formats(stream: BinaryIO, path: Path) -> None:
    magic = read_at(stream, 0, len(_OLE_MAGIC))
    if magic == _OLE_MAGIC:
        is_encrypted = _ENCRYPTED_STREAM in read_at(stream, 0, LARGEST_SMALL_PART)
        raise EncryptedBookError(path=str(path)) if is_encrypted else OldFormatError(path=str(path))
    if not magic.startswith(_ZIP_MAGIC):
        raise NotAWorkbookError(path=str(path))
