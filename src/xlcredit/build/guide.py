"""The guide sheet: what to do on Monday morning, the colours, where to get help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlcredit.build.formats import BANDS, INK, TINTS

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from xlcredit.build.formats import Formats
    from xlcredit.catalogue import Catalogue

MARGIN, NUMBER, LABEL, TEXT, LINK = range(5)
WIDTHS = (2, 5, 22, 80, 16)


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
        self._worksheet.set_portrait()
        self._worksheet.fit_to_pages(1, 1)
        self._worksheet.center_horizontally()

    def _write_opening(self) -> None:
        self._worksheet.set_row(0, 30)
        self._worksheet.write_string(0, NUMBER, self._words.text("build.title"), self._formats.title())
        self._worksheet.set_row(1, 34)
        wide = self._formats.of(font_color=INK, valign="vcenter", text_wrap=True)
        self._worksheet.merge_range(1, NUMBER, 1, LINK, self._words.text("guide.intro"), wide)
        self._row = 3

    def _write_steps(self) -> None:
        self._write_heading("guide.week")
        number = self._formats.of(bold=True, font_size=14, font_color=_ACCENT, align="center", **_RULED)
        title = self._formats.of(bold=True, font_color=INK, **_RULED)
        for step, entry in enumerate(self._words.section("guide.steps"), start=1):
            self._worksheet.write_number(self._row, NUMBER, step, number)
            self._worksheet.write_string(self._row, LABEL, entry["title"], title)
            self._write_text(entry["text"])
            self._write_link(entry["sheet"])
            self._row += 1
        self._row += 1

    def _write_colours(self) -> None:
        self._write_heading("guide.colours")
        for entry in self._words.section("guide.colour_rows"):
            swatch = self._swatch(entry["tint"])
            self._worksheet.write_blank(self._row, NUMBER, None, swatch)
            self._worksheet.write_string(self._row, LABEL, entry["label"], swatch)
            self._write_text(entry["text"])
            self._close_row()
        self._row += 1

    def _write_list(self, block: str) -> None:
        self._write_heading(f"guide.{block}")
        for entry in self._words.section(f"guide.{block}_rows"):
            self._worksheet.write_blank(self._row, NUMBER, None, self._formats.of(**_RULED))
            label = self._formats.of(bold=True, font_color=INK, **_RULED)
            self._worksheet.write_string(self._row, LABEL, entry["label"], label)
            self._write_text(entry["text"])
            self._close_row()
        self._row += 1

    def _write_heading(self, key: str) -> None:
        line = {"bottom": 2, "bottom_color": _ACCENT}
        heading = self._formats.of(bold=True, font_size=12, font_color=_ACCENT, **line)
        for place in (LABEL, TEXT, LINK):
            self._worksheet.write_blank(self._row, place, None, heading)
        self._worksheet.write_string(self._row, NUMBER, self._words.text(key), heading)
        self._row += 1

    def _write_text(self, text: str) -> None:
        self._worksheet.write_string(
            self._row, TEXT, text, self._formats.of(text_wrap=True, indent=1, **_RULED)
        )
        self._worksheet.set_row(self._row, 15 * _lines(text) + 4)

    def _close_row(self) -> None:
        self._worksheet.write_blank(self._row, LINK, None, self._formats.of(**_RULED))
        self._row += 1

    def _write_link(self, table: str) -> None:
        name = self._words.sheet(table)
        link = self._formats.of(font_color=_ACCENT, underline=1, **_RULED)
        self._worksheet.write_url(self._row, LINK, f"internal:'{name}'!A1", link, name)

    def _swatch(self, tint: str) -> Format:
        band = BANDS.get(tint)
        colours = {"bg_color": band["fill"], "font_color": band["ink"]} if band else dict(TINTS[tint])
        return self._formats.of(**colours, **_RULED)


_ACCENT = "#1F4E79"
_RULED: dict[str, Any] = {"valign": "vcenter", "bottom": 1, "bottom_color": "#E3E8EE"}


def _lines(text: str) -> int:
    """Lines that `text` takes in the text column, with room for a wide font."""
    return 1 + int(len(text) / (WIDTHS[TEXT] * 1.15))
