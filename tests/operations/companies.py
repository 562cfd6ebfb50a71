"""A small company for the tests of operations: a workbook whose every figure a reader can check in his head."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from xlcredit.build.workbook import build_workbook
from xlcredit.core.ledger import typed_frame
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


def settings(**values: object) -> pd.DataFrame:
    """The settings table of the company."""
    from xlcredit.catalogue import Catalogue

    names = Catalogue("it").section("settings")
    filled = {**SETTINGS, "as_of": f"{AS_OF:%d/%m/%Y}", **values}
    return typed_frame(
        TABLES["settings"],
        {"setting": [names[key]["name"] for key in filled], "value": [str(value) for value in filled.values()]},
    )


def make_book(path, **frames: pd.DataFrame):
    """The company's workbook at `path`, with `frames` in the place of its own."""
    tables = {"customers": frame("customers", CUSTOMERS), "invoices": invoices(), "settings": settings(), **frames}
    build_workbook(path, language="it", frames=tables)
    return path
