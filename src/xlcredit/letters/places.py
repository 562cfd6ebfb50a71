"""Where in a template something is wrong: the paragraph, as the clerk who wrote it knows it.

Only called once something has gone wrong, so the part is compiled again with one line a paragraph, as docxtpl
does, and the line of the error is the paragraph.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from jinja2.exceptions import TemplateError

from xlcredit.letters.errors import LetterVariableMissingError, TemplateBrokenError, TemplateUnsafeError

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Environment, Template
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


def broken(path: Path, source: PartSource, environment: Environment, error: Exception) -> TemplateBrokenError:
    """The error of a template that cannot be compiled; of tags nested too deep, Python does not say where."""
    if not isinstance(error, TemplateError):
        return TemplateBrokenError(path, "", f"{type(error).__name__}: {error}")
    found, paragraph = _again(source, environment, None)
    return TemplateBrokenError(path, paragraph, str(getattr(found or error, "message", "") or found or error))


def unsafe(
    path: Path, source: PartSource, environment: Environment, values: Context | None, error: Exception
) -> TemplateUnsafeError:
    """The error of a tag that does what tags may not."""
    found, paragraph = _again(source, environment, values)
    return TemplateUnsafeError(path, paragraph, str(found or error))


def missing(
    path: Path, source: PartSource, environment: Environment, values: Context
) -> LetterVariableMissingError:
    """The error of a tag that names a value which is not there."""
    found, paragraph = _again(source, environment, values)
    return LetterVariableMissingError(path, paragraph, str(found or ""))


def _again(
    source: PartSource, environment: Environment, values: Context | None
) -> tuple[Exception | None, str]:
    """The same failure, this time with its paragraph."""
    lines = as_lines(source.compiled)
    template = None
    try:
        template = environment.from_string(lines)
        if values is not None:
            for _ in template.root_render_func(values):
                pass
    except Exception as error:  # noqa: BLE001  whatever it was, it is shown, not handled
        line = _rendered_line(template, error) if template else getattr(error, "lineno", None)
        return error, line_text(lines, line)
    return None, ""


def _rendered_line(template: Template, error: Exception) -> int | None:
    """The line of a template at which rendering it failed."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line
