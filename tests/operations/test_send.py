"""Sending against a real server: each letter at most once, and the register says what became of it."""

import dataclasses
import datetime as dt
import functools
import sys
import tempfile
from pathlib import Path
from unittest import mock

import pandas as pd
import pytest
from companies import AS_OF, CUSTOMERS, column, frame, make_book, settings, type_into

from mail_server import Mailbox, free_port, running
from xlcredit.books import TableUpdate, open_book
from xlcredit.books.errors import BookIsOpenError, DiskFullError
from xlcredit.operations import send as sending
from xlcredit.operations.cancel import cancel
from xlcredit.operations.drafts import make_drafts
from xlcredit.operations.issue import Request, issue
from xlcredit.operations.outbox import Choice, ReminderNotSendableError
from xlcredit.operations.record_receipt import FateOfLetter, record_receipt
from xlcredit.operations.refresh import refresh
from xlcredit.operations.restore import restore_workbook
from xlcredit.operations.send import (
    OutsideHoursError,
    Pace,
    SendInTheFutureError,
    SendRequest,
    preview_sending,
    send,
)
from xlcredit.operations.send_journal import SendJournal, archive_path, journal_path
from xlcredit.operations.sending_events import read_register

NO_WAITING = Pace(wait=lambda _: None)
PORT = free_port()
GAMMA, ALFA, BETA = "S261030-001", "S261030-002", "S261030-003"


@functools.cache
def issued_files():
    """The company's workbook after its letters were issued, and the letters: path -> bytes."""
    with tempfile.TemporaryDirectory() as folder:
        own = settings(smtp_host="localhost", smtp_port=PORT, mail_pause_seconds=0)
        book = make_book(Path(folder) / "book.xlsm", settings=own)
        issue(book, Request(Path(folder) / "out", AS_OF))
        return {
            path.relative_to(folder): path.read_bytes()
            for path in Path(folder).rglob("*")
            if path.suffix in {".xlsm", ".docx"} and ".xlcredit-backup" not in path.parts
        }


@pytest.fixture
def book(tmp_path):
    """The workbook with three issued letters (C001, C002, C003), all by e-mail."""
    for path, data in issued_files().items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return tmp_path / "book.xlsm"


@pytest.fixture
def post(tmp_path):
    """The server that the workbook sends by."""
    with running(tmp_path, port=PORT) as (_, mailbox):
        yield mailbox


def request(book, again=(), **options):
    choice = Choice(book.parent / "out", again=frozenset(again), **options)
    return SendRequest(choice, as_pdf=False, any_hour=True, round_seconds=0)


def go(book, **options):
    return send(book, request(book, **options), NO_WAITING)


def register(book):
    """The events of the register, typed."""
    return read_register(open_book(book)).dropna(subset=["event_id"])


def states(book):
    """Reminder -> events of the whole letter, in order."""
    events = register(book)
    events = events[events["invoice_id"].isna()]
    found = {}
    for reminder, event in zip(events["reminder_id"], events["event"].astype("str"), strict=True):
        found.setdefault(str(reminder), []).append(event)
    return found


def every(events):
    """The same events for all three letters."""
    return {GAMMA: events, ALFA: events, BETA: events}


def levels(book):
    return dict(
        zip(column(book, "invoices", "invoice_id"), column(book, "invoices", "level_sent"), strict=True)
    )


def codes(done):
    return [finding.code for finding in done.findings]


def test_every_issued_letter_goes_once_with_its_file(book, post):
    done = go(book)
    assert (done.count("sent"), done.left, done.stopped, codes(done)) == (3, 0, "", [])
    assert states(book) == every(["sent"])
    by_customer = {message["To"]: message for message in post.messages}
    assert set(by_customer) == {"alfa@example.com", "beta@example.com", "gamma@example.com"}
    attached = {to: next(message.iter_attachments()).get_content() for to, message in by_customer.items()}
    letters = {path.name.partition("_")[0]: data for path, data in issued_files().items()}
    assert attached == {
        "alfa@example.com": letters["C001"],
        "beta@example.com": letters["C002"],
        "gamma@example.com": letters["C003"],
    }


