"""Cell formats of the built workbook: number formats by type, soft colours by role, each made once.

Colour never stands alone: the band above a header says in words what its colour says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlcredit.build.layout import WRAPPED

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format

    from xlcredit.schema import Column, Type

NUMBER_FORMATS: dict[Type, str] = {
    "text": "General",
    "id": "@",
    "choice": "General",
    "money": "#,##0.00",
    "rate": "0.00%",
    "int": "0",
    "number": "0.0",
    "date": "dd/mm/yyyy",
    "time": "dd/mm/yyyy hh:mm",
    "flag": "General",
}

KEY_NUMBER_FORMATS: dict[str | tuple[str, str], str] = {
    "days_to_resolve": "0",
    "justified_share": "0%",
    "limit_use": "0%",
    "share": "0%",
    "confidence": "0%",
    ("exchange_rates", "rate"): "0.0000",
}
"""Number formats by column key, or by table and column key, where the type's does not fit."""

TALL = frozenset({"findings"})
"""Tables whose texts take two lines: not every program fits the height by itself when it opens the file."""

CENTRED = frozenset({"flag"})
RIGHT = frozenset({"money", "rate", "int", "number", "date", "time"})

CLEAR_OF_BUTTON = 2
"""Indent of a header on the right: the filter button stands in that corner."""

INK, MUTED, RULE = "#1F2A37", "#5B6573", "#DDE3EA"

BANDS = {
    "input": {"fill": "#D6E6F5", "ink": "#17456E"},
    "computed": {"fill": "#E3EBDD", "ink": "#33512B"},
    "register": {"fill": "#E7E6EC", "ink": "#47425E"},
    "fixed": {"fill": "#ECECEC", "ink": "#4A4A4A"},
    "own": {"fill": "#F6EFE0", "ink": "#5C4A1E"},
    "link": {"fill": "#E3EBDD", "ink": "#33512B"},
}
"""Fill and text colour of headers by who fills the column."""

TINTS: dict[str, dict[str, Any]] = {
    "late1": {"bg_color": "#FFF4D6", "font_color": "#6B4E00"},
    "late2": {"bg_color": "#FFE3BF", "font_color": "#7A3E00"},
    "late3": {"bg_color": "#FBCFC4", "font_color": "#84200F"},
    "soon": {"bg_color": "#FFFBE6", "font_color": "#5E5200"},
    "hold": {"bg_color": "#E9E2F4", "font_color": "#4A2E7A"},
    "finding": {"bg_color": "#FCE1E4", "font_color": "#8A1022"},
    "good": {"bg_color": "#E2F1E0", "font_color": "#22552B"},
    "strong": {"bold": True},
    "closed": {"font_color": "#8B95A1"},
}
"""Conditional formats by name; each shades a cell whose words say the same."""


class Formats:
    """The formats of one workbook; asking twice for the same properties answers the same format."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._tints: dict[str, Format] = {}

    def of(self, **properties: Any) -> Format:  # noqa: ANN401  XlsxWriter's own property values
        """The format with exactly these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(
                {"font_name": "Calibri", "font_size": 11, **properties}
            )
        return self._made[key]

    def title(self) -> Format:
        """The sheet's name, top left."""
        return self.of(bold=True, font_size=16, font_color="#1F4E79", valign="vcenter")

    def explanation(self, *, wraps: bool = False) -> Format:
        """The line under the title."""
        return self.of(
            font_size=10, font_color=MUTED, valign="vcenter", **({"text_wrap": True} if wraps else {})
        )

    def link(self) -> Format:
        """A link to another sheet."""
        return self.of(font_color="#1F4E79", underline=1, valign="vcenter")

    def band(self, band: str) -> Format:
        """The line above the headers that says who fills the columns."""
        colours = BANDS[band]
        return self.of(
            font_size=9, italic=True, bg_color=colours["fill"], font_color=colours["ink"], valign="vcenter"
        )

    def header(self, band: str, *, required: bool, kind: Type | None = None) -> Format:
        """A column's header, aligned as the cells of its type; required ones are bold."""
        colours = BANDS[band]
        return self.of(
            bold=required,
            **header_alignment(kind),
            text_wrap=True,
            valign="vcenter",
            bg_color=colours["fill"],
            font_color=colours["ink"],
            bottom=2,
            bottom_color=colours["ink"],
        )

    def cell(self, table_key: str, column: Column, **more: Any) -> Format:  # noqa: ANN401  as in `of`
        """A body cell of `column`, ruled below."""
        return self.of(bottom=1, bottom_color=RULE, **body_properties(table_key, column), **more)

    def own_cell(self, *, is_date: bool) -> Format:
        """A body cell of a column of the user's own."""
        number_format = NUMBER_FORMATS["date"] if is_date else "General"
        return self.of(
            bottom=1, bottom_color=RULE, font_color=INK, valign="vcenter", num_format=number_format
        )

    def link_cell(self) -> Format:
        """A body cell to click."""
        return self.of(bottom=1, bottom_color=RULE, font_color="#1F4E79", underline=1, valign="vcenter")

    def column(self, table_key: str, column: Column) -> Format:
        """What the cells below the body start with, so that what is typed there shows well."""
        return self.of(**body_properties(table_key, column))

    def tint(self, name: str) -> Format:
        """A conditional format of `TINTS`."""
        if name not in self._tints:
            self._tints[name] = self._workbook.add_format(TINTS[name])
        return self._tints[name]


def alignment(kind: Type) -> dict[str, Any]:
    """Figures and days to the right, flags in the middle, texts to the left; none touches the next column."""
    side = "right" if kind in RIGHT else "center" if kind in CENTRED else "left"
    return {"align": side} if kind in CENTRED else {"align": side, "indent": 1}


def header_alignment(kind: Type | None) -> dict[str, Any]:
    """The alignment of the cells below; of a column without a type, the program's own."""
    if kind is None:
        return {}
    return {**alignment(kind), "indent": CLEAR_OF_BUTTON} if kind in RIGHT else alignment(kind)


def body_properties(table_key: str, column: Column) -> dict[str, Any]:
    """Number format and alignment of a column's cells."""
    by_key = KEY_NUMBER_FORMATS.get(column.key, NUMBER_FORMATS[column.type])
    properties: dict[str, Any] = {
        "num_format": KEY_NUMBER_FORMATS.get((table_key, column.key), by_key),
        "font_color": INK,
        "valign": "top" if table_key in TALL else "vcenter",
        **alignment(column.type),
    }
    if column.key in WRAPPED:
        properties["text_wrap"] = True
    return properties
