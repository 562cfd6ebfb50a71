"""What an aging bucket is called, whatever its days."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlcredit.catalogue import Catalogue


def bucket_words(code: str, catalogue: Catalogue) -> str:
    """`1-30` -> "1-30 giorni"; `180+` -> "Oltre 180 giorni"; `not_due` -> "A scadere"."""
    first, dash, last = code.rstrip("+").partition("-")
    if not first.isdecimal():
        text = catalogue.text(f"buckets.{code}")
    elif dash:
        text = catalogue.text("bucket_words.between", first=first, last=last)
    else:
        text = catalogue.text("bucket_words.over", first=first)
    return text[:1].upper() + text[1:]
