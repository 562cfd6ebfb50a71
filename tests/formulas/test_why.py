"""What XLC_WHY says: the first cell with an error in words, else how the value came about; every code has words."""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from formula_cells import CODE, RULES, column, day, told

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.formulas.answer import COMPUTED
from xlcredit.functions import FUNCTIONS

DUE = day("2026-05-31")


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("XLC_DAYS_OVERDUE", ["Scadenza"], "«Scadenza» (scadenza) non è una data."),
        ("XLC_DAYS_OVERDUE", [5.0], "«5» (scadenza) non è una data fra il 1990 e il 2100."),
        ("XLC_DAYS_OVERDUE", [CODE["#N/A"]], "«scadenza» contiene già un errore (#N/D)"),
        ("XLC_DAYS_OVERDUE", [None], "la cella di «scadenza» è vuota"),
        ("XLC_DAYS_OVERDUE", [column(DUE, "x", "y")], "Riga 2: «x» (scadenza) non è una data."),
        ("XLC_DAYS_OVERDUE", [column(DUE, "x", "y")], "Le celle con errore sono 2: questa è la prima."),
        ("XLC_DAYS_OVERDUE", [((DUE, "x"),)], "Riga 1, colonna 2: «x»"),
        ("XLC_DAYS_OVERDUE", [((DUE, "x"),)], "È la sola cella con errore."),
        (
            "XLC_INTEREST",
            [1.0, DUE, day("2027-01-01")],
            "quelli pubblicati vanno dal 01/07/2002 al 31/12/2026",
        ),
        ("XLC_RATE", [day("2000-01-01")], "quelli pubblicati vanno dal 01/07/2002 al 31/12/2026"),
        ("XLC_INTEREST", ["1.234", DUE], "può essere due importi diversi"),
        ("XLC_INTEREST", [column(1.0, 2.0), column(DUE, DUE, DUE)], "2 x 1 e 3 x 1"),
        ("XLC_RATE", [DUE, "boh"], "«boh» (regime) non è fra i valori previsti"),
        ("XLC_RATE", [DUE, "Tasso contrattuale"], "Il tasso contrattuale non si può indicare in una formula"),
        ("XLC_DUE_DATE", [DUE, "boh"], "Le condizioni «boh» non si capiscono."),
        (
            "XLC_LEVEL",
            [DUE, None, None, "boh"],
            "Il ciclo «boh» non esiste. Quelli di questo file: Ordinario,",
        ),
        ("XLC_LEVEL", [DUE, 1.0], "manca la data dell'ultimo sollecito"),
        ("XLC_LEVEL", [DUE, None, DUE], "manca il livello inviato"),
        ("XLC_LIMITATION", [DUE, 5.0, column(DUE, "boh")], "«boh» (interruzioni) non è una data."),
        ("XLC_COURT", [20_000.0], "voce «Giudice di pace fino a 30.000 €»"),
        ("XLC_VAT_OK", ["CHE1234567"], "fuori dall'Unione europea"),
        ("XLC_INTREST", [1.0], "«XLC_INTREST» non è una funzione."),
        (None, [], "«» non è una funzione."),
    ],
)
def test_what_is_wrong(name, values, says):
    assert says in told(name, *values)


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        (
            "XLC_INTEREST",
            [1000.0, DUE, day("2026-08-31")],
            "regime D.Lgs. 231/2002: 26,01 €. Dal 01/06/2026 al 30/06/2026, 30 giorni al 10,15 %: 8,34 €. Dal 01/07",
        ),
        ("interest", [column(None, 1000.0), DUE, DUE], "Riga 2: Interessi su 1.000,00 €"),
        (
            "XLC_TOTAL_DUE",
            [1000.0, day("2025-12-31"), day("2026-03-31")],
            "25,03 € + importo forfettario 40,00 €",
        ),
        ("XLC_DAYS_OVERDUE", [DUE], "Dalla scadenza 31/05/2026 al 20/11/2026: 173 giorni."),
        ("XLC_RATE", [DUE], "10,15 % all'anno."),
        ("XLC_RATE", [day("2026-07-01")], "il tasso dal 01/07/2026 al 31/12/2026 non è ancora confermato"),
        ("XLC_DUE_DATE", [day("2026-01-15"), "60 gg DFFM"], "prima scadenza il 31/03/2026"),
        ("XLC_LEVEL", [day("2026-11-13")], "si può inviare il livello 1, dal 20/11/2026"),
        ("XLC_LEVEL", [day("2026-11-20")], "il prossimo livello è il 1, dal 27/11/2026"),
        ("XLC_LEVEL", [DUE, None, None, "none"], "non ci sono altri livelli"),
        ("XLC_LIMITATION", [day("2020-02-29")], "10 anni: l'ultimo giorno utile è il 28/02/2030"),
        ("XLC_CEI", [6200.0, 10890.0, 6340.0, 3590.0, 3.0], "incassato 55,93 %"),
        ("XLC_DSO_COUNTBACK", [150.0, column(80.0, 100.0, 100.0)], "(3 indicati): 45,00 giorni"),
        ("XLC_ABC", [column("a", "b"), column(90.0, 10.0)], "«a» deve 90,00 € su 100,00 €: classe A"),
        ("XLC_IBAN_OK", ["IBAN"], "le cifre di controllo non tornano"),
        ("XLC_PRIORITY", [0.0, DUE], "vuoto punti su 100"),
    ],
)
def test_how_the_value_came_about(name, values, says):
    assert says in told(name, *values)


