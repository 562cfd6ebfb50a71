"""When a row asks for a decision, and what a recorded decision changes."""

import datetime as dt

import pytest
from core_ledgers import assessed, cycle_of, plain, policy_with, proposed

INVOICES = """
    invoice_id customer_id document_date due_date   amount currency
    1          A           2026-01-30    2026-03-02 1000   EUR
    2          A           2026-01-30    2026-06-01 1000   EUR
    3          B           2026-01-30    2026-06-01 1000   USD
"""
CUSTOMERS = """
    customer_id name kind     guarantee   guarantee_expiry insured_limit insurer_notice_days
    A           Alfa business {guarantee} {expiry}         {limit}       {notice}
    B           Beta business -           -                -             -
"""


def customers(guarantee="-", expiry="-", limit="-", notice="-"):
    return CUSTOMERS.format(guarantee=guarantee, expiry=expiry, limit=limit, notice=notice)


@pytest.mark.parametrize(
    ("customer", "days", "asks"),
    [
        ({}, 89, False),
        ({}, 90, True),
        ({"guarantee": "fideiussione"}, 119, False),
        ({"guarantee": "fideiussione"}, 120, True),
        ({"guarantee": "fideiussione", "expiry": "2026-05-30"}, 90, True),
        ({"limit": "5000", "notice": "60"}, 49, False),
        ({"limit": "5000", "notice": "60"}, 50, True),
        ({"limit": "-", "notice": "60"}, 50, False),
    ],
)
def test_strategy_deadline(customer, days, asks):
    """120 days overdue, 90 without a guarantee, the insurer's notice less 10 days when insured."""
    as_of = (dt.date(2026, 3, 2) + dt.timedelta(days)).isoformat()
    found = assessed(as_of, invoices=INVOICES, customers=customers(**customer))
    assert len(found.decisions) == asks
    if asks:
        assert plain(found.decisions["reason"]) == [
            "insurer_deadline" if "limit" in customer else "strategy_deadline"
        ]
        assert plain(found.decisions["days_overdue"]) == [days]
        assert plain(found.decisions["overdue"]) == [100_000]
    assert ("decision" in str(found.rows["next_action"][0])) is asks


SENT = "event_id reminder_id event event_time customer_id invoice_id row_level letter_level\n{}"


@pytest.mark.parametrize(("as_of", "asks"), [("2026-03-23", False), ("2026-03-24", True)])
def test_past_the_last_letter_level_the_row_asks_once_the_answer_is_overdue(as_of, asks):
    """Last level sent on 13 March with 10 days to answer."""
    policy = policy_with(cycle_of([5, 11], response=10))
    sent = SENT.format("1 S1 issued 2026-03-07 A 1 1 1\n2 S2 issued 2026-03-13 A 1 2 2")
    found = assessed(as_of, policy=policy, invoices=INVOICES, customers=customers(), reminders=sent)
    assert plain(found.decisions["reason"]) == (["past_last_level"] if asks else [])


@pytest.mark.parametrize(("as_of", "asks"), [("2026-05-15", False), ("2026-05-16", True)])
def test_handover_is_a_decision_on_its_day(as_of, asks):
    sent = SENT.format("1 S4 issued 2026-04-21 A 1 4 4")
    found = assessed(as_of, invoices=INVOICES, customers=customers(), reminders=sent)
    assert plain(found.decisions["reason"]) == (["past_last_level"] if asks else [])


DECIDED = "customer_id currency decision decided_on\nA {}"


@pytest.mark.parametrize(
    ("decision", "hold", "decided", "action"),
    [
        ("EUR insist 2026-06-01", None, True, "write"),
        ("EUR lawyer 2026-06-01", "decided", True, "lawyer"),
        ("- agency 2026-06-01", "decided", True, "lawyer"),
        ("EUR write_off -", "decided", True, None),
        ("EUR write_off 2026-05-30", None, False, "decision+write"),
        ("EUR write_off 2026-06-02", None, False, "decision+write"),
        ("USD write_off 2026-06-01", None, False, "decision+write"),
        ("EUR - 2026-06-01", None, False, "decision+write"),
    ],
)
def test_a_recorded_decision_ends_dunning_of_the_rows_that_asked(decision, hold, decided, action):
    """The row asked on 31 May: a decision of an earlier day was about something else."""
    found = assessed(
        "2026-06-01", invoices=INVOICES, customers=customers(), decisions=DECIDED.format(decision)
    )
    assert plain(found.rows["hold"])[:2] == [hold, None]
    assert found.decisions["is_decided"].tolist() == [decided]
    assert plain(found.rows["next_action"])[0] == action


def test_the_newest_decision_counts_and_that_of_the_currency_before_that_of_all():
    decisions = "customer_id currency decision decided_on\nA EUR write_off 2026-05-31\nA EUR insist 2026-06-01\nA - lawyer 2026-06-01"
    found = assessed("2026-06-01", invoices=INVOICES, customers=customers(), decisions=decisions)
    assert plain(found.rows["hold"])[0] is None
    undated = assessed(
        "2026-06-01", invoices=INVOICES, customers=customers(), decisions=decisions + "\nA EUR lawyer -"
    )
    assert plain(undated.rows["hold"])[0] == "decided"


def test_rows_held_for_a_good_reason_do_not_ask():
    disputes = "customer_id invoice_id\nA 1"
    assert (
        len(assessed("2026-06-01", invoices=INVOICES, customers=customers(), disputes=disputes).decisions)
        == 0
    )


def test_it_goes_on_being_dunned_until_decided():
    assert len(proposed("2026-06-01", invoices=INVOICES, customers=customers()).letters) == 1
    decisions = DECIDED.format("EUR lawyer 2026-06-01")
    assert (
        len(proposed("2026-06-01", invoices=INVOICES, customers=customers(), decisions=decisions).letters)
        == 0
    )
