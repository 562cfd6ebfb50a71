"""The compression of [MS-OVBA] section 2.4.1: what the sources of VBA modules are kept in."""

from __future__ import annotations

import struct

CHUNK = 4096
_SIGNATURE = 0x01
_COMPRESSED = 0xB000
"""Bits of a chunk's header: signature 0b011 and the flag of a compressed chunk."""
_RAW = 0x3000
_LEAST, _TOKEN = 3, 2
"""Bytes that a copy token stands for at least, and bytes that it takes."""


class CompressionFaultError(ValueError):
    """The bytes are no compressed container."""


def compress(content: bytes) -> bytes:
    """`content` as a compressed container."""
    chunks = (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))
    return bytes([_SIGNATURE]) + b"".join(map(_compressed_chunk, chunks))


def decompress(container: bytes) -> bytes:
    """What a compressed container holds.

    Raises:
        CompressionFaultError: it is not one.
    """
    _check(container[:1] == bytes([_SIGNATURE]), "no signature of a compressed container")
    content, position = bytearray(), 1
    while position < len(container):
        _check(position + 2 <= len(container), "a chunk without its header")
        (header,) = struct.unpack_from("<H", container, position)
        end = position + (header & 0x0FFF) + 3
        _check(header & 0x7000 == _RAW and end <= len(container), f"a faulty chunk at {position}")
        body = container[position + 2 : end]
        content += _expanded(body) if header & 0x8000 else body
        position = end
    return bytes(content)


def _compressed_chunk(chunk: bytes) -> bytes:
    body = _tokens(chunk)
    if len(body) > CHUNK:  # incompressible: kept as it is
        return struct.pack("<H", _RAW | CHUNK - 1) + chunk.ljust(CHUNK, b"\0")
    return struct.pack("<H", _COMPRESSED | len(body) - 1) + body


def _tokens(chunk: bytes) -> bytes:
    """Literal and copy tokens, eight behind each byte of flags."""
    written, seen = bytearray(), dict[bytes, list[int]]()
    position = 0
    while position < len(chunk):
        flags_at, flags = len(written), 0
        written.append(0)
        for bit in range(8):
            if position >= len(chunk):
                break
            offset, length = _longest_match(chunk, position, seen)
            if offset:
                flags |= 1 << bit
                written += _copy_token(position, offset, length)
            else:
                written.append(chunk[position])
            for start in range(position, position + length):
                seen.setdefault(chunk[start : start + _LEAST], []).append(start)
            position += length
        written[flags_at] = flags
    return bytes(written)


def _longest_match(chunk: bytes, position: int, seen: dict[bytes, list[int]]) -> tuple[int, int]:
    """How far back and how long the longest earlier occurrence is, the nearest of equals; (0, 1) when none."""
    limit = min(len(chunk) - position, (0xFFFF >> _offset_bits(position)) + _LEAST)
    offset, longest = 0, 1
    for start in reversed(seen.get(chunk[position : position + _LEAST], ())):
        length = _common_length(chunk, start, position, limit)
        if length > max(longest, _LEAST - 1):
            offset, longest = position - start, length
        if longest == limit:
            break
    return offset, longest


def _common_length(chunk: bytes, start: int, position: int, limit: int) -> int:
    length = 0
    while length < limit and chunk[start + length] == chunk[position + length]:
        length += 1
    return length


def _copy_token(position: int, offset: int, length: int) -> bytes:
    bits = _offset_bits(position)
    return struct.pack("<H", (offset - 1) << 16 - bits | length - _LEAST)


def _offset_bits(position: int) -> int:
    """How many bits of a copy token say how far back: enough for the part of the chunk already written."""
    return max(4, (position - 1).bit_length())


def _expanded(body: bytes) -> bytes:
    """What the tokens of one chunk stand for."""
    content, place = bytearray(), 0
    while place < len(body):
        flags, place = body[place], place + 1
        for bit in range(8):
            if place >= len(body):
                break
            if flags >> bit & 1:
                _copy(content, body[place : place + 2])
                place += 2
            else:
                content.append(body[place])
                place += 1
    return bytes(content)


def _copy(content: bytearray, token: bytes) -> None:
    """Append what a copy token points at; it may overlap what is being written."""
    _check(len(token) == _TOKEN and len(content) > 0, "a faulty copy token")
    (value,) = struct.unpack("<H", token)
    bits = _offset_bits(len(content))
    offset, length = (value >> 16 - bits) + 1, (value & 0xFFFF >> bits) + _LEAST
    _check(offset <= len(content), "a copy token that points before its chunk")
    for _ in range(length):
        content.append(content[-offset])


def _check(holds: bool, fault: str) -> None:  # noqa: FBT001  what is checked
    if not holds:
        raise CompressionFaultError(fault)
