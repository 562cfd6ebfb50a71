"""A mail server for the tests: it speaks TLS with a certificate of its own, and fails as it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import email
import logging
import os
import random
import socket
import ssl
import warnings
from dataclasses import dataclass, field
from email.policy import default
from functools import cache
from typing import Any
from unittest import mock

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

import trustme

# What the server says of clients that hang up belongs to nobody's answer.
for _name in ("mail.log", "mail.debug", "asyncio"):
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False

USER, PASSWORD = "crediti", "parola d'ordine"


@cache
def authority():
    """Who vouches for the server's certificate."""
    return trustme.CA()


def trusted(folder):
    """The environment of a program that trusts the server: a file with its authority's certificate."""
    path = folder / "authority.pem"
    authority().cert_pem.write_to_path(str(path))
    return {"SSL_CERT_FILE": str(path)}


@dataclass
class Mailbox:
    """What the server took, and how it is to fail.

    Attributes:
        taken: the messages, as bytes, in order.
        refuses_sender: what the server answers to any sender (553, 530); "" takes all.
        refused: recipients that do not exist.
        refusal: what the server says of those.
        hangs_up: after such a refusal.
        busy: recipients that get 451 so many times before they are served.
        breaks: Message-IDs at which the line breaks after the final dot: `taken` before it broke, or `lost`.
        breaks_early: Message-IDs at whose text the line breaks, before the final dot; once each.
        refuses_text: subjects that the server does not want (554).
        slow_seconds: how long it thinks over each message.
    """

    taken: list[bytes] = field(default_factory=list)
    refuses_sender: str = ""
    refused: set[str] = field(default_factory=set)
    refusal: str = "550 5.1.1 casella inesistente"
    hangs_up: bool = False
    busy: dict[str, int] = field(default_factory=dict)
    breaks: dict[str, str] = field(default_factory=dict)
    refuses_text: set[str] = field(default_factory=set)
    slow_seconds: float = 0
    envelopes: list[Any] = field(default_factory=list)

    @property
    def messages(self):
        """The messages taken, read."""
        return [email.message_from_bytes(data, policy=default) for data in self.taken]

    @property
    def ids(self):
        """Their Message-IDs."""
        return [message["Message-ID"] for message in self.messages]

    async def handle_MAIL(self, _server, _session, envelope, address, _options):  # noqa: N802
        envelope.mail_from = address
        return self.refuses_sender or "250 OK"

    async def handle_RCPT(self, server, _session, envelope, address, _options):  # noqa: N802
        if address in self.refused:
            if self.hangs_up:
                await server.push(self.refusal)
                server.transport.close()
            return self.refusal
        if self.busy.get(address, 0) > 0:
            self.busy[address] -= 1
            return "451 4.7.1 riprovare fra poco"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        message = email.message_from_bytes(envelope.content, policy=default)
        await asyncio.sleep(self.slow_seconds)
        how = self.breaks.get(message["Message-ID"]) or self.breaks.get("*")
        if how != "lost" and message["Subject"] not in self.refuses_text:
            self.taken.append(envelope.content)
            self.envelopes.append(envelope)
        if how:
            server.transport.abort()
        if message["Subject"] in self.refuses_text:
            return "554 5.6.0 contenuto rifiutato"
        return "250 OK"


_TURNS = 4
"""Of the loop, to hang up in."""


class Server(Controller):
    """The server, with STARTTLS, or with TLS from the first byte."""

    def __init__(self, mailbox, *, protection="starttls", login=False, password=PASSWORD, port=None):
        issued = authority().issue_cert("localhost")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        issued.configure_cert(context)
        self._options = {"enable_SMTPUTF8": False, "loop": None, "data_size_limit": 40_000_000}
        if protection == "starttls":
            self._options |= {"tls_context": context, "require_starttls": True}
        if login:
            self._options |= {"authenticator": _knows(password), "auth_required": True}
        self.is_implicit = protection == "tls"
        self._conversations = []
        super().__init__(
            mailbox,
            hostname="localhost",
            port=port or free_port(),
            ssl_context=context if self.is_implicit else None,
        )

    def factory(self):
        """A conversation with one client."""
        options = {key: value for key, value in self._options.items() if key != "loop"}
        conversation = SMTP(self.handler, hostname="localhost", timeout=60, **options)
        self._conversations.append(conversation)
        return conversation

    def stop(self, **options):
        """Go away; once is enough."""
        if not self.loop.is_closed():
            asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(timeout=10)
            super().stop(**options)

    async def _hang_up(self):
        """End every conversation: a line that outlives the loop is told as a leak, in whatever test runs then.

        In turns, not until all is over: a line just taken speaks a turn later, and one whose handshake stopped
        half-way never hears of its end.
        """
        self.server.close()
        for _ in range(_TURNS):
            for each in self._conversations:
                for line in (each.transport, each._original_transport):  # what is under TLS, too
                    if line is not None:
                        line.abort()
            await asyncio.sleep(0.01)

    def _trigger_server(self):
        """The conversation that makes the server ready; it is not a client's, so it needs no certificate."""
        with socket.create_connection(("localhost", self.port), timeout=10):
            pass


def _knows(password):
    """Who lets the user in with that password."""

    def authenticate(_server, _session, _envelope, mechanism, data):
        is_right = mechanism in {"LOGIN", "PLAIN"} and data == LoginPassword(USER.encode(), password.encode())
        return AuthResult(success=is_right, handled=is_right)

    return authenticate


def free_port():
    """A port that nobody listens on, below those that the system gives to clients."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("localhost", port))
            return port


@contextlib.contextmanager
def running(folder, mailbox=None, **options):
    """A running server and its mailbox; this process trusts it meanwhile."""
    mailbox = mailbox or Mailbox()
    server = Server(mailbox, **options)
    server.start()
    try:
        with mock.patch.dict(os.environ, trusted(folder)):
            yield server, mailbox
    finally:
        server.stop()
