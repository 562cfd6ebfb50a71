"""Proof of delivery: certified e-mail receipts read back, and what a person records of a letter."""

import datetime as dt
import hashlib

import pytest
from companies import AS_OF, CUSTOMERS, column, copy_book, frame, make_book

from pec import receipt
from xlcredit.books import open_book
from xlcredit.dates import today
from xlcredit.operations.cancel import ReminderAlreadyCancelledError, ReminderNotFoundError, cancel
from xlcredit.operations.issue import Request, issue
from xlcredit.operations.receipts import ReceiptFolderMissingError, read_receipts
from xlcredit.operations.record_receipt import (
    FateOfLetter,
    ReceiptContradictedError,
    ReceiptDateError,
    ReceiptFileMissingError,
    record_receipt,
)
from xlcredit.operations.refresh import refresh
from xlcredit.operations.sending_events import read_register

PEC = "posta@pec.example.org"
ID = "<O1.1.ab@pec.example.com>"
LETTER = "S261030-001"
REGISTER = f"""
event_id reminder_id event     event_time          customer_id invoice_id document_year instalment row_level letter_level channel message_id
O1-01    O1          issued    2026-10-01T10:00:00 C003        4/2026     2026          1          4         4            pec     -
O1-M1    O1          ambiguous 2026-10-01T10:01:00 C003        -          -             -          -         4            pec     {ID}
"""


@pytest.fixture(scope="module")
def certified_bytes(tmp_path_factory):
    customers = frame("customers", CUSTOMERS).assign(pec=PEC)
    path = tmp_path_factory.mktemp("certified") / "book.xlsm"
    return make_book(path, customers=customers, reminders=frame("reminders", REGISTER)).read_bytes()


@pytest.fixture
def certified(tmp_path, certified_bytes):
    """A workbook whose formal notice O1 went by certified e-mail and is in doubt."""
    book = tmp_path / "book.xlsm"
    book.write_bytes(certified_bytes)
    (tmp_path / "ricevute").mkdir()
    return book


@pytest.fixture(scope="module")
def issued_bytes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("issued")
    book = copy_book(folder / "book.xlsm")
    issue(book, Request(folder / "out", AS_OF))
    return book.read_bytes()


@pytest.fixture
def issued(tmp_path, issued_bytes):
    """The company's workbook with its letters issued."""
    book = tmp_path / "book.xlsm"
    book.write_bytes(issued_bytes)
    return book


def save(book, name, kind, **facts):
    path = book.parent / "ricevute" / f"{name}.eml"
    facts = {"day": "02/10/2026", "recipient": PEC, **facts}
    path.write_bytes(receipt(kind, facts.pop("message_id", ID), **facts))
    return path


def read(book):
    return read_receipts(book, book.parent / "ricevute")


def last(book):
    """The newest event of the register."""
    return read_register(open_book(book)).dropna(subset=["event_id"]).iloc[-1]


def test_delivery_is_proof_with_its_date(certified):
    save(certified, "consegna", "avvenuta-consegna")
    done = read(certified)
    assert (done.recorded, done.known, done.others, done.findings) == ([("O1", "delivered")], 0, 0, [])
    event = last(certified)
    assert (event["event"], event["proof_date"].date()) == ("delivered", dt.date(2026, 10, 2))
    assert event["file"] == "ricevute/consegna.eml"
    assert event["proof"] == "PEC opec1.20261102.1@pec.example.com"


def test_delivery_of_a_formal_notice_interrupts_limitation(certified):
    save(certified, "consegna", "avvenuta-consegna")
    read(certified)
    assert column(certified, "invoices", "limitation_date")[3].date() == dt.date(2036, 10, 2)


def test_acceptance_settles_a_doubt(certified):
    save(certified, "accettazione", "accettazione")
    assert read(certified).recorded == [("O1", "sent")]
    assert last(certified)["event"] == "sent"


@pytest.mark.parametrize(
    ("kind", "facts", "end", "level"),
    [("errore-consegna", {"error": "no-dest"}, "failed", None), ("avvenuta-consegna", {}, "delivered", 4)],
)
def test_acceptance_read_after_the_end_is_nothing_new(certified, kind, facts, end, level):
    save(certified, "fine", kind, **facts)
    read(certified)
    save(certified, "accettazione", "accettazione")
    done = read(certified)
    assert (done.recorded, done.known) == ([], 2)
    assert last(certified)["event"] == end
    assert column(certified, "invoices", "level_sent")[3] == level


def test_acceptance_read_after_a_person_said_that_it_came_back_is_nothing_new(certified):
    record_receipt(certified, FateOfLetter("O1", "returned", dt.date(2026, 10, 5)))
    save(certified, "accettazione", "accettazione")
    assert read(certified).recorded == []
    assert column(certified, "invoices", "level_sent")[3] is None


