"""The list of the day: what to do, for whom, in which order, as far as the day goes."""

import pandas as pd
import pytest
from core_ledgers import LAW, POLICY, assessed, day, ledger, plain, policy_with

from xlcredit.core.assess import assess
from xlcredit.core.changes import CHANGES, changes_of
from xlcredit.core.columns import coded_bits

CUSTOMERS = """
    customer_id name kind     phone operator sales_person dunning_contact billing_contact cycle
    A           Alfa business 06    anna     Sara         Luigi           Mario           -
    B           Beta business -     -        Sara         -               Mario           -
    C           Ceta business -     anna     Sara         -               -               key_account
"""
INVOICES = """
    invoice_id customer_id document_date due_date   amount
    1          A           2026-01-30    2026-03-02 10000
    2          B           2026-01-30    2026-03-02 2000
    3          B           2026-01-30    2026-03-09 100
    4          C           2026-01-30    2026-03-02 50
"""
HEAD = "event_id reminder_id event event_time customer_id invoice_id row_level letter_level\n"


def listed(as_of="2026-03-20", invoices=INVOICES, customers=CUSTOMERS, **tables):
    return assessed(as_of, invoices=invoices, customers=customers, **tables).worklist


def test_a_line_says_who_what_why_and_how_much():
    found = listed(contacts="""
        contact_time     customer_id text        outcome channel next_date
        2026-03-01T10:00 A           primo       -       call    -
        2026-03-18T10:00 A           richiamare  -       call    -
        2026-03-21T10:00 A           domani      -       call    -
        2026-03-18T11:00 B           -           reached call    -
        2026-03-18T11:00 C           -           -       email   -
    """)  # fmt: skip
    expected = {
        "position": [1, 2, 3],
        "customer_id": ["A", "B", "C"],
        "customer_name": ["Alfa", "Beta", "Ceta"],
        "action": ["write", "write", "write"],
        "reason": ["amount+risk", "amount+risk", "amount+risk"],
        "overdue": [1_000_000, 210_000, 5_000],
        "rows": [1, 2, 1],
        "days_overdue": [18, 18, 18],
        "abc_class": ["A", "C", "C"],
        "operator": ["anna", None, "anna"],
        "phone": ["06", None, None],
        "contact": ["Luigi", "Mario", None],
        "sales_person": ["Sara", None, "Sara"],
        "last_contact": ["2026-03-18 richiamare", "2026-03-18 reached", "2026-03-18"],
        "minutes": [5, 5, 5],
    }
    assert {column: plain(found[column]) for column in expected} == expected


@pytest.mark.parametrize(("minutes", "lines"), [(4, ["A", "B"]), (9, ["A", "B"]), (10, ["A", "B", "C"])])
def test_lines_are_cut_to_what_each_operator_can_do(minutes, lines):
    operators = f"operator minutes_per_day\nanna {minutes}\nbruno 0"
    found = listed(operators=operators)
    assert plain(found["customer_id"]) == lines
    assert plain(found["position"]) == list(range(1, len(lines) + 1))


def test_lines_of_nobody_share_one_day():
    customers = "customer_id name kind"
    lines = "\n".join(f"1 {at:03d} 2026-01-30 2026-03-02 {at + 100}" for at in range(60))
    found = listed(
        invoices="invoice_id customer_id document_date due_date amount\n" + lines, customers=customers
    )
    assert len(found) == 240 // 5


SENT = HEAD + "1 S1 issued 2026-03-09 A 1 1 1"


@pytest.mark.parametrize(
    ("as_of", "contact", "action"),
    [
        ("2026-03-19", None, None),
        ("2026-03-20", None, "call"),
        ("2026-03-21", None, "call"),
        ("2026-03-22", None, None),
        ("2026-03-23", None, "write"),
        ("2026-03-20", "2026-03-12T09:00 A call -", None),
        ("2026-03-20", "2026-03-12T09:00 A email -", "call"),
        ("2026-03-20", "2026-03-05T09:00 A call -", "call"),
        ("2026-03-16", "2026-03-12T09:00 A call 2026-03-16", "call"),
        ("2026-03-15", "2026-03-12T09:00 A call 2026-03-15", None),
        ("2026-03-14", "2026-03-12T09:00 A call 2026-03-16", None),
        ("2026-03-16", "2026-03-16T09:00 A call 2026-03-16", None),
        ("2026-03-16", "2026-03-16T09:00 A email 2026-03-16", "call"),
        ("2026-03-15", "2026-03-12T09:00 Z call 2026-03-15", None),
    ],
)
def test_a_call_is_due_between_levels_1_and_2(as_of, contact, action):
    """Level 1 on 9 March with 10 days to answer; level 2 from 23 March. A next step noted comes on its day.

    The 15th and the 22nd are Sundays; one call a day is enough.
    """
    invoices = "invoice_id customer_id document_date due_date amount\n1 A 2026-01-30 2026-03-02 10000"
    contacts = "contact_time customer_id channel next_date\n" + (contact or "")
    found = assessed(as_of, invoices=invoices, customers=CUSTOMERS, reminders=SENT, contacts=contacts)
    assert plain(found.rows["next_action"]) == [action]
    assert plain(found.worklist["action"]) == ([action] if action else [])


