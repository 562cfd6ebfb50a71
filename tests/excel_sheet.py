"""The model of Excel: the cells of a sheet, and ranges of them.

What Excel does when something is assigned to a cell is done here: a text is taken as if it were typed ("00123",
"1-2", "=A1", "VERO" do not stay texts) unless the cell is formatted as Text or the text begins with an
apostrophe; a number assigned to a cell formatted as Text becomes a text; with rows hidden by a filter every visible
row of the range gets the first row of the array, and hidden rows get nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from excel_com import ERRORS, ComObject, refused

VISIBLE_CELLS, CONSTANTS, BLANKS = 12, 2, 4
LONGEST_TEXT = 32_767

_NUMBER = re.compile(r"[€$£]?\s*[+-]?\(?[\d.,]*\d[\d.,]*\)?(e[+-]?\d+)?\s*[%€]?", re.IGNORECASE)
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|gen|mag|giu|lug|ago|set|ott|dic"
_DATE = re.compile(
    rf"\d{{1,4}}[-/.]\d{{1,2}}([-/.]\d{{1,4}})?|(\d{{1,2}}[ -])?({_MONTHS})[a-z]*[ -]\d{{1,4}}([ -]\d{{2,4}})?"
    rf"|\d{{1,2}}[ -]({_MONTHS})[a-z]*([ -]\d{{2,4}})?",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d{1,3}:\d{2}(:\d{2})?(\s*[ap]m?)?", re.IGNORECASE)
_FLAGS = {"true": True, "false": False, "vero": True, "falso": False}
_ERROR_CODES = {text: code for code, text in ERRORS.items()}
_ERROR_CODES["#N/D"] = _ERROR_CODES["#N/A"]


def letters(column: int) -> str:
    """The letters of a column."""
    text = ""
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(65 + digit) + text
    return text


def place(reference: str) -> tuple[int, int]:
    """Row and column of a reference such as `$B$5`."""
    match = re.fullmatch(r"\$?([A-Za-z]+)\$?(\d+)", reference)
    if not match:
        raise refused(f"Method 'Range' of object '_Worksheet' failed: {reference}")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def box(address: str) -> tuple[int, int, int, int]:
    """First row, first column, last row, last column."""
    first, _, last = address.partition(":")
    top, left = place(first)
    bottom, right = place(last or first)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def common(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, int, int, int] | None:
    """The area that two areas share."""
    top, left = max(one[0], other[0]), max(one[1], other[1])
    bottom, right = min(one[2], other[2]), min(one[3], other[3])
    return (top, left, bottom, right) if top <= bottom and left <= right else None


def as_typed(text: str) -> Any:  # noqa: PLR0911  as many kinds of cells
    """What Excel makes of a text that is typed into a cell formatted as General; a formula stays a text."""
    bare = text.strip()
    if text[:1] in ("=", "+", "-", "@") and len(bare) > 1 and not _NUMBER.fullmatch(bare):
        return Formula("=" + text.lstrip("="))
    if bare.casefold() in _FLAGS:
        return _FLAGS[bare.casefold()]
    if bare.upper() in _ERROR_CODES:
        return _ERROR_CODES[bare.upper()]
    if _DATE.fullmatch(bare) or _TIME.fullmatch(bare):
        return 46_000.0
    if _NUMBER.fullmatch(bare):
        digits = re.sub(r"[^\d.eE+-]", "", bare.replace(",", ""))
        try:
            return float(digits)
        except ValueError:
            return 46_000.0
    return text or None


class Formula(str):
    """A formula's text, equals sign included."""

    __slots__ = ()


