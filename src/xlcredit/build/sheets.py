"""One table, one sheet: title, explanation, bands, headers with their help, an Excel Table, print set-up."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from xlcredit.build.dashboard_formulas import Formulas
from xlcredit.build.formats import TALL
from xlcredit.build.highlights import highlight
from xlcredit.build.layout import (
    BAND_ROW,
    BODY_ROW,
    EXPLANATION_ROW,
    HEADER_ROW,
    LAST_ROW,
    TAB_COLOURS,
    TITLE_ROW,
    SheetLayout,
    band_of,
)
from xlcredit.build.validation import explain_header, validate_column
from xlcredit.build.widths import fitting_width

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

    from xlcredit.build.links import LinkColumn
    from xlcredit.build.sheet import Sheet
    from xlcredit.catalogue import Catalogue

TALL_ROW = 31
"""Height of the rows of tables whose texts take two lines, in points."""

LINK_WIDTH = 19
"""Characters of a column to click: a telephone number with its country."""

OWN_WIDTH = 20
"""Characters of a column of the user's own."""

EXPLANATION_LINE = 15
"""Height of a line of the explanation, in points."""

SMALL = 0.85
"""Width of a character of the band, in characters of a column."""

BAND_STEP = 60
"""Characters after which a band says again who fills its columns: on the next page, or scrolled to the right."""

TABLE_STYLE = "xlcredit"
"""Our own table style, added to the package: light bands, nothing else."""


def add_worksheet(workbook: xlsxwriter.Workbook, layout: SheetLayout, words: Catalogue) -> Worksheet:
    """An empty sheet with its name, code name, tab colour, zoom and page."""
    worksheet = workbook.add_worksheet(words.sheet(layout.key))
    worksheet.set_vba_name(layout.code_name)
    worksheet.set_tab_color(TAB_COLOURS[layout.group])
    worksheet.set_zoom(layout.zoom)
    _set_page(worksheet, layout, words)
    return worksheet


def _set_page(worksheet: Worksheet, layout: SheetLayout, words: Catalogue) -> None:
    """Landscape A4, as wide as its pages, name and page number at the foot."""
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    worksheet.fit_to_pages(layout.pages, 0)
    if layout.pages > 1:
        worksheet.repeat_columns(0, layout.frozen - 1)
    worksheet.set_footer(words.text("build.footer"))


def write_table_sheet(sheet: Sheet) -> None:
    """Everything on a table's sheet but the values of its body."""
    _write_head(sheet)
    _set_columns(sheet)
    _write_headers(sheet)
    _add_table(sheet)
    highlight(sheet.worksheet, sheet.table, sheet.formats, sheet.words)
    _set_view(sheet)


def _write_head(sheet: Sheet) -> None:
    key, words, worksheet = sheet.table.key, sheet.words, sheet.worksheet
    if key in TALL:
        worksheet.set_default_row(TALL_ROW)
    for row, height in ((TITLE_ROW, 24), (EXPLANATION_ROW, 15), (BAND_ROW, 15), (HEADER_ROW, 34)):
        worksheet.set_row(row, height)
    worksheet.write_string(TITLE_ROW, 0, words.sheet(key), sheet.formats.title())
    _write_explanation(sheet, words.text(f"build.explanations.{key}"))


def _write_explanation(sheet: Sheet, text: str) -> None:
    """One line; on a sheet of several pages, within the columns that all of them repeat."""
    frozen = sheet.layout.frozen
    look = sheet.formats.explanation(wraps=sheet.layout.pages > 1)
    if sheet.layout.pages > 1:
        width = sum(column_width(sheet, place) for place in range(frozen))
        sheet.worksheet.set_row(EXPLANATION_ROW, EXPLANATION_LINE * (1 + int(len(text) / width)))
        sheet.worksheet.merge_range(EXPLANATION_ROW, 0, EXPLANATION_ROW, frozen - 1, "", look)
    if sheet.words.has(f"build.empty.{sheet.table.key}"):
        sheet.worksheet.write_formula(EXPLANATION_ROW, 0, _by_rows(sheet, text), look)
    else:
        sheet.worksheet.write_string(EXPLANATION_ROW, 0, text, look)


def _by_rows(sheet: Sheet, text: str) -> str:
    """A formula: the text, or other words while the table is empty."""
    key, words = sheet.table.key, sheet.words
    filled = Formulas(words, "").ref(key, "customer_id")
    return f'=IF(COUNTIF({filled},"?*")=0,"{words.text(f"build.empty.{key}")}","{text}")'


def column_width(sheet: Sheet, place: int) -> float:
    """Characters of a column; none of a folded one."""
    if place >= len(sheet.headers):
        return LINK_WIDTH
    if place >= len(sheet.table.columns):
        return OWN_WIDTH
    column, header = sheet.table.columns[place], sheet.headers[place]
    if column.key in sheet.layout.folded:
        return 0
    return fitting_width(sheet.layout, column, header, sheet.cells[header])


