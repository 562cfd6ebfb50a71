"""What can go wrong on the way to a mail server, and with what a message is made of."""

from __future__ import annotations

from xlcredit.errors import XlcreditError


class MailError(XlcreditError):
    """Base of the errors of sending; nothing has been sent by the call that raises one."""

    code = "mail"


class MailServerMissingError(MailError):
    """The settings name no server."""

    code = "mail-server-missing"


class MailUserMissingError(MailError):
    """The settings name no user whose password could be kept."""

    code = "mail-user-missing"


class MailSenderMissingError(MailError):
    """The settings name no address to send from."""

    code = "mail-sender-missing"


class MailSenderInvalidError(MailError):
    """The sender of the settings is no address."""

    code = "mail-sender-invalid"


class MailPasswordMissingError(MailError):
    """The system's keyring has no password for this user and server."""

    code = "mail-password-missing"


class KeyringMissingError(MailError):
    """The system has no keyring, or it is locked."""

    code = "mail-keyring-missing"


class MailServerUnreachableError(MailError):
    """The server does not answer, or stopped answering."""

    code = "mail-server-unreachable"


class MailCertificateError(MailError):
    """The server's certificate does not prove that it is the server of that name."""

    code = "mail-certificate"


class MailUnprotectedError(MailError):
    """The server offers no TLS: neither letters nor passwords go over an open line."""

    code = "mail-unprotected"


class MailLoginRefusedError(MailError):
    """The server does not take user or password."""

    code = "mail-login-refused"


class MailSenderRefusedError(MailError):
    """The server takes no message from this sender or account, whoever it is to."""

    code = "mail-sender-refused"


class OutlookMissingError(MailError):
    """Drafts for Outlook where there is no Outlook."""

    code = "outlook-missing"


class MailTemplateMissingError(MailError):
    """There is no text for the message, not even the general one."""

    code = "mail-template-missing"


class MailTemplateBrokenError(MailError):
    """The text of the message cannot be used: no subject, a broken tag, a name that does not exist."""

    code = "mail-template-broken"
