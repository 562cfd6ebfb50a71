"""Against a real server: what is known of a message after each way in which a server can fail."""

import contextlib
import datetime as dt
import os
import smtplib
import socket
import threading
import time
from unittest import mock

import pytest

from mail_server import PASSWORD, USER, Mailbox, free_port, running
from xlcredit.mail.account import Account
from xlcredit.mail.delivery import Delivery
from xlcredit.mail.errors import (
    MailCertificateError,
    MailLoginRefusedError,
    MailSenderRefusedError,
    MailServerUnreachableError,
    MailUnprotectedError,
)
from xlcredit.mail.message import Mail, build_message

SENDER = "crediti@example.com"


def account(server, **changes):
    values = {"channel": "email", "host": "localhost", "port": server.port, "user": "", "sender": SENDER}
    return Account(**{**values, "sender_name": "Esempio", **changes})


def message(number=1, body="Gentile Cliente,\n.\n..\nfine"):
    mail = Mail(
        SENDER, "Esempio", ("anna@example.org",), "Lettera", body, (), f"<{number}@example.com>",
        dt.datetime(2026, 10, 30, 9, 0, tzinfo=dt.UTC),
    )  # fmt: skip
    return build_message(mail).as_bytes()


def deliver(line, number=1, to=("anna@example.org",), steps=None, **options):
    return line.deliver(
        message(number, **options), to, lambda: steps.append(number) if steps is not None else None
    )


@pytest.fixture
def post(tmp_path):
    with running(tmp_path) as (server, mailbox):
        line = Delivery(account(server))
        yield line, mailbox
        line.close()


def test_message_arrives_as_it_was_written(post):
    line, mailbox = post
    assert deliver(line).state == "sent"
    assert mailbox.taken == [message()]
    assert mailbox.envelopes[0].mail_from == SENDER
    assert mailbox.envelopes[0].rcpt_tos == ["anna@example.org"]


def test_lines_that_begin_with_dots_stay(post):
    line, mailbox = post
    deliver(line, body=".\n..\n.fine\n")
    assert mailbox.messages[0].get_content().splitlines() == [".", "..", ".fine"]


def test_many_messages_go_over_one_line(post):
    line, mailbox = post
    assert {deliver(line, number).state for number in range(20)} == {"sent"}
    assert mailbox.ids == [f"<{number}@example.com>" for number in range(20)]


def test_the_caller_is_told_before_the_final_dot(post):
    line, mailbox = post
    seen = []
    line.deliver(message(), ["anna@example.org"], lambda: seen.append(len(mailbox.taken)))
    assert seen == [0]


def test_a_refused_recipient_fails_with_the_servers_words(post):
    line, mailbox = post
    mailbox.refused = {"bruno@example.org"}
    steps = []
    outcome = deliver(line, to=("anna@example.org", "bruno@example.org"), steps=steps)
    assert outcome == ("failed", "550 5.1.1 casella inesistente")
    assert mailbox.taken == steps == []
    assert deliver(line, 2).state == "sent"
    assert mailbox.ids == ["<2@example.com>"]


def test_a_refusal_with_which_the_server_hangs_up_is_kept(post):
    line, mailbox = post
    mailbox.refused, mailbox.hangs_up = {"anna@example.org"}, True
    assert deliver(line) == ("failed", "550 5.1.1 casella inesistente")
    mailbox.refused = set()
    assert deliver(line).state == "sent"


@pytest.mark.parametrize(
    "words", ["553 5.7.1 mittente non ammesso", "530 5.7.0 serve un accesso", "550 5.7.1 account bloccato"]
)
def test_a_refused_sender_is_no_refusal_of_the_letter(post, words):
    line, mailbox = post
    mailbox.refuses_sender = words
    steps = []
    with pytest.raises(MailSenderRefusedError) as told:
        deliver(line, steps=steps)
    assert (told.value.facts["sender"], told.value.facts["reason"]) == (SENDER, words)
    assert mailbox.taken == steps == []
    mailbox.refuses_sender = ""
    assert deliver(line).state == "sent"


