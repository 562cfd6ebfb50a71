"""What can go wrong: misuse as named errors, bad data as findings.

A problem in the user's data is a `Finding`: a value, collected and shown with all the others; the row stays.
Misuse (a missing file, a locked workbook, a rate asked for past its publication) raises a class of its own,
whose constructor takes the facts. The words of both stand in the catalogue under `errors.<code>` and
`findings.<code>`, in four parts at most: where, what came, what was expected, what to do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

Fact = Any
"""A value that fills a message: str, int, date, Decimal, Money. Formatted for the reader's language at the edge."""


UNREAD_CURRENCY = "XXX"
"""ISO 4217's code for no currency: an amount whose currency nobody can read is added to no other."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its currency, as a fact."""

    cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with the data.

    Attributes:
        code: key of the wording in the catalogue (`findings.<code>`), kebab-case.
        table: schema key of the table (`invoices`).
        column: schema key of the column, or None when it concerns the row or the table.
        position: 0-based row of the table's body, or None when it concerns the table.
        row: what a person calls the row (invoice number, customer code).
        found: the value as it came, as text.
        facts: further values for the wording.
        count: rows concerned; above 1, one cause over many rows, of which `position` is the first.
        needs_person: whether exit code 1 is due; False for a note.
    """

    code: str
    table: str = ""
    column: str | None = None
    position: int | None = None
    row: str | None = None
    found: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    count: int = 1
    needs_person: bool = True


class XlcreditError(Exception):
    """Base of every error raised for misuse or unreadable input.

    Subclasses set `code`, the key of the wording (`errors.<code>`), and pass the facts that fill it.
    `str(error)` is the English wording; the edges ask the catalogue for the reader's language.
    """

    code: ClassVar[str] = "error"

    def __init__(self, **facts: Fact) -> None:
        self.facts = facts
        super().__init__(facts)

    def __str__(self) -> str:
        from xlcredit.catalogue import Catalogue  # noqa: PLC0415  the wording is needed only when shown

        return Catalogue("en").error(self)
