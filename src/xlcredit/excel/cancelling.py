"""Cancelling from selected rows: of the register, its reminders; of the ledger, the newest that counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlcredit.errors import XlcreditError
from xlcredit.excel.errors import NotRemindedError
from xlcredit.excel.face import Answer
from xlcredit.excel.selection import Selected, need_rows
from xlcredit.excel.told import refusal
from xlcredit.operations.cancel import Cancelled, cancel
from xlcredit.operations.opened import open_for
from xlcredit.operations.refresh import compute
from xlcredit.operations.wording import listed

if TYPE_CHECKING:
    from xlcredit.excel.desk import Desk


def selected_reminders(desk: Desk) -> list[str]:
    """The ids of the reminders that the selected rows stand for, the newest first.

    Raises:
        NoRowsSelectedError: no row of the register or of the ledger is selected.
        NotRemindedError: none of the rows has a reminder that counts.
    """
    selected = need_rows(desk, "reminders", "invoices")
    if selected.table == "reminders":
        found = selected.rows["reminder_id"].dropna().astype("str").tolist()
    else:
        found = _newest_of_rows(selected, desk)
    if not found:
        raise NotRemindedError(sheet=desk.words.sheet(selected.table))
    return sorted(set(found), reverse=True)


def _newest_of_rows(selected: Selected, desk: Desk) -> list[str]:
    """The newest reminder that counts for each selected ledger row."""
    opened = open_for(desk.book, to_write=False)
    assessment, _ = compute(opened)
    entries = assessment.pursuit.sent.entries
    asked = np.isin(entries.row, selected.rows.index)
    events = opened.ledger.reminders.iloc[entries.event[asked]]
    newest = events.assign(ledger_row=entries.row[asked]).sort_values("event_time", kind="stable")
    last = newest.drop_duplicates("ledger_row", keep="last")
    return [str(reminder) for reminder in last["reminder_id"].dropna()]


def cancel_each(desk: Desk, reminders: list[str], reason: str) -> Answer:
    """Cancel reminders one by one; what was done before a refusal is told with it.

    Raises:
        XlcreditError: the first was refused; nothing has changed.
    """
    done: list[Cancelled] = []
    for reminder in reminders:
        try:
            done.append(cancel(desk.book, reminder, reason, desk.user()))
        except XlcreditError as error:
            if not done:
                raise
            return Answer(f"{_told(done, desk)}\n{refusal(error, desk.words)}", "look")
    return Answer(_told(done, desk))


def _told(done: list[Cancelled], desk: Desk) -> str:
    rows = sum(each.rows for each in done)
    names = listed([each.reminder_id for each in done])
    told = desk.say("cancelled", count=len(done), names=names, rows=desk.words.text("cli.rows", count=rows))
    sent = listed([each.reminder_id for each in done if each.was_sent])
    return f"{told}\n{desk.say('cancelled_sent', names=sent)}" if sent else told