def test_register_keeps_the_message_ids(book, post):
    go(book)
    assert sorted(register(book)["message_id"].dropna()) == sorted(post.ids)


def test_message_is_in_the_customers_language(book, post):
    go(book)
    bodies = {message["To"]: message.get_body().get_content() for message in post.messages}
    assert bodies["alfa@example.com"].startswith("Gentile Cliente,")
    assert "Please find attached" in bodies["gamma@example.com"]
    assert "1/2026" in bodies["alfa@example.com"]
    assert post.messages[0]["From"] == '"Officine Esempio S.r.l." <crediti@example.com>'


def test_sent_again_nothing_goes(book, post):
    go(book)
    before = book.read_bytes()
    done = go(book)
    assert done.letters == []
    assert len(post.taken) == 3
    assert book.read_bytes() == before


def test_nothing_is_left_beside_the_workbook_but_what_was_sent(book, post):
    go(book)
    assert not journal_path(book).exists()
    assert archive_path(book).read_text().count("\n") == 3
    assert "@example.com" not in archive_path(book).read_text().replace("example.com>", "")


def test_preview_sends_and_writes_nothing(book, post):
    before = book.read_bytes()
    assert [letter.reminder_id for letter in preview_sending(book, request(book)).letters] == [
        GAMMA,
        ALFA,
        BETA,
    ]
    assert post.taken == []
    assert book.read_bytes() == before


def test_only_what_is_asked_goes(book, post):
    go(book, customers=frozenset({"C002"}))
    assert [message["To"] for message in post.messages] == ["beta@example.com"]
    go(book, limit=1)
    assert [message["To"] for message in post.messages] == ["beta@example.com", "gamma@example.com"]


def test_a_cancelled_letter_stays(book, post):
    cancel(book, ALFA, "errore")
    go(book)
    assert "alfa@example.com" not in [message["To"] for message in post.messages]


def test_a_refused_letter_leaves_the_level_as_it_was(book, post):
    post.refused = {"alfa@example.com"}
    assert levels(book)["1/2026"] == 1
    done = go(book)
    assert (done.count("sent"), done.count("failed")) == (2, 1)
    assert states(book)[ALFA] == ["failed"]
    assert levels(book)["1/2026"] is None
    event = register(book).query("event == 'failed'").iloc[0]
    assert event["reason"] == "550 5.1.1 casella inesistente"


def test_a_refused_sender_stops_the_run_and_fails_no_letter(book, post):
    post.refuses_sender = "553 5.7.1 mittente non ammesso"
    done = go(book)
    assert (done.stopped.code, done.outcomes, done.left) == ("mail-sender-refused", {}, 3)
    assert states(book) == {}
    assert levels(book)["1/2026"] == 1
    post.refuses_sender = ""
    assert go(book).count("sent") == 3


def test_a_refused_letter_goes_again_only_when_a_person_says_so(book, post):
    post.refused = {"alfa@example.com"}
    go(book)
    post.refused = set()
    assert codes(go(book)) == ["mail-refused"]
    assert len(post.taken) == 2
    go(book, again=[ALFA])
    assert states(book)[ALFA] == ["failed", "sent"]
    assert levels(book)["1/2026"] == 1
    assert len(set(post.ids)) == 3


def test_a_refused_letter_that_was_issued_anew_does_not_go_again(book, post):
    post.refused = {"alfa@example.com"}
    go(book)
    issue(book, Request(book.parent / "out", AS_OF, customers=frozenset({"C001"})))
    with pytest.raises(ReminderNotSendableError):
        go(book, again=[ALFA])


def test_a_letter_in_doubt_waits_for_a_person(book, post):
    post.breaks = {"*": "taken"}
    go(book, limit=1)
    post.breaks = {}
    assert states(book) == {GAMMA: ["ambiguous"]}
    done = go(book)
    assert done.count("sent") == 2
    assert codes(done) == ["mail-in-doubt"]
    assert "gamma@example.com" not in [message["To"] for message in post.messages[1:]]


