"""Drafts: a message a letter as a file that Outlook and others open ready to be looked at and sent by hand.

The register gets `prepared` with the Message-ID and the draft's name; such a letter is not sent by `send` any
more, as a person may have sent it. Mail programs may give a message an id of their own, so whether it went is
recorded by hand (`record_receipt`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlcredit.books import Place, held, path_of
from xlcredit.dates import now
from xlcredit.letters.batch import as_letter_error
from xlcredit.mail.account import sender_of
from xlcredit.mail.message import draft_bytes
from xlcredit.mail.outlook import save_draft
from xlcredit.operations.opened import open_for, require_register
from xlcredit.operations.outbox import DRAFT_SUFFIX, open_outbox
from xlcredit.operations.outgoing import LetterStaysError, by_channel
from xlcredit.operations.parcels import open_post_office, write_mail
from xlcredit.operations.recovery import recover_interrupted_issue
from xlcredit.operations.register import moment
from xlcredit.operations.send import documents_of
from xlcredit.operations.sending_events import append_events, attempt_id, letter_events
from xlcredit.operations.templates import templates_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from xlcredit.errors import Finding
    from xlcredit.mail.message import Mail
    from xlcredit.operations.opened import Opened
    from xlcredit.operations.outgoing import Outgoing
    from xlcredit.operations.send import SendRequest


@dataclass(frozen=True)
class Drafted:
    """The drafts made.

    Attributes:
        drafts: their files, beside the letters.
        findings: what stays, and why; what is to be said about copies.
    """

    drafts: list[Path]
    findings: list[Finding]


def make_drafts(place: Place, request: SendRequest, outlook: Any = None) -> Drafted:  # noqa: ANN401  a COM object
    """Write a draft for every letter that waits to be sent.

    Args:
        place: a closed workbook or one open in Excel.
        request: which letters.
        outlook: Outlook's application (see `mail.outlook`), to have the drafts in its own folder, too.

    Raises:
        MailError: no channel has a sender, or a text cannot be used; nothing has been written.
        LetterError: a draft cannot be written; those already written stay, and are written anew the next time.
    """
    with held(place):
        recover_interrupted_issue(place)
        opened = open_for(place, request.as_of)
        require_register(opened)
        outbox = open_outbox(opened, request.choice)
        if not outbox.letters:
            return Drafted([], outbox.findings)
        settings = opened.policy.settings
        senders, unusable = by_channel(
            outbox.letters, lambda channel: sender_of(settings, channel), opened.catalogue
        )
        templates = templates_folder(path_of(place), request.templates)
        office = open_post_office(opened, outbox.letters, templates, senders)
        documents = documents_of(outbox.letters, as_pdf=request.as_pdf)
        ids, findings = {}, [*outbox.findings, *unusable]
        for letter in outbox.letters:
            document = documents[letter.reminder_id]
            try:
                mail, said = write_mail(letter, document, office, now().astimezone())
            except LetterStaysError as reason:
                findings.append(reason.finding)
                continue
            _write(letter, mail)
            if outlook is not None:
                save_draft(mail, outlook)
            ids[letter.reminder_id] = mail.message_id
            findings += said
        drafted = [letter for letter in outbox.letters if letter.reminder_id in ids]
        if drafted:
            events = _prepared(opened, drafted, ids, request.by)
            opened.book.save([append_events(events, opened.book)])
            opened.book.persist()
    return Drafted([draft_path(letter) for letter in drafted], findings)


def draft_path(letter: Outgoing) -> Path:
    """Where the draft of a letter stands: beside it."""
    return letter.file.with_suffix(DRAFT_SUFFIX)


def _write(letter: Outgoing, mail: Mail) -> None:
    path = draft_path(letter)
    try:
        path.write_bytes(draft_bytes(mail))
    except OSError as error:
        raise as_letter_error(path, error) from error


def _prepared(
    opened: Opened, letters: list[Outgoing], message_ids: Mapping[str, str], by: str | None
) -> pd.DataFrame:
    """One `prepared` event a draft."""
    at = moment(opened.as_of, now())
    return letter_events(
        opened.ledger.reminders,
        [
            {
                "event_id": attempt_id(letter.reminder_id, letter.attempt),
                "reminder_id": letter.reminder_id,
                "event": "prepared",
                "event_time": at,
                "message_id": message_ids[letter.reminder_id],
                "file": draft_path(letter).name,
                "by": by,
            }
            for letter in letters
        ],
    )