def test_an_account_that_is_asked_for_at_the_recipient_is_no_refusal_of_the_letter(post):
    line, mailbox = post
    mailbox.refused, mailbox.refusal = {"anna@example.org"}, "530 5.7.0 serve un accesso"
    with pytest.raises(MailSenderRefusedError):
        deliver(line)


def test_a_sender_refused_for_now_defers(post):
    line, mailbox = post
    mailbox.refuses_sender = "451 4.7.1 troppi messaggi"
    assert deliver(line) == ("deferred", "451 4.7.1 troppi messaggi")


def test_a_busy_server_defers(post):
    line, mailbox = post
    mailbox.busy = {"anna@example.org": 1}
    assert deliver(line) == ("deferred", "451 4.7.1 riprovare fra poco")
    assert deliver(line).state == "sent"
    assert len(mailbox.taken) == 1


def test_a_refused_text_fails(post):
    line, mailbox = post
    mailbox.refuses_text = {"Lettera"}
    assert deliver(line) == ("failed", "554 5.6.0 contenuto rifiutato")
    mailbox.refuses_text = set()
    assert deliver(line, 2).state == "sent"


@pytest.mark.parametrize("how", ["taken", "lost"])
def test_a_line_that_breaks_after_the_dot_leaves_a_doubt(post, how):
    line, mailbox = post
    mailbox.breaks = {"<1@example.com>": how}
    assert deliver(line).state == "ambiguous"
    assert len(mailbox.taken) == (how == "taken")
    assert deliver(line, 2).state == "sent"


def test_a_server_silent_after_the_dot_leaves_a_doubt(tmp_path):
    with running(tmp_path, Mailbox(slow_seconds=2)) as (server, _):
        line = Delivery(account(server), end_seconds=0.2)
        assert deliver(line).state == "ambiguous"
        line.close()


def test_a_slow_server_is_waited_for(tmp_path):
    with running(tmp_path, Mailbox(slow_seconds=3)) as (server, mailbox):
        line = Delivery(account(server), seconds=2)
        assert deliver(line).state == "sent"
        line.close()
    assert len(mailbox.taken) == 1


def test_a_slow_line_is_given_its_time_as_long_as_it_moves(tmp_path):
    with running(tmp_path) as (server, mailbox), slow_line(server.port, bytes_a_second=2_000_000) as port:
        line = Delivery(account(server, port=port), seconds=2)
        text = "x" * 70 + "\n"
        start = time.monotonic()
        assert deliver(line, body=text * 120_000).state == "sent"
        assert time.monotonic() - start > 3
        line.close()
    assert len(mailbox.taken) == 1


@contextlib.contextmanager
def slow_line(port, bytes_a_second):
    """A port that hands on what it is sent to another one, slowly; answers go back at once."""
    with socket.create_server(("localhost", 0)) as entry, contextlib.ExitStack() as lines:
        entry.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)

        def serve():
            client = lines.enter_context(entry.accept()[0])
            server = lines.enter_context(socket.create_connection(("localhost", port)))
            back = threading.Thread(target=hand_on, args=(server, client, 0), daemon=True)
            back.start()
            hand_on(client, server, 1 / bytes_a_second)
            back.join()

        service = threading.Thread(target=serve, daemon=True)
        service.start()
        yield entry.getsockname()[1]
        service.join(timeout=10)


def hand_on(source, target, seconds_a_byte):
    """Until the source hangs up."""
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
            time.sleep(len(data) * seconds_a_byte)
        target.shutdown(socket.SHUT_WR)


def test_a_line_that_breaks_before_the_dot_leaves_no_doubt(post):
    line, mailbox = post
    line.connect()
    line._smtp.sock.shutdown(socket.SHUT_RDWR)
    steps = []
    assert deliver(line, steps=steps).state == "deferred"
    assert steps == []
    assert deliver(line).state == "sent"
    assert len(mailbox.taken) == 1


def test_a_step_that_cannot_be_kept_is_not_taken(post):
    line, mailbox = post
    with pytest.raises(OSError, match="full"):
        line.deliver(message(), ["anna@example.org"], mock.Mock(side_effect=OSError("full")))
    assert deliver(line, 2).state == "sent"
    assert mailbox.ids == ["<2@example.com>"]


