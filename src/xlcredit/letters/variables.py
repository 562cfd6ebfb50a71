"""Which names a template's tags use, and where; loops followed, so that `row.number` is `rows.number`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import nodes

from xlcredit.letters.vocabulary import ELEMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlcredit.letters.vocabulary import Path

_SAME_LIST = ("sort", "reverse", "unique")
_ONE_OF_LIST = ("first", "last")


@dataclass(frozen=True)
class Use:
    """One name in one tag.

    Attributes:
        path: the steps from the top, with `vocabulary.ELEMENT` where a list is repeated.
        line: of the source, one a paragraph (`places.as_lines`).
    """

    path: Path
    line: int


def find_uses(tree: nodes.Template) -> Iterator[Use]:
    """Every name that a parsed part uses, names of loops resolved."""
    yield from _visit(tree, {"loop": None})


def _visit(node: nodes.Node, scope: Mapping[str, Path | None]) -> Iterator[Use]:
    if isinstance(node, nodes.For):
        yield from _visit_loop(node, scope)
    elif isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
        path = _path(node, scope)
        if path:
            yield Use(path, node.lineno)
        elif isinstance(node, nodes.Getattr | nodes.Getitem) and not _starts_in_scope(node, scope):
            yield from _visit(node.node, scope)
        if isinstance(node, nodes.Getitem):
            yield from _visit(node.arg, scope)
    else:
        for child in node.iter_child_nodes():
            yield from _visit(child, scope)


def _visit_loop(loop: nodes.For, scope: Mapping[str, Path | None]) -> Iterator[Use]:
    yield from _visit(loop.iter, scope)
    rows = _path(loop.iter, scope)
    targets = [name.name for name in loop.target.find_all(nodes.Name)]
    if isinstance(loop.target, nodes.Name):
        targets = [loop.target.name]
    inner = {**scope, **dict.fromkeys(targets, (*rows, ELEMENT) if rows else None)}
    for child in (*loop.body, *([loop.test] if loop.test else [])):
        yield from _visit(child, inner)
    for child in loop.else_:
        yield from _visit(child, scope)


def _starts_in_scope(node: nodes.Node, scope: Mapping[str, Path | None]) -> bool:
    """Whether a chain starts at a name whose values are not known (`loop`)."""
    while isinstance(node, nodes.Getattr | nodes.Getitem):
        node = node.node
    return isinstance(node, nodes.Name) and node.name in scope and scope[node.name] is None


def _path(node: nodes.Node, scope: Mapping[str, Path | None]) -> Path | None:
    """The path of an expression that is a chain of names; None for any other."""
    if isinstance(node, nodes.Name):
        return scope.get(node.name, (node.name,))
    if isinstance(node, nodes.Filter) and node.node is not None:
        return _filtered(node, _path(node.node, scope))
    if not isinstance(node, nodes.Getattr | nodes.Getitem):
        return None
    base = _path(node.node, scope)
    if base is None:
        return None
    if isinstance(node, nodes.Getattr):
        return (*base, node.attr)
    return _item(base, node.arg)


def _item(base: Path, argument: nodes.Expr) -> Path | None:
    if isinstance(argument, nodes.Slice):
        return base
    if not isinstance(argument, nodes.Const):
        return None
    return (*base, argument.value) if isinstance(argument.value, str) else (*base, ELEMENT)


def _filtered(node: nodes.Filter, base: Path | None) -> Path | None:
    if base and node.name in _SAME_LIST:
        return base
    return (*base, ELEMENT) if base and node.name in _ONE_OF_LIST else None
