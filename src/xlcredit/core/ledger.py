"""The ledger: every typed table the rules read, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from xlcredit.schema import DTYPES, TABLES, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Ledger:
    """Typed frames by table, each with every column of its table (see `schema`).

    Attributes:
        invoices: one row an invoice, credit note or instalment of one.
        customers: one row a customer.
        payments: money that came in.
        allocations: what a payment, credit note or allowance settles.
        reminders: the register: append-only events.
        contacts: the contact log.
        promises: promises of payment.
        disputes: what a customer contests.
        plans: agreed instalments.
        case_files: rows handed over to a lawyer or an agency.
        exchange_rates: units of a currency for one of the base currency, by date.
        operators: who works the list of the day.
        decisions: what was decided for a customer and currency.
        proposal: the letters last proposed, with the approvals typed beside them.
        unreadable: (table, column) -> positions whose cell held something that could not be read.
    """

    invoices: pd.DataFrame
    customers: pd.DataFrame
    payments: pd.DataFrame
    allocations: pd.DataFrame
    reminders: pd.DataFrame
    contacts: pd.DataFrame
    promises: pd.DataFrame
    disputes: pd.DataFrame
    plans: pd.DataFrame
    case_files: pd.DataFrame
    exchange_rates: pd.DataFrame
    operators: pd.DataFrame
    decisions: pd.DataFrame
    proposal: pd.DataFrame
    unreadable: Mapping[tuple[str, str], NDArray[np.int64]] = field(default_factory=dict)

    @classmethod
    def from_frames(cls, frames: Mapping[str, pd.DataFrame]) -> Ledger:
        """A ledger of the given typed frames; a table that is not among them is empty."""
        keys = [table.name for table in fields(cls) if table.name != "unreadable"]
        tables: dict[str, Any] = {key: frames[key] if key in frames else _empty(key) for key in keys}
        return cls(**tables)


@lru_cache(maxsize=len(TABLES))
def _empty(key: str) -> pd.DataFrame:
    """The empty frame of a table: made once, frames are values."""
    return typed_frame(TABLES[key])


def typed_frame(table: Table, columns: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """A frame with every column of `table` in its dtype; those not given are blank.

    >>> typed_frame(TABLES["operators"], {"operator": ["anna"]})["minutes_per_day"].isna().all()
    np.True_
    """
    frame = pd.DataFrame(columns or {})
    frame = frame.reindex(columns=[column.key for column in table.columns])
    return frame.astype({column.key: _dtype(table, column.key) for column in table.columns})


def _dtype(table: Table, key: str) -> Any:  # noqa: ANN401  pandas' dtypes have no common type
    column = table[key]
    return (
        pd.CategoricalDtype(pd.Index(column.choices, dtype="str")) if column.choices else DTYPES[column.type]
    )
