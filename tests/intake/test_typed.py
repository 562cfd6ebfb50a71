"""Ledgers taken in: rows, customers, levels sent, disputes."""

import datetime as dt

import pandas as pd
import pytest

from xlcredit.intake.history import NO_LEVEL, UNREADABLE, read_levels
from xlcredit.intake.typed import take_in

AS_OF = dt.date(2026, 6, 30)
HEAD = "Numero;Cod. cli.;Ragione sociale;Data doc.;Scadenza;Importo"


@pytest.fixture
def taken(read):
    def take(text, **options):
        return take_in(read(text), AS_OF, **options)

    return take


def one(taken, header, *cells, **options):
    rows = "\n".join(
        f"{at};A;Rossi;01/01/2026;31/01/2026;100;{cell}" for at, cell in enumerate(cells, start=1)
    )
    return taken(f"{HEAD};{header}\n{rows}\n", **options)


def test_dates_of_an_american_file_are_told_apart_by_column(taken):
    intake = taken(
        "Invoice number;Customer ID;Invoice date;Due date;Invoice amount\n1;A;1/2/2026;2/1/2026;10.50\n2;A;1/26/2026;2/25/2026;1,250.00\n"
    )
    assert intake.invoices["document_date"].dt.strftime("%d/%m").tolist() == ["02/01", "26/01"]
    assert intake.invoices["due_date"].dt.strftime("%d/%m").tolist() == ["01/02", "25/02"]
    assert intake.invoices["amount"].tolist() == [1050, 125000]


def test_column_that_fits_neither_order_is_a_finding_and_nothing_is_swapped(taken):
    intake = taken(f"{HEAD}\n1;A;R;13/01/2026;31/01/2026;1\n2;A;R;01/13/2026;31/01/2026;1\n")
    assert intake.invoices["document_date"].isna().all()
    assert "date-order-conflict" in {each.code for each in intake.findings if each.column == "document_date"}
    assert intake.invoices["due_date"].notna().all()


def test_negative_amount_without_a_type_is_a_credit_note(taken, fact):
    intake = taken(
        f"{HEAD};Residuo\n1;A;R;01/01/2026;31/01/2026;-1.000,00;-400,00\n2;A;R;01/01/2026;31/01/2026;(50,00);\n3;A;R;01/01/2026;31/01/2026;10;10\n"
    )
    assert intake.invoices["document_type"].astype(object).tolist()[:2] == ["credit_note"] * 2
    assert intake.invoices["amount"].tolist() == [100000, 5000, 1000]
    assert intake.invoices["open_ledger"].tolist()[0] == 40000
    assert fact(intake.decisions, "negatives-credit-notes") == {"count": 2}


def test_negative_invoice_that_says_so_stays_as_it_is(taken):
    intake = one(taken, "Tipo doc.", "Fattura")
    assert intake.invoices["document_type"].tolist() == ["invoice"]
    intake = taken(f"{HEAD};Tipo doc.\n1;A;R;01/01/2026;31/01/2026;-5;Fattura\n")
    assert intake.invoices["amount"].tolist() == [-500]


def test_rows_marked_as_paid_owe_nothing(taken, fact):
    intake = one(taken, "Pagata", "sì", "no", "X", "", "boh")
    assert intake.invoices["open_ledger"].astype(object).where(lambda each: each.notna(), None).tolist() == [
        0,
        None,
        0,
        None,
        None,
    ]
    assert fact(intake.decisions, "flags-settled") == {"count": 2, "header": "Pagata"}
    assert [(each.code, each.found) for each in intake.findings if each.code.startswith("settled")] == [
        ("settled-unreadable", "boh")
    ]


def test_row_marked_as_paid_that_is_still_open_is_named(taken):
    intake = taken(
        f"{HEAD};Residuo;Pagata\n1;A;R;01/01/2026;31/01/2026;100;40;sì\n2;A;R;01/01/2026;31/01/2026;100;0;no\n"
    )
    assert intake.invoices["open_ledger"].tolist() == [4000, 0]
    assert [(each.code, each.position) for each in intake.findings if each.code == "settled-partly"] == [
        ("settled-partly", 0)
    ]


@pytest.mark.parametrize(
    ("text", "level"),
    [("1", 1), ("2.0", 2), ("3° sollecito", 3), ("Sollecito n. 2", 2), ("II", 2), ("primo", 1), ("Messa in mora", 4),
     ("legale", 5), ("mai", NO_LEVEL), ("No", NO_LEVEL), ("0", NO_LEVEL), ("", NO_LEVEL), ("x", 1), ("forse", UNREADABLE), ("2026", UNREADABLE)],
)  # fmt: skip
def test_level_is_read_from_numbers_and_words(text, level):
    assert read_levels(pd.Series([text])).tolist() == [level]


def test_numbers_are_levels():
    assert read_levels(pd.Series([1.0, 3.0, None, 0.0])).tolist() == [1, 3, NO_LEVEL, NO_LEVEL]


def test_levels_sent_become_opening_events(taken, fact):
    intake = taken(
        f"{HEAD};Rata;Livello sollecito;Data ultimo sollecito\n7;A;R;01/01/2026;31/01/2026;100;2;2;20/03/2026\n8;A;R;01/01/2026;31/01/2026;100;;;\n"
    )
    (event,) = intake.reminders.to_dict("records")
    assert (event["event"], event["row_level"], event["letter_level"]) == ("opening", 2, 2)
    assert event["event_time"] == pd.Timestamp(2026, 3, 20)
    assert [event[key] for key in ("customer_id", "invoice_id", "instalment", "document_year")] == [
        "A",
        "7",
        2,
        2026,
    ]
    assert event["event_id"] == event["reminder_id"] == "AP-000001"
    assert fact(intake.decisions, "levels-taken-over") == {"count": 1}


