"""What each outcome of a contact asks to be done next, and until when."""

import pytest
from core_ledgers import assessed, plain

CUSTOMERS = "customer_id name kind status\nA Alfa business -\nB Beta business -"
INVOICES = """
    invoice_id customer_id document_date due_date   amount
    1          A           2026-01-30    2026-03-02 1000
    2          A           2026-01-30    2026-03-02 500
    3          A           2026-02-27    2026-03-31 700
    4          B           2026-01-30    2026-03-02 1000
"""
HEAD = "contact_time customer_id invoice_id channel outcome\n"
TASKS = {"record_promise", "record_dispute", "find_payment", "send_copy", "trace"}


def looked(contacts, as_of="2026-03-12", customers=CUSTOMERS, **tables):
    return assessed(
        as_of, invoices=INVOICES, customers=customers, contacts=HEAD + "\n".join(contacts), **tables
    )


def tasks(found):
    """What the log asks for, by row."""
    return [",".join(sorted(TASKS & set(str(action).split("+")))) for action in found.rows["next_action"]]


@pytest.mark.parametrize(
    ("outcome", "task"),
    [
        ("promises", "record_promise"),
        ("disputes", "record_dispute"),
        ("paid", "find_payment"),
        ("invoice_not_received", "send_copy"),
        ("wrong_address", "trace"),
        ("reached", ""),
        ("voicemail", ""),
        ("unreachable", ""),
    ],
)
def test_an_outcome_asks_for_its_next_step_on_overdue_rows(outcome, task):
    found = looked([f"2026-03-10T09:00 A - call {outcome}"])
    assert tasks(found) == [task, task, "", ""]


@pytest.mark.parametrize("outcome", ["promises", "disputes", "paid", "invoice_not_received"])
def test_a_contact_about_one_invoice_concerns_that_row_only(outcome):
    found = looked([f"2026-03-10T09:00 A 3 call {outcome}"])
    assert [bool(task) for task in tasks(found)] == [False, False, True, False]


def test_a_contact_about_an_unknown_number_concerns_all_overdue_rows():
    assert tasks(looked(["2026-03-10T09:00 A 99 call disputes"])) == [
        "record_dispute",
        "record_dispute",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("as_of", "asked"),
    [("2026-03-09", False), ("2026-03-10", True), ("2026-04-09", True), ("2026-04-10", False)],
)
def test_it_asks_from_its_day_for_thirty_days(as_of, asked):
    found = looked(["2026-03-10T09:00 A 1 call promises"], as_of)
    assert (tasks(found)[0] == "record_promise") == asked


@pytest.mark.parametrize(
    ("made", "asked"),
    [
        ("A 2 2026-03-30 2026-03-09", True),
        ("A 2 2026-03-30 2026-03-10", False),
        ("A 2 2026-03-11 -", False),
        ("A 2 2026-03-09 -", True),
        ("B 4 2026-03-30 2026-03-10", True),
        ("A 2 2026-03-30 2026-03-13", True),
    ],
)
def test_a_promise_is_recorded_when_one_from_that_day_on_stands_there(made, asked):
    promises = f"customer_id invoice_id promised_date made_on\n{made}"
    found = looked(["2026-03-10T09:00 A 1 call promises"], promises=promises)
    assert (tasks(found)[0] == "record_promise") == asked


@pytest.mark.parametrize(
    ("opened", "asked"),
    [("A 2 2026-03-09", True), ("A 2 2026-03-10", False), ("A 2 -", False), ("B 4 2026-03-10", True)],
)
def test_a_dispute_is_recorded_when_one_from_that_day_on_stands_there(opened, asked):
    found = looked(
        ["2026-03-10T09:00 A 1 call disputes"], disputes=f"customer_id invoice_id opened_on\n{opened}"
    )
    assert (tasks(found)[0] == "record_dispute") == asked


@pytest.mark.parametrize(
    ("paid_on", "asked"),
    [("2026-03-02", True), ("2026-03-03", False), ("2026-03-12", False), ("2026-03-13", True)],
)
def test_a_payment_is_found_when_one_from_a_week_before_is_there(paid_on, asked):
    payments = f"payment_id payment_date customer_id amount\nP {paid_on} A 1"
    found = looked(["2026-03-10T09:00 A 1 call paid"], payments=payments)
    assert ("find_payment" in tasks(found)[0]) == asked


