"""The mailbox that letters leave from: where its server is, and the password that the system keeps.

The password is in the system's keyring (Credential Manager on Windows, Keychain on the Mac), never in the
workbook, which goes from hand to hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from xlcredit.email_addresses import is_address
from xlcredit.letters.parties import text_of
from xlcredit.mail.errors import (
    KeyringMissingError,
    MailPasswordMissingError,
    MailSenderInvalidError,
    MailSenderMissingError,
    MailServerMissingError,
)

CHANNELS = ("email", "pec")
"""Channels of the register that go by mail servers."""

TLS_PORT = 465
"""On this port the line is protected from the first byte; on every other one by STARTTLS."""

_PREFIX = {"email": "", "pec": "pec_"}
_OWN_ADDRESS = {"email": "company_email", "pec": "company_pec"}
_SENDER = {"email": "mail_from", "pec": "pec_from"}
_SERVICE = "xlcredit"


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox.

    Attributes:
        channel: email or pec.
        host, port: of its server.
        user: blank where the server asks for none.
        sender: the address that letters bear.
        sender_name: the company's.
        password: "" where there is no user; never shown.
    """

    channel: str
    host: str
    port: int
    user: str
    sender: str
    sender_name: str
    password: str = field(default="", repr=False)

    @property
    def starts_protected(self) -> bool:
        """Whether TLS comes before the first word."""
        return self.port == TLS_PORT


def sender_of(settings: Any, channel: str) -> str:  # noqa: ANN401  the policy's settings
    """The address that letters of a channel bear.

    Raises:
        MailSenderMissingError: there is none.
        MailSenderInvalidError: what is there is none.
    """
    own, company = _SENDER[channel], _OWN_ADDRESS[channel]
    address = text_of(settings, own) or text_of(settings, company)
    if not address:
        raise MailSenderMissingError
    if not is_address(address):
        raise MailSenderInvalidError(found=address)
    return address


def account_of(settings: Any, channel: str) -> Account:  # noqa: ANN401  the policy's settings
    """The mailbox of a channel, with its password.

    Raises:
        MailServerMissingError, MailSenderMissingError, MailSenderInvalidError: of the settings.
        MailPasswordMissingError, KeyringMissingError: of the keyring.
    """
    prefix = _PREFIX[channel]
    host, user = text_of(settings, f"{prefix}smtp_host"), text_of(settings, f"{prefix}smtp_user")
    if not host:
        raise MailServerMissingError
    sender, port = sender_of(settings, channel), getattr(settings, f"{prefix}smtp_port")
    password = password_of(host, user) if user else ""
    return Account(channel, host, port, user, sender, text_of(settings, "company_name"), password)


def password_of(host: str, user: str) -> str:
    """The password that the keyring has for `user` on `host`.

    Raises:
        MailPasswordMissingError: it has none.
        KeyringMissingError: there is no keyring, or it stays locked.
    """
    import keyring  # noqa: PLC0415  asks the system when loaded
    import keyring.errors  # noqa: PLC0415

    try:
        password = keyring.get_password(_SERVICE, f"{user}@{host}")
    except keyring.errors.KeyringError as error:
        raise KeyringMissingError(reason=str(error).splitlines()[0]) from error
    if not password:
        raise MailPasswordMissingError(user=user, host=host)
    return password


def keep_password(host: str, user: str, password: str) -> None:
    """Give the keyring the password of `user` on `host`.

    Raises:
        KeyringMissingError: there is no keyring, or it stays locked.
    """
    import keyring  # noqa: PLC0415  asks the system when loaded
    import keyring.errors  # noqa: PLC0415

    try:
        keyring.set_password(_SERVICE, f"{user}@{host}", password)
    except keyring.errors.KeyringError as error:
        raise KeyringMissingError(reason=str(error).splitlines()[0]) from error