def test_acceptance_of_a_message_in_doubt_counts_though_another_attempt_failed(tmp_path):
    again = (
        REGISTER
        + "O1-M2    O1          failed    2026-10-02T10:01:00 C003        -          -             -          -         4            pec     <O1.2.ab@pec.example.com>\n"
    )
    customers = frame("customers", CUSTOMERS).assign(pec=PEC)
    book = make_book(tmp_path / "book.xlsm", customers=customers, reminders=frame("reminders", again))
    (tmp_path / "ricevute").mkdir()
    save(book, "accettazione", "accettazione")
    assert read(book).recorded == [("O1", "sent")]
    assert column(book, "invoices", "level_sent")[3] == 4


def test_of_one_letter_delivery_comes_last(certified):
    save(certified, "a", "avvenuta-consegna")
    save(certified, "b", "accettazione")
    assert read(certified).recorded == [("O1", "sent"), ("O1", "delivered")]


def test_read_twice_a_receipt_counts_once(certified):
    save(certified, "consegna", "avvenuta-consegna")
    read(certified)
    before = certified.read_bytes()
    save(certified, "copia", "avvenuta-consegna")
    done = read(certified)
    assert (done.recorded, done.known) == ([], 2)
    assert certified.read_bytes() == before


def test_a_letter_that_was_not_delivered_gives_its_level_back(certified):
    save(certified, "mancata", "errore-consegna", error="no-dest")
    assert read(certified).recorded == [("O1", "failed")]
    assert last(certified)["reason"] == "no-dest"
    assert column(certified, "invoices", "level_sent")[3] is None


def test_delivered_to_one_and_not_to_another_is_delivered(certified):
    save(certified, "a", "errore-consegna", error="no-dest", recipient="altra@pec.example.org")
    save(certified, "b", "avvenuta-consegna")
    assert read(certified).recorded == [("O1", "delivered")]
    assert column(certified, "invoices", "level_sent")[3] == 4


@pytest.mark.parametrize("kind", ["avvenuta-consegna", "errore-consegna"])
def test_a_late_message_is_told_only_until_its_end_is_known(certified, kind):
    save(certified, "a", "preavviso-errore-consegna", error="altro")
    assert [finding.code for finding in read(certified).findings] == ["receipt-late"]
    save(certified, "b", kind)
    assert [read(certified).findings, read(certified).findings] == [[], []]


def test_a_failure_of_what_a_person_said_arrived_is_told_until_it_is_settled(certified):
    record_receipt(certified, FateOfLetter("O1", "received", dt.date(2026, 10, 5)))
    save(certified, "mancata", "errore-consegna", error="no-dest")
    done = read(certified)
    assert (done.recorded, [finding.code for finding in done.findings]) == ([], ["receipt-contradicts"])
    assert done.findings[0].found == "Ricevuta 05/10/2026"
    assert column(certified, "invoices", "level_sent")[3] == 4
    record_receipt(certified, FateOfLetter("O1", "returned", dt.date(2026, 10, 6)))
    done = read(certified)
    assert (done.recorded, done.findings) == ([("O1", "failed")], [])


def test_other_files_are_left_alone(certified):
    save(certified, "altrui", "avvenuta-consegna", message_id="<altro@pec.example.com>")
    (certified.parent / "ricevute" / "spam.eml").write_bytes(b"\xff" * 100)
    (certified.parent / "ricevute" / "note.txt").write_bytes(b"ciao")
    before = certified.read_bytes()
    done = read(certified)
    assert (done.recorded, done.others, done.findings) == ([], 2, [])
    assert certified.read_bytes() == before


@pytest.mark.parametrize(
    ("kind", "facts", "code"),
    [
        ("avvenuta-consegna", {"recipient": "altra@pec.example.org"}, "receipt-other-address"),
        ("avvenuta-consegna", {"day": "30/09/2026"}, "receipt-implausible"),
        ("avvenuta-consegna", {"day": "01/01/2099"}, "receipt-implausible"),
        ("preavviso-errore-consegna", {"error": "altro"}, "receipt-late"),
    ],
)
def test_a_receipt_in_doubt_is_told_and_not_recorded(certified, kind, facts, code):
    save(certified, "dubbia", kind, **facts)
    done = read(certified)
    assert [(finding.code, finding.row) for finding in done.findings] == [(code, "O1")]
    assert done.recorded == []


def test_a_folder_that_is_not_there_is_named(certified):
    with pytest.raises(ReceiptFolderMissingError):
        read_receipts(certified, certified.parent / "altrove")


