from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.cells import CellError
from xlcredit.schema import CUSTOMERS, DTYPES, INVOICES, RATES, REMINDERS, TABLES, Column, Table
from xlcredit.values import empty_table, read_table

REQUIRED = {
    "invoice_id": "1",
    "customer_id": "C1",
    "document_date": pd.Timestamp("2026-01-02"),
    "amount": 10.0,
}


def read(cells, type_, *, required=False, **options):
    vocabulary = options.pop("vocabulary", "")
    from xlcredit.schema import VOCABULARIES

    column = Column(
        "c", type_, required=required, choices=VOCABULARIES.get(vocabulary, ()), vocabulary=vocabulary
    )
    table = Table("invoices", (Column("invoice_id", "id"), column))
    raw = pd.DataFrame({"invoice_id": "x", "c": pd.Series(list(cells), dtype=options.pop("dtype", object))})
    return read_table(raw, table, **options)


def values(typed, column="c"):
    return [None if pd.isna(value) else value for value in typed.frame[column]]


def codes(typed):
    return [(f.code, f.position) for f in typed.findings]


# The frame


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.key)
def test_frame_has_every_column_with_its_dtype(table):
    for frame in (
        empty_table(table),
        empty_table(table, 3),
        read_table(pd.DataFrame(index=range(3)), table).frame,
    ):
        assert list(frame) == [column.key for column in table.columns]
        assert {column.key: str(frame[column.key].dtype) for column in table.columns} == {
            column.key: DTYPES[column.type] for column in table.columns
        }
    assert empty_table(table, 3).isna().all(axis=None)


def test_rows_keep_their_place_and_blank_rows_stay():
    raw = pd.DataFrame(
        {key: pd.Series([value, None, value], dtype=object) for key, value in REQUIRED.items()}
    )
    typed = read_table(raw.set_index(pd.Index([7, 8, 9])), INVOICES)
    assert typed.frame.index.tolist() == [0, 1, 2]
    assert typed.frame["amount"].tolist() == [1000, pd.NA, 1000]
    assert typed.findings == []


def test_unknown_columns_are_ignored():
    typed = read_table(pd.DataFrame({**{k: [v] for k, v in REQUIRED.items()}, "their_own": ["x"]}), INVOICES)
    assert "their_own" not in typed.frame
    assert typed.findings == []


def test_category_keys_are_those_of_the_schema():
    typed = empty_table(INVOICES)
    assert typed["document_type"].cat.categories.tolist() == list(INVOICES["document_type"].choices)


# Texts and identifiers


def test_identifiers_keep_their_zeros_and_lose_what_excel_adds():
    typed = read(["00123", 123.0, "'0045", " A  1 ", "", None, 0.5, 10**15], "id")
    assert values(typed) == ["00123", "123", "0045", "A 1", None, None, "0.5", "1000000000000000"]
    assert typed.findings == []


def test_identifier_column_of_numbers_is_text():
    assert values(read([1.0, np.nan, 3.0], "id", dtype="float64")) == ["1", None, "3"]


def test_identifier_that_became_a_date_is_told():
    typed = read([pd.Timestamp("2026-01-05"), "5/26"], "id")
    assert values(typed) == ["2026-01-05", "5/26"]
    assert codes(typed) == [("identifier-unreadable", 0)]


def test_texts_are_tidied_and_other_cells_become_text():
    cells = [
        "  Rossi \u00a0&\nFigli ",
        "\t",
        7.0,
        0.5,
        True,
        dt.datetime(2026, 1, 31),  # noqa: DTZ001  a cell has no zone
        dt.datetime(2026, 1, 31, 9),  # noqa: DTZ001  a cell has no zone
    ]
    assert values(read(cells[:-1], "text")) == ["Rossi & Figli", None, "7", "0.5", "true", "2026-01-31"]
    assert values(read(cells[-1:], "text")) == ["2026-01-31T09:00:00"]
    assert values(read(["'Ndrina"], "text")) == ["'Ndrina"]


