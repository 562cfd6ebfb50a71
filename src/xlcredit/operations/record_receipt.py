"""Record by hand how a letter fared: posted, received, refused, not collected, returned.

A registered letter that was refused, or not collected until the post office's time was over (compiuta giacenza), has
arrived in law all the same: art. 1335 c.c. One that came back because the addressee is unknown has not: the level
stays as it was, and the letter is issued anew to another address. A message that `send` left in doubt, or whose draft
a person sent, is recorded as `sent` the same way. What was recorded wrongly is put right by recording it anew: the
newest counts, and what stood before is told.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from xlcredit.books import Place, held, path_of
from xlcredit.dates import now, today
from xlcredit.errors import XlcreditError
from xlcredit.operations.cancel import ReminderAlreadyCancelledError, ReminderNotFoundError
from xlcredit.operations.opened import open_for, require_register
from xlcredit.operations.recovery import recover_interrupted_issue
from xlcredit.operations.refresh import compute, updates_of
from xlcredit.operations.register import moment
from xlcredit.operations.sending_events import append_events, letter_events

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from xlcredit.operations.opened import Opened

Fate = Literal["sent", "received", "refused", "unclaimed", "returned"]

EVENTS: dict[Fate, str] = {
    "sent": "sent",
    "received": "delivered",
    "refused": "delivered",
    "unclaimed": "delivered",
    "returned": "failed",
}
"""What each fate is in the register."""

ARRIVAL = ("delivered", "failed")
"""The events that say whether a letter arrived."""


class ReceiptDateError(XlcreditError):
    """A date before the letter's, or one that has not come."""

    code = "receipt-date-impossible"


class ReceiptContradictedError(XlcreditError):
    """A letter that arrived before it was sent, or was sent before it came back and would count as sent again."""

    code = "receipt-contradicted"


class ReceiptFileMissingError(XlcreditError):
    """The file named as proof is not there."""

    code = "receipt-file-missing"


@dataclass(frozen=True)
class FateOfLetter:
    """What a person knows of a letter.

    Attributes:
        reminder_id: in the register.
        fate: what happened.
        date: when: of posting, of receipt, of refusal, of the end of the post office's time, of return.
        file: the scanned receipt; None where there is none.
        note: number of the registered letter and the like.
        by: who records it.
    """

    reminder_id: str
    fate: Fate
    date: dt.date
    file: Path | None = None
    note: str | None = None
    by: str | None = None


@dataclass(frozen=True)
class Recorded:
    """What was recorded.

    Attributes:
        reminder_id, customer_id: of the letter.
        event: in the register.
        is_new: False where the register had it already.
        before: what the register said of its arrival until now, and does not count any more; None without.
    """

    reminder_id: str
    customer_id: str
    event: str
    is_new: bool
    before: str | None = None


def record_receipt(place: Place, fate: FateOfLetter, as_of: dt.date | None = None) -> Recorded:
    """Record how a letter fared, and refresh.

    Args:
        place: a closed workbook or one open in Excel.
        fate: what is known.
        as_of: the day of the record; None takes the workbook's, else today.

    Raises:
        ReminderNotFoundError, ReminderAlreadyCancelledError, ReceiptDateError, ReceiptContradictedError,
        ReceiptFileMissingError: nothing has changed.
    """
    with held(place):
        recover_interrupted_issue(place)
        opened = open_for(place, as_of)
        require_register(opened)
        _refuse(opened, fate)
        reminders = opened.ledger.reminders
        before = newest_of(reminders, fate.reminder_id, ARRIVAL)
        event = _unless_known(_event(opened, fate, path_of(place)), reminders, before)
        if event:
            save_events(opened, letter_events(reminders, [event]))
    customer = str(reminders.loc[reminders["reminder_id"] == fate.reminder_id, "customer_id"].iloc[0])
    is_replaced = event is not None and EVENTS[fate.fate] in ARRIVAL
    told = None if before is None or not is_replaced else told_of(before)
    return Recorded(fate.reminder_id, customer, EVENTS[fate.fate], event is not None, told)


