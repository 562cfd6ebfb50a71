"""Small XML parts, parsed so that they cannot do harm: no document types, no entities, no network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from lxml import etree

from xlcredit.books.errors import DamagedBookError, UnsafeXmlError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)")


def parse_xml(data: bytes, path: Path, part: str) -> etree._Element:
    """The root of a part.

    Raises:
        UnsafeXmlError: it declares a document type or entities.
        DamagedBookError: it is not well-formed.
    """
    if _DECLARATION.search(data):
        raise UnsafeXmlError(path=str(path), part=part)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedBookError(path=str(path), part=part, reason=str(error)) from error
    if cast("Any", root.getroottree().docinfo).doctype:
        raise UnsafeXmlError(path=str(path), part=part)
    return root


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace: files of both OOXML dialects are read alike."""
    return etree.QName(element).localname


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children called `name`, in whichever namespace."""
    return (child for child in element if local_name(child) == name)


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child called `name`, or None."""
    return next(children(element, name), None)


def descendants(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Everything below called `name`, in document order."""
    return element.iter(f"{{*}}{name}")


def whole(element: etree._Element, attribute: str, default: int = 0) -> int:
    """A whole-number attribute; `default` when it is missing or none."""
    text = element.get(attribute, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else default  # noqa: PLR2004
