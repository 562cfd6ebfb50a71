"""What can be proved of a template once, so that it need not be checked for every letter.

Every branch of a template, taken alone, is put between marker elements; if that one document is well-formed,
then every letter is, whichever branches it takes and however often it repeats them: values are escaped, and a
branch cannot open what it does not close. On the same document it is proved that no letter can change the
number of columns of a table, which docxtpl looks for in every letter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from jinja2 import nodes
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_VALUE = "\ue000"
"""Stands for a value: a character that XML allows in texts and attributes and nowhere else."""

_MARK = "xlcredit-branch"
_MARKUP = re.compile("[<>&\"']")
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TABLE, _GRID, _COLUMN, _ROW, _CELL = (
    f"{{{_W}}}{name}" for name in ("tbl", "tblGrid", "gridCol", "tr", "tc")
)
_SPAN, _VAL = f"{{{_W}}}tcPr/{{{_W}}}gridSpan", f"{{{_W}}}val"


def outline(tree: nodes.Template, head: str = "", tail: str = "") -> etree._Element | None:
    """The template with each branch between marker elements, or None when that is not well-formed.

    None is no fault: a branch may open what another closes. Then each letter is checked on its own.
    """
    text = head + "".join(_mark(tree.body)) + tail
    if "<!--" in text or "<![CDATA[" in text:
        return None
    try:
        return etree.fromstring(
            text.encode(), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        )
    except etree.XMLSyntaxError:
        return None


def _mark(body: Iterable[nodes.Node]) -> Iterator[str]:
    for node in body:
        if isinstance(node, nodes.TemplateData):
            yield node.data
        elif isinstance(node, nodes.Output):
            yield from _mark(node.nodes)
        elif isinstance(node, nodes.If):
            yield from _branches(node.body, *(part.body for part in node.elif_), node.else_)
        elif isinstance(node, nodes.For):
            yield from _branches(node.body, node.else_)
        else:
            yield _VALUE


def _branches(*bodies: list[nodes.Node]) -> Iterator[str]:
    """Each branch between markers; a plain word may stand in an attribute, so it goes without."""
    for body in bodies:
        text = "".join(_mark(body))
        yield f"<{_MARK}>{text}</{_MARK}>" if _MARKUP.search(text) else text


def unbalanced_branches(tree: nodes.Template) -> Iterator[int]:
    """The lines of the innermost `if` and `for` one of whose branches opens what it does not close."""
    blocks: list[nodes.If | nodes.For] = [*tree.find_all(nodes.If), *tree.find_all(nodes.For)]
    for node in blocks:
        branches = [node.body, node.else_]
        if any(not _closes(branch) for branch in branches) and not any(
            unbalanced for branch in branches for child in branch for unbalanced in _unbalanced_within(child)
        ):
            yield node.lineno


def _unbalanced_within(node: nodes.Node) -> Iterator[int]:
    yield from unbalanced_branches(nodes.Template([node]))


def _closes(branch: list[nodes.Node]) -> bool:
    text = "".join(_mark(branch))
    try:
        expat.ParserCreate().Parse(f"<x>{text}</x>", True)  # noqa: FBT003  is final
    except expat.ExpatError:
        return False
    return True


def has_fixed_columns(root: etree._Element) -> bool:
    """Whether no letter can have a table with other columns than the template's."""
    return all(_is_fixed(table) for table in root.iter(_TABLE))


def _is_fixed(table: etree._Element) -> bool:
    """No row has more cells than the grid has columns, and one row that is always there spans them all."""
    grid = table.find(_GRID)
    if grid is None or any(child.tag != _COLUMN for child in grid):
        return False
    columns = len(grid)
    rows = list(table.iter(_ROW))
    return all(_cells_fit(row, columns) for row in rows) and any(
        _is_unconditional(row, table) and _span(row) >= columns for row in rows
    )


def _cells_fit(row: etree._Element, columns: int) -> bool:
    return row.find(_MARK) is None and len(row.findall(_CELL)) <= columns


def _is_unconditional(row: etree._Element, table: etree._Element) -> bool:
    for ancestor in row.iterancestors():
        if ancestor is table:
            return True
        if ancestor.tag == _MARK:
            return False
    return False


def _span(row: etree._Element) -> int:
    """The columns that a row's cells span; 0 when a value decides."""
    spans = [cell.find(_SPAN) for cell in row.findall(_CELL)]
    values = ["1" if span is None else span.get(_VAL, "") for span in spans]
    return sum(map(int, values)) if all(value.isdecimal() for value in values) else 0
