"""OLE compound files read back strictly: what [MS-CFB] demands and lenient readers pass over is a fault here.

Meant for the files that `compound.py` writes: version 3, no more FAT sectors than the header lists.
"""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from xlcredit.build.compound import (
    BLACK,
    END_OF_CHAIN,
    ENTRY,
    ENTRY_FIELDS,
    FAT_SECTOR,
    FREE,
    HEADER,
    HEADER_FAT,
    MINI_LIMIT,
    MINI_SECTOR,
    NO_ENTRY,
    RED,
    ROOT,
    SECTOR,
    SIGNATURE,
    STORAGE,
    STREAM,
    sort_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


class CompoundFaultError(ValueError):
    """The file is not what [MS-CFB] demands."""


class _Found(NamedTuple):
    """One entry of a directory, as read."""

    name: str
    kind: int
    colour: int
    left: int
    right: int
    child: int
    start: int
    size: int


def read_compound(content: bytes) -> dict[str, bytes]:
    """The streams of a compound file by path.

    Raises:
        CompoundFaultError: the first fault found.
    """
    return _File(content).streams()


class _File:
    """A compound file while it is read; each sector and entry may be reached once."""

    def __init__(self, content: bytes) -> None:
        _check(len(content) % SECTOR == 0 and len(content) > SECTOR, "its size is no whole number of sectors")
        self._content = content
        self._used: set[int] = set()
        self._reached = {0}
        directory, mini_fat, mini_count = self._read_header()
        self._entries = [*self._read_entries(self._chained(directory))]
        root = self._entries[0]
        _check(
            root.kind == ROOT and root.name == "Root Entry" and root.colour == BLACK, "it has no root entry"
        )
        self._mini_stream = self._sized(root.start, root.size)
        ids = self._chained(mini_fat)
        _check(len(ids) == mini_count * SECTOR, "the mini FAT is not as long as the header says")
        self._mini_fat = struct.unpack(f"<{len(ids) // 4}I", ids)
        self._mini_used: set[int] = set()

    def streams(self) -> dict[str, bytes]:
        """Every stream by path; nothing may be left over."""
        found = dict(self._below(self._entries[0], ""))
        for number, entry in enumerate(self._entries):
            _check((number in self._reached) == (entry.kind != 0), f"entry {number} belongs to no storage")
        taken = {number for number, next_ in enumerate(self._fat) if next_ != FREE}
        _check(taken == self._used, "sectors are taken that belong to nothing")
        taken = {number for number, next_ in enumerate(self._mini_fat) if next_ != FREE}
        _check(taken == self._mini_used, "mini sectors are taken that belong to nothing")
        return found

    def _read_header(self) -> tuple[int, int, int]:
        signature, *fields = HEADER.unpack_from(self._content)
        versions, counts = fields[:5], fields[5:]
        _check(
            signature == SIGNATURE and versions == [0x3E, 3, 0xFFFE, 9, 6], "it has no header of version 3"
        )
        _check(not any(self._content[8:24]) and not any(self._content[34:40]), "reserved bytes are not zero")
        directories, fat_count, directory, _, limit, mini_fat, mini_count, more, more_count = counts
        _check(
            (directories, limit, more, more_count) == (0, MINI_LIMIT, END_OF_CHAIN, 0), "its header is odd"
        )
        listed = struct.unpack_from(f"<{HEADER_FAT}I", self._content, HEADER.size)
        _check(all(number == FREE for number in listed[fat_count:]), "the header lists too many FAT sectors")
        ids = b"".join(self._sector(number) for number in listed[:fat_count])
        fat = struct.unpack(f"<{len(ids) // 4}I", ids)
        sectors = len(self._content) // SECTOR - 1
        _check(sectors <= len(fat) and all(next_ == FREE for next_ in fat[sectors:]), "the FAT does not fit")
        self._fat = fat[:sectors]
        marked = {number for number, next_ in enumerate(self._fat) if next_ == FAT_SECTOR}
        _check(marked == set(listed[:fat_count]), "the FAT does not mark its own sectors")
        self._used |= marked
        return directory, mini_fat, mini_count

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * SECTOR
        _check(start < len(self._content), f"there is no sector {number}")
        return self._content[start : start + SECTOR]

    def _chained(self, start: int) -> bytes:
        return b"".join(map(self._sector, _chain(start, self._fat, self._used)))

    def _sized(self, start: int, size: int) -> bytes:
        content = self._chained(start)
        _check(len(content) == -(-size // SECTOR) * SECTOR, f"a chain of {len(content)} bytes holds {size}")
        return content[:size]

    def _small(self, start: int, size: int) -> bytes:
        places = _chain(start, self._mini_fat, self._mini_used)
        content = b"".join(self._mini_stream[n * MINI_SECTOR : (n + 1) * MINI_SECTOR] for n in places)
        _check(len(content) == -(-size // MINI_SECTOR) * MINI_SECTOR, f"a mini chain does not hold {size}")
        return content[:size]

    @staticmethod
    def _read_entries(directory: bytes) -> Iterator[_Found]:
        for start in range(0, len(directory), ENTRY):
            name, length, kind, colour, left, right, child, state, first, size = ENTRY_FIELDS.unpack_from(
                directory, start
            )
            text = name[: max(length - 2, 0)].decode("utf-16-le")
            _check(kind in {0, STORAGE, STREAM, ROOT} and colour in {RED, BLACK}, f"an odd entry {text!r}")
            _check(not name[max(length - 2, 0) :].strip(b"\0") and not state, f"an untidy entry {text!r}")
            yield _Found(text, kind, colour, left, right, child, first, size)

    def _below(self, storage: _Found, path: str) -> Iterator[tuple[str, bytes]]:
        """Path and content of the streams of a storage, whose entries must form a red-black tree."""
        entries, _ = self._tree(storage.child, RED)
        keys = [sort_key(entry.name) for entry in entries]
        _check(
            all(a < b for a, b in pairwise(keys)),
            f"{path or 'the root'}: names out of order",
        )
        for entry in entries:
            if entry.kind == STORAGE:
                _check((entry.start, entry.size) == (0, 0), f"{entry.name}: a storage with content")
                yield from self._below(entry, f"{path}{entry.name}/")
            else:
                _check(
                    entry.kind == STREAM and entry.child == NO_ENTRY,
                    f"{entry.name}: neither stream nor storage",
                )
                read = self._small if entry.size < MINI_LIMIT else self._sized
                yield path + entry.name, read(entry.start, entry.size)

    def _tree(self, number: int, above: int) -> tuple[list[_Found], int]:
        """The entries of a tree in order and its black height; its top is black, red ones stand apart."""
        if number == NO_ENTRY:
            return [], 0
        _check(
            number < len(self._entries) and number not in self._reached, f"entry {number} is reached twice"
        )
        self._reached.add(number)
        entry = self._entries[number]
        _check(BLACK in {above, entry.colour}, f"{entry.name}: red where it must be black")
        left, height = self._tree(entry.left, entry.colour)
        right, other = self._tree(entry.right, entry.colour)
        _check(height == other, f"{entry.name}: more black entries on one side than on the other")
        return [*left, entry, *right], height + (entry.colour == BLACK)


def _chain(start: int, fat: tuple[int, ...], used: set[int]) -> Iterator[int]:
    """The sectors of a chain; each belongs to one chain only."""
    number = start
    while number != END_OF_CHAIN:
        _check(number < len(fat) and number not in used, f"sector {number} is in two chains or in none")
        used.add(number)
        yield number
        number = fat[number]


def _check(holds: bool, fault: str) -> None:  # noqa: FBT001  what is checked
    if not holds:
        raise CompoundFaultError(fault)
