"""A reminder cancelled does not count: its rows return to their level, and the next letter has a new id."""

import datetime as dt

import pytest
from companies import AS_OF, column, copy_book, register

from xlcredit.operations.cancel import (
    LaterLevelExistsError,
    ReminderAlreadyCancelledError,
    ReminderNotFoundError,
    cancel,
)
from xlcredit.operations.issue import Request, issue
from xlcredit.operations.record_receipt import FateOfLetter, record_receipt

FIRST = "S261030-002"
"""The letter of C001, with two rows."""


@pytest.fixture(scope="module")
def issued_bytes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("issued")
    book = copy_book(folder / "book.xlsm")
    issue(book, Request(folder / "out"))
    return book.read_bytes()


@pytest.fixture
def book(tmp_path, issued_bytes):
    path = tmp_path / "book.xlsm"
    path.write_bytes(issued_bytes)
    return path


def test_cancelling_restores_the_level_of_each_row(book):
    done = cancel(book, FIRST, "indirizzo errato", "Anna")

    assert (done.customer_id, done.rows, done.was_sent) == ("C001", 2, False)
    assert column(book, "invoices", "level_sent") == [None, None, 1, 1, None]


@pytest.mark.parametrize(
    ("fates", "was_sent"), [(["sent"], True), (["received"], True), (["sent", "returned"], False)]
)
def test_a_letter_that_had_left_is_told(book, fates, was_sent):
    for fate in fates:
        record_receipt(book, FateOfLetter(FIRST, fate, AS_OF))
    assert cancel(book, FIRST, "indirizzo errato").was_sent is was_sent


def test_the_register_keeps_the_letter_and_says_why_it_does_not_count(book):
    cancel(book, FIRST, "indirizzo errato", "Anna")

    events = register(book)
    last = events[events["event"] == "cancelled"]
    assert last["reminder_id"].tolist() == [FIRST, FIRST]
    assert set(last["reason"]) == {"indirizzo errato"}
    assert (events["event"] == "issued").sum() == 4


def test_a_letter_cancelled_can_be_issued_again_under_a_new_id(book, tmp_path):
    cancel(book, FIRST, "indirizzo errato")

    done = issue(book, Request(tmp_path / "out"))

    assert [(letter.reminder_id, letter.customer_id) for letter in done.letters] == [("S261030-004", "C001")]
    assert column(book, "invoices", "level_sent")[:2] == [1, 1]


def test_a_second_cancellation_is_refused(book):
    cancel(book, FIRST, "indirizzo errato")
    before = book.read_bytes()

    with pytest.raises(ReminderAlreadyCancelledError):
        cancel(book, FIRST, "indirizzo errato")

    assert book.read_bytes() == before


def test_an_unknown_reminder_is_refused(book, issued_bytes):
    with pytest.raises(ReminderNotFoundError):
        cancel(book, "S991231-001", "prova")

    assert book.read_bytes() == issued_bytes


def test_a_reminder_with_a_later_level_is_refused(book, tmp_path):
    later = AS_OF + dt.timedelta(days=20)
    assert issue(book, Request(tmp_path / "out", as_of=later)).letters
    before = book.read_bytes()

    with pytest.raises(LaterLevelExistsError):
        cancel(book, FIRST, "prova")

    assert book.read_bytes() == before
