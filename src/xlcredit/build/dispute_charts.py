"""Charts of where disputes come from: the disputed amount by reason and by department, beside the table.

A chart over the table's own rows would keep its first size when a refresh writes more of them into the closed
file, and would show a reason once a department. So hidden cells beside the table add up and rank its rows by
formula, and the charts show those cells: they follow whatever stands in the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsxwriter.utility import xl_range_abs

from xlcredit.build.charts import Bars, make_chart
from xlcredit.build.dashboard_formulas import Formulas
from xlcredit.build.layout import BODY_ROW, HEADER_ROW

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

    from xlcredit.catalogue import Catalogue

TABLE: Final = "dispute_statistics"
ROWS: Final = 60
"""Rows of the table that are added up: the largest amounts come first."""

SHOWN: Final = 5
"""Bars of a chart."""

GAP, WIDTH, HEIGHT = 2, 680, 230
"""Columns between table and hidden cells; pixels of a chart."""

ROWS_OF_CHART: Final = 13
"""Rows from the top of a chart to where the next one surely has begun."""

COLOURS = {"reason": "#2E75B6", "department": "#C55A11"}


class DisputeCharts:
    """Writes the hidden cells and the charts over them."""

    def __init__(self, workbook: xlsxwriter.Workbook, worksheet: Worksheet, words: Catalogue) -> None:
        self._workbook, self._worksheet, self._words = workbook, worksheet, words
        self._formulas = Formulas(words, Formulas(words, "").base_currency_value())

    def write(self, first: int) -> None:
        """Both charts, one above the other.

        Args:
            first: the first column that is free, right of the table.
        """
        hidden = first + GAP
        last = hidden + 3 * len(COLOURS) - 1
        self._worksheet.set_column(first, first, 3)
        self._worksheet.set_column(hidden, last, None, None, {"hidden": True})
        for number, column in enumerate(COLOURS):
            sums, names, amounts = range(hidden + 3 * number, hidden + 3 * number + 3)
            self._write_sums(sums, column)
            self._write_ranking(sums, names, amounts, column)
            self._add_chart(first + 1, number, (names, amounts), column)

    def _write_sums(self, place: int, column: str) -> None:
        """In the row of each name's first line its total, lowered a little down the table: no two are equal."""
        cells = self._formulas.ref(TABLE, column)
        total = f"SUMPRODUCT(({cells}=INDEX({cells},{{row}}))*{self._formulas.ref(TABLE, 'amount')})"
        is_first = f"SUMPRODUCT(--(INDEX({cells},1):INDEX({cells},{{row}})=INDEX({cells},{{row}})))=1"
        for row in range(1, ROWS + 1):
            formula = f'=IF({{row}}>ROWS({cells}),"",IF({is_first},{total}-{{row}}/1000000,""))'
            self._worksheet.write_formula(HEADER_ROW + row, place, formula.format(row=row))

    def _write_ranking(self, sums: int, names: int, amounts: int, column: str) -> None:
        """The largest totals with their names; texts without anything where there are fewer."""
        totals = xl_range_abs(BODY_ROW, sums, BODY_ROW + ROWS - 1, sums)
        name = f"INDEX({self._formulas.ref(TABLE, column)},MATCH(LARGE({totals},{{rank}}),{totals},0))"
        blank = self._words.text(f"build.{TABLE}.blank")
        for rank in range(1, SHOWN + 1):
            chosen = f'=IF(COUNTIF({totals},">0")<{{rank}},"",{{shown}})'
            named = f'IF({name}="","{blank}",{name})'.format(rank=rank)
            rounded = f"ROUND(LARGE({totals},{rank}),2)"
            for place, shown in ((names, named), (amounts, rounded)):
                formula = chosen.format(rank=rank, shown=shown)
                self._worksheet.write_formula(HEADER_ROW + rank, place, formula)

    def _add_chart(self, place: int, number: int, columns: tuple[int, int], column: str) -> None:
        rows = (BODY_ROW, BODY_ROW + SHOWN - 1)
        title = (BODY_ROW + 1 + number * ROWS_OF_CHART, place)
        formula, shown = self._formulas.chart_title(f"{TABLE}.chart_{column}")
        self._worksheet.write_formula(*title, formula)
        bars = Bars("bar", title, shown, rows, columns, COLOURS[column], sheet=TABLE)
        chart = make_chart(self._workbook, bars, self._words)
        chart.show_hidden_data()
        chart.set_size({"width": WIDTH, "height": HEIGHT})
        offset = {"x_offset": 0, "y_offset": number * (HEIGHT + 15), "object_position": 3}
        self._worksheet.insert_chart(BODY_ROW, place, chart, offset)
