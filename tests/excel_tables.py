"""The model of Excel: tables and their filters."""

from __future__ import annotations

from typing import Any

from excel_com import Collection, ComObject, refused, setting
from excel_sheet import Range, box, common


class ListObject(ComObject):
    """An Excel Table."""

    ShowAutoFilter = setting("ShowAutoFilter")

    def __init__(self, sheet: Any, part: str, root: Any) -> None:
        self._excel, self._sheet, self._part = sheet._excel, sheet, part
        self._name = root.get("displayName")
        self._area = box(root.get("ref"))
        self._header, self._totals = int(root.get("headerRowCount", 1)), int(root.get("totalsRowCount", 0))
        names = list(root.iter("{*}tableColumn"))
        self._formulas = {}
        for offset, tag in enumerate(names):
            calculated = tag.find("{*}calculatedColumnFormula")
            if calculated is not None and calculated.text:
                self._formulas[offset] = "=" + calculated.text
        self._ShowAutoFilter = root.find("{*}autoFilter") is not None
        self._criteria: dict[int, tuple[Any, int, Any]] = {}

    @property
    def Application(self) -> Any:
        return self._excel

    @property
    def Parent(self) -> Any:
        return self._sheet

    @property
    def Name(self) -> str:
        return self._name

    @property
    def DisplayName(self) -> str:
        return self._name

    @property
    def Range(self) -> Any:
        return Range(self._sheet, [self._area])

    @property
    def HeaderRowRange(self) -> Any:
        top, left, _, right = self._area
        return Range(self._sheet, [(top, left, top, right)]) if self._header else None

    @property
    def DataBodyRange(self) -> Any:
        top, _, bottom, _ = self._body()
        return Range(self._sheet, [self._body()]) if bottom >= top else None

    @property
    def ShowTotals(self) -> bool:
        return bool(self._totals)

    @property
    def ShowHeaders(self) -> bool:
        return bool(self._header)

    @property
    def ListRows(self) -> Any:
        top, _, bottom, _ = self._body()
        return Collection(self._excel, lambda: range(top, bottom + 1))

    @property
    def ListColumns(self) -> Any:
        return Collection(self._excel, lambda: range(self._area[1], self._area[3] + 1))

    @property
    def AutoFilter(self) -> Any:
        return AutoFilter(self) if self._ShowAutoFilter else None

    def Resize(self, Range: Any) -> None:
        area, sheet = Range._box, self._sheet
        if sheet._protected and not sheet._macros_may:
            raise refused("This operation is not allowed. The sheet is protected.")
        if area[:2] != self._area[:2] or area[2] <= area[0] or sheet._workbook._shared:
            raise refused("The range you specified for the table is not valid.")
        others = [table for table in sheet._tables if table is not self]
        if any(common(area, other._area) for other in others):
            raise refused("A table cannot overlap another table.")
        old, self._area = self._area, area
        for offset, formula in self._formulas.items():
            for row in range(old[2] + 1, area[2] + 1):
                sheet._cells.put_formula(row, area[1] + offset, formula, 0.0)
                sheet._cells.dirty.add((row, area[1] + offset))
        sheet._workbook._saved = False

    # Behind the scenes

    def _body(self) -> tuple[int, int, int, int]:
        top, left, bottom, right = self._area
        return top + self._header, left, bottom - self._totals, right

    def _filter(self, field: int, criteria: Any, operator: int, second: Any) -> None:
        if criteria is None:
            self._criteria.pop(field, None)
        else:
            self._criteria[field] = (criteria, operator, second)
        self._apply()

    def _apply(self) -> None:
        top, left, bottom, _ = self._body()
        self._sheet._hidden -= set(range(top, bottom + 1))
        for field, (criteria, _, _) in self._criteria.items():
            wanted = {criteria} if isinstance(criteria, str) else set(criteria)
            wanted = {text.removeprefix("=") for text in wanted}
            for row in range(top, bottom + 1):
                value = self._sheet._cells.get(row, left + field - 1)
                shown = "" if value is None else str(value).removesuffix(".0")
                if shown not in wanted:
                    self._sheet._hidden.add(row)


class AutoFilter(ComObject):
    """The filter of a table."""

    def __init__(self, table: ListObject) -> None:
        self._excel, self._table = table._excel, table

    @property
    def FilterMode(self) -> bool:
        return bool(self._table._criteria)

    @property
    def Range(self) -> Any:
        return Range(self._table._sheet, [self._table._area])

    @property
    def Filters(self) -> Any:
        _, left, _, right = self._table._area
        return Collection(
            self._excel, lambda: [Filter(self._table, field) for field in range(1, right - left + 2)]
        )

    def ShowAllData(self) -> None:
        self._table._criteria.clear()
        self._table._apply()

    def ApplyFilter(self) -> None:
        self._table._apply()


class Filter(ComObject):
    """The filter of one column."""

    def __init__(self, table: ListObject, field: int) -> None:
        self._excel, self._table, self._field = table._excel, table, field

    @property
    def On(self) -> bool:
        return self._field in self._table._criteria

    @property
    def Criteria1(self) -> Any:
        return self._of(0)

    @property
    def Operator(self) -> int:
        return self._of(1)

    @property
    def Criteria2(self) -> Any:
        found = self._of(2)
        if found is None:
            raise refused("Application-defined or object-defined error")
        return found

    def _of(self, which: int) -> Any:
        if self._field not in self._table._criteria:
            raise refused("Application-defined or object-defined error")
        return self._table._criteria[self._field][which]
