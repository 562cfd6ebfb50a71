"""The letters due: one a customer and currency, what it lists, when it goes, what to know before."""

import pytest
from core_ledgers import assessed, codes, cycle_of, plain, policy_with, proposed

CUSTOMERS = """
    customer_id name kind     email     pec        address   city phone
    A           Alfa business a@alfa.it a@pec.it   Via_Roma_1 Roma 06
    B           Beta business -         -          -         -    -
    C           Ceta -        -         -          Via_Po_2  Torino -
"""
HEAD = "event_id reminder_id event event_time customer_id invoice_id row_level letter_level currency\n"


def letters(as_of, invoices, *columns, policy=None, **tables):
    found = proposed(
        as_of,
        policy=policy,
        invoices="invoice_id customer_id document_date due_date amount currency instalment\n" + invoices,
        customers=CUSTOMERS,
        **tables,
    )
    return [plain(found.letters[column]) for column in columns], found


def test_one_letter_a_customer_and_currency_lists_every_overdue_row_with_its_own_level():
    columns, found = letters(
        "2026-03-23", """
            1 A 2026-01-10 2026-03-02 100 EUR -
            2 A 2026-01-10 2026-03-16 200 EUR 2
            3 A 2026-01-10 2026-03-18 300 EUR -
            4 A 2026-01-10 2026-04-18 400 EUR -
            5 A 2026-01-10 2026-03-02 500 USD -
            6 A 2026-01-10 2026-03-02 5   EUR -
        """, "customer_id", "currency", "letter_level", "rows", "open_amount", exchange_rates="currency rate_date rate\nUSD 2026-01-01 10",
        reminders=HEAD + "1 S1 issued 2026-03-09 A 1 1 1 EUR",
    )  # fmt: skip
    assert columns == [["A", "A"], ["EUR", "USD"], [2, 1], [4, 1], [60_500, 50_000]]
    eur = found.rows[found.rows["letter"] == 0]
    assert plain(eur["invoice_id"]) == ["1", "6", "2", "3"]
    assert plain(eur["row_level"]) == [2, None, 1, None]
    assert plain(eur["is_proposed"]) == [True, False, True, False]
    assert plain(eur["instalment"]) == [1, 1, 2, 1]
    assert eur["position"].tolist() == [0, 5, 1, 2]
    assert plain(eur["cycle"]) == ["standard"] * 4
    assert plain(eur["document_type"]) == ["invoice"] * 4


def test_rows_not_due_are_listed_when_asked_for():
    invoices = "1 A 2026-01-10 2026-03-02 100 EUR -\n2 A 2026-01-10 2026-04-18 400 EUR -"
    assert letters("2026-03-23", invoices, "rows")[0] == [[1]]
    assert letters("2026-03-23", invoices, "rows", policy=policy_with(list_not_due=True))[0] == [[2]]


def test_held_rows_are_not_asked_for():
    invoices = "1 A 2026-01-10 2026-03-02 100 EUR -\n2 A 2026-01-10 2026-03-02 400 EUR -\n3 A 2026-01-10 2026-03-02 800 EUR -"
    disputes = "customer_id invoice_id disputed_amount\nA 2 -\nA 3 300"
    assert letters("2026-03-23", invoices, "rows", "open_amount", disputes=disputes)[0] == [[2], [60_000]]


def test_courtesy_before_due_is_a_letter_of_its_own_level():
    invoices = "1 A 2026-01-10 2026-03-27 1000 EUR -"
    assert letters("2026-03-23", invoices, "letter_level", "kind", "template", "channel")[0] == [
        [0],
        ["courtesy"],
        ["level_0"],
        ["email"],
    ]


