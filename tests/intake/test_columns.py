"""Columns that their values explain better than their headers."""

import datetime as dt

import pytest

from xlcredit.intake.typed import take_in


def table(*, header, cells, more="Numero;Scadenza;Importo"):
    lines = [f"{more};{header}", *(f"{at};31/01/2026;10;{cell}" for at, cell in enumerate(cells, start=1))]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("header", "cells", "key"),
    [
        ("Cliente", ["000123", "C-45", "9"], "customer_id"),
        ("Cliente", ["Rossi srl", "Bar 2000 snc", "9 Nove spa"], "customer_name"),
        ("Pagato", ["100,50", "0", ""], "paid_ledger"),
        ("Pagato", ["SI", "no", "sì"], "is_settled"),
        ("Pagato", ["31/01/2026", "", "1/2/26"], "settled_date"),
        ("Pagata", ["31/01/2026", "", "1/2/26"], "settled_date"),
        ("Stato", ["Aperta", "Pagata", "scaduta"], "is_settled"),
        ("Sollecito", ["1", "2", ""], "level_sent"),
        ("Sollecito", ["10/02/2026", "", "11/02/2026"], "level_sent_date"),
        ("Ultimo sollecito", ["Primo", "2° sollecito", "mai"], "level_sent"),
        ("Ultimo sollecito", ["10/02/2026", "11/02/2026", ""], "level_sent_date"),
        ("Tipo", ["FT", "NC", "FV"], "document_type"),
        ("Data", ["01/01/2026", "02/01/2026", "31/12/2025"], "document_date"),
    ],
)
def test_values_say_what_a_column_is(read, header, cells, key):
    assert read(table(header=header, cells=cells)).headers[key] == header


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Tipo", ["A", "B", "merce"]),
        ("Data", ["lunedì", "martedì", "oggi"]),
        ("Stato", ["Italia", "Francia", "Austria"]),
        ("Pagamenti", ["bonifico", "riba", "contanti"]),
    ],
)
def test_vague_header_with_other_values_is_left_alone(read, header, cells):
    file = read(table(header=header, cells=cells))
    assert header not in file.headers.values()
    assert file.extra[header].tolist() == cells


def test_document_total_is_taken_from_what_is_open_when_there_is_no_other(read, fact):
    file = read("Numero;Scadenza;Da incassare\n1;31/01/2026;10\n")
    assert file.raw["amount"].tolist() == ["10"]
    assert fact(file.decisions, "amount-from") == {"column": "open_ledger"}


def test_abbreviations_of_kinds_of_document_are_understood(read):
    file = read(table(header="Tipo doc.", cells=["FV", "NCR", "Fattura", "N.C.", "TD04"]))
    kinds = take_in(file, dt.date(2026, 6, 30)).invoices["document_type"].tolist()
    assert kinds == ["invoice", "credit_note", "invoice", "credit_note", "credit_note"]


def test_names_without_codes_get_codes_in_order_of_name(read, fact):
    text = table(header="Ragione sociale", cells=["Zeta spa", "alfa s.r.l.", "ALFA SRL", "Èlite & Co"])
    file = read(text)
    assert file.raw["customer_id"].tolist() == ["C0003", "C0001", "C0001", "C0002"]
    assert fact(file.decisions, "customers-invented") == {"count": 3, "first": "C0001", "last": "C0003"}
    assert fact(file.decisions, "customers-same-name")["names"] == "alfa s.r.l. = ALFA SRL"
    assert read(text).raw["customer_id"].tolist() == file.raw["customer_id"].tolist()


def test_invented_codes_do_not_depend_on_the_order_of_rows(read):
    one = read(table(header="Ragione sociale", cells=["Beta", "Alfa", "Gamma"]))
    other = read(table(header="Ragione sociale", cells=["Gamma", "Alfa", "Beta"]))

    def by_name(file):
        return dict(zip(file.raw["customer_name"], file.raw["customer_id"], strict=True))

    assert by_name(one) == by_name(other)


def test_name_that_bears_a_code_elsewhere_gets_that_code_and_none_is_given_twice(read):
    file = read("""
        Codice cliente;Ragione sociale;Numero;Scadenza;Importo
        C0001;Rossi srl;1;31/01/2026;10
        ;ROSSI S.R.L.;2;31/01/2026;10
        ;Bianchi;3;31/01/2026;10
    """)
    assert file.raw["customer_id"].tolist() == ["C0001", "C0001", "C0002"]


def test_vague_code_is_the_customers_only_when_each_name_has_one(read):
    text = "Codice;Cliente;Numero;Scadenza;Importo\n{};Rossi;1;31/01/2026;1\n{};Rossi;2;31/01/2026;1\n9;Verdi;3;31/01/2026;1\n"
    assert read(text.format(7, 7)).headers["customer_id"] == "Codice"
    file = read(text.format(7, 8))
    assert file.raw["customer_id"].tolist() == ["C0001", "C0001", "C0002"]
    assert file.extra["Codice"].tolist() == ["7", "8", "9"]
