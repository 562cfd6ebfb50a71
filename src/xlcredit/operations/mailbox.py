"""The mailbox of a workbook, and its password, which the system keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlcredit.letters.parties import text_of
from xlcredit.mail.account import keep_password
from xlcredit.mail.errors import MailServerMissingError, MailUserMissingError
from xlcredit.operations.opened import open_for

if TYPE_CHECKING:
    from xlcredit.books import Place


class Mailbox(NamedTuple):
    """Where letters leave from: the server and the name by which it knows who sends."""

    host: str
    user: str


def mailbox_of(place: Place, channel: str) -> Mailbox:
    """The mailbox that the settings of a workbook name.

    Args:
        place: a workbook; it is only read.
        channel: email or pec.

    Raises:
        MailServerMissingError, MailUserMissingError: the setting is blank.
    """
    settings = open_for(place, to_write=False).policy.settings
    prefix = "pec_" if channel == "pec" else ""
    mailbox = Mailbox(text_of(settings, f"{prefix}smtp_host"), text_of(settings, f"{prefix}smtp_user"))
    if not mailbox.host:
        raise MailServerMissingError
    if not mailbox.user:
        raise MailUserMissingError
    return mailbox


def keep_mail_password(mailbox: Mailbox, password: str) -> None:
    """Give the system's keyring the password of a mailbox.

    Raises:
        KeyringMissingError: the system has no keyring.
    """
    keep_password(mailbox.host, mailbox.user, password)
