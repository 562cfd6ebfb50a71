"""The sample company as typed frames."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from xlcredit.build.sample.cases import case_rows
from xlcredit.build.sample.history import payment_rows, reminder_rows
from xlcredit.build.sample.ordinary import ordinary_bills
from xlcredit.build.sample.people import company_settings, customer_rows
from xlcredit.core.ledger import typed_frame
from xlcredit.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlcredit.schema import Column, Table

ORDER = {
    "invoices": ["document_date", "invoice_id", "instalment"],
    "payments": ["payment_date", "payment_id"],
    "allocations": ["allocation_date", "payment_id", "invoice_id"],
    "reminders": ["event_time", "event_id"],
    "contacts": ["contact_time"],
}
"""How a careful clerk would have sorted each table."""

NEWEST_FIRST = frozenset({"invoices", "payments"})

OPERATORS = (
    {
        "operator": "AC",
        "name": "Aurora Contabili",
        "email": "aurora@meridiana.example",
        "minutes_per_day": 120,
    },
    {"operator": "BR", "name": "Bruno Registri", "email": "bruno@meridiana.example", "minutes_per_day": 180},
)


def sample_frames(language: str = "it") -> dict[str, pd.DataFrame]:
    """The sample's tables by schema key.

    Amounts, names and rows are the same in every language; only what a person would have written (notes,
    reasons) is in `language`. A column of dtype object holds typed values and, as plain texts, what nobody
    can read as an amount or a date (see `build_workbook`).
    """
    rows = _rows(language)
    frames = {key: _frame(TABLES[key], _sorted(key, found)) for key, found in rows.items()}
    frames["settings"] = _settings_frame(language)
    return frames


def _rows(language: str) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    bills = ordinary_bills()
    rows["invoices"] = [bill.columns for bill in bills]
    rows["payments"], rows["allocations"] = payment_rows(bills)
    rows["reminders"] = reminder_rows(bills)
    rows["customers"] = customer_rows(language)
    rows["operators"] = [dict(entry) for entry in OPERATORS]
    for table, row in case_rows(language):
        rows[table].append(row)
    for payment in rows["payments"]:
        payment.setdefault("currency", "EUR")
    return rows


def _sorted(key: str, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows in the order of their table; blanks and unreadable values come last."""
    columns = ORDER.get(key, [])
    newest_first = key in NEWEST_FIRST
    return sorted(rows, key=lambda row: [_order(row.get(column)) for column in columns], reverse=newest_first)


def _order(value: Any) -> tuple[int, str]:  # noqa: ANN401  cells of any type
    if isinstance(value, int):
        return 0, f"{value:09d}"
    return (1, "") if value is None else (0, str(value))


def _frame(table: Table, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A typed frame of `rows`; a column with unreadable texts keeps them, as objects."""
    cells = {column.key: [row.get(column.key) for row in rows] for column in table.columns}
    texts = {column.key: _texts(column, cells[column.key]) for column in table.columns}
    frame = typed_frame(table, {key: _without(cells[key], texts[key]) for key in cells})
    for key in cells:
        if texts[key]:
            mixed = frame[key].astype(object)
            mixed.iloc[list(texts[key])] = list(texts[key].values())
            frame[key] = mixed
    return frame


def _without(cells: list[Any], texts: Mapping[int, str]) -> list[Any]:
    return [None if position in texts else cell for position, cell in enumerate(cells)]


def _texts(column: Column, cells: Sequence[Any]) -> dict[int, str]:
    """Position -> text of the cells that are no value of the column's type."""
    if column.type in {"text", "id"}:
        return {}
    found = ((position, cell) for position, cell in enumerate(cells) if isinstance(cell, str))
    return {position: cell for position, cell in found if cell not in column.choices}


def _settings_frame(language: str) -> pd.DataFrame:
    """The settings the company has chosen: one row each, by key."""
    values = company_settings(language)
    return pd.DataFrame({"setting": list(values), "value": list(values.values())}, dtype=object)