@pytest.mark.parametrize(("credit", "triggered"), [(91, True), (90.99, True), (91.01, False)])
def test_the_proposed_rows_net_of_free_credit_reach_the_minimum(credit, triggered):
    """Two rows of 100 and 101: the credit covers neither, and nets the sum of both."""
    payments = f"payment_id payment_date customer_id amount\nP 2026-03-23 A {credit + 100}"
    invoices = "1 A 2026-01-10 2026-03-02 100 EUR -\n2 A 2026-01-10 2026-03-02 101 EUR -"
    assert len(letters("2026-03-23", invoices, payments=payments)[1].letters) == triggered


@pytest.mark.parametrize(("as_of", "due"), [("2026-03-18", False), ("2026-03-19", True)])
def test_at_most_one_letter_to_a_customer_within_ten_days(as_of, due):
    invoices = "1 A 2026-01-10 2026-03-02 100 EUR -\n2 A 2026-01-10 2026-03-10 100 EUR -\n3 A 2026-01-10 2026-03-02 100 USD -"
    columns, _ = letters(as_of, invoices, "currency", reminders=HEAD + "1 S1 issued 2026-03-09 A 1 1 1 EUR")
    assert sorted(columns[0]) == (["EUR", "USD"] if due else [])


def test_formal_notices_do_not_wait_for_the_ten_days():
    invoices = "1 A 2025-11-10 2026-01-12 100 EUR -\n2 A 2026-01-10 2026-03-02 100 EUR -"
    reminders = HEAD + "1 S1 issued 2026-02-20 A 1 3 3 EUR\n2 S2 issued 2026-03-09 A 2 1 1 EUR"
    columns, _ = letters(
        "2026-03-10", invoices, "letter_level", "needs_approval", "warnings", reminders=reminders
    )
    assert columns == [[4], [True], ["needs_approval"]]


def test_amounts_of_interest_count_where_the_level_shows_them():
    invoices = "1 A 2025-11-10 2026-01-12 1000 EUR -"
    for level, counts in ((2, False), (3, True)):
        sent = HEAD + f"1 S1 issued 2026-01-20 A 1 {level - 1} {level - 1} EUR"
        columns, _ = letters(
            "2026-03-10", invoices, "letter_level", "total_due", "interest", "lump_sum", reminders=sent
        )
        (number,), (total,), (interest,), (lump,) = columns
        assert (number, lump) == (level, 4_000)
        assert total == 100_000 + (interest + lump if counts else 0)


@pytest.mark.parametrize(
    ("customer", "channel", "warnings"),
    [("A", "email", None), ("B", "email", "address_missing"), ("C", "letter", "kind_unknown")],
)
def test_the_first_channel_for_which_there_is_an_address(customer, channel, warnings):
    found = letters("2026-03-23", f"1 {customer} 2026-01-10 2026-03-02 100 EUR -", "channel", "warnings")[0]
    assert found == [[channel], [warnings]]


def test_an_unknown_customer_still_gets_a_letter_with_a_warning():
    columns, _ = letters(
        "2026-03-23", "1 Z 2026-01-10 2026-03-02 100 EUR -", "customer_id", "customer_name", "warnings"
    )
    assert columns == [["Z"], [None], ["address_missing+kind_unknown+row_findings"]]


def test_a_first_invoice_begins_with_a_call():
    invoices = "0 B 2025-01-10 2025-02-10 100 EUR -\n1 A 2026-01-10 2026-03-02 100 EUR -"
    columns, _ = letters(
        "2026-03-09",
        invoices,
        "channel",
        "template",
        allocations="customer_id invoice_id amount allocation_date\nB 0 100 2025-02-10",
    )
    assert columns == [["call"], ["first_invoice_call"]]


@pytest.mark.parametrize(
    ("newest", "stale"), [("2026-03-18", False), ("2026-03-17", True), ("2026-03-23", False)]
)
def test_stale_payments_are_a_warning(newest, stale):
    """Three working days before Monday 23 March is Wednesday the 18th."""
    payments = f"payment_id payment_date customer_id amount\nP {newest} Z 100\nQ - - 100"
    columns, found = letters(
        "2026-03-23", "1 A 2026-01-10 2026-03-02 100 EUR -", "warnings", payments=payments
    )
    assert columns == [["stale_payments" if stale else None]]
    assert codes(found.findings) == (["payments-stale"] if stale else [])
    assert found.warnings is not None


