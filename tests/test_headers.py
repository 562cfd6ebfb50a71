"""Headers of other people's files, recognised."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.headers import (
    HeaderKeyUnknownError,
    HeaderNotFoundError,
    MappingMalformedError,
    column_letter,
    fold_header,
    parse_mapping,
    recognise_headers,
    unique_headers,
)
from xlcredit.intake.ledger_schema import LEDGER
from xlcredit.schema import CUSTOMERS, INVOICES, TABLES

SAID = """
Data scad.                due_date        | Scad.              due_date       | Dt. scadenza      due_date
DTSCAD                    due_date        | DueDate            due_date       | Scadenza netta    due_date
N. fatt.                  invoice_id      | Num. doc.          invoice_id     | Nr. documento     invoice_id
N° Fattura                invoice_id      | invoiceNumber      invoice_id     | Numero            invoice_id
Rag. sociale              customer_name   | Ragione Sociale    customer_name  | RAGSOC            customer_name
Cliente                   customer_name   | Customer Name      customer_name  | CLIENTE           customer_name
Cod. cli.                 customer_id     | customerID         customer_id    | CODCLI            customer_id
Importo residuo           open_ledger     | Da incassare       open_ledger    | Saldo             open_ledger
Amount due                open_ledger     | Balance            open_ledger    | Residuo €         open_ledger
Imp. fattura              amount          | Tot. documento     amount         | InvoiceAmount     amount
TOTALE_DOCUMENTO          amount          | Importo (EUR)      amount         | Gross Amount      amount
Data documento            document_date   | Invoice Date       document_date  | Data fatt.        document_date
Data                      document_date   | Data emissione     document_date  | DATDOC            document_date
Dare                      debit           | Avere              credit         | Credit            credit
SettledDate               settled_date    | Data incasso       settled_date   | Data pagamento    settled_date
Disputed                  disputed        | Contestata         disputed       | In contestazione  disputed
level_sent                level_sent      | Livello sollecito  level_sent     | Dunning level     level_sent
level_sent_date           level_sent_date | Ultimo sollecito   level_sent_date | Last reminder    level_sent_date
1° sollecito              level_1_date    | Secondo sollecito  level_2_date   | Messa in mora     level_4_date
Tipo doc.                 document_type   | Cond. pag.         payment_terms  | Mod. pagamento    payment_method
P.IVA                     vat_number      | Partita IVA        vat_number     | C.F.              tax_code
E-mail                    email           | Agente             sales_person   | Divisa            currency
Pagato                    paid_ledger     | Incassato          paid_ledger    | Paid amount       paid_ledger
Note                      notes           | Rata               instalment     | Fido              credit_limit
"""  # fmt: skip


def said():
    cells = [cell.strip() for line in SAID.strip().splitlines() for cell in line.split("|")]
    return [(" ".join(cell.split()[:-1]), cell.split()[-1]) for cell in cells]


@pytest.mark.parametrize(("header", "key"), said())
def test_header_of_a_strangers_ledger_is_recognised(header, key):
    assert recognise_headers([header], LEDGER).by_key == {key: header}


@pytest.mark.parametrize(
    "header",
    [
        "Giorni di ritardo",
        "gg ritardo",
        "Days late",
        "Fascia",
        "countryCode",
        "PaperlessDate",
        "",
        "?",
        "xyz",
    ],
)
def test_header_that_is_no_input_of_ours_is_left_unknown(header):
    assert recognise_headers([header], LEDGER).by_key == {}
    assert recognise_headers([header], LEDGER).unknown == (header,)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_header_of_our_own_workbook_is_its_own_column(language, table):
    keys = [column.key for column in table.columns]
    headers = Catalogue(language).headers(table.key, keys)
    assert recognise_headers(headers, table).by_key == dict(zip(keys, headers, strict=True))


def test_header_of_ours_goes_before_what_others_call_it():
    found = recognise_headers(["Residuo", "Residuo (gestionale)", "Incassato"], INVOICES)
    assert found.by_key == {
        "open_ledger": "Residuo (gestionale)", "paid_amount": "Incassato", "open_amount": "Residuo",
    }  # fmt: skip


def test_better_word_wins_and_the_other_is_told():
    found = recognise_headers(["Saldo", "Importo residuo", "Importo"], LEDGER)
    assert found.by_key == {"amount": "Importo", "open_ledger": "Importo residuo"}
    assert [(each.key, each.taken, each.left) for each in found.conflicts] == [
        ("open_ledger", "Importo residuo", ("Saldo",))
    ]


def test_order_of_the_file_does_not_decide_between_better_and_worse():
    one = recognise_headers(["Data", "Data fattura"], LEDGER).by_key
    other = recognise_headers(["Data fattura", "Data"], LEDGER).by_key
    assert one == other == {"document_date": "Data fattura"}


def test_weak_word_yields_its_column_and_takes_another():
    found = recognise_headers(["Cliente", "Ragione sociale"], LEDGER)
    assert found.by_key == {"customer_id": "Cliente", "customer_name": "Ragione sociale"}
    assert found.weak == {"customer_id"}


def test_blank_column_gives_way_to_one_that_holds_something():
    found = recognise_headers(["Saldo", "Balance"], LEDGER, blank={"Saldo"})
    assert found.by_key == {"open_ledger": "Balance"}


def test_repeated_header_serves_once_and_is_told():
    headers = unique_headers(["Importo", "Importo", None])
    assert headers == ["Importo", "Importo (2)", "(C)"]
    found = recognise_headers(headers, LEDGER)
    assert found.by_key == {"amount": "Importo"}
    assert found.conflicts[0].left == ("Importo (2)",)


def test_repeated_headers_stay_unique_beside_one_that_is_written_so():
    assert unique_headers(["a", "a (2)", "A", 3.0, float("nan")]) == ["a", "a (2)", "A (3)", "3", "(E)"]


def test_nameless_column_is_never_recognised_by_its_letter():
    assert recognise_headers(["(N)"], LEDGER).by_key == {}


def test_override_goes_before_everything():
    found = recognise_headers(["Scadenza", "Termine"], LEDGER, {"due_date": "Termine"})
    assert found.by_key == {"due_date": "Termine"}
    assert found.unknown == ("Scadenza",)


def test_override_may_be_written_in_another_case():
    assert recognise_headers(["Dt. Scad."], LEDGER, {"due_date": "data scad"}).by_key == {
        "due_date": "Dt. Scad."
    }


def test_override_takes_a_header_from_the_column_it_would_be():
    found = recognise_headers(["Data", "Importo"], LEDGER, {"due_date": "Data"})
    assert found.by_key == {"due_date": "Data", "amount": "Importo"}


def test_blank_override_leaves_the_column_out():
    assert recognise_headers(["Ciclo", "Importo"], LEDGER, {"cycle": ""}).by_key == {"amount": "Importo"}


def test_override_for_an_unknown_column_names_the_nearest():
    with pytest.raises(HeaderKeyUnknownError) as error:
        recognise_headers(["Scadenza"], LEDGER, {"due_dat": "Scadenza"})
    assert "due_date" in error.value.facts["near"]
    assert "due_dat" in str(error.value)


def test_override_with_an_unknown_header_names_the_nearest():
    with pytest.raises(HeaderNotFoundError) as error:
        recognise_headers(["Data scadenza", "Importo"], LEDGER, {"due_date": "Data scdenza x"})
    assert error.value.facts["near"] == "Data scadenza"
    assert "Importo" in str(error.value)


def test_mapping_is_read_from_the_command_line():
    assert parse_mapping(["due-date=Data scad.", " amount = Tot = netto "]) == {
        "due_date": "Data scad.",
        "amount": "Tot = netto",
    }


@pytest.mark.parametrize("text", ["due_date", "=Scadenza", " =x", ""])
def test_mapping_without_key_or_sign_is_refused(text):
    with pytest.raises(MappingMalformedError) as error:
        parse_mapping([text])
    assert f"“{text}”" in str(error.value)


@pytest.mark.parametrize(
    ("position", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_column_letter_at_each_turn(position, letter):
    assert column_letter(position) == letter


@given(st.sampled_from([header for header, _ in said() if len(fold_header(header)) > 2]), st.data())
def test_case_spaces_and_punctuation_do_not_matter(header, data):
    spaced = "".join(
        char + data.draw(st.sampled_from(["", "", ".", " "])) if char == " " else char for char in header
    )
    changed = (
        data.draw(st.sampled_from([str.upper, str.lower]))(spaced)
        if header.islower() or " " in header
        else spaced
    )
    assert fold_header(f"  {changed}: ") == fold_header(header)


@given(st.lists(st.text(max_size=12), max_size=12))
def test_each_header_serves_at_most_one_column_whatever_it_says(texts):
    headers = unique_headers(texts)
    found = recognise_headers(headers, CUSTOMERS)
    assert len(set(found.by_key.values())) == len(found.by_key)
    assert sorted([*found.by_key.values(), *found.unknown]) == sorted(headers)


def test_synonyms_name_columns_that_exist():
    known = {"ledger": set(LEDGER.by_key), **{table.key: set(table.by_key) for table in TABLES.values()}}
    for language in LANGUAGES:
        for table, keys in Catalogue(language).section("synonyms").items():
            if table in known:
                assert set(keys) <= known[table], (language, table)


def test_no_strong_word_means_two_columns():
    strong: dict[str, str] = {}
    for language in LANGUAGES:
        for key, words in Catalogue(language).section("synonyms.ledger").items():
            for word in words:
                if not word.endswith("*"):
                    assert strong.setdefault(fold_header(word), key) == key, word
