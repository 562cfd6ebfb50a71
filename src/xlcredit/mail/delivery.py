"""One message to a mail server, and what is known of it afterwards.

The message is given over in two steps: its text, then the final dot by which the server takes it. Whatever fails
before the dot leaves the message here for certain; whatever fails after it leaves in doubt whether it was taken.
So a message is only ever in doubt between the dot and the server's answer, and never sent again by itself then.
"""

from __future__ import annotations

import base64
import contextlib
import re
import smtplib
import socket
import ssl
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from xlcredit.mail.errors import (
    MailCertificateError,
    MailLoginRefusedError,
    MailSenderRefusedError,
    MailServerUnreachableError,
    MailUnprotectedError,
)
from xlcredit.mail.message import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlcredit.mail.account import Account

State = Literal["sent", "failed", "deferred", "ambiguous"]

SECONDS = 60
"""How long a server may be silent."""

END_SECONDS = 600
"""How long it may be after the final dot: RFC 5321 (4.5.3.2.6) asks for ten minutes, lest a message that was taken
be in doubt."""

_CHUNK_BYTES = 65_536
"""Handed over at once: the server's silence is counted anew for each, so that a slow line may take its time."""

_LONGEST_WORDS = 300
_TAKEN, _REFUSED_FOR_NOW, _REFUSED = 2, 4, 5
_GO_AHEAD = 354
_OF_ACCOUNT = frozenset({530, 534, 535, 538})
"""Answers that ask for another login (RFC 4954, 6), whatever was said before them."""

_LOGGED_IN = frozenset({235, 503})
_UNREACHED = (OSError, UnicodeError, OverflowError)
"""What the way to a server raises: smtplib's errors are the first, a name or port that can be none the others."""

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")
_END: Final = b".\r\n"


class Outcome(NamedTuple):
    """What became of a message.

    Attributes:
        state: `sent` (the server took it), `failed` (refused for good), `deferred` (not taken, may be tried
            again), `ambiguous` (nobody can tell).
        words: the server's, or what happened to the line.
    """

    state: State
    words: str


class Delivery:
    """A line to the server of an account, opened when needed and again when it broke."""

    def __init__(self, account: Account, seconds: float = SECONDS, end_seconds: float = END_SECONDS) -> None:
        self._account = account
        self._seconds, self._end_seconds = seconds, end_seconds
        self._smtp: smtplib.SMTP | None = None

    def connect(self) -> None:
        """Open the line, if it is not open.

        Raises:
            MailServerUnreachableError, MailCertificateError, MailUnprotectedError, MailLoginRefusedError.
        """
        if self._smtp is None:
            self._smtp = _connected(self._account, self._seconds)

    def deliver(self, message: bytes, to: Sequence[str], before_end: Callable[[], None]) -> Outcome:
        """Give one message to the server.

        Args:
            message: with its headers.
            to: all of them, or none.
            before_end: called when the text is over and the final dot is about to go: what it keeps on disk
                tells, after a crash, a message in doubt from one that never left.

        Returns:
            What became of it; no failure of the line raises.

        Raises:
            MailSenderRefusedError: the server takes nothing from this sender; the message has not left.
            MailError: the line cannot be opened at all; the message has not left.
        """
        self.connect()
        smtp = self._smtp
        assert smtp is not None  # noqa: S101  `connect` opened it
        try:
            refusal = self._open_envelope(smtp, to)
            if refusal:
                self._begin_anew(smtp)
                return refusal
            _send_text(smtp, _as_lines(message))
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome("deferred", _words(error))
        try:
            before_end()
        except BaseException:  # the text has no end: a farewell would be taken as part of it
            self._smtp = None
            smtp.close()
            raise
        return self._end(smtp)

    def _open_envelope(self, smtp: smtplib.SMTP, to: Sequence[str]) -> Outcome | None:
        """Sender and recipients; what the server refused, or None when it waits for the text."""
        code, words = smtp.mail(self._account.sender)
        if code // 100 == _REFUSED:
            raise self._sender_refused(code, words)
        recipients = iter(to)
        while code // 100 == _TAKEN and (recipient := next(recipients, None)):
            code, words = smtp.rcpt(recipient)
        if code // 100 == _TAKEN:
            code, words = smtp.docmd("DATA")
        if code in _OF_ACCOUNT:
            raise self._sender_refused(code, words)
        return None if code == _GO_AHEAD else _not_taken(code, words)

    def _begin_anew(self, smtp: smtplib.SMTP) -> None:
        """Forget the message that was refused; a server that hangs up with the refusal has said it all the same."""
        try:
            smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.close()

    def _sender_refused(self, code: int, words: bytes) -> MailSenderRefusedError:
        self.close()
        own = self._account
        return MailSenderRefusedError(
            host=own.host, port=str(own.port), sender=own.sender, reason=_said(code, words)
        )

    def _end(self, smtp: smtplib.SMTP) -> Outcome:
        """The final dot, and the server's word on it."""
        try:
            _allow(smtp, self._end_seconds)
            smtp.send(_END)
            outcome = _outcome(*smtp.getreply())
            _allow(smtp, self._seconds)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome("ambiguous", _words(error))
        if outcome.state != "sent":
            self.close()  # what a refusing server expects next differs
        return outcome

    def close(self) -> None:
        """Hang up."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                smtp.quit()
            smtp.close()


def _connected(account: Account, seconds: float) -> smtplib.SMTP:
    """A protected line on which the server knows who speaks."""
    context = ssl.create_default_context()
    facts = {"host": account.host, "port": str(account.port)}
    smtp = None
    try:
        smtp = _dial(account, seconds, context)
        if smtp.sock is not None:  # else each final dot waits for the acknowledgement of the text before it
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        smtp.ehlo_or_helo_if_needed()
        if account.user:
            _log_in(smtp, account)
    except BaseException as error:
        if smtp is not None:
            smtp.close()
        if isinstance(error, ssl.SSLError):
            raise MailCertificateError(**facts, reason=_words(error)) from error
        if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError):
            raise MailLoginRefusedError(**facts, user=account.user, reason=_words(error)) from error
        if isinstance(error, _UNREACHED):
            raise MailServerUnreachableError(**facts, reason=_words(error)) from error
        raise
    return smtp


def _dial(account: Account, seconds: float, context: ssl.SSLContext) -> smtplib.SMTP:
    own = _own_name()
    if account.starts_protected:
        return smtplib.SMTP_SSL(account.host, account.port, own, timeout=seconds, context=context)
    smtp = smtplib.SMTP(account.host, account.port, own, timeout=seconds)
    try:
        _protect(smtp, account, context)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _own_name() -> str | None:
    """An address in the place of a computer's name that cannot go over the line (`PC-Contabilità`); None keeps it."""
    return None if socket.getfqdn().isascii() else "[127.0.0.1]"


