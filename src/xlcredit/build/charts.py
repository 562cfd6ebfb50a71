"""The workbook's charts: Excel's own, one series of bars with its figures, no axis to read them from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from xlcredit.build.formats import INK, RULE

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.chart import Chart

    from xlcredit.catalogue import Catalogue

TITLE_COLOUR = "#1F4E79"
_FIGURES = {"value": True, "num_format": "#,##0;-#,##0;", "font": {"size": 9, "color": INK}}
_NAMES: dict[str, Any] = {
    "num_font": {"size": 9, "color": INK},
    "line": {"color": RULE},
    "major_tick_mark": "none",
}
_HIDDEN: dict[str, Any] = {"visible": False, "major_gridlines": {"visible": False}}


@dataclass(frozen=True, slots=True)
class Bars:
    """One series of bars.

    Attributes:
        kind: upright columns, or bars from the top down.
        title: the cell with its title, which names the currency; behind the chart, not to be read twice.
        shown: the title as the file holds it until the cell is computed.
        rows: first and last row of the cells shown.
        columns: of the names and of the amounts.
        colour: of the bars.
        sheet: key of the sheet with the cells.
    """

    kind: Literal["column", "bar"]
    title: tuple[int, int]
    shown: str
    rows: tuple[int, int]
    columns: tuple[int, int]
    colour: str
    sheet: str = "dashboard"


def make_chart(workbook: xlsxwriter.Workbook, bars: Bars, words: Catalogue) -> Chart:
    """A chart of cells, to be sized and placed."""
    chart = workbook.add_chart({"type": bars.kind})
    chart.add_series(_series(bars, words))
    chart.set_legend({"none": True})
    font = {"size": 11, "bold": True, "color": TITLE_COLOUR}
    chart.set_title({"name": [words.sheet(bars.sheet), *bars.title], "data": [bars.shown], "name_font": font})
    chart.set_chartarea({"border": {"color": RULE}})
    if bars.kind == "bar":
        chart.set_y_axis({**_NAMES, "reverse": True})
        chart.set_x_axis(_HIDDEN)
    else:
        chart.set_x_axis(_NAMES)
        chart.set_y_axis(_HIDDEN)
    return chart


def _series(bars: Bars, words: Catalogue) -> dict[str, Any]:
    sheet, (first, last), (names, amounts) = words.sheet(bars.sheet), bars.rows, bars.columns
    return {
        "name": words.text(f"build.{bars.sheet}.amount"),
        "categories": [sheet, first, names, last, names],
        "values": [sheet, first, amounts, last, amounts],
        "fill": {"color": bars.colour},
        "gap": 60,
        "data_labels": _FIGURES,
    }
