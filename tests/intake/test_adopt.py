"""`adopt`: from a team's own ledger to the tables of a workbook."""

import datetime as dt

import pandas as pd
import pytest

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.core.ledger import Ledger
from xlcredit.core.register import project_register
from xlcredit.intake.adopt import CELL_LIMIT, plan_adoption
from xlcredit.intake.decisions import word_decision
from xlcredit.schema import INVOICES, TABLES

AS_OF = dt.date(2026, 6, 30)
D = dt.date


@pytest.fixture
def theirs(write_xlsx):
    """A clerk's own sheet: titles, text dates and amounts, names without codes, a totals row, levels sent."""
    return write_xlsx({
        "Scadenze": [
            ["Ferramenta Ideale srl"],
            [],
            ["N. fatt.", "Rag. sociale", "Dt. doc.", "Data scad.", "Tot. documento", "Importo residuo", "Sollecito", "Ultimo sollecito", "Giorni di ritardo", "Zona"],
            ["0012", "Rossi & Figli srl", D(2026, 3, 1), D(2026, 3, 31), "1.250,50 €", 1250.5, 1, D(2026, 4, 10), ("=1", 91), "Nord"],
            [13.0, "Però snc", "31/02/2026", "15/04/2026", "dieci", 20, "forse", "", ("=1", 76), 4],
            ["0014", "PERÒ S.N.C.", "1 aprile 2026", "30/04/2026", -100, "", "", "", "", ""],
            ["", "TOTALE", "", "", 1170.5, "", "", "", "", ""],
        ]
    })  # fmt: skip


@pytest.fixture
def adoption(theirs):
    return plan_adoption(theirs, AS_OF)


def test_every_frame_has_the_columns_of_its_table(adoption):
    for key in ("invoices", "customers", "reminders", "disputes"):
        assert list(adoption.frames[key].columns) == [column.key for column in TABLES[key].columns]


def test_rows_are_typed_and_texts_that_nobody_can_read_stay(adoption):
    rows = adoption.frames["invoices"]
    assert rows["invoice_id"].tolist() == ["0012", "13", "0014"]
    assert rows["amount"].tolist() == [125050, "dieci", 10000]
    assert rows["document_date"].tolist() == [
        pd.Timestamp(2026, 3, 1),
        "31/02/2026",
        pd.Timestamp(2026, 4, 1),
    ]
    assert rows["due_date"].dtype == "datetime64[s]"
    assert rows["document_type"].astype(object).tolist()[2] == "credit_note"


def test_columns_of_theirs_stay_under_headers_that_are_not_ours(adoption):
    own = adoption.extra_columns["invoices"]
    assert list(own.columns) == ["Giorni di ritardo (origine)", "Zona", "Sollecito"]
    assert own["Zona"].astype(object).where(own["Zona"].notna(), None).tolist() == ["Nord", 4.0, None]
    ours = {header.casefold() for header in Catalogue("it").headers("invoices", INVOICES.by_key)}
    assert not ours & {header.casefold() for header in own.columns}


def test_level_that_nobody_can_read_keeps_its_column(adoption):
    assert adoption.extra_columns["invoices"]["Sollecito"].tolist()[:2] == [1.0, "forse"]


def test_cells_of_customers_that_nobody_can_read_stay(write_csv, fact):
    path = write_csv("""
        Numero;Cod. cli.;Scadenza;Importo;Fido
        1;A;31/01/2026;5;1.000,00
        2;B;31/01/2026;5;da definire
    """)
    adoption = plan_adoption(path, AS_OF)
    customers = adoption.frames["customers"]
    assert customers["credit_limit"].tolist() == [100000, "da definire"]
    assert customers["name"].tolist() == ["A", "B"]
    assert fact(adoption.decisions, "cells-kept") == {"count": 1, "column": "credit_limit", "header": "Fido"}


def test_customers_are_made_from_names(adoption):
    customers = adoption.frames["customers"].set_index("customer_id")
    assert customers["name"].to_dict() == {"C0002": "Rossi & Figli srl", "C0001": "Però snc"}


def test_levels_survive_as_events_of_the_register(adoption):
    ledger = Ledger.from_frames(
        {"invoices": adoption.intake.invoices, "reminders": adoption.frames["reminders"]}
    )
    for day in (AS_OF, AS_OF + dt.timedelta(1), AS_OF + dt.timedelta(90)):
        sent = project_register(ledger.reminders, ledger.invoices, day)
        assert sent["level_sent"].astype(object).where(sent["level_sent"].notna(), None).tolist() == [
            1,
            None,
            None,
        ]
        assert sent["level_sent_date"].iloc[0] == pd.Timestamp(2026, 4, 10)


