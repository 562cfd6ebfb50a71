"""The page of every letter: letterhead, footer, the window of the envelope, subject.

Measures follow Italian envelopes with a window on the right: the address stands 112 mm from the left edge,
between 48 and 90 mm from the top; what the letter is about begins below, so that nothing of it shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlcredit.build.letter_templates.styles import INK, RULE
from xlcredit.build.letter_templates.word import (
    WIDTH,
    add_field,
    add_paragraph,
    add_row,
    add_table,
    add_tag,
    fill_cell,
    least_height,
    new_page_size,
    remove_first_paragraph,
    rule,
)

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell

Words = dict[str, Any]

LETTERHEAD_HEIGHT, ADDRESS_HEIGHT = 34, 46
ADDRESS_LEFT = 92
"""Millimetres from the left margin."""


def set_up_page(document: Document, words: Words) -> None:
    """Size, margins, letterhead, the short heading of the pages that follow, footer."""
    new_page_size(document)
    section = document.sections[0]
    section.different_first_page_header_footer = True
    _add_letterhead(section.first_page_header)
    continued = section.header
    rule(add_paragraph(continued, words["continued"], "header"), RULE)
    remove_first_paragraph(continued)
    for footer in (section.first_page_footer, section.footer):
        _add_footer(footer, words)


def _add_letterhead(header: Any) -> None:  # noqa: ANN401  python-docx exports no type for it
    """Name, seat and numbers of the company, in a box of fixed height: the address below keeps its place."""
    table = add_table(header, [WIDTH], "Table Normal")
    row = add_row(table, ["{{ company.name }}"], ["Letterhead"])
    least_height(row, LETTERHEAD_HEIGHT)
    cell = row.cells[0]
    add_paragraph(cell, "{{ company.address_line }}", "Letterhead Line")
    add_paragraph(cell, "{{ company.tax_line }}", "Letterhead Line")
    rule(add_paragraph(cell, "{{ company.contact_line }}", "Letterhead Line"), INK, space=5)
    remove_first_paragraph(header)
    add_paragraph(header, "", "Gap")


def _add_footer(footer: Any, words: Words) -> None:  # noqa: ANN401
    line = add_paragraph(
        footer, "{{ company.name }} · {{ company.address_line }} · {{ company.tax_line }}", "footer"
    )
    rule(line, RULE, "top")
    pages = add_paragraph(footer, f"{words['page']} ", "footer")
    add_field(pages, "PAGE")
    pages.add_run(f" {words['of']} ")
    add_field(pages, "NUMPAGES")
    remove_first_paragraph(footer)


def add_address(document: Document, words: Words) -> None:
    """On the left what the letter refers to, on the right, in the window, the debtor; then the subject."""
    table = add_table(document, [ADDRESS_LEFT, WIDTH - ADDRESS_LEFT], "Table Normal")
    row = add_row(table, ["", ""], ["Letter Reference", "Letter Channel"])
    least_height(row, ADDRESS_HEIGHT)
    _add_references(row.cells[0], words)
    _add_addressee(row.cells[1], words)
    add_paragraph(document, words["subject"], "Title")


def _add_references(cell: _Cell, words: Words) -> None:
    fill_cell(cell, f"{words['date']}\t{{{{ letter.place_and_date }}}}", "Letter Reference")
    add_paragraph(cell, f"{words['reference']}\t{{{{ letter.id }}}}", "Letter Reference")
    add_paragraph(cell, f"{words['customer_id']}\t{{{{ customer.id }}}}", "Letter Reference")
    for variable, label in (("tax_line", "tax"), ("office_code", "office_code")):
        add_optional(
            cell, f"customer.{variable}", f"{words[label]}\t{{{{ customer.{variable} }}}}", "Letter Reference"
        )


def _add_addressee(cell: _Cell, words: Words) -> None:
    """The lines of the envelope; each that may be missing leaves no blank line."""
    add_optional(cell, "letter.sent_by", "{{ letter.sent_by }}", "Letter Channel")
    add_optional(cell, "letter.sent_to", "{{ letter.sent_to }}", "Channel Address")
    add_optional(cell, "customer.title", "{{ customer.title }}", "envelope address")
    add_paragraph(cell, "**{{ customer.name }}**", "envelope address")
    add_optional(cell, "customer.contact", words["attention"], "envelope address")
    for line in ("address", "city_line", "country"):
        add_optional(cell, f"customer.{line}", f"{{{{ customer.{line} }}}}", "envelope address")
    remove_first_paragraph(cell)


def add_optional(container: Any, condition: str, text: str, style: str) -> None:  # noqa: ANN401  body or cell
    """A paragraph that stands only under a condition."""
    add_tag(container, f"if {condition}")
    add_paragraph(container, text, style)
    add_tag(container, "endif")
