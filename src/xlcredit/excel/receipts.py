"""Recording how letters fared, from the selected rows of the register or of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from xlcredit.excel.cancelling import selected_reminders
from xlcredit.excel.errors import CalledOffError
from xlcredit.excel.face import Answer
from xlcredit.excel.questions import ask, ask_choice, ask_day
from xlcredit.operations.record_receipt import EVENTS, Fate, FateOfLetter, record_receipt

if TYPE_CHECKING:
    from pathlib import Path

    from xlcredit.excel.desk import Desk


def record_fate(desk: Desk) -> Answer:
    """Ask what happened, once, and record it for every letter of the selected rows.

    Raises:
        NoRowsSelectedError, NotRemindedError, CalledOffError: nothing has changed.
        XlcreditError: the workbook cannot be used, or the day is none of the letter's.
    """
    reminders = selected_reminders(desk)
    fates = desk.words.section("fates")
    fate = cast("Fate", ask_choice(desk, "receipt_fate", fates))
    day, note = ask_day(desk, "receipt_day"), ask(desk, "receipt_note") or None
    proof = _proof(desk) if EVENTS[fate] == "delivered" else None
    lines = []
    for reminder in reminders:
        done = record_receipt(desk.book, FateOfLetter(reminder, fate, day, proof, note, desk.user()))
        key = "recorded" if done.is_new else "recorded_before"
        lines.append(desk.words.text(f"sending.{key}", reminder=reminder, fate=fates[fate], day=day))
    return Answer("\n".join(lines))


def _proof(desk: Desk) -> Path | None:
    """The file that proves receipt, when there is one."""
    if not desk.face.agrees(desk.say("confirm_proof")):
        return None
    path = desk.face.ask_file(desk.say("which_proof"), desk.say("proof_kinds"))
    if path is None:
        raise CalledOffError
    return path
