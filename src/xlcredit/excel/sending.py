"""Sending from a button: what is to go is asked first; where something is missing, the next best is offered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from xlcredit.errors import XlcreditError
from xlcredit.excel.face import Answer
from xlcredit.excel.presses.reminders import letters_folder
from xlcredit.excel.told import finding_line, refusal
from xlcredit.letters.errors import OfficeMissingError
from xlcredit.mail.errors import MailServerMissingError, OutlookMissingError
from xlcredit.mail.outlook import open_outlook
from xlcredit.operations.drafts import Drafted, make_drafts
from xlcredit.operations.outbox import Choice
from xlcredit.operations.send import Pace, SendRequest, Sent, preview_sending, send

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlcredit.errors import Finding
    from xlcredit.excel.desk import Desk

_FINDINGS_SHOWN = 5

Done = TypeVar("Done")
"""What a sending or the making of drafts did."""


def send_letters(desk: Desk) -> Answer:
    """Send the issued letters that wait for it; where no mail server is named, make drafts when asked to.

    Raises:
        CalledOffError: a question was declined; nothing has been sent.
        XlcreditError: nothing has been sent.
    """
    request = SendRequest(Choice(letters_folder(desk)), by=desk.user())
    waiting = preview_sending(desk.book, request)
    if not waiting.letters:
        return _with_findings(desk, [desk.words.text("sending.nothing_to_send")], waiting.findings)
    desk.agree("confirm_send", count=len(waiting.letters))
    try:
        return _told_sent(desk, _as_pdf_or_word(desk, request, lambda asked: _send(desk, asked)))
    except MailServerMissingError:
        desk.agree("confirm_drafts")
        outlook = _outlook()
        done = _as_pdf_or_word(desk, request, lambda asked: make_drafts(desk.book, asked, outlook))
        return _told_drafts(desk, done, in_outlook=outlook is not None)


def _outlook() -> Any:  # noqa: ANN401  a COM object
    """Outlook, where it is installed, so that drafts stand in its own folder, too."""
    try:
        return open_outlook()
    except OutlookMissingError:
        return None


def _send(desk: Desk, request: SendRequest) -> Sent:
    pace = Pace(
        on_progress=lambda done, count: desk.show("sending", 10 + 80 * done // count),
        is_stopped=desk.face.wants_to_stop,
    )
    return send(desk.book, request, pace)


def _as_pdf_or_word(desk: Desk, request: SendRequest, go: Callable[[SendRequest], Done]) -> Done:
    """With PDFs; where none can be made, with the Word documents when agreed."""
    try:
        return go(request)
    except OfficeMissingError:
        desk.agree("confirm_word")
        return go(replace(request, as_pdf=False))


def _told_sent(desk: Desk, done: Sent) -> Answer:
    """What became of the letters, and why any is left."""
    words = desk.words
    lines = [words.text("sending.recovered", count=done.recovered)] if done.recovered else []
    lines.append(words.text("sending.sent", count=done.count("sent")))
    lines += _told_remembered(desk, done)
    states = [state for state in ("failed", "ambiguous") if done.count(state)]
    lines += [words.text(f"sending.{state}", count=done.count(state)) for state in states]
    if deferred := done.count("deferred"):
        lines.append(words.text("sending.deferred", count=deferred))
        lines += dict.fromkeys(each.words for each in done.outcomes.values() if each.state == "deferred")
    if isinstance(done.stopped, XlcreditError):
        lines.append(refusal(done.stopped, words))
    elif done.stopped:
        lines.append(words.text(f"sending.stopped.{done.stopped}"))
    if done.left:
        lines.append(desk.say("left_to_send", count=done.left))
    if done.unrecorded:
        lines.append(words.text("sending.unrecorded", reason=refusal(done.unrecorded, words)))
    return _with_findings(desk, lines, done.findings)


def _told_remembered(desk: Desk, done: Sent) -> list[str]:
    """What had become of letters before, though the register had forgotten it."""
    keys = {"sent": "remembered", "failed": "remembered_failed", "ambiguous": "remembered_ambiguous"}
    counts = {key: done.count_remembered(state) for state, key in keys.items()}
    return [desk.words.text(f"sending.{key}", count=count) for key, count in counts.items() if count]


def _told_drafts(desk: Desk, done: Drafted, *, in_outlook: bool) -> Answer:
    if not done.drafts:
        return _with_findings(desk, [desk.words.text("sending.nothing_to_send")], done.findings)
    folder = done.drafts[0].parent.parent
    desk.face.open(folder)
    said = desk.words.text("sending.drafts_done", count=len(done.drafts), folder=str(folder))
    there = [desk.say("drafts_in_outlook")] if in_outlook else []
    return _with_findings(desk, [said, *there], done.findings)


def _with_findings(desk: Desk, lines: Sequence[str], findings: Sequence[Finding]) -> Answer:
    """The lines, and the first findings that ask for a person."""
    asking = [finding for finding in findings if finding.needs_person]
    told = [finding_line(finding, desk.words) for finding in asking[:_FINDINGS_SHOWN]]
    more = [desk.say("and_more", count=len(asking) - len(told))] if len(asking) > len(told) else []
    return Answer("\n".join([*lines, *told, *more]), "look" if asking or len(lines) > 1 else "done")
