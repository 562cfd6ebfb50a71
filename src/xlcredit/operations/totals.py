"""What is open and what is overdue, by currency: the first line of every answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlcredit.core.assess import Assessment


@dataclass(frozen=True, slots=True)
class Totals:
    """The open rows of one currency.

    Attributes:
        currency: of the rows.
        rows: how many are open.
        open_cents: their residue.
        late: how many of them are overdue.
        late_cents: the residue of those.
    """

    currency: str
    rows: int
    open_cents: int
    late: int
    late_cents: int


def open_totals(assessment: Assessment) -> list[Totals]:
    """The totals of each currency with open rows, the base currency first."""
    opened = assessment.rows[assessment.rows["is_open"]]
    base = assessment.situation.settings.base_currency
    currencies = sorted(
        opened["row_currency"].astype("str").unique(), key=lambda currency: (currency != base, currency)
    )
    groups = [(currency, opened[opened["row_currency"] == currency]) for currency in currencies]
    lates = [group[group["days_overdue"] > 0] for _, group in groups]
    return [
        Totals(
            currency, len(group), int(group["open_amount"].sum()), len(late), int(late["open_amount"].sum())
        )
        for (currency, group), late in zip(groups, lates, strict=True)
    ]
