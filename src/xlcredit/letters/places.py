"""Where in a template something is wrong: the paragraph, as the clerk who wrote it knows it.

Only called once something has gone wrong, so the part is compiled again with one line a paragraph, as docxtpl
does, and the line of the error is the paragraph.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from jinja2.exceptions import TemplateError, UndefinedError

from xlcredit.letters.errors import LetterVariableMissingError, TemplateBrokenError, TemplateUnsafeError

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Environment
    from jinja2.runtime import Context

    from xlcredit.letters.preparation import PartSource

_PARAGRAPH = re.compile(r"<w:p([ >])")
_MARKUP = re.compile(r"<[^>]*>")
_LONGEST = 120


def as_lines(xml: str) -> str:
    """The source with each paragraph on a line of its own."""
    return _PARAGRAPH.sub(r"\n<w:p\1", xml.replace("\n", " "))


def line_text(lines: str, number: int | None) -> str:
    """What a person reads in a line (1-based) of `as_lines`: its text, shortened."""
    rows = lines.split("\n")
    row = rows[number - 1] if number and number <= len(rows) else ""
    return shorten(unescape(_MARKUP.sub("", row)))


def shorten(text: str) -> str:
    """A text on one line, cut where it is longer than a message should quote."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def broken(path: Path, source: PartSource, environment: Environment, error: TemplateError) -> TemplateBrokenError:
    """The error of a template that cannot be compiled."""
    found = _again(source, environment, None) or error
    return TemplateBrokenError(path, _paragraph(source, found), found.message or str(found))


def unsafe(
    path: Path, source: PartSource, environment: Environment, values: Context | None, error: Exception
) -> TemplateUnsafeError:
    """The error of a tag that does what tags may not."""
    found = _again(source, environment, values) or error
    return TemplateUnsafeError(path, _paragraph(source, found), str(found))


def missing(
    path: Path, source: PartSource, environment: Environment, values: Context
) -> LetterVariableMissingError:
    """The error of a tag that names a value which is not there."""
    found = _again(source, environment, values)
    name = (found.message if isinstance(found, UndefinedError) else None) or ""
    return LetterVariableMissingError(path, _paragraph(source, found), name)


def _again(source: PartSource, environment: Environment, values: Context | None) -> Exception | None:
    """The same failure, this time with the paragraph as its line."""
    try:
        template = environment.from_string(as_lines(source.compiled))
        if values is not None:
            for _ in template.root_render_func(values):
                pass
    except Exception as error:  # noqa: BLE001  whatever it was, it is shown, not handled
        return error
    return None


def _paragraph(source: PartSource, error: Exception | None) -> str:
    line = getattr(error, "lineno", None) or _line_of(error)
    return line_text(as_lines(source.compiled), line)


def _line_of(error: Exception | None) -> int | None:
    """The line of the template in which a failure happened while it was rendered."""
    line, trace = None, error.__traceback__ if error else None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
