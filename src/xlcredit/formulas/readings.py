"""The cells of one argument, read as its kind: days, cents, numbers, texts, words of a list.

The same readers as for a ledger, but for one thing: texts of days are read day first, whatever the others in
the range, so that a cell means the same alone and in a range.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from xlcredit.cells import Cells, Fault
from xlcredit.dates import dates_from_serials, read_dates
from xlcredit.money import read_amounts
from xlcredit.readings import read_choices, read_plain_numbers, read_texts, read_whole
from xlcredit.schema import VOCABULARIES
from xlcredit.words import choice_words

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from xlcredit.cells import Faults
    from xlcredit.core.columns import Days, Mask
    from xlcredit.dates import Epoch
    from xlcredit.formulas.blocks import Block
    from xlcredit.functions import Kind


@dataclass(frozen=True, slots=True)
class Read:
    """An argument read.

    Attributes:
        typed: a column of the kind's type, blank where nothing or nothing readable stands.
        blank: where nothing stands.
        faults: one `Fault` a cell.
    """

    typed: pd.Series[Any]
    blank: Mask
    faults: Faults

    def repeated(self, size: int) -> Read:
        """A single cell for each of `size` cells."""
        first = np.zeros(size, dtype=np.intp)
        return Read(self.typed.take(first).reset_index(drop=True), self.blank[first], self.faults[first])


def read_block(block: Block, kind: Kind, epoch: Epoch) -> Read:
    """A block as cells of `kind`; day numbers count from the workbook's `epoch`."""
    cells = block.split()
    if kind == "date":
        values, faults = _read_days(cells, epoch)
    else:
        values, faults = _READERS[kind](cells)
    return Read(values, cells.blank, faults)


def _read_days(cells: Cells, epoch: Epoch) -> tuple[pd.Series[Any], Faults]:
    """Days from numbers, dates and texts; a number that is no day is OUT_OF_RANGE."""
    if cells.numbers is None:
        return read_dates(cells, "dmy")
    numbered = dates_from_serials(cells.numbers, epoch)
    dates: Days = numbered if cells.dates is None else np.where(np.isnat(cells.dates), numbered, cells.dates)
    values, faults = read_dates(replace(cells, dates=dates, numbers=None), "dmy")
    lost = np.isnat(numbered) & ~np.isnan(cells.numbers)
    return values, np.where(lost, np.uint8(Fault.OUT_OF_RANGE), faults)


def _read_regimes(cells: Cells) -> tuple[pd.Series[Any], Faults]:
    return read_choices(cells, VOCABULARIES["regime"], choice_words("regime"))


_READERS: dict[Kind, Callable[[Cells], tuple[pd.Series[Any], Faults]]] = {
    "amount": read_amounts,
    "int": read_whole,
    "number": read_plain_numbers,
    "text": read_texts,
    "choice": _read_regimes,
}