# Choices and flags


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("Fattura", "invoice"), ("FATTURA", "invoice"), ("TD01", "invoice"), ("td 24", "invoice"), ("Ft.", "invoice"),
        ("TD02", "advance_invoice"), ("nota di credito", "credit_note"), ("TD04", "credit_note"), ("N.C.", "credit_note"),
        ("Credit note", "credit_note"), ("credit_note", "credit_note"), ("TD05", "debit_note"), ("Insoluto", "returned_effect"),
    ],
)  # fmt: skip
def test_document_types_in_any_spelling(word, key):
    assert values(read([word], "choice", vocabulary="document_type")) == [key]


@pytest.mark.parametrize(
    ("code", "key"),
    [("MP01", "cash"), ("MP02", "cheque"), ("MP05", "transfer"), ("mp12", "riba"), ("MP19", "sdd"), ("MP06", "bill"),
     ("MP23", "transfer"), ("Ri.Ba.", "riba"), ("R.I.D.", "sdd"), ("Bonifico Bancario", "transfer")],
)  # fmt: skip
def test_payment_methods_of_fatturapa_and_of_people(code, key):
    assert values(read([code], "choice", vocabulary="payment_method")) == [key]


def test_unknown_choice_is_told_and_blank_is_not():
    typed = read(["Fattura", "boh", "  ", None, 5.0], "choice", vocabulary="document_type")
    assert values(typed) == ["invoice", None, None, None, None]
    assert codes(typed) == [("choice-unknown", 1), ("choice-unknown", 4)]
    assert [f.found for f in typed.findings] == ["boh", "5"]


def test_flags_in_words_and_figures():
    typed = read(["Sì", "si", "NO", "x", "yes", True, False, 1.0, 0.0, None, "forse", 2.0], "flag")
    assert values(typed) == [True, True, False, True, True, True, False, True, False, None, None, None]
    assert codes(typed) == [("flag-unreadable", 10), ("flag-unreadable", 11)]


def test_flag_column_of_booleans():
    assert values(read([True, False], "flag", dtype="bool")) == [True, False]
    assert values(read([True, None], "flag", dtype="boolean")) == [True, None]


# Numbers and rates


def test_whole_numbers_refuse_decimals():
    typed = read([30.0, "30", "30,0", 2.5, "2,5", "x", 1e15, None], "int")
    assert values(typed) == [30, 30, 30, None, None, None, None, None]
    assert codes(typed) == [
        ("number-unreadable", 5),
        ("number-too-large", 6),
        ("number-not-whole", 3),
        ("number-not-whole", 4),
    ]


def test_whole_number_with_a_mark_is_decided_by_its_column():
    assert codes(read(["1.000"], "int")) == [("number-ambiguous", 0)]
    assert values(read(["1.000", "30,0"], "int")) == [1000, 30]


def test_plain_numbers():
    typed = read([1.085, "1,08", "abc", float("inf"), True], "number")
    assert values(typed) == [1.085, 1.08, None, None, None]
    assert sorted(codes(typed)) == [
        ("number-too-large", 3),
        ("number-unreadable", 2),
        ("number-unreadable", 4),
    ]


@pytest.mark.parametrize(
    ("cell", "basis_points"),
    [
        (0.1015, 1015), (10.15, 1015), ("10,15 %", 1015), ("10.15%", 1015), ("10,15", 1015), ("0,5 %", 50),
        (0.0001, 1), (0.3, 3000), (1.0, 100), (100.0, 10000), (0.02, 200), ("8,125%", 813), (0.08125, 813), (0.0, 0),
        ("-0,5 %", -50),
    ],
)  # fmt: skip
def test_rates_in_percent_and_as_excel_keeps_them(cell, basis_points):
    assert values(read([cell], "rate")) == [basis_points]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (0.5, "rate-ambiguous"), ("0,5", "rate-ambiguous"), (101.0, "rate-ambiguous"), ("101 %", "rate-too-large"),
        ("alto", "rate-unreadable"), (True, "rate-unreadable"),
    ],
)  # fmt: skip
def test_rates_nobody_can_read(cell, code):
    typed = read([cell], "rate")
    assert values(typed) == [None]
    assert codes(typed) == [(code, 0)]