class Cells:
    """What stands in the cells of one sheet. Rows and columns count from 1."""

    def __init__(self) -> None:
        self.values: dict[int, list[Any]] = {}
        self.formulas: dict[tuple[int, int], str] = {}
        self.results: dict[tuple[int, int, str], Any] = {}
        self.arrays: set[tuple[int, int]] = set()
        self.styles: dict[int, dict[int, int]] = {}
        self.column_styles: dict[int, int] = {}
        self.prefixed: set[tuple[int, int]] = set()
        self.dirty: set[tuple[int, int]] = set()

    def put(self, row: int, column: int, value: Any) -> None:
        """A value as it stands; nothing is converted."""
        cells = self.values.setdefault(column, [])
        if row >= len(cells):
            cells.extend([None] * (row + 1 - len(cells)))
        cells[row] = value

    def get(self, row: int, column: int) -> Any:
        cells = self.values.get(column, ())
        return cells[row] if row < len(cells) else None

    def put_formula(self, row: int, column: int, formula: str, result: Any) -> None:
        """A formula with its result, as a file keeps both."""
        self.formulas[row, column] = formula
        self.results[row, column, formula] = result
        self.put(row, column, result)

    def set(self, row: int, column: int, value: Any, is_text: bool) -> None:
        """An assignment, with all that Excel makes of it."""
        key = (row, column)
        if key in self.arrays:
            raise refused("You cannot change part of an array.")
        self.dirty.add(key)
        self.formulas.pop(key, None)
        if value is None:
            self.prefixed.discard(key)
        elif isinstance(value, str):
            value = self._text(key, value, is_text)
        elif is_text:
            value = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        elif not isinstance(value, bool):
            value = float(value)
        if isinstance(value, Formula):
            self.put_formula(row, column, str(value), self.results.get((row, column, str(value)), 0.0))
        else:
            self.put(row, column, value)

    def _text(self, key: tuple[int, int], text: str, is_text: bool) -> Any:
        if len(text) > LONGEST_TEXT:
            raise refused("Application-defined or object-defined error")
        if is_text:
            return text or None
        if text.startswith("'"):
            self.prefixed.add(key)
            return text[1:]
        return text if key in self.prefixed else as_typed(text)

    def style(self, row: int, column: int) -> int:
        return self.styles.get(column, {}).get(row, self.column_styles.get(column, 0))


