"""A template looked at before the first letter: what a clerk who edited it in Word should know.

Broken and unsafe tags, names that do not exist, what the law or the debtor needs and is missing, what a
letter may not say. All findings at once, each with the paragraph's text.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2.exceptions import TemplateSyntaxError
from lxml import etree

from xlcredit.errors import Finding
from xlcredit.letters.errors import TemplateBrokenError, TemplateUnreadableError
from xlcredit.letters.legal import check_elements, check_lawful, letter_kinds
from xlcredit.letters.package import find_active, read_package
from xlcredit.letters.places import as_lines, broken, line_text
from xlcredit.letters.preparation import PartSource, prepare
from xlcredit.letters.sandbox import CompilingEnvironment, find_refused
from xlcredit.letters.structure import unbalanced_branches
from xlcredit.letters.tags import check_tags, read_paragraphs, tag_finding
from xlcredit.letters.variables import find_uses
from xlcredit.letters.vocabulary import dotted, load_vocabulary

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from jinja2 import nodes


def check_template(path: str | Path, kind: str) -> list[Finding]:
    """Everything that is wrong with a template.

    Args:
        path: a docx.
        kind: the kind of its level (`schema` level_kind), `statement` or `call_sheet`.

    Returns:
        Findings in the order: what it would fetch or run, tags, names, missing elements, words. Each carries
        the facts `template` (file name) and `paragraph` (or ""); `found` is the tag or the words.

    Raises:
        ValueError: an unknown kind.
        TemplateMissingError, TemplateUnreadableError, TemplateTooLargeError: the file.
    """
    if kind not in letter_kinds():
        raise ValueError(kind)
    place = Path(path)
    parts = read_package(place)
    try:
        return [_named(finding, place) for finding in _check(place, parts, kind)]
    except etree.XMLSyntaxError as error:
        raise TemplateUnreadableError(place, str(error)) from error


def _named(finding: Finding, path: Path) -> Finding:
    facts = {"paragraph": "", **finding.facts, "template": path.name}
    return Finding(
        finding.code, row=path.name, found=finding.found, facts=facts, needs_person=finding.needs_person
    )


def _check(path: Path, parts: Mapping[str, bytes], kind: str) -> Iterator[Finding]:
    active = [Finding("template-active", found=what) for what in find_active(path, parts)]
    paragraphs = read_paragraphs(parts)
    spelling = check_tags(paragraphs)
    yield from (*active, *spelling)
    names: set[str] = set()
    if not active and (yield from _check_parts(path, parts, names, spelling)):
        yield from check_elements(kind, names, " ".join(paragraph.text for paragraph in paragraphs))
    yield from check_lawful(paragraphs)


def _check_parts(
    path: Path, parts: Mapping[str, bytes], names: set[str], spelling: list[Finding]
) -> Generator[Finding, None, bool]:
    """The tags of every part; adds the names they use, returns whether all could be read.

    What `spelling` already says is not said again in a compiler's words.
    """
    is_known = any(finding.needs_person for finding in spelling)
    try:
        for source in prepare(path, parts).sources:
            yield from _check_source(source, names, is_known=is_known)
    except TemplateBrokenError as error:
        if not is_known:
            yield tag_finding("template-tag-broken", error.facts["paragraph"], error.facts["reason"])
        return False
    return True


def _check_source(source: PartSource, names: set[str], *, is_known: bool) -> Iterator[Finding]:
    lines = as_lines(source.source)
    environment = CompilingEnvironment()
    try:
        tree = environment.parse_any(lines)
    except (TemplateSyntaxError, RecursionError) as error:
        raise broken(Path(), source, environment, error) from error
    for what, line in find_refused(tree):
        yield tag_finding("template-tag-unsafe", line_text(lines, line), what)
    yield from _check_names(tree, lines, names)
    for line in () if is_known else unbalanced_branches(tree):
        yield tag_finding("template-branch-unbalanced", line_text(lines, line), line_text(lines, line))


def _check_names(tree: nodes.Template, lines: str, names: set[str]) -> Iterator[Finding]:
    vocabulary = load_vocabulary()
    seen: set[tuple[str, int]] = set()
    for use in find_uses(tree):
        name = dotted(use.path)
        names.add(name)
        if vocabulary.has(use.path) or (name, use.line) in seen:
            continue
        seen.add((name, use.line))
        near = vocabulary.near(use.path)
        code = "template-name-misspelt" if near else "template-name-unknown"
        yield tag_finding(code, line_text(lines, use.line), name, near=near)