@pytest.mark.parametrize(
    ("later", "asked"),
    [
        ("2026-03-09T09:00 A 1 email -", True),
        ("2026-03-10T12:00 A - email -", False),
        ("2026-03-11T09:00 A 1 pec -", False),
        ("2026-03-11T09:00 A 1 call reached", True),
        ("2026-03-11T09:00 A 1 email invoice_not_received", True),
        ("2026-03-11T09:00 B 4 email -", True),
        ("2026-03-11T09:00 A 1 call copy_sent", False),
        ("2026-03-09T09:00 A 1 call copy_sent", True),
    ],
)
def test_a_copy_is_sent_when_something_goes_in_writing(later, asked):
    found = looked(["2026-03-10T09:00 A 1 call invoice_not_received", later])
    assert tasks(found)[0] == ("send_copy" if asked else "")
    assert plain(found.rows["delivered"]) == [False if asked else None, None, None, None]


@pytest.mark.parametrize(
    ("outcomes", "traced", "proposed"),
    [
        ("unreachable", False, False),
        ("unreachable unreachable", True, False),
        ("wrong_address", True, False),
        ("wrong_address unreachable", True, False),
        ("wrong_address unreachable unreachable", True, True),
        ("unreachable wrong_address voicemail unreachable", True, True),
        ("unreachable unreachable reached", False, False),
        ("unreachable reached unreachable", False, False),
        ("wrong_address unreachable promises unreachable", False, False),
        ("unreachable voicemail unreachable", True, False),
    ],
)
def test_a_customer_who_cannot_be_found_is_traced(outcomes, traced, proposed):
    """Twice unreachable or a wrong address since somebody was last reached; both propose the status."""
    log = [f"2026-03-0{day}T09:00 A - call {outcome}" for day, outcome in enumerate(outcomes.split(), 1)]
    found = looked(log)
    assert ["trace" in task for task in tasks(found)] == [traced, traced, False, False]
    assert [alarm == "lost" for alarm in plain(found.customers["alarms"])] == [proposed, False]
    known = looked(log, customers=CUSTOMERS.replace("Alfa business -", "Alfa business unreachable"))
    assert plain(known.customers["alarms"]) == [None, None]


def test_contacts_that_name_nobody_or_no_day_ask_for_nothing():
    found = looked(
        ["- A 1 call promises", "2026-03-10T09:00 - 1 call promises", "2026-03-10T09:00 Z 1 call promises"]
    )
    assert tasks(found) == [""] * 4


def test_the_next_step_of_the_latest_contact_counts_whatever_the_order_of_the_log():
    contacts = "contact_time customer_id channel next_date\n2026-03-11T09:00 A email 2026-03-12\n2026-03-10T09:00 A call 2026-03-30"
    found = assessed("2026-03-12", invoices=INVOICES, customers=CUSTOMERS, contacts=contacts)
    assert "call" in str(found.rows["next_action"][0])


SENT = "event_id reminder_id event event_time customer_id invoice_id row_level letter_level\n1 S1 issued 2026-03-09 A 1 1 1\n"


@pytest.mark.parametrize(
    ("event", "asked"),
    [
        ("2 S1 sent 2026-03-10T12:00 A - - -", False),
        ("2 S1 sent 2026-03-09T12:00 A - - -", True),
        ("2 S1 sent 2026-03-13T12:00 A - - -", True),
        ("2 S2 sent 2026-03-11T12:00 A - - -", True),
        ("2 S1 delivered 2026-03-11T12:00 A - - -", True),
    ],
)
def test_a_copy_is_sent_when_a_letter_with_the_row_goes(event, asked):
    found = looked(["2026-03-10T09:00 A - call invoice_not_received"], reminders=SENT + event)
    assert ["send_copy" in task for task in tasks(found)] == [asked, True, False, False]


def test_two_attempts_on_a_day_are_one():
    assert (
        "trace"
        not in tasks(
            looked(["2026-03-10T09:00 A - call unreachable", "2026-03-10T15:00 A - call unreachable"])
        )[0]
    )
