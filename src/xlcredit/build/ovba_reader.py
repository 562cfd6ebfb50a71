"""The modules of a VBA project read back from vbaProject.bin: names, kinds and sources."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from xlcredit.build.compound_reader import read_compound
from xlcredit.build.ovba import CODE_PAGE, Module, ModuleKind
from xlcredit.build.ovba_compression import decompress

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION, _NAME, _STREAM, _OFFSET, _PROCEDURAL, _END = 0x09, 0x19, 0x1A, 0x31, 0x21, 0x2B
_KINDS: dict[str, ModuleKind] = {"Document": "document", "Module": "module", "Class": "class"}


class ProjectFaultError(ValueError):
    """The bytes are no VBA project that Excel would take."""


def read_project(content: bytes) -> list[Module]:
    """The modules of vbaProject.bin, in their order.

    Raises:
        ProjectFaultError: the container or one of its streams is not sound.
    """
    try:
        streams = read_compound(content)
        return [*_modules(streams)]
    except (ValueError, KeyError, struct.error) as error:
        raise ProjectFaultError(str(error)) from error


def _modules(streams: dict[str, bytes]) -> Iterator[Module]:
    kinds = _listed(streams["PROJECT"].decode(CODE_PAGE))
    for name, stream, offset, is_procedural in _records(decompress(streams["VBA/dir"])):
        _check((kinds.get(name) == "module") == is_procedural, f"PROJECT and dir disagree about {name}")
        source = decompress(streams[f"VBA/{stream}"][offset:]).decode(CODE_PAGE)
        yield Module(name, kinds.pop(name), source.replace("\r\n", "\n"))
    _check(not kinds, f"PROJECT lists {', '.join(kinds)}, dir does not")


def _listed(project: str) -> dict[str, ModuleKind]:
    """Kind by name of the modules that the stream PROJECT lists."""
    properties = (line.partition("=") for line in project.partition("\r\n\r\n")[0].split("\r\n"))
    return {value.partition("/")[0]: _KINDS[key] for key, _, value in properties if key in _KINDS}


def _records(directory: bytes) -> Iterator[tuple[str, str, int, bool]]:
    """Name, stream, offset of the source and whether it is a standard module, for each module of the stream dir."""
    position, found = 0, dict[int, bytes]()
    while position < len(directory):
        id_, size = struct.unpack_from("<HI", directory, position)
        if id_ == _VERSION:
            size += 2  # the one record whose size is told two bytes short
        found[id_] = directory[position + 6 : position + 6 + size]
        position += 6 + size
        if id_ == _END:
            name, stream = (found[key].decode(CODE_PAGE) for key in (_NAME, _STREAM))
            yield name, stream, struct.unpack("<I", found[_OFFSET])[0], _PROCEDURAL in found
            found = {}


def _check(holds: bool, fault: str) -> None:  # noqa: FBT001  what is checked
    if not holds:
        raise ProjectFaultError(fault)
