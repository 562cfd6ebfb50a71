"""Line ends and tabs in values become Word's own, as docxtpl writes them.

docxtpl goes through every paragraph of every letter for this. Here only the paragraphs that hold such a
character are given to it, and a letter without any is left alone.
"""

from __future__ import annotations

from docxtpl.template import DocxTemplate

_BREAKS = "\n\t\a\f"
_ESCAPED = (("{_{", "{{"), ("}_}", "}}"), ("{_%", "{%"), ("%_}", "%}"))
_OPENINGS, _END = ("<w:p>", "<w:p "), "</w:p>"


def finish(xml: str, *, is_flat: bool) -> str:
    """What docxtpl does to a part after Jinja: escaped braces, then breaks.

    Args:
        xml: the rendered part.
        is_flat: no paragraph stands in another (no text boxes), so that paragraphs can be taken one by one.
    """
    if _has_escaped_brace(xml):
        for escaped, plain in _ESCAPED:
            xml = xml.replace(escaped, plain)
    if not any(mark in xml for mark in _BREAKS):
        return xml
    return "".join(_resolve_paragraphs(xml)) if is_flat else _resolve(xml)


def is_flat(xml: str) -> bool:
    """Whether no paragraph of the part stands in another."""
    return "<w:txbxContent" not in xml


def _has_escaped_brace(xml: str) -> bool:
    """Looked for by single characters: finding two at once in 15 kB costs a tenth of a letter."""
    return _follows(xml, "{", 1) or _follows(xml, "}", -1)


def _follows(xml: str, brace: str, step: int) -> bool:
    place = xml.find(brace)
    while place >= 0:
        if xml[place + step : place + step + 1] == "_":
            return True
        place = xml.find(brace, place + 1)
    return False


def _resolve(xml: str) -> str:
    return str(DocxTemplate.resolve_listing(_RESOLVER, xml))


def _resolve_paragraphs(xml: str) -> list[str]:
    pieces, done = [], 0
    place = _next_break(xml, 0)
    while place >= 0:
        start = max(xml.rfind(opening, done, place) for opening in _OPENINGS)
        end = xml.find(_END, place) + len(_END)
        if start < 0 or end < len(_END):
            break
        pieces += [xml[done:start], _resolve(xml[start:end])]
        done = end
        place = _next_break(xml, done)
    return [*pieces, xml[done:]]


def _next_break(xml: str, start: int) -> int:
    places = [place for mark in _BREAKS if (place := xml.find(mark, start)) >= 0]
    return min(places, default=-1)


_RESOLVER = DocxTemplate.__new__(DocxTemplate)
"""Only its methods are used; they need no document."""
