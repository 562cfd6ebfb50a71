"""Assess: any ledger, row by row, to the screen or to a new file; the ledger itself is only read."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from xlcredit.books.frames import to_cells
from xlcredit.errors import XlcreditError
from xlcredit.intake.answer import assessment_to_json, plain_rows
from xlcredit.operations.new import FileExistsAlreadyError
from xlcredit.operations.wording import put_into_words
from xlcredit.schema import INVOICES

if TYPE_CHECKING:
    from pathlib import Path

    from xlcredit.catalogue import Catalogue
    from xlcredit.intake.assessed import AssessedLedger

WRITERS = (".csv", ".xlsx", ".parquet", ".json")


class WrongAnswerSuffixError(XlcreditError):
    """The answer's file has an extension that is none of those written."""

    code = "wrong-suffix"


def refuse_answer(path: Path) -> None:
    """Refuse a file that cannot be written, before the work is done.

    Raises:
        WrongAnswerSuffixError, FileExistsAlreadyError.
    """
    if path.suffix.lower() not in WRITERS:
        raise WrongAnswerSuffixError(path=str(path), expected=", ".join(WRITERS))
    if path.exists():
        raise FileExistsAlreadyError(path=str(path))


def write_answer(path: Path, assessed: AssessedLedger, words: Catalogue) -> None:
    """Write the assessed rows to `path`, as its extension says.

    Args:
        path: a new file: .xlsx for people, in words and with formats; .csv, .parquet and .json for
            programs, with English keys and codes.
        assessed: the ledger.
        words: the language of the .xlsx and of findings.
    """
    suffix = path.suffix.lower()
    if suffix == ".json":
        path.write_text(assessment_to_json(assessed, words), encoding="utf-8")
    elif suffix == ".parquet":
        assessed.rows.to_parquet(path, index=False)
    elif suffix == ".csv":
        plain_rows(assessed.rows).to_csv(path, index=False, quoting=csv.QUOTE_MINIMAL, encoding="utf-8")
    else:
        _write_sheet(path, assessed.rows, words)


def _write_sheet(path: Path, rows: pd.DataFrame, words: Catalogue) -> None:
    """The columns with anything in them, as a table with the workbook's headers and formats."""
    keys = [column.key for column in INVOICES.columns if rows[column.key].notna().any()]
    cells = to_cells(put_into_words(rows[keys], "invoices", words), INVOICES, words)
    with xlsxwriter.Workbook(str(path), {"nan_inf_to_errors": False}) as book:
        sheet = book.add_worksheet(words.sheet("invoices"))
        for position, key in enumerate(keys):
            cell_format = book.add_format(_format(INVOICES[key].type))
            sheet.write_column(1, position, _plain(cells[key]), cell_format)
            sheet.set_column(position, position, _WIDTHS.get(INVOICES[key].type, 18), None)
        headers = [{"header": words.header("invoices", key)} for key in keys]
        sheet.add_table(
            0, 0, max(len(rows), 1), len(keys) - 1, {"columns": headers, "style": "Table Style Light 1"}
        )
        sheet.freeze_panes(1, 3)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)


_WIDTHS = {"money": 14, "date": 12, "int": 10, "number": 10, "id": 14}


def _format(type_: str) -> dict[str, Any]:
    if type_ == "money":
        return {"num_format": "#,##0.00", "align": "right"}
    if type_ in ("date", "time"):
        return {"num_format": "dd/mm/yyyy", "align": "right"}
    return {"num_format": "@"} if type_ == "id" else {}


def _plain(values: pd.Series[Any]) -> list[Any]:
    """Values as XlsxWriter takes them; None for blanks, no text taken for a formula."""
    plain = values.astype(object).where(values.notna(), None).tolist()
    return [value.to_pydatetime() if isinstance(value, pd.Timestamp) else value for value in plain]