def newest_of(reminders: pd.DataFrame, reminder_id: str, events: tuple[str, ...]) -> pd.Series | None:
    """The newest of some events of a letter; None without one."""
    said = reminders[(reminders["reminder_id"] == reminder_id) & reminders["event"].isin(events)]
    return None if said.empty else said.sort_values("event_time", kind="stable").iloc[-1]


def _unless_known(
    event: dict[str, object], reminders: pd.DataFrame, before: pd.Series | None
) -> dict[str, object] | None:
    """An event to record, under an id of its own; None where it is what the register says already."""
    named, known = str(event["event_id"]), reminders["event_id"].dropna().astype("str")
    times = int((known.eq(named) | known.str.startswith(f"{named}-")).sum())
    if not times:
        return event
    if event["event"] not in ARRIVAL or before is None or str(before["event_id"]).startswith(named):
        return None
    return {**event, "event_id": f"{named}-{times + 1}"}


def told_of(said: pd.Series) -> str:
    """An event about the arrival in the words of the register: what, and on which day."""
    words = said["reason"] if pd.notna(said["reason"]) else said["proof"]
    day = said["proof_date"] if pd.notna(said["proof_date"]) else said["event_time"]
    return " ".join(filter(None, ("" if pd.isna(words) else str(words), f"{day:%d/%m/%Y}")))


def save_events(opened: Opened, events: pd.DataFrame) -> None:
    """Add events to the register and write what follows from them, in one save."""
    reminders = pd.concat([opened.ledger.reminders, events], ignore_index=True)
    after = opened.with_reminders(reminders.astype(opened.ledger.reminders.dtypes))
    assessment, findings = compute(after)
    opened.book.save([*updates_of(after, assessment, findings), append_events(events, opened.book)])


def _refuse(opened: Opened, fate: FateOfLetter) -> None:
    reminders = opened.ledger.reminders
    events = reminders[reminders["reminder_id"] == fate.reminder_id]
    issued = events.loc[events["event"].isin(["issued", "opening"]), "event_time"]
    if issued.empty:
        raise ReminderNotFoundError(reminder=fate.reminder_id)
    if (events["event"] == "cancelled").any():
        raise ReminderAlreadyCancelledError(reminder=fate.reminder_id)
    first, last = issued.min().date(), max(today(), opened.as_of)
    if not first <= fate.date <= last:
        raise ReceiptDateError(found=fate.date, first=first, last=last)
    if fate.file is not None and not fate.file.is_file():
        raise ReceiptFileMissingError(path=str(fate.file))
    _refuse_contradiction(reminders, fate)


def _refuse_contradiction(reminders: pd.DataFrame, fate: FateOfLetter) -> None:
    """Sending lies before arrival, and after a return. Only days that are proofs count: others are of a record."""
    is_sending = EVENTS[fate.fate] == "sent"
    other = newest_of(reminders, fate.reminder_id, ARRIVAL if is_sending else ("sent",))
    if other is None or pd.isna(other["proof_date"]):
        return
    day, known = pd.Timestamp(fate.date), other["proof_date"]
    if day > known if is_sending and other["event"] == "delivered" else day < known:
        raise ReceiptContradictedError(found=fate.date, before=told_of(other))


def _event(opened: Opened, fate: FateOfLetter, book: Path) -> dict[str, object]:
    word = opened.catalogue.text(f"fates.{fate.fate}")
    event = {
        "event_id": f"{fate.reminder_id}-F{fate.date:%y%m%d}{list(EVENTS).index(fate.fate)}",
        "reminder_id": fate.reminder_id,
        "event": EVENTS[fate.fate],
        "event_time": pd.Timestamp(moment(opened.as_of, now())),
        "reason": word,
        "proof_date": pd.Timestamp(fate.date),
        "by": fate.by,
    }
    if EVENTS[fate.fate] in ARRIVAL:
        event["proof"] = " ".join(filter(None, (word, fate.note)))
    elif fate.note:
        event["proof"] = fate.note
    if fate.file is not None:
        event |= {
            "file": beside(book, fate.file),
            "file_hash": hashlib.sha256(fate.file.read_bytes()).hexdigest(),
        }
    return event


def beside(book: Path, file: Path) -> str:
    """A file as the register names it: below the workbook's folder where it stands there, else in full."""
    folder, path = book.resolve().parent, file.resolve()
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
