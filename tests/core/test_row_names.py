"""Ledger rows by name."""

import numpy as np
from core_ledgers import table

from xlcredit.core.rows import duplicated_rows, match_rows, match_tables

INVOICES = """
    invoice_id customer_id document_type document_date instalment amount
    007        A           invoice       2026-01-10    -          100
    7          A           invoice       2026-01-10    -          100
    7          A           invoice       2025-01-10    -          100
    7          B           -             2026-01-10    1          100
    7          B           invoice       2026-01-10    2          100
    -          B           invoice       2026-01-10    -          100
    8          -           invoice       -             -          100
"""


def matched(text):
    matches = match_rows(table("promises", text), table("invoices", INVOICES))
    return list(zip(matches.reference.tolist(), matches.invoice.tolist(), strict=True)), matches


def test_a_number_is_text_and_belongs_to_its_customer():
    pairs, matches = matched("customer_id invoice_id\nA 007\nB 7\nA 77\nC 7\nA -")
    assert pairs == [(0, 0), (1, 3), (1, 4)]
    assert matches.unmatched.tolist() == [2, 3]


def test_a_blank_instalment_or_year_means_every_one():
    pairs, matches = matched(
        "customer_id invoice_id instalment document_year\nA 7 - -\nA 7 - 2025\nB 7 1 -\nA 7 2 -"
    )
    assert pairs == [(0, 1), (0, 2), (1, 2), (2, 3)]
    assert matches.unmatched.tolist() == [3]
    assert matches.ambiguous.tolist() == [0]


def test_a_type_left_blank_in_the_ledger_is_an_invoice():
    reminders = table(
        "reminders", "event_id customer_id invoice_id document_type\n1 B 7 invoice\n2 B 7 credit_note"
    )
    matches = match_rows(reminders, table("invoices", INVOICES))
    assert matches.invoice.tolist() == [3, 4]
    assert matches.unmatched.tolist() == [1]


def test_tables_matched_together_give_the_same_as_alone():
    invoices = table("invoices", INVOICES)
    one, two = (
        table("promises", "customer_id invoice_id\nA 7\nB 7"),
        table("disputes", "customer_id invoice_id\nB 7\nZ 9"),
    )
    _, matches = match_tables({"one": one, "two": two}, invoices)
    for name, frame in (("one", one), ("two", two)):
        alone = match_rows(frame, invoices)
        assert all(
            np.array_equal(getattr(matches[name], part), getattr(alone, part))
            for part in ("reference", "invoice", "unmatched", "ambiguous")
        )


def test_nothing_to_match():
    pairs, matches = matched("customer_id invoice_id")
    assert (pairs, len(matches.unmatched), len(matches.ambiguous)) == ([], 0, 0)


def test_duplicates_share_the_whole_key():
    invoices = table("invoices", """
        invoice_id customer_id document_type document_date instalment
        1          A           invoice       2026-01-10    1
        1          A           -             2026-05-10    -
        1          A           credit_note   2026-01-10    1
        1          A           invoice       2026-01-10    2
        1          A           invoice       2025-01-10    1
        1          B           invoice       2026-01-10    1
    """)  # fmt: skip
    keys, _ = match_tables({}, invoices)
    assert duplicated_rows(keys).tolist() == [True, True, False, False, False, False]
