"""`assess`: a stranger's ledger with everything computed for it."""

import csv
import datetime as dt
import json
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcredit.catalogue import Catalogue
from xlcredit.intake.answer import assessment_to_json, decimal_texts
from xlcredit.intake.assessed import assess_ledger
from xlcredit.intake.errors import CycleUnknownError, KindUnknownError
from xlcredit.money import cents_to_decimal_text
from xlcredit.parameters.law import load_law
from xlcredit.parameters.policy import load_policy
from xlcredit.schema import INVOICES

SAMPLES = Path(os.environ.get("XLCREDIT_SAMPLES", Path(__file__).parents[3] / "shared" / "data"))
LEDGER = """
    Numero;Cod. cli.;Ragione sociale;Data doc.;Scadenza;Importo;Residuo;Valuta;Tipo doc.
    1;A;Rossi;01/03/2026;30/06/2026;100,00;100,00;;FT
    2;A;Rossi;01/03/2026;29/06/2026;200,00;150,00;;FT
    3;A;Rossi;01/03/2026;31/05/2026;50,00;50,00;;FT
    4;B;Verdi;01/03/2026;30/04/2026;80,00;0,00;;FT
    5;B;Verdi;01/05/2026;;30,00;30,00;;NC
"""


@pytest.fixture
def assess(write_csv):
    def run(text=LEDGER, as_of=dt.date(2026, 6, 30), policy=None, **options):
        return assess_ledger(
            write_csv(text), as_of, policy or load_policy(), load_law(), **{"kind": "business", **options}
        )

    return run


def answer(assessed):
    return json.loads(assessment_to_json(assessed, Catalogue("en")))


def test_answer_has_the_keys_of_the_ledger_and_no_others_at_the_top(assess):
    found = answer(assess())
    assert list(found) == ["as_of", "rows", "totals", "findings"]
    assert found["as_of"] == "2026-06-30"
    assert set(INVOICES.by_key) <= set(found["rows"][0])


def test_amounts_are_decimal_strings_and_dates_iso(assess):
    row = answer(assess())["rows"][1]
    assert (row["amount"], row["open_amount"], row["paid_amount"]) == ("200.00", "150.00", "50.00")
    assert (row["document_date"], row["due_date"]) == ("2026-03-01", "2026-06-29")
    assert (row["days_overdue"], row["bucket"], row["document_type"]) == (1, "1-30", "invoice")
    assert row["currency"] == "EUR"


def test_totals_at_the_bucket_boundaries(assess):
    totals = answer(assess())["totals"]
    assert (totals["rows"], totals["open_rows"], totals["overdue_rows"]) == (5, 4, 2)
    assert (totals["open_amount"], totals["overdue_amount"]) == ("270.00", "200.00")
    buckets = {
        code: (each["rows"], each["amount"]) for code, each in totals["by_bucket"].items() if each["rows"]
    }
    assert buckets == {"not_due": (1, "100.00"), "1-30": (2, "200.00"), "credit": (1, "-30.00")}
    assert totals["by_currency"]["EUR"]["open_amount"] == "270.00"


def test_buckets_add_up_to_what_is_open(assess):
    totals = assess().totals
    assert sum(each["amount"] for each in totals["by_bucket"].values()) == totals["open_amount"]


def test_currencies_are_never_added_up_without_a_rate(assess):
    found = assess(LEDGER.replace("50,00;50,00;;FT", "50,00;50,00;USD;FT"))
    assert found.totals["open_amount"] is None
    assert found.totals["by_currency"]["USD"]["open_amount"] == 5000
    assert "totals-several-currencies" in {each.code for each in found.findings}


def test_level_sent_in_the_ledger_decides_the_next_one(assess):
    found = assess("""
        Numero;Cod. cli.;Data doc.;Scadenza;Importo;level_sent;level_sent_date
        1;A;01/01/2026;02/02/2026;1000,00;;
        2;A;01/01/2026;02/02/2026;1000,00;2;20/03/2026
    """)
    rows = found.rows.set_index("invoice_id")
    assert rows["level_sent"].isna().tolist() == [True, False]
    assert rows.loc["2", "level_sent"] == 2
    assert rows.loc["2", "level_sent_date"] == pd.Timestamp(2026, 3, 20)
    assert rows["level_next"].tolist() == [1, 3]


