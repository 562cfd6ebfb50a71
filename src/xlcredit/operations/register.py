"""Register events that operations append: issued and cancelled."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.books import TableUpdate
from xlcredit.books.frames import to_cells
from xlcredit.schema import DTYPES, REMINDERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlcredit.catalogue import Catalogue
    from xlcredit.operations.letter_files import Letter
    from xlcredit.operations.opened import Opened


def next_reminder_ids(reminders: pd.DataFrame, as_of: dt.date, count: int) -> list[str]:
    """The ids of `count` new reminders dated `as_of`: S + yymmdd + a number that goes on within the day.

    >>> next_reminder_ids(pd.DataFrame({"reminder_id": ["S261120-007"]}), dt.date(2026, 11, 20), 1)
    ['S261120-008']
    """
    day = f"S{as_of:%y%m%d}-"
    used = reminders["reminder_id"].dropna().astype("str")
    numbers = pd.to_numeric(used[used.str.startswith(day)].str[len(day) :], errors="coerce").dropna()
    start = int(numbers.max()) + 1 if len(numbers) else 1
    return [f"{day}{number:03d}" for number in range(start, start + count)]


def issued_events(  # noqa: PLR0913, PLR0917  what an event says
    opened: Opened,
    rows: pd.DataFrame,
    letters: list[Letter],
    by: str | None,
    approvers: pd.Series,
    at: dt.datetime,
) -> pd.DataFrame:
    """One `issued` event for each ledger row that a letter lists.

    Args:
        opened: the workbook.
        rows: `Proposal.rows`: the listed rows, with `letter`, `position`, `row_level` and amounts.
        letters: the letters to be issued.
        by: who issues.
        approvers: by letter, that it was approved and by whom; blank where nobody had to.
        at: the moment of issue, on the letters' date.

    Returns:
        Events with the columns of the register; a row listed without being proposed bears no `row_level`, so
        that its level does not advance.
    """
    by_letter = pd.DataFrame(
        {
            "letter": [letter.letter for letter in letters],
            "reminder_id": [letter.reminder_id for letter in letters],
            "letter_level": [letter.level for letter in letters],
            "channel": [letter.channel for letter in letters],
            "file": [letter.file for letter in letters],
        }
    )
    listed = rows.merge(by_letter, on="letter", suffixes=("_row", ""))
    invoices = opened.ledger.invoices.iloc[listed["position"]].reset_index(drop=True)
    events = pd.DataFrame(
        {
            "event_id": listed["reminder_id"] + "-" + _numbers(listed["reminder_id"]),
            "reminder_id": listed["reminder_id"],
            "event": "issued",
            "event_time": pd.Timestamp(at),
            "customer_id": invoices["customer_id"],
            "currency": listed["currency"],
            "invoice_id": invoices["invoice_id"],
            "document_type": listed["document_type"].astype("str"),
            "document_year": invoices["document_date"].dt.year,
            "instalment": listed["instalment"],
            "row_level": listed["row_level"].where(listed["is_proposed"]),
            "letter_level": listed["letter_level"],
            "cycle": listed["cycle"],
            "open_amount": listed["open_amount"],
            "interest": listed["interest"],
            "lump_sum": listed["lump_sum"],
            "total_due": listed["total_due"],
            "channel": listed["channel"],
            "file": listed["file"],
            "reason": listed["letter"].map(approvers),
            "by": by,
        }
    )
    return typed_events(events)


def with_hashes(events: pd.DataFrame, hashes: Mapping[str, str]) -> pd.DataFrame:
    """The events with the fingerprint of each letter's file, by reminder id."""
    return events.assign(file_hash=events["reminder_id"].map(hashes).astype("str"))


def cancelled_events(
    reminders: pd.DataFrame, reminder_id: str, reason: str, by: str | None, at: dt.datetime
) -> pd.DataFrame:
    """One `cancelled` event for each row of the reminder, at `at` but never before what it cancels."""
    issued = reminders[
        (reminders["reminder_id"] == reminder_id) & reminders["event"].isin(["issued", "opening"])
    ]
    events = issued.assign(
        event_id=issued["event_id"] + "-X",
        event="cancelled",
        event_time=max(pd.Timestamp(at), issued["event_time"].max() + pd.Timedelta(seconds=1)),
        reason=reason,
        by=by,
    )
    return typed_events(events)


def moment(as_of: dt.date, clock: dt.datetime) -> dt.datetime:
    """When an event of the day `as_of` happens: that day, at the clock's time."""
    return dt.datetime.combine(as_of, clock.time().replace(microsecond=0))


def typed_events(events: pd.DataFrame) -> pd.DataFrame:
    """Events with every column of the register, in its order and dtypes."""
    columns = [column.key for column in REMINDERS.columns]
    frame = events.reindex(columns=columns).reset_index(drop=True)
    dtypes = {
        column.key: pd.CategoricalDtype(list(column.choices))
        if column.type == "choice"
        else DTYPES[column.type]
        for column in REMINDERS.columns
    }
    return frame.astype(dtypes)


def events_appended(events: pd.DataFrame, headers: Mapping[str, str], catalogue: Catalogue) -> TableUpdate:
    """The save that appends events to a register with these headers (key -> header).

    A column that the register lacks is left out where no event has anything to put there.
    """
    needed = [key for key in events if key in headers or events[key].notna().any()]
    cells = to_cells(events[needed], REMINDERS, catalogue)
    return TableUpdate("reminders", append=cells.rename(columns=dict(headers)))


def _numbers(groups: pd.Series) -> pd.Series:
    """1, 2, 3 ... within each run of equal values, as text of two digits."""
    return (groups.groupby(groups).cumcount() + np.int64(1)).astype("str").str.zfill(2)
