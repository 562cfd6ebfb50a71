"""The list of the day: what to do, for whom, in which order, as far as the day goes."""

import pytest
from core_ledgers import assessed, plain

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
