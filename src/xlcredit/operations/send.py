"""Send: issued letters leave by e-mail and certified e-mail, each at most once.

Before a message is given to the server, and again before the dot by which the server takes it, the journal says so
on the disk (`send_journal`); a crash at any instant leaves each letter unsent for certain, sent for certain, or in
doubt, and one in doubt waits for a person. The register gets the events when the run ends, or in the next
run. Messages go one at a time, with a pause, and at the hours at which a debtor may be called: a reminder
at night or on a Sunday presses where the law wants decency.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from xlcredit.books import Place, held, path_of
from xlcredit.books.errors import BookError
from xlcredit.core.calling_hours import may_call
from xlcredit.dates import now, today
from xlcredit.errors import XlcreditError
from xlcredit.letters.pdf import to_pdf
from xlcredit.mail.account import account_of
from xlcredit.mail.delivery import Delivery, Outcome
from xlcredit.mail.message import build_message, message_id_of
from xlcredit.operations.opened import open_for, require_register
from xlcredit.operations.outbox import Choice, open_outbox
from xlcredit.operations.outgoing import LetterStaysError, by_channel
from xlcredit.operations.parcels import open_post_office, write_mail
from xlcredit.operations.recovery import recover_interrupted_issue
from xlcredit.operations.refresh import refresh
from xlcredit.operations.register import moment
from xlcredit.operations.send_journal import SendJournal, Step, sent_before
from xlcredit.operations.sending_events import fold_sending
from xlcredit.operations.templates import templates_folder

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from xlcredit.errors import Finding
    from xlcredit.operations.opened import Opened
    from xlcredit.operations.outgoing import Outgoing
    from xlcredit.operations.parcels import PostOffice

ROUNDS = 3
"""How often a message is tried that the server refuses for now."""

_MOST_IN_DOUBT = 3
"""In a row: then something is wrong with the server or the line, and a person has to look."""

_TICK = 0.5


class OutsideHoursError(XlcreditError):
    """It is night, Sunday or a holiday."""

    code = "outside-hours"


class SendInTheFutureError(XlcreditError):
    """Messages cannot be recorded on a day that has not come."""

    code = "send-in-the-future"


@dataclass(frozen=True)
class SendRequest:
    """What the person asks for.

    Attributes:
        choice: which letters.
        as_of: the day of the register's events; None takes the workbook's, else today.
        as_pdf: attach the PDF of each letter, made where it is missing; else the Word document.
        templates: the folder of templates; None as for letters.
        by: who sends.
        any_hour: also at night, on Sundays and holidays.
        round_seconds: between two tries of what was refused for now.
    """

    choice: Choice
    as_of: dt.date | None = None
    as_pdf: bool = True
    templates: Path | None = None
    by: str | None = None
    any_hour: bool = False
    round_seconds: float = 60


@dataclass
class Sent:
    """What a sending did, or with `preview_sending` would do.

    Attributes:
        letters: those that were to go.
        outcomes: reminder id -> what became of it; those that were not reached are missing.
        findings: what stays, and why; what is to be said about copies.
        stopped: "" at the end; else `person`, `hours`, `doubt` (nobody knows of several in a row whether the
            server took them), or the error of the server, of a text, or of the journal's disk.
        remembered: reminder id -> what had become of it before, though the register had forgotten it; it has it
            again, and nothing was sent.
        recovered: events of an earlier, interrupted run that the register has got before this one.
        unrecorded: why the register does not have the events yet; the journal has them, and the next run records
            them.
    """

    letters: list[Outgoing]
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    stopped: str | XlcreditError = ""
    remembered: dict[str, Outcome] = field(default_factory=dict)
    recovered: int = 0
    unrecorded: BookError | None = None

    def count(self, state: str) -> int:
        """How many messages came to `state`."""
        return _count(self.outcomes, state)

    def count_remembered(self, state: str) -> int:
        """How many messages had come to `state` before."""
        return _count(self.remembered, state)

    @property
    def left(self) -> int:
        """How many letters are still to go."""
        gone = sum(outcome.state != "deferred" for outcome in self.outcomes.values())
        return len(self.letters) - len(self.remembered) - gone

    @property
    def is_complete(self) -> bool:
        """Whether every letter went, and the register says so."""
        gone = self.count("sent") + self.count_remembered("sent")
        return gone == len(self.letters) and self.unrecorded is None


def _count(outcomes: Mapping[str, Outcome], state: str) -> int:
    return sum(outcome.state == state for outcome in outcomes.values())


@dataclass(frozen=True)
class Pace:
    """How a run goes: who looks on, who may stop it, and how time passes.

    Attributes:
        on_progress: called with messages done and messages in all.
        is_stopped: asked between two messages.
        wait: passes some seconds.
    """

    on_progress: Callable[[int, int], None] = lambda _done, _all: None
    is_stopped: Callable[[], bool] = lambda: False
    wait: Callable[[float], None] = time.sleep


def preview_sending(place: Place, request: SendRequest) -> Sent:
    """What `send` would do now; nothing is written or sent."""
    opened = open_for(place, request.as_of, to_write=False)
    require_register(opened)
    outbox = open_outbox(opened, request.choice)
    return Sent(outbox.letters, findings=outbox.findings)


def send(place: Place, request: SendRequest, pace: Pace | None = None) -> Sent:
    """Send the letters of `place` that wait to be sent.

    Args:
        place: a closed workbook or one open in Excel.
        request: what to send.
        pace: how the run goes.

    Returns:
        What became of each letter. What fails in the middle is told there, not raised: what was sent is sent,
        and recorded.

    Raises:
        MailError: no account can be used, or a text cannot; nothing has been sent.
        OutsideHoursError, SendInTheFutureError, ReminderNotSendableError: nothing has been sent.
        XlcreditError: the workbook cannot be used; nothing has been sent.
    """
    with held(place):
        recovered = fold_sending(place)
        recover_interrupted_issue(place)
        opened = open_for(place, request.as_of)
        _refuse(opened, request)
        outbox = open_outbox(opened, request.choice)
        sent = Sent(outbox.letters, findings=outbox.findings, recovered=recovered)
        if sent.letters:
            run = _prepare(place, opened, request, pace or Pace(), sent)
            try:
                run.go()
            finally:
                sent.unrecorded = _record(place, request.as_of)
        elif recovered:
            refresh(place, request.as_of)
    return sent


def _record(place: Place, as_of: dt.date | None) -> BookError | None:
    """Bring the journal into the register; what the workbook says where that has to wait."""
    try:
        if fold_sending(place):
            refresh(place, as_of)
    except BookError as error:
        return error
    return None


def _refuse(opened: Opened, request: SendRequest) -> None:
    require_register(opened)
    if opened.as_of > today():
        raise SendInTheFutureError(as_of=opened.as_of, today=today())
    if not request.any_hour and not may_call(now(), opened.policy.desk):
        raise OutsideHoursError(now=f"{now():%H:%M}", day=today())


def _prepare(place: Place, opened: Opened, request: SendRequest, pace: Pace, sent: Sent) -> _Run:
    """All that can fail before the first message leaves: accounts, texts, PDFs, lines to the servers."""
    path = path_of(place).resolve()
    settings = opened.policy.settings
    accounts, unusable = by_channel(
        sent.letters, lambda channel: account_of(settings, channel), opened.catalogue
    )
    sent.findings += unusable
    senders = {channel: account.sender for channel, account in accounts.items()}
    templates = templates_folder(path, request.templates)
    office = open_post_office(opened, sent.letters, templates, senders)
    documents = documents_of(sent.letters, as_pdf=request.as_pdf)
    lines = {channel: Delivery(account) for channel, account in accounts.items()}
    return _Run(path, opened, request, pace, sent, office, documents, lines)


def documents_of(letters: list[Outgoing], *, as_pdf: bool) -> dict[str, Path]:
    """Reminder id -> the file to attach; PDFs that are missing are made, through one LibreOffice.

    Raises:
        PdfError: they cannot be made.
    """
    if not as_pdf:
        return {letter.reminder_id: letter.file for letter in letters}
    pdfs = {letter.reminder_id: letter.file.with_suffix(".pdf") for letter in letters}
    stale = [letter for letter in letters if _is_stale(pdfs[letter.reminder_id], letter.file)]
    for letter in stale:
        pdfs[letter.reminder_id].unlink(missing_ok=True)
    if stale:
        to_pdf([letter.file for letter in stale])
    return pdfs


def _is_stale(pdf: Path, letter: Path) -> bool:
    """Whether a PDF is missing, or older than its letter."""
    return not pdf.is_file() or pdf.stat().st_mtime < letter.stat().st_mtime


@dataclass
class _Run:
    """A sending that goes on: everything it needs."""

    path: Path
    opened: Opened
    request: SendRequest
    pace: Pace
    sent: Sent
    office: PostOffice
    documents: Mapping[str, Path]
    lines: Mapping[str, Delivery]
    in_doubt: int = 0

    def go(self) -> None:
        """Try every letter, and again those refused for now, until the last round or until it is stopped."""
        remembered = sent_before(self.path)
        with self._open_lines(), SendJournal(self.path) as journal:
            waiting = [
                letter for letter in self.sent.letters if not self._recall(letter, remembered, journal)
            ]
            for number in range(ROUNDS):
                if number:
                    self._pause(self.request.round_seconds)
                waiting = self._round(waiting, journal)
                if not waiting or self.sent.stopped:
                    return

    def _round(self, waiting: list[Outgoing], journal: SendJournal) -> list[Outgoing]:
        """Try each letter once, with a pause between two; those that may be tried again."""
        left = []
        for place, letter in enumerate(waiting):
            if place and not self.sent.stopped:
                self._pause(self.opened.policy.settings.mail_pause_seconds)
            if not self._try(letter, journal):
                left.append(letter)
        return left

    @contextmanager
    def _open_lines(self) -> Iterator[None]:
        with ExitStack() as lines:
            for line in self.lines.values():
                lines.callback(line.close)
            _, unusable = by_channel(
                self.sent.letters, lambda channel: self.lines[channel].connect(), self.opened.catalogue
            )
            self.sent.findings += unusable
            yield

    def _recall(self, letter: Outgoing, remembered: Mapping[str, Step], journal: SendJournal) -> bool:
        """Whether the very message was given to the server before, though the register has forgotten it."""
        step = remembered.get(self._step(letter).message_id)
        if step is None:
            return False
        journal.write(step)
        self.sent.remembered[letter.reminder_id] = step.outcome
        return True

    def _try(self, letter: Outgoing, journal: SendJournal) -> bool:
        """Send one letter; False when it may be tried again."""
        if self._is_over():
            return False
        try:
            outcome = self._deliver(letter, journal)
        except LetterStaysError as reason:
            self.sent.letters.remove(letter)
            self.sent.findings.append(reason.finding)
            return True
        except XlcreditError as error:  # what went before has to be told with it
            self.sent.stopped = error
            return False
        self._go_on_after(outcome)
        return outcome.state != "deferred"

    def _deliver(self, letter: Outgoing, journal: SendJournal) -> Outcome:
        """Write a letter's message and give it to the server; each step is in the journal before it is taken."""
        document = self.documents[letter.reminder_id]
        mail, findings = write_mail(letter, document, self.office, now().astimezone())
        step = self._step(letter)
        journal.write(step)
        outcome = self.lines[letter.channel].deliver(
            build_message(mail).as_bytes(), mail.to, lambda: journal.write(replace(step, state="closing"))
        )
        self.sent.findings += findings if letter.reminder_id not in self.sent.outcomes else []
        self.sent.outcomes[letter.reminder_id] = outcome
        journal.write(step.came_to(outcome))
        return outcome

    def _go_on_after(self, outcome: Outcome) -> None:
        self.in_doubt = self.in_doubt + 1 if outcome.state == "ambiguous" else 0
        self.pace.on_progress(len(self.sent.outcomes), len(self.sent.letters))

    def _is_over(self) -> bool:
        if self.sent.stopped:
            return True
        if self.pace.is_stopped():
            self.sent.stopped = "person"
        elif self.in_doubt >= _MOST_IN_DOUBT:
            self.sent.stopped = "doubt"
        elif not self.request.any_hour and not may_call(now(), self.opened.policy.desk):
            self.sent.stopped = "hours"
        return bool(self.sent.stopped)

    def _pause(self, seconds: float) -> None:
        """Wait, in steps short enough to be stopped."""
        while seconds > 0 and not self.pace.is_stopped():
            self.pace.wait(min(seconds, _TICK))
            seconds -= _TICK

    def _step(self, letter: Outgoing) -> Step:
        """The first step of a letter's attempt."""
        sender = self.office.senders[letter.channel]
        return Step(
            letter.reminder_id,
            letter.customer_id,
            letter.channel,
            letter.attempt,
            message_id_of(letter.reminder_id, letter.attempt, letter.file_hash, sender),
            "prepared",
            moment(self.opened.as_of, now()).isoformat(),
            self.request.by or "",
        )