def test_what_goes_first_of_several_things():
    found = assessed(
        "2026-03-20", invoices=INVOICES, customers=CUSTOMERS,
        promises="customer_id invoice_id promised_date\nB 3 2026-03-18",
        disputes="customer_id invoice_id phase_deadline\nA 1 2026-03-19\nC 4 2026-03-20",
    )  # fmt: skip
    assert plain(found.rows["next_action"]) == ["dispute", "write", "promise", None]
    assert dict(zip(plain(found.worklist["customer_id"]), plain(found.worklist["action"]), strict=True)) == {
        "A": "dispute", "B": "promise",
    }  # fmt: skip
    assert plain(found.customers["next_action"]) == ["dispute", "promise", None]


def test_the_first_call_of_a_returned_effect():
    invoices = "invoice_id customer_id document_type document_date due_date amount\n1 A returned_effect 2026-03-01 2026-03-02 100"
    assert plain(listed("2026-03-02", invoices)["action"]) == ["call"]


def test_credit_that_is_left_over_is_named_on_its_row_only():
    invoices = "invoice_id customer_id document_type document_date amount\n1 A credit_note 2026-03-01 100"
    found = assessed("2026-03-20", invoices=invoices, customers=CUSTOMERS)
    assert plain(found.rows["next_action"]) == ["set_off"]
    assert len(found.worklist) == 0


def test_what_does_not_fit_is_left_for_tomorrow_and_counted():
    found = assessed(
        "2026-03-20", invoices=INVOICES, customers=CUSTOMERS, operators="operator minutes_per_day\nanna 9"
    )
    assert plain(found.worklist["customer_id"]) == ["A", "B"]
    left = found.left_over
    assert {column: plain(left[column]) for column in left} == {
        "operator": ["anna"],
        "lines": [1],
        "minutes": [5],
    }


def test_what_is_left_by_nobody_in_particular_is_counted_too():
    lines = "\n".join(f"1 {at:03d} 2026-01-30 2026-03-02 {at + 100}" for at in range(60))
    found = assessed(
        "2026-03-20", invoices="invoice_id customer_id document_date due_date amount\n" + lines,
        customers="customer_id name kind",
    )  # fmt: skip
    assert [plain(found.left_over[column]) for column in found.left_over] == [[None], [12], [60]]


def test_nothing_left():
    assert len(assessed("2026-03-20", invoices=INVOICES, customers=CUSTOMERS).left_over) == 0


@pytest.mark.parametrize(
    ("phone", "country", "link"),
    [
        ("02_1234567", "IT", "tel:+39021234567"),
        ("02/123.45-67", "-", "tel:+39021234567"),
        ("+39_333_1234567", "IT", "tel:+393331234567"),
        ("0044_20_7946", "GB", "tel:+44207946"),
        ("020_7946", "GB", "tel:0207946"),
        ("02_111;_02_222", "it", "tel:+3902111"),
        ("chiedere", "IT", None),
        ("-", "IT", None),
    ],
)
def test_a_telephone_number_is_a_link(phone, country, link):
    customers = "customer_id name kind phone country\nA Alfa business {} {}"
    invoices = "invoice_id customer_id document_date due_date amount\n1 A 2026-01-30 2026-03-02 10000"
    made = ledger(invoices=invoices, customers=customers.format("-", country))
    made.customers["phone"] = pd.Series([None if phone == "-" else phone.replace("_", " ")], dtype="str")
    found = assess(made, POLICY, LAW, day("2026-03-20"))
    assert plain(found.worklist["call_link"]) == [link]


