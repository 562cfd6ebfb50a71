"""Receipts of certified e-mail: what each says, taken only from what it proves consistently.

A receipt is a message of the provider, usually signed (S/MIME), with the file `daticert.xml`: kind, moment,
recipient, and the Message-ID of the message it is about. The provider's signature is not checked here: a receipt
counts only for a message that the register sent, and the file itself stays as the proof that a lawyer checks.
Law: DPR 68/2005; DM 2 November 2005, technical rules of certified e-mail.
"""

from __future__ import annotations

import datetime as dt
import email
import re
from dataclasses import dataclass
from email.policy import default
from typing import TYPE_CHECKING, Any, cast

from lxml import etree

from xlcredit.mail.message import one_line

if TYPE_CHECKING:
    from email.message import EmailMessage

LARGEST_BYTES = 60_000_000
"""A full receipt carries the message it is about: the largest that providers take, and its encoding."""

CERTIFICATE = "daticert.xml"
_SIZE, _PARTS, _KIND, _MESSAGE, _MOMENT = "size", "parts", "tipo", "msgid", "data"
"""What of a file shows that it is no receipt."""

_LARGEST_DATA = 200_000
_MOST_PARTS = 200
_DECLARATION = re.compile(rb"<!\s*(?:ENTITY|DOCTYPE[^>]*\[)", re.IGNORECASE)
"""Some providers name the technical rules' DTD, which nobody loads; declarations of a receipt's own are refused."""

_ZONE = re.compile(r"([+-])(\d\d):?(\d\d)")

KINDS = {
    "accettazione": "accepted",
    "avvenuta-consegna": "delivered",
    "non-accettazione": "refused",
    "errore-consegna": "undelivered",
    "rilevazione-virus": "undelivered",
    "preavviso-errore-consegna": "late",
    "presa-in-carico": "between_providers",
}
"""Kinds of receipt by the word of the technical rules; `posta-certificata` is no receipt but somebody's message."""


_PARSER_FAILS = (AttributeError, LookupError, TypeError, RecursionError)
"""What the standard library raises on headers and parts that it cannot make sense of."""


class NotAReceiptError(ValueError):
    """A file that is no receipt of certified e-mail, or one that contradicts itself: why, in a word."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says.

    Attributes:
        kind: a value of `KINDS`.
        message_id: of the message it is about, with its brackets.
        moment: as the provider dates it, in its own zone, without it.
        recipient: to whom it was delivered; "" in a receipt of acceptance.
        identifier: the provider's.
        reason: the provider's words on an error; "" otherwise.
    """

    kind: str
    message_id: str
    moment: dt.datetime
    recipient: str
    identifier: str
    reason: str


def read_receipt(data: bytes) -> Receipt:
    """Read a receipt as it was saved from the mailbox (.eml).

    Raises:
        NotAReceiptError: it is none.
    """
    if len(data) > LARGEST_BYTES:
        raise NotAReceiptError(_SIZE)
    try:
        return _read(data)
    except _PARSER_FAILS as error:
        raise NotAReceiptError(_PARTS) from error


def _read(data: bytes) -> Receipt:
    message = email.message_from_bytes(data, policy=default)
    certificate = _certificate(message)
    kind = certificate.get("tipo", "")
    if kind not in KINDS:
        raise NotAReceiptError(_KIND)
    if _header(message, "X-Ricevuta") not in {"", kind}:
        raise NotAReceiptError(_KIND)
    return _receipt(certificate, KINDS[kind], message)


def _certificate(message: EmailMessage) -> etree._Element:
    """The root of `daticert.xml`; only the receipt's own, never that of a message inside it."""
    for part in _own_parts(message):
        name = (part.get_filename() or part.get_param("name") or "") if not part.is_multipart() else ""
        if str(name).casefold() == CERTIFICATE:
            payload = part.get_payload(decode=True)
            return _parsed(payload if isinstance(payload, bytes) else b"")
    raise NotAReceiptError(CERTIFICATE)


def _own_parts(message: EmailMessage) -> list[EmailMessage]:
    """The parts of a message without those of messages attached to it."""
    found: list[EmailMessage] = []
    waiting = [message]
    while waiting and len(found) < _MOST_PARTS:
        part = waiting.pop(0)
        found.append(part)
        if part.get_content_maintype() == "multipart":
            waiting += [inner for inner in cast("list[Any]", part.get_payload()) if hasattr(inner, "walk")]
    return found


def _parsed(data: bytes) -> etree._Element:
    if not data or len(data) > _LARGEST_DATA or _DECLARATION.search(data):
        raise NotAReceiptError(CERTIFICATE)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAReceiptError(CERTIFICATE) from error
    declared = cast("Any", root.getroottree()).docinfo.internalDTD
    if root.tag != "postacert" or (declared is not None and (declared.entities() or declared.elements())):
        raise NotAReceiptError(CERTIFICATE)
    return root


def _receipt(certificate: etree._Element, kind: str, message: EmailMessage) -> Receipt:
    """The certificate's facts, where it and the headers agree."""
    message_id = _id(_text(certificate, "dati/msgid"))
    named = _id(_header(message, "X-Riferimento-Message-ID"))
    if not message_id or (named and named != message_id):
        raise NotAReceiptError(_MESSAGE)
    error = certificate.get("errore", "nessuno")
    words = _text(certificate, "dati/errore-esteso") or (error if error != "nessuno" else "")
    return Receipt(
        kind,
        message_id,
        _moment(certificate),
        _text(certificate, "dati/consegna").casefold(),
        _text(certificate, "dati/identificativo"),
        words[:300],
    )


def _moment(certificate: etree._Element) -> dt.datetime:
    day, hour = _text(certificate, "dati/data/giorno"), _text(certificate, "dati/data/ora")
    try:
        moment = dt.datetime.strptime(f"{day} {hour}", "%d/%m/%Y %H:%M:%S")  # noqa: DTZ007  zone is beside it
    except ValueError as error:
        raise NotAReceiptError(_MOMENT) from error
    zone = certificate.find("dati/data")
    if zone is not None and zone.get("zona") and not _ZONE.fullmatch(zone.get("zona", "")):
        raise NotAReceiptError(_MOMENT)
    return moment


def _text(certificate: etree._Element, path: str) -> str:
    found = certificate.findtext(path)
    return one_line(str(found)) if found else ""


def _header(message: EmailMessage, name: str) -> str:
    return one_line(str(message.get(name, "")))


def _id(text: str) -> str:
    """A Message-ID with its brackets, wherever it is written without."""
    bare = text.strip().strip("<>").strip()
    return f"<{bare}>" if bare else ""
