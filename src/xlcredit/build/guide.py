"""The guide sheet: what to do on Monday morning, the colours, where to get help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlcredit.build.formats import BANDS, INK, TINTS

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from xlcredit.build.formats import Formats
    from xlcredit.catalogue import Catalogue

MARGIN, LABEL, TEXT, LINK = range(4)
WIDTHS = (2, 18, 104, 18)


class Guide:
    """Writes the guide from top to bottom, one block after the other."""

    def __init__(self, worksheet: Worksheet, formats: Formats, words: Catalogue) -> None:
        self._worksheet, self._formats, self._words = worksheet, formats, words
        self._row = 0

    def write(self) -> None:
        """The whole sheet."""
        self._set_columns()
        self._write_opening()
        self._write_steps()
        self._write_colours()
        self._write_list("know")
        self._write_list("help")
        self._worksheet.print_area(0, 0, self._row, LINK)

    def _set_columns(self) -> None:
        for place, width in enumerate(WIDTHS):
            self._worksheet.set_column(place, place, width)
        self._worksheet.hide_gridlines(2)

    def _write_opening(self) -> None:
        self._worksheet.set_row(0, 30)
        self._worksheet.write_string(0, LABEL, self._words.text("build.title"), self._formats.title())
        self._worksheet.set_row(1, 32)
        wide = self._formats.of(font_color=INK, valign="vcenter", text_wrap=True)
        self._worksheet.merge_range(1, LABEL, 1, LINK, self._words.text("guide.intro"), wide)
        self._row = 3

    def _write_steps(self) -> None:
        self._write_heading("guide.week")
        number = self._formats.of(bold=True, font_size=14, font_color="#1F4E79", align="center", **_RULED)
        for step, entry in enumerate(self._words.section("guide.steps"), start=1):
            self._worksheet.write_number(self._row, LABEL, step, number)
            self._write_text(entry["text"])
            self._write_link(entry["sheet"])
            self._next()
        self._row += 1

    def _write_colours(self) -> None:
        self._write_heading("guide.colours")
        for entry in self._words.section("guide.colour_rows"):
            self._worksheet.write_string(self._row, LABEL, entry["label"], self._swatch(entry["tint"]))
            self._write_text(entry["text"])
            self._next()
        self._row += 1

    def _write_list(self, block: str) -> None:
        self._write_heading(f"guide.{block}")
        dot = self._formats.of(align="right", **_RULED)
        for text in self._words.section(f"guide.{block}_rows"):
            self._worksheet.write_string(self._row, LABEL, "•", dot)
            self._write_text(text)
            self._next()
        self._row += 1

    def _write_heading(self, key: str) -> None:
        heading = self._formats.of(bold=True, font_size=12, font_color="#1F4E79", bottom=2, bottom_color="#1F4E79")
        for place in (TEXT, LINK):
            self._worksheet.write_blank(self._row, place, None, heading)
        self._worksheet.write_string(self._row, LABEL, self._words.text(key), heading)
        self._row += 1

    def _write_text(self, text: str) -> None:
        self._worksheet.write_string(self._row, TEXT, text, self._formats.of(text_wrap=True, **_RULED))
        self._worksheet.set_row(self._row, 15.5 * _lines(text) + 3)

    def _write_link(self, table: str) -> None:
        name = self._words.sheet(table)
        link = self._formats.of(font_color="#1F4E79", underline=1, **_RULED)
        self._worksheet.write_url(self._row, LINK, f"internal:'{name}'!A1", link, name)

    def _swatch(self, tint: str) -> Format:
        if tint in BANDS:
            colours = {"bg_color": BANDS[tint]["fill"], "font_color": BANDS[tint]["ink"]}
        else:
            colours = TINTS[tint]
        return self._formats.of(**colours, **_RULED)

    def _next(self) -> None:
        self._row += 1


_RULED: dict[str, Any] = {"valign": "vcenter", "bottom": 1, "bottom_color": "#E3E8EE"}


def _lines(text: str) -> int:
    """Lines that `text` takes in the text column, with room for a wide font."""
    return 1 + len(text) // (WIDTHS[TEXT] + 4)