def test_currencies_are_codes():
    raw = pd.DataFrame({"currency": ["€", "eur", " Euro ", "usd", "$", "lire italiane", None, ""]})
    typed = read_table(raw, Table("payments", (Column("currency", "id"),)))
    assert values(typed, "currency") == ["EUR", "EUR", "EUR", "USD", "USD", None, None, None]
    assert codes(typed) == [("currency-unknown", 5)]


def test_cycles_are_known_by_their_names_in_every_language():
    raw = pd.DataFrame(
        {"cycle": ["standard", "Ordinario", " key accounts", "GRANDI CLIENTI", "cortesia", None, 12]}
    )
    typed = read_table(raw, Table("customers", (Column("cycle", "id"),)))
    assert values(typed, "cycle") == [
        "standard",
        "standard",
        "key_account",
        "key_account",
        "cortesia",
        None,
        "12",
    ]
    assert codes(typed) == []


# Dates


def test_date_that_is_none_is_told_and_marked():
    cells = ["31/02/2026", "31/01/2026", None, 46053.0, "01/01/1900", CellError("#N/A")]
    typed = read(cells, "date")
    assert values(typed) == [None, pd.Timestamp("2026-01-31"), None, None, None, None]
    assert codes(typed) == [
        ("date-unreadable", 0), ("date-unreadable", 3), ("date-out-of-range", 4), ("cell-error", 5),
    ]  # fmt: skip
    assert typed.unreadable["c"].tolist() == [0, 3, 4, 5]


def test_serials_are_dates_only_when_told():
    assert values(read([46053.0, "01/02/2026"], "date", serials=1900)) == [
        pd.Timestamp("2026-01-31"),
        pd.Timestamp("2026-02-01"),
    ]
    assert values(read([44591.0], "date", serials=1904)) == [pd.Timestamp("2026-01-31")]


def test_times_keep_their_hour():
    assert values(read(["2026-01-31T10:15:30", "31/01/2026 09:00"], "time")) == [
        pd.Timestamp("2026-01-31 10:15:30"),
        pd.Timestamp("2026-01-31 09:00"),
    ]


def test_conflicting_orders_are_one_finding_at_the_rarer_row():
    typed = read(["03/04/2026", "31/01/2026", "30/01/2026", "01/31/2026", "x"], "date")
    assert values(typed) == [None] * 5
    conflict = next(f for f in typed.findings if f.code == "date-order-conflict")
    assert (conflict.position, conflict.count, conflict.found) == (3, 4, "01/31/2026")
    assert conflict.facts == {"day_first": "31/01/2026", "month_first": "01/31/2026"}
    assert ("date-unreadable", 4) in codes(typed)


def test_month_first_is_noted_without_asking_a_person():
    typed = read(["03/04/2026", "01/31/2026"], "date")
    assert values(typed) == [pd.Timestamp("2026-03-04"), pd.Timestamp("2026-01-31")]
    assert [(f.code, f.count, f.needs_person) for f in typed.findings] == [("date-month-first", 2, False)]


def test_column_that_shows_no_order_follows_the_others_of_its_table():
    raw = pd.DataFrame({"document_date": ["03/04/2026"], "due_date": ["01/31/2026"]})
    assert read_table(raw, INVOICES).frame.loc[0, "document_date"] == pd.Timestamp("2026-03-04")
    assert read_table(raw, INVOICES, dates="dmy").frame.loc[0, "document_date"] == pd.Timestamp("2026-04-03")


def test_column_that_shows_no_order_is_day_first_when_the_others_disagree():
    raw = pd.DataFrame(
        {"document_date": ["03/04/2026"], "due_date": ["01/31/2026"], "contract_date": ["31/01/2026"]}
    )
    assert read_table(raw, INVOICES).frame.loc[0, "document_date"] == pd.Timestamp("2026-04-03")


def test_unreadable_hold_can_be_told_from_no_hold():
    raw = pd.DataFrame({**{k: [v, v] for k, v in REQUIRED.items()}, "hold_until": ["a fine anno", None]})
    typed = read_table(raw, INVOICES)
    assert typed.frame["hold_until"].isna().all()
    assert typed.unreadable["hold_until"].tolist() == [0]


# What is missing


