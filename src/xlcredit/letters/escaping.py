"""Values as they stand in a letter's XML: cleaned, escaped, rich texts of docxtpl checked."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from jinja2.exceptions import SecurityError
from markupsafe import Markup, escape

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_find_special = re.compile("[&<>\"'\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]").search
_ILLEGAL_BUT_BREAKS = re.compile("[\x00-\x06\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Listings and rich texts of docxtpl use BEL and FF for paragraph and page breaks."""

_ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;"))
_BREAKS_AS_BLANKS = {7: " ", 12: " "}


class NeedsDocxtpl(Exception):  # noqa: N818  a signal between two ways of rendering, never shown
    """A value that only docxtpl can place (an inline image, a sub-document)."""

    def __init__(self, template: Any) -> None:  # noqa: ANN401  a DocxTemplate, imported by nobody else
        self.template = template
        super().__init__()


def clean(value: Any) -> Any:  # noqa: ANN401  whatever a tag names
    """A value as it may stand in XML: what XML cannot hold is dropped, line ends become one newline."""
    if type(value) is str:
        return _clean_text(value)
    if value is None:
        return ""
    if hasattr(value, "__html__"):
        return Markup(_ILLEGAL_BUT_BREAKS.sub("", value.__html__()))  # noqa: S704  docxtpl's, escaped there
    if callable(value):
        raise SecurityError(type(value).__name__)
    return value


def _escape(text: str) -> str:
    """What markupsafe writes, at a third of its cost: it makes an object of each text."""
    for mark, entity in _ENTITIES:
        text = text.replace(mark, entity)
    return text if text.isprintable() else _clean_text(text)


def _clean_text(text: str) -> str:
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


class DrawingNumbers:
    """Numbers for the drawings of one letter, counted as docxtpl counts them."""

    def __init__(self) -> None:
        self._last = 1000

    def next(self) -> int:
        """The number of the next drawing."""
        self._last += 1
        return self._last


def put(value: Any) -> str:  # noqa: ANN401  whatever a tag names
    """A value as XML text where docxtpl does not render: what `clean` and `escape` give, sooner.

    Raises:
        NeedsDocxtpl: for what only docxtpl can place.
        SecurityError: for markup that does not close what it opens.
    """
    if type(value) is str:
        return value if _find_special(value) is None else _escape(value)
    if isinstance(value, DrawingNumbers):
        return str(value.next())
    if hasattr(value, "tpl"):
        raise NeedsDocxtpl(value.tpl)
    cleaned = clean(value)
    if isinstance(cleaned, Markup) and not _is_balanced(cleaned):
        raise SecurityError(type(value).__name__)
    return str(escape(cleaned))


def _is_balanced(markup: str) -> bool:
    try:
        expat.ParserCreate().Parse(f"<x>{markup}</x>".translate(_BREAKS_AS_BLANKS), True)  # noqa: FBT003  is final
    except expat.ExpatError:
        return False
    return True
