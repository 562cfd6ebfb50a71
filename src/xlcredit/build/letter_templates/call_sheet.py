"""The sheet for a call: who, what about, what to ask, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docx.shared import Mm

from xlcredit.build.letter_templates.blocks import DOCUMENT_WIDTHS, add_document_table, add_transfer
from xlcredit.build.letter_templates.page import add_optional
from xlcredit.build.letter_templates.styles import GREY, RULE
from xlcredit.build.letter_templates.word import (
    WIDTH,
    add_field,
    add_paragraph,
    add_row,
    add_table,
    frame,
    least_height,
    new_page_size,
    remove_first_paragraph,
    rule,
)

if TYPE_CHECKING:
    from docx.document import Document

Words = dict[str, Any]

NOTES_HEIGHT = 50
"""Room for notes by hand, millimetres."""


def write_call_sheet(document: Document, sheet: Words, words: Words) -> None:
    """An internal sheet: no letterhead, no address in a window."""
    _set_up(document, sheet, words)
    rule(add_paragraph(document, sheet["heading"], "Title"), RULE)
    _add_facts(document, sheet["facts"])
    add_paragraph(document, sheet["documents"], "heading 1")
    add_document_table(document, words, DOCUMENT_WIDTHS)
    if "payment" in sheet:
        add_paragraph(document, "", "Gap")
        add_transfer(document, sheet["payment"], words)
    add_paragraph(document, sheet["ask_heading"], "heading 1")
    for number, question in enumerate(sheet["ask"], start=1):
        add_paragraph(document, f"{number}. {question}", "Question")
    add_paragraph(document, f"{sheet['tone']} {sheet['manners']}", "Manners")
    _add_outcome(document, sheet)


def _set_up(document: Document, sheet: Words, words: Words) -> None:
    new_page_size(document)
    section = document.sections[0]
    section.top_margin = Mm(18)
    pages = add_paragraph(section.footer, f"{sheet['footer']} · {words['page']} ", "footer")
    add_field(pages, "PAGE")
    pages.add_run(f" {words['of']} ")
    add_field(pages, "NUMPAGES")
    remove_first_paragraph(section.footer)


def _add_facts(document: Document, facts: dict[str, str]) -> None:
    """Who is called, in two columns; a fact that is not known leaves no line."""
    row = add_row(add_table(document, (WIDTH / 2,) * 2, "Letter Totals"), ["", ""], ["Call Fact"] * 2)
    lines = list(facts.items())
    half = -(-len(lines) // 2)
    for cell, some in zip(row.cells, (lines[:half], lines[half:]), strict=True):
        for label, value in some:
            add_optional(cell, value.strip("{} "), f"{label}\t**{value}**", "Call Fact")
        add_paragraph(cell, "", "Gap")
        remove_first_paragraph(cell)


def _add_outcome(document: Document, sheet: Words) -> None:
    """Boxes to tick, lines to fill, room for notes."""
    add_paragraph(document, sheet["outcome_heading"], "heading 1")
    outcomes = sheet["outcomes"]
    for start in range(0, len(outcomes), 4):
        table = add_table(document, (5, 37.5) * 4, "Letter Totals")
        texts = [text for outcome in outcomes[start : start + 4] for text in ("", outcome)]
        for box in add_row(table, texts, ["Table Text", "Choice"] * 4, keep=True).cells[::2]:
            frame(box, ("top", "left", "bottom", "right"), GREY)
        add_paragraph(document, "", "Gap")
    lines = add_table(document, (32, 53, 32, 53), "Letter Lines")
    blanks = sheet["blanks"]
    for start in range(0, len(blanks), 2):
        row = add_row(lines, [blanks[start], "", blanks[start + 1], ""], ["Table Text"] * 4, keep=True)
        least_height(row, 10)
    add_paragraph(document, "", "Gap")
    notes = add_row(add_table(document, (WIDTH,), "Letter Box"), [sheet["notes"]], ["Table Text"])
    least_height(notes, NOTES_HEIGHT)