def _log_in(smtp: smtplib.SMTP, account: Account) -> None:
    """Say who speaks. The library knows ASCII only; RFC 4616 has the rest go as UTF-8, by AUTH PLAIN."""
    if f"{account.user}{account.password}".isascii():
        smtp.login(account.user, account.password)
        return
    if "PLAIN" not in smtp.esmtp_features.get("auth", "").upper().split():
        message = "no AUTH PLAIN"
        raise smtplib.SMTPNotSupportedError(message)
    secret = base64.b64encode(f"\0{account.user}\0{account.password}".encode()).decode()
    code, words = smtp.docmd("AUTH", f"PLAIN {secret}")
    if code not in _LOGGED_IN:
        raise smtplib.SMTPAuthenticationError(code, words)


def _protect(smtp: smtplib.SMTP, account: Account, context: ssl.SSLContext) -> None:
    smtp.ehlo()
    if not smtp.has_extn("starttls"):
        raise MailUnprotectedError(host=account.host, port=str(account.port))
    smtp.starttls(context=context)


def _allow(smtp: smtplib.SMTP, seconds: float) -> None:
    """How long the server may be silent from now on."""
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def _send_text(smtp: smtplib.SMTP, text: bytes) -> None:
    for start in range(0, len(text), _CHUNK_BYTES):
        smtp.send(text[start : start + _CHUNK_BYTES])


def _not_taken(code: int, words: bytes) -> Outcome:
    """A server's answer before the text: the message has not left, whatever the answer is."""
    return Outcome("failed" if code // 100 == _REFUSED else "deferred", _said(code, words))


def _outcome(code: int, words: bytes) -> Outcome:
    """A server's answer to the dot: 2xx taken, 4xx not now, 5xx never; anything else cannot be understood."""
    states: dict[int, State] = {_TAKEN: "sent", _REFUSED_FOR_NOW: "deferred", _REFUSED: "failed"}
    return Outcome(states.get(code // 100, "ambiguous"), _said(code, words))


def _said(code: int, words: bytes) -> str:
    return f"{code} {one_line(words.decode('utf-8', 'replace'))}"[:_LONGEST_WORDS]


def _as_lines(message: bytes) -> bytes:
    """A message as it goes over the line: CRLF, leading dots doubled, ending with a line end."""
    lines = _LEADING_DOT.sub(b"..", _LINE_END.sub(b"\r\n", message))
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def _words(error: BaseException) -> str:
    """What an error says, on one line."""
    said = error.smtp_error if isinstance(error, smtplib.SMTPResponseException) else _reason(error)
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return one_line(text)[:_LONGEST_WORDS] or type(error).__name__


def _reason(error: BaseException) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
