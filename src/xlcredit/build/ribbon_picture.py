"""A drawing of the ribbon for the README, made from the ribbon's XML: what goes where, as Excel lays it out.

Large buttons stand side by side, normal ones in columns of three. The pictures on the buttons are our own line
drawings: Excel's are Microsoft's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from lxml import etree

from xlcredit.build.ribbon import NAMESPACE, ribbon_xml
from xlcredit.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ROWS = 3
"""Normal buttons in a column."""
_TABS, _BODY, _LABEL = 30, 84, 20
"""Heights of the strip of tabs, the buttons and the groups' names, in pixels."""
_LINE = 26
"""Height of a normal button."""
_CHARACTER = 6.3
"""Width of a character in a label, on the average."""
_PAD = 10

_LINES = {
    "adopt": "M7 3h9l4 4v14H7z M16 3v4h4 M2 13h9 M8 10l3 3-3 3",
    "check": "M4 5h16v14H4z M8 12l3 3 5-6",
    "restore": "M8 5L4 9l4 4 M4 9h10a5.5 5.5 0 0 1 0 11h-4",
    "refresh": "M20 12a8 8 0 1 1-2.5-5.8 M20 3v5h-5",
    "worklist": "M10 6h11 M10 12h11 M10 18h11 M3 6l1.5 1.5L7 4.5 M3 12l1.5 1.5L7 10.5 M3 18l1.5 1.5L7 16.5",
    "dashboard": "M4 4v16h17 M8 17v-5 M12 17V8 M16 17v-7 M20 17V6",
    "propose": "M3 6h18v12H3z M3 7l9 7 9-7",
    "preview": "M16 11V7l-4-4H5v18h6 M12 3v4h4 M16 13.5a3.2 3.2 0 1 0 .01 0 M18.4 19l3 3",
    "issue": "M3 4h14v10H3z M3 5l7 5 7-5 M9 19h11 M17 16l3 3-3 3",
    "send": "M3 11L21 4l-6 17-4-7z M11 14l10-10",
    "receipt": "M5 3h14v18l-3-2-4 2-4-2-3 2z M9 8h6 M9 12h6",
    "cancel": "M12 3a9 9 0 1 0 .01 0 M8.5 8.5l7 7 M15.5 8.5l-7 7",
    "contact": "M4 4h16v11H11l-5 5v-5H4z M8 8h8 M8 11h5",
    "promise": "M4 6h16v14H4z M4 10h16 M8 3v5 M16 3v5 M8.5 15l2.5 2.5 4.5-4.5",
    "dispute": "M12 3l9.5 17h-19z M12 9v5 M12 16.6v.6",
    "plan": "M4 6h16v14H4z M4 10h16 M8 3v5 M16 3v5 M8 14h2 M14 14h2 M8 17h2 M14 17h2",
    "hold": "M6 11h12v9H6z M8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "allowance": "M5 19L19 5 M7.5 5a2.5 2.5 0 1 0 .01 0 M16.5 14a2.5 2.5 0 1 0 .01 0",
    "guide": "M12 3a9 9 0 1 0 .01 0 M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7 M12 16.6v.6",
    "settings": "M4 7h10 M18 7h2 M14 5v4h4V5z M4 17h2 M10 17h10 M6 15v4h4v-4z",
    "doctor": "M3 12h4l2-5 4 10 3-7 1.5 2H21",
}
_OTHER = "M5 5h14v14H5z M9 12h6"
"""The line drawing of a button that has none of its own."""

_STYLE = (
    "text{font:12px 'Segoe UI',Arial,sans-serif;fill:#262626}"
    ".g{fill:#616161}.t{fill:#fff}.on{fill:#1e6b41;font-weight:600}"
    "path{fill:none;stroke:#1e6b41;stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round}"
)


@dataclass(frozen=True)
class _Drawing:
    """Shapes, and how far they reach to the right."""

    width: float
    shapes: list[str] = field(default_factory=list)


def ribbon_picture(language: str) -> bytes:
    """The ribbon as an SVG drawing, the same bytes at every call.

    Args:
        language: of its labels.
    """
    tab = etree.fromstring(ribbon_xml(language, addin=False)).find(f".//{{{NAMESPACE}}}tab")
    assert tab is not None  # noqa: S101  our own XML
    left, shapes = float(_PAD), list[str]()
    for group in tab:
        drawn = _group(group, left)
        shapes += drawn.shapes
        left = drawn.width
    return _page(left + _PAD, [*_strip(_said(tab, "label"), language), *shapes])


