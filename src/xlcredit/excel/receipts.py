"""Recording how letters fared: for selected rows of the register or the ledger, or from a folder of receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from xlcredit.excel.cancelling import selected_reminders
from xlcredit.excel.errors import CalledOffError
from xlcredit.excel.face import Answer
from xlcredit.excel.questions import ask, ask_choice, ask_day, ask_file_or_none
from xlcredit.excel.selection import selected_rows
from xlcredit.excel.told import finding_line
from xlcredit.operations.receipts import read_receipts
from xlcredit.operations.record_receipt import EVENTS, Fate, FateOfLetter, record_receipt

if TYPE_CHECKING:
    from xlcredit.excel.desk import Desk

_FOLDER = "folder"
"""The choice, beside the fates, of a folder to read."""


def record_fate(desk: Desk) -> Answer:
    """Ask what happened, once, and record it for every letter of the selected rows; or read a folder of receipts.

    Raises:
        NoRowsSelectedError, NotRemindedError, CalledOffError: nothing has changed.
        XlcreditError: the workbook cannot be used, or the day is none of the letter's.
    """
    if selected_rows(desk, "reminders", "invoices") is None:
        desk.agree("confirm_receipts")
        return _read_folder(desk)
    reminders = selected_reminders(desk)
    fates = desk.words.section("fates")
    choice = ask_choice(desk, "receipt_fate", {**fates, _FOLDER: desk.say("receipts_from_folder")})
    if choice == _FOLDER:
        return _read_folder(desk)
    fate = cast("Fate", choice)
    day, note = ask_day(desk, "receipt_day"), ask(desk, "receipt_note") or None
    proof = ask_file_or_none(desk, "proof") if EVENTS[fate] == "delivered" else None
    lines = []
    for reminder in reminders:
        done = record_receipt(desk.book, FateOfLetter(reminder, fate, day, proof, note, desk.user()))
        key = "recorded" if done.is_new else "recorded_before"
        lines.append(desk.words.text(f"sending.{key}", reminder=reminder, fate=fates[fate], day=day))
        if done.before:
            lines.append(desk.words.text("sending.recorded_instead", before=done.before))
    return Answer("\n".join(lines))


def _read_folder(desk: Desk) -> Answer:
    """Read the certified e-mail receipts that were saved in a folder."""
    folder = desk.face.ask_folder(desk.say("which_receipts"))
    if folder is None:
        raise CalledOffError
    done = read_receipts(desk.book, folder, desk.user())
    words = desk.words
    lines = [words.text("sending.receipts_done", count=len(done.recorded))]
    lines += [words.text("sending.receipts_known", count=done.known)] if done.known else []
    lines += [words.text("sending.receipts_others", count=done.others)] if done.others else []
    lines += [finding_line(finding, words) for finding in done.findings]
    return Answer("\n".join(lines), "look" if done.findings else "done")