def test_a_letter_in_doubt_that_arrived_is_recorded_by_hand(book, post):
    post.breaks = {"*": "taken"}
    go(book, limit=1)
    record_receipt(book, FateOfLetter(GAMMA, "sent", AS_OF))
    post.breaks = {}
    assert codes(go(book)) == []
    assert states(book)[GAMMA] == ["ambiguous", "sent"]
    assert [message["To"] for message in post.messages].count("gamma@example.com") == 1


def test_a_letter_in_doubt_that_was_lost_goes_again(book, post):
    post.breaks = {"*": "lost"}
    go(book, limit=1)
    post.breaks = {}
    go(book, again=[GAMMA])
    assert states(book) == {GAMMA: ["ambiguous", "sent"]}
    assert [message["To"] for message in post.messages] == ["gamma@example.com"]


def test_three_doubts_in_a_row_stop_the_run(book, post):
    post.breaks = {"*": "lost"}
    with mock.patch.object(sending, "_MOST_IN_DOUBT", 2):
        done = go(book)
    assert (done.stopped, done.count("ambiguous"), done.left) == ("doubt", 2, 1)
    assert set(states(book)) == {GAMMA, ALFA}


def test_a_busy_server_is_asked_again_in_the_same_run(book, post):
    post.busy = {"alfa@example.com": 2}
    done = go(book)
    assert (done.count("sent"), done.left) == (3, 0)
    assert [message["To"] for message in post.messages].count("alfa@example.com") == 1


def test_a_server_that_stays_busy_leaves_the_letter_to_the_next_run(book, post):
    post.busy = {"alfa@example.com": 3}
    done = go(book)
    assert (done.count("sent"), done.left) == (2, 1)
    assert ALFA not in states(book)
    assert go(book).count("sent") == 1
    assert len(set(post.ids)) == 3


def test_a_server_that_goes_away_stops_the_run_and_the_next_goes_on(book, tmp_path):
    with running(tmp_path, Mailbox(breaks={"*": "taken"}), port=PORT) as (server, _):
        pace = Pace(on_progress=lambda *_: server.stop(), wait=lambda _: None)
        done = send(book, request(book), pace)
    assert done.stopped.code == "mail-server-unreachable"
    assert (done.count("ambiguous"), done.left) == (1, 2)
    with running(tmp_path, port=PORT):
        assert go(book).count("sent") == 2
    assert states(book) == {GAMMA: ["ambiguous"], ALFA: ["sent"], BETA: ["sent"]}


def test_a_person_stops_the_run_between_two_messages(book, post):
    pace = Pace(is_stopped=lambda: len(post.taken) == 1, wait=lambda _: None)
    done = send(book, request(book), pace)
    assert (done.stopped, done.count("sent"), done.left) == ("person", 1, 2)
    assert states(book) == {GAMMA: ["sent"]}
    assert go(book).count("sent") == 2


def test_the_pause_lies_between_messages(book, post):
    names = column(book, "settings", "setting")
    type_into(book, "settings", "value", {names.index("Pausa fra due e-mail"): 3})
    waited = []
    send(book, request(book), Pace(wait=waited.append))
    assert sum(waited) == 6


def test_the_pause_lies_between_messages_that_are_tried_again(book, post):
    post.busy = {"alfa@example.com": 1, "beta@example.com": 1}
    names = column(book, "settings", "setting")
    type_into(book, "settings", "value", {names.index("Pausa fra due e-mail"): 3})
    waited = []
    asked = dataclasses.replace(request(book), round_seconds=60)
    assert send(book, asked, Pace(wait=waited.append)).count("sent") == 3
    assert sum(waited) == 2 * 3 + 60 + 3


@pytest.mark.parametrize(
    ("moment", "is_lawful"),
    [
        ("2026-10-30 08:29", False),
        ("2026-10-30 08:30", True),
        ("2026-10-30 21:00", False),
        ("2026-10-31 14:59", True),
        ("2026-10-31 15:00", False),
        ("2026-11-01 11:00", False),
        ("2026-12-08 11:00", False),
    ],
)
def test_letters_go_at_the_hours_of_calls(book, post, moment, is_lawful):
    clock = dt.datetime.fromisoformat(moment)
    usual = SendRequest(Choice(book.parent / "out"), as_pdf=False)
    with mock.patch.object(sending, "now", return_value=clock):
        if is_lawful:
            assert send(book, usual, NO_WAITING).count("sent") == 3
        else:
            with pytest.raises(OutsideHoursError):
                send(book, usual, NO_WAITING)
            assert post.taken == []


