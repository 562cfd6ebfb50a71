"""Cancel a reminder that was issued wrongly: an event in the register, and each row returns to its level.

The letter's file is kept where it is: it was made, and the register says that it does not count. What a letter of a
plan told is untold again: the default, the reminder of an instalment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from xlcredit.books import Place, TableUpdate, held
from xlcredit.books.frames import to_cells
from xlcredit.core.register import cancellable
from xlcredit.dates import now
from xlcredit.errors import XlcreditError
from xlcredit.operations.opened import Opened, open_for, require_register
from xlcredit.operations.recovery import recover_interrupted_issue
from xlcredit.operations.refresh import compute, updates_of
from xlcredit.operations.register import cancelled_events, events_appended, moment
from xlcredit.schema import TABLES

if TYPE_CHECKING:
    import datetime as dt

_TOLD = {"plan_default": "default_told_on", "plan_reminder": "reminded_on"}
"""Where each letter of a plan leaves the day on which it told something."""

_ON_ITS_WAY = ("sent", "delivered", "failed")


class ReminderNotFoundError(XlcreditError):
    """The register has no issued reminder of that id."""

    code = "reminder-not-found"


class ReminderAlreadyCancelledError(XlcreditError):
    """The reminder was cancelled before."""

    code = "reminder-already-cancelled"


class LaterLevelExistsError(XlcreditError):
    """A later level of one of its rows was issued: that one has to be cancelled first."""

    code = "later-level-exists"


@dataclass(frozen=True)
class Cancelled:
    """What a cancellation did.

    Attributes:
        reminder_id, customer_id: of the letter.
        rows: that return to the level before; a row that the letter only listed had none from it.
        was_sent: the letter had left or arrived: the customer has to be told.
    """

    reminder_id: str
    customer_id: str
    rows: int
    was_sent: bool


def cancel(
    place: Place, reminder_id: str, reason: str, by: str | None = None, as_of: dt.date | None = None
) -> Cancelled:
    """Cancel the reminder `reminder_id` in the register of the workbook at `place`, and refresh.

    Args:
        place: a closed workbook or one open in Excel.
        reminder_id: as the register and the letter have it.
        reason: why, for the register.
        by: who cancels.
        as_of: the day of the refresh; None takes the workbook's, else today.

    Raises:
        ReminderNotFoundError, ReminderAlreadyCancelledError, LaterLevelExistsError: nothing has changed.
    """
    with held(place):
        recover_interrupted_issue(place)
        opened = open_for(place, as_of)
        require_register(opened)
        _refuse(opened.ledger.reminders, reminder_id)
        events = cancelled_events(
            opened.ledger.reminders, reminder_id, reason, by, moment(opened.as_of, now())
        )
        reminders = pd.concat([opened.ledger.reminders, events], ignore_index=True)
        after = opened.with_reminders(reminders.astype(opened.ledger.reminders.dtypes))
        after, untold = _untold(after, reminder_id)
        assessment, findings = compute(after)
        append = events_appended(events, opened.book.headers("reminders"), opened.catalogue)
        opened.book.save([*updates_of(after, assessment, findings), *untold, append])
    rows = int(events["row_level"].notna().sum())
    return Cancelled(
        reminder_id, str(events["customer_id"].iloc[0]), rows, _was_sent(opened.ledger.reminders, reminder_id)
    )


def _was_sent(reminders: pd.DataFrame, reminder_id: str) -> bool:
    """Whether a letter left: the newest of what is known of its way."""
    way = reminders[(reminders["reminder_id"] == reminder_id) & reminders["event"].isin(_ON_ITS_WAY)]
    newest = way.sort_values("event_time", kind="stable")["event"].tail(1)
    return bool(newest.isin(["sent", "delivered"]).any())


def _untold(opened: Opened, reminder_id: str) -> tuple[Opened, list[TableUpdate]]:
    """The workbook without the day on which a plan's letter told something, and the update that empties the cells."""
    events = opened.ledger.reminders
    letter = events[(events["reminder_id"] == reminder_id) & (events["event"] == "issued")].head(1)
    told = letter["letter_kind"].astype(object).map(_TOLD).dropna()
    if told.empty or "plans" not in opened.raw:
        return opened, []
    column, plans = str(told.iloc[0]), opened.frames["plans"]
    on_day = plans[column] == letter["event_time"].iloc[0].normalize()
    lines = plans.index[on_day & (plans["customer_id"] == letter["customer_id"].iloc[0])]
    emptied = plans.copy()
    emptied.loc[lines, column] = None
    cells = to_cells(emptied.loc[lines, [column]], TABLES["plans"], opened.catalogue)[column]
    update = TableUpdate("plans", cells={opened.book.headers("plans")[column]: cells})
    ledger = replace(opened.ledger, plans=emptied)
    after = replace(opened, frames={**opened.frames, "plans": emptied}, ledger=ledger)
    return after, [update] if len(lines) else []


def _refuse(reminders: pd.DataFrame, reminder_id: str) -> None:
    events = reminders[reminders["reminder_id"] == reminder_id]
    if not events["event"].isin(["issued", "opening"]).any():
        raise ReminderNotFoundError(reminder=reminder_id)
    if (events["event"] == "cancelled").any():
        raise ReminderAlreadyCancelledError(reminder=reminder_id)
    if not cancellable(reminders, reminder_id):
        raise LaterLevelExistsError(reminder=reminder_id)
