"""The payment code's picture."""

import struct
import zlib

import pytest
import segno

from xlcredit.letters.qr import payment_code_png

PAYLOAD = "BCD\n002\n1\nSCT\n\nFerramenta Valdarno S.r.l.\nIT60X0542811101000000123456\nEUR1234.56\n\n\nS1 è"


def dots(png):
    """The modules of a code, read back from the picture: rows of booleans, black is True."""
    width, height = struct.unpack(">II", png[16:24])
    data, place = b"", 8
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        data += png[place + 8 : place + 8 + length] if kind == b"IDAT" else b""
        place += length + 12
    raw, stride = zlib.decompress(data), (width + 7) // 8 + 1
    rows = [raw[line * stride + 1 : (line + 1) * stride] for line in range(height)]
    return [[not row[x // 8] >> (7 - x % 8) & 1 for x in range(width)] for row in rows]


def test_picture_is_the_code_with_error_correction_m_and_a_quiet_zone():
    code = segno.make(PAYLOAD, error="m", boost_error=False, micro=False, encoding="utf-8", mode="byte")
    assert code.designator.endswith("-M")
    read = [row[16:-16:4] for row in dots(payment_code_png(PAYLOAD))[16:-16:4]]
    assert read == [[bool(dot) for dot in row] for row in code.matrix]


def test_quiet_zone_is_white():
    rows = dots(payment_code_png(PAYLOAD))
    assert not any(any(row) for row in rows[:16] + rows[-16:])


def test_same_payload_gives_the_same_bytes_and_is_drawn_once():
    first = payment_code_png(PAYLOAD)
    assert payment_code_png(PAYLOAD) is first
    payment_code_png.cache_clear()
    assert payment_code_png(PAYLOAD) == first


def test_longest_payload_of_the_standard_fits_version_13():
    assert segno.make("x" * 331, error="m", boost_error=False, micro=False, mode="byte").version <= 13
    assert payment_code_png("x" * 331).startswith(b"\x89PNG")


def test_payload_longer_than_a_code_is_an_error():
    with pytest.raises(segno.DataOverflowError):
        payment_code_png("x" * 5000)
