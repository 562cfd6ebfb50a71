"""One call of a function: its arguments read, what is wrong with them, and what the answer rests on.

Every cell has at most one trouble, the first that was found; it shows as an Excel error value in that cell
alone. A blank cell of a required argument leaves its cell blank.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from xlcredit.cells import Fault
from xlcredit.formulas.blocks import ONE_CELL, Block, block_of
from xlcredit.formulas.readings import Read, read_block

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from xlcredit.cells import Faults
    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.formulas.blocks import Shape
    from xlcredit.formulas.rules import Rules
    from xlcredit.functions import Argument, Function

VALUE, NOT_AVAILABLE, NUMBER, DIVISION = "#VALUE!", "#N/A", "#NUM!", "#DIV/0!"
"""Excel's error values."""

_ERROR_OF: Final[Mapping[Fault, str]] = {
    Fault.UNREADABLE: VALUE,
    Fault.AMBIGUOUS: VALUE,
    Fault.UNKNOWN: VALUE,
    Fault.TOO_LARGE: NUMBER,
    Fault.OUT_OF_RANGE: NUMBER,
    Fault.NOT_WHOLE: NUMBER,
}


class ShapesDifferError(Exception):
    """Ranges of one call that have not one shape; `shape` is the one to answer in."""

    def __init__(self, shape: Shape, other: Shape) -> None:
        self.shape, self.other = shape, other
        super().__init__(shape, other)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with some cells.

    Attributes:
        error: the Excel error value shown.
        code: key of the wording, `why.<code>`.
        argument: to which it belongs, None when to none of them.
    """

    error: str
    code: str
    argument: str | None = None


@dataclass
class Call:
    """One call.

    Attributes:
        function: which.
        rules: in force in the workbook.
        shape: of the answer.
        blocks: the arguments as they came, by name.
        troubles: kinds of trouble found.
        trouble_of: by cell, position in `troubles`; -1 for none.
        notes: by name, what the answer rests on, a value a cell; for its explanation.
    """

    function: Function
    rules: Rules
    shape: Shape
    blocks: Mapping[str, Block]
    troubles: list[Trouble] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.trouble_of = np.full(self.size, -1, dtype=np.int16)
        self._bad_in_lists: dict[str, tuple[Ints, Ints]] = {}
        self._read = {argument.name: self._read_argument(argument) for argument in self.function.arguments}
        needed = [
            self._read[one.name] for one in self.function.arguments if one.is_required and not one.is_list
        ]
        self.blank: Mask = np.logical_or.reduce(
            [np.zeros(self.size, dtype=bool), *(one.blank for one in needed)]
        )

    @property
    def size(self) -> int:
        """Cells of the answer."""
        return self.shape[0] * self.shape[1]

    @property
    def fine(self) -> Mask:
        """Cells to be calculated: with all they need, and no trouble so far."""
        return ~self.blank & (self.trouble_of < 0)

    def refuse(self, mask: Mask, error: str, code: str, argument: str | None = None) -> None:
        """Put a trouble on the cells of `mask` that have none."""
        if mask.any():
            self.trouble_of[mask & (self.trouble_of < 0)] = len(self.troubles)
            self.troubles.append(Trouble(error, code, argument))

    def column(self, name: str) -> pd.Series[Any]:
        """An argument as a typed column, a value a cell of the answer; noted."""
        values = self._read[name].typed
        self.notes[name] = values
        return values

    def filled(self, name: str) -> Mask:
        """Where something stands in an argument."""
        return ~self._read[name].blank

    def days(self, name: str) -> Days:
        """An argument as days; NaT where none."""
        return self.column(name).to_numpy().astype("M8[D]")

    def as_of(self, name: str = "as_of") -> Days:
        """The days of an argument, the workbook's where it is blank."""
        days = self.days(name)
        days = np.where(np.isnat(days), np.datetime64(self.rules.as_of, "D"), days)
        self.notes[name] = days
        return days

    def whole(self, name: str, default: int = 0) -> Ints:
        """An argument in cents, or as a whole number."""
        return self.column(name).to_numpy(np.int64, na_value=default)

    def list_of(self, name: str) -> tuple[Read, Ints]:
        """An argument that is a list: its cells, and the cell of the answer to which each belongs."""
        block, read = self.blocks[name], self._read[name]
        if self.size == 1:
            return read, np.zeros(len(block.cells), dtype=np.int64)
        if block.shape == ONE_CELL:
            return read.repeated(self.size), np.arange(self.size)
        if self.shape[1] == 1 and block.shape[0] == self.shape[0]:
            return read, np.repeat(np.arange(self.size), block.shape[1])
        raise ShapesDifferError(self.shape, block.shape)

    def found(self, name: str, position: int) -> str:
        """What stands in one cell of an argument, as a person sees it."""
        block = self.blocks[name]
        if name in self._bad_in_lists:
            bad, owner = self._bad_in_lists[name]
            return block.text_at(int(bad[owner == position][0]))
        return block.text_at(position if len(block.cells) == self.size else 0)

    def _read_argument(self, argument: Argument) -> Read:
        block = self.blocks[argument.name]
        read = read_block(block, argument.kind, self.rules.epoch)
        if not argument.is_list:
            self.refuse_faults(np.broadcast_to(read.faults, self.size), argument)
            read = read if len(block.cells) == self.size else read.repeated(self.size)
        return read

    def refuse_faults(self, faults: Faults, argument: Argument, owner: Ints | None = None) -> None:
        """Put a trouble on the cells that cannot be read; `owner` tells to which cell of the answer each belongs."""
        bad = np.flatnonzero(faults)
        if not bad.size:
            return
        block, kind, at = self.blocks[argument.name], faults[bad], bad if owner is None else owner[bad]
        if owner is not None:
            self._bad_in_lists[argument.name] = bad, at
        errors = np.full(bad.size, "", dtype="U8")
        in_error = kind == Fault.CELL_ERROR
        errors[in_error] = block.errors_at(bad[in_error] % len(block.cells))
        for fault, error in _ERROR_OF.items():
            self._refuse_at(at[kind == fault], error, f"{argument.kind}-{fault.name.lower()}", argument)
        for error in np.unique(errors[in_error]).tolist():
            self._refuse_at(at[errors == error], error, "cell-error", argument)

    def _refuse_at(self, cells: Ints, error: str, code: str, argument: Argument) -> None:
        mask = np.zeros(self.size, dtype=bool)
        mask[cells] = True
        self.refuse(mask, error, code.replace("_", "-"), argument.name)


def call_of(function: Function, values: Sequence[Any], rules: Rules) -> Call:
    """The call of `function` with `values`, one an argument.

    Raises:
        ShapesDifferError: ranges that have not one shape.
    """
    blocks = {
        argument.name: block_of(value) for argument, value in zip(function.arguments, values, strict=True)
    }
    shapes = [
        blocks[argument.name].shape
        for argument in function.arguments
        if not argument.is_list and blocks[argument.name].shape != ONE_CELL
    ]
    shape = shapes[0] if shapes else ONE_CELL
    for other in shapes:
        if other != shape:
            raise ShapesDifferError(shape, other)
    return Call(function, rules, shape, blocks)
