"""What must not be overwritten: found before a byte is kept, named by its cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from xlcredit.books.errors import ArrayFormulaError, CellMetadataError, ContentBelowError, SharedFormulaError
from xlcredit.books.references import Range, column_letters, parse_range
from xlcredit.books.text import decode_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlcredit.books.attributes import CellTags
    from xlcredit.books.patches import ColumnPatch, TablePatch, Targets
    from xlcredit.books.scan import Places, Stretch

_FORMULA = re.compile(rb"<f(\s[^>]*?)?(?:/>|>([^<]*))")
_SPREAD = re.compile(rb"<f\s[^>]*?\bt=\"(?:array|dataTable)\"[^>]*>")
_TYPE = re.compile(rb'\bt="(\w+)"')
_REFERENCE = re.compile(rb'\bref="([^"]*)"')


@dataclass(frozen=True, slots=True)
class ReplacedFormula:
    """A formula that stood in a computed cell and gave way to the value.

    Attributes:
        table: its display name.
        header: of the column.
        cell: as Excel calls it, without the sheet.
        formula: without the equals sign.
    """

    table: str
    header: str
    cell: str
    formula: str


def refuse_arrays(stretch: Stretch, tables: Sequence[TablePatch], sheet: str) -> None:
    """Refuse when an array formula that begins in the stretch fills a cell to be written.

    Raises:
        ArrayFormulaError: its cell is the formula's.
    """
    for place in stretch.special_formulas.tolist():
        spread = _SPREAD.match(stretch.data, place)
        reference = _REFERENCE.search(spread[0]) if spread else None
        area = parse_range(reference[1].decode("ascii", "replace")) if reference else None
        if area and any(_writes_into(table, area) for table in tables):
            raise ArrayFormulaError(sheet=sheet, cell=str(area))


def _writes_into(table: TablePatch, area: Range) -> bool:
    if not (area.meets(table.area) or area.meets(table.new_area)):
        return False
    return any(
        area.meets(Range(patch.first_row, patch.column, patch.last_row, patch.column))
        for patch in table.columns
    )


@dataclass(frozen=True)
class Overwritten:
    """The cells that give way to targets.

    Attributes:
        stretch: where they stand.
        cells: their indices in it.
        tags: their opening tags.
        targets: what comes in their place, one a cell.
        sheet: its name, for messages.
    """

    stretch: Stretch
    cells: Places
    tags: CellTags
    targets: Targets
    sheet: str


def replaced_formulas(
    old: Overwritten, patches: Sequence[tuple[str, ColumnPatch]]
) -> tuple[list[ReplacedFormula], bool]:
    """Look at cells before they are overwritten.

    Args:
        old: the cells.
        patches: display name of the table, and patch, by the targets' numbers.

    Returns:
        The formulas that give way to a value, and whether any formula disappears at all.

    Raises:
        ContentBelowError, CellMetadataError, SharedFormulaError, ArrayFormulaError.
    """
    _refuse_content_below(old)
    metadata = np.flatnonzero(old.tags.has_metadata)
    if len(metadata):
        raise CellMetadataError(sheet=old.sheet, cell=_name(old.targets, metadata[0]))
    found = np.flatnonzero(old.tags.has_formula & ~old.stretch.is_closed[old.cells])
    replaced = []
    for place in found.tolist():
        table, patch = patches[int(old.targets.patches[place])]
        text = _formula_text(old, place, patch)
        if not patch.clears:
            replaced.append(ReplacedFormula(table, patch.header, _name(old.targets, place), text))
    return replaced, len(found) > 0


def _refuse_content_below(old: Overwritten) -> None:
    is_filled = old.stretch.ends[old.cells] > old.tags.ends + len("</c>")
    below = np.flatnonzero(old.targets.is_new & ~old.stretch.is_closed[old.cells] & is_filled)
    if len(below):
        raise ContentBelowError(sheet=old.sheet, cell=_name(old.targets, below[0]))


def _name(targets: Targets, place: int | np.intp) -> str:
    return f"{column_letters(int(targets.columns[place]))}{int(targets.rows[place])}"


def _formula_text(old: Overwritten, place: int, patch: ColumnPatch) -> str:
    """The formula of a cell that may be replaced.

    Raises:
        SharedFormulaError, ArrayFormulaError: it may not.
    """
    sheet, name = old.sheet, _name(old.targets, place)
    match = _FORMULA.match(
        old.stretch.data, int(old.tags.ends[place]), int(old.stretch.ends[old.cells[place]])
    )
    attributes = (match[1] or b"") if match else b""
    kind = _TYPE.search(attributes)
    if kind and kind[1] in {b"array", b"dataTable"}:
        raise ArrayFormulaError(sheet=sheet, cell=name)
    if kind and kind[1] == b"shared" and not _goes_entirely(attributes, patch):
        raise SharedFormulaError(sheet=sheet, cell=name)
    text = (match[2] or b"").decode("utf-8", "replace") if match else ""
    return str(decode_texts(pa.array([text], pa.large_string()))[0].as_py())


def _goes_entirely(attributes: bytes, patch: ColumnPatch) -> bool:
    """Whether a shared formula's cells are all cleared with this one: those below it in the same column."""
    if not patch.clears:
        return False
    reference = _REFERENCE.search(attributes)
    if reference is None:
        return True
    area = parse_range(reference[1].decode("ascii", "replace"))
    return area is not None and area.columns == 1 and area.last_row <= patch.last_row
