"""Text as a sheet's XML holds it: entities, and control characters written as `_xHHHH_`.

Whole columns at once: only the texts that hold something to replace are touched.
"""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

LONGEST_TEXT = 32_767
"""Characters that a cell holds."""

Texts = Any
"""An arrow array of large strings, null where blank."""

_CONTROL = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_NUMBERED = re.compile(r"&#(x[0-9A-Fa-f]{1,6}|[0-9]{1,7});")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def unescape_controls(text: str) -> str:
    r"""A text with its `_xHHHH_` sequences as characters.

    >>> unescape_controls("Data_x000a_fattura"), unescape_controls("_x005F_x000A_")
    ('Data\nfattura', '_x000A_')
    """
    return _CONTROL.sub(_control_character, text) if "_x" in text else text


def _control_character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if code in _SURROGATES else chr(code)


def escape_controls(text: str) -> str:
    r"""A text with what XML cannot hold as `_xHHHH_`; what looks like such a sequence stays as it is read.

    >>> escape_controls("a\x01b _x0041_")
    'a_x0001_b _x005F_x0041_'
    """
    text = _LOOKS_ESCAPED.sub("_x005F_", text)
    return _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def decode_texts(texts: Texts) -> Texts:
    """Texts as they stood between tags -> as they are."""
    data = bytes(texts.buffers()[2] or b"")
    if b"\r" in data:
        texts = _normal_newlines(texts)
    if b"&" in data:
        texts = _where(texts, pc.match_substring(texts, "&"), _unescape_entities)
    if b"_x" in data:
        texts = _where(texts, pc.match_substring(texts, "_x"), lambda some: _each(some, unescape_controls))
    return texts


def encode_texts(texts: Texts) -> Texts:
    """Texts as they are -> as they stand between tags, cut to what a cell holds."""
    texts = _where(texts, pc.greater(pc.utf8_length(texts), LONGEST_TEXT), lambda some: _each(some, _cut))
    has_controls = pc.match_substring_regex(texts, r"[\x00-\x08\x0b-\x1f]|\x{FFFE}|\x{FFFF}|_x")
    texts = _where(texts, has_controls, lambda some: _each(some, escape_controls))
    return _where(texts, pc.match_substring_regex(texts, "[&<>]"), _escape_entities)


def needs_space_preserved(texts: Texts) -> Any:  # noqa: ANN401  an arrow array of booleans
    """Whether the text begins or ends with white space, which readers may drop unless told."""
    return pc.match_substring_regex(texts, r"^\s|\s$|\n")


def _where(texts: Texts, mask: Any, change: Any) -> Texts:  # noqa: ANN401
    """`change` applied to the texts under the mask."""
    mask = pc.fill_null(mask, False)  # noqa: FBT003
    if not pc.any(mask).as_py():
        return texts
    return pc.replace_with_mask(texts, mask, change(texts.filter(mask)))


def _each(texts: Texts, change: Any) -> Texts:  # noqa: ANN401
    """A change that only Python knows, once for each distinct text."""
    encoded = texts.dictionary_encode()
    changed = pa.array([change(text) for text in encoded.dictionary.to_pylist()], pa.large_string())
    return changed.take(encoded.indices)


def _normal_newlines(texts: Texts) -> Texts:
    return pc.replace_substring(pc.replace_substring(texts, "\r\n", "\n"), "\r", "\n")


def _unescape_entities(texts: Texts) -> Texts:
    texts = _where(texts, pc.match_substring(texts, "&#"), lambda some: _each(some, _unescape_numbered))
    for entity, character in _ENTITIES:
        texts = pc.replace_substring(texts, entity, character)
    return texts


def _unescape_numbered(text: str) -> str:
    return _NUMBERED.sub(_numbered_character, text)


def _numbered_character(match: re.Match[str]) -> str:
    code = int(match[1][1:], 16) if match[1].startswith("x") else int(match[1])
    if code > _LAST_CHARACTER or code in _SURROGATES:
        return "\ufffd"
    return "&amp;" if code == ord("&") else chr(code)


def _escape_entities(texts: Texts) -> Texts:
    for entity, character in reversed(_ENTITIES):
        if character in "&<>":
            texts = pc.replace_substring(texts, character, entity)
    return texts


def _cut(text: str) -> str:
    return text[: LONGEST_TEXT - 1] + "…"