def test_confirmed_rates_bring_no_warning():
    for values in (
        [1000.0, day("2025-12-31"), day("2026-03-31")],
        [1000.0, DUE, day("2026-08-31"), "nessuno"],
    ):
        assert "confermato" not in told("XLC_INTEREST", *values)


def test_the_last_rate_known_is_that_of_the_regime():
    rates = pd.DataFrame(
        {
            "parameter": ["legal_rate"],
            "valid_from": [pd.Timestamp("2027-01-01")],
            "rate": [150],
            "source": ["G.U."],
            "confirmed": [True],
        }
    )
    rules = replace(RULES, law=RULES.law.extended(rates)[0])
    assert "al 31/12/2027" in told("XLC_RATE", day("2028-01-01"), "consumatore", rules=rules)
    assert "al 31/12/2026" in told("XLC_RATE", day("2028-01-01"), "imprese", rules=rules)


def test_it_speaks_the_workbooks_language():
    rules = replace(RULES, words=Catalogue("en"))
    assert told("XLC_RATE", "x", rules=rules).startswith("“x” (day) is no date.")
    assert "(#N/A)" in told("XLC_RATE", CODE["#N/A"], rules=rules)


def test_days_of_a_workbook_from_1904():
    rules = replace(RULES, epoch=1904)
    said = told("XLC_DUE_DATE", day("2026-01-15", "1904-01-01"), "60 gg DFFM", rules=rules)
    assert "Documento del 15/01/2026" in said
    assert "prima scadenza il 31/03/2026" in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", COMPUTED)
def test_every_function_and_argument_has_its_words(name, language):
    words, arguments = Catalogue(language), [argument.name for argument in FUNCTIONS[name].arguments]
    assert words.has(f"functions.{name}.how")
    assert all(words.has(f"why.labels.{argument}") for argument in arguments)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_help_fits_excels_function_wizard(name, language):
    entry = Catalogue(language).section(f"functions.{name}")
    assert list(entry["args"]) == [argument.name for argument in FUNCTIONS[name].arguments]
    assert all(0 < len(text) <= 255 for text in (entry["help"], *entry["args"].values()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_the_sources_has_words(language):
    folder = Path(__file__).parents[2] / "src" / "xlcredit" / "formulas"
    sources = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    codes = re.findall(r'call\.refuse\(.*?, "([a-z-]+)", "', sources)
    assert len(codes) > 10
    kinds = {argument.kind for name in COMPUTED for argument in FUNCTIONS[name].arguments} - {
        "text",
        "choice",
    }
    faults = {
        f"{kind}-{fault}" for kind in kinds - {"date"} for fault in ("unreadable", "ambiguous", "too-large")
    }
    every = {
        *codes,
        *faults,
        "date-unreadable",
        "date-out-of-range",
        "int-not-whole",
        "choice-unknown",
        "cell-error",
    }
    assert [code for code in sorted(every) if not Catalogue(language).has(f"why.{code}")] == []
