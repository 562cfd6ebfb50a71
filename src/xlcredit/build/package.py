"""A workbook's package as parts, and the project's own lint of it.

Validators miss most of what makes Excel offer a repair, so each rule is one that Excel is known to enforce.
"""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from lxml import etree

from xlcredit.build import lint, lint_vba

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_XML_PARTS = (".xml", ".rels", ".vml")


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship of a part.

    Attributes:
        source: the part it belongs to; empty for the package.
        id: its id.
        type: the last word of its type (`worksheet`, `table`).
        target: the part it leads to, as a name in the package; the address itself when external.
        is_external: it leads out of the package.
    """

    source: str
    id: str
    type: str
    target: str
    is_external: bool


@dataclass(frozen=True)
class Package:
    """The parts of a workbook, parsed when asked for.

    Attributes:
        parts: bytes by name.
        suffix: of the file, in lower case.
    """

    parts: dict[str, bytes]
    suffix: str = ".xlsm"
    _trees: dict[str, etree._Element] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, path: Path) -> Package:
        """The package at `path`."""
        with zipfile.ZipFile(path) as source:
            return cls({name: source.read(name) for name in source.namelist()}, path.suffix.lower())

    def xml_names(self) -> list[str]:
        """Names of the parts that are XML."""
        return [name for name in self.parts if name.endswith(_XML_PARTS)]

    def tree(self, name: str) -> etree._Element:
        """The root of an XML part; etree.XMLSyntaxError when it is not well-formed."""
        if name not in self._trees:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
            self._trees[name] = etree.fromstring(self.parts[name], parser)
        return self._trees[name]

    @cached_property
    def relations(self) -> list[Relation]:
        """Every relationship of the package."""
        names = [name for name in self.parts if name.endswith(".rels")]
        return [relation for name in names for relation in self._relations(name)]

    def targets(self, source: str, type_: str) -> list[str]:
        """Parts that exist and that `source` leads to by relationships of one type."""
        found = [
            relation for relation in self.relations if (relation.source, relation.type) == (source, type_)
        ]
        return [relation.target for relation in found if relation.target in self.parts]

    def _relations(self, name: str) -> Iterator[Relation]:
        folder, _, file = name.rpartition("_rels/")
        source = folder + file.removesuffix(".rels")
        for node in self.tree(name):
            target, is_external = node.get("Target", ""), node.get("TargetMode") == "External"
            if not is_external:
                target = posixpath.normpath(posixpath.join(posixpath.dirname(source), target)).lstrip("/")
            type_ = node.get("Type", "").rpartition("/")[2]
            yield Relation(source, node.get("Id", ""), type_, target, is_external)


def lint_package(path: Path) -> list[str]:
    """What is wrong with the package at `path`, one sentence a fault; empty when nothing is.

    Args:
        path: an .xlsm or .xlam.
    """
    try:
        package = Package.read(path)
    except (zipfile.BadZipFile, OSError) as error:
        return [f"{path.name}: not a readable zip file ({error})"]
    if broken := list(lint.well_formed(package)):
        return broken
    return [fault for check in (*lint.CHECKS, lint_vba.macros_sound) for fault in check(package)]