def test_the_run_stops_when_the_hours_are_over(book, post):
    clock = [dt.datetime.fromisoformat("2026-10-30 20:59")]
    pace = Pace(
        on_progress=lambda *_: clock.append(dt.datetime.fromisoformat("2026-10-30 21:00")),
        wait=lambda _: None,
    )
    with mock.patch.object(sending, "now", side_effect=lambda: clock[-1]):
        done = send(book, SendRequest(Choice(book.parent / "out"), as_pdf=False), pace)
    assert (done.stopped, done.count("sent"), done.left) == ("hours", 1, 2)


def test_no_sending_on_a_day_to_come(book, post):
    late = SendRequest(Choice(book.parent / "out"), as_of=dt.date(2099, 1, 1), any_hour=True)
    with pytest.raises(SendInTheFutureError):
        send(book, late)
    assert post.taken == []


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (None, "mail-address-missing"),
        ("alfa", "mail-address-invalid"),
        ("alfa@example.com\r\nBcc: tutti@example.com", "mail-address-invalid"),
    ],
)
def test_an_address_that_is_none_keeps_its_letter(book, post, cell, code):
    type_into(book, "customers", "email", {0: cell})
    done = go(book)
    assert codes(done) == [code]
    assert [message["To"] for message in post.messages] == ["gamma@example.com", "beta@example.com"]
    assert ALFA not in states(book)


def test_several_addresses_get_one_message(book, post):
    type_into(book, "customers", "email", {0: "alfa@example.com; conti@alfa.example"})
    go(book, customers=frozenset({"C001"}))
    assert post.envelopes[0].rcpt_tos == ["alfa@example.com", "conti@alfa.example"]
    assert len(post.taken) == 1


def test_a_hostile_name_adds_no_header(book, post):
    names = column(book, "settings", "setting")
    type_into(
        book, "settings", "value", {names.index("Ragione sociale"): "Esempio\r\nBcc: tutti@example.com"}
    )
    go(book)
    assert len(post.taken) == 3
    assert all(message["Bcc"] is None for message in post.messages)
    assert {address for envelope in post.envelopes for address in envelope.rcpt_tos} == {
        "alfa@example.com",
        "beta@example.com",
        "gamma@example.com",
    }


def test_a_letter_changed_after_issue_stays(book, post):
    letter = next((book.parent / "out").rglob("C001*.docx"))
    letter.write_bytes(letter.read_bytes() + b"\0")
    assert codes(go(book)) == ["mail-letter-altered"]
    assert len(post.taken) == 2


def test_a_letter_whose_file_is_gone_stays(book, post):
    next((book.parent / "out").rglob("C001*.docx")).unlink()
    assert codes(go(book)) == ["mail-letter-missing"]
    assert len(post.taken) == 2


def test_a_letter_on_what_was_paid_meanwhile_stays(book, post):
    type_into(book, "invoices", "amount", {0: 600.0})
    done = go(book)
    assert codes(done) == ["mail-letter-outdated"]
    assert done.findings[0].found == "1/2026"
    assert len(post.taken) == 2


def test_a_letter_on_a_row_held_meanwhile_stays(book, post):
    type_into(book, "invoices", "hold_until", {0: dt.datetime.fromisoformat("2026-12-31")})
    assert codes(go(book)) == ["mail-letter-outdated"]
    assert len(post.taken) == 2


def test_a_letter_on_what_was_contested_in_part_meanwhile_stays(book, post):
    dispute = {"customer_id": "C001", "invoice_id": "1/2026", "opened_on": AS_OF, "disputed_amount": 100.0}
    opened = open_book(book)
    headers = opened.headers("disputes")
    cells = pd.DataFrame({headers[key]: [value] for key, value in dispute.items()})
    opened.save([TableUpdate("disputes", append=cells)])
    assert codes(go(book)) == ["mail-letter-outdated"]
    assert len(post.taken) == 2


