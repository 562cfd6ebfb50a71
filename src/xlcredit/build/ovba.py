"""A VBA project from its modules' source, by [MS-OVBA]: vbaProject.bin as a writer without a compiler makes it.

The stream `_VBA_PROJECT` names no version of a compiler, so that Excel compiles every module from its source
when the workbook is opened. Same modules, same bytes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from xlcredit.build.compound import write_compound
from xlcredit.build.ovba_compression import compress

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ModuleKind = Literal["document", "module", "class"]

CODE_PAGE = "cp1252"
PROJECT_NAME = "VBAProject"
PROJECT_ID = "{7C1E8A54-9E0B-4B7C-8F55-2C6D0B6A4D31}"
SOURCE_ONLY = bytes.fromhex("CC61FFFF000000")
"""The stream `_VBA_PROJECT` of a project that no compiler has seen."""

REFERENCES = {
    "stdole": (
        r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation"
    ),
    "Office": (
        r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#"
        r"C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL#"
        "Microsoft Office 16.0 Object Library"
    ),
}
"""Type libraries by name, found by their GUID on any PC. Excel adds its own and VBA's."""

_KEYWORDS: dict[ModuleKind, str] = {"document": "Document", "module": "Module", "class": "Class"}
_SEED = 0x8D


@dataclass(frozen=True, slots=True)
class Module:
    """One module of a project.

    Attributes:
        name: its name; of a document module, the code name of the workbook or sheet.
        kind: what it is.
        source: its text with its attributes, lines ended by a line feed.
    """

    name: str
    kind: ModuleKind
    source: str


def write_project(modules: Sequence[Module]) -> bytes:
    """The bytes of vbaProject.bin; UnicodeEncodeError when a source does not fit code page 1252."""
    streams = {
        "VBA/_VBA_PROJECT": SOURCE_ONLY,
        "VBA/dir": compress(_dir_stream(modules)),
        **{f"VBA/{module.name}": compress(encoded_source(module)) for module in modules},
        "PROJECT": _project_stream(modules),
        "PROJECTwm": _names_stream(modules),
    }
    return write_compound(streams)


def encoded_source(module: Module) -> bytes:
    """The text of a module as it stands in its stream: code page 1252, lines ended by CR LF."""
    return module.source.replace("\n", "\r\n").encode(CODE_PAGE)


def _dir_stream(modules: Sequence[Module]) -> bytes:
    """Section 2.3.4.2: the project, its references, its modules."""
    information = (
        _number(0x01, 3)
        + _number(0x02, 0x0409)
        + _number(0x14, 0x0409)
        + _record(0x03, struct.pack("<H", 1252))
        + _record(0x04, PROJECT_NAME.encode(CODE_PAGE))
        + _texts(0x05, 0x40, "")
        + _record(0x06, b"")
        + _record(0x3D, b"")
        + _number(0x07, 0)
        + _number(0x08, 0)
        + struct.pack("<HIIH", 0x09, 4, 1, 1)
        + _texts(0x0C, 0x3C, "")
    )
    references = b"".join(_reference(name, library) for name, library in REFERENCES.items())
    head = _record(0x0F, struct.pack("<H", len(modules))) + _record(0x13, b"\xff\xff")
    return information + references + head + b"".join(map(_module, modules)) + _record(0x10, b"")


def _reference(name: str, library: str) -> bytes:
    encoded = library.encode(CODE_PAGE)
    body = struct.pack("<I", len(encoded)) + encoded + bytes(6)
    return _texts(0x16, 0x3E, name) + _record(0x0D, body)


def _module(module: Module) -> bytes:
    """Section 2.3.4.2.3.2; the source stands at offset 0 of the module's stream."""
    kind = _record(0x21 if module.kind == "module" else 0x22, b"")
    return (
        _texts(0x19, 0x47, module.name)
        + _texts(0x1A, 0x32, module.name)
        + _texts(0x1C, 0x48, "")
        + _number(0x31, 0)
        + _number(0x1E, 0)
        + _record(0x2C, b"\xff\xff")
        + kind
        + _record(0x2B, b"")
    )


def _record(id_: int, body: bytes) -> bytes:
    return struct.pack("<HI", id_, len(body)) + body


def _number(id_: int, value: int) -> bytes:
    return _record(id_, struct.pack("<I", value))


def _texts(id_: int, unicode_id: int, text: str) -> bytes:
    """The same text twice: in the code page and as UTF-16."""
    return _record(id_, text.encode(CODE_PAGE)) + _record(unicode_id, text.encode("utf-16-le"))


def _names_stream(modules: Iterable[Module]) -> bytes:
    """Section 2.3.3, PROJECTwm: each name in the code page and as UTF-16."""
    names = (module.name for module in modules)
    pairs = (name.encode(CODE_PAGE) + b"\0" + name.encode("utf-16-le") + b"\0\0" for name in names)
    return b"".join(pairs) + b"\0\0"


def _project_stream(modules: Sequence[Module]) -> bytes:
    """Section 2.3.1, PROJECT: a text of properties, not protected, visible, without a password."""
    lines = [
        f'ID="{PROJECT_ID}"',
        *(_item(module) for module in modules),
        f'Name="{PROJECT_NAME}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{protect(bytes(4))}"',
        f'DPB="{protect(bytes(1))}"',
        f'GC="{protect(bytes([0xFF]))}"',
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
    ]
    return "".join(f"{line}\r\n" for line in lines).encode(CODE_PAGE)


def _item(module: Module) -> str:
    suffix = "/&H00000000" if module.kind == "document" else ""
    return f"{_KEYWORDS[module.kind]}={module.name}{suffix}"


def protect(content: bytes, seed: int = _SEED) -> str:
    """`content` in the obfuscation of section 2.4.3.2, as hexadecimal digits; its seed is always the same."""
    key = sum(PROJECT_ID.encode("ascii")) & 0xFF
    encrypted = bytearray([seed, seed ^ 2, seed ^ key])
    last_plain = key
    ignored = bytes((seed & 6) // 2)
    for plain in ignored + struct.pack("<I", len(content)) + content:
        encrypted.append(plain ^ (encrypted[-2] + last_plain) & 0xFF)
        last_plain = plain
    return encrypted.hex().upper()
