"""A small company for the tests of operations: a workbook whose every figure a reader can check in his head."""

from __future__ import annotations

import datetime as dt
import functools
import tempfile
from pathlib import Path

import pandas as pd

from xlcredit.books import TableUpdate, open_book
from xlcredit.build.workbook import build_workbook
from xlcredit.catalogue import Catalogue
from xlcredit.core.ledger import typed_frame
from xlcredit.operations.opened import open_for
from xlcredit.schema import TABLES

AS_OF = dt.date(2026, 10, 30)

CUSTOMERS = """
customer_id name                 kind      email              language
C001        Alfa_Arredi_S.r.l.   business  alfa@example.com   it
C002        Beta_Bulloni_S.p.A.  business  beta@example.com   it
C003        Gamma_Trading_Ltd    business  gamma@example.com  en
C004        Delta_Dolci_S.n.c.   business  delta@example.com  it
"""

# Days overdue at AS_OF:             10          30          8           60          -20
INVOICES = """
invoice_id customer_id document_date due_date   amount
1/2026     C001        2026-09-20    2026-10-20 100000
2/2026     C001        2026-08-31    2026-09-30  50000
3/2026     C002        2026-09-22    2026-10-22 250000
4/2026     C003        2026-08-01    2026-08-31 120000
5/2026     C004        2026-10-20    2026-11-19  80000
"""

LEDGER_CSV = """\
Numero;Codice cliente;Cliente;Data documento;Scadenza;Totale documento;Livello inviato;Data ultimo sollecito
11/2026;K1;Epsilon Elettrica S.r.l.;01/08/2026;31/08/2026;1.000,00;1;20/09/2026
12/2026;K1;Epsilon Elettrica S.r.l.;01/09/2026;30/09/2026;500,50;;
13/2026;K2;Zeta Zincature S.p.A.;20/09/2026;20/10/2026;2.500,00;;
"""

SETTINGS = {
    "company_name": "Officine Esempio S.r.l.",
    "company_address": "Via delle Prove 1",
    "company_postcode": "50100",
    "company_city": "Firenze",
    "company_province": "FI",
    "company_vat_number": "01234567897",
    "company_iban": "IT60X0542811101000000123456",
    "company_email": "crediti@example.com",
    "signatory": "Il responsabile amministrativo",
    "place": "Firenze",
}


def frame(key: str, text: str) -> pd.DataFrame:
    """A typed frame from a small table of text: blanks between columns, `_` for a blank inside, `-` for none."""
    header, *lines = (line.split() for line in text.strip().splitlines())
    cells = [[None if cell == "-" else cell.replace("_", " ") for cell in line] for line in lines]
    raw = pd.DataFrame(cells, columns=header)
    for column in header:
        kind = TABLES[key][column].type
        if kind in ("money", "int", "rate"):
            raw[column] = pd.to_numeric(raw[column]).astype("Int64")
        elif kind in ("date", "time"):
            raw[column] = pd.to_datetime(raw[column])
        elif kind == "flag":
            raw[column] = (raw[column] == "yes").astype("boolean")
    return typed_frame(TABLES[key], {column: raw[column] for column in header})


def invoices(text: str = INVOICES) -> pd.DataFrame:
    """Invoices with the columns every row has."""
    rows = frame("invoices", text)
    return rows.assign(
        instalment=rows["instalment"].fillna(1),
        document_type=rows["document_type"].fillna("invoice"),
        currency=rows["currency"].fillna("EUR"),
    )


def settings(words: str = "it", **values: object) -> pd.DataFrame:
    """The settings table of the company; a value of None leaves the setting out."""
    names = Catalogue(words).section("settings")
    filled = {**SETTINGS, "as_of": f"{AS_OF:%d/%m/%Y}", **values}
    filled = {key: value for key, value in filled.items() if value is not None}
    return typed_frame(
        TABLES["settings"],
        {
            "setting": [names[key]["name"] for key in filled],
            "value": [str(value) for value in filled.values()],
        },
    )


def make_book(path: Path, language: str = "it", **frames: pd.DataFrame) -> Path:
    """The company's workbook at `path`, with `frames` in the place of its own."""
    own = {"customers": frame("customers", CUSTOMERS), "invoices": invoices(), "settings": settings(language)}
    build_workbook(path, language=language, frames={**own, **frames})
    return path


@functools.cache
def book_bytes(language: str = "it") -> bytes:
    """The company's workbook as it is built, once for all tests of a process."""
    with tempfile.TemporaryDirectory() as folder:
        return make_book(Path(folder) / "book.xlsm", language).read_bytes()


def copy_book(path: Path, language: str = "it") -> Path:
    """The company's workbook at `path`."""
    path.write_bytes(book_bytes(language))
    return path


def type_into(book: Path, table: str, column: str, values: dict[int, object]) -> None:
    """Type cells into the workbook, as a person does: position in the table's body -> value."""
    opened = open_book(book)
    header = opened.headers(table)[column]
    cells = opened.read(table)[table].frame[header].astype(object)
    cells.iloc[list(values)] = list(values.values())
    opened.save([TableUpdate(table, columns={header: cells})])


def column(book: Path, table: str, key: str) -> list[object]:
    """A column of a table as it stands in the file; None for blanks."""
    opened = open_book(book)
    cells = opened.read(table)[table].frame[opened.headers(table)[key]]
    return cells.astype(object).where(cells.notna(), None).tolist()


def register(book: Path) -> pd.DataFrame:
    """The events of the register, typed."""
    events = open_for(book).ledger.reminders
    return events[events["event_id"].notna()].reset_index(drop=True)


def issued_in(book: Path) -> list[str]:
    """Reminder ids issued in the register, once each."""
    opened = open_book(book)
    headers = opened.headers("reminders")
    events = opened.read("reminders")["reminders"].frame
    issued = events[events[headers["file"]].notna()]
    return sorted(set(issued[headers["reminder_id"]].astype("str")))


def letters_in(out: Path) -> set[str]:
    """Reminder ids of the letters below `out` that have their final name."""
    return {path.stem.rpartition("_")[2] for path in out.rglob("*.docx") if not path.name.startswith(".")}