def test_an_old_letter_goes_only_when_a_person_says_so(book, post):
    week_later = SendRequest(
        Choice(book.parent / "out"), AS_OF + dt.timedelta(days=7), as_pdf=False, any_hour=True
    )
    done = send(book, week_later, NO_WAITING)
    assert (done.letters, codes(done)) == ([], ["mail-letter-old"])
    assert done.findings[0].count == 3
    go(book, again=[ALFA])
    assert [message["To"] for message in post.messages] == ["alfa@example.com"]


@pytest.mark.parametrize("reminder", ["S999999-001", "", "../x"])
def test_a_reminder_that_is_none_is_refused(book, post, reminder):
    with pytest.raises(ReminderNotSendableError):
        go(book, again=[reminder])
    assert post.taken == []


def test_a_sent_letter_is_not_sent_again_even_if_asked(book, post):
    go(book)
    with pytest.raises(ReminderNotSendableError):
        go(book, again=[ALFA])
    assert len(post.taken) == 3


def test_copies_go_along_from_the_documents_folder_only(book, post):
    (book.parent / "fattura_1.pdf").write_bytes(b"%PDF 1")
    (book.parent / "copie").mkdir()
    (book.parent / "copie" / "2.PDF").write_bytes(b"%PDF 2")
    (book.parent.parent / "segreto.pdf").write_bytes(b"%PDF segreto")
    cell = "fattura_1.pdf; DDT 123; ../segreto.pdf; copie\\2.PDF; manca.pdf"
    type_into(book, "invoices", "proof", {0: cell})
    done = go(book, customers=frozenset({"C001"}))
    names = [part.get_filename() for part in post.messages[0].iter_attachments()]
    assert names[1:] == ["fattura_1.pdf", "2.PDF"]
    assert [(finding.code, finding.found) for finding in done.findings] == [
        ("mail-copy-missing", "manca.pdf")
    ]
    assert "fattura_1.pdf, 2.PDF" in post.messages[0].get_body().get_content()


def test_a_copy_that_is_too_large_is_told(book, post):
    (book.parent / "grande.pdf").write_bytes(bytes(15_000_001))
    type_into(book, "invoices", "proof", {0: "grande.pdf"})
    done = go(book, customers=frozenset({"C001"}))
    assert codes(done) == ["mail-copy-too-large"]
    assert len(list(post.messages[0].iter_attachments())) == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [
        # a name that no file can have: Windows says that none has it, others that they cannot look
        (f"{'x' * 300}.pdf", "mail-copy-missing" if sys.platform == "win32" else "mail-copy-unreadable"),
        ("segreta.pdf", "mail-copy-unreadable"),
    ],
)
def test_a_copy_that_cannot_be_read_is_told_and_the_letter_goes_without(book, post, name, code, monkeypatch):
    (book.parent / "segreta.pdf").write_bytes(b"%PDF")
    forbid_reading("segreta.pdf", monkeypatch)
    type_into(book, "invoices", "proof", {0: name})
    done = go(book)
    assert done.count("sent") == 3
    assert [(finding.code, finding.found) for finding in done.findings] == [(code, name)]


def forbid_reading(name, monkeypatch):
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: refuse() if path.name == name else read(path))


def refuse():
    raise PermissionError(13, "Permission denied")


def test_a_letter_that_cannot_be_read_in_the_middle_stays_and_the_others_go(book, post, monkeypatch):
    letter = next((book.parent / "out").rglob("C001*.docx"))
    pace = Pace(on_progress=lambda *_: forbid_reading(letter.name, monkeypatch), wait=lambda _: None)
    done = send(book, request(book), pace)
    assert (done.count("sent"), done.left, codes(done)) == (2, 0, ["mail-letter-unreadable"])
    assert ALFA not in states(book)
    monkeypatch.undo()
    assert go(book).count("sent") == 1


def test_a_letter_that_cannot_be_read_is_not_drafted(book, monkeypatch):
    letter = next((book.parent / "out").rglob("C001*.docx"))
    forbid_reading(letter.name, monkeypatch)
    made = make_drafts(book, request(book))
    assert (len(made.drafts), codes(made)) == (2, ["mail-letter-unreadable"])


