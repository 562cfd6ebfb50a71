"""Workbooks written as text: a sheet's name on a line, its table below, a blank line between sheets.

Cells stand between `|`, typed as a clerk would type them: `1.250,50` is a number and `31/01/2026` a date where the
column holds such, anything else is text, and so is whatever stands in quotes. A customer C1 is there unless the text
has a sheet `Clienti`.
"""

import datetime as dt
import re

import xlsxwriter

from xlcredit.catalogue import Catalogue
from xlcredit.schema import TABLES

IT = Catalogue("it")
KEYS = {IT.sheet(key): key for key in TABLES}
CUSTOMERS = """
Clienti
Codice cliente | Ragione sociale | Tipo cliente
C1 | Alfa S.r.l. | Impresa
"""
NUMBER = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})*(?:,[0-9]+)?|-?[0-9]+(?:,[0-9]+)?")


def write_book(path, text):
    """The workbook that `text` describes."""
    sheets = read_sheets(text)
    if "Clienti" not in sheets:
        sheets |= read_sheets(CUSTOMERS)
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, (headers, *rows) in sheets.items():
            _write_sheet(book.add_worksheet(name), KEYS[name], headers, rows, day)
    return path


def read_sheets(text):
    """Sheet -> lines of cells, the headers first."""
    blocks = [block.splitlines() for block in re.split(r"\n\s*\n", text.strip())]
    return {name.strip(): [_cells(line) for line in lines] for name, *lines in blocks}


def _cells(line):
    return [cell.strip() for cell in line.split("|")]


def _write_sheet(sheet, key, headers, rows, day):
    columns = {IT.header(key, column.key): column.type for column in TABLES[key].columns}
    table = {"name": f"xlc_{key}", "columns": [{"header": header} for header in headers]}
    sheet.add_table(0, 0, max(len(rows), 1), len(headers) - 1, table)
    for line, cells in enumerate(rows, 1):
        for place, cell in enumerate(cells):
            _write_cell(sheet, line, place, cell, columns.get(headers[place], "text"), day)


def _write_cell(sheet, line, place, cell, kind, day):  # noqa: PLR0913, PLR0917  where, what, how
    if cell.startswith("#"):
        sheet.write_formula(line, place, "=NA()", None, cell)
    elif kind in {"date", "time"} and (date := _date(cell)):
        sheet.write_datetime(line, place, date, day)
    elif kind in {"money", "rate", "int", "number"} and NUMBER.fullmatch(cell):
        sheet.write_number(line, place, float(cell.replace(".", "").replace(",", ".")))
    elif kind == "id" and (date := _date(cell)):
        sheet.write_datetime(line, place, date, day)
    elif cell:
        sheet.write_string(line, place, cell.strip('"'))


def _date(cell):
    try:
        return dt.datetime.strptime(cell, "%d/%m/%Y")  # noqa: DTZ007  a cell has no zone
    except ValueError:
        return None
