"""From the journal of a sending to events of the register; and events of a whole letter in general."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from xlcredit.books import TableUpdate, book_at, path_of
from xlcredit.catalogue import Catalogue
from xlcredit.operations.register import events_appended, typed_events
from xlcredit.operations.send_journal import (
    FINAL,
    close_journal,
    has_journal,
    keep_outcomes,
    read_steps,
)
from xlcredit.schema import REMINDERS
from xlcredit.values import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlcredit.books import Book, Place
    from xlcredit.operations.send_journal import Step

_OF_LETTER = ("customer_id", "currency", "letter_level", "cycle", "channel", "file", "file_hash")


def fold_sending(place: Place) -> int:
    """Bring what a sending left in its journal into the register, and remove the journal.

    Done twice it does nothing the second time: an attempt has one event, known by its id.

    Args:
        place: a workbook whose lock this run holds.

    Returns:
        Events added.

    Raises:
        BookError: the workbook cannot be written; the journal stays.
    """
    path = path_of(place).resolve()
    if not has_journal(path):
        return 0
    steps = outcomes(read_steps(path))
    keep_outcomes(path, steps)
    book = book_at(place)
    events = sending_events(read_register(book), steps)
    if len(events):
        book.save([append_events(events, book)])
        book.persist()
    close_journal(path)
    return len(events)


def outcomes(steps: Sequence[Step]) -> list[Step]:
    """The attempts that came to something; one that ended at the final dot is in doubt."""
    known = [replace(step, state="ambiguous") if step.state == "closing" else step for step in steps]
    return [step for step in known if step.state in FINAL]


def sending_events(reminders: pd.DataFrame, steps: Sequence[Step]) -> pd.DataFrame:
    """One event a step that the register does not have yet."""
    known = set(reminders["event_id"].dropna().astype("str"))
    new = [step for step in steps if attempt_id(step.reminder_id, step.attempt) not in known]
    return letter_events(
        reminders,
        [
            {
                "event_id": attempt_id(step.reminder_id, step.attempt),
                "reminder_id": step.reminder_id,
                "event": step.state,
                "event_time": pd.Timestamp(step.at),
                "customer_id": step.customer_id,
                "channel": step.channel,
                "message_id": step.message_id,
                "reason": step.words if step.state != "sent" else None,
                "by": step.by or None,
            }
            for step in new
        ],
    )


def attempt_id(reminder_id: str, attempt: int) -> str:
    """The id of the event of an attempt: `S261030-001-M1`."""
    return f"{reminder_id}-M{attempt}"


def letter_events(reminders: pd.DataFrame, events: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Events of whole letters: without a row, with what the register says of the letter.

    Args:
        reminders: the register.
        events: column -> value; what they leave out is taken from the letter's first event.

    Returns:
        The events; none is stamped before what the register says of its letter already: the newest counts.
    """
    ids = {event["reminder_id"] for event in events}
    said = reminders[reminders["reminder_id"].isin(ids)]
    own = said.drop_duplicates("reminder_id")
    letters = own.set_index(own["reminder_id"].astype("str"))[list(_OF_LETTER)].astype(object)
    facts = letters.where(letters.notna(), None).to_dict("index")
    new = typed_events(pd.DataFrame([{**facts.get(event["reminder_id"], {}), **event} for event in events]))
    newest = said.groupby("reminder_id")["event_time"].max().reindex(new["reminder_id"]).set_axis(new.index)
    return new.assign(event_time=new["event_time"].where(~(newest > new["event_time"]), newest))


def read_register(book: Book) -> pd.DataFrame:
    """The register alone, typed."""
    keys = {header: column for column, header in book.headers("reminders").items()}
    raw = book.read("reminders")["reminders"].frame
    return read_table(raw.rename(columns=keys), REMINDERS).frame


def append_events(events: pd.DataFrame, book: Book) -> TableUpdate:
    """The update that adds events to the register of a workbook."""
    return events_appended(events, book.headers("reminders"), Catalogue(book.language))
