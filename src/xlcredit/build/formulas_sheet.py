"""The sheet of formulas: an example of each function, with inputs, formula, result and what it is for.

The results stand in the file as Python computes them, so that programs without Python show them too; Excel
computes them again when it opens the file.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from xlcredit.build.formats import BANDS, INK, MUTED, NUMBER_FORMATS, RULE
from xlcredit.build.formula_examples import (
    EXAMPLES,
    RANGE,
    RANGE_AS_OF,
    RANGE_RESULTS,
    Example,
    RangeColumn,
)
from xlcredit.formulas.answer import answer
from xlcredit.formulas.answers import MARK
from xlcredit.formulas.rules import package_rules
from xlcredit.formulas.why import why
from xlcredit.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from xlcredit.build.formats import Formats
    from xlcredit.build.formula_examples import Cell
    from xlcredit.catalogue import Catalogue
    from xlcredit.functions import Function, Kind

NAME, FIRST_INPUT, FORMULA, RESULT, HELP = 1, 2, 7, 8, 9
WIDTHS: Final = (2, 21, 15, 15, 15, 15, 15, 48, 26, 60)

_PERCENT: Final = frozenset({"XLC_RATE", "XLC_CEI"})
_FORMAT_OF: Final[dict[Kind, str]] = {
    "amount": NUMBER_FORMATS["money"],
    "date": NUMBER_FORMATS["date"],
    "int": NUMBER_FORMATS["int"],
    "number": NUMBER_FORMATS["number"],
}
_ACCENT = "#1F4E79"
_LINE = 15
_EXCEL_DAY_ZERO = dt.date(1899, 12, 30)
_RULED: dict[str, Any] = {"valign": "vcenter", "bottom": 1, "bottom_color": RULE}


class FormulasSheet:
    """Writes the sheet from top to bottom."""

    def __init__(self, worksheet: Worksheet, formats: Formats, words: Catalogue) -> None:
        self._worksheet, self._formats, self._words = worksheet, formats, words
        self._rules = package_rules(RANGE_AS_OF, words.language)
        self._row, self._merged = 0, set[tuple[int, int]]()

    def write(self) -> None:
        """The whole sheet."""
        for place, width in enumerate(WIDTHS):
            self._worksheet.set_column(place, place, width)
        self._worksheet.hide_gridlines(2)
        self._write_opening()
        self._write_heading("one")
        for example in EXAMPLES:
            self._write_example(example)
        self._row += 1
        self._write_range()
        self._worksheet.print_area(0, 0, self._row, HELP)
        self._worksheet.fit_to_pages(1, 0)

    def _write_opening(self) -> None:
        self._worksheet.set_row(0, 30)
        self._worksheet.write_string(0, NAME, self._words.text("formulas.title"), self._formats.title())
        self._write_wide(1, self._words.text("formulas.intro"))
        self._row = 3

    def _write_wide(self, row: int, text: str) -> None:
        wide = self._formats.of(font_color=INK, valign="vcenter", text_wrap=True)
        self._worksheet.merge_range(row, NAME, row, HELP, text, wide)
        self._worksheet.set_row(row, 2 * _LINE + 4)

    def _write_heading(self, block: str) -> None:
        heading = self._formats.of(
            bold=True, font_size=12, font_color=_ACCENT, bottom=2, bottom_color=_ACCENT
        )
        titles = {FIRST_INPUT: "inputs", FORMULA: "formula", RESULT: "result", HELP: "help"}
        for place in range(NAME, HELP + 1):
            key = titles.get(place) if block == "one" else None
            text = self._words.text(f"formulas.headers.{key}") if key else ""
            self._worksheet.write_string(self._row, place, text, heading)
        self._worksheet.write_string(self._row, NAME, self._words.text(f"formulas.{block}"), heading)
        self._row += 1

    def _write_example(self, example: Example) -> None:
        """Two rows: the names of the inputs, then inputs, formula, result and help."""
        function = FUNCTIONS[example.explains or example.function]
        labels = self._labels(function, len(example.inputs))
        small = self._formats.of(font_size=9, font_color=MUTED, valign="bottom")
        self._worksheet.set_row(self._row, _LINE + 3)
        for place, label in enumerate(labels, start=FIRST_INPUT):
            self._worksheet.write_string(self._row, place, label, small)
        self._row += 1
        inputs = [self._word(cell) for cell in example.inputs]
        self._write_cells(self._row, FIRST_INPUT, inputs)
        self._write_name_and_help(example)
        self._write_result(example, inputs)
        self._row += 1

    def _labels(self, function: Function, inputs: int) -> list[str]:
        """The names of the inputs; the cells of a list carry the months."""
        names = [self._words.text(f"why.labels.{argument.name}") for argument in function.arguments]
        if function.name == "XLC_DSO_COUNTBACK":
            return [names[0], *self._words.section("formulas.sales")]
        return names[:inputs]

    def _word(self, cell: Cell) -> Cell:
        if isinstance(cell, str) and cell.startswith("@"):
            return self._words.text(f"formulas.data.{cell[1:]}")
        return cell

    def _write_cells(self, row: int, first: int, cells: Sequence[Cell]) -> None:
        for place, cell in enumerate(cells, start=first):
            self._write_cell(row, place, cell, self._input_format(cell))

    def _input_format(self, cell: Cell) -> Format:
        band, look = BANDS["input"], dict(_RULED)
        if isinstance(cell, dt.date):
            look |= {"num_format": NUMBER_FORMATS["date"], "align": "right"}
        elif isinstance(cell, float):
            look |= {"num_format": "#,##0.00" if cell >= 100 else "0", "align": "right"}  # noqa: PLR2004  amounts
        else:
            look |= {"num_format": "@", "align": "left", "indent": 1}
        return self._formats.of(bg_color=band["fill"], font_color=band["ink"], **look)

    def _write_cell(self, row: int, place: int, cell: Cell, look: Format) -> None:
        if isinstance(cell, str) and len(cell) > WIDTHS[place]:
            self._worksheet.merge_range(row, place, row, place + 1, cell, look)
            self._merged.add((row, place + 1))
        elif isinstance(cell, str):
            self._worksheet.write_string(row, place, cell, look)
        elif isinstance(cell, dt.date):
            self._worksheet.write_datetime(row, place, dt.datetime(cell.year, cell.month, cell.day), look)  # noqa: DTZ001  cells have no zone
        else:
            self._worksheet.write_number(row, place, cell or 0.0, look)

    def _write_name_and_help(self, example: Example) -> None:
        name = self._formats.of(bold=True, font_color=INK, **_RULED)
        text = self._words.text(f"functions.{example.function}.help")
        self._worksheet.write_string(self._row, NAME, example.function, name)
        wrapped = self._formats.of(text_wrap=True, font_color=INK, indent=1, **_RULED)
        self._worksheet.write_string(self._row, HELP, text, wrapped)
        for place in range(FIRST_INPUT + len(example.inputs), FORMULA):
            if (self._row, place) not in self._merged:
                self._worksheet.write_blank(self._row, place, None, self._formats.of(**_RULED))

    def _write_result(self, example: Example, inputs: Sequence[Cell]) -> None:
        formula = _formula_of(example, self._row)
        value = self._value(example, inputs)
        self._write_formula_text(self._row, FORMULA, formula)
        look = self._result_format(example.function, wraps=example.function == "XLC_WHY")
        self._worksheet.write_formula(self._row, RESULT, formula, look, value)
        lines = max(_lines(str(value), WIDTHS[RESULT]), _lines(self._help(example), WIDTHS[HELP]))
        self._worksheet.set_row(self._row, _LINE * lines + 4)

    def _help(self, example: Example) -> str:
        return self._words.text(f"functions.{example.function}.help")

    def _write_formula_text(self, row: int, place: int, formula: str) -> None:
        """The formula as it is typed in the workbook's language."""
        typed = formula if self._words.language == "en" else formula.replace(",", ";")
        look = self._formats.of(font_name="Consolas", font_size=10, font_color=_ACCENT, indent=1, **_RULED)
        self._worksheet.write_string(row, place, typed, look)

    def _result_format(self, function: str, *, wraps: bool = False) -> Format:
        kind = FUNCTIONS[function].answers
        number_format = "0.00%" if function in _PERCENT else _FORMAT_OF.get(kind, "General")
        if kind == "flag":
            number_format = '[=1]"{true}";[=0]"{false}"'.format_map(self._words.section("formulas.flags"))
        look = {"text_wrap": True, "align": "left"} if wraps else {"align": "right"}
        return self._formats.of(bold=not wraps, font_color=INK, num_format=number_format, **look, **_RULED)

    def _value(self, example: Example, inputs: Sequence[Cell]) -> Any:  # noqa: ANN401  what a cell holds
        cells = [_as_excel_holds(cell) for cell in inputs]
        if example.explains:
            return why(example.explains, [*cells, None], self._rules)
        function = FUNCTIONS[example.function]
        ((value,),) = answer(function.name, _arguments(function, cells), self._rules)
        return _shown(value)

    def _write_range(self) -> None:
        self._write_heading("range")
        self._write_wide(self._row, self._words.text("formulas.range_note"))
        as_of_row, header_row = self._row + 1, self._row + 2
        self._write_as_of(as_of_row)
        columns = {"customer": self._words.section("formulas.names"), **RANGE}
        first, last = header_row + 1, header_row + len(RANGE["amount"])
        self._write_range_inputs(header_row, columns)
        places = {key: place for place, key in enumerate(columns, start=NAME)}
        refs = {key: xl_range(first, place, last, place) for key, place in places.items()}
        refs["as_of"] = xl_rowcol_to_cell(as_of_row, FIRST_INPUT)
        cells = {
            key: tuple((_as_excel_holds(self._word(cell)),) for cell in values)
            for key, values in columns.items()
        }
        cells["as_of"] = ((_as_excel_holds(RANGE_AS_OF),),)
        for place, column in enumerate(RANGE_RESULTS, start=NAME + len(columns)):
            self._write_range_column(header_row, place, column, (refs, cells))
        self._row = last + 1

    def _write_as_of(self, row: int) -> None:
        label = self._formats.of(bold=True, font_color=INK, **_RULED)
        self._worksheet.write_string(row, NAME, self._words.text("why.labels.as_of").capitalize(), label)
        self._write_cells(row, FIRST_INPUT, [RANGE_AS_OF])

    def _write_range_inputs(self, header_row: int, columns: dict[str, Sequence[Cell]]) -> None:
        for place, (key, cells) in enumerate(columns.items(), start=NAME):
            self._write_range_header(header_row, place, key)
            for row, cell in enumerate(cells, start=header_row + 1):
                self._write_cells(row, place, [self._word(cell)])

    def _write_range_header(self, row: int, place: int, key: str) -> None:
        side = {"align": "left", "indent": 1} if place == NAME else {"align": "right"}
        header = self._formats.of(bold=True, font_color=INK, bottom=1, bottom_color=_ACCENT, **side)
        self._worksheet.write_string(row, place, self._words.text(f"formulas.range_headers.{key}"), header)

    def _write_range_column(
        self, header_row: int, place: int, column: RangeColumn, data: tuple[dict[str, str], dict[str, Any]]
    ) -> None:
        """One array formula over all rows, its values, and beside the table the formula as it is typed."""
        refs, cells = data
        formula = _call(column.function, [refs[key] if key else "" for key in column.arguments])
        values = answer(column.function, self._range_arguments(column, cells), self._rules)
        first, last, look = header_row + 1, header_row + len(values), self._result_format(column.function)
        self._write_range_header(header_row, place, column.key)
        self._worksheet.write_array_formula(
            first, place, last, place, f"{{{formula}}}", look, _shown(values[0][0])
        )
        for row, (value,) in enumerate(values[1:], start=first + 1):
            self._write_value(row, place, _shown(value), look)
        typed_row = header_row + 1 + RANGE_RESULTS.index(column)
        self._write_formula_text(typed_row, FORMULA, formula)

    def _range_arguments(self, column: RangeColumn, cells: dict[str, Any]) -> list[Any]:
        given = [cells[key] if key else None for key in column.arguments]
        return given + [None] * (len(FUNCTIONS[column.function].arguments) - len(given))

    def _write_value(self, row: int, place: int, value: Any, look: Format) -> None:  # noqa: ANN401  what a cell holds
        if isinstance(value, str):
            self._worksheet.write_string(row, place, value, look)
        else:
            self._worksheet.write_number(row, place, value, look)


