"""The grey square that keeps the place of the payment code in a template.

Written without compression: the same bytes whichever compressor Python was built with.
"""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

SIDE = 120
_EDGE, _PAPER = 0xB0, 0xEE


def placeholder_png() -> BytesIO:
    """A framed grey square, one byte a pixel: plainly no code, should a letter ever keep it."""
    edge = bytes([_EDGE]) * SIDE
    middle = bytes([_EDGE]) + bytes([_PAPER]) * (SIDE - 2) + bytes([_EDGE])
    lines = [edge, *[middle] * (SIDE - 2), edge]
    pixels = b"".join(b"\0" + line for line in lines)
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(pixels, 0)), (b"IEND", b""))
    return BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
