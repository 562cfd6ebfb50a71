"""Ledgers as other people write them, made where a test needs one."""

import datetime as dt
import io
import textwrap
import zipfile

import pytest
import xlsxwriter

from xlcredit.intake.ledger_file import read_ledger

AS_OF = dt.date(2026, 6, 30)


@pytest.fixture
def write_csv(tmp_path):
    """Write a text file from an indented text and answer its path."""

    def write(text, name="ledger.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(textwrap.dedent(text).lstrip("\n").encode(encoding))
        return path

    return write


@pytest.fixture
def write_xlsx(tmp_path):
    """Write a workbook, `{sheet: rows}`; a tuple cell is (formula, value)."""

    def write(sheets, name="ledger.xlsx", tables=(), merges=(), hidden=()):
        path = tmp_path / name
        with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "nan_inf_to_errors": True}) as book:
            day = book.add_format({"num_format": "dd/mm/yyyy"})
            for sheet, rows in sheets.items():
                _write_sheet(book.add_worksheet(sheet), rows, day)
            for sheet, area, options in tables:
                book.get_worksheet_by_name(sheet).add_table(area, options)
            for sheet, area, text in merges:
                book.get_worksheet_by_name(sheet).merge_range(area, text)
            for sheet in hidden:
                book.get_worksheet_by_name(sheet).hide()
        return path

    return write


def _write_sheet(sheet, rows, day):
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, dt.date):
                sheet.write_datetime(row, column, cell, day)
            elif isinstance(cell, tuple):
                sheet.write_formula(row, column, cell[0], None, cell[1])
            elif isinstance(cell, str) and cell:
                sheet.write_string(row, column, cell)
            elif cell is not None and cell != "":
                sheet.write(row, column, cell)


@pytest.fixture
def rewrite():
    """Replace one part of a package."""

    def rewrite_part(path, part, change):
        before = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(path, "w") as new:
            for name in old.namelist():
                new.writestr(name, change(old.read(name)) if name == part else old.read(name))

    return rewrite_part


@pytest.fixture
def read(write_csv):
    """Read a ledger from an indented text."""
    return lambda text, **options: read_ledger(write_csv(text), **options)


@pytest.fixture
def codes():
    """The codes of decisions or findings, in order."""
    return lambda told: [each.code for each in told]


@pytest.fixture
def fact():
    """The facts of the only decision with a code."""

    def of(told, code):
        (found,) = [each for each in told if each.code == code]
        return dict(found.facts)

    return of
