"""Texts that Excel would take for something else when they are assigned to a cell.

Excel reads an assigned text as if it were typed: "00123" becomes 123, "1-2" a date, "=x" a formula, "VERO" a
boolean. An apostrophe before it keeps it a text and leaves the cell's format alone; it is not part of the value.
Cells formatted as Text need none, and might show it.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]{5,}")
_MONTHS = re.compile(
    r"^(?:genn|febb|marz|apri|magg|giug|lugl|agos|sett|otto|nove|dice|janu|febr|march|april|june|july|augu|sept|octo"
    r"|decem|janv|fevr|févr|avri|juin|juil|août|janua|märz|oktob|dezem|ener|juni|juli|agost|octu|dici)",
    re.IGNORECASE,
)
_FLAGS = frozenset({"vero", "falso", "true", "false", "vrai", "faux", "wahr", "falsch", "verdadero"})


def at_risk(text: str) -> bool:
    """Whether Excel may take the text for a number, a date, a boolean, an error value or a formula.

    >>> [at_risk(text) for text in ("00123", "1-2", "=A1", "VERO", "#N/D", "'a", "3 marzo", "5 EUR")]
    [True, True, True, True, True, True, True, True]
    >>> [at_risk(text) for text in ("Rossi S.r.l.", "1-30 giorni", "Fattura 12", "fa")]
    [False, False, False, False]
    """
    if not text[:1].isalnum():
        return True
    if text.casefold() in _FLAGS:
        return True
    if not any(character.isdigit() for character in text):
        return False
    return not any(not _MONTHS.match(word) for word in _WORD.findall(text))


def kept_as_texts(column: list[object], *, inverted: frozenset[int] = frozenset()) -> list[object]:
    """The column with an apostrophe before each text at risk.

    Args:
        column: the cells to assign.
        inverted: positions at which the contrary is done: Excel showed that it has to be.
    """
    risks = {text: at_risk(text) for text in {cell for cell in column if isinstance(cell, str)}}
    if not inverted and not any(risks.values()):
        return column
    return [
        f"'{cell}" if isinstance(cell, str) and risks[cell] != (position in inverted) else cell
        for position, cell in enumerate(column)
    ]