def test_blank_required_cells_of_used_rows_are_told():
    cells = {key: pd.Series([value, None, value], dtype=object) for key, value in REQUIRED.items()}
    cells["customer_id"] = pd.Series(["C1", None, " "], dtype=object)
    typed = read_table(pd.DataFrame(cells), INVOICES)
    assert [(f.code, f.column, f.position, f.row) for f in typed.findings] == [
        ("required-missing", "customer_id", 2, "1")
    ]


def test_unreadable_required_cell_is_told_once():
    assert codes(read(["x"], "money", required=True)) == [("amount-unreadable", 0)]


def test_missing_required_column_is_one_finding():
    raw = pd.DataFrame({key: [value] for key, value in REQUIRED.items() if key != "amount"})
    assert [(f.code, f.column, f.position) for f in read_table(raw, INVOICES).findings] == [
        ("column-missing", "amount", None)
    ]
    assert read_table(raw.iloc[:0], INVOICES).findings == []


def test_one_cause_over_a_column_is_one_finding():
    typed = read(["boh"] * 30 + [None] * 500, "money")
    assert [(f.code, f.count, f.position) for f in typed.findings] == [("amount-unreadable", 30, 0)]


def test_computed_columns_are_typed_without_findings():
    typed = read_table(pd.DataFrame({**{k: [v] for k, v in REQUIRED.items()}, "level_sent": ["x"]}), INVOICES)
    assert typed.findings == []
    assert typed.unreadable["level_sent"].tolist() == [0]


@pytest.mark.parametrize(
    ("table", "name"),
    [(INVOICES, "invoice_id"), (CUSTOMERS, "customer_id"), (REMINDERS, "event_id"), (RATES, "source")],
)
def test_rows_are_called_by_their_key(table, name):
    other = (
        next(
            column.key
            for column in table.columns
            if column.required and column.type not in ("id", "text", "choice")
        )
        if table is not CUSTOMERS
        else "credit_limit"
    )
    typed = read_table(pd.DataFrame({name: ["K1"], other: ["???"]}), table)
    assert {f.row for f in typed.findings if f.column == other} == {"K1"}


# Everything together


CELLS = st.one_of(
    st.none(), st.floats(), st.integers(-(10**18), 10**18), st.booleans(), st.text(max_size=8), st.datetimes(),
    st.dates(), st.decimals(allow_nan=False, allow_infinity=False), st.just(CellError("#N/A")), st.timedeltas(),
    st.sampled_from(["1.234", "12,5", "31/01/2026", "01/31/2026", "Sì", "TD04", "#RIF!", "€ 5", "0012"]),
)  # fmt: skip


@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=4),
    st.sampled_from(list(TABLES.values())),
)
def test_any_cells_give_a_typed_frame_and_findings_with_words(columns, table):
    keys = [column.key for column in table.columns][: len(columns)]
    raw = pd.DataFrame(
        {key: pd.Series(cells, dtype=object) for key, cells in zip(keys, columns, strict=False)}
    )
    typed = read_table(raw, table)
    assert len(typed.frame) == 3
    for language in LANGUAGES:
        for finding in typed.findings:
            message, remedy = Catalogue(language).finding(finding)
            assert message
            assert remedy


CODES = [
    f"{name}-{fault}"
    for name, faults in {
        "amount": ["unreadable", "ambiguous", "too-large"],
        "date": ["unreadable", "out-of-range", "order-conflict", "month-first"],
        "rate": ["unreadable", "ambiguous", "too-large"],
        "number": ["unreadable", "ambiguous", "too-large", "not-whole"],
        "choice": ["unknown"], "currency": ["unknown"], "flag": ["unreadable"], "identifier": ["unreadable"],
        "cell": ["error"], "text": ["unreadable"], "required": ["missing"], "column": ["missing"], "terms": ["not-understood"],
    }.items()
    for fault in faults
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_every_code_has_its_words_for_one_and_for_many(language, code):
    from xlcredit.errors import Finding

    facts = {"day_first": "a", "month_first": "b"}
    one, many = (
        Catalogue(language).finding(Finding(code, "invoices", "amount", 0, "1", "x", facts, count=count))
        for count in (1, 1200)
    )
    assert "{" not in "".join(one + many)
    if code not in ("date-month-first", "column-missing"):
        assert "1.200" in many[0] or "1,200" in many[0]
