"""The register projected: from events to what was sent for each row and each customer.

The register is the truth about what was sent. A reminder counts from its `issued` (or `opening`) event; its
latest event says how it stands: `failed` leaves the levels as they were, `ambiguous` waits for a person,
`cancelled` is final. `prepared` counts as nothing. An event without a row number concerns the whole reminder.
A row that a letter only lists bears no `row_level`, and its level does not advance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import (
    NO_DAY,
    day,
    days,
    filled,
    is_any,
    latest_at,
    nullable,
    stamps,
)
from xlcredit.core.rows import Matches, match_rows

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.core.columns import Days, Ints, Mask

NO_LEVEL = -1
_ROW = ["customer_id", "invoice_id", "document_type", "document_year", "instalment"]
_ENTERS = ("issued", "opening")
_VOID = ("failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Register:
    """The events and what they are sorted by; aligned with them.

    Attributes:
        events: the typed table.
        is_known: events that have happened by the day asked for.
        enters: known events that issue a reminder or take one over.
        order: positions in order of time, then of position.
        rank: place in that order.
        reminder: number of the event's reminder; events without an id share one.
    """

    events: pd.DataFrame
    is_known: Mask
    enters: Mask
    order: Ints
    rank: Ints
    reminder: Ints

    @property
    def reminders(self) -> int:
        """One more than the highest number of a reminder."""
        return int(self.reminder.max(initial=0)) + 1


@dataclass(frozen=True, slots=True)
class Entries:
    """The rows that counted reminders list: one line a reminder and ledger row.

    Attributes:
        event: position of the issuing event in the register.
        row: position in the ledger.
        level: the row's own level, NO_LEVEL where it was only listed.
        date: of issue.
        is_ambiguous: the latest event does not tell whether it arrived.
        proof_date: proof of receipt; NaT without one.
    """

    event: Ints
    row: Ints
    level: Ints
    date: Days
    is_ambiguous: Mask
    proof_date: Days


@dataclass(frozen=True, slots=True)
class Standing:
    """How reminders stand by their events, one entry a key (a reminder, or a row of one).

    Attributes:
        newest: rank in time of the newest event, -1 without one.
        is_cancelled: whether an event cancelled it.
        proof_date: the newest proof of receipt; NaT without one.
    """

    newest: Ints
    is_cancelled: Mask
    proof_date: Days

    def joined(self, other: Standing) -> Standing:
        """The same keys with the events of both."""
        return Standing(
            np.maximum(self.newest, other.newest),
            self.is_cancelled | other.is_cancelled,
            np.fmax(self.proof_date, other.proof_date),
        )

    def at(self, keys: Ints) -> Standing:
        """The entries of `keys`."""
        return Standing(self.newest[keys], self.is_cancelled[keys], self.proof_date[keys])


def project_register(
    reminders: pd.DataFrame, invoices: pd.DataFrame, as_of: dt.date | None = None
) -> pd.DataFrame:
    """What was sent for each ledger row.

    Args:
        reminders: the register.
        invoices: the ledger.
        as_of: later events are not known yet; None takes all.

    Returns:
        Aligned with `invoices`: level_sent (Int64), level_sent_date (the day that level was first reached),
        is_ambiguous.
    """
    entries = register_entries(read_register(reminders, as_of), match_rows(reminders, invoices))
    level, reached = levels_sent(entries, len(invoices))
    ambiguous = np.zeros(len(invoices), dtype=bool)
    ambiguous[entries.row[entries.is_ambiguous]] = True
    return pd.DataFrame(
        {
            "level_sent": nullable(level, level != NO_LEVEL),
            "level_sent_date": stamps(reached),
            "is_ambiguous": ambiguous,
        }
    )


def levels_sent(entries: Entries, size: int) -> tuple[Ints, Days]:
    """The highest level by ledger row (NO_LEVEL when none), and the day it was first reached."""
    level = np.full(size, NO_LEVEL, dtype="int64")
    np.maximum.at(level, entries.row, entries.level)
    reached = np.full(size, NO_DAY)
    advancing = (entries.level == level[entries.row]) & (entries.level != NO_LEVEL)
    np.fmin.at(reached, entries.row[advancing], entries.date[advancing])
    return level, reached


def register_entries(register: Register, matches: Matches) -> Entries:
    """The ledger rows of every reminder that counts.

    Args:
        register: `read_register(...)`.
        matches: which ledger rows its events name.
    """
    reminders = register.events
    enters = register.enters[matches.reference]
    event, row = matches.reference[enters], matches.invoice[enters]
    stands = _rows_standing(register, matches, event, row)
    counts = ~_is_void(register, stands)
    event, row, stands = event[counts], row[counts], stands.at(np.flatnonzero(counts))
    return Entries(
        event,
        row,
        reminders["row_level"].to_numpy(dtype="int64", na_value=NO_LEVEL)[event],
        days(reminders["event_time"])[event],
        _newest_is(register, stands, "ambiguous"),
        stands.proof_date,
    )


def letters_sent(register: Register) -> pd.DataFrame:
    """Every reminder that counts, with its date: what later letters refer to.

    Args:
        register: `read_register(...)`.

    Returns:
        One row a reminder, in order of issue: reminder_id, customer_id, currency, letter_level, date,
        channel.
    """
    reminders = register.events
    enters = np.flatnonzero(register.enters & filled(reminders["reminder_id"]))
    first = enters[np.unique(register.reminder[enters], return_index=True)[1]]
    first = first[~_reminder_is_void(register)[first]]
    first = first[np.argsort(reminders["event_time"].to_numpy()[first], kind="stable")]
    columns = ["reminder_id", "customer_id", "currency", "letter_level", "channel"]
    sent = reminders[columns].iloc[first].reset_index(drop=True)
    return sent.assign(date=days(reminders["event_time"])[first].astype("datetime64[s]"))


def cancellable(reminders: pd.DataFrame, reminder_id: str) -> bool:
    """Whether a reminder can be cancelled: none of its rows has reached a later level in another reminder."""
    return not later_reminders(reminders, reminder_id)


def later_reminders(reminders: pd.DataFrame, reminder_id: str) -> list[str]:
    """The reminders that took a row of this one to a later level, and count; sorted."""
    register = read_register(reminders)
    entering = reminders[register.enters & ~_reminder_is_void(register) & filled(reminders["row_level"])]
    row = entering.groupby(_ROW, dropna=False, observed=True).ngroup()
    own = (entering["reminder_id"] == reminder_id).to_numpy(dtype=bool, na_value=False)
    reached = entering["row_level"][own].groupby(row[own]).max()
    later = ~own & (entering["row_level"] > row.map(reached)).to_numpy(dtype=bool, na_value=False)
    return sorted(set(entering["reminder_id"][later].astype("str")))


def read_register(reminders: pd.DataFrame, as_of: dt.date | None = None) -> Register:
    """The register as far as it is known on `as_of`; None takes all events."""
    time = reminders["event_time"].to_numpy()
    order = np.argsort(time, kind="stable")
    rank = np.empty(len(order), dtype="int64")
    rank[order] = np.arange(len(order))
    known = np.ones(len(time), dtype=bool) if as_of is None else ~(days(reminders["event_time"]) > day(as_of))
    reminder = pd.factorize(reminders["reminder_id"], use_na_sentinel=False)[0].astype("int64")
    return Register(reminders, known, known & is_any(reminders["event"], *_ENTERS), order, rank, reminder)


def _stand(register: Register, events: Ints, keys: Ints, size: int) -> Standing:
    """How each key stands after `events` (positions, with the key of each)."""
    reminders = register.events
    newest = np.full(size, -1, dtype="int64")
    np.maximum.at(newest, keys, register.rank[events])
    cancelled = np.zeros(size, dtype=bool)
    cancelled[keys[is_any(reminders["event"], "cancelled")[events]]] = True
    # In order of time, so that a proof recorded anew puts the one before right.
    delivered = np.flatnonzero(is_any(reminders["event"], "delivered")[events])
    delivered = delivered[np.argsort(register.rank[events[delivered]])]
    proof = np.full(size, NO_DAY)
    proof[keys[delivered]] = days(reminders["proof_date"])[events[delivered]]
    return Standing(newest, cancelled, proof)


def _rows_standing(register: Register, matches: Matches, event: Ints, row: Ints) -> Standing:
    """How the rows (`event`, `row`) of reminders stand, by their own events and by the whole reminder's."""
    code = register.reminder
    whole = np.flatnonzero(register.is_known & ~filled(register.events["invoice_id"]))
    by_reminder = _stand(register, whole, code[whole], register.reminders)
    own = register.is_known[matches.reference]
    width = np.int64(matches.invoice.max(initial=0) + 1)
    keys, place = np.unique(code[matches.reference[own]] * width + matches.invoice[own], return_inverse=True)
    by_row = _stand(register, matches.reference[own], place, len(keys))
    return by_reminder.at(code[event]).joined(by_row.at(np.searchsorted(keys, code[event] * width + row)))


def _newest_is(register: Register, stands: Standing, *kinds: str) -> Mask:
    """Whether the newest event is one of `kinds`."""
    in_order = is_any(register.events["event"], *kinds)[register.order]
    return np.append(in_order, False)[stands.newest]


def _is_void(register: Register, stands: Standing) -> Mask:
    """Cancelled, or failed last."""
    return stands.is_cancelled | _newest_is(register, stands, *_VOID)


def _reminder_is_void(register: Register) -> Mask:
    """By event: whether its reminder is void."""
    events = np.flatnonzero(register.is_known)
    stands = _stand(register, events, register.reminder[events], register.reminders)
    return _is_void(register, stands)[register.reminder]


def last_sent(register: Register, entries: Entries, size: int) -> Days:
    """By ledger row, the day on which a reminder that lists it was last sent; NaT where none was."""
    events = register.events
    sent = register.is_known & is_any(events["event"], "sent")
    sent_on = latest_at(register.reminder[sent], days(events["event_time"])[sent], register.reminders)
    return latest_at(entries.row, sent_on[register.reminder[entries.event]], size)