def _formula_of(example: Example, row: int) -> str:
    """The formula of an example whose inputs stand in `row`."""
    cells = [xl_rowcol_to_cell(row, FIRST_INPUT + place) for place in range(len(example.inputs))]
    if example.function == "XLC_DSO_COUNTBACK":
        cells = [cells[0], f"{cells[1]}:{cells[-1]}"]
    return _call(example.function, [f'"{example.explains}"', *cells] if example.explains else cells)


def _call(function: str, arguments: Sequence[str]) -> str:
    return f"={function}({','.join(arguments)})"


def _arguments(function: Function, cells: list[Any]) -> list[Any]:
    """Cells as arguments, a list as a row of cells, those left out blank."""
    if function.name == "XLC_DSO_COUNTBACK":
        cells = [cells[0], (tuple(cells[1:]),)]
    return cells + [None] * (len(function.arguments) - len(cells))


def _as_excel_holds(cell: Cell) -> Cell:
    return float((cell - _EXCEL_DAY_ZERO).days) if isinstance(cell, dt.date) else cell


def _shown(value: Any) -> Any:  # noqa: ANN401  what a cell holds
    """A value as the file holds it: an error value by its name, a flag as a number that its format words.

    LibreOffice, unlike Excel, shows no flag of a formula that it cannot compute.
    """
    if isinstance(value, bool):
        return int(value)
    return value.removeprefix(MARK) if isinstance(value, str) else value


def _lines(text: str, width: float) -> int:
    """Lines that `text` takes in a column, with room for a wide font."""
    return 1 + int(len(text) / (width * 1.15))