@pytest.mark.parametrize(
    ("fate", "event", "proof"),
    [
        ("sent", "sent", None),
        ("received", "delivered", "Ricevuta R123"),
        ("refused", "delivered", "Rifiutata R123"),
        ("unclaimed", "delivered", "Compiuta giacenza R123"),
        ("returned", "failed", "Tornata al mittente R123"),
    ],
)
def test_what_a_person_knows_of_a_letter(issued, fate, event, proof):
    note = None if fate == "sent" else "R123"
    done = record_receipt(issued, FateOfLetter(LETTER, fate, dt.date(2026, 11, 5), note=note, by="Anna"))
    assert (done.event, done.is_new, done.customer_id) == (event, True, "C003")
    row = last(issued)
    assert (row["event"], row["by"]) == (event, "Anna")
    assert (row["proof"] if isinstance(row["proof"], str) else None) == proof
    assert row["proof_date"].date() == dt.date(2026, 11, 5)


def test_a_letter_that_came_back_gives_its_level_back(issued):
    assert column(issued, "invoices", "level_sent")[3] == 1
    record_receipt(issued, FateOfLetter(LETTER, "returned", AS_OF))
    assert column(issued, "invoices", "level_sent")[3] is None


def test_the_scan_is_kept_with_its_fingerprint(issued):
    scan = issued.parent / "ricevute" / "ar.pdf"
    scan.parent.mkdir()
    scan.write_bytes(b"%PDF")
    record_receipt(issued, FateOfLetter(LETTER, "received", AS_OF, file=scan))
    assert last(issued)["file"] == "ricevute/ar.pdf"
    assert last(issued)["file_hash"] == hashlib.sha256(b"%PDF").hexdigest()


def test_recorded_twice_it_counts_once(issued):
    fate = FateOfLetter(LETTER, "received", AS_OF)
    record_receipt(issued, fate)
    before = issued.read_bytes()
    assert not record_receipt(issued, fate).is_new
    assert issued.read_bytes() == before


def test_what_was_recorded_wrongly_is_put_right_and_told(issued):
    received = FateOfLetter(LETTER, "received", AS_OF)
    assert record_receipt(issued, received).before is None
    returned = record_receipt(issued, FateOfLetter(LETTER, "returned", AS_OF))
    assert (returned.is_new, returned.before) == (True, f"Ricevuta {AS_OF:%d/%m/%Y}")
    assert column(issued, "invoices", "level_sent")[3] is None
    again = record_receipt(issued, received)
    assert (again.is_new, again.before) == (True, f"Tornata al mittente {AS_OF:%d/%m/%Y}")
    assert column(issued, "invoices", "level_sent")[3] == 1
    assert not record_receipt(issued, received).is_new


NEXT_DAY = AS_OF + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "then", "is_lawful"),
    [
        (("received", AS_OF), ("sent", NEXT_DAY), False),
        (("received", NEXT_DAY), ("sent", AS_OF), True),
        (("sent", NEXT_DAY), ("received", AS_OF), False),
        (("sent", NEXT_DAY), ("returned", AS_OF), False),
        (("returned", NEXT_DAY), ("sent", AS_OF), False),
        (("returned", AS_OF), ("sent", AS_OF), True),
    ],
)
def test_a_letter_is_sent_before_it_arrives(issued, first, then, is_lawful):
    record_receipt(issued, FateOfLetter(LETTER, *first))
    before = issued.read_bytes()
    if is_lawful:
        assert record_receipt(issued, FateOfLetter(LETTER, *then)).is_new
        return
    with pytest.raises(ReceiptContradictedError) as told:
        record_receipt(issued, FateOfLetter(LETTER, *then))
    assert told.value.facts["before"].endswith(f"{first[1]:%d/%m/%Y}")
    assert issued.read_bytes() == before


def test_an_event_recorded_for_an_earlier_day_still_counts_after_what_it_replaces(issued):
    later = NEXT_DAY + dt.timedelta(days=4)
    record_receipt(issued, FateOfLetter(LETTER, "received", AS_OF), later)
    record_receipt(issued, FateOfLetter(LETTER, "returned", AS_OF), NEXT_DAY)
    assert last(issued)["event_time"].date() == later
    refresh(issued, later)
    assert column(issued, "invoices", "level_sent")[3] is None


@pytest.mark.parametrize("day", [AS_OF - dt.timedelta(days=1), max(today(), AS_OF) + dt.timedelta(days=1)])
def test_a_date_that_cannot_be_is_refused(issued, day):
    with pytest.raises(ReceiptDateError):
        record_receipt(issued, FateOfLetter(LETTER, "received", day))


def test_a_letter_that_is_none_is_refused(issued):
    with pytest.raises(ReminderNotFoundError):
        record_receipt(issued, FateOfLetter("S1", "received", AS_OF))


def test_a_cancelled_letter_is_refused(issued):
    cancel(issued, LETTER, "errore")
    with pytest.raises(ReminderAlreadyCancelledError):
        record_receipt(issued, FateOfLetter(LETTER, "received", AS_OF))


def test_a_scan_that_is_not_there_is_refused(issued):
    with pytest.raises(ReceiptFileMissingError):
        record_receipt(issued, FateOfLetter(LETTER, "received", AS_OF, file=issued.parent / "ar.pdf"))
