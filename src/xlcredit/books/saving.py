"""Write changed sheets into a workbook: everything else is copied as it stands."""

from __future__ import annotations

import io
import re
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from xlcredit.books.errors import DamagedBookError
from xlcredit.books.layout import links_part
from xlcredit.books.replacing import replace_file, writing_to
from xlcredit.books.scan import NotPlainError
from xlcredit.books.sheet import stream_sheet
from xlcredit.books.sheet_writer import SheetEdit
from xlcredit.books.surroundings import table_reaching
from xlcredit.books.updates import has_formulas
from xlcredit.books.zips import Packed, deflate, write_copy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlcredit.books.in_the_way import ReplacedFormula
    from xlcredit.books.layout import Layout, SheetPart, TablePart
    from xlcredit.books.package import Package
    from xlcredit.books.patches import TablePatch

_CONTENT_TYPES = "[Content_Types].xml"
_CALC_PROPERTIES = re.compile(rb"<(\w+:)?calcPr\b[^>]*?(?=/?>)")
_FULL_CALC = re.compile(rb'\sfullCalcOnLoad="[^"]*"')
_BEFORE_CALC = re.compile(
    rb"(?:</(?:\w+:)?(?:sheets|functionGroups|externalReferences|definedNames)>|<definedNames/>)(?!.*"
    rb"</(?:\w+:)?(?:sheets|functionGroups|externalReferences|definedNames)>)",
    re.DOTALL,
)
_LINK = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*?/calcChain\"[^>]*?/>")


@dataclass(frozen=True)
class SaveReport:
    """What a save did; true when it wrote.

    Attributes:
        changed: whether the file was written.
        replaced_formulas: formulas that a user had typed over computed cells, and that gave way to the value.
    """

    changed: bool
    replaced_formulas: tuple[ReplacedFormula, ...] = ()

    def __bool__(self) -> bool:
        return self.changed


@dataclass(frozen=True)
class SheetChange:
    """What is to be written into one sheet: its tables as they are, and the patches of some of them."""

    sheet: SheetPart
    patches: Sequence[tuple[TablePart, TablePatch]]


def save_changes(package: Package, layout: Layout, changes: Sequence[SheetChange]) -> SaveReport:
    """Write the changes; when they change nothing, write nothing.

    Raises:
        BookError: they cannot be written; the file is as it was.
    """
    with writing_to(package.path), ExitStack() as stack:
        packed: dict[str, Packed | None] = {}
        edits = []
        for change in changes:
            target = stack.enter_context(tempfile.TemporaryFile(dir=package.path.parent))
            edit, content = _edit_sheet(package, change, target)
            edits.append(edit)
            if edit.has_changed:
                packed[package.entry(change.sheet.part).name] = content
            packed |= _resized_tables(package, change)
        if not packed:
            return SaveReport(changed=False)
        has_other_formulas = any(edit.has_lost_formulas for edit in edits) or any(
            has_formulas(patch) for change in changes for _, patch in change.patches
        )
        packed |= _recalculated(package, layout, has_other_formulas=has_other_formulas)
        replace_file(package.path, package.version, lambda target: _write_copy(package, packed, target))
    return SaveReport(
        changed=True, replaced_formulas=tuple(found for edit in edits for found in edit.replaced)
    )


def _write_copy(package: Package, changes: Mapping[str, Packed | None], target: BinaryIO) -> None:
    with package.stream() as source:
        write_copy(source, package.directory, changes, target)


def _edit_sheet(package: Package, change: SheetChange, target: BinaryIO) -> tuple[SheetEdit, Packed]:
    """The changed sheet, deflated into `target`; unusual XML is brought to the plain form on the way."""
    for plainly in (False, True):
        edit = SheetEdit(change.sheet.name, [patch for _, patch in change.patches])
        target.seek(0)
        target.truncate()
        try:
            with stream_sheet(package, change.sheet.part, plainly=plainly) as pieces:
                return edit, deflate(edit.edit(pieces), target)
        except NotPlainError:
            continue
    raise DamagedBookError(path=str(package.path), part=change.sheet.part, reason="rows")


def _resized_tables(package: Package, change: SheetChange) -> Mapping[str, Packed]:
    return {
        package.entry(table.part).name: _packed(
            table_reaching(package.read(table.part), patch.area, patch.new_area)
        )
        for table, patch in change.patches
        if patch.new_area != patch.area
    }


def _packed(data: bytes) -> Packed:
    return deflate([data], io.BytesIO())


def _recalculated(package: Package, layout: Layout, *, has_other_formulas: bool) -> dict[str, Packed | None]:
    """The parts that make Excel calculate anew on opening, without an outdated chain of formulas."""
    name = package.entry(layout.workbook).name
    workbook = package.read(name)
    changed = calculating_on_load(workbook)
    found: dict[str, Packed | None] = {} if changed == workbook else {name: _packed(changed)}
    chain = layout.calc_chain and package.find(layout.calc_chain)
    if has_other_formulas and chain:
        links = package.entry(links_part(layout.workbook)).name
        listed = re.compile(rb'<(?:\w+:)?Override\s[^>]*?PartName="/%b"[^>]*?/>' % re.escape(chain.encode()))
        found[chain] = None
        found[links] = _packed(_LINK.sub(b"", package.read(links)))
        found[_CONTENT_TYPES] = _packed(listed.sub(b"", package.read(_CONTENT_TYPES)))
    return found


def calculating_on_load(workbook: bytes) -> bytes:
    """The workbook's part, asking for a full calculation when it is opened.

    >>> calculating_on_load(b'<workbook><sheets></sheets><calcPr calcId="1"/></workbook>')
    b'<workbook><sheets></sheets><calcPr calcId="1" fullCalcOnLoad="1"/></workbook>'
    """
    properties = _CALC_PROPERTIES.search(workbook)
    if properties is None:
        return _BEFORE_CALC.sub(lambda match: match[0] + b'<calcPr fullCalcOnLoad="1"/>', workbook, count=1)
    tag = _FULL_CALC.sub(b"", properties[0]).rstrip() + b' fullCalcOnLoad="1"'
    return workbook[: properties.start()] + tag + workbook[properties.end() :]
