"""A docx written to the byte the same each time, what its letters share deflated once.

Zip as the format has it: each entry's own header and data, then the directory. Written here because the
standard library's writer costs more than a letter, and stamps each entry with the hour.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from isal import isal_zlib

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION = 20
_DEFLATED = 8
_UTF8_NAME = 0x800
_SMALL = 4096
_TIME, _DATE = 0, 0x21
"""1980-01-01 00:00, the first moment a zip can say: the same for every entry of every letter."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One part, deflated: what stands before its place in a package is known."""

    name: bytes
    deflated: bytes
    crc: int
    size: int

    @classmethod
    def of(cls, name: str, data: bytes) -> Entry:
        """Deflate a part fast; a small one at level 0, where starting level 1 costs more than it saves."""
        level = 0 if len(data) < _SMALL else 1
        return cls(name.encode(), isal_zlib.compress(data, level, -15), isal_zlib.crc32(data), len(data))

    @classmethod
    def small(cls, name: str, data: bytes) -> Entry:
        """Deflate a part as small as it gets, for what is deflated once for all letters."""
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        deflated = packer.compress(data) + packer.flush()
        return cls(name.encode(), deflated, isal_zlib.crc32(data), len(data))

    @property
    def local(self) -> bytes:
        """The entry as it stands in the package."""
        head = _LOCAL.pack(
            b"PK\3\4",
            _VERSION,
            _UTF8_NAME,
            _DEFLATED,
            _TIME,
            _DATE,
            self.crc,
            len(self.deflated),
            self.size,
            len(self.name),
            0,
        )
        return head + self.name + self.deflated

    def central(self, offset: int) -> bytes:
        """The entry's line in the package's directory."""
        return (
            _CENTRAL.pack(
                b"PK\1\2",
                _VERSION,
                _VERSION,
                _UTF8_NAME,
                _DEFLATED,
                _TIME,
                _DATE,
                self.crc,
                len(self.deflated),
                self.size,
                len(self.name),
                0,
                0,
                0,
                0,
                0,
                offset,
            )
            + self.name
        )


class Archive:
    """The parts that all letters of a template share, deflated once; each letter adds its own."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        entries = [Entry.small(name, data) for name, data in parts.items()]
        self._count = len(entries)
        self._local, self._central = _place(entries, 0)

    def with_parts(self, parts: Mapping[str, bytes]) -> bytes:
        """A whole package: the shared parts, then `parts`."""
        entries = [Entry.of(name, data) for name, data in parts.items()]
        local, central = _place(entries, len(self._local))
        directory = self._central + central
        count = self._count + len(entries)
        end = _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), len(self._local) + len(local), 0)
        return b"".join((self._local, local, directory, end))


def _place(entries: list[Entry], start: int) -> tuple[bytes, bytes]:
    """The entries one after the other from offset `start`, and their lines of the directory."""
    places, lines, offset = [], [], start
    for entry in entries:
        place = entry.local
        places.append(place)
        lines.append(entry.central(offset))
        offset += len(place)
    return b"".join(places), b"".join(lines)


def pack(parts: Mapping[str, bytes]) -> bytes:
    """A package of `parts` alone, the same bytes for the same parts."""
    return Archive({}).with_parts(parts)


def as_stream(parts: Mapping[str, bytes]) -> BytesIO:
    """A package of `parts` to be read by somebody else."""
    return BytesIO(pack(parts))
