"""OLE compound files, as a VBA project is kept in: written strictly by [MS-CFB], the same bytes every time.

Version 3, sectors of 512 bytes. Streams below 4096 bytes stand in the mini stream, the others in sectors of
their own. The entries of a storage form a red-black tree ordered by length of name, then by name in capitals:
Excel has refused files with sloppier trees since 2017.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
SECTOR, MINI_SECTOR, MINI_LIMIT, ENTRY = 512, 64, 4096, 128
END_OF_CHAIN, FAT_SECTOR, FREE, NO_ENTRY = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF, 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5
RED, BLACK = 0, 1
HEADER_FAT = 109
"""FAT sectors that the header itself can list: enough for seven megabytes."""

HEADER = struct.Struct("<8s16x5H6x9I")
ENTRY_FIELDS = struct.Struct("<64sHBBIII16xI8x8xIQ")
_IDS = SECTOR // 4


@dataclass(slots=True)
class Entry:
    """One entry of the directory.

    Attributes:
        name: at most 31 signs.
        kind: STORAGE, STREAM or ROOT.
        content: of a stream; of the root, the mini stream.
        children: of a storage, by name.
        colour: RED or BLACK.
        left: number of the entry before it in the tree, or NO_ENTRY.
        right: number of the entry after it in the tree, or NO_ENTRY.
        child: number of the entry at the top of its own tree, or NO_ENTRY.
        start: its first sector.
    """

    name: str
    kind: int
    content: bytes = b""
    children: dict[str, Entry] = field(default_factory=dict)
    colour: int = BLACK
    left: int = NO_ENTRY
    right: int = NO_ENTRY
    child: int = NO_ENTRY
    start: int = 0


def write_compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of these streams.

    Args:
        streams: content by path (`VBA/dir`); storages are made from the paths.

    Returns:
        The file. The same streams in the same order give the same bytes.

    Raises:
        struct.error: more content than a header can list the FAT of, about seven megabytes.
    """
    root = _tree(streams)
    entries = _numbered(root)
    _link(root, {id(entry): number for number, entry in enumerate(entries)})
    mini_fat = _fill_mini_stream(root, entries)
    sectors, fat = _Sectors(), []
    for entry in entries:
        if entry.kind == ROOT or (entry.kind == STREAM and len(entry.content) >= MINI_LIMIT):
            entry.start = sectors.add(entry.content)
    mini_start = sectors.add(_ids(mini_fat))
    directory = sectors.add(_directory(entries))
    fat = sectors.close()
    return _header(fat, directory, mini_start, -(-len(mini_fat) // _IDS)) + b"".join(sectors.content)


def sort_key(name: str) -> tuple[int, str]:
    """The order of the entries of one storage."""
    return len(name.encode("utf-16-le")), name.upper()


def _tree(streams: Mapping[str, bytes]) -> Entry:
    root = Entry("Root Entry", ROOT)
    for path, content in streams.items():
        *folders, name = path.split("/")
        storage = root
        for folder in folders:
            storage = storage.children.setdefault(folder, Entry(folder, STORAGE))
        storage.children[name] = Entry(name, STREAM, content)
    return root


def _numbered(root: Entry) -> list[Entry]:
    """The root and everything below it, in the order of the directory."""
    entries = [root]
    for entry in entries:
        entries.extend(entry.children.values())
    return entries


def _link(storage: Entry, numbers: Mapping[int, int]) -> None:
    """The trees of a storage and of the storages in it."""
    children = sorted(storage.children.values(), key=lambda entry: sort_key(entry.name))
    levels = len(children).bit_length()
    is_full = len(children) + 1 == 1 << levels
    storage.child = _balance(children, numbers, 1, 0 if is_full else levels)
    for child in children:
        if child.kind == STORAGE:
            _link(child, numbers)


def _balance(entries: list[Entry], numbers: Mapping[int, int], level: int, red_level: int) -> int:
    """The number of the middle entry, with the others below it; the deepest level, unless full, is red."""
    if not entries:
        return NO_ENTRY
    middle = len(entries) // 2
    entry = entries[middle]
    entry.colour = RED if level == red_level else BLACK
    entry.left = _balance(entries[:middle], numbers, level + 1, red_level)
    entry.right = _balance(entries[middle + 1 :], numbers, level + 1, red_level)
    return numbers[id(entry)]


def _fill_mini_stream(root: Entry, entries: Iterable[Entry]) -> list[int]:
    """Put the small streams into the root's content; returns the mini FAT."""
    content, chain = bytearray(), list[int]()
    for entry in entries:
        if entry.kind != STREAM or len(entry.content) >= MINI_LIMIT:
            continue
        entry.start = _chain(chain, -(-len(entry.content) // MINI_SECTOR))
        content += _padded(entry.content, MINI_SECTOR)
    root.content = bytes(content)
    return chain


def _chain(fat: list[int], count: int) -> int:
    """Append a chain of `count` sectors to `fat`; returns its first."""
    first = len(fat)
    fat.extend(range(first + 1, first + count))
    if count:
        fat.append(END_OF_CHAIN)
    return first if count else END_OF_CHAIN


class _Sectors:
    """The sectors after the header and their FAT."""

    def __init__(self) -> None:
        self.content: list[bytes] = []
        self._fat: list[int] = []

    def add(self, content: bytes) -> int:
        """Append `content`; returns its first sector."""
        padded = _padded(content, SECTOR)
        self.content.append(padded)
        return _chain(self._fat, len(padded) // SECTOR)

    def close(self) -> list[int]:
        """Append the FAT, which lists itself too; returns the numbers of its sectors."""
        first, count = len(self._fat), 1
        while first + count > count * _IDS:
            count += 1
        self.content.append(_ids([*self._fat, *[FAT_SECTOR] * count]))
        return list(range(first, first + count))


def _directory(entries: Iterable[Entry]) -> bytes:
    written = b"".join(_entry(entry) for entry in entries)
    unused = ENTRY_FIELDS.pack(b"", 0, 0, 0, NO_ENTRY, NO_ENTRY, NO_ENTRY, 0, 0, 0)
    return written + unused * (-(len(written) // ENTRY) % (SECTOR // ENTRY))


def _entry(entry: Entry) -> bytes:
    name = (entry.name + "\0").encode("utf-16-le")
    tree = entry.left, entry.right, entry.child
    start = entry.start if entry.kind != STORAGE else 0
    return ENTRY_FIELDS.pack(name, len(name), entry.kind, entry.colour, *tree, 0, start, len(entry.content))


def _header(fat: list[int], directory: int, mini_fat: int, mini_fat_count: int) -> bytes:
    versions = 0x3E, 3, 0xFFFE, 9, 6
    counts = 0, len(fat), directory, 0, MINI_LIMIT, mini_fat, mini_fat_count, END_OF_CHAIN, 0
    listed = [*fat, *[FREE] * (HEADER_FAT - len(fat))]
    return HEADER.pack(SIGNATURE, *versions, *counts) + struct.pack(f"<{HEADER_FAT}I", *listed)


def _ids(numbers: list[int]) -> bytes:
    """Sector numbers as sectors, the rest marked free."""
    padded = [*numbers, *[FREE] * (-len(numbers) % _IDS)]
    return struct.pack(f"<{len(padded)}I", *padded)


def _padded(content: bytes, size: int) -> bytes:
    return content + bytes(-len(content) % size)
