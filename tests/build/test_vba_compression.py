"""The compression of module sources: the specification's own examples, and everything comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcredit.build.ovba_compression import CHUNK, CompressionFaultError, compress, decompress

EXAMPLES = {
    "abcdefghijklmnopqrstuv.": (
        "01 19 B0 00 61 62 63 64 65 66 67 68 00 69 6A 6B 6C 6D 6E 6F 70 00 71 72 73 74 75 76 2E"
    ),
    "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa": (
        "01 2F B0 00 23 61 61 61 62 63 64 65 82 66 00 70 61 67 68 69 6A 01 38 08 61 6B 6C 00 30 6D 6E 6F 70 "
        "06 71 02 70 04 10 72 73 74 75 76 10 77 78 79 7A 00 3C"
    ),
    "a" * 73: "01 03 B0 02 61 45 00",
}
"""[MS-OVBA] section 3.2. Among equally long matches Office takes another than we do: same length, same text."""


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples_of_the_specification(text):
    container = bytes.fromhex(EXAMPLES[text])
    assert decompress(container) == text.encode()
    assert decompress(compress(text.encode())) == text.encode()
    assert len(compress(text.encode())) == len(container)


@given(st.text("ab \r\nXlc=", max_size=3 * CHUNK))
def test_text_comes_back(text):
    assert decompress(compress(text.encode())) == text.encode()


@given(st.binary(max_size=CHUNK), st.integers(0, 2))
def test_incompressible_chunks_come_back_whole(content, chunks):
    whole = bytes(range(256)) * (CHUNK // 256) * chunks
    assert decompress(compress(whole + content)).startswith(whole + content)


@pytest.mark.parametrize(
    "container", ["", "02", "01 19", "01 19 B0 00", "01 19 30 00", "01 01 B0 01 00", "01 02 B0 01 00 00"]
)
def test_what_is_no_container_is_refused(container):
    with pytest.raises(CompressionFaultError):
        decompress(bytes.fromhex(container))