class Range(ComObject):
    """A range of one or several areas on a sheet."""

    def __init__(self, sheet: Any, areas: list[tuple[int, int, int, int]]) -> None:
        self._excel, self._sheet, self._boxes = sheet._excel, sheet, areas
        self._box = areas[0]

    # Where it stands

    @property
    def Address(self) -> str:
        return ",".join(
            f"${letters(left)}${top}"
            + (f":${letters(right)}${bottom}" if (top, left) != (bottom, right) else "")
            for top, left, bottom, right in self._boxes
        )

    @property
    def Row(self) -> int:
        return self._box[0]

    @property
    def Column(self) -> int:
        return self._box[1]

    @property
    def Rows(self) -> Any:
        top, left, bottom, right = self._box
        return Lines(self._sheet, [(row, left, row, right) for row in range(top, bottom + 1)])

    @property
    def Columns(self) -> Any:
        top, left, bottom, right = self._box
        return Lines(self._sheet, [(top, column, bottom, column) for column in range(left, right + 1)])

    @property
    def Count(self) -> int:
        return sum((b - t + 1) * (r - le + 1) for t, le, b, r in self._boxes)

    @property
    def Areas(self) -> Any:
        return Lines(self._sheet, self._boxes)

    @property
    def EntireRow(self) -> Any:
        return Range(self._sheet, [(top, 1, bottom, 16_384) for top, _, bottom, _ in self._boxes])

    @property
    def Worksheet(self) -> Any:
        return self._sheet

    @property
    def Parent(self) -> Any:
        return self._sheet

    @property
    def Application(self) -> Any:
        return self._excel

    @property
    def ListObject(self) -> Any:
        row, column = self._box[:2]
        return next((table for table in self._sheet._tables if _holds(table._area, row, column)), None)

    def Cells(self, row: int, column: int) -> Any:
        top, left = self._box[0] + row - 1, self._box[1] + column - 1
        return Range(self._sheet, [(top, left, top, left)])

    def Select(self) -> None:
        if self._excel._active_sheet() is not self._sheet:
            raise refused("Select method of Range class failed")
        self._excel._select(self)

    def Activate(self) -> None:
        self.Select()

    # What stands in it

    @property
    def Value2(self) -> Any:
        top, left, bottom, right = self._box
        return _scalar_if_one(self._sheet._rows(top, left, bottom, right))

    @Value2.setter
    def Value2(self, given: Any) -> None:
        self._assign(given)

    @property
    def Value(self) -> Any:
        """As `Value2`, but what is shown as a date is one."""
        top, left, bottom, right = self._box
        rows = [list(row) for row in self._sheet._rows(top, left, bottom, right)]
        for row, line in enumerate(rows):
            for column, value in enumerate(line):
                style = self._sheet._cells.style(top + row, left + column)
                if isinstance(value, float) and re.search(
                    "[dy]", self._sheet._workbook._number_format(style)
                ):
                    first = (
                        dt.datetime(1904, 1, 1)
                        if self._sheet._workbook._parts.from_1904
                        else dt.datetime(1899, 12, 30)
                    )
                    line[column] = first + dt.timedelta(days=value)
        return _scalar_if_one(tuple(map(tuple, rows)))

    @Value.setter
    def Value(self, given: Any) -> None:
        self._assign(given)

    @property
    def Formula(self) -> Any:
        top, left, bottom, right = self._box
        rows = [list(row) for row in self._sheet._rows(top, left, bottom, right)]
        for line in rows:
            line[:] = ["" if value is None else _shown(value) for value in line]
        for (row, column), text in self._sheet._cells.formulas.items():
            if top <= row <= bottom and left <= column <= right:
                rows[row - top][column - left] = text
        return _scalar_if_one(tuple(map(tuple, rows)))

    @Formula.setter
    def Formula(self, given: Any) -> None:
        self._assign(given)

    @property
    def Formula2(self) -> Any:
        return self.Formula

    @Formula2.setter
    def Formula2(self, given: Any) -> None:
        self._assign(given)

    @property
    def HasFormula(self) -> bool | None:
        return self._share(self._sheet._cells.formulas)

    @property
    def HasArray(self) -> bool | None:
        return self._share(self._sheet._cells.arrays)

    def ClearContents(self) -> None:
        self._assign(None)

    # How it looks

    @property
    def NumberFormat(self) -> str | None:
        found = {self._sheet._workbook._number_format(style) for style in self._styles()}
        return found.pop() if len(found) == 1 else None

    @NumberFormat.setter
    def NumberFormat(self, code: str) -> None:
        self._refuse_protected()
        style = self._sheet._workbook._style_with(code, self._sheet._cells.style(*self._box[:2]))
        for row, column in self._places():
            self._sheet._cells.styles.setdefault(column, {})[row] = style
            self._sheet._cells.dirty.add((row, column))
        self._touch()

    @property
    def PrefixCharacter(self) -> str:
        return "'" if self._box[:2] in self._sheet._cells.prefixed else ""

    @property
    def Locked(self) -> bool | None:
        return self._share(self._sheet._unlocked, absent=True)

    @property
    def MergeCells(self) -> bool | None:
        merged = {
            (row, column)
            for top, left, bottom, right in self._sheet._merged
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        }
        return self._share(merged)

    @property
    def Hidden(self) -> bool | None:
        rows = [row for top, _, bottom, _ in self._boxes for row in range(top, bottom + 1)]
        hidden = sum(row in self._sheet._hidden for row in rows)
        return None if 0 < hidden < len(rows) else bool(hidden)

    @Hidden.setter
    def Hidden(self, is_hidden: bool) -> None:
        self._refuse_protected()
        rows = {row for top, _, bottom, _ in self._boxes for row in range(top, bottom + 1)}
        self._sheet._hidden = self._sheet._hidden | rows if is_hidden else self._sheet._hidden - rows

    def SpecialCells(self, kind: int) -> Any:
        """The visible cells; of a single cell Excel answers for the whole sheet."""
        if self._sheet._protected:
            raise refused("Unable to get the SpecialCells property of the Range class")
        if kind != VISIBLE_CELLS:
            raise refused("Unable to get the SpecialCells property of the Range class")
        boxes = self._boxes if self._count() > 1 else [self._sheet._used()]
        found = [run for area in boxes for run in self._sheet._visible_runs(area)]
        if not found:
            raise refused("No cells were found.")
        return Range(self._sheet, found)

    def AutoFilter(
        self, Field: int = 0, Criteria1: Any = None, Operator: int = 1, Criteria2: Any = None
    ) -> bool:
        """Filter the table that the range is part of, as `ListObject.Range.AutoFilter` does."""
        self._refuse_protected()
        table = next(table for table in self._sheet._tables if _holds(table._area, *self._box[:2]))
        table._filter(Field, Criteria1, Operator, Criteria2)
        return True

    # Behind the scenes

    def _count(self) -> int:
        return sum((b - t + 1) * (r - le + 1) for t, le, b, r in self._boxes)

    def _places(self) -> Any:
        for top, left, bottom, right in self._boxes:
            for column in range(left, right + 1):
                for row in range(top, bottom + 1):
                    yield row, column

    def _styles(self) -> set[int]:
        cells, found = self._sheet._cells, set()
        for top, left, bottom, right in self._boxes:
            for column in range(left, right + 1):
                own = cells.styles.get(column, {})
                inside = [style for row, style in own.items() if top <= row <= bottom]
                found |= set(inside)
                if len(inside) < bottom - top + 1:
                    found.add(cells.column_styles.get(column, 0))
        return found

    def _share(self, marked: Any, *, absent: bool = False) -> bool | None:
        """Whether all cells are marked, none is, or (None) some are; with `absent`, whether none is, and so on."""
        inside = sum(any(_holds(area, *cell) for area in self._boxes) for cell in marked)
        if 0 < inside < self._count():
            return None
        return bool(inside) != absent

    def _refuse_protected(self) -> None:
        if (
            self._sheet._protected
            and not self._sheet._macros_may
            and self._share(self._sheet._unlocked) is not True
        ):
            raise refused("The cell or chart you're trying to change is on a protected sheet.")

    def _touch(self) -> None:
        self._sheet._workbook._saved = False

    def _assign(self, given: Any) -> None:
        self._refuse_protected()
        top, left, bottom, right = self._box
        _refuse_kinds(given)
        targets = [self._box]
        if self._sheet._hidden_by_filter(top, bottom) and bottom > top:
            targets = [
                (row, left, row, right)
                for first, _, last, _ in self._sheet._visible_runs(self._box)
                for row in range(first, last + 1)
            ]
        for area in targets:
            self._fill(area, given)
        self._touch()

    def _fill(self, area: tuple[int, int, int, int], given: Any) -> None:
        top, left, bottom, right = area
        cells = self._sheet._cells
        for column in range(left, right + 1):
            format_codes = {}
            for row in range(top, bottom + 1):
                style = cells.style(row, column)
                if style not in format_codes:
                    format_codes[style] = self._sheet._workbook._number_format(style) == "@"
                value = given
                if isinstance(given, (tuple, list)):
                    value = _picked(given, row - top, column - left)
                cells.set(row, column, value, format_codes[style])


