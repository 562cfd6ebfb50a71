"""One letter: page, address, then its contents in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlcredit.build.letter_templates.blocks import BLOCKS
from xlcredit.build.letter_templates.page import add_address, add_optional, set_up_page
from xlcredit.build.letter_templates.word import (
    WIDTH,
    add_paragraph,
    add_row,
    add_table,
    remove_first_paragraph,
)

if TYPE_CHECKING:
    from docx.document import Document

Words = dict[str, Any]
CLOSINGS = ("closing", "warm_closing")
SIGNED_WITH = ("acceptance",)
"""What stays with the closing when it follows."""


def write_letter(document: Document, body: list[Any], words: Words) -> None:
    """The letter of `body`, a list of contents (see the head of `it.yaml`)."""
    set_up_page(document, words)
    add_address(document, words)
    end = next(place for place, content in enumerate(body) if _is_one_of(content, CLOSINGS))
    after = end + 1 + sum(_is_one_of(content, SIGNED_WITH) for content in body[end + 1 : end + 2])
    for content in body[: end - 1]:
        _add(document, content, words)
    _add_ending(document, body[end - 1 : after], words)
    for content in body[after:]:
        _add(document, content, words)


def _add_ending(document: Document, contents: list[Any], words: Words) -> None:
    """The last paragraph and the signatures, in one row that no page break splits.

    Paragraphs that are only told to stay together can still part in LibreOffice, when a table follows.
    """
    table = add_table(document, [WIDTH], "Table Normal")
    cell = add_row(table, [""], ["Body Text"]).cells[0]
    for content in contents:
        _add(cell, content, words)
    remove_first_paragraph(cell)
    add_paragraph(document, "", "Gap")


def _add(container: Any, content: Any, words: Words) -> None:  # noqa: ANN401  body or cell; text or mapping
    """One content."""
    if isinstance(content, str):
        add_paragraph(container, content)
    elif "text" in content:
        add_optional(container, content["if"], content["text"], "Body Text")
    elif content["block"] in BLOCKS:
        BLOCKS[content["block"]](container, words)
    elif content["block"] == "salutation":
        add_paragraph(container, "{{ customer.salutation }}", "Salutation")
    else:
        add_paragraph(container, words[f"shared_{content['block']}"])


def _is_one_of(content: Any, blocks: tuple[str, ...]) -> bool:  # noqa: ANN401
    return isinstance(content, dict) and content.get("block") in blocks