def test_ledgers_own_word_counts_for_payments(adoption):
    settings = adoption.frames["settings"].set_index("setting")["value"].to_dict()
    assert settings == {"payments_source": "ledger", "language": "it"}


def test_default_cycle_is_a_setting_and_rows_stay_blank(theirs):
    adoption = plan_adoption(theirs, AS_OF, cycle="key_account", kind="business", language="en")
    assert adoption.frames["settings"].set_index("setting")["value"]["default_cycle"] == "key_account"
    assert adoption.frames["invoices"]["cycle"].isna().all()
    assert set(adoption.frames["customers"]["kind"]) == {"business"}
    assert "Giorni di ritardo" in adoption.extra_columns["invoices"].columns


def test_each_decision_is_told_in_words(adoption):
    told = [word_decision(each, Catalogue("it")) for each in adoption.decisions]
    assert told[0] == "Lette 3 righe dal foglio «Scadenze», con le intestazioni alla riga 3."
    assert "«Data scad.» è letta come Scadenza." in told
    assert "2 colonne non riconosciute, lasciate come sono: Giorni di ritardo, Zona." in told
    assert "1 riga di totale lasciata fuori (riga 7)." in told
    assert "1 cella di «Tot. documento» non si legge: il suo testo resta dov'è, in Totale documento." in told
    assert "1 colonna di formule ripresa come valori: Giorni di ritardo." in told
    assert "1 sollecito già inviato è ripreso nel registro come apertura." in told


def test_what_needs_a_person_is_found(adoption):
    found = [(each.code, each.row, each.found) for each in adoption.findings if each.needs_person]
    assert ("date-unreadable", "13", "31/02/2026") in found
    assert ("amount-unreadable", "13", "dieci") in found
    assert ("level-sent-unreadable", "13", "forse") in found


def test_original_is_untouched(theirs):
    before = (theirs.read_bytes(), theirs.stat().st_mtime_ns)
    plan_adoption(theirs, AS_OF)
    assert (theirs.read_bytes(), theirs.stat().st_mtime_ns) == before


def test_same_file_gives_the_same_plan(theirs):
    one, other = plan_adoption(theirs, AS_OF), plan_adoption(theirs, AS_OF)
    for key, frame in one.frames.items():
        pd.testing.assert_frame_equal(frame, other.frames[key])
    assert one.decisions == other.decisions


def test_numbers_of_a_text_file_become_numbers_where_none_can_be_mistaken(write_csv):
    path = write_csv("""
        Numero;Cliente;Scadenza;Importo;intero;decimale;codice;migliaia;misto;vuota
        1;Rossi;31/01/2026;5;12;1,5;007;1.234;1,5;
        2;Rossi;31/01/2026;5;-3;0,25;008;2.345;2.5;
    """)
    own = plan_adoption(path, AS_OF).extra_columns["invoices"]
    assert own["intero"].tolist() == [12.0, -3.0]
    assert own["decimale"].tolist() == [1.5, 0.25]
    assert own["codice"].tolist() == ["007", "008"]
    assert own["migliaia"].tolist() == ["1.234", "2.345"]
    assert own["misto"].tolist() == ["1,5", "2.5"]
    assert own["vuota"].isna().all()


def test_hostile_cells_and_headers_fit_into_a_workbook(write_csv, fact):
    long, header = "y" * 40_000, "h" * 300
    path = write_csv(
        f"Numero;Cliente;Scadenza;Importo;=cmd;{header};Note\n1;Rossi;31/01/2026;5;=1+1;{long};{long}\n"
    )
    adoption = plan_adoption(path, AS_OF)
    own = adoption.extra_columns["invoices"]
    assert [len(header) for header in own.columns] == [4, 255]
    assert own.iloc[0].tolist() == ["=1+1", long[:CELL_LIMIT]]
    assert adoption.frames["invoices"]["notes"].tolist() == [long[:CELL_LIMIT]]
    assert fact(adoption.decisions, "texts-cut") == {"count": 2, "limit": CELL_LIMIT}


def test_wordings_of_both_languages_have_the_same_facts():
    it, en = (Catalogue(language).section("intake.decisions") for language in LANGUAGES)
    assert it.keys() == en.keys()
    for code in it:
        for form in ("one", "other") if isinstance(it[code], dict) else (None,):
            texts = [words[code][form] if form else words[code] for words in (it, en)]
            assert placeholders(texts[0]) == placeholders(texts[1]), code


def placeholders(text):
    import string

    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_wording_is_used_and_every_code_is_worded():
    from pathlib import Path

    import xlcredit.intake as package

    folder = Path(package.__file__).parent
    source = "".join(path.read_text("utf-8") for path in [*folder.glob("*.py"), folder.parent / "headers.py"])
    words = Catalogue("it")
    for code in words.section("intake.decisions"):
        assert f'"{code}"' in source, code
