"""Column widths that fit: the type's width, the header on at most two lines, the content up to a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.build.formats import RIGHT
from xlcredit.build.layout import WIDEST, WRAPPED, SheetLayout, base_width

if TYPE_CHECKING:
    import pandas as pd

    from xlcredit.schema import Column

FILTER_BUTTON = 3
"""Characters that the filter button takes from the last line of a header."""

PADDING = 3


def fitting_width(layout: SheetLayout, column: Column, header: str, cells: pd.Series) -> float:
    """Width in characters of a column.

    Text columns grow with their content up to `WIDEST`; wrapped ones keep their width.
    """
    width = max(base_width(layout, column), header_width(header) + (column.type in RIGHT))
    if column.key in WRAPPED or column.type not in {"text", "id", "choice"}:
        return width
    return min(max(width, _longest(cells) + PADDING), max(width, WIDEST))


def header_width(header: str, lines: int = 2) -> float:
    """The least width at which `header` wraps into `lines` lines and leaves room for the filter button.

    >>> header_width("Data")
    10
    """
    width = max(len(word) for word in header.split())
    while len(wrapped := _wrap(header, width)) > lines or len(wrapped[-1]) + FILTER_BUTTON > width:
        width += 1
    return width + PADDING


def _wrap(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= width or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def _longest(cells: pd.Series) -> int:
    texts = cells.dropna()
    return 0 if texts.empty else int(texts.astype("str").str.len().max())