def test_level_without_a_date_is_dated_with_the_due_date_and_told(taken, codes):
    intake = one(taken, "Livello sollecito", "1")
    assert intake.reminders["event_time"].tolist() == [pd.Timestamp(2026, 1, 31)]
    assert "level-date-missing" in codes(intake.findings)


def test_level_without_a_date_is_not_dated_after_the_day(read):
    text = f"{HEAD};Livello sollecito\n1;A;R;01/06/2026;31/07/2026;100;1\n"
    assert take_in(read(text), AS_OF).reminders["event_time"].tolist() == [pd.Timestamp(AS_OF)]


def test_date_of_a_reminder_without_any_level_is_the_first_one(taken, fact):
    intake = one(taken, "Data ultimo sollecito", "10/02/2026", "")
    assert intake.reminders["row_level"].tolist() == [1]
    assert fact(intake.decisions, "levels-assumed") == {"count": 1}


def test_a_column_for_each_level_gives_an_event_for_each(taken):
    intake = taken(
        f"{HEAD};1° sollecito;2° sollecito;Messa in mora\n1;A;R;01/01/2026;31/01/2026;9;10/02/2026;01/03/2026;no\n2;A;R;01/01/2026;31/01/2026;9;x;;\n"
    )
    assert intake.reminders[["invoice_id", "row_level"]].to_numpy().tolist() == [["1", 1], ["1", 2], ["2", 1]]
    assert intake.reminders["event_time"].dt.day.tolist() == [10, 1, 31]


def test_unreadable_level_is_named_and_no_event(taken):
    intake = one(taken, "Livello sollecito", "forse", "1")
    assert len(intake.reminders) == 1
    assert [
        (each.code, each.found, each.position)
        for each in intake.findings
        if each.code == "level-sent-unreadable"
    ] == [("level-sent-unreadable", "forse", 0)]


def test_disputed_rows_become_cases(taken, fact):
    intake = one(taken, "Contestata", "No", "Sì", "merce difettosa", "", "Yes", "N")
    assert intake.disputes["invoice_id"].tolist() == ["2", "3", "5"]
    assert intake.disputes["notes"].tolist()[1] == "merce difettosa"
    assert set(intake.disputes["reason"]) == {"other"}
    assert fact(intake.decisions, "disputes-taken-over") == {"count": 3}


def test_mark_of_dispute_that_nobody_can_read_holds_the_row(taken):
    intake = one(taken, "Contestata", "?", "No")
    assert intake.disputes["invoice_id"].tolist() == ["1"]
    assert "disputed-unreadable" in {each.code for each in intake.findings}


def test_dispute_of_a_settled_row_is_history(taken):
    intake = taken(
        f"{HEAD};Disputed;SettledDate\n1;A;R;01/01/2026;31/01/2026;9;Yes;02/02/2026\n2;A;R;01/01/2026;31/01/2026;9;Yes;\n"
    )
    assert intake.disputes["invoice_id"].tolist() == ["2"]


def test_customers_are_gathered_from_the_rows(taken):
    intake = taken(
        "Numero;Cod. cli.;Ragione sociale;P.IVA;E-mail;Agente;Scadenza;Importo\n"
        "1;A;Rossi srl;;;Neri;31/01/2026;1\n2;A;ROSSI SRL;01234567897;a@b.it;;31/01/2026;1\n3;A;ROSSI SRL;;;;31/01/2026;1\n4;B;Verdi;;;;31/01/2026;1\n",
        kind="business",
    )
    a, b = intake.customers.to_dict("records")
    assert (a["customer_id"], a["name"], a["vat_number"], a["email"], a["sales_person"], a["kind"]) == (
        "A", "ROSSI SRL", "01234567897", "a@b.it", "Neri", "business",
    )  # fmt: skip
    assert b["name"] == "Verdi"
    assert not [each for each in intake.findings if each.code == "customer-two-names"]


def test_code_with_different_names_is_named(taken):
    intake = taken(
        "Numero;Cod. cli.;Ragione sociale;Scadenza;Importo\n1;A;Rossi;31/01/2026;1\n2;A;Bianchi;31/01/2026;1\n"
    )
    assert [
        (each.code, each.row, each.found) for each in intake.findings if each.code.startswith("customer")
    ] == [("customer-two-names", "A", "Rossi, Bianchi")]


def test_kind_and_cycle_fill_only_what_the_file_leaves_open(taken):
    intake = taken(
        f"{HEAD};Ciclo;Tipo cliente\n1;A;R;01/01/2026;31/01/2026;1;pa;PA\n2;B;S;01/01/2026;31/01/2026;1;;\n",
        kind="consumer",
        cycle="returned",
    )
    assert intake.invoices["cycle"].tolist() == ["pa", "returned"]
    assert intake.customers["kind"].tolist() == ["public_body", "consumer"]


def test_file_without_due_dates_is_told(read, codes):
    file = read("Numero;Cod. cli.;Data doc.;Importo\n1;A;01/01/2026;5\n")
    assert codes(file.findings) == ["ledger-no-due-date"]


def test_every_wording_can_be_filled_in_every_language(taken):
    from xlcredit.catalogue import LANGUAGES, Catalogue
    from xlcredit.intake.decisions import word_decision

    intake = one(taken, "Livello sollecito", "forse", "1", "2")
    for language in LANGUAGES:
        words = Catalogue(language)
        assert all(word_decision(each, words) for each in intake.decisions)
        assert all(all(words.finding(each)) for each in intake.findings)
