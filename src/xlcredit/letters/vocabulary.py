"""The names a template may use, as data (`vocabulary.yaml`), and what is near a misspelt one."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

ELEMENT = "[]"
"""The step from a list to what it repeats: `rows.[].number`."""

Path = tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """The tree of names.

    Attributes:
        tree: name -> `text`, `flag`, `list` (of texts), a mapping of more names, or a list with one mapping.
    """

    tree: dict[str, Any]

    def has(self, path: Path) -> bool:
        """Whether a name stands in the tree.

        >>> load_vocabulary().has(("rows", "[]", "number"))
        True
        """
        return self._node(path) is not None

    def near(self, path: Path) -> str:
        """The known name most like an unknown one, written as a template writes it; "" when none is."""
        known = next(length for length in range(len(path), -1, -1) if self.has(path[:length]))
        around = self._node(path[:known])
        names = list(around) if isinstance(around, dict) else []
        found = get_close_matches(path[known], names, n=1, cutoff=0.5) if known < len(path) else []
        return dotted((*path[:known], *found)) if found else ""

    def names(self) -> frozenset[str]:
        """Every name of the tree, dotted: `rows.number`."""
        return frozenset(_names(self.tree, ()))

    def _node(self, path: Path) -> Any:  # noqa: ANN401  a node of the tree
        node: Any = self.tree
        for step in path:
            node = _step(node, step)
        return node


def _step(node: Any, step: str) -> Any:  # noqa: ANN401
    if step == ELEMENT:
        return node[0] if isinstance(node, list) else "text" if node == "list" else None
    return node.get(step) if isinstance(node, dict) else None


def _names(node: Any, path: Path) -> Any:  # noqa: ANN401
    if isinstance(node, list):
        yield dotted(path)
        yield from _names(node[0], path)
    elif isinstance(node, dict):
        for key, child in node.items():
            yield from _names(child, (*path, key))
    else:
        yield dotted(path)


def dotted(path: Path) -> str:
    """A path as a clerk reads it: `rows.number`."""
    return ".".join(step for step in path if step != ELEMENT)


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """The vocabulary of this version."""
    text = files("xlcredit.letters").joinpath("vocabulary.yaml").read_text("utf-8")
    return Vocabulary(yaml.safe_load(text))
