"""Faults that no readable file shows: a locked file, a full disk, a damaged package, a call that no user makes.

Each function makes one happen in an empty folder; its docstring is what the documentation says of it. It answers what
`command` answers, or raises the error itself.
"""

import datetime as dt
import errno
import os
import re
import stat
import zipfile
from unittest import mock

import openpyxl
import pandas as pd
import xlsxwriter
from broken_books import write_book
from broken_inputs import AS_OF, Case, Outcome, command

from xlcredit.books import TableUpdate, open_book, replacing
from xlcredit.books.lock import lock_path
from xlcredit.build.macros import macros_for
from xlcredit.build.workbook import build_workbook
from xlcredit.parameters.loader import DatedValue, Parameter, Reference
from xlcredit.parameters.policy import load_policy
from xlcredit.parameters.rates import published_series
from xlcredit.schema import TABLES
from xlcredit.values import read_table

CASES = []
BOOK = """
Scadenzario
Numero | Codice cliente | Data documento | Scadenza | Totale documento | Residuo
1/2026 | C1 | 02/02/2026 | 04/03/2026 | 1.000,00 | 1,00
2/2026 | C9 | 02/02/2026 | 31/02/2026 | mille | 1,00

Anomalie
Messaggio | Codice
- | -
"""
SHEET = "xl/worksheets/sheet1.xml"
FINDINGS_SHEET = "xl/worksheets/sheet2.xml"
FINDINGS_TABLE = "xl/tables/table2.xml"
RUN = f"xlcredit run crediti.xlsx --as-of {AS_OF}"
ASSESS = f"xlcredit assess {{}} --as-of {AS_OF}"


def causes(name, also=()):
    """Register a function as the input of the error or finding `name`."""

    def register(function):
        story = " ".join(function.__doc__.split())
        CASES.append(Case(name, function, story=story, also=frozenset(also)))
        return function

    return register


def whole_book(folder, spoil):
    """A workbook that `xlcredit new` made, after somebody spoiled it."""
    path = folder / "crediti.xlsm"
    build_workbook(path)
    workbook = openpyxl.load_workbook(path, keep_vba=True)
    spoil(workbook)
    workbook.save(path)
    return path


@causes("sheets-lost")
def sheet_deleted(folder):
    """`xlcredit run` on a workbook whose sheet `Promesse` was deleted."""
    whole_book(folder, lambda workbook: workbook.remove(workbook["Promesse"]))
    return command(RUN.replace("xlsx", "xlsm"))


@causes("columns-lost")
def header_renamed(folder):
    """`xlcredit run` on a workbook in which the header `Scadenza` was written over."""

    def rename(workbook):
        sheet = workbook["Scadenzario"]
        cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "Scadenza")
        (table,) = sheet.tables.values()
        cell.value = "Data scad."
        next(column for column in table.tableColumns if column.name == "Scadenza").name = "Data scad."

    whole_book(folder, rename)
    return command(RUN.replace("xlsx", "xlsm"))


def book(folder, text=BOOK):
    return write_book(folder / "crediti.xlsx", text)


def change(path, part, pattern, replacement):
    """Put something into a part of a package that no library would write."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[part], count = re.subn(pattern, replacement, parts[part])
    assert count, f"{pattern!r} is not in {part}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)


def failing(number):
    """A call to the operating system that is refused with `number`."""
    return mock.Mock(side_effect=OSError(number, os.strerror(number)))


# Workbooks that cannot be read


@causes("book-old-format")
def old_format(folder):
    """`crediti.xls` of Excel 97-2003."""
    (folder / "crediti.xls").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096))
    return command("xlcredit run crediti.xls")


@causes("book-encrypted")
def encrypted(folder):
    """A workbook that asks for a password to be opened."""
    (folder / "crediti.xlsx").write_bytes(
        bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le")
    )
    return command(RUN)


@causes("book-damaged")
def cut_off(folder):
    """The last kilobyte of the file is missing, as after a copy that was interrupted."""
    path = book(folder)
    path.write_bytes(path.read_bytes()[:-1000])
    return command(RUN)


@causes("book-too-large")
def swollen(folder):
    """A sheet that unpacks to 40 MB of nothing (a zip bomb)."""
    change(book(folder), SHEET, rb"</sheetData>", bytes(40 << 20) + b"</sheetData>")
    return command(RUN)


@causes("book-unsafe-xml")
def entities(folder):
    """`xl/workbook.xml` declares an entity."""
    change(book(folder), "xl/workbook.xml", rb"<workbook ", b'<!DOCTYPE a [<!ENTITY b "c">]><workbook ')
    return command(RUN)


@causes("book-prefixed-xml")
def prefixed(folder):
    """A sheet whose elements carry a prefix: `<x:worksheet>`."""
    path = book(folder)
    change(path, SHEET, rb"<(/?)([a-zA-Z])", rb"<\1x:\2")
    change(path, SHEET, rb'xmlns="', b'xmlns:x="')
    return command(RUN)


@causes("book-is-open")
def open_in_excel(folder):
    """The workbook is open in Excel on Maria Rossi's computer: `~$crediti.xlsx` stands beside it."""
    book(folder)
    owner = b"\x0bMaria Rossi" + b" " * 43 + b"\x0b\0" + "Maria Rossi".encode("utf-16-le") + b" \0" * 43
    (folder / "~$crediti.xlsx").write_bytes(owner)
    return command(RUN)


