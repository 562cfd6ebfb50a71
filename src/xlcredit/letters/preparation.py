"""From a docx that a clerk edits to sources that Jinja compiles: docxtpl's own preparation, done once.

docxtpl mends what Word does to tags (cut over runs, quotes turned typographic) and resolves `{%tr`, `{%p`,
`{%tc`, `{%r`, `{% vm %}`. That is its knowledge, so it is asked for it; what it repeats for every letter
(parsing, numbering of drawings, saving) is decided here once.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from docx.opc.exceptions import OpcError
from docxtpl.template import DocxTemplate
from lxml import etree

from xlcredit.letters.archive import as_stream
from xlcredit.letters.errors import TemplateBrokenError, TemplateUnreadableError
from xlcredit.letters.package import parse_strictly
from xlcredit.letters.places import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

CODE_MARK = "xlcredit:qr"
"""Name or alternative text of the picture whose place a payment code takes."""

DRAWING_NUMBER = "xlcredit_drawing_number"
HAS_CODE = "xlcredit_has_code"
CREATED = "xlcredit_created"
"""Names that the engine adds to the values of a letter."""

_MARKUP = re.compile(r"<[^>]*>")
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}")
_LONGEST_TAG, _AROUND = 2000, 60
_UNCLOSED = "{{ }} {% %}"
_ATTACHED = "/attachedTemplate"
_ATTACHED_ELEMENT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}attachedTemplate"
_CORE = "docProps/core.xml"
_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_NO_DAY = "1980-01-01T00:00:00Z"
_TEXTS = ("author", "comments", "identifier", "language", "subject", "title")
_NAMESPACES = re.compile(r'\sxmlns(?::\w+)?="[^"]*"')
_BODY = re.compile(r"<w:body[^>]*/>")
_DRAWING_ID = re.compile(r'(<wp:docPr\b[^>]*?\sid=")[^"]*(")')
_MARKED = re.compile(rf'<(?:wp:docPr|pic:cNvPr)\b[^>]*\s(?:name|descr|title)="{CODE_MARK}"')
_EMBED = re.compile(r'\br:embed="([^"]+)"')
_STAMP = re.compile(r"(<dcterms:(?:created|modified)[^>]*>)([^<]*)(<)")
_LAST_EDITOR = re.compile(r"(<cp:lastModifiedBy>)[^<]*(<)")


@dataclass(frozen=True)
class PartSource:
    """One part that carries tags.

    Attributes:
        name: of the part in the package.
        source: what docxtpl would render, before the engine adds to it.
        compiled: what the engine compiles (drawing numbers and the payment code's picture turned into tags).
        head, tail: what stands around it in the part, the same for every letter.
        is_body: whether it is the body, whose tables docxtpl mends after rendering.
        code_links: relationships of the pictures whose place the payment code takes.
    """

    name: str
    source: str
    compiled: str
    head: str = ""
    tail: str = ""
    is_body: bool = False
    code_links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """A template taken apart.

    Attributes:
        sources: the parts with their sources, the body first.
        parts: every part of the package as docxtpl saves it, by name.
        created: what the template says of its own creation, used where a letter does not say.
        code_parts: the picture parts that the payment code replaces.
    """

    sources: tuple[PartSource, ...]
    parts: Mapping[str, bytes]
    created: str
    code_parts: tuple[str, ...] = field(default=())


def prepare(path: Path, parts: Mapping[str, bytes]) -> Prepared:
    """Take a template apart.

    Raises:
        TemplateUnreadableError: a package that is no Word document, or XML that is none.
        TemplateBrokenError: a tag that is not closed.
    """
    try:
        return _prepare(path, parts)
    except (OpcError, KeyError, ValueError, AttributeError, TypeError, IndexError, etree.LxmlError) as error:
        raise TemplateUnreadableError(path, f"{type(error).__name__}: {error}") from error


def _prepare(path: Path, parts: Mapping[str, bytes]) -> Prepared:
    template = DocxTemplate(as_stream(parts))
    template.render_init()
    has_properties = _CORE in parts
    _forget_origin(template.docx)
    _fill_properties(template.docx.core_properties)
    for part in template.docx.part.package.parts:
        if part.content_type.endswith("+xml"):
            refuse_open_tags(path, part.blob.decode("utf-8", "replace"))
    sources = [_body(template), *_headers_footers(template), *_footnotes(template)]
    saved = _save(template.docx)
    core, created = _core(template, saved[_CORE].decode())
    if not has_properties:
        created, core = _NO_DAY, replace(core, compiled=core.compiled.replace("Word Document", ""))
    pictures = {picture for source in sources for picture in _targets(source, saved)}
    return Prepared((*sources, core), saved, created, tuple(sorted(pictures)))


def refuse_open_tags(path: Path, xml: str) -> None:
    """Each tag is closed before the next opens, and is no longer than a tag is.

    docxtpl's expressions go back and forth over what follows an open tag: a template full of them would keep
    it busy for hours.

    Raises:
        TemplateBrokenError: with the words around the tag.
    """
    text = _MARKUP.sub("", xml)
    opened = -1
    for mark in _BRACES.finditer(f"{text}{{{{"):
        is_opening = mark.group().startswith("{")
        if opened >= 0 and (is_opening or mark.start() - opened > _LONGEST_TAG):
            around = text[max(opened - _AROUND, 0) : opened + _AROUND]
            raise TemplateBrokenError(path, shorten(around), _UNCLOSED)
        opened = mark.start() if is_opening else -1


def _forget_origin(document: Any) -> None:  # noqa: ANN401
    """The template on somebody's own disk from which Word made this one is nobody else's business."""
    for link in list(document.part.rels.values()):
        if link.reltype.endswith("/settings"):
            settings = link.target_part
            for key in [key for key, origin in settings.rels.items() if origin.reltype.endswith(_ATTACHED)]:
                del settings.rels[key]
            for element in settings.element.findall(_ATTACHED_ELEMENT):
                settings.element.remove(element)


def _fill_properties(properties: Any) -> None:  # noqa: ANN401  python-docx's own type
    """As docxtpl does, every text property stands in the file, even blank."""
    for name in _TEXTS:
        if not getattr(properties, name):
            setattr(properties, name, "")


def _save(document: Any) -> dict[str, bytes]:  # noqa: ANN401
    names = [part.partname for part in document.part.package.parts]
    if len(set(names)) < len(names):
        raise ValueError(max(names, key=names.count))
    stream = BytesIO()
    document.save(stream)
    with ZipFile(stream) as package:
        return {name: package.read(name) for name in package.namelist()}


def _body(template: DocxTemplate) -> PartSource:
    root = template.docx._element  # noqa: SLF001  python-docx has no public way to its tree
    source = template.patch_xml(template.get_xml())
    if root.body.nsmap == root.nsmap:
        start, rest = source[: source.index(">")], source[source.index(">") :]
        source = _NAMESPACES.sub("", start) + rest
    shell = copy.deepcopy(root)
    shell.body.clear()
    head, tail = _BODY.split(etree.tostring(shell, encoding="unicode"))
    numbered = _DRAWING_ID.sub(rf"\1{{{{{DRAWING_NUMBER}}}}}\2", source)
    compiled, links = _wrap_code(numbered)
    return PartSource(_name(template.docx.part), source, compiled, head, tail, is_body=True, code_links=links)


def _headers_footers(template: DocxTemplate) -> Iterator[PartSource]:
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        for _, part in template.get_headers_footers(uri):
            source = template.patch_xml(template.get_part_xml(part))
            compiled, links = _wrap_code(source)
            yield PartSource(_name(part), source, compiled, code_links=links)


def _footnotes(template: DocxTemplate) -> Iterator[PartSource]:
    for part in template.docx.part.package.parts:
        if part.content_type == _FOOTNOTES:
            text = template.get_part_xml(part)
            source = template.patch_xml(text)
            yield PartSource(_name(part), source, source)


def _core(template: DocxTemplate, text: str) -> tuple[PartSource, str]:
    """The properties: the letter's day instead of the template's, and no name but the author's."""
    stamps = [stamp for _, stamp, _ in _STAMP.findall(text)]
    plain = _LAST_EDITOR.sub(r"\1\2", text.partition("?>")[2].lstrip())
    source = template.patch_xml(plain)
    compiled = _STAMP.sub(rf"\1{{{{{CREATED}}}}}\3", source)
    return PartSource(_CORE, source, compiled), stamps[0] if stamps else ""


def _name(part: Any) -> str:  # noqa: ANN401  python-docx's own type
    return str(part.partname).lstrip("/")


def _wrap_code(source: str) -> tuple[str, tuple[str, ...]]:
    """The run of each marked picture stands only in letters that have a payment code."""
    pieces, links, done = [], [], 0
    for mark in _MARKED.finditer(source):
        start = max(source.rfind("<w:r>", done, mark.start()), source.rfind("<w:r ", done, mark.start()))
        end = source.find("</w:r>", mark.start()) + len("</w:r>")
        if start < 0 or end <= mark.start():
            continue
        run = source[start:end]
        links.extend(_EMBED.findall(run))
        pieces += [source[done:start], f"{{% if {HAS_CODE} %}}", run, "{% endif %}"]
        done = end
    return "".join([*pieces, source[done:]]), tuple(links)


def _targets(source: PartSource, parts: Mapping[str, bytes]) -> Iterator[str]:
    """The picture parts behind the links of a part's marked pictures."""
    if source.code_links:
        for relationship in parse_strictly(parts[links_name(source.name)]):
            if relationship.get("Id") in source.code_links:
                yield _resolve(source.name, relationship.get("Target", ""))


def links_name(part: str) -> str:
    """The name of the part that holds the relationships of `part`."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


def _resolve(part: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"{part.rpartition('/')[0]}/{target}"


def without_links(data: bytes, links: tuple[str, ...]) -> bytes:
    """A relationships part without some of its relationships."""
    root = parse_strictly(data)
    for relationship in [item for item in root if item.get("Id") in links]:
        root.remove(relationship)
    return etree.tostring(root, encoding="UTF-8", standalone=True)