def test_tls_from_the_first_byte(tmp_path):
    port = free_port()
    with (
        running(tmp_path, protection="tls", port=port) as (server, mailbox),
        mock.patch("xlcredit.mail.account.TLS_PORT", port),
    ):
        line = Delivery(account(server))
        assert deliver(line).state == "sent"
        line.close()
    assert len(mailbox.taken) == 1


def test_user_and_password_are_shown(tmp_path):
    with running(tmp_path, login=True) as (server, mailbox):
        line = Delivery(account(server, user=USER, password=PASSWORD))
        assert deliver(line).state == "sent"
        line.close()
        with pytest.raises(MailLoginRefusedError) as told:
            Delivery(account(server, user=USER, password="sbagliata")).connect()  # noqa: S106
    assert len(mailbox.taken) == 1
    assert "sbagliata" not in str(told.value)
    assert PASSWORD not in repr(account(server, user=USER, password=PASSWORD))


def test_a_password_with_accents_goes_as_utf_8(tmp_path):
    with running(tmp_path, login=True, password="perché£€") as (server, mailbox):  # noqa: S106
        line = Delivery(account(server, user=USER, password="perché£€"))  # noqa: S106
        assert deliver(line).state == "sent"
        line.close()
        with pytest.raises(MailLoginRefusedError):
            Delivery(account(server, user="società", password="perché")).connect()  # noqa: S106
    assert len(mailbox.taken) == 1


def test_a_password_with_accents_at_a_server_without_plain_is_told(tmp_path):
    with running(tmp_path, login=True) as (server, _):
        server._options["auth_exclude_mechanism"] = ["PLAIN"]
        with pytest.raises(MailLoginRefusedError) as told:
            Delivery(account(server, user=USER, password="perché")).connect()  # noqa: S106
    assert told.value.facts["reason"] == "no AUTH PLAIN"


@pytest.mark.parametrize("host", ["smtp..example.com", ".smtp.example.com", f"{'x' * 70}.com"])
def test_a_name_that_can_be_no_servers_is_told(tmp_path, host):
    with running(tmp_path) as (server, _), pytest.raises(MailServerUnreachableError):
        Delivery(account(server, host=host)).connect()


def test_a_port_that_can_be_none_is_told(tmp_path):
    with running(tmp_path) as (server, _), pytest.raises(MailServerUnreachableError):
        Delivery(account(server, port=70_000)).connect()


def test_a_computer_whose_name_has_accents_sends(post):
    line, mailbox = post
    with mock.patch("socket.getfqdn", return_value="PC-Contabilità"):
        assert deliver(line).state == "sent"
    assert len(mailbox.taken) == 1


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path):
    with (
        running(tmp_path) as (server, _),
        mock.patch.dict(os.environ, clear=True),
        pytest.raises(MailCertificateError),
    ):
        Delivery(account(server)).connect()


def test_the_tests_server_goes_in_the_middle_of_a_handshake(tmp_path):
    """A client that looks at the certificate and hangs up leaves the server there: it must not wait for the rest."""
    with running(tmp_path) as (server, _), smtplib.SMTP("localhost", server.port) as client:
        client.ehlo()
        assert client.docmd("STARTTLS")[0] == 220
        server.stop()
        client.close()


def test_a_certificate_of_another_name_is_refused(tmp_path):
    with running(tmp_path) as (server, _), pytest.raises(MailCertificateError):
        Delivery(account(server, host="127.0.0.1")).connect()


def test_an_open_line_is_refused(tmp_path):
    with running(tmp_path, protection="none") as (server, mailbox), pytest.raises(MailUnprotectedError):
        Delivery(account(server)).connect()
    assert mailbox.taken == []


def test_a_server_that_is_not_there_is_named(tmp_path):
    with running(tmp_path) as (server, _):
        gone = account(server)
    with pytest.raises(MailServerUnreachableError) as told:
        Delivery(gone).connect()
    assert told.value.facts["port"] == str(gone.port)