def _picked(given: Any, row: int, column: int) -> Any:
    """The value of an array for one cell; Excel fills what it lacks with #N/A."""
    if row >= len(given) or column >= len(given[row]):
        return "#N/A"
    return given[row][column]


def _refuse_kinds(given: Any) -> None:
    """What COM does not carry over: numpy's numbers, dates of pandas."""
    cells = [cell for row in given for cell in row] if isinstance(given, (tuple, list)) else [given]
    kinds = set(map(type, cells)) - {type(None), bool, int, float, str, Formula}
    if kinds:
        msg = f"Objects of type {kinds.pop().__name__!r} can not be converted to a COM VARIANT"
        raise TypeError(msg)


def _shown(value: Any) -> Any:
    """A constant as `Formula` answers it: always a text."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return ERRORS[value]
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return value


def _scalar_if_one(rows: Any) -> Any:
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows


def _holds(area: tuple[int, int, int, int], row: int, column: int) -> bool:
    return area[0] <= row <= area[2] and area[1] <= column <= area[3]


class Lines(ComObject):
    """The rows, columns or areas of a range."""

    def __init__(self, sheet: Any, boxes: list[tuple[int, int, int, int]]) -> None:
        self._excel, self._sheet, self._boxes = sheet._excel, sheet, boxes

    @property
    def Count(self) -> int:
        return len(self._boxes)

    def Item(self, number: int) -> Range:
        return Range(self._sheet, [self._boxes[number - 1]])

    def __call__(self, number: int) -> Range:
        return self.Item(number)

    def __iter__(self) -> Any:
        for area in self._boxes:
            self._excel._entered("Lines next")
            yield Range(self._sheet, [area])
