"""The register projected: what counts as sent, and what can be cancelled."""

import datetime as dt

import pytest
from core_ledgers import plain, table

from xlcredit.core.register import (
    cancellable,
    later_reminders,
    letters_sent,
    project_register,
    read_register,
    register_entries,
)
from xlcredit.core.rows import match_rows

INVOICES = """
    invoice_id customer_id document_type document_date instalment amount
    1          A           invoice       2026-01-10    1          100
    1          A           invoice       2026-01-10    2          100
    1          A           invoice       2025-01-10    1          100
    1          A           credit_note   2026-01-10    1          100
    1          B           invoice       2026-01-10    1          100
"""
HEAD = "event_id reminder_id event event_time customer_id invoice_id document_type document_year instalment row_level letter_level proof_date channel\n"
FIRST = "1 S1 issued 2026-03-01T10:00 A 1 invoice 2026 1 1 1 - letter\n"


def projected(events, as_of=None):
    found = project_register(table("reminders", HEAD + events), table("invoices", INVOICES), as_of)
    return plain(found["level_sent"]), plain(found["level_sent_date"]), found["is_ambiguous"].tolist()


@pytest.mark.parametrize(
    ("events", "level"),
    [
        ("", 1),
        ("2 S1 sent 2026-03-02 A 1 invoice 2026 1 - - - -", 1),
        ("2 S1 delivered 2026-03-02 A - - - - - - 2026-03-02 -", 1),
        ("2 S1 failed 2026-03-02 A 1 invoice 2026 1 - - - -", None),
        ("2 S1 failed 2026-03-02 A - - - - - - - -", None),
        ("2 S1 failed 2026-03-02 A - - - - - - - -\n3 S1 sent 2026-03-03 A 1 invoice 2026 1 - - - -", 1),
        ("2 S1 ambiguous 2026-03-02 A - - - - - - - -", 1),
        ("2 S1 cancelled 2026-03-02 A 1 invoice 2026 1 - - - -", None),
        ("2 S1 cancelled 2026-03-02 A - - - - - - - -\n3 S1 delivered 2026-03-04 A - - - - - - - -", None),
        ("2 S2 cancelled 2026-03-02 A 1 invoice 2026 1 - - - -", 1),
        ("2 S2 prepared 2026-03-02 A 1 invoice 2026 1 2 2 - -", 1),
        ("2 S2 issued 2026-03-02 A 1 invoice 2026 1 2 2 - -", 2),
        ("2 S2 opening 2026-02-02 A 1 invoice 2026 1 2 2 - -", 2),
        ("2 S2 issued 2026-03-02 A 1 invoice 2026 1 - 2 - -", 1),
        ("2 S2 issued 2026-03-02 A 1 invoice 2026 1 2 2 - -\n3 S2 cancelled 2026-03-03 A - - - - - - - -", 1),
    ],
)
def test_level_of_the_row(events, level):
    levels, _, _ = projected(FIRST + events)
    assert levels == [level, None, None, None, None]


def test_a_reference_without_instalment_year_or_type_means_every_one():
    levels, _, _ = projected("1 S1 issued 2026-03-01 A 1 - - - 1 1 - -")
    assert levels == [1, 1, 1, 1, None]


def test_the_date_is_the_day_the_level_was_first_reached():
    events = "2 S2 issued 2026-04-02T09:00 A 1 invoice 2026 1 1 1 - -\n3 S3 issued 2026-04-20 A 1 invoice 2026 1 - 2 - -"
    assert projected(FIRST + events)[1][0] == "2026-03-01"


@pytest.mark.parametrize(("as_of", "level"), [(dt.date(2026, 2, 28), None), (dt.date(2026, 3, 1), 1)])
def test_later_events_are_not_known_yet(as_of, level):
    assert projected(FIRST, as_of)[0][0] == level


def test_ambiguous_waits_until_something_newer_is_known():
    unclear = FIRST + "2 S1 ambiguous 2026-03-02 A - - - - - - - -\n"
    assert projected(unclear)[2] == [True, False, False, False, False]
    assert not any(projected(unclear + "3 S1 delivered 2026-03-03 A - - - - - - - -")[2])


@pytest.mark.parametrize(("first", "second"), [("2026-03-04", "2026-03-09"), ("2026-03-09", "2026-03-04")])
def test_a_proof_recorded_anew_puts_the_one_before_right(first, second):
    proofs = f"2 S1 delivered 2026-03-10 A - - - - - - {first} -\n3 S1 delivered 2026-03-11 A - - - - - - {second} -"
    register = read_register(table("reminders", HEAD + FIRST + proofs))
    entries = register_entries(register, match_rows(register.events, table("invoices", INVOICES)))
    assert {str(date)[:10] for date in entries.proof_date} == {second}


def test_letters_sent_leaves_out_what_does_not_count():
    events = FIRST + (
        "2 S2 issued 2026-02-02 A 1 invoice 2026 2 1 1 - pec\n3 S3 issued 2026-03-02 B 1 invoice 2026 1 1 1 - email\n"
        "4 S3 cancelled 2026-03-03 B 1 invoice 2026 1 - - - -\n5 S4 prepared 2026-03-03 B 1 invoice 2026 1 1 1 - -"
    )
    letters = letters_sent(read_register(table("reminders", HEAD + events)))
    assert plain(letters["reminder_id"]) == ["S2", "S1"]
    assert plain(letters["date"]) == ["2026-02-02", "2026-03-01"]
    assert plain(letters["channel"]) == ["pec", "letter"]


SECOND = "2 S2 issued 2026-04-01 A 1 invoice 2026 1 2 2 - -\n"


@pytest.mark.parametrize(
    ("events", "later"),
    [
        ("", []),
        (SECOND, ["S2"]),
        (SECOND + "3 S2 cancelled 2026-04-02 A 1 invoice 2026 1 - - - -", []),
        (SECOND + "3 S2 failed 2026-04-02 A - - - - - - - -", []),
        ("2 S2 issued 2026-04-01 A 1 invoice 2026 2 2 2 - -", []),
        ("2 S2 issued 2026-04-01 A 1 invoice 2026 1 - 2 - -", []),
    ],
)
def test_cancel_is_refused_when_a_later_level_exists_for_the_row(events, later):
    reminders = table("reminders", HEAD + FIRST + events)
    assert later_reminders(reminders, "S1") == later
    assert cancellable(reminders, "S1") is (not later)
    assert cancellable(reminders, "S2")


def test_an_empty_register_says_nothing():
    assert projected("") == ([None] * 5, [None] * 5, [False] * 5)
