"""One letter: page, address, then its contents in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlcredit.build.letter_templates.blocks import BLOCKS
from xlcredit.build.letter_templates.page import add_address, add_optional, set_up_page
from xlcredit.build.letter_templates.word import add_paragraph

if TYPE_CHECKING:
    from docx.document import Document

Words = dict[str, Any]
CLOSINGS = ("closing", "warm_closing")


def write_letter(document: Document, body: list[Any], words: Words) -> None:
    """The letter of `body`, a list of contents (see the head of `it.yaml`)."""
    set_up_page(document, words)
    add_address(document, words)
    for content, following in zip(body, [*body[1:], None], strict=True):
        _add(document, content, words, keep=_is_closing(following))


def _add(document: Document, content: Any, words: Words, *, keep: bool) -> None:  # noqa: ANN401  text or mapping
    """One content; the last paragraph before the signature stays with it."""
    if isinstance(content, str):
        add_paragraph(document, content, keep=keep)
    elif "text" in content:
        add_optional(document, content["if"], content["text"], "Body Text")
    elif content["block"] in BLOCKS:
        BLOCKS[content["block"]](document, words)
    else:
        _add_sentence(document, content["block"], words, keep=keep)


def _add_sentence(document: Document, name: str, words: Words, *, keep: bool) -> None:
    if name == "salutation":
        add_paragraph(document, "{{ customer.salutation }}", "Salutation")
    else:
        add_paragraph(document, words[f"shared_{name}"], keep=keep)


def _is_closing(content: Any) -> bool:  # noqa: ANN401
    return isinstance(content, dict) and content.get("block") in CLOSINGS
