"""The group of reminders: propose letters, look at one, issue them, cancel what went wrongly."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from xlcredit.excel.face import Answer
from xlcredit.operations.wording import listed

if TYPE_CHECKING:
    import pandas as pd

    from xlcredit.excel.desk import Desk
    from xlcredit.operations.issue import Issued
    from xlcredit.operations.letter_preview import Wanted


def propose(desk: Desk) -> Answer:
    """Write the sheet of proposed letters and go to it."""
    from xlcredit.operations.propose import propose as propose_letters
    from xlcredit.operations.wording import preflight_lines

    done = propose_letters(desk.book)
    letters = done.proposal.letters
    as_of = desk.say("as_of", as_of=done.opened.as_of)
    if letters.empty:
        return Answer(f"{as_of}\n{desk.say('nothing_to_propose')}")
    desk.go_to("proposal")
    warned = int((letters["warnings"].astype("str").fillna("") != "").sum())
    told = desk.say("proposed", count=len(letters), amount=amounts(letters, desk))
    warnings = [desk.say("warned", count=warned)] if warned else []
    before = [f"· {line}" for line in preflight_lines(done.proposal.checks, desk.words)]
    if before:
        before.insert(0, desk.words.text("cli.preflight"))
    return Answer("\n".join([as_of, told, *warnings, *before, desk.say("how_to_issue")]))


def preview(desk: Desk) -> Answer | None:
    """Open one letter in Word: that of the selected line, else the first. What opens is the answer."""
    from xlcredit.operations.letter_preview import preview_letter

    letter = preview_letter(desk.book, _preview_folder(), _wanted(desk))
    if desk.face.open(letter.target):
        return None
    return Answer(desk.say("cannot_open", path=str(letter.target)), "look")


def _preview_folder() -> Path:
    """A new temporary folder; earlier previews go, except those that are still open in Word."""
    from xlcredit.excel.setup.places import PREVIEWS

    previews = Path(tempfile.gettempdir()) / PREVIEWS
    shutil.rmtree(previews, ignore_errors=True)
    previews.mkdir(exist_ok=True)
    return Path(tempfile.mkdtemp(dir=previews))


def _wanted(desk: Desk) -> Wanted | None:
    """The letter of the selected line of the sheet of proposed letters."""
    from xlcredit.core.approval import LETTER
    from xlcredit.excel.selection import selected_rows
    from xlcredit.operations.letter_preview import Wanted

    selected = selected_rows(desk, "proposal")
    if selected is None or selected.rows[LETTER].iloc[0].isna().any():
        return None
    first = selected.rows.iloc[0]
    return Wanted(str(first["customer_id"]), str(first["currency"]), int(first["letter_level"]))


def issue(desk: Desk) -> Answer | None:
    """Issue the proposed letters, after a question that says how many and for how much."""
    from dataclasses import replace

    from xlcredit.operations.issue import Request, preview, refuse_wrong_day
    from xlcredit.operations.issue import issue as issue_letters
    from xlcredit.operations.sender import refuse_without_sender

    request = Request(letters_folder(desk), by=desk.user())
    planned = preview(desk.book, request)
    refuse_wrong_day(planned.opened)
    approver = _approver(planned, desk)
    chosen = _to_issue(planned, approved=approver is not None)
    if chosen.empty:
        return _issued(planned, desk)
    refuse_without_sender(planned.opened, chosen["kind"])
    desk.face.show_status(None)
    if not desk.face.agrees(desk.say("confirm_issue", count=len(chosen), amount=amounts(chosen, desk))):
        return None
    done = issue_letters(
        desk.book,
        replace(request, approved_by=approver),
        lambda written, count: desk.step("letters", 30 + 40 * written // count),
    )
    if done.letters:
        desk.face.open(done.letters[0].target.parent.parent)
    return _issued(done, desk)


def _approver(planned: Issued, desk: Desk) -> str | None:
    """Who approves the levels that need it; None where none does, or nobody.

    Raises:
        NotEntitledError: the settings name others.
    """
    from xlcredit.operations.selection import refuse_unentitled

    waiting = planned.selection.unapproved
    if waiting.empty:
        return None
    name = desk.face.ask_text(desk.say("who_approves", count=len(waiting), names=names_of(waiting)))
    if name:
        refuse_unentitled(planned.opened, name)
    return name or None


def _to_issue(planned: Issued, *, approved: bool) -> pd.DataFrame:
    import pandas as pd

    chosen = planned.selection.letters
    return pd.concat([chosen, planned.selection.unapproved]) if approved else chosen


def _issued(done: Issued, desk: Desk) -> Answer:
    """What was issued and what was left out."""
    completed, removed = done.recovered
    lines = [desk.say("recovered", completed=completed, removed=removed)] if completed or removed else []
    if done.letters and done.index is not None:
        folder = str(done.letters[0].target.parent.parent)
        lines.append(desk.say("issued", count=len(done.letters), folder=folder, index=done.index.name))
        if notices := sum(letter.kind == "formal_notice" for letter in done.letters):
            lines.append(desk.words.text("cli.enclosures", count=notices))
    else:
        lines.append(desk.words.text("cli.nothing_to_issue"))
    left_out = _left_out(done, desk)
    return Answer("\n".join([*lines, *left_out]), "look" if left_out else "done")


def _left_out(done: Issued, desk: Desk) -> list[str]:
    """The letters that did not go, by reason."""
    frames = {
        reason: getattr(done.selection, reason) for reason in ("dropped", "unseen", "unticked", "unapproved")
    }
    return [
        desk.say(f"left_out_{reason}", count=len(frame), names=names_of(frame))
        for reason, frame in frames.items()
        if len(frame)
    ]


def send(desk: Desk) -> Answer:
    """Send the issued letters that go by e-mail and certified e-mail, after a question."""
    from xlcredit.excel.sending import send_letters

    return send_letters(desk)


def receipt(desk: Desk) -> Answer:
    """Record how the letters of the selected rows fared."""
    from xlcredit.excel.receipts import record_fate

    return record_fate(desk)


def cancel(desk: Desk) -> Answer | None:
    """Cancel the reminders of the selected rows, the newest first, with a reason."""
    from xlcredit.excel.cancelling import cancel_each, selected_reminders

    reminders = selected_reminders(desk)
    reason = desk.face.ask_text(desk.say("why_cancel", count=len(reminders), names=listed(reminders)))
    return cancel_each(desk, reminders, reason) if reason else None


def letters_folder(desk: Desk) -> Path:
    """The folder of letters, beside the workbook."""
    return desk.book.path.parent / desk.say("letters_folder")


def amounts(letters: pd.DataFrame, desk: Desk) -> str:
    """What is open in letters, by currency: `48.220,15 €, 1.000,00 USD`."""
    sums = letters.groupby(letters["currency"].astype("str"), sort=False)["open_amount"].sum()
    return ", ".join(desk.words.money(int(cents), str(currency)) for currency, cents in sums.items())


def names_of(letters: pd.DataFrame) -> str:
    """The first customers of letters; dots for the others."""
    return listed(letters["customer_name"].astype("str").tolist())
