"""A letter made ready for the post: its text from the template, the letter and the copies as attachments.

Copies: what the column `proof` of a listed row names goes along where it is the name of a file in the documents
folder (a setting; else the workbook's folder) or below it. Several are separated by semicolons; what is
only a remark ("DDT 123") is left alone. Nothing outside that folder is ever attached. A letter goes without a copy
that cannot go along: its claim stands without, and the copy can follow. Without its own document it stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.errors import Finding
from xlcredit.letters.parties import company_facts, text_of
from xlcredit.letters.payment import Account as BankAccount
from xlcredit.letters.payment import reference_of
from xlcredit.letters.wording import Wording
from xlcredit.mail.message import Attachment, Mail, message_id_of
from xlcredit.mail.template import GENERAL, read_text, text_path
from xlcredit.operations.outgoing import read_letter
from xlcredit.operations.templates import package_templates, template_of_kind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from xlcredit.mail.template import MailText
    from xlcredit.operations.opened import Opened
    from xlcredit.operations.outgoing import Outgoing

LARGEST_ATTACHMENTS = 15_000_000
"""Most servers take 20 MB, and encoding adds a third."""

_COPY_SUFFIXES = frozenset({".pdf", ".xml", ".p7m", ".jpg", ".jpeg", ".png", ".tif", ".tiff"})
_UNKNOWN_KIND = "unknown"


@dataclass(frozen=True)
class PostOffice:
    """What all messages of a run share.

    Attributes:
        opened: the workbook.
        texts: by language and template.
        documents: the folder of copies.
        senders: by channel.
    """

    opened: Opened
    texts: Mapping[tuple[str, str], MailText]
    documents: Path
    senders: Mapping[str, str]


def open_post_office(
    opened: Opened, letters: list[Outgoing], templates: Path, senders: Mapping[str, str]
) -> PostOffice:
    """Read every text that the letters need, before anything is sent.

    Raises:
        MailTemplateMissingError, MailTemplateBrokenError: of a text.
    """
    wanted = {(letter.language, template_of(letter, opened)) for letter in letters}
    folders = [templates, package_templates()]
    texts = {(language, name): read_text(text_path(folders, language, name)) for language, name in wanted}
    folder = text_of(opened.policy.settings, "documents_folder")
    beside = opened.book.path.resolve().parent
    return PostOffice(opened, texts, (beside / folder).resolve(), senders)


def template_of(letter: Outgoing, opened: Opened) -> str:
    """The template of a plan's letter or of a letter's level; the general text where its level is gone."""
    if letter.kind:
        return template_of_kind(letter.kind)
    level = _level(letter, opened)
    return GENERAL if level is None else level.template


def write_mail(
    letter: Outgoing, document: Path, office: PostOffice, date: dt.datetime
) -> tuple[Mail, list[Finding]]:
    """The message of a letter.

    Args:
        letter: whose.
        document: the file to attach, the letter itself or its PDF.
        office: what all messages share.
        date: of the message.

    Returns:
        The message, and what is to be said about its copies.

    Raises:
        MailTemplateBrokenError: its text names something that does not exist.
        LetterStaysError: the file to attach cannot be read.
    """
    first = Attachment(document.name, read_letter(document, letter.reminder_id))
    copies, findings = _copies(letter, office.documents, LARGEST_ATTACHMENTS - len(first.data))
    text = office.texts[letter.language, template_of(letter, office.opened)]
    subject, body = text.write(mail_facts(letter, office.opened, [copy.name for copy in copies]))
    sender = office.senders[letter.channel]
    mail = Mail(
        sender,
        text_of(office.opened.policy.settings, "company_name"),
        letter.to,
        subject,
        body,
        (first, *copies),
        message_id_of(letter.reminder_id, letter.attempt, letter.file_hash, sender),
        date,
    )
    return mail, findings


def mail_facts(letter: Outgoing, opened: Opened, copies: list[str]) -> dict[str, Any]:
    """What the text of a message may name: the letters' names, as far as a message needs them.

    No amounts: those stand in the letter, which may add fees and deduct credits.
    """
    words = Catalogue(letter.language if letter.language in LANGUAGES else "it")
    wording, settings = Wording.of(words), opened.policy.settings
    account, level = BankAccount.of(settings), _level(letter, opened)
    return {
        "company": company_facts(settings, wording),
        "customer": _customer(letter, wording),
        "letter": {
            "id": letter.reminder_id,
            "date": words.format(letter.issued_on),
            "kind": _kind_name(letter, level, words),
            "currency": letter.currency,
        },
        "documents": list(letter.numbers),
        "copies": copies,
        "payment": {
            "holder": account.holder,
            "iban": account.iban,
            "bank": account.bank,
            "reference": reference_of(letter.reminder_id, letter.customer_id, letter.numbers, wording),
        },
    }


def _kind_name(letter: Outgoing, level: Any, words: Catalogue) -> str:  # noqa: ANN401  a level of the policy, or None
    """What the letter is called."""
    if letter.kind:
        return words.choice("letter_kind", letter.kind)
    return words.choice("level_kind", level.kind) if level else ""


def _level(letter: Outgoing, opened: Opened) -> Any:  # noqa: ANN401  a level of the policy, or None
    """The level of a letter in its cycle."""
    cycles = opened.policy.cycles
    cycle = cycles.get(letter.cycle) or cycles[opened.policy.settings.default_cycle]
    return next((level for level in cycle.levels if level.number == letter.level and level.template), None)


def _customer(letter: Outgoing, wording: Wording) -> dict[str, str]:
    own = letter.customer
    return {
        "id": letter.customer_id,
        "name": own["name"] or letter.customer_id,
        "salutation": str(wording.words["salutation"][own["kind"] or _UNKNOWN_KIND]),
        "contact": own["dunning_contact"] or own["billing_contact"],
    }


def _copies(letter: Outgoing, folder: Path, room: int) -> tuple[list[Attachment], list[Finding]]:
    """The copies that go along, and those that are named and cannot."""
    copies: list[Attachment] = []
    findings: list[Finding] = []
    for name in letter.proofs:
        try:
            found = _copy(folder, name, room)
        except OSError:
            found = "mail-copy-unreadable"
        if isinstance(found, Attachment):
            copies.append(found)
            room -= len(found.data)
        elif found:
            findings.append(_copy_finding(found, letter, name))
    return copies, findings


def _copy(folder: Path, name: str, room: int) -> Attachment | str:
    """The copy of that name, or the code of why it cannot go along; "" for a remark.

    Raises:
        OSError: the system cannot look for it, or read it.
    """
    path = _named_file(folder, name)
    if path is None:
        return ""
    if not path.is_file():
        return "mail-copy-missing"
    if path.stat().st_size > room:
        return "mail-copy-too-large"
    return Attachment(path.name, path.read_bytes())


def _named_file(folder: Path, name: str) -> Path | None:
    """Where a file of that name would stand; None for a remark, or a name that leads out of the folder."""
    relative = Path(*name.replace("\\", "/").split("/"))
    if relative.suffix.lower() not in _COPY_SUFFIXES or relative.is_absolute() or "\0" in name:
        return None
    path = (folder / relative).resolve()
    return path if path.is_relative_to(folder) else None


def _copy_finding(code: str, letter: Outgoing, name: str) -> Finding:
    return Finding(code, "invoices", "proof", None, letter.reminder_id, name)
