"""The letters of plans: in the register with what they tell, sent like others, whole after a crash at any instant."""

import datetime as dt
import os
import signal
import sys

import pytest
from companies import AS_OF, column, copy_book, register, type_into

from xlcredit.build.letter_templates import build_letter_templates
from xlcredit.operations import journal
from xlcredit.operations.cancel import cancel
from xlcredit.operations.desk.errors import PlanNotFoundError
from xlcredit.operations.desk.hold import hold
from xlcredit.operations.desk.plan import Terms, plan, remind_instalments, sign_plan, tell_default
from xlcredit.operations.desk.rows import RowName
from xlcredit.operations.issue import IssueInThePastError, Request, issue
from xlcredit.operations.opened import open_for
from xlcredit.operations.outbox import Choice, open_outbox
from xlcredit.operations.parcels import template_of
from xlcredit.operations.refresh import refresh

ALFA = RowName("C001")
FIRST = dt.date(2026, 11, 16)


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    build_letter_templates(folder / "letter_templates")
    return folder / "letter_templates"


@pytest.fixture
def book(tmp_path, templates):
    (tmp_path / "letter_templates").symlink_to(templates)
    return copy_book(tmp_path / "book.xlsm")


@pytest.fixture
def signed(book):
    """A plan of two instalments on the rows of Alfa, signed on the day of its proposal."""
    made = plan(book, [ALFA], Terms(FIRST, 2), book.parent / "piani", AS_OF)
    sign_plan(book, made.plan_id, AS_OF, as_of=AS_OF)
    return made


def waiting(book, as_of):
    return open_outbox(open_for(book, as_of), Choice(book.parent / "piani")).letters


def test_a_proposal_is_an_event_that_advances_no_level(book, signed):
    events = register(book)
    assert events["event"].tolist() == ["issued", "issued"]
    assert events["letter_kind"].tolist() == ["plan", "plan"]
    assert set(events["invoice_id"]) == {"1/2026", "2/2026"}
    assert events["row_level"].isna().all()
    assert column(book, "invoices", "level_sent")[:2] == [None, None]
    assert signed.reminder_id == events["reminder_id"].iloc[0]


def test_it_is_sent_with_a_text_of_its_own_until_less_is_owed(book, signed):
    (letter,) = waiting(book, AS_OF)
    assert (letter.file, letter.channel) == (signed.letter, "email")
    assert template_of(letter, open_for(book)) == "plan"

    type_into(book, "invoices", "amount", {0: 900})
    assert waiting(book, AS_OF) == []


def test_an_instalment_is_reminded_of_once_from_its_days_of_notice(book, signed):
    assert remind_instalments(book, book.parent / "piani", as_of=FIRST - dt.timedelta(4)).letters == []

    done = remind_instalments(book, book.parent / "piani", as_of=FIRST - dt.timedelta(3))

    (letter,) = done.letters
    assert letter.target.is_file()
    assert [line["amount"] for line in letter.facts["instalments"]] == ["750,00"]
    assert letter.facts["plan"]["first_date"] == "16/11/2026"
    assert done.silenced == []
    assert register(book)["letter_kind"].tolist()[2:] == ["plan_reminder", "plan_reminder"]
    assert remind_instalments(book, book.parent / "piani", as_of=FIRST).letters == []
    assert column(book, "plans", "status")[:2] == ["Regolare", "Regolare"]


def test_who_is_on_hold_is_not_reminded(book, signed):
    hold(book, [ALFA], FIRST, "trattativa", AS_OF)
    done = remind_instalments(book, book.parent / "piani", as_of=FIRST)
    assert (done.letters, done.silenced) == ([], [signed.plan_id])


def test_only_the_plan_asked_for_is_reminded_of(book, signed):
    with pytest.raises(PlanNotFoundError):
        remind_instalments(book, book.parent / "piani", "P26-09", FIRST)
    assert len(remind_instalments(book, book.parent / "piani", signed.plan_id, FIRST).letters) == 1


def test_after_the_letter_of_default_no_other_goes_for_its_days(book, signed):
    told = dt.date(2026, 11, 20)
    tell_default(book, signed.plan_id, book.parent / "piani", told)
    assert register(book)["letter_kind"].tolist()[2:] == ["plan_default", "plan_default"]
    day = told
    while day <= told + dt.timedelta(10):
        refresh(book, day)
        assert column(book, "invoices", "hold")[0] == "Piano di rientro"
        day += dt.timedelta(5)


def test_a_letter_that_is_cancelled_has_told_nothing(book, signed):
    remind_instalments(book, book.parent / "piani", as_of=FIRST)
    cancel(book, "S261116-001", "prova", as_of=FIRST)
    assert column(book, "plans", "reminded_on")[:2] == [None, None]

    told = dt.date(2026, 11, 20)
    done = tell_default(book, signed.plan_id, book.parent / "piani", told)
    cancel(book, done.reminder_id, "prova", as_of=told)
    assert column(book, "plans", "default_told_on")[:2] == [None, None]
    assert column(book, "invoices", "hold")[0] is None
    cancel(book, signed.reminder_id, "prova", as_of=told)
    assert column(book, "plans", "status")[:2] == ["Decaduto", "Decaduto"]


def test_no_letter_of_a_plan_is_older_than_the_newest_one_issued(book, tmp_path):
    issue(book, Request(tmp_path / "out", as_of=AS_OF))
    with pytest.raises(IssueInThePastError):
        plan(book, [ALFA], Terms(FIRST), tmp_path / "piani", AS_OF - dt.timedelta(1))


@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
@pytest.mark.parametrize(("instant", "rows"), [("open_journal", 0), ("finish", 2)])
def test_killed_before_and_after_the_save_nothing_is_left_half(book, instant, rows):
    """Killed right after the journal is written, and right before the letter gets its name."""
    child = os.fork()
    if child == 0:
        before = getattr(journal, instant)

        def die(*given):
            if instant == "open_journal":
                before(*given)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(journal, instant, die)
        plan(book, [ALFA], Terms(FIRST, 2), book.parent / "piani", AS_OF)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)

    refresh(book, AS_OF)

    assert len(register(book)) == rows
    assert len([code for code in column(book, "plans", "plan_id") if code]) == rows
    assert [path.suffix for path in (book.parent / "piani").rglob("*") if path.is_file()] == [".docx"] * (
        rows // 2
    )
    if not rows:
        plan(book, [ALFA], Terms(FIRST, 2), book.parent / "piani", AS_OF)