@causes("book-in-use")
def in_use(folder):
    """Another run of xlcredit, on the computer `altro-pc`, has taken the workbook."""
    lock = '{"pid": 4321, "host": "altro-pc", "started": "1"}'
    lock_path(book(folder).resolve()).write_text(lock, "utf-8")
    return command(RUN)


@causes("read-failed")
def unreachable(folder):
    """The disk or the network fails while the workbook is read."""
    book(folder)
    with mock.patch("pathlib.Path.open", failing(errno.EIO)):
        return command(f"xlcredit check crediti.xlsx --as-of {AS_OF}")


# Workbooks that cannot be written


@causes("array-formula-in-the-way")
def array_formula(folder):
    """A matrix formula over F2:F3, where the residue is to be written."""
    put_formula(folder, b't="array" ref="F2:F3"')
    return command(RUN)


@causes("shared-formula-in-the-way")
def shared_formula(folder):
    """A formula dragged from F2, which is computed, into columns that are not."""
    put_formula(folder, b't="shared" ref="F2:H2" si="0"')
    return command(RUN)


def put_formula(folder, kind):
    change(book(folder), SHEET, rb'<c r="F2"><v>1</v></c>', b'<c r="F2"><f %b>1</f><v>1</v></c>' % kind)


@causes("cell-metadata-in-the-way")
def dynamic_array(folder):
    """A dynamic array in F2, where the residue is to be written."""
    change(book(folder), SHEET, rb'<c r="F2"><v>1</v></c>', b'<c r="F2" cm="1"><v>1</v></c>')
    return command(RUN)


@causes("content-below-table")
def content_below(folder):
    """A note in A4 of the sheet Anomalie, under a table that has to grow."""
    note = b'<row r="4"><c r="A4"><v>1</v></c></row></sheetData>'
    change(book(folder), FINDINGS_SHEET, rb"</sheetData>", note)
    return command(RUN)


@causes("merged-cells-in-the-way")
def merged_below(folder):
    """A4:B4 of the sheet Anomalie are merged, under a table that has to grow."""
    merged = b'</sheetData><mergeCells><mergeCell ref="A4:B4"/></mergeCells>'
    change(book(folder), FINDINGS_SHEET, rb"</sheetData>", merged)
    return command(RUN)


@causes("totals-row-in-the-way")
def totals_row(folder):
    """The table of the sheet Anomalie ends with a totals row."""
    change(book(folder), FINDINGS_TABLE, rb"<table ", b'<table totalsRowCount="1" ')
    return command(RUN)


@causes("sheet-full")
def sheet_full(folder):
    """The table of the sheet Anomalie reaches the last row of the sheet."""
    change(book(folder), FINDINGS_TABLE, rb"A1:B2", b"A1048575:B1048576")
    return command(RUN)


@causes("book-read-only")
def read_only(folder):
    """The file is marked as read-only."""
    book(folder).chmod(stat.S_IREAD)
    return command(RUN)


@causes("folder-read-only")
def folder_read_only(folder):
    """No file may be written in the workbook's folder."""
    book(folder)
    with mock.patch("os.open", failing(errno.EACCES)):
        return command(RUN)


@causes("disk-full")
def disk_full(folder):
    """The disk is full when the new version of the workbook is written."""
    book(folder)
    with mock.patch.object(replacing.os, "fsync", failing(errno.ENOSPC)):
        return command(RUN)


@causes("write-failed")
def write_failed(folder):
    """The network share fails while the new version of the workbook is written."""
    book(folder)
    with mock.patch.object(replacing.os, "fsync", failing(errno.EIO)):
        return command(RUN)


@causes("book-changed-meanwhile")
def changed_meanwhile(folder):
    """Somebody saves the workbook between its reading and its writing."""
    path = book(folder)
    opened = open_book(path)
    book(folder, BOOK.replace("1.000,00", "1.000,01") + "- | -\n")
    opened.save([TableUpdate("invoices", {"Residuo": pd.Series([1.0, 2.0])})])


@causes("table-not-found")
def table_not_found(folder):
    """Promises are to be written into a workbook without a sheet of promises."""
    open_book(book(folder)).save([TableUpdate("promises", append=pd.DataFrame({"Numero": ["1"]}))])


@causes("column-not-found")
def column_not_found(folder):
    """A column is to be written that the table does not have."""
    open_book(book(folder)).save([TableUpdate("invoices", {"Fascia": pd.Series(["1-30", "1-30"])})])


@causes("rows-differ")
def rows_differ(folder):
    """Three values are to be written into a column of two rows."""
    open_book(book(folder)).save([TableUpdate("invoices", {"Residuo": pd.Series([1.0, 2.0, 3.0])})])


