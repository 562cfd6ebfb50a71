"""Dare and Avere."""

import datetime as dt

import pandas as pd
import pytest

from xlcredit.intake.typed import take_in

AS_OF = dt.date(2026, 6, 30)


def rows(file, *keys):
    return (
        take_in(file, AS_OF)
        .invoices[list(keys)]
        .astype(object)
        .where(lambda frame: frame.notna(), None)
        .to_numpy()
        .tolist()
    )


def test_debit_is_an_invoice_and_credit_a_credit_note(read, codes):
    file = read("""
        Numero;Cod. cli.;Data doc.;Scadenza;Dare;Avere
        1;A;01/01/2026;31/01/2026;1.250,50;
        2;A;05/01/2026;31/01/2026;;100,00
    """)
    assert rows(file, "invoice_id", "amount", "document_type") == [
        ["1", 125050, None],
        ["2", 10000, "credit_note"],
    ]
    assert "debit-credit" in codes(file.decisions)


def test_payment_on_its_own_row_becomes_part_of_its_invoice(read, fact):
    file = read("""
        Numero;Cod. cli.;Data doc.;Scadenza;Causale;Dare;Avere
        1;A;01/01/2026;31/01/2026;Fattura;100,00;
        1;A;10/02/2026;;Incasso fattura;;60,00
        1;A;12/02/2026;;Bonifico;;40,00
        1;B;01/01/2026;31/01/2026;Fattura;50,00;
        2;A;01/01/2026;31/01/2026;Fattura;70,00;
        2;A;03/03/2026;;Incasso;;20,00
    """)
    assert rows(file, "customer_id", "invoice_id", "amount", "paid_ledger") == [
        ["A", "1", 10000, 10000], ["B", "1", 5000, None], ["A", "2", 7000, 2000],
    ]  # fmt: skip
    assert fact(file.decisions, "payments-folded") == {"count": 3}
    settled = take_in(file, AS_OF).invoices["settled_date"]
    assert settled.iloc[0] == pd.Timestamp(2026, 2, 12)
    assert settled.isna().tolist() == [False, True, True]
    assert file.rows.tolist() == [2, 5, 6]


def test_credit_note_with_the_number_of_an_invoice_stays_a_row(read):
    file = read("""
        Numero;Cod. cli.;Data doc.;Scadenza;Tipo doc.;Dare;Avere
        1;A;01/01/2026;31/01/2026;Fattura;100,00;
        1;A;10/02/2026;;Nota di credito;;60,00
    """)
    assert rows(file, "amount", "document_type") == [[10000, "invoice"], [6000, "credit_note"]]


def test_payment_of_no_invoice_is_kept_and_named(read):
    file = read("""
        Numero;Cod. cli.;Data doc.;Scadenza;Causale;Dare;Avere
        1;A;01/01/2026;31/01/2026;Fattura;100,00;
        9;A;10/02/2026;;Incasso;;60,00
    """)
    assert rows(file, "invoice_id", "document_type") == [["1", "invoice"], ["9", "credit_note"]]
    assert [(each.code, each.position, each.row) for each in file.findings] == [("payment-row-alone", 1, "9")]


def test_both_sides_on_one_row_are_invoice_and_what_was_paid(read, fact):
    file = read("""
        Numero;Cod. cli.;Data doc.;Scadenza;Dare;Avere
        1;A;01/01/2026;31/01/2026;100,00;30,00
    """)
    assert rows(file, "amount", "paid_ledger", "document_type") == [[10000, 3000, None]]
    assert fact(file.decisions, "debit-credit-same-row") == {"count": 1}


@pytest.mark.parametrize("balance", ["running", "residue"])
def test_running_balance_is_no_residue(read, balance, codes):
    saldo = {"running": ("100,00", "150,00", "130,00"), "residue": ("100,00", "50,00", "0,00")}[balance]
    file = read(f"""
        Numero;Cod. cli.;Data doc.;Scadenza;Dare;Avere;Saldo
        1;A;01/01/2026;31/01/2026;100,00;;{saldo[0]}
        2;A;02/01/2026;31/01/2026;50,00;;{saldo[1]}
        3;A;03/01/2026;31/01/2026;;20,00;{saldo[2]}
    """)
    assert ("open_ledger" in file.raw) == (balance == "residue")
    assert ("balance-running" in codes(file.decisions)) == (balance == "running")


def test_amount_that_nobody_can_read_stays_for_the_reader_to_name(read):
    file = read("""
        Numero;Cod. cli.;Data doc.;Scadenza;Dare;Avere
        1;A;01/01/2026;31/01/2026;dieci;
        2;A;01/01/2026;31/01/2026;5;
    """)
    assert file.raw["amount"].tolist() == ["dieci", 5.0]
    found = [each for each in take_in(file, AS_OF).findings if each.column == "amount"]
    assert [(each.code, each.found) for each in found] == [("amount-unreadable", "dieci")]
