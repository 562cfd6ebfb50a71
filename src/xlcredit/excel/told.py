"""What messages say of errors and findings to somebody who sits before Excel, and how much they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlcredit.catalogue import Catalogue
    from xlcredit.errors import Finding, XlcreditError

SHOWN = 5
"""Names in a message; dots stand for the others."""


def listed(names: Sequence[str]) -> str:
    """The first names.

    >>> listed(["Alfa", "Beta"])
    'Alfa, Beta'
    """
    return ", ".join(names[:SHOWN]) + ("…" if len(names) > SHOWN else "")


def refusal(error: XlcreditError, words: Catalogue) -> str:
    """What an error says: its own words for buttons, else the usual ones."""
    own = f"presses.errors.{error.code}"
    return words.text(own, **error.facts) if words.has(own) else words.error(error)


def finding_line(finding: Finding, words: Catalogue) -> str:
    """A finding as a line of a message: the row, what is wrong, how often, and a remedy for buttons."""
    message, remedy = words.finding(finding)
    own = f"presses.remedies.{finding.code}"
    if words.has(own):
        remedy = words.text(own)
    row = f"{finding.row}: " if finding.row else ""
    times = f" ({words.text('cli.rows', count=finding.count)})" if finding.count > 1 else ""
    return f"· {row}{message}{times} {remedy}"
