"""Sending and receipts from buttons: asked first, told at the end; nothing leaves without a yes."""

import datetime as dt
from pathlib import Path

import pytest
from companies import copy_book

from excel_model import open_excel
from recording_face import RecordingFace
from xlcredit.books.live import LiveBook
from xlcredit.catalogue import Catalogue
from xlcredit.excel.desk import Desk
from xlcredit.excel.ribbon import answer_press
from xlcredit.letters.errors import OfficeMissingError
from xlcredit.mail.delivery import Outcome
from xlcredit.mail.errors import MailServerMissingError, MailServerUnreachableError
from xlcredit.operations import drafts, outbox, send

WORDS = Catalogue("it")


@pytest.fixture(scope="module")
def issued_bytes(tmp_path_factory):
    path = copy_book(tmp_path_factory.mktemp("issued") / "Crediti.xlsm")
    excel = open_excel(path)
    for key in ("propose", "issue"):
        answer_press(key, Desk(RecordingFace(agreements=[True]), excel, excel.ActiveWorkbook))
    return path.read_bytes()


@pytest.fixture
def desk(make_desk, tmp_path, issued_bytes):
    path = tmp_path / "Crediti.xlsm"
    path.write_bytes(issued_bytes)
    return make_desk(path)


def letter(number):
    return outbox.Outgoing(
        reminder_id=f"S261030-00{number}",
        customer_id="C001",
        currency="EUR",
        customer={"name": "Alfa"},
        channel="email",
        to=("a@example.com",),
        level=1,
        cycle="standard",
        kind="",
        language="it",
        issued_on=dt.date(2026, 10, 30),
        file=Path("lettera.docx"),
        file_hash="",
        attempt=1,
        numbers=(),
        proofs=(),
    )


@pytest.fixture
def post(monkeypatch):
    """Two letters that wait; what the server does with them is for a test to say."""
    from xlcredit.excel import sending

    state = type("Post", (), {"sent": send.Sent([letter(1), letter(2)]), "errors": [], "requests": []})()

    def run(place, request, pace=None):
        state.requests.append(request)
        if state.errors:
            raise state.errors.pop(0)
        if pace:
            pace.on_progress(1, 2)
        return state.sent

    def draft(place, request, outlook):
        state.requests.append(request)
        state.outlook = outlook
        return drafts.Drafted([place.path.parent / "lettere" / "1" / "a.eml"], [])

    monkeypatch.setattr(sending, "preview_sending", lambda place, request: state.sent)
    monkeypatch.setattr(sending, "send", run)
    monkeypatch.setattr(sending, "make_drafts", draft)
    return state


def test_nothing_leaves_without_a_yes(desk, press, post):
    desk.face.agreements = [False]
    assert press("send", desk) is None
    assert desk.face.questions == ["Spedire adesso 2 lettere, per e-mail e PEC?"]
    assert post.requests == []


def test_what_was_sent_is_told(desk, press, post):
    post.sent.outcomes = {f"S261030-00{number}": Outcome("sent", "ok") for number in (1, 2)}
    desk.face.agreements = [True]
    told = press("send", desk)
    assert told.text == "2 lettere spedite."
    assert post.requests[0].choice.out == desk.book.path.parent / "lettere"
    assert any("invio, 50 %" in (text or "") for text in desk.face.statuses)


def test_what_stopped_it_and_what_is_left_is_told(desk, press, post):
    post.sent.outcomes = {"S261030-001": Outcome("sent", "ok")}
    post.sent.stopped = MailServerUnreachableError(host="smtp.example.com", port=587, reason="timeout")
    desk.face.agreements = [True]
    told = press("send", desk)
    assert told.text.splitlines()[0] == "1 lettera spedita."
    assert "smtp.example.com" in told.text
    assert told.text.endswith("1 lettera attende ancora: premere di nuovo «Invia».")
    assert told.tone == "look"


def test_what_the_server_did_not_take_for_now_is_told_with_its_words(desk, press, post):
    post.sent.outcomes = {f"S261030-00{number}": Outcome("deferred", "451 riprovare") for number in (1, 2)}
    desk.face.agreements = [True]
    assert press("send", desk).text.splitlines()[1:] == [
        "2 lettere non accettate per ora: il server è occupato, o è caduto il collegamento.",
        "451 riprovare",
        "2 lettere attendono ancora: premere di nuovo «Invia».",
    ]


def test_what_had_become_of_letters_before_is_told(desk, press, post):
    post.sent.remembered = {"S261030-001": Outcome("sent", ""), "S261030-002": Outcome("ambiguous", "")}
    desk.face.agreements = [True]
    told = press("send", desk).text.splitlines()[1:]
    assert [line[:26] for line in told] == ["1 lettera era già partita ", "1 lettera era già in dubbi"]