def test_without_letters_nothing_is_stale():
    payments = "payment_id payment_date customer_id amount\nP 2026-01-01 Z 100"
    assert letters("2026-03-23", "1 A 2026-01-10 2026-04-02 100 EUR -", payments=payments)[1].findings == []


def test_unallocated_payments_of_the_customer_are_a_warning():
    payments = "payment_id payment_date customer_id amount currency\nP 2026-03-23 A 50 -"
    invoices = "1 A 2026-01-10 2026-03-02 100 EUR -\n2 A 2026-01-10 2026-03-02 100 USD -"
    columns, _ = letters("2026-03-23", invoices, "currency", "warnings", payments=payments)
    assert dict(zip(*columns, strict=True)) == {"EUR": "unallocated_payments", "USD": "row_findings"}


@pytest.mark.parametrize(("first", "warns"), [("2026-02-28", False), ("2026-03-01", True)])
def test_the_third_letter_of_the_month_is_a_warning(first, warns):
    sent = HEAD + f"1 S1 issued {first} A 9 1 1 EUR\n2 S2 issued 2026-03-12 A 8 1 1 EUR"
    columns, _ = letters("2026-03-23", "1 A 2026-01-10 2026-03-02 100 EUR -", "warnings", reminders=sent)
    assert columns == [["third_letter_this_month" if warns else None]]


def test_a_rate_not_published_is_a_warning_where_amounts_are_shown():
    sent = HEAD + "1 S1 issued 2027-02-01 A 1 2 2 EUR"
    columns, _ = letters(
        "2027-03-23", "1 A 2026-01-10 2026-03-02 100 EUR -", "letter_level", "warnings", reminders=sent
    )
    assert columns == [[3], ["rate_not_published"]]


def test_letters_stand_in_order_of_priority():
    invoices = "1 B 2026-01-10 2026-03-02 100 EUR -\n2 A 2026-01-10 2026-03-02 10000 EUR -\n3 C 2026-01-10 2026-03-02 1000 EUR -"
    assert letters("2026-03-23", invoices, "letter", "customer_id")[0] == [[0, 1, 2], ["A", "C", "B"]]


def test_next_action_says_write_only_when_the_letter_goes():
    invoices = "invoice_id customer_id document_date due_date amount\n1 A 2026-01-10 2026-03-02 100\n2 A 2026-01-10 2026-03-10 100"
    for as_of, action in (("2026-03-18", None), ("2026-03-19", "write")):
        found = assessed(
            as_of,
            invoices=invoices,
            customers=CUSTOMERS,
            reminders=HEAD + "1 S1 issued 2026-03-09 A 1 1 1 EUR",
        )
        assert plain(found.rows["next_action"])[1] == action


@pytest.mark.parametrize(
    ("email", "channel"),
    [
        ("a@alfa.it", "email"),
        ("a@alfa.it;b@alfa.it", "email"),
        ("a@alfa", "letter"),
        ("a@alfa.it;b", "letter"),
        ("-", "letter"),
    ],
)
def test_an_address_that_is_none_leaves_the_letter_to_the_next_channel(email, channel):
    found = proposed(
        "2026-03-10",
        policy=policy_with(cycle_of([7], channels=("email", "letter"))),
        invoices="invoice_id customer_id document_date due_date amount\n1 A 2026-01-10 2026-03-02 100",
        customers=f"customer_id name kind email address city\nA Alfa business {email} Via_Roma Roma",
    )
    assert plain(found.letters["channel"]) == [channel]
    assert plain(found.letters["is_reachable"]) == [True]