def test_reminder_sent_after_the_day_is_not_known_yet(assess):
    found = assess(
        """
        Numero;Cod. cli.;Data doc.;Scadenza;Importo;level_sent;level_sent_date
        2;A;01/01/2026;02/02/2026;1000,00;2;20/03/2026
    """,
        as_of=dt.date(2026, 3, 19),
    )
    assert found.rows["level_sent"].isna().all()


def test_disputed_row_is_held(assess):
    found = assess("""
        Numero;Cod. cli.;Data doc.;Scadenza;Importo;Disputed
        1;A;01/01/2026;02/02/2026;1000,00;Yes
        2;B;01/01/2026;02/02/2026;1000,00;No
    """)
    assert found.rows["hold"].astype(object).tolist()[0] == "dispute"
    assert found.rows["is_proposed"].tolist() == [False, True]


def test_kind_and_cycle_are_given_for_the_ledger(assess):
    assert set(assess(kind="consumer").rows["regime"][:4]) == {"consumer"}
    assert set(assess(kind="Impresa").rows["regime"][:4]) == {"b2b"}
    assert set(assess(cycle="returned").rows["cycle"]) == {"returned"}


def test_unknown_kind_and_cycle_are_refused(assess):
    with pytest.raises(KindUnknownError, match="business"):
        assess(kind="fornitore")
    with pytest.raises(CycleUnknownError, match="standard"):
        assess(cycle="mai")


def test_findings_name_the_row_of_the_file(assess):
    found = answer(assess(LEDGER.replace("01/03/2026;29/06/2026", "31/02/2026;29/06/2026")))
    (finding,) = [each for each in found["findings"] if each["code"] == "date-unreadable"]
    assert (finding["position"], finding["file_row"], finding["row"], finding["found"]) == (
        1,
        3,
        "2",
        "31/02/2026",
    )
    assert finding["message"]


def test_input_is_only_read(assess, write_csv):
    path = write_csv(LEDGER)
    before = path.read_bytes()
    assess_ledger(path, dt.date(2026, 6, 30), load_policy(), load_law())
    assert path.read_bytes() == before


@given(st.lists(st.one_of(st.none(), st.integers(-(10**15), 10**15)), min_size=1))
def test_decimal_texts_are_those_of_single_amounts(cents):
    texts = decimal_texts(pd.Series(cents, dtype="Int64")).tolist()
    assert [None if isinstance(text, float) else text for text in texts] == [
        None if each is None else cents_to_decimal_text(each) for each in cents
    ]


@pytest.mark.skipif(not (SAMPLES / "ledger").is_dir(), reason="samples are not beside the project")
@pytest.mark.parametrize("as_of", [dt.date(2013, 6, 30), dt.date(2012, 12, 31), dt.date(2013, 2, 28)])
def test_sample_ledger_agrees_with_a_count_made_another_way(as_of):
    (path,) = (SAMPLES / "ledger").glob("*.csv")
    policy = load_policy().with_settings({"holiday_shift": False})
    found = assess_ledger(path, as_of, policy, load_law(), kind="business").totals
    rows, amount, buckets = counted(path, as_of)
    assert found["open_rows"] == rows
    assert found["open_amount"] == int(amount * 100)
    assert {code: each["rows"] for code, each in found["by_bucket"].items() if each["rows"]} == dict(buckets)
    if as_of == dt.date(2013, 6, 30):
        assert (rows, amount) == (84, Decimal("5119.85"))


def counted(path, as_of):
    """Open rows, their amount and buckets, in plain Python: open when InvoiceDate <= date < SettledDate."""
    rows, amount, buckets = 0, Decimal(0), Counter()
    with path.open(newline="") as stream:
        for line in csv.DictReader(stream):
            invoiced, due, settled = (
                american(line[key]) for key in ("InvoiceDate", "DueDate", "SettledDate")
            )
            if invoiced <= as_of < settled:
                rows, amount = rows + 1, amount + Decimal(line["InvoiceAmount"])
                buckets[bucket((as_of - due).days)] += 1
    return rows, amount, buckets


def american(text):
    month, day, year = map(int, text.split("/"))
    return dt.date(year, month, day)


def bucket(days):
    for last, code in ((0, "not_due"), (30, "1-30"), (60, "31-60"), (90, "61-90"), (180, "91-180")):
        if days <= last:
            return code
    return "180+"
