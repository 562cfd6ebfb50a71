"""What is said about the cells of a table that could not be read, and about what is missing.

Codes are `<type>-<fault>` (`date-unreadable`, `amount-ambiguous`), `cell-error`, `date-order-conflict`,
`date-month-first` (a note), `required-missing`, `column-missing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from xlcredit.cells import Fault, cell_text
from xlcredit.date_texts import read_written
from xlcredit.errors import Finding
from xlcredit.findings import find

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    import pandas as pd

    from xlcredit.cells import Cells, Faults
    from xlcredit.schema import Column, Table

_TYPE_NAMES = {
    "money": "amount", "date": "date", "time": "date", "rate": "rate", "int": "number", "number": "number",
    "choice": "choice", "flag": "flag", "id": "identifier", "text": "text",
}  # fmt: skip
_FAULT_NAMES = {
    Fault.UNREADABLE: "unreadable",
    Fault.AMBIGUOUS: "ambiguous",
    Fault.TOO_LARGE: "too-large",
    Fault.OUT_OF_RANGE: "out-of-range",
    Fault.NOT_WHOLE: "not-whole",
    Fault.UNKNOWN: "unknown",
}


def code_of(column: Column, fault: Fault) -> str:
    """The finding's code for a fault in a cell of `column`."""
    if fault == Fault.CELL_ERROR:
        return "cell-error"
    name = "currency" if column.key == "currency" else _TYPE_NAMES[column.type]
    return f"{name}-{_FAULT_NAMES[fault]}"


@dataclass(frozen=True)
class CellFindings:
    """The findings of one table.

    Attributes:
        raw: the table as read.
        table: its schema.
        cells: its columns' cells by kind.
    """

    raw: pd.DataFrame
    table: Table
    cells: Mapping[str, Cells]

    @cached_property
    def rows(self) -> pd.Series[Any] | None:
        """What a person calls the rows: the invoice number, else the first required identifier or text."""
        named = [
            column.key for column in self.table.columns if column.required and column.type in ("id", "text")
        ]
        name = "invoice_id" if "invoice_id" in named else next(iter(named), None)
        return None if name is None else self.raw.get(name)

    @cached_property
    def in_use(self) -> npt.NDArray[np.bool_]:
        """Rows in which something stands in an input column."""
        used = np.zeros(len(self.raw), dtype=bool)
        for column in self.table.inputs:
            if column.key in self.cells:
                used |= ~self.cells[column.key].blank
        return used

    def of_faults(self, column: Column, faults: Faults) -> list[Finding]:
        """One finding a fault, or one for the column when many cells share it."""
        if not faults.any():
            return []
        found = self.raw[column.key]
        filled = int(np.count_nonzero(~self.cells[column.key].blank))
        findings: list[Finding] = []
        for fault in np.unique(faults[faults > 0]).tolist():
            if fault == Fault.ORDER_CONFLICT:
                findings.append(self._order_conflict(column, np.flatnonzero(faults == fault)))
            else:
                code = code_of(column, Fault(fault))
                findings += find(
                    code, self.table.key, column.key, faults == fault, found, self.rows, filled=filled
                )
        return findings

    def _order_conflict(self, column: Column, positions: npt.NDArray[np.intp]) -> Finding:
        """One finding for the column, at the first row of the rarer order, with an example of each."""
        found = self.raw[column.key].iloc[positions].tolist()
        written = [read_written(text) for text in found]
        day_first = [place for place, date in enumerate(written) if date.mdy is None]
        month_first = [place for place, date in enumerate(written) if date.dmy is None]
        rarer = min(day_first, month_first, key=len)[0]
        return self._one(
            "date-order-conflict",
            column,
            int(positions[rarer]),
            len(positions),
            day_first=cell_text(found[day_first[0]]),
            month_first=cell_text(found[month_first[0]]),
        )

    def month_first(self, column: Column) -> list[Finding]:
        """A note that the texts of `column` were read month first."""
        texts = self.cells[column.key].texts
        if texts is None or not len(texts) - texts.null_count:
            return []
        first = int(np.flatnonzero(texts.is_valid().to_numpy(zero_copy_only=False))[0])
        return [
            self._one("date-month-first", column, first, len(texts) - texts.null_count, needs_person=False)
        ]

    def _one(
        self,
        code: str,
        column: Column,
        position: int,
        count: int,
        *,
        needs_person: bool = True,
        **facts: str | None,
    ) -> Finding:
        return Finding(
            code,
            self.table.key,
            column.key,
            position,
            row=None if self.rows is None else cell_text(self.rows.iloc[position]),
            found=cell_text(self.raw[column.key].iloc[position]),
            facts=facts,
            count=count,
            needs_person=needs_person,
        )

    def of_missing(self, column: Column) -> list[Finding]:
        """A required column that is not there, or its blank cells in rows that are in use."""
        if not column.required:
            return []
        if column.key not in self.cells:
            return [Finding("column-missing", self.table.key, column.key)] if self.in_use.any() else []
        blank = self.cells[column.key].blank
        if not blank.any():
            return []
        used = int(np.count_nonzero(self.in_use))
        return find(
            "required-missing", self.table.key, column.key, blank & self.in_use, None, self.rows, filled=used
        )
