"""How the collector's desk works: phases of disputes, tasks after a contact, hours for calls."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlcredit.parameters.errors import PolicyValueError
from xlcredit.vocabularies import VOCABULARIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlcredit.parameters.fields import Fields

_WEEKDAYS, _SATURDAY = range(5), 5
_HOUR = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")

Hours = tuple[dt.time, dt.time]
"""From the first, included, to the second, not included."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a team decides about its daily work.

    Attributes:
        dispute_days: days that each phase of a dispute may last where no deadline is typed; of a resolved one,
            days for the credit note.
        dispute_statistics_days: disputes opened within so many days count for the statistics.
        promise_max_days: days after which a promise for a later one wants a look.
        plan_first_max_days: the same for the first instalment of a plan.
        contact_task_days: days for which what a customer said asks for a row of its own.
        far_hold_days: days from now after which the end of a hold is told.
        calling_hours: by weekday (Monday is 0) when a debtor may be called; days without an entry have none.
        best_hours: when people are most easily found.
    """

    dispute_days: Mapping[str, int]
    dispute_statistics_days: int
    promise_max_days: int
    plan_first_max_days: int
    contact_task_days: int
    far_hold_days: int
    calling_hours: Mapping[int, Hours]
    best_hours: tuple[Hours, ...]


def read_desk(fields: Fields) -> Desk:
    """The desk of a policy file.

    Raises:
        ParameterFileError: a key that is missing or unknown, or a value that it cannot have.
    """
    phases, calls = fields.inner("dispute_days"), fields.inner("calling_hours")
    weekdays = read_hours(calls, "weekdays", calls.take("weekdays", str))
    saturday = read_hours(calls, "saturday", calls.take("saturday", str))
    best = fields.take("best_hours", list)
    desk = Desk(
        {phase: _days(phases, phase) for phase in VOCABULARIES["dispute_phase"]},
        _days(fields, "dispute_statistics_days"),
        _days(fields, "promise_max_days"),
        _days(fields, "plan_first_max_days"),
        _days(fields, "contact_task_days"),
        _days(fields, "far_hold_days"),
        {**dict.fromkeys(_WEEKDAYS, weekdays), _SATURDAY: saturday},
        tuple(read_hours(fields, "best_hours", str(text)) for text in best),
    )
    for part in (phases, calls, fields):
        part.done()
    return desk


def read_hours(fields: Fields, key: str, text: str) -> Hours:
    """`8:30-21:00` as two hours of a day, the first before the second."""
    first, _, last = text.partition("-")
    if not _HOUR.fullmatch(first) or not _HOUR.fullmatch(last) or _time(first) >= _time(last):
        raise PolicyValueError(file=fields.file, where=fields.path(key), found=text, expected="8:30-21:00")
    return _time(first), _time(last)


def _time(text: str) -> dt.time:
    hour, _, minute = text.partition(":")
    return dt.time(int(hour), int(minute))


def _days(fields: Fields, key: str) -> int:
    value: int = fields.take(key, int)
    if value < 0:
        raise PolicyValueError(file=fields.file, where=fields.path(key), found=value, expected=">= 0")
    return value
