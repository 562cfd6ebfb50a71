"""What the letters say: the facts by name, in the customer's language, from the frames of a batch."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from letter_examples import (
    AS_OF,
    CATALOGUES,
    CUSTOMER,
    PLAN,
    POLICY,
    REMINDED,
    REMINDED_FORMALLY,
    contexts,
    customers_frame,
    letters_frame,
    previous_frame,
    row,
    rows_frame,
    segments_frame,
    settings,
)
from xlcredit.letters import context as context_module
from xlcredit.letters.arrange import arrange
from xlcredit.letters.epc import epc_payload
from xlcredit.letters.figures import add_up
from xlcredit.letters.vocabulary import load_vocabulary

NBSP = "\u00a0"


def one(letter=None, *rows, **changes):
    return contexts([{"letter_level": 1} | (letter or {})], rows or [row()], **changes)[0]


def shape(node):
    """A context as the vocabulary writes it."""
    if isinstance(node, dict):
        return {key: shape(value) for key, value in node.items()}
    if isinstance(node, list):
        return "list" if node and isinstance(node[0], str) else [shape(node[0])]
    return "flag" if isinstance(node, bool) else "text"


def test_the_facts_are_those_of_the_vocabulary():
    facts = one({"letter_level": 4}, previous=[REMINDED])
    assert shape(facts | PLAN) == load_vocabulary().tree


def test_no_fact_is_anything_but_text_flag_or_list():
    blank = {key: None for key in CUSTOMER if key != "customer_id"}
    facts = one(
        {},
        row(references=None),
        customers=[{"customer_id": "C0042"} | blank],
        settings=settings(company_iban=None),
    )
    assert {type(value) for part in facts.values() if isinstance(part, dict) for value in part.values()} <= {
        str,
        bool,
    }
    assert {type(value) for value in facts["rows"][0].values()} == {str, bool}


def test_a_row_in_italian():
    facts = one({}, row("12/A", "2026-08-31", 1_234_567, 34_567, document_date=dt.date(2026, 7, 31)))["rows"][
        0
    ]
    shown = ("document_type", "number", "document_date", "due_date", "amount", "paid", "open", "days")
    assert [facts[name] for name in shown] == [
        "Fattura", "12/A", "31/07/2026", "31/08/2026", "12.345,67", "345,67", "12.000,00", "82",
    ]  # fmt: skip


def test_a_row_in_english():
    facts = one({}, row(amount=1_234_567), customers=[CUSTOMER | {"language": "en"}])
    assert facts["rows"][0]["amount"] == "12,345.67"
    assert facts["rows"][0]["due_date"] == "31 Aug 2026".replace(" ", NBSP)
    assert facts["totals"]["total"] == "€12,345.67"
    assert facts["letter"]["deadline"] == "1 December 2026".replace(" ", NBSP)


def test_languages_in_one_batch_keep_their_letters_and_their_order():
    customers = [CUSTOMER | {"customer_id": f"C{i}", "language": "en" if i % 2 else "it"} for i in range(5)]
    letters = [{"letter": 10 - i, "customer_id": f"C{i}", "letter_level": 1} for i in range(5)]
    rows = [row(f"N{i}", letter=10 - i) for i in (3, 1, 4, 0, 2)]
    found = contexts(letters, rows, customers)
    assert [facts["customer"]["id"] for facts in found] == ["C0", "C1", "C2", "C3", "C4"]
    assert [facts["rows"][0]["number"] for facts in found] == ["N0", "N1", "N2", "N3", "N4"]
    assert [facts["rows"][0]["document_type"] for facts in found] == ["Fattura", "Invoice"] * 2 + ["Fattura"]


def test_rows_stand_by_due_date_then_number():
    rows = [row("9", "2026-08-31"), row("10", "2026-08-31"), row("1", "2026-07-31")]
    assert [line["number"] for line in one({}, *rows)["rows"]] == ["1", "10", "9"]


@pytest.mark.parametrize("letters", [499, 500, 501])
def test_what_a_letter_says_does_not_depend_on_how_many_there_are(letters, monkeypatch):
    customers = [CUSTOMER | {"customer_id": f"C{i}"} for i in range(letters)]
    heads = [{"customer_id": f"C{i}", "letter_level": 2} for i in range(letters)]
    rows = [row(f"N{i}", amount=1_000 + i, letter=i) for i in range(letters)]
    found = contexts(heads, rows, customers)
    monkeypatch.setattr(context_module, "CHUNK", 10_000)
    assert found == contexts(heads, rows, customers)
    assert [facts["rows"][0]["number"] for facts in found] == [f"N{i}" for i in range(letters)]


@pytest.mark.parametrize(("due", "days"), [("2026-11-22", ""), ("2026-11-21", ""), ("2026-11-20", "1")])
def test_days_late_are_shown_from_the_first_day_late(due, days):
    facts = one({}, row(due=due))["rows"][0]
    assert facts["days"] == days
    assert facts["is_overdue"] == bool(days)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_credit_note_is_negative_whichever_sign_it_came_with(sign):
    facts = one({}, row("1", amount=100_000), row("2", amount=sign * 30_000, document_type="credit_note"))
    assert [line["open"] for line in facts["rows"]] == ["1.000,00", "-300,00"]
    assert facts["totals"]["credits"] == f"-300,00{NBSP}€"
    assert facts["totals"]["total"] == f"700,00{NBSP}€"
    assert facts["letter"]["has_credits"]


def test_a_letter_asks_for_what_is_overdue_and_a_courtesy_letter_for_all():
    rows = [row("1", "2026-08-31", 100_000), row("2", "2026-12-31", 50_000)]
    asked = {level: one({"letter_level": level}, *rows)["totals"]["total"] for level in (0, 1)}
    assert asked == {0: f"1.500,00{NBSP}€", 1: f"1.000,00{NBSP}€"}


def test_an_effect_returned_on_its_due_day_is_asked_for():
    facts = one({"letter_level": 1}, row(due="2026-11-21", amount=50_000, is_proposed=True))
    assert facts["totals"]["total"] == f"500,00{NBSP}€"
    assert facts["letter"]["has_overdue"]


def test_credits_beyond_the_debt_ask_for_nothing():
    facts = one({}, row("1", amount=10_000), row("2", amount=-30_000, document_type="credit_note"))
    assert facts["totals"]["total"] == f"0,00{NBSP}€"
    assert facts["totals"]["open"] == f"-200,00{NBSP}€"
    assert not facts["letter"]["has_total"]
    assert facts["payment"]["qr"] == ""


def test_charges_are_added_only_where_the_level_shows_amounts():
    rows = [
        row("1", amount=100_000, interest=1_234, lump_sum=4_000),
        row("2", amount=100_000, interest=66, lump_sum=4_000),
    ]
    totals = {level: one({"letter_level": level}, *rows)["totals"] for level in (1, 2, 3)}
    assert [totals[level]["total"] for level in (1, 2, 3)] == [
        f"{text}{NBSP}€" for text in ("2.000,00", "2.000,00", "2.093,00")
    ]
    assert (totals[3]["interest"], totals[3]["lump_sum"]) == (f"13,00{NBSP}€", f"80,00{NBSP}€")


def test_a_level_may_charge_for_its_letter():
    facts = one({"letter_level": 1, "fee": 500}, row(amount=10_000))
    assert (facts["totals"]["fee"], facts["totals"]["total"]) == (f"5,00{NBSP}€", f"105,00{NBSP}€")
    assert facts["letter"]["has_fee"]


@pytest.mark.parametrize(
    ("customer", "basis", "lump_sum"),
    [
        ({}, "previsti dal D.Lgs. 231/2002", f"40,00{NBSP}€"),
        (
            {"sector": "agri"},
            "previsti dal D.Lgs. 198/2021 per i prodotti agricoli e alimentari",
            f"40,00{NBSP}€",
        ),
        ({"kind": "consumer"}, "al tasso legale (art. 1284 c.c.)", ""),
        ({"kind": "condominium"}, "al tasso legale (art. 1284 c.c.)", ""),
        ({"kind": None}, "al tasso legale (art. 1284 c.c.)", ""),
        ({"contract_rate": 625}, f"al tasso convenuto del 6,25{NBSP}% annuo", f"40,00{NBSP}€"),
    ],
)
def test_what_interest_rests_on_follows_the_customer(customer, basis, lump_sum):
    letter = one({"letter_level": 2}, customers=[CUSTOMER | customer])["letter"]
    assert (letter["interest"], letter["interest_basis"], letter["lump_sum"]) == ("reserve", basis, lump_sum)


def test_a_customer_marked_without_interest_reads_nothing_of_it():
    letter = one({"letter_level": 2}, customers=[CUSTOMER | {"no_interest": True}])["letter"]
    assert (letter["interest"], letter["interest_basis"]) == ("no", "")


def test_no_amounts_are_announced_when_there_are_none():
    letter = one({"letter_level": 3}, row(interest=0, lump_sum=0))["letter"]
    assert letter["interest"] == "no"


@pytest.mark.parametrize(
    ("covered", "until", "partly"), [("2026-11-20", "20/11/2026", True), ("2026-11-21", "21/11/2026", False)]
)
def test_interest_says_up_to_which_day_it_is_known(covered, until, partly):
    letter = one({"letter_level": 3, "interest_covered_to": dt.date.fromisoformat(covered)})["letter"]
    assert (letter["interest_until"], letter["is_partly_covered"]) == (until, partly)


def test_the_deadline_is_the_date_and_the_days_to_answer():
    assert one({"letter_level": 4})["letter"]["deadline"] == "06/12/2026"
    assert one({"letter_level": 0})["letter"]["deadline"] == ""
    assert one({"letter_level": 0, "response_days": 0})["letter"]["deadline"] == ""


@pytest.mark.parametrize(
    ("channel", "line", "address"),
    [
        ("pec", "A mezzo PEC", "rossiefigli@pec.example"),
        ("email", "A mezzo e-mail", "contabilita@rossiefigli.example"),
        ("registered_letter", "Raccomandata A/R", ""),
        ("letter", "", ""),
        ("call", "", ""),
        (None, "", ""),
    ],
)
def test_the_lines_above_the_address_say_how_the_letter_goes_and_where(channel, line, address):
    letter = one({"channel": channel})["letter"]
    assert (letter["sent_by"], letter["sent_to"]) == (line, address)


def test_a_missing_certified_address_leaves_no_line():
    assert one({"channel": "pec"}, customers=[CUSTOMER | {"pec": None}])["letter"]["sent_to"] == ""


def test_earlier_letters_are_named_oldest_first_for_their_customer_and_currency_only():
    others = [REMINDED | {"customer_id": "C9"}, REMINDED | {"currency": "USD"}]
    facts = one({"letter_level": 3}, previous=[REMINDED_FORMALLY, *others, REMINDED])
    assert facts["letter"]["earlier"] == "sollecito del 05/10/2026; sollecito formale del 23/10/2026"
    assert [line["id"] for line in facts["previous"]] == ["S-2026-00012", "S-2026-00031"]


NOTICE = {"reminder_id": "S-2026-00009", "date": "2026-09-08", "kind": "formal_notice", "channel": "pec"}


@pytest.mark.parametrize(
    ("level", "language", "sent", "quoted"),
    [
        (2, "it", [NOTICE], "in data 08/09/2026"),
        (3, "it", [NOTICE, REMINDED, REMINDED_FORMALLY], "in data 08/09/2026, 05/10/2026 e 23/10/2026"),
        (3, "it", [REMINDED | {"kind": "final"}], "in data 05/10/2026"),
        (4, "it", [NOTICE, REMINDED], "in data 08/09/2026 e 05/10/2026"),
        (3, "en", [NOTICE, REMINDED], "on 8 September 2026 and 5 October 2026"),
        (4, "en", [REMINDED], "payment reminder of 5 October 2026"),
    ],
)
def test_letters_that_are_not_one_course_are_quoted_by_date_only(level, language, sent, quoted):
    customer = CUSTOMER | {"language": language}
    letter = one({"letter_level": level}, previous=sent, customers=[customer])["letter"]
    assert letter["earlier"].replace(NBSP, " ") == quoted


@pytest.mark.parametrize(
    ("kinds", "has_reminders", "has_notice"),
    [
        ([], False, False),
        (["courtesy"], False, False),
        (["courtesy", "reminder"], True, False),
        (["formal_notice"], True, True),
    ],
)
def test_a_letter_knows_how_far_the_earlier_ones_went(kinds, has_reminders, has_notice):
    letter = one(previous=[REMINDED | {"kind": kind} for kind in kinds])["letter"]
    assert (letter["has_reminders"], letter["has_notice"]) == (has_reminders, has_notice)


def test_enclosures_go_with_a_formal_notice_only():
    assert one({"letter_level": 3}, previous=[REMINDED])["enclosures"] == []
    assert len(one({"letter_level": 4}, previous=[REMINDED])["enclosures"]) == 3
    assert len(one({"letter_level": 4}, row(interest=0, lump_sum=0))["enclosures"]) == 1


def test_interest_lines_stand_with_their_letter_in_the_order_of_its_rows():
    rows = rows_frame(row("B", "2026-09-30", letter=0), row("C", letter=1), row("A", "2026-05-31", letter=0))
    letters = [{"letter_level": 3, "letter": 0}, {"letter_level": 3, "letter": 1}]
    found = contexts(letters, [line.to_dict() for _, line in rows.iterrows()], segments=segments_frame(rows))
    assert [[line["number"] for line in facts["segments"]] for facts in found] == [["A", "A", "B"], ["C"]]
    assert found[0]["segments"][0] | {"interest": ""} == {
        "number": "A", "from": "01/06/2026", "to": "30/06/2026", "days": "30", "balance": "1.220,00", "rate": "10,15",
        "interest": "",
    }  # fmt: skip


def test_what_makes_amount_and_residue_differ_is_said():
    facts = one({}, row(amount=122_000, paid=10_000, open_amount=90_000))["rows"][0]
    assert facts["deducted"] == "220,00"
    assert one({}, row(amount=122_000, paid=10_000))["rows"][0]["deducted"] == ""


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"split_vat": 22_000}, "220,00 € di IVA in scissione dei pagamenti (split payment)"),
        (
            {"withholding": 12_000, "credited": 10_000},
            "120,00 € di ritenuta d'acconto e 100,00 € di note di credito",
        ),
        ({"retention": 6_000}, "60,00 € di ritenuta a garanzia e 160,00 € di altre detrazioni"),
        ({"allowed": 2_000, "disputed": 20_000}, "20,00 € di abbuoni e 200,00 € in contestazione"),
        (
            {"withholding": 30_000},
            "220,00 € di altre detrazioni",
        ),  # more than was deducted: it explains nothing
        ({}, "220,00 € di altre detrazioni"),
    ],
)
def test_what_was_deducted_is_named_with_its_amount(parts, said):
    line = one({}, row(amount=122_000, open_amount=100_000, **parts))["rows"][0]
    assert line["deductions"].replace(NBSP, " ") == said


def test_nothing_deducted_says_nothing():
    assert one({}, row(amount=122_000, paid=10_000, withholding=5_000))["rows"][0]["deductions"] == ""


@pytest.mark.parametrize(
    ("customer", "contract", "since"),
    [
        ({}, "2011-05-09", "01/01/2013"),
        ({}, "2013-01-01", ""),
        ({}, None, ""),
        ({"sector": "agri"}, "2014-05-09", "04/07/2015"),
        ({"kind": "consumer"}, "2011-05-09", ""),
    ],
)
def test_a_contract_older_than_the_margin_in_force_is_told(customer, contract, since):
    dated = row(contract_date=contract)
    facts = one({"letter_level": 3}, dated, customers=[CUSTOMER | customer])
    assert facts["letter"]["margin_since"] == since


@pytest.mark.parametrize(
    ("kind", "language", "reference"),
    [
        ("plan", "it", "Piano P26-03 - cliente C0042"),
        ("settlement", "it", "Accordo P26-03 - cliente C0042"),
        ("plan_default", "it", "P26-03 - cliente C0042 - saldo residuo"),
        ("plan", "en", "Plan P26-03 - customer C0042"),
        ("settlement", "en", "Agreement P26-03 - customer C0042"),
        ("plan_default", "en", "P26-03 - customer C0042 - balance due"),
    ],
)
def test_a_plan_is_quoted_by_its_code_with_plain_hyphens(kind, language, reference):
    facts = one({"kind": kind, "reminder_id": "P26-03"}, customers=[CUSTOMER | {"language": language}])
    assert facts["payment"]["reference"] == reference
    assert facts["letter"]["id"] == "P26\u201103"


def test_instalments_are_hidden_in_a_ledger_that_numbers_every_document_one():
    assert [line["instalment"] for line in one({}, row("1", instalment=1), row("2"))["rows"]] == ["", ""]
    assert [
        line["instalment"] for line in one({}, row("1", instalment=1), row("2", instalment=2))["rows"]
    ] == ["1", "2"]


def test_the_reference_names_the_documents_while_they_are_few():
    assert one({}, row("1"), row("1", instalment=2))["payment"]["reference"] == "S-2026-00057 - doc. 1"
    many = [row(f"2026/{number:06}") for number in range(9)]
    assert one({}, *many)["payment"]["reference"] == "S-2026-00057 - cliente C0042"


def test_a_credit_note_is_not_quoted():
    facts = one({}, row("1"), row("2", amount=-1_000, document_type="credit_note"))
    assert facts["payment"]["reference"] == "S-2026-00057 - doc. 1"


@pytest.mark.parametrize(
    ("country", "line"),
    [
        ("IT", ""),
        (None, ""),
        ("Italia", ""),
        ("italy", ""),
        ("DE", "GERMANIA"),
        ("Germany", "GERMANIA"),
        ("Utopia", "UTOPIA"),
    ],
)
def test_the_country_is_printed_abroad_only(country, line):
    assert one({}, customers=[CUSTOMER | {"country": country}])["customer"]["country"] == line


def test_parties_carry_both_numbers_once():
    both = one({}, customers=[CUSTOMER | {"vat_number": "IT00998877665", "tax_code": "80012345678"}])
    assert both["customer"]["tax_line"] == f"P.{NBSP}IVA{NBSP}IT00998877665 · C.F.{NBSP}80012345678"
    assert both["company"]["tax_line"] == f"P.{NBSP}IVA e C.F.{NBSP}01234560517"


def test_a_customer_who_is_not_in_the_table_is_known_by_code():
    customer = one({"customer_id": "C7"})["customer"]
    assert (customer["id"], customer["name"], customer["address_line"]) == ("C7", "C7", "")
    named = one({"customer_id": "C7", "customer_name": "Beta S.r.l."})["customer"]
    assert (named["id"], named["name"]) == ("C7", "Beta S.r.l.")


def test_the_account_is_grouped_by_four():
    assert one()["payment"]["iban"] == "IT60 X054 2811 1010 0000 0123 456"


def test_currencies_other_than_euro_have_no_payment_code():
    facts = one({"currency": "CHF"})
    assert (facts["totals"]["total"], facts["payment"]["qr"]) == (f"1.220,00{NBSP}CHF", "")
    assert facts["letter"]["unit"] == "CHF"


def test_payment_code_is_the_workbooks_choice():
    assert one()["payment"]["qr"].startswith("BCD\n002\n1\nSCT\n")
    assert one(settings=settings(payment_qr=False))["payment"]["qr"] == ""


@pytest.mark.parametrize(
    ("cents", "is_made"), [(0, False), (1, True), (99_999_999_999, True), (100_000_000_000, False)]
)
def test_payment_code_amounts(cents, is_made):
    assert bool(epc_payload("A", "IT60X0542811101000000123456", "", cents, "x")) is is_made


def test_payment_code_lines():
    payload = epc_payload(
        "Àè " + "n" * 80, "it60 x054 2811 1010 0000 0123 456", "blopit22", 1_234_505, "S-1 -\nfatt. 2"
    )
    lines = payload.split("\n")
    assert lines == [
        "BCD", "002", "1", "SCT", "BLOPIT22", "Àè " + "n" * 67, "IT60X0542811101000000123456", "EUR12345.05", "", "",
        "S-1 - fatt. 2",
    ]  # fmt: skip


@pytest.mark.parametrize(("length", "is_made"), [(140, True), (141, False)])
def test_payment_code_text_is_never_cut(length, is_made):
    assert bool(epc_payload("A", "IT60X0542811101000000123456", "", 100, "x" * length)) is is_made


def test_payment_code_holds_331_bytes():
    fits = epc_payload("é" * 70, "IT60X0542811101000000123456", "BLOPIT22", 100, "è" * 60)
    assert fits
    assert len(fits.encode()) <= 331
    assert epc_payload("é" * 70, "IT60X0542811101000000123456", "BLOPIT22", 100, "è" * 100) == ""


@pytest.mark.parametrize("missing", [{"name": " "}, {"iban": ""}])
def test_no_payment_code_without_beneficiary_or_account(missing):
    fields = {"name": "A", "iban": "IT60X0542811101000000123456", "bic": "", "amount_cents": 100, "text": "x"}
    assert epc_payload(**fields | missing) == ""


amounts = st.integers(min_value=-10_000_000, max_value=10_000_000)
documents = st.lists(st.tuples(amounts, st.integers(-400, 400), st.booleans()), min_size=1, max_size=12)


@examples(deadline=None, max_examples=40)
@given(documents)
def test_aging_adds_up_to_the_balance(lines):
    rows = [
        row(
            f"{i}",
            (AS_OF - dt.timedelta(days=days)).isoformat(),
            amount,
            document_type="credit_note" if credit else "invoice",
        )
        for i, (amount, days, credit) in enumerate(lines)
    ]
    figures = add_up(arranged(rows), POLICY.buckets)
    assert (
        figures.aging.sum() == figures.open[0] == figures.overdue[0] + figures.not_due[0] + figures.credits[0]
    )
    assert figures.total[0] == max(figures.overdue[0] + figures.credits[0], 0)


@examples(deadline=None, max_examples=40)
@given(documents, st.randoms())
def test_figures_do_not_depend_on_the_order_of_rows(lines, random):
    rows = [
        row(f"{i}", (AS_OF - dt.timedelta(days=days)).isoformat(), amount)
        for i, (amount, days, _) in enumerate(lines)
    ]
    shuffled = random.sample(rows, len(rows))
    one_way, other = add_up(arranged(rows), POLICY.buckets), add_up(arranged(shuffled), POLICY.buckets)
    assert np.array_equal(one_way.aging, other.aging)
    assert one_way.total == other.total


def arranged(rows):
    frame = rows_frame(*rows)
    none = segments_frame(frame.iloc[:0])
    return arrange(
        letters_frame({"letter_level": 1}), frame, customers_frame({}), previous_frame(), none, ["it"], "it"
    )


def test_aging_names_only_buckets_with_something_in_them():
    facts = one(
        {"kind": "statement"},
        row("1", "2026-12-31", 100),
        row("2", "2026-10-22", 200),
        row("3", "2026-10-21", 300),
    )
    assert facts["aging"] == [
        {"label": "Non ancora scaduto", "amount": f"1,00{NBSP}€"},
        {"label": "Scaduto da 1 a 30 giorni", "amount": f"2,00{NBSP}€"},
        {"label": "Scaduto da 31 a 60 giorni", "amount": f"3,00{NBSP}€"},
    ]


def test_a_batch_of_no_letters_is_empty():
    nothing = letters_frame({"letter_level": 1}).iloc[:0]
    rows = rows_frame(row()).iloc[:0]
    frames = (nothing, rows, customers_frame(), previous_frame(), segments_frame(rows))
    found = context_module.letter_contexts(*frames, settings(), POLICY, CATALOGUES, AS_OF)
    assert list(found) == []


def test_categories_are_read_as_words():
    letters = letters_frame({"letter_level": 1}).astype({"kind": "category", "channel": "category"})
    rows = rows_frame(row()).astype({"document_type": "category"})
    frames = (letters, rows, customers_frame({}), previous_frame(), segments_frame(rows))
    facts = next(context_module.letter_contexts(*frames, settings(), POLICY, CATALOGUES, AS_OF))
    assert facts["rows"][0]["document_type"] == "Fattura"
