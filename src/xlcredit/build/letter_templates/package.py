"""Templates as files: the same content is the same bytes, on any day and any machine.

python-docx starts from a template of its own with a thumbnail, a million characters of unused styles and the
date of today; what a letter does not need is dropped, for every letter written later carries it.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

if TYPE_CHECKING:
    from docx.document import Document

MADE = dt.datetime(2026, 1, 1)  # noqa: DTZ001  a date for the file's properties, the same for ever
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_UNUSED = (
    "customXml", "stylesWithEffects", "numbering", "webSettings", "fontTable", "theme", "thumbnail",
    "extended-properties",
)  # fmt: skip

_SETTINGS = (
    f'<w:settings {nsdecls("w")}><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
    'w:val="15"/>'
    '</w:compat><w:themeFontLang w:val="{language}"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/>'
    "</w:settings>"
)


def strip_package(document: Document, language: str) -> None:
    """Drop the parts of a new python-docx document that letters do not use, and set its own settings."""
    package = document.part.package
    for relations in (document.part.rels, package.rels):
        for key in [key for key, relation in relations.items() if relation.reltype.endswith(_UNUSED)]:
            del relations[key]
    settings = document.settings.element
    for child in list(settings):
        settings.remove(child)
    for child in parse_xml(_SETTINGS.replace("{language}", language)):
        settings.append(child)


def describe(document: Document, title: str, language: str) -> None:
    """The file's properties: a title and no author."""
    properties = document.core_properties
    properties.title, properties.language = title, language
    properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
    properties.created = properties.modified = MADE
    properties.revision = 1


def package_bytes(document: Document) -> bytes:
    """The document as a .docx, with times that never change."""
    saved, fixed = BytesIO(), BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(fixed, "w", compresslevel=9) as target:
        for name in sorted(source.namelist(), key=_package_order):
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            target.writestr(entry, source.read(name))
    return fixed.getvalue()


def _package_order(name: str) -> tuple[int, str]:
    """Content types first, as readers that stream expect."""
    return (0 if name == "[Content_Types].xml" else 1, name)
