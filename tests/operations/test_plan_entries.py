"""Plans at the desk: on the rows chosen and no others, told in default late payments and all, signed late."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from companies import AS_OF, copy_book, frame, invoices, make_book

from xlcredit.operations.desk.draft import drafting
from xlcredit.operations.desk.errors import PlanHeldError, PlanRowsError
from xlcredit.operations.desk.hold import hold
from xlcredit.operations.desk.plan import Terms, plan, remind_instalments, sign_plan, tell_default
from xlcredit.operations.desk.rows import RowName
from xlcredit.operations.desk.settle import settle
from xlcredit.operations.opened import open_for

DELTA = RowName("C004")
FIRST, TOLD = dt.date(2026, 11, 16), dt.date(2026, 11, 20)
"""Of two instalments of 400.00, the first is tolerated until 19 November."""

TWO_OF_A_NUMBER = """
invoice_id instalment customer_id document_date due_date   amount
12/A       -          C001        2025-09-20    2025-10-20 250000
12/A       1          C001        2026-09-20    2026-10-20  90000
12/A       2          C001        2026-09-20    2026-11-20  90000
"""

SPECIAL = """
invoice_id customer_id document_date due_date   amount delivery_status factor
5/2026     C004        2026-09-20    2026-10-19  80000 -               -
6/2026     C004        2026-09-20    2026-10-19  60000 -               Factor_S.p.A.
7/2026     C004        2026-09-20    2026-10-19  50000 rejected        -
"""

WITH_LAWYER = """
invoice_id customer_id document_date due_date   amount
5/2026     C004        2026-09-20    2026-10-19  80000
6/2026     C004        2026-09-20    2026-10-19  60000
"""

CASE_FILES = """
case_id customer_id invoice_id handed_over_on
L1      C004        6/2026     2026-10-20
"""


@pytest.fixture
def book(tmp_path):
    return copy_book(tmp_path / "book.xlsm")


def signed(book, names=(DELTA,)):
    made = plan(book, list(names), Terms(FIRST, 2), book.parent / "piani", AS_OF)
    sign_plan(book, made.plan_id, AS_OF, as_of=AS_OF)
    return made.plan_id


def pay(book, invoice, cents, on, customer="C004"):
    """A payment of a customer's, allocated to a row."""
    with drafting(book, on) as draft:
        line = {"customer_id": [customer], "invoice_id": [invoice], "amount": [cents], "kind": ["payment"],
                "allocation_date": [pd.Timestamp(on)]}  # fmt: skip
        draft.append("allocations", {key: pd.Series(cells) for key, cells in line.items()})
        draft.enter(np.empty(0, dtype=np.int64))


def held(book, as_of=AS_OF):
    opened = open_for(book, as_of)
    return opened.ledger.invoices["hold"].fillna("").tolist()


def words_of_letter(path):
    from docx import Document

    return "\n".join(paragraph.text for paragraph in Document(path).paragraphs).replace(
        "\N{NO-BREAK SPACE}", " "
    )


# --- the rows chosen


def test_an_invoice_of_one_year_leaves_that_of_another_alone(tmp_path):
    book = make_book(tmp_path / "book.xlsm", invoices=invoices(TWO_OF_A_NUMBER))
    done = plan(book, [RowName("C001", "12/A", 1, 2026)], Terms(FIRST, 2), tmp_path / "piani", AS_OF)
    assert done.lines["amount"].tolist() == [450_00, 450_00]
    assert open_for(book).ledger.plans["invoices"].dropna().tolist() == ["12/A (2026/1)"] * 2
    assert [text == "Piano di rientro" for text in held(book)] == [False, True, False]


def test_rows_that_are_not_to_be_asked_for_are_refused_by_name(tmp_path):
    book = make_book(tmp_path / "book.xlsm", invoices=invoices(SPECIAL))
    before = book.read_bytes()
    names = [RowName("C004", number) for number in ("5/2026", "6/2026", "7/2026")]
    with pytest.raises(PlanRowsError) as refused:
        plan(book, names, Terms(FIRST, 2), tmp_path / "piani", AS_OF)
    assert refused.value.facts["rows"] == "6/2026 (credito ceduto); 7/2026 (scartata dallo SdI)"
    assert book.read_bytes() == before


