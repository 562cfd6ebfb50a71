"""Selected rows as the names by which ledger rows and customers are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from xlcredit.excel.selection import need_rows
from xlcredit.operations.desk.rows import RowName

if TYPE_CHECKING:
    from xlcredit.excel.desk import Desk

SHEETS = ("invoices", "customers", "worklist")
"""Tables whose rows name documents, or customers as a whole."""


def selected_names(desk: Desk) -> list[RowName]:
    """The documents of selected ledger rows; the customers of rows selected elsewhere.

    Raises:
        NoRowsSelectedError: no row of such a sheet is selected.
    """
    selected = need_rows(desk, *SHEETS)
    rows = selected.rows.dropna(subset=["customer_id"])
    return [row_name(row) for row in rows.to_dict("records")]


def row_name(row: dict[Any, Any]) -> RowName:
    """The name of a ledger row, or of a customer where the row has no document."""
    invoice, instalment = row.get("invoice_id"), row.get("instalment")
    document_date = row.get("document_date")
    return RowName(
        str(row["customer_id"]),
        None if pd.isna(invoice) else str(invoice),
        None if pd.isna(instalment) else int(instalment),
        None if pd.isna(document_date) else document_date.year,
    )