def _set_columns(sheet: Sheet) -> None:
    """Widths, default formats and the outline of folded columns."""
    after_folded = False
    for place, column in sheet.columns:
        is_folded = column.key in sheet.layout.folded
        options = {"level": 1, "hidden": True} if is_folded else {"collapsed": after_folded}
        width = fitting_width(sheet.layout, column, sheet.headers[place], sheet.cells[sheet.headers[place]])
        sheet.worksheet.set_column(
            place, place, width, sheet.formats.column(sheet.table.key, column), options
        )
        after_folded = is_folded
    for place in sheet.own:
        sheet.worksheet.set_column(place, place, OWN_WIDTH)
    for place, _ in sheet.linked:
        sheet.worksheet.set_column(place, place, LINK_WIDTH)


def _write_headers(sheet: Sheet) -> None:
    """The bands, one a run of columns filled by the same hand, and each column's help and validation."""
    bands = [band_of(sheet.table.key, column) for _, column in sheet.columns] + ["own"] * len(sheet.own)
    bands += ["link"] * len(sheet.links)
    for band, run in groupby(enumerate(bands), key=lambda item: item[1]):
        _write_band(sheet, band, [place for place, _ in run])
    for place, column in sheet.columns:
        explain_header(sheet, place, column)
        if band_of(sheet.table.key, column) == "input":
            validate_column(sheet, place, column)


def _write_band(sheet: Sheet, band: str, places: list[int]) -> None:
    """The colour of a run, its words at the first column and, in short, again every `BAND_STEP` characters."""
    left, look = sum(column_width(sheet, place) for place in places), sheet.formats.band(band)
    since: float = BAND_STEP
    for place in places:
        width = column_width(sheet, place)
        if width and since >= BAND_STEP and (place == places[0] or left > BAND_STEP / 2):
            room = left if place == places[0] else 0
            sheet.worksheet.write_string(BAND_ROW, place, _band_words(sheet, band, room), look)
            since = 0
        else:
            sheet.worksheet.write_blank(BAND_ROW, place, None, look)
        since, left = since + width, left - width


def _band_words(sheet: Sheet, band: str, room: float) -> str:
    """What a band says, in a word where there is no room for more."""
    words = sheet.words.text(f"build.bands.{band}")
    return words if len(words) * SMALL <= room else sheet.words.text(f"build.narrow_bands.{band}")


def _add_table(sheet: Sheet) -> None:
    """The Excel Table `xlc_<key>`, its headers in the colours of their bands, and its first row, styled.

    Every further row takes that row's formats; an empty table keeps it for the person who types first.
    """
    headers = enumerate(sheet.headers)
    columns = [{"header": header, "header_format": _header_format(sheet, place)} for place, header in headers]
    columns += [_link_options(sheet, link) for link in sheet.links]
    sheet.worksheet.add_table(
        HEADER_ROW,
        0,
        BODY_ROW + sheet.rows - 1,
        sheet.width - 1,
        {"name": f"xlc_{sheet.table.key}", "columns": columns, "style": TABLE_STYLE},
    )
    for place, column in sheet.columns:
        sheet.worksheet.write_blank(BODY_ROW, place, None, sheet.formats.cell(sheet.table.key, column))
    for place in sheet.own:
        dates = sheet.cells.iloc[:, place].dtype.kind == "M"
        sheet.worksheet.write_blank(BODY_ROW, place, None, sheet.formats.own_cell(is_date=dates))


def _link_options(sheet: Sheet, link: LinkColumn) -> dict[str, object]:
    return {
        "header": link.header(sheet.words),
        "header_format": sheet.formats.header("link", required=False),
        "formula": link.formula(sheet.table.key, sheet.words),
        "format": sheet.formats.link_cell(),
    }


def _header_format(sheet: Sheet, place: int) -> object:
    if place >= len(sheet.table.columns):
        return sheet.formats.header("own", required=False)
    column = sheet.table.columns[place]
    band = band_of(sheet.table.key, column)
    return sheet.formats.header(band, required=column.required, kind=column.type)


def _set_view(sheet: Sheet) -> None:
    """Headers and first columns stay, headers repeat on paper, codes of digits are not marked as wrong."""
    sheet.worksheet.freeze_panes(BODY_ROW, sheet.layout.frozen)
    sheet.worksheet.set_selection(BODY_ROW, 0, BODY_ROW, 0)
    sheet.worksheet.repeat_rows(HEADER_ROW)
    ids = [place for place, column in sheet.columns if column.type in {"id", "text"}]
    ranges = " ".join(
        f"{xl_col_to_name(place)}{BODY_ROW + 1}:{xl_col_to_name(place)}{LAST_ROW + 1}" for place in ids
    )
    if ranges:
        sheet.worksheet.ignore_errors({"number_stored_as_text": ranges})
