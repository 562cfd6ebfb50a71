"""Letters sent as PDF: made where they are missing or older than the letter, and kept beside it."""

import os
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "operations"))
from companies import AS_OF, make_book, settings

from mail_server import free_port, running
from xlcredit.operations.issue import Request, issue
from xlcredit.operations.outbox import Choice
from xlcredit.operations.send import Pace, SendRequest, send

pytestmark = pytest.mark.office
PORT = free_port()


def test_letters_go_as_pdf(tmp_path):
    own = settings(smtp_host="localhost", smtp_port=PORT, mail_pause_seconds=0)
    book = make_book(tmp_path / "book.xlsm", settings=own)
    issue(book, Request(tmp_path / "out", AS_OF))
    letters = sorted((tmp_path / "out").rglob("C*.docx"))
    stale = letters[0].with_suffix(".pdf")
    stale.write_bytes(b"vecchio")
    os.utime(stale, (0, 0))
    with running(tmp_path, port=PORT) as (_, mailbox):
        done = send(book, SendRequest(Choice(tmp_path / "out"), any_hour=True), Pace(wait=lambda _: None))
    assert done.count("sent") == len(letters) == 3
    sent = [next(message.iter_attachments()) for message in mailbox.messages]
    assert {part.get_content_type() for part in sent} == {"application/pdf"}
    assert {part.get_filename() for part in sent} == {path.with_suffix(".pdf").name for path in letters}
    assert all(part.get_content().startswith(b"%PDF-") for part in sent)
    assert sorted(path.read_bytes() for path in (tmp_path / "out").rglob("*.pdf")) == sorted(
        part.get_content() for part in sent
    )