def test_a_text_that_fails_in_the_middle_stops_the_run_and_what_went_is_told(book, post):
    templates = book.parent / "modelli"
    for language in ("it", "en"):
        path = templates / language / "mail" / "letter.txt"
        path.parent.mkdir(parents=True)
        path.write_text(
            "Oggetto: lettera\n\n{% if customer.name == 'Alfa' %}{{ customer.nome }}{% endif %}.\n"
        )
    names = column(book, "customers", "name")
    type_into(book, "customers", "name", {0: "Alfa"})
    assert names[0] != "Alfa"
    done = send(book, dataclasses.replace(request(book), templates=templates), NO_WAITING)
    assert (done.count("sent"), done.left, done.stopped.code) == (1, 2, "mail-template-broken")
    assert states(book) == {GAMMA: ["sent"]}


def test_a_journal_that_cannot_be_written_stops_the_run_and_what_went_is_told(book, post, monkeypatch):
    write, lines = SendJournal.write, []

    def full(journal, step):
        lines.append(step.state)
        if len(lines) == 5:
            raise DiskFullError(path="invio")
        write(journal, step)

    monkeypatch.setattr(SendJournal, "write", full)
    done = go(book)
    assert lines == ["prepared", "closing", "sent", "prepared", "closing"]
    assert (done.count("sent"), done.left, done.stopped.code) == (1, 2, "disk-full")
    assert len(post.taken) == 1
    monkeypatch.undo()
    assert go(book).count("sent") == 2


def test_a_workbook_open_in_excel_at_the_end_is_recorded_by_the_next_run(book, post):
    owner = book.with_name(f"~${book.name}")
    pace = Pace(on_progress=lambda done, _: owner.write_bytes(b"\x05Maria" + bytes(160)), wait=lambda _: None)
    done = send(book, request(book), pace)
    assert isinstance(done.unrecorded, BookIsOpenError)
    assert done.count("sent") == len(post.taken) == 3
    owner.unlink()
    assert states(book) == {}
    refresh(book)
    assert states(book) == every(["sent"])
    assert go(book).letters == []


def test_a_workbook_put_back_to_before_sends_nothing_twice(book, post):
    go(book)
    restore_workbook(book)
    assert states(book) == {}
    done = go(book)
    assert (done.count_remembered("sent"), done.left, done.is_complete) == (3, 0, True)
    assert len(post.taken) == 3
    assert states(book) == every(["sent"])


@pytest.mark.parametrize(("state", "words"), [("failed", "550 5.1.1 casella inesistente"), ("ambiguous", "")])
def test_a_workbook_put_back_remembers_what_was_refused_or_is_in_doubt(book, post, state, words):
    if state == "failed":
        post.refused = {"gamma@example.com"}
    else:
        post.breaks = {"*": "taken"}
    earlier = book.read_bytes()
    go(book, limit=1)
    book.write_bytes(earlier)
    post.breaks, post.refused, before = {}, set(), len(post.taken)
    done = go(book)
    assert (done.count("sent"), done.left, done.is_complete) == (2, 0, False)
    assert done.remembered[GAMMA].state == state
    assert words in done.remembered[GAMMA].words
    assert len(post.taken) == before + 2
    assert states(book)[GAMMA] == [state]


def test_drafts_are_made_and_not_sent(book, post):
    made = make_drafts(book, request(book))
    assert [path.suffix for path in made.drafts] == [".eml"] * 3
    assert all(b"X-Unsent: 1" in path.read_bytes() for path in made.drafts)
    assert states(book) == every(["prepared"])
    assert levels(book)["1/2026"] == 1
    assert codes(go(book)) == ["mail-drafted"]
    assert make_drafts(book, request(book)).drafts == []
    assert post.taken == []


def test_a_drafted_letter_goes_from_here_when_a_person_says_so(book, post):
    make_drafts(book, request(book))
    go(book, again=[ALFA])
    assert [message["To"] for message in post.messages] == ["alfa@example.com"]
    assert states(book)[ALFA] == ["prepared", "sent"]


OPENING = """
event_id reminder_id event   event_time customer_id currency invoice_id document_year instalment row_level letter_level
O1       O1          opening 2026-09-25 C003        EUR      4/2026     2026          1          2         2
"""