def test_of_a_whole_customer_they_stay_out_and_are_told(tmp_path):
    book = make_book(tmp_path / "book.xlsm", invoices=invoices(SPECIAL))
    done = plan(book, [DELTA], Terms(FIRST, 2), tmp_path / "piani", AS_OF)
    assert done.lines["amount"].sum() == 800_00
    assert [row.partition(" ")[0] for row in done.left_out] == ["6/2026", "7/2026"]


# --- default


def test_a_default_is_told_though_the_instalment_was_paid_late(book):
    code = signed(book)
    pay(book, "5/2026", 400_00, TOLD)
    done = tell_default(book, code, book.parent / "piani", TOLD + dt.timedelta(days=3))
    text = words_of_letter(done.letter)
    assert (
        "La rata n. 1, di 400,00 €, scaduta il giorno 16/11/2026, è stata pagata oltre la tolleranza concordata."
        in text
    )
    assert "l'intero residuo di 400,00 €" in text


def test_a_default_that_nobody_paid_says_so(book):
    done = tell_default(book, signed(book), book.parent / "piani", TOLD)
    assert "alla data di oggi non risulta pagata." in words_of_letter(done.letter)


def test_no_default_is_told_where_nothing_may_be_written(book):
    code = signed(book)
    hold(book, [DELTA], dt.date(2027, 1, 31), "trattativa", AS_OF)
    before = book.read_bytes()
    with pytest.raises(PlanHeldError) as refused:
        tell_default(book, code, book.parent / "piani", TOLD)
    assert refused.value.facts["rows"] == "5/2026 (cliente bloccato)"
    assert book.read_bytes() == before


def test_it_is_not_asked_for_either(book):
    code = signed(book)
    hold(book, [DELTA], dt.date(2027, 1, 31), "trattativa", AS_OF)
    with drafting(book, TOLD) as draft:
        actions = draft.enter(np.empty(0, dtype=np.int64)).assessment.rows["next_action"]
    assert code
    assert "plan_default" not in "+".join(actions.dropna().astype("str"))


# --- what an instalment asks for


def test_a_reminder_asks_for_no_more_than_is_owed(book):
    made = plan(book, [DELTA], Terms(FIRST, 2, "weekly"), book.parent / "piani", AS_OF)
    sign_plan(book, made.plan_id, AS_OF, as_of=AS_OF)
    settle(book, [DELTA], "allowance", 300_00, "accordo", "Direzione", AS_OF)
    (letter,) = remind_instalments(book, book.parent / "piani", as_of=FIRST).letters
    assert [line["amount"] for line in letter.facts["instalments"]] == ["400,00"]
    pay(book, "5/2026", 400_00, FIRST)
    (letter,) = remind_instalments(book, book.parent / "piani", as_of=FIRST + dt.timedelta(days=4)).letters
    assert [line["amount"] for line in letter.facts["instalments"]] == ["100,00"]


# --- with the lawyer


@pytest.fixture
def with_lawyer(tmp_path):
    """A book whose row 6/2026 is in the hands of a lawyer."""
    files = frame("case_files", CASE_FILES)
    return make_book(tmp_path / "book.xlsm", invoices=invoices(WITH_LAWYER), case_files=files)


def test_a_plan_for_the_customer_leaves_the_lawyers_rows_out(with_lawyer):
    done = plan(with_lawyer, [DELTA], Terms(FIRST, 2), with_lawyer.parent / "piani", AS_OF)
    assert done.lines["amount"].sum() == 800_00
    assert done.left_out == ("6/2026 (affidata all'esterno)",)


def test_a_plan_agreed_by_the_lawyer_is_made_on_the_rows_that_are_named(with_lawyer):
    names = [RowName("C004", "5/2026"), RowName("C004", "6/2026")]
    done = plan(with_lawyer, names, Terms(FIRST, 2), with_lawyer.parent / "piani", AS_OF)
    assert (done.lines["amount"].sum(), done.left_out) == (1_400_00, ())


# --- signed late


def test_a_signed_copy_may_come_after_the_plan_has_lapsed(book):
    made = plan(book, [DELTA], Terms(FIRST, 2), book.parent / "piani", AS_OF)
    done = sign_plan(book, made.plan_id, AS_OF, as_of=TOLD)
    assert done.is_default
    assert open_for(book).ledger.plans["status"].dropna().tolist() == ["default", "default"]


def test_a_signature_in_time_is_no_default(book):
    made = plan(book, [DELTA], Terms(FIRST, 2), book.parent / "piani", AS_OF)
    assert not sign_plan(book, made.plan_id, AS_OF, as_of=AS_OF).is_default