@pytest.mark.parametrize(
    ("email", "link"),
    [("a@b.it", "mailto:a@b.it"), ("Anna_<a@b.it>;_c@d.it", "mailto:a@b.it"), ("nessuna", None), ("-", None)],
)
def test_an_address_is_a_link(email, link):
    customers = f"customer_id name kind email\nA Alfa business {email}"
    assert plain(listed(customers=customers)["mail_link"])[0] == link


@pytest.mark.parametrize(
    ("as_of", "hours"),
    [
        ("2026-03-20", "10:00-12:30, 14:30-17:30"),
        ("2026-03-21", "10:00-12:30, 14:30-15:00"),
        ("2026-03-22", None),
    ],
)
def test_hours_stand_beside_a_number_to_call(as_of, hours):
    found = listed(as_of)
    assert dict(zip(found["customer_id"], plain(found["call_hours"]), strict=True)) == {
        "A": hours,
        "B": None,
        "C": None,
    }


CHANGED = """
    invoice_id customer_id document_date due_date   amount
    1          A           2026-01-30    2026-03-02 10000
    2          B           2026-01-30    2026-03-02 2000
"""


def news(as_of, **tables):
    """The account's news, by customer, whether it is on the list or not."""
    found = assessed(as_of, invoices=CHANGED, customers=CUSTOMERS, **tables)
    who = found.situation.debtors.who["customer_id"]
    return dict(zip(who, plain(coded_bits(changes_of(found.situation, found.pursuit), CHANGES)), strict=True))


@pytest.mark.parametrize(
    ("as_of", "paid"),
    [
        ("2026-03-12", None),
        ("2026-03-13", "paid_in_part"),
        ("2026-03-16", "paid_in_part"),
        ("2026-03-17", None),
    ],
)
def test_news_of_money_since_the_working_day_before(as_of, paid):
    """Paid on Friday 13 March: news on that day and on Monday."""
    allocations = "customer_id invoice_id allocation_date amount\nA 1 2026-03-13 100"
    assert news(as_of, allocations=allocations) == {"A": paid, "B": None}


@pytest.mark.parametrize(
    ("as_of", "told"), [("2026-03-02", None), ("2026-03-03", "newly_overdue"), ("2026-03-04", None)]
)
def test_a_row_falls_overdue_once(as_of, told):
    assert news(as_of) == {"A": told, "B": told}


@pytest.mark.parametrize(
    ("as_of", "told"), [("2026-03-19", None), ("2026-03-20", "promise_broken"), ("2026-03-23", None)]
)
def test_a_promise_is_broken_once(as_of, told):
    promises = "customer_id invoice_id promised_date made_on\nA 1 2026-03-16 2026-03-10"
    assert news(as_of, promises=promises) == {"A": told, "B": None}


@pytest.mark.parametrize(
    ("as_of", "told"),
    [
        ("2026-03-12", None),
        ("2026-03-13", "contacted+written_to"),
        ("2026-03-16", "contacted+written_to"),
        ("2026-03-17", None),
    ],
)
def test_contacts_and_letters_are_news_too(as_of, told):
    contacts = "contact_time customer_id channel\n2026-03-13T09:00 B call"
    sent = HEAD + "1 S1 issued 2026-03-13 B 2 1 1"
    assert news(as_of, contacts=contacts, reminders=sent) == {"A": None, "B": told}


def test_a_list_made_twice_says_the_same():
    first, second = (listed("2026-03-20") for _ in range(2))
    assert first.equals(second)


def test_before_due_the_line_tells_what_is_about_to_fall_due():
    invoices = "invoice_id customer_id document_date due_date amount\n1 A 2026-01-30 2026-03-25 10000"
    found = listed("2026-03-23", invoices)
    assert (plain(found["overdue"]), plain(found["amount"])) == ([0], [1_000_000])


def test_words_for_the_next_step_come_on_its_day_also_where_the_rows_are_held_until_a_later_contact():
    contacts = "contact_time customer_id channel next_action next_date\n2026-03-18T10:00 A call Portare_la_risposta 2026-03-20"
    disputes = "customer_id invoice_id opened_on\nA 1 2026-03-18"
    invoices = "invoice_id customer_id document_date due_date amount\n1 A 2026-01-30 2026-03-02 10000"

    def found(as_of, later=""):
        lines = listed(as_of, invoices, contacts=contacts + later, disputes=disputes)
        return [tuple(plain(lines[column])) for column in ("action", "next_step", "deadline", "amount")]

    due = [("follow_up",), ("Portare la risposta",), ("2026-03-20",), (1_000_000,)]
    assert found("2026-03-19") == [(), (), (), ()]
    assert found("2026-03-20") == due
    assert found("2026-03-22") == due
    assert "Portare la risposta" not in str(found("2026-03-22", "\n2026-03-20T10:00 A email - -"))