def certified_book(folder, **own):
    """The company's workbook with certified addresses on both sides, one letter of which is to go by them."""
    return make_book(
        folder / "book.xlsm",
        customers=frame("customers", CUSTOMERS).assign(pec="posta@pec.example.com"),
        reminders=frame("reminders", OPENING),
        settings=settings(company_pec="crediti@pec.example.com", mail_pause_seconds=0, **own),
    )


def test_certified_letters_go_by_the_certified_mailbox(tmp_path):
    with running(tmp_path) as (server, mailbox):
        book = certified_book(tmp_path, pec_smtp_host="localhost", pec_smtp_port=server.port)
        issue(book, Request(tmp_path / "out", AS_OF, customers=frozenset({"C003"}), approved_by="Direzione"))
        go(book)
    assert [message["To"] for message in mailbox.messages] == ["posta@pec.example.com"]
    assert mailbox.envelopes[0].mail_from == "crediti@pec.example.com"
    assert mailbox.ids[0].endswith("@pec.example.com>")


@pytest.mark.parametrize(
    ("own", "reason"),
    [({}, "Manca il server di posta."), ({"pec_smtp_host": "localhost", "pec_smtp_port": 1}, "non risponde")],
)
def test_a_channel_that_cannot_be_used_keeps_its_letters_and_the_others_go(tmp_path, own, reason):
    with running(tmp_path) as (server, mailbox):
        book = certified_book(tmp_path, smtp_host="localhost", smtp_port=server.port, **own)
        issue(book, Request(tmp_path / "out", AS_OF, approved_by="Direzione"))
        done = go(book)
    assert {message["To"] for message in mailbox.messages} == {"alfa@example.com", "beta@example.com"}
    assert (done.count("sent"), codes(done)) == (2, ["mail-channel-unusable"])
    assert (done.findings[0].count, done.findings[0].facts["channel"]) == (1, "PEC")
    assert reason in done.findings[0].facts["reason"]
    assert "pec" not in set(register(book).query("event == 'sent'")["channel"])


def test_drafts_of_a_channel_without_a_sender_stay_and_the_others_are_made(tmp_path):
    customers = frame("customers", CUSTOMERS).assign(pec="posta@pec.example.com")
    book = make_book(
        tmp_path / "book.xlsm",
        customers=customers,
        reminders=frame("reminders", OPENING),
        settings=settings(company_pec=None),
    )
    issue(book, Request(tmp_path / "out", AS_OF, approved_by="Direzione"))
    made = make_drafts(book, request(book))
    assert (len(made.drafts), codes(made)) == (2, ["mail-channel-unusable"])


def test_a_server_without_settings_is_told_before_anything(tmp_path):
    book = make_book(tmp_path / "book.xlsm")
    issue(book, Request(tmp_path / "out", AS_OF))
    with pytest.raises(Exception, match="no mail server"):
        go(book)
    assert states(book) == {}


def test_password_comes_from_the_systems_keyring(book, tmp_path):
    import keyring
    import keyring.backend

    from mail_server import PASSWORD, USER
    from xlcredit.mail.errors import MailPasswordMissingError
    from xlcredit.operations.mailbox import Mailbox as Own
    from xlcredit.operations.mailbox import keep_mail_password, mailbox_of

    kept = {}

    class Memory(keyring.backend.KeyringBackend):
        priority = 1

        def get_password(self, service, username):
            return kept.get((service, username))

        def set_password(self, service, username, password):
            kept[service, username] = password

    names = column(book, "settings", "setting")
    before = keyring.get_keyring()
    keyring.set_keyring(Memory())
    try:
        with running(tmp_path, login=True, port=PORT):
            type_into(book, "settings", "value", {names.index("Utente della posta"): USER})
            with pytest.raises(MailPasswordMissingError):
                go(book)
            assert mailbox_of(book, "email") == Own("localhost", USER)
            keep_mail_password(mailbox_of(book, "email"), PASSWORD)
            assert go(book).count("sent") == 3
    finally:
        keyring.set_keyring(before)
    assert kept == {("xlcredit", f"{USER}@localhost"): PASSWORD}
    assert PASSWORD.encode() not in book.read_bytes() + archive_path(book).read_bytes()
