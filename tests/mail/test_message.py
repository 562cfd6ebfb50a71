import datetime as dt
import email
from dataclasses import replace
from email.policy import default

import pytest

from xlcredit.mail.message import Attachment, Mail, build_message, draft_bytes, message_id_of, one_line

MAIL = Mail(
    sender="crediti@example.com",
    sender_name="Officine Esempio S.r.l.",
    to=("anna@example.org", "conti@example.org"),
    subject="Comunicazione – rif. S261030-001",
    body="Gentile Cliente,\n\nperché no?\n.\n.riga con il punto\n",
    attachments=(
        Attachment("C001_Alfa_S261030-001.docx", b"PK\3\4"),
        Attachment("fattura è 1.pdf", b"%PDF-1.4\n" + bytes(range(256))),
    ),
    message_id="<S261030-001.1.ab@example.com>",
    date=dt.datetime(2026, 10, 30, 9, 0, tzinfo=dt.UTC),
)


def read(data):
    return email.message_from_bytes(data, policy=default)


def test_message_says_who_writes_to_whom_about_what():
    message = read(build_message(MAIL).as_bytes())
    assert message["From"] == '"Officine Esempio S.r.l." <crediti@example.com>'
    assert message["To"] == "anna@example.org, conti@example.org"
    assert message["Subject"] == "Comunicazione – rif. S261030-001"
    assert message["Message-ID"] == "<S261030-001.1.ab@example.com>"
    assert message["Date"] == "Fri, 30 Oct 2026 09:00:00 +0000"
    assert message.get_body().get_content().splitlines() == MAIL.body.splitlines()


def test_attachments_arrive_as_they_are():
    word, pdf = read(build_message(MAIL).as_bytes()).iter_attachments()
    assert word.get_filename() == "C001_Alfa_S261030-001.docx"
    assert word.get_content_type().endswith("wordprocessingml.document")
    assert word.get_content() == b"PK\3\4"
    assert pdf.get_filename() == "fattura_è_1.pdf"
    assert pdf.get_content_type() == "application/pdf"
    assert pdf.get_content() == MAIL.attachments[1].data


def test_message_goes_over_every_line():
    data = build_message(replace(MAIL, body="à" * 3000)).as_bytes()
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert b"\n" not in data.replace(b"\r\n", b"")


@pytest.mark.parametrize("field", ["subject", "sender_name"])
def test_a_line_break_in_a_name_adds_no_header(field):
    hostile = replace(MAIL, **{field: "Rossi\r\nBcc: tutti@example.com\r\n\r\nciao"})
    message = read(build_message(hostile).as_bytes())
    assert message["Bcc"] is None
    assert set(message.keys()) == set(read(build_message(MAIL).as_bytes()).keys())


def test_a_line_break_in_a_file_name_adds_no_header():
    hostile = replace(MAIL, attachments=(Attachment('a"\r\nX-Evil: 1\r\n.pdf', b"%PDF"),))
    message = read(build_message(hostile).as_bytes())
    assert [key for part in message.walk() for key in part.keys() if key == "X-Evil"] == []  # noqa: SIM118  headers


@pytest.mark.parametrize("field", ["sender", "to"])
def test_what_is_no_address_makes_no_message(field):
    evil = "anna@example.com\r\nBcc: tutti@example.com"
    with pytest.raises(ValueError, match=r".+"):
        build_message(replace(MAIL, **{field: evil if field == "sender" else (evil,)}))


def test_draft_is_opened_as_unsent():
    assert read(draft_bytes(MAIL))["X-Unsent"] == "1"
    assert "X-Unsent" not in build_message(MAIL)


def test_message_id_follows_from_letter_and_attempt():
    own = message_id_of("S261030-001", 1, "aa", "crediti@example.com")
    assert own == message_id_of("S261030-001", 1, "aa", "crediti@example.com")
    others = {
        message_id_of("S261030-002", 1, "aa", "crediti@example.com"),
        message_id_of("S261030-001", 2, "aa", "crediti@example.com"),
        message_id_of("S261030-001", 1, "ab", "crediti@example.com"),
    }
    assert own not in others
    assert len(others) == 3


def test_message_id_holds_nothing_that_ends_it():
    assert message_id_of("S1>\r\n<x", 1, "aa", "a@example.com").startswith("<S1----x.1.")


def test_one_line_keeps_words_and_drops_breaks():
    assert one_line("  Rossi\t&\r\n Figli\u2028\x00 ") == "Rossi & Figli"