def test_a_next_step_without_words_is_a_call_also_where_the_rows_are_held():
    contacts = "contact_time customer_id channel next_date\n2026-03-18T10:00 A call 2026-03-20"
    customers = "customer_id name kind hold_until\nA Alfa business 2026-04-30"
    invoices = "invoice_id customer_id document_date due_date amount\n1 A 2026-01-30 2026-03-02 10000"
    assert plain(listed("2026-03-20", invoices, customers, contacts=contacts)["action"]) == ["call"]


def test_a_next_step_concerns_rows_to_come_where_none_is_late():
    contacts = (
        "contact_time customer_id channel next_action next_date\n2026-03-18T10:00 A call Sentire 2026-03-20"
    )
    invoices = "invoice_id customer_id document_date due_date amount\n1 A 2026-03-01 2026-04-30 10000"
    assert plain(listed("2026-03-20", invoices, contacts=contacts)["action"]) == ["follow_up"]


@pytest.mark.parametrize(
    ("as_of", "later", "action"),
    [
        ("2026-03-06", "", "promise"),
        ("2026-03-09", "", "call"),
        ("2026-03-10", "2026-03-09T09:00 A call reached", None),
        ("2026-03-10", "2026-03-05T09:00 A call reached", "call"),
    ],
)
def test_a_broken_promise_asks_for_a_call_until_the_customer_is_heard(as_of, later, action):
    """Written to on the 2nd, promised for the 3rd, broken on the 7th: no letter may go before the 12th."""
    found = assessed(
        as_of, invoices="invoice_id customer_id document_date due_date amount\n1 A 2025-12-01 2026-01-30 10000",
        customers=CUSTOMERS, reminders=HEAD + "1 S1 issued 2026-03-02 A 1 1 1",
        promises="customer_id invoice_id promised_date made_on\nA 1 2026-03-03 2026-03-02",
        contacts="contact_time customer_id channel outcome\n" + later,
    )  # fmt: skip
    assert plain(found.worklist["action"]) == ([action] if action else [])


@pytest.mark.parametrize(
    ("as_of", "contact", "action"),
    [
        ("2026-03-06", "2026-03-05T09:00 A call reached -", None),
        ("2026-03-12", "2026-03-05T09:00 A call reached -", None),
        ("2026-03-13", "2026-03-05T09:00 A call reached -", "call"),
        ("2026-03-06", "2026-03-05T09:00 A call voicemail -", "call"),
        ("2026-03-06", "2026-03-04T09:00 A call reached -", "call"),
        ("2026-03-13", "2026-03-05T09:00 A call reached 2026-03-16", None),
        ("2026-03-16", "2026-03-05T09:00 A call reached 2026-03-16", "call"),
    ],
)
def test_a_level_that_begins_with_a_call_waits_for_the_answer(as_of, contact, action):
    """Due on the 2nd, a call from the 5th, 7 days to answer."""
    invoices = "invoice_id customer_id document_date due_date amount cycle\n1 A 2026-01-30 2026-03-02 10000 first_invoice"
    contacts = "contact_time customer_id channel outcome next_date\n" + contact
    assert plain(listed(as_of, invoices, contacts=contacts)["action"]) == ([action] if action else [])


def test_decisions_take_nothing_of_the_day_and_what_has_its_day_goes_first():
    old = "\n".join(f"D{at} D{at} 2025-06-30 2025-07-31 5000" for at in range(30))
    invoices = f"invoice_id customer_id document_date due_date amount\n{old}\n1 A 2026-01-30 2026-03-02 100\n2 B 2026-01-30 2026-03-02 90"
    found = listed(
        "2026-03-20", invoices, "customer_id name kind", operators="operator minutes_per_day\nanna 5",
        promises="customer_id invoice_id promised_date made_on\nA 1 2026-03-20 2026-03-12",
        policy=policy_with(strategy_deadline_days_unsecured=90),
    )  # fmt: skip
    assert plain(found["customer_id"])[0] == "A"
    assert plain(found["action"])[:2] == ["promise", "decision"]
    assert plain(found["action"]).count("decision") == 30
