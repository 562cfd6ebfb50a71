"""The workbooks that reading and writing are measured on: one table of 15 columns, as ledgers have them.

Made by XlsxWriter row by row, so that a million rows fit in memory; kept in the system's temporary folder.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import xlsxwriter

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

HEADERS = (
    "Numero", "Rata", "Codice cliente", "Cliente", "Tipo documento", "Data documento", "Scadenza", "Valuta",
    "Totale documento", "Netto a pagare", "Incassato", "Residuo", "Giorni di ritardo", "Fascia", "Note",
)  # fmt: skip
COMPUTED = ("Incassato", "Residuo", "Giorni di ritardo", "Fascia", "Netto a pagare", "Note")
"""The six columns that the update rewrites."""

FOLDER = Path(tempfile.gettempdir()) / "xlcredit-bench"
_FIRST_DAY = dt.date(2020, 1, 1)


class Row(NamedTuple):
    """One line of the table: what is measured, ours, the peer's, their ratio, the bar, whether it is met."""

    name: str
    ours: str
    peer: str
    ratio: float
    bar: str
    ok: bool


def ledger(rows: int) -> Path:
    """A workbook with `rows` invoices: numbers as text, dates, amounts, one in a thousand of them as text."""
    path = FOLDER / f"ledger_{rows}.xlsx"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        unfinished = path.with_suffix(".tmp")
        _write(unfinished, rows)
        unfinished.replace(path)
    return path


def _write(path: Path, rows: int) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Scadenzario")
        _add_table(sheet, rows)
        _write_rows(workbook, sheet, rows)


def _add_table(sheet: Worksheet, rows: int) -> None:
    """A table over rows still to come, which XlsxWriter allows only where it holds them all."""
    sheet.constant_memory = False
    columns = [{"header": header} for header in HEADERS]
    sheet.add_table(0, 0, rows, len(HEADERS) - 1, {"name": "xlc_invoices", "columns": columns})
    sheet.constant_memory = True
    sheet.write_row(0, 0, HEADERS)


def _write_rows(workbook: Workbook, sheet: Worksheet, rows: int) -> None:
    date = workbook.add_format({"num_format": "dd/mm/yyyy"})
    money = workbook.add_format({"num_format": "#,##0.00"})
    rng = np.random.default_rng(1)
    cents, days = rng.integers(1_000, 5_000_000, rows).tolist(), rng.integers(0, 2_000, rows).tolist()
    for row, (amount, day) in enumerate(zip(cents, days, strict=True), 1):
        issued = _FIRST_DAY + dt.timedelta(day)
        customer = amount % 5_000
        texts = {0: f"{row:08d}", 2: f"{customer:06d}", 3: f"Cliente & Figli {customer} S.r.l.", 4: "Fattura",
                 7: "EUR", 13: "1-30"}  # fmt: skip
        for column, text in texts.items():
            sheet.write_string(row, column, text)
        for column, number in ((1, 1), (12, day % 400)):
            sheet.write_number(row, column, number)
        for column, shift in ((5, 0), (6, 30)):
            sheet.write_datetime(row, column, issued + dt.timedelta(shift), date)
        for column in (8, 10, 11):
            sheet.write_number(row, column, amount / 100, money)
        _write_net(sheet, row, amount, money)
        _write_note(sheet, row, money)


def _write_net(sheet: Worksheet, row: int, amount: int, money: object) -> None:
    """A column in which text and number stand side by side: the type of each has to survive."""
    if row % 1_000:
        sheet.write_number(row, 9, amount / 100, money)
    else:
        sheet.write_string(row, 9, "1.234", money)


def _write_note(sheet: Worksheet, row: int, style: object) -> None:
    if row % 3:
        sheet.write_blank(row, 14, None, style)
    else:
        sheet.write_string(row, 14, f"nota {row}", style)
