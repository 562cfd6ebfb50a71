"""Tags as a clerk types them in Word, paragraph by paragraph: what Word or a slip did to them.

Looked at before anything is compiled, because a compiler can only say that a tag is wrong, not that Word
turned a hyphen into a dash or that a paragraph will be lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlcredit.errors import Finding
from xlcredit.letters.package import parse_strictly
from xlcredit.letters.places import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_OPENING = re.compile(r"\{[{%#]")
_CLOSING = re.compile(r"[}%#]\}")
_SPACED = re.compile(r"\{\s+[{%]|\}\s+\}")
_GUILLEMETS = re.compile("[«»„\u2039\u203a`\u00b4]")
_CURLY_QUOTES = re.compile("[“”\u2018\u2019]")
_DASH = re.compile("\\{%\\s*[\u2010-\u2014\u2212]|[\u2010-\u2014\u2212]\\s*%\\}")
_SCOPED = re.compile(r"(?:\{%|\{\{)(p|tr|tc)\s")
_STATEMENT = re.compile(r"\{%-?(?:p|tr|tc|r)?\s*(if|for|elif|else|endif|endfor)\b")
_CLOSES = {"endif": "if", "endfor": "for"}
_BRANCHES = {"elif": ("if",), "else": ("if", "for")}


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a template.

    Attributes:
        text: what a person reads, tags included.
        row, cell: the whole text of the table row and of the cell around it; blank outside a table.
        is_heading: whether it stands in a header or footer.
    """

    text: str
    row: str = ""
    cell: str = ""
    is_heading: bool = False


def read_paragraphs(parts: Mapping[str, bytes]) -> list[Paragraph]:
    """The paragraphs of the body, headers, footers and footnotes of a docx, in the order of its parts."""
    found = []
    for name, data in parts.items():
        if _PARTS.fullmatch(name):
            is_heading = "header" in name or "footer" in name
            found += [
                _paragraph(element, is_heading=is_heading) for element in parse_strictly(data).iter(f"{_W}p")
            ]
    return found


def _paragraph(element: etree._Element, *, is_heading: bool) -> Paragraph:
    row = next(element.iterancestors(f"{_W}tr"), None)
    cell = next(element.iterancestors(f"{_W}tc"), None)
    return Paragraph(
        _text(element), "" if row is None else _text(row), "" if cell is None else _text(cell), is_heading
    )


def _text(element: etree._Element) -> str:
    """The text below an element; breaks and tabs count as blanks, drawings as a mark."""
    pieces = []
    for child in element.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}drawing"):
        if child.tag == f"{_W}t":
            pieces.append(child.text or "")
        else:
            pieces.append("▢" if child.tag == f"{_W}drawing" else " ")
    return "".join(pieces)


def check_tags(paragraphs: Iterable[Paragraph]) -> list[Finding]:
    """What is wrong with the tags of a template, each with the text of its paragraph."""
    listed = list(paragraphs)
    findings = [finding for paragraph in listed for finding in _check_paragraph(paragraph)]
    return findings + list(_check_blocks(listed))


def tag_finding(
    code: str, paragraph: str, found: str, *, needs_person: bool = True, **facts: object
) -> Finding:
    """A finding about a tag: `found` is the tag, the fact `paragraph` the text around it."""
    text = shorten(paragraph)
    return Finding(code, found=shorten(found), facts={"paragraph": text, **facts}, needs_person=needs_person)


def _check_paragraph(paragraph: Paragraph) -> Iterator[Finding]:
    tags = _TAG.findall(paragraph.text)
    for tag in tags:
        yield from _check_spelling(tag, paragraph.text)
        yield from _check_swallowed(tag, paragraph)
    rest = _TAG.sub(" ", paragraph.text)
    if spaced := _SPACED.search(rest):
        yield tag_finding("template-tag-spaced", paragraph.text, spaced.group())
    elif opening := _OPENING.search(rest):
        yield tag_finding("template-tag-open", paragraph.text, rest[opening.start() :])
    elif closing := _CLOSING.search(rest):
        yield tag_finding("template-tag-stray", paragraph.text, rest[: closing.end()])


def _check_spelling(tag: str, text: str) -> Iterator[Finding]:
    within = _OPENING.search(tag, 2)
    if within:
        yield tag_finding("template-tag-open", text, tag[: within.start()])
    if _DASH.search(tag):
        yield tag_finding("template-tag-dash", text, tag)
    if _GUILLEMETS.search(tag):
        yield tag_finding("template-tag-quotes", text, tag)
    elif _CURLY_QUOTES.search(tag):
        yield tag_finding("template-tag-curly", text, tag, needs_person=False)


def _check_swallowed(tag: str, paragraph: Paragraph) -> Iterator[Finding]:
    """`{%p` takes away its whole paragraph, `{%tr` its row, `{%tc` its cell: nothing else may stand there."""
    scope = _SCOPED.match(tag)
    if scope and not tag.startswith("{{"):
        around = {"p": paragraph.text, "tr": paragraph.row, "tc": paragraph.cell}[scope.group(1)]
        lost = " ".join(around.replace(tag, " ", 1).split())
        if lost:
            yield tag_finding("template-tag-swallows", paragraph.text, tag, lost=shorten(lost))


def _check_blocks(paragraphs: list[Paragraph]) -> Iterator[Finding]:
    """Each `if` and `for` is closed by its own end, in order."""
    opened: list[tuple[str, str, str]] = []
    for paragraph in paragraphs:
        for tag in _TAG.findall(paragraph.text):
            statement = _STATEMENT.match(tag)
            if statement:
                yield from _follow(statement.group(1), tag, paragraph.text, opened)
    for _, tag, text in opened:
        yield tag_finding("template-block-open", text, tag)


def _follow(word: str, tag: str, text: str, opened: list[tuple[str, str, str]]) -> Iterator[Finding]:
    if word in ("if", "for"):
        opened.append((word, tag, text))
    elif word in _BRANCHES:
        if not opened or opened[-1][0] not in _BRANCHES[word]:
            yield tag_finding("template-block-stray", text, tag)
    elif opened and opened[-1][0] == _CLOSES[word]:
        opened.pop()
    else:
        yield tag_finding("template-block-stray", text, tag)
