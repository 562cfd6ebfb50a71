"""What was decided while a file was read, to be told to the user: as values, worded by the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xlcredit.schema import CUSTOMERS, INVOICES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlcredit.catalogue import Catalogue

SHOWN = 10
"""How many rows or names a decision lists before it goes on with dots."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision.

    Attributes:
        code: key of the wording (`intake.decisions.<code>`), kebab-case.
        facts: what fills it; `column` is the key of one, `count` how many rows or columns.
    """

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def word_decision(decision: Decision, catalogue: Catalogue) -> str:
    """A decision as a reader of the catalogue's language reads it."""
    facts = dict(decision.facts)
    if "column" in facts:
        facts["column"] = column_word(str(facts["column"]), catalogue)
    return catalogue.text(f"intake.decisions.{decision.code}", **facts)


def column_word(key: str, catalogue: Catalogue) -> str:
    """What a column of a ledger is called: as our workbook heads it, or as strangers do."""
    own = f"intake.columns.{key}"
    if catalogue.has(own):
        return catalogue.text(own)
    return catalogue.header(
        "invoices" if key in INVOICES.by_key or key not in CUSTOMERS.by_key else "customers", key
    )


def listed(items: Iterable[Any]) -> str:
    """The first items, and dots where there are more."""
    texts = [str(item) for item in items]
    return ", ".join(texts[:SHOWN]) + (", ..." if len(texts) > SHOWN else "")