def _page(width: float, shapes: Iterable[str]) -> bytes:
    height = _TABS + _BODY + _LABEL
    size = f'width="{width:.0f}" height="{height}" viewBox="0 0 {width:.0f} {height}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
        f"<style>{_STYLE}</style>",
        f'<rect width="{width:.0f}" height="{height}" fill="#f5f5f5"/>',
        f'<rect width="{width:.0f}" height="{_TABS}" fill="#217346"/>',
        *shapes,
        "</svg>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _strip(label: str, language: str) -> Iterator[str]:
    """The names of the tabs, ours in front."""
    before, *after = Catalogue(language).section("ribbon.neighbours")
    left = float(_PAD)
    for name in (before, label, *after):
        width = len(name) * _CHARACTER + 2 * _PAD
        if name == label:
            yield f'<rect x="{left:.1f}" y="4" width="{width + _PAD:.1f}" height="{_TABS}" fill="#f5f5f5"/>'
            width += _PAD
        style = "on" if name == label else "t"
        yield _text(left + width / 2, 20, name, style)
        left += width


def _group(group: etree._Element, left: float) -> _Drawing:
    """One group: its buttons, its name below, a line at its right."""
    start, shapes = left, list[str]()
    for column in _columns(group):
        drawn = _column(column, left)
        shapes += drawn.shapes
        left = drawn.width
    left = max(left, start + len(_said(group, "label")) * _CHARACTER + _PAD)
    bottom = _TABS + _BODY + _LABEL
    shapes += [
        _text((start + left) / 2, bottom - 7, _said(group, "label"), "g"),
        f'<rect x="{left + 5:.1f}" y="{_TABS + 8}" width="1" height="{bottom - _TABS - 16}" fill="#c8c8c8"/>',
    ]
    return _Drawing(left + _PAD, shapes)


def _columns(group: etree._Element) -> list[list[etree._Element]]:
    """The buttons of a group as Excel stacks them: a large one alone, up to three normal ones."""
    columns: list[list[etree._Element]] = []
    for button in group:
        last = columns[-1] if columns else []
        stacks = _said(button, "size") == "normal" and last and _said(last[0], "size") == "normal"
        if stacks and len(last) < _ROWS:
            last.append(button)
        else:
            columns.append([button])
    return columns


def _column(buttons: list[etree._Element], left: float) -> _Drawing:
    if _said(buttons[0], "size") == "large":
        return _large(buttons[0], left)
    width = max(len(_said(button, "label")) for button in buttons) * _CHARACTER + 34
    shapes = []
    for place, button in enumerate(buttons):
        top = _TABS + 6 + place * _LINE
        shapes += [
            _icon(button, left + 4, top, 0.8),
            _text(left + 28, top + 14, _said(button, "label"), "", "start"),
        ]
    return _Drawing(left + width, shapes)


def _large(button: etree._Element, left: float) -> _Drawing:
    lines = _two_lines(_said(button, "label"))
    width = max(56.0, max(map(len, lines)) * _CHARACTER + 14)
    middle = left + width / 2
    texts = [_text(middle, _TABS + 58 + 15 * place, line) for place, line in enumerate(lines)]
    return _Drawing(left + width, [_icon(button, middle - 16, _TABS + 8, 1.35), *texts])


def _two_lines(label: str) -> list[str]:
    """A label on one line, or on two of about the same length."""
    words = label.split()
    breaks = [(" ".join(words[:place]), " ".join(words[place:])) for place in range(1, len(words))]
    return list(min(breaks, key=lambda lines: max(map(len, lines)))) if breaks else [label]


def _icon(button: etree._Element, left: float, top: float, scale: float) -> str:
    lines = _LINES.get(_said(button, "id").removeprefix("xlc_"), _OTHER)
    return f'<path transform="translate({left:.1f} {top:.1f}) scale({scale})" d="{lines}"/>'


def _said(node: etree._Element, attribute: str) -> str:
    return str(node.get(attribute))


def _text(left: float, top: float, text: str, style: str = "", anchor: str = "middle") -> str:
    kind = f' class="{style}"' if style else ""
    return f'<text x="{left:.1f}" y="{top:.1f}" text-anchor="{anchor}"{kind}>{escape(text)}</text>'
