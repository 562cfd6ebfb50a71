"""A sending that dies: afterwards no letter has gone twice, and each is sent, unsent for certain, or in doubt."""

import collections
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from unittest import mock

import crash
import pandas as pd
import pytest
from companies import AS_OF, invoices, make_book, settings

from mail_server import Mailbox, free_port, running, trusted
from xlcredit.books import open_book
from xlcredit.core.ledger import typed_frame
from xlcredit.operations.issue import Request, issue
from xlcredit.operations.outbox import Choice
from xlcredit.operations.record_receipt import FateOfLetter, record_receipt
from xlcredit.operations.send import SendRequest, send
from xlcredit.operations.send_journal import SendJournal
from xlcredit.operations.sending_events import read_register
from xlcredit.schema import TABLES

MANY, KILLS = 1000, 10


def company(path, count, port):
    """A workbook with `count` customers, one overdue invoice each, and their letters issued."""
    codes = [f"C{number:04d}" for number in range(count)]
    customers = {"customer_id": codes, "name": codes, "kind": ["business"] * count}
    customers["email"] = [f"{code.lower()}@example.com" for code in codes]
    rows = pd.concat([invoices().head(1)] * count, ignore_index=True)
    rows = rows.assign(invoice_id=[f"{number}/2026" for number in range(count)], customer_id=codes)
    book = make_book(
        path,
        customers=typed_frame(
            TABLES["customers"], {key: pd.Series(cells) for key, cells in customers.items()}
        ),
        invoices=rows.astype(invoices().dtypes),
        settings=settings(smtp_host="localhost", smtp_port=port, mail_pause_seconds=0),
    )
    issue(book, Request(path.parent / "out", AS_OF))
    return book


def request(book, again=()):
    choice = Choice(book.parent / "out", again=frozenset(again))
    return SendRequest(choice, as_pdf=False, any_hour=True, round_seconds=0)


def fingerprint(folder):
    """What stands in a folder, temporary files and all."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    return tuple((path.name, hashlib.sha256(path.read_bytes()).digest()) for path in files)


def events_of(book):
    """The events of the register, typed."""
    return read_register(open_book(book)).dropna(subset=["event_id"])


def newest_states(book):
    """Reminder -> its newest event of the whole letter; letters without one are missing."""
    events = events_of(book)
    events = events[events["invoice_id"].isna()]
    return dict(zip(events["reminder_id"].astype("str"), events["event"].astype("str"), strict=True))


def test_killed_at_any_step_no_letter_goes_twice(tmp_path):
    """Every state of the folder that a crash can leave, with what the server had by then, is gone on from."""
    port = free_port()
    start = tmp_path / "start"
    start.mkdir()
    book = company(start / "book.xlsm", 2, port)
    left, had, seen, is_running = tmp_path / "left", [], set(), threading.Event()
    with running(tmp_path, port=port) as (_, mailbox):

        def keep():
            """The folder as it is now, unless it is as it was a moment ago."""
            now = (fingerprint(start), len(mailbox.ids))
            if now not in seen:
                seen.add(now)
                shutil.copytree(start, left / str(len(had)), ignore=shutil.ignore_patterns("*.lock"))
                had.append(list(mailbox.ids))

        write = SendJournal.write

        def write_and_keep(journal, step):
            keep()
            write(journal, step)
            keep()

        with mock.patch.object(SendJournal, "write", write_and_keep):
            is_running.set()
            crash.before_each_change(start, lambda _: is_running.is_set() and keep())
            send(book, request(book))
            is_running.clear()
        assert len(had) > 2 * 3 + 3
        assert had[-1] == mailbox.ids
    for number, before in enumerate(had):
        here = left / str(number) / "book.xlsm"
        with running(tmp_path, port=port) as (_, after):
            send(here, request(here))
        taken = collections.Counter([*before, *after.ids])
        states = newest_states(here)
        assert set(taken.values()) <= {1}, number
        assert len(states) == 2
        doubts = [reminder for reminder, state in states.items() if state == "ambiguous"]
        assert len(doubts) <= 1
        assert len(taken) >= 2 - len(doubts)
        assert set(states.values()) <= {"sent", "ambiguous"}


@pytest.fixture(scope="module")
def thousand(tmp_path_factory):
    folder = tmp_path_factory.mktemp("thousand")
    port = free_port()
    return company(folder / "book.xlsm", MANY, port), port


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_thousand_letters_none_lost_none_twice_though_killed_ten_times(thousand, tmp_path):
    book, port = thousand
    instants = random.Random(7)
    script = [
        sys.executable,
        str(Path(__file__).with_name("send_run.py")),
        str(book),
        str(book.parent / "out"),
    ]
    with running(tmp_path, Mailbox(slow_seconds=0.001), port=port) as (_, mailbox):
        environment = {**os.environ, **trusted(tmp_path)}
        for _ in range(KILLS):
            wanted = len(mailbox.taken) + instants.randrange(20, 90)
            process = subprocess.Popen(script, env=environment, stdout=subprocess.DEVNULL)
            while len(mailbox.taken) < wanted:
                assert process.poll() is None
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
            process.wait()
        subprocess.run(script, env=environment, check=True, capture_output=True)
        settle_doubts(book, mailbox)
    check_mailbox(book, mailbox)


def settle_doubts(book, mailbox):
    """What a person does: looks whether the message arrived, and says so, or sends it again."""
    events = events_of(book).query("event == 'ambiguous'")
    assert len(events) <= KILLS
    arrived = events["message_id"].isin(mailbox.ids)
    for reminder in events.loc[arrived, "reminder_id"]:
        record_receipt(book, FateOfLetter(reminder, "sent", AS_OF))
    if not arrived.all():
        send(book, request(book, again=events.loc[~arrived, "reminder_id"]))


def check_mailbox(book, mailbox):
    """The mailbox holds exactly the letters of the register."""
    events = events_of(book)
    assert set(newest_states(book).values()) == {"sent"}
    issued = events[events["event"] == "issued"]
    assert len(mailbox.taken) == len(set(mailbox.ids)) == len(issued) == MANY
    assert set(mailbox.ids) <= set(events["message_id"].dropna())
    hashes = dict(zip(issued["customer_id"].str.lower() + "@example.com", issued["file_hash"], strict=True))
    assert {
        message["To"]: hashlib.sha256(next(message.iter_attachments()).get_content()).hexdigest()
        for message in mailbox.messages
    } == hashes
