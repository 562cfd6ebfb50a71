"""The compound file: read back by olefile and by the project's strict reader, which finds every deliberate fault."""

import io
import struct

import olefile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcredit.build.compound import ENTRY, SECTOR, write_compound
from xlcredit.build.compound_reader import CompoundFaultError, read_compound

MINI_STREAM_ONLY = {"PROJECT": b"p" * 600, "VBA/dir": b"d" * 70, "VBA/A": b"a", "VBA/empty": b""}
BOTH = {**MINI_STREAM_ONLY, **{f"VBA/Sheet{number}": bytes([number]) * 700 * number for number in range(20)}}


@pytest.mark.parametrize("streams", [MINI_STREAM_ONLY, BOTH], ids=["mini stream only", "both kinds"])
def test_olefile_finds_no_defect_and_every_stream(streams):
    with olefile.OleFileIO(io.BytesIO(write_compound(streams)), raise_defects=olefile.DEFECT_UNSURE) as found:
        assert {"/".join(path): found.openstream(path).read() for path in found.listdir()} == streams
        assert found.parsing_issues == []


@given(st.dictionaries(st.text("AbcXyz09", min_size=1, max_size=9), st.binary(max_size=9000), max_size=40))
def test_what_is_written_is_read_back_by_the_strict_reader(contents):
    streams = {f"VBA/{number}{name}": content for number, (name, content) in enumerate(contents.items())}
    assert read_compound(write_compound(streams)) == streams


def test_the_same_streams_give_the_same_bytes():
    assert write_compound(BOTH) == write_compound(dict(BOTH))


def test_more_sectors_than_one_fat_sector_lists():
    streams = {"VBA/large": bytes(range(256)) * 1000}
    content = write_compound(streams)
    assert struct.unpack_from("<I", content, 44)[0] > 1
    assert read_compound(content) == streams


@pytest.mark.parametrize("count", range(1, 34))
def test_trees_of_every_size_are_red_and_black_as_they_must_be(count):
    streams = {f"VBA/{'m' * (number % 3)}{number}": b"x" for number in range(count)}
    assert read_compound(write_compound(streams)) == streams


def sector_of(content, field):
    (number,) = struct.unpack_from("<I", content, field)
    return (number + 1) * SECTOR


def entry(content, name):
    return content.index(name.encode("utf-16-le") + b"\0\0") // ENTRY * ENTRY


def top_of_tree(content):
    """Where the entry stands that is the top of the tree of VBA."""
    (number,) = struct.unpack_from("<I", content, entry(content, "VBA") + 76)
    return sector_of(content, 48) + number * ENTRY


def swapped_children(content):
    top = top_of_tree(content)
    left, right = struct.unpack_from("<II", content, top + 68)
    return top + 68, struct.pack("<II", right, left)


def fat_unmarked(content):
    number, *_ = struct.unpack_from("<I", content, 76)
    return sector_of(content, 76) + 4 * number, b"\xfe\xff\xff\xff"


def mini_fat_loop(content):
    return sector_of(content, 60), struct.pack("<I", 0)


FAULTS = {
    "another signature": (lambda content: (0, b"\0"), "no header of version 3"),
    "version 4": (lambda content: (26, b"\4"), "no header of version 3"),
    "a time stamp in the reserved bytes": (lambda content: (9, b"\1"), "reserved bytes"),
    "another limit of small streams": (lambda content: (56, b"\0\0\0\0"), "its header is odd"),
    "a FAT that does not mark itself": (fat_unmarked, "does not mark its own"),
    "no root": (lambda content: (sector_of(content, 48) + 66, b"\1"), "no root entry"),
    "a red top": (lambda content: (top_of_tree(content) + 67, b"\0"), "must be black"),
    "a red leaf made black": (lambda content: (entry(content, "VBA") + 67, b"\1"), "more black entries"),
    "an odd kind": (lambda content: (entry(content, "PROJECT") + 66, b"\7"), "odd entry"),
    "names out of order": (swapped_children, "names out of order"),
    "a stream with a child": (lambda content: (entry(content, "dir") + 76, b"\1\0\0\0"), "neither stream"),
    "a storage with a size": (lambda content: (entry(content, "VBA") + 120, b"\1"), "a storage with content"),
    "a longer stream than its chain": (lambda content: (entry(content, "dir") + 121, b"\2"), "does not hold"),
    "a chain that returns": (mini_fat_loop, "two chains"),
    "an entry nobody reaches": (lambda content: (entry(content, "VBA") + 76, b"\xff\xff\xff\xff"), "no storage"),
    "letters after the name": (lambda content: (entry(content, "dir") + 20, b"x"), "untidy entry"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(fault):
    break_at, said = FAULTS[fault]
    content = bytearray(write_compound(BOTH))
    place, put = break_at(bytes(content))
    assert content[place : place + len(put)] != put
    content[place : place + len(put)] = put
    with pytest.raises(CompoundFaultError, match=said):
        read_compound(bytes(content))


def test_a_sector_that_belongs_to_nothing_is_found():
    content = bytearray(write_compound(BOTH) + bytes(SECTOR))
    fat = sector_of(content, 76)
    struct.pack_into("<I", content, fat + 4 * (len(content) // SECTOR - 2), 0xFFFFFFFE)
    with pytest.raises(CompoundFaultError, match="belong to nothing"):
        read_compound(bytes(content))


def test_a_cut_file_is_found():
    with pytest.raises(CompoundFaultError, match="whole number of sectors"):
        read_compound(write_compound(BOTH)[:-1])
