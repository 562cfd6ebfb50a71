"""A template compiled once, so that a letter costs what its words cost.

`compile_template` lets docxtpl prepare the XML, compiles each part that carries tags with Jinja, and deflates
every other part. A letter is then: render those parts, deflate them, put the package together. What is
written equals docxtpl's own output part by part (as canonical XML), but for the properties, where docxtpl
escapes a customer's `&` twice.

Each way of saving work is proved for the template when it is compiled, else given up for that template alone:

| proof (`structure`)                | without it                                        |
|------------------------------------|---------------------------------------------------|
| every branch is balanced           | each letter is parsed before it is handed out     |
| no table changes its columns       | docxtpl mends the tables of each letter           |
| no paragraph stands in another     | docxtpl goes through the whole part for breaks    |

A value that only docxtpl can place (inline image, sub-document) sends that one letter through docxtpl.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import meta
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError, UndefinedError
from lxml import etree

from xlcredit.letters.archive import Archive
from xlcredit.letters.errors import (
    LetterMalformedError,
    LetterTooLongError,
    TemplateMissingError,
    TemplateUnsafeError,
)
from xlcredit.letters.escaping import DrawingNumbers, NeedsDocxtpl
from xlcredit.letters.package import MOST_BYTES, read_package, refuse_active
from xlcredit.letters.part import Part, compile_part
from xlcredit.letters.places import broken, missing, unsafe
from xlcredit.letters.preparation import (
    CREATED,
    DRAWING_NUMBER,
    HAS_CODE,
    PartSource,
    links_name,
    prepare,
    without_links,
)
from xlcredit.letters.qr import payment_code_png
from xlcredit.letters.sandbox import (
    CompilingEnvironment,
    LetterContext,
    LetterEnvironment,
    LoopTooLongError,
    RefusedTagError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from docxtpl.template import DocxTemplate

_MEGABYTE = 1024 * 1024
_TEMPLATES_KEPT = 64


class Template:
    """A compiled template.

    Attributes:
        path: where it was read.
        variables: the top names its tags use.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        package = read_package(path)
        refuse_active(path, package)
        prepared = prepare(path, package)
        self._environment = CompilingEnvironment()
        self._created = prepared.created
        self._code_parts = prepared.code_parts
        self._parts, constant = self._compile(prepared.sources)
        self.variables = frozenset(self._find_variables(prepared.sources))
        shared = {**prepared.parts, **constant}
        for name in (*(part.source.name for part in self._parts), *self._code_parts):
            del shared[name]
        self._with_code = Archive(shared)
        self._without_code = (
            Archive(_drop_code(shared, prepared.sources)) if self._code_parts else self._with_code
        )

    def render(self, context: Mapping[str, Any]) -> bytes:
        """One letter, as the bytes of a docx; the same values give the same bytes.

        Args:
            context: values by name (`vocabulary`). `payment.qr` is the text of the payment code, blank
                for none; `letter.created` (a date) the day that the file's properties show.

        Raises:
            LetterVariableMissingError: a tag names a value that is not there.
            TemplateUnsafeError: a tag reaches for what values do not offer.
            LetterTooLongError: loops that would write more than a letter holds.
            LetterMalformedError: a branch leaves open what nothing closes.
        """
        payload = str(context.get("payment", {}).get("qr") or "") if self._code_parts else ""
        try:
            parts = self._render_parts(context, has_code=bool(payload))
        except NeedsDocxtpl as signal:
            return self._render_with_docxtpl(signal.template, context)
        if not payload or not self._shows_code(parts):
            return self._without_code.with_parts(parts)
        return self._with_code.with_parts(
            {**parts, **dict.fromkeys(self._code_parts, payment_code_png(payload))}
        )

    def _shows_code(self, parts: Mapping[str, bytes]) -> bool:
        """Whether the payment code's picture is in the letter: a condition around it may have left it out."""
        sources = [part.source for part in self._parts]
        return any(
            f'"{link}"'.encode() in parts[source.name] for source in sources for link in source.code_links
        )

    def _render_parts(self, context: Mapping[str, Any], *, has_code: bool) -> dict[str, bytes]:
        values = self._context(context, has_code=has_code)
        parts: dict[str, bytes] = {}
        for part in self._parts:
            try:
                parts[part.source.name] = part.render(values)
            except etree.XMLSyntaxError as error:
                raise LetterMalformedError(self.path, part.source.name, str(error)) from error
            except LoopTooLongError as error:
                raise LetterTooLongError(self.path, MOST_BYTES // _MEGABYTE) from error
            except UndefinedError as error:
                raise missing(self.path, part.source, self._environment, values) from error
            except (SecurityError, TypeError, ValueError, ArithmeticError) as error:
                raise unsafe(self.path, part.source, self._environment, values, error) from error
        return parts

    def _context(self, context: Mapping[str, Any], *, has_code: bool) -> LetterContext:
        letter = context.get("letter")
        created = letter.get("created") if isinstance(letter, dict) else None
        values = {
            **context,
            DRAWING_NUMBER: DrawingNumbers(),
            HAS_CODE: has_code,
            CREATED: f"{created:%Y-%m-%d}T00:00:00Z" if isinstance(created, dt.date) else self._created,
        }
        return LetterContext(self._environment, values, None, {})

    def _render_with_docxtpl(self, template: DocxTemplate, context: Mapping[str, Any]) -> bytes:
        """The long way, for values that are bound to a docxtpl template."""
        stream = BytesIO()
        try:
            template.render(dict(context), LetterEnvironment())
        except TemplateError as error:
            raise TemplateUnsafeError(self.path, "", error.message or type(error).__name__) from error
        template.save(stream)
        return stream.getvalue()

    def _compile(self, sources: tuple[PartSource, ...]) -> tuple[list[Part], dict[str, bytes]]:
        """Parts with tags, compiled; and those without, finished."""
        parts, constant = [], {}
        nothing = LetterContext(self._environment, {}, None, {})
        for source in sources:
            try:
                part, has_tags = compile_part(source, self._environment)
            except RefusedTagError as error:
                raise unsafe(self.path, source, self._environment, None, error) from error
            except (TemplateSyntaxError, SyntaxError, RecursionError) as error:
                raise broken(self.path, source, self._environment, error) from error
            if has_tags:
                parts.append(part)
            else:
                constant[source.name] = part.render(nothing)
        return parts, constant

    def _find_variables(self, sources: tuple[PartSource, ...]) -> Iterator[str]:
        for source in sources:
            yield from meta.find_undeclared_variables(self._environment.parse(source.source))


def compile_template(path: str | Path) -> Template:
    """The template at `path`, compiled; the same file is compiled once, a changed one again.

    Raises:
        TemplateMissingError, TemplateUnreadableError, TemplateTooLargeError: the file.
        TemplateRefusedError: it would fetch, include or run something when a letter is opened.
        TemplateBrokenError: tags that cannot be understood.
        TemplateUnsafeError: tags outside the language of templates.
    """
    place = Path(path)
    try:
        stat = place.stat()
    except OSError as error:
        raise TemplateMissingError(place) from error
    return _compile_version(place, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=_TEMPLATES_KEPT)
def _compile_version(path: Path, _modified: int, _size: int) -> Template:
    return Template(path)


def _drop_code(parts: Mapping[str, bytes], sources: tuple[PartSource, ...]) -> dict[str, bytes]:
    """The shared parts of letters without a payment code: nothing points to its picture."""
    kept = dict(parts)
    for source in sources:
        if source.code_links:
            name = links_name(source.name)
            kept[name] = without_links(kept[name], source.code_links)
    return kept
