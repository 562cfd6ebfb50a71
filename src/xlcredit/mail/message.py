"""A letter's message: headers, text, attachments; as it goes to a server, or as a draft.

Built by the standard library, whose headers refuse line breaks; what a person typed (subject, names) is put on one
line first. The Message-ID follows from the letter and the attempt, so that the same attempt has the same one
whenever it is made, and receipts that quote it find their letter.
"""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from xlcredit.letters.names import safe_name

if TYPE_CHECKING:
    import datetime as dt

POLICY = SMTP.clone(cte_type="7bit")
"""CRLF, lines that every server takes, no eight-bit text: servers need not offer 8BITMIME."""

_LONGEST_SUBJECT = 200
_LONGEST_FILE_NAME = 120
_ID_DIGITS = 16
_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".p7m": "application/pkcs7-mime",
    ".pdf": "application/pdf",
    ".xml": "application/xml",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter on its way.

    Attributes:
        sender: address.
        sender_name: the company's.
        to: addresses.
        subject: of one line.
        body: plain text.
        attachments: the letter first.
        message_id: with its angle brackets.
        date: with its zone.
    """

    sender: str
    sender_name: str
    to: tuple[str, ...]
    subject: str
    body: str
    attachments: tuple[Attachment, ...]
    message_id: str
    date: dt.datetime


def message_id_of(reminder_id: str, attempt: int, fingerprint: str, sender: str) -> str:
    """The Message-ID of one attempt to send a letter.

    Args:
        reminder_id: in the register.
        attempt: 1 for the first.
        fingerprint: of the letter's file, so that two companies' letters of one number differ.
        sender: its host is the right-hand side.

    >>> message_id_of("S261030-001", 1, "00ff", "a@example.com")
    '<S261030-001.1.a8d527cd35821f95@example.com>'
    """
    digest = hashlib.sha256(f"{reminder_id}\n{attempt}\n{fingerprint}".encode()).hexdigest()
    left = "".join(
        mark if mark.isascii() and (mark.isalnum() or mark == "-") else "-" for mark in reminder_id
    )
    return f"<{left}.{attempt}.{digest[:_ID_DIGITS]}@{sender.rpartition('@')[2]}>"


def build_message(mail: Mail) -> EmailMessage:
    """The message of a letter.

    Raises:
        ValueError: an address that is none; addresses are checked before (`addresses`).
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(one_line(mail.sender_name), addr_spec=mail.sender)
    message["To"] = [Address(addr_spec=address) for address in mail.to]
    message["Subject"] = one_line(mail.subject)[:_LONGEST_SUBJECT]
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = mail.message_id
    message.set_content(mail.body)
    for attachment in mail.attachments:
        _attach(message, attachment)
    return message


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    name = safe_name(attachment.name, _LONGEST_FILE_NAME)
    suffix = f".{name.rpartition('.')[2].lower()}"
    kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    main, _, sub = kind.partition("/")
    message.add_attachment(attachment.data, maintype=main, subtype=sub, filename=name)


def draft_bytes(mail: Mail) -> bytes:
    """A message as a draft: mail programs open a file with `X-Unsent: 1` ready to be looked at and sent."""
    message = build_message(mail)
    message["X-Unsent"] = "1"
    return message.as_bytes()


def one_line(text: str) -> str:
    r"""A text without breaks and control characters: what a header can hold.

    >>> one_line("Sollecito\r\nBcc: tutti@example.com")
    'Sollecito Bcc: tutti@example.com'
    """
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