def test_without_a_mail_server_drafts_are_offered(desk, press, post):
    post.errors = [MailServerMissingError()]
    desk.face.agreements = [True, True]
    told = press("send", desk)
    assert "manca il server di posta" in desk.face.questions[1]
    assert "1 messaggio preparato" in told.text
    assert desk.face.opened == [desk.book.path.parent / "lettere"]


def test_where_outlook_is_there_the_drafts_stand_in_it_too(desk, press, post, monkeypatch):
    from xlcredit.excel import sending

    monkeypatch.setattr(sending, "open_outlook", lambda: "Outlook")
    post.errors, desk.face.agreements = [MailServerMissingError()], [True, True]
    assert press("send", desk).text.endswith("Sono anche nelle Bozze di Outlook.")
    assert post.outlook == "Outlook"


def test_without_pdfs_word_documents_are_offered(desk, press, post):
    post.errors = [OfficeMissingError()]
    desk.face.agreements = [True, True]
    press("send", desk)
    assert [request.as_pdf for request in post.requests] == [True, False]


def test_nothing_to_send_is_said(make_desk, press):
    assert "Nessuna lettera da spedire." in press("send", make_desk()).text


# --- receipts


def select_first_reminder(desk):
    desk.workbook.Worksheets.Item("Solleciti").Activate()
    row = desk.workbook.ActiveSheet.ListObjects.Item(1).DataBodyRange.Row
    desk.application.Range(f"A{row}").Select()


def cells(desk, key):
    book = LiveBook(desk.workbook)
    return book.read("reminders")["reminders"].frame[book.headers("reminders")[key]].dropna().tolist()


def test_a_receipt_is_recorded_with_its_proof(desk, press, tmp_path):
    proof = tmp_path / "avviso.pdf"
    proof.write_bytes(b"%PDF")
    select_first_reminder(desk)
    desk.face.texts, desk.face.agreements = ["ricev", "30/10/2026", "RAC 123"], [True]
    desk.face.files = [proof]
    told = press("receipt", desk)
    assert told.text == "Registrato: S261030-001, Ricevuta, 30/10/2026."
    assert WORDS.choice("event", "delivered") in cells(desk, "event")
    assert "avviso.pdf" in cells(desk, "file")


def test_a_receipt_recorded_twice_is_said(desk, press):
    for _ in range(2):
        select_first_reminder(desk)
        desk.face.texts, desk.face.agreements = ["ricev", "30/10/2026", ""], [False]
        told = press("receipt", desk)
    assert told.text.startswith("Era già registrato")


def test_a_letter_that_came_back_has_no_proof(desk, press):
    select_first_reminder(desk)
    desk.face.texts = ["tornata", "30/10/2026", "sconosciuto"]
    assert press("receipt", desk).text == "Registrato: S261030-001, Tornata al mittente, 30/10/2026."


def test_a_receipt_before_its_letter_is_refused(desk, press):
    select_first_reminder(desk)
    desk.face.texts = ["spedita", "1/1/2026", ""]
    told = press("receipt", desk)
    assert told.tone == "failed"
    assert cells(desk, "event") == [WORDS.choice("event", "issued")] * 4


def test_the_file_of_a_receipt_that_is_not_chosen_records_nothing(desk, press):
    select_first_reminder(desk)
    desk.face.texts, desk.face.agreements, desk.face.files = ["ricev", "30/10/2026", ""], [True], [None]
    assert press("receipt", desk) is None
    assert cells(desk, "event") == [WORDS.choice("event", "issued")] * 4


def test_without_a_selected_row_receipts_are_read_from_a_folder(desk, press, tmp_path):
    (tmp_path / "ricevute").mkdir()
    (tmp_path / "ricevute" / "altro.eml").write_text("Subject: altro\n\naltro", "utf-8")
    desk.workbook.Worksheets.Item("Guida").Activate()
    desk.face.agreements, desk.face.files = [True], [tmp_path / "ricevute"]
    told = press("receipt", desk)
    assert told.text.splitlines()[0] == "0 ricevute registrate."
    assert told.text.endswith("1 file non è una ricevuta PEC delle lettere di questo registro.")


def test_a_folder_of_receipts_is_a_choice_beside_the_fates(desk, press):
    select_first_reminder(desk)
    desk.face.texts, desk.face.files = ["leggere"], [None]
    assert press("receipt", desk) is None
    assert "leggere le ricevute PEC" in desk.face.questions[0]
