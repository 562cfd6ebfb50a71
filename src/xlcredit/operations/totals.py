"""What is open and what is overdue, by currency: the first line of every answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

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
        credit_cents: what credit notes take off `open_cents`, below zero.
    """

    currency: str
    rows: int
    open_cents: int
    late: int
    late_cents: int
    credit_cents: int


def open_totals(assessment: Assessment) -> list[Totals]:
    """The totals of each currency with open rows, the base currency first."""
    opened = assessment.rows[assessment.rows["is_open"]]
    base = assessment.situation.settings.base_currency
    currencies = sorted(
        opened["row_currency"].astype("str").unique(), key=lambda currency: (currency != base, currency)
    )
    groups = [(currency, opened[opened["row_currency"] == currency]) for currency in currencies]
    return [_totals(currency, group) for currency, group in groups]


def _totals(currency: str, opened: pd.DataFrame) -> Totals:
    late, credits_ = opened[opened["days_overdue"] > 0], opened[opened["is_credit"]]
    sums = (int(rows["open_amount"].sum()) for rows in (opened, late, credits_))
    open_cents, late_cents, credit_cents = sums
    return Totals(currency, len(opened), open_cents, len(late), late_cents, credit_cents)
