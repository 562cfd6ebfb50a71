"""The dashboard: native formulas and native charts over the tables, on one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_rowcol_to_cell

from xlcredit.bucket_words import bucket_words
from xlcredit.build.charts import Bars, make_chart
from xlcredit.build.dashboard_formulas import ENDLESS, Formulas
from xlcredit.build.formats import INK, MUTED, RULE
from xlcredit.core.aging import NOT_DUE

if TYPE_CHECKING:
    from collections.abc import Iterable

    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from xlcredit.build.formats import Formats
    from xlcredit.catalogue import Catalogue

LABEL, AMOUNT, SHARE, ROWS, GAP, RANK, NAME, OVERDUE, PART, CLASS = range(1, 11)
WIDTHS = (2, 42, 17, 9, 8, 4, 6, 38, 17, 9, 8)
LOWER, UPPER = 13, 14
"""Hidden columns with the first and last day of each bucket."""

AS_OF_ROW, BASE_ROW, SUMMARY_ROW, TABLES_ROW = 1, 2, 4, 14
TOP = 10
CHART_ROW, CHART_ROWS = TABLES_ROW + TOP + 4, 16

PARTS = frozenset({"overdue", "disputed"})
"""Lines that are a part of the line above."""

MONEY, SHARE_FORMAT, COUNT = "#,##0.00", "0.0%", "0"
HEADING_COLOUR, AGING_COLOUR, TOP_COLOUR = "#1F4E79", "#2E75B6", "#C55A11"


@dataclass
class Dashboard:
    """Writes the dashboard block by block.

    Attributes:
        workbook: to make charts.
        worksheet: where it writes.
        formats: of the workbook.
        words: the workbook's language.
        bounds: how many aging buckets have a last day.
    """

    workbook: xlsxwriter.Workbook
    worksheet: Worksheet
    formats: Formats
    words: Catalogue
    bounds: int

    def __post_init__(self) -> None:
        self.make = Formulas(self.words, xl_rowcol_to_cell(BASE_ROW, AMOUNT, row_abs=True, col_abs=True))
        self.first_bucket = TABLES_ROW + 2
        self.last_bucket = self.first_bucket + self.bounds + 1

    def write(self) -> None:
        """The whole sheet."""
        self._set_page()
        self._write_head()
        self._write_summary()
        self._write_watch()
        self._write_aging()
        self._write_top()
        self._add_charts()

    def _set_page(self) -> None:
        for place, width in enumerate(WIDTHS):
            self.worksheet.set_column(place, place, width)
        self.worksheet.set_column(LOWER, UPPER, 8, None, {"hidden": True})
        self.worksheet.hide_gridlines(2)
        self.worksheet.fit_to_pages(1, 1)
        self.worksheet.center_horizontally()
        self.worksheet.print_area(0, 0, CHART_ROW + CHART_ROWS, CLASS)

    def _write_head(self) -> None:
        self.worksheet.set_row(0, 26)
        self.worksheet.write_string(0, LABEL, self.words.sheet("dashboard"), self.formats.title())
        self._formula(
            0, CLASS, "=" + self.make.setting("company_name"), bold=True, font_size=12, align="right"
        )
        self._label(AS_OF_ROW, LABEL, "as_of", font_color=MUTED)
        self._formula(AS_OF_ROW, AMOUNT, self.make.as_of(), num_format="dd/mm/yyyy", align="right", bold=True)
        self._label(BASE_ROW, LABEL, "base", font_color=MUTED)
        self._formula(BASE_ROW, AMOUNT, self.make.base_currency(), align="right", bold=True)

    def _write_summary(self) -> None:
        make = self.make
        self._heading(SUMMARY_ROW, "summary", LABEL, ROWS)
        (owed, _), (late, _) = self._of_bucket(), self._of_bucket(*make.late("1"))
        lines = (
            ("open", f"={owed}", MONEY),
            ("overdue", f"={late}", MONEY),
            ("overdue_share", f"=IFERROR({late}/{owed},0)", SHARE_FORMAT),
            ("customers", f'=COUNTIFS({make.ref("customers", "overdue")},">0")', COUNT),
            ("interest", f"={make.invoices('interest', make.positive('interest'))}", MONEY),
            ("credits", f"={make.credits()}", MONEY),
            ("unallocated", f"=SUM({make.ref('payments', 'unallocated')})", MONEY),
            ("other_currencies", make.other_currencies(), COUNT),
        )
        self._lines(LABEL, AMOUNT, ROWS, lines)

    def _write_watch(self) -> None:
        make = self.make
        self._heading(SUMMARY_ROW, "watch", RANK, CLASS)
        running = make.running_disputes()
        lines = (
            ("promises", make.counted("promises", "status", "promise_status", "open"), COUNT),
            ("broken", make.counted("promises", "status", "promise_status", "broken"), COUNT),
            ("disputes", f"=COUNTIFS({running})", COUNT),
            ("disputed", f"=SUMIFS({make.ref('disputes', 'disputed_amount')},{running})", MONEY),
            ("plans", make.counted("plans", "status", "plan_status", "default"), COUNT),
            ("decisions", make.waiting_decisions(), COUNT),
            ("proposed", make.letters_to_issue(), COUNT),
            ("findings", make.filled("findings", "code"), COUNT),
        )
        self._lines(RANK, OVERDUE, CLASS, lines)

    def _lines(self, label: int, value: int, last: int, lines: Iterable[tuple[str, str, str]]) -> None:
        for row, (key, formula, number_format) in enumerate(lines, start=SUMMARY_ROW + 1):
            for place in range(label, last + 1):
                self.worksheet.write_blank(row, place, None, self._of(**_RULED))
            self._label(row, label, key, indent=1 if key in PARTS else 0, **_RULED)
            self._formula(row, value, formula, num_format=number_format, align="right", bold=True, **_RULED)

    def _write_aging(self) -> None:
        """One row a bucket; its first and last day follow the setting and stand in hidden columns."""
        self._heading(TABLES_ROW, "aging", LABEL, ROWS)
        self._header(((LABEL, "bucket"), (AMOUNT, "amount"), (SHARE, "share"), (ROWS, "rows")))
        for number in range(self.bounds + 2):
            self._write_bounds(self.first_bucket + number, number)
            self._write_bucket(self.first_bucket + number, number)
        self._total(LABEL, "total", (AMOUNT, ROWS), (self.first_bucket, self.last_bucket))

    def _write_bounds(self, row: int, number: int) -> None:
        lower = f"={-ENDLESS}" if number == 0 else f"={_cell(row - 1, UPPER)}+1"
        last = self.make.bound(number) if number <= self.bounds else f"={ENDLESS}"
        self.worksheet.write_formula(row, LOWER, lower)
        self.worksheet.write_formula(row, UPPER, last if number else "=0")

    def _write_bucket(self, row: int, number: int) -> None:
        make, lower, upper = self.make, _cell(row, LOWER), _cell(row, UPPER)
        if number:
            self._formula(row, LABEL, make.bucket_label(lower, upper), **_RULED)
            amount, rows = self._of_bucket(*make.late(lower, upper))
        else:
            words = bucket_words(NOT_DUE, self.words)
            self.worksheet.write_string(row, LABEL, words, self._of(**_RULED))
            amount, rows = self._not_due()
        share = f"=IFERROR({_cell(row, AMOUNT)}/{_cell(self.last_bucket + 1, AMOUNT)},0)"
        self._figure(row, AMOUNT, f"={amount}", MONEY)
        self._figure(row, SHARE, share, SHARE_FORMAT)
        self._figure(row, ROWS, f"={rows}", COUNT)

    def _of_bucket(self, *conditions: str) -> tuple[str, str]:
        """Amount and number of the open claims that meet `conditions`."""
        opened = (self.make.positive("open_amount"), *conditions)
        return self.make.invoices("open_amount", *opened), self.make.invoice_count(*opened)

    def _not_due(self) -> tuple[str, str]:
        """All that is not late, rows without a due date too: the buckets sum to what is open."""
        everything, late = self._of_bucket(), self._of_bucket(*self.make.late("1"))
        return f"{everything[0]}-{late[0]}", f"{everything[1]}-{late[1]}"

    def _write_top(self) -> None:
        self._heading(TABLES_ROW, "top", RANK, CLASS)
        columns = (
            (RANK, "position"),
            (NAME, "customer"),
            (OVERDUE, "amount"),
            (PART, "share"),
            (CLASS, "class"),
        )
        self._header(columns)
        first = TABLES_ROW + 2
        for rank in range(1, TOP + 1):
            self._write_ranked(first + rank - 1, rank, first)
        self._total(RANK, "top_total", (OVERDUE, PART), (first, first + TOP - 1))

    def _write_ranked(self, row: int, rank: int, first: int) -> None:
        make, amount = self.make, _cell(row, OVERDUE)
        above = f"{xl_rowcol_to_cell(first, OVERDUE, row_abs=True)}:{amount}"
        self.worksheet.write_number(
            row, RANK, rank, self._of(align="right", indent=1, font_color=MUTED, **_RULED)
        )
        for place, column, align in ((NAME, "name", "left"), (CLASS, "abc_class", "center")):
            ranked = make.ranked_name(amount, above, column)
            look = self._of(align=align, indent=1 if place == NAME else 0, **_RULED)
            self.worksheet.write_array_formula(row, place, row, place, ranked, look)
        self._figure(row, OVERDUE, make.ranked_amount(_cell(row, RANK)), MONEY)
        total = f"SUM({make.ref('customers', 'overdue')})"
        self._figure(row, PART, f'=IF({amount}="","",IFERROR({amount}/{total},0))', SHARE_FORMAT)

    def _add_charts(self) -> None:
        """Both charts below the tables they show."""
        buckets, ranks = (self.first_bucket, self.last_bucket), (TABLES_ROW + 2, TABLES_ROW + 1 + TOP)
        aging = Bars(
            "column", *self._write_title("chart_aging", LABEL), buckets, (LABEL, AMOUNT), AGING_COLOUR
        )
        top = Bars("bar", *self._write_title("chart_top", NAME), ranks, (NAME, OVERDUE), TOP_COLOUR)
        for bars, places in ((aging, (LABEL, ROWS)), (top, (RANK, CLASS))):
            width = sum(7 * width + 5 for width in WIDTHS[places[0] : places[1] + 1])
            chart = make_chart(self.workbook, bars, self.words)
            chart.set_size({"width": width, "height": 20 * CHART_ROWS - 10})
            self.worksheet.insert_chart(CHART_ROW, places[0], chart)

    def _write_title(self, key: str, place: int) -> tuple[tuple[int, int], str]:
        """The cell of a chart's title, and what it shows."""
        formula, shown = self.make.chart_title(f"dashboard.{key}")
        self.worksheet.write_formula(CHART_ROW + 1, place, formula)
        return (CHART_ROW + 1, place), shown

    def _heading(self, row: int, key: str, first: int, last: int) -> None:
        heading = self._of(
            bold=True, font_size=12, font_color=HEADING_COLOUR, bottom=2, bottom_color=HEADING_COLOUR
        )
        for place in range(first, last + 1):
            self.worksheet.write_blank(row, place, None, heading)
        self.worksheet.write_string(row, first, self.words.text(f"build.dashboard.{key}"), heading)

    def _header(self, columns: Iterable[tuple[int, str]]) -> None:
        for place, key in columns:
            align = "left" if place in {LABEL, NAME} else "right"
            align = "center" if place == CLASS else align
            indent = 1 if place in {RANK, NAME} else 0
            self._label(
                TABLES_ROW + 1,
                place,
                key,
                align=align,
                indent=indent,
                font_color=MUTED,
                italic=True,
                **_RULED,
            )

    def _total(self, label: int, key: str, summed: tuple[int, ...], rows: tuple[int, int]) -> None:
        """A line of sums under `rows` (first and last); the block is as wide as its heading."""
        first, last = rows
        line = {"bold": True, "top": 1, "top_color": HEADING_COLOUR}
        for place in range(label, (ROWS if label == LABEL else CLASS) + 1):
            self.worksheet.write_blank(last + 1, place, None, self._of(**line))
        self._label(last + 1, label, key, **line)
        for place in summed:
            total = f"=SUM({_cell(first, place)}:{_cell(last, place)})"
            self._formula(last + 1, place, total, num_format=_SUM_FORMATS[place], align="right", **line)

    def _figure(self, row: int, place: int, formula: str, number_format: str) -> None:
        self._formula(row, place, formula, num_format=number_format, align="right", **_RULED)

    def _formula(self, row: int, place: int, formula: str, **properties: Any) -> None:  # noqa: ANN401
        self.worksheet.write_formula(row, place, formula, self._of(**properties))

    def _label(self, row: int, place: int, key: str, **properties: Any) -> None:  # noqa: ANN401
        self.worksheet.write_string(
            row, place, self.words.text(f"build.dashboard.{key}"), self._of(**properties)
        )

    def _of(self, **properties: Any) -> Format:  # noqa: ANN401  XlsxWriter's own property values
        return self.formats.of(**{"font_color": INK, "valign": "vcenter", **properties})


_RULED: dict[str, Any] = {"bottom": 1, "bottom_color": RULE}
_SUM_FORMATS = {AMOUNT: MONEY, OVERDUE: MONEY, PART: SHARE_FORMAT, ROWS: COUNT}


def _cell(row: int, place: int) -> str:
    return str(xl_rowcol_to_cell(row, place))