@causes("cell-not-writable")
def cell_not_writable(folder):
    """An infinite number is to be written into a cell."""
    open_book(book(folder)).save([TableUpdate("invoices", {"Residuo": pd.Series([1.0, float("inf")])})])


# Ledgers


@causes("ledger-not-allowed")
def ledger_not_allowed(folder):
    """Another program holds the ledger."""
    (folder / "scadenzario.csv").write_text("Numero;Scadenza;Importo\n", "utf-8")
    with mock.patch("pathlib.Path.open", failing(errno.EACCES)):
        return command(ASSESS.format("scadenzario.csv"))


@causes("ledger-type-unknown")
def ledger_pdf(folder):
    """A PDF instead of a ledger."""
    (folder / "scadenzario.pdf").write_bytes(b"%PDF-1.4" + bytes(range(256)) * 10)
    return command(ASSESS.format("scadenzario.pdf"))


@causes("ledger-old-excel")
def ledger_old_excel(folder):
    """`scadenzario.xls` of Excel 97-2003."""
    (folder / "scadenzario.xls").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    return command(ASSESS.format("scadenzario.xls"))


@causes("ledger-password")
def ledger_password(folder):
    """A ledger that asks for a password to be opened."""
    content = bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le")
    (folder / "scadenzario.xlsx").write_bytes(content)
    return command(ASSESS.format("scadenzario.xlsx"))


@causes("ledger-damaged")
def ledger_cut_off(folder):
    """Only the first half of `scadenzario.xlsx` arrived."""
    content = book(folder).read_bytes()
    (folder / "scadenzario.xlsx").write_bytes(content[: len(content) // 2])
    return command(ASSESS.format("scadenzario.xlsx"))


@causes("ledger-too-large")
def ledger_bomb(folder):
    """A sheet that unpacks to 110 MB of nothing (a zip bomb)."""
    with (
        zipfile.ZipFile(folder / "scadenzario.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb,
        bomb.open(SHEET, "w") as part,
    ):
        for _ in range(11):
            part.write(bytes(10_000_000))
    return command(ASSESS.format("scadenzario.xlsx"))


@causes("ledger-area-too-large")
def ledger_wide(folder):
    """A sheet that says it reaches to its very last cell."""
    change(book(folder), SHEET, rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"')
    return command(ASSESS.format("crediti.xlsx"))


@causes("ledger-formulas-empty", also=("required-missing",))
def formulas_without_values(folder):
    """A column of formulas written by a program that computes none; Excel has not opened the file since."""
    headers = (
        "Numero",
        "Codice cliente",
        "Ragione sociale",
        "Tipo cliente",
        "Data documento",
        "Scadenza",
        "Importo",
    )
    with xlsxwriter.Workbook(folder / "scadenzario.xlsx") as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, headers)
        sheet.write_row(1, 0, ("1/2026", "C1", "Alfa S.r.l.", "Impresa", "02/02/2026", "04/03/2026"))
        sheet.write_formula(1, 6, "=500*2", None, "")
    change(folder / "scadenzario.xlsx", SHEET, rb"</f><v></v>", b"</f>")
    return command(f"{ASSESS.format('scadenzario.xlsx')} --json")


# Cells


@causes("text-unreadable")
def duration_in_a_text(folder):
    """A cell of the column Note holds a duration (12:30)."""
    notes = pd.DataFrame({"operator": ["anna"], "notes": [dt.timedelta(hours=12, minutes=30)]}, dtype=object)
    return Outcome(1, findings=tuple(read_table(notes, TABLES["operators"]).findings))


# Parameters


def parameter(*values, until=None):
    """A dated parameter of half-yearly rates."""
    dated = tuple(DatedValue(dt.date.fromisoformat(day), rate) for day, rate in values)
    checked = dt.date(2026, 1, 31)
    return Parameter("reference_rate", "", "percent", dated, (Reference("Un comunicato"),), checked, until)


@causes("rate-gap")
def rate_gap(folder):
    """The published rates have none for the first half of 2025."""
    rates = parameter(("2024-07-01", 425), ("2025-07-01", 215), until=dt.date(2025, 12, 31))
    published_series(rates, "half-year")


@causes("parameter-expired")
def parameter_expired(folder):
    """A value is asked for 1 January 2026; the parameter is valid until 31 December 2025."""
    parameter(("2025-07-01", 215), until=dt.date(2025, 12, 31)).at(dt.date(2026, 1, 1))


@causes("parameter-not-yet")
def parameter_not_yet(folder):
    """A value is asked for 30 June 2025; the parameter starts on 1 July."""
    parameter(("2025-07-01", 215)).at(dt.date(2025, 6, 30))


@causes("policy-setting-unknown")
def setting_unknown(folder):
    """A program sets a setting that does not exist."""
    load_policy().with_settings({"letter_colour": "azzurro"})


# The installation


@causes("wrong-xlwings")
def wrong_xlwings(folder):
    """Somebody has updated xlwings on its own."""
    macros_for.cache_clear()
    with mock.patch("xlcredit.build.xlwings_modules.version", return_value="0.38.0"):
        return command("xlcredit new crediti.xlsm")
