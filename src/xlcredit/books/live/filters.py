"""Filters of tables, taken away while cells are written and put back afterwards.

An array assigned to a range with rows hidden by a filter goes astray: Excel writes its first row into every row
that is shown. A filter that Excel does not tell whole (by colour, by icon, by groups of dates) could not be put
back, so that a table with such a one is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlcredit.books.live.com import codes_of
from xlcredit.books.live.errors import TableFilteredError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlcredit.books.live.com import Com

_ONE, _AND, _OR, _VALUES = 0, 1, 2, 7
"""Excel's numbers for how a column is filtered: by one condition, by two, by a list of values."""


@dataclass(frozen=True)
class Condition:
    """The filter of one column: its number in the table, and what `Range.AutoFilter` takes."""

    field: int
    arguments: tuple[Any, ...]


class Filters:
    """The filters of some tables, known before they are lifted.

    Args:
        tables: their COM objects.
        path: of the workbook, for messages.

    Raises:
        TableFilteredError: a filter could not be put back.
    """

    def __init__(self, tables: Sequence[Com], path: object) -> None:
        found = [(table, _conditions(table, path)) for table in tables]
        self._conditions = [(table, conditions) for table, conditions in found if conditions]

    def lift(self) -> None:
        """Show all rows; once more does nothing."""
        for table, _ in self._conditions:
            shown = table.AutoFilter
            if shown.FilterMode:
                shown.ShowAllData()

    def put_back(self) -> None:
        """Filter again; rows are hidden by what they hold now."""
        for table, conditions in self._conditions:
            for condition in conditions:
                table.Range.AutoFilter(condition.field, *condition.arguments)


def _conditions(table: Com, path: object) -> list[Condition]:
    """The conditions of a table's filter; none when all its rows are shown."""
    shown = table.AutoFilter
    if shown is None or not shown.FilterMode:
        return []
    listed = shown.Filters
    filters = [(number, listed.Item(number)) for number in range(1, listed.Count + 1)]
    return [_condition(table, path, number, each) for number, each in filters if each.On]


def _condition(table: Com, path: object, number: int, column: Com) -> Condition:
    operator = int(column.Operator)
    first, second = _told(column, "Criteria1"), _told(column, "Criteria2")
    if operator in {_ONE, _AND, _OR, _VALUES} and first is not None:
        if operator == _VALUES and second is None:
            return Condition(number, (first, operator))
        if operator != _VALUES:
            return Condition(number, (first,) if second is None else (first, operator, second))
    raise TableFilteredError(path=str(path), sheet=str(table.Parent.Name), table=str(table.Name))


def _told(column: Com, name: str) -> Any:  # noqa: ANN401  texts and lists of texts
    """A criterion; None where Excel has none, or does not tell it."""
    try:
        return getattr(column, name)
    except Exception as error:
        if not codes_of(error):
            raise
        return None
