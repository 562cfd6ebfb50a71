"""Sending, against the same messages given to the same server by the standard library alone.

1,000 letters go over TLS to a mail server on this machine; ours are looked up in the workbook, checked against the
register, kept in the journal on the disk step by step, and recorded. `python -m bench.sending` prints the table; it
needs the packages of the tests. Seconds, as most of them are waiting for the disk and the server.
"""

from __future__ import annotations

import smtplib
import ssl
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.data import Row

LETTERS, MOST_RATIO = 1000, 2.0
TESTS = Path(__file__).parents[1] / "tests"


def run() -> list[Row]:
    """The table's line."""
    sys.path[:0] = [str(TESTS), str(TESTS / "operations")]
    from test_send_crash import company, request  # type: ignore[import-not-found,unused-ignore]

    from mail_server import free_port, running  # type: ignore[import-not-found,unused-ignore]
    from xlcredit.operations.send import send

    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        book = company(Path(folder) / "book.xlsm", LETTERS, port)
        with running(Path(folder), port=port) as (_, mailbox):
            start = time.perf_counter()
            done = send(book, request(book))
            ours = time.perf_counter() - start
            messages = mailbox.messages
            assert done.count("sent") == len(messages) == len(set(mailbox.ids)) == LETTERS
            theirs = _plainly(messages, port)
    ratio = ours / theirs
    name = f"send {LETTERS} letters over TLS, s"
    return [
        Row(name, f"{ours:.1f}", f"{theirs:.1f} smtplib", ratio, f"<= {MOST_RATIO:g}", ratio <= MOST_RATIO)
    ]


def _plainly(messages: list[Any], port: int) -> float:
    """Seconds for the same messages over one line, nothing looked up and nothing recorded."""
    start = time.perf_counter()
    with smtplib.SMTP("localhost", port) as line:
        line.starttls(context=ssl.create_default_context())
        for message in messages:
            line.send_message(message)
    return time.perf_counter() - start


if __name__ == "__main__":
    from bench.__main__ import show

    show(run())
