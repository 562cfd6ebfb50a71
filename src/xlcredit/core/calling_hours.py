"""When a debtor may be called: lawful hours of the day, and the best of them.

An hour counts from its first minute to the minute before its last. No calls on Sundays and national holidays.

Law: custom of debt collection (the agencies' code of conduct, agreed with consumers' associations), taken as
the measure for everyone; art. 25 Codice del consumo (undue influence by time, place and persistence).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.working_days import is_holiday

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.parameters.desk import Desk, Hours


def calling_hours(day: dt.date, desk: Desk) -> Hours | None:
    """When a debtor may be called on `day`; None on a day without calls."""
    return None if is_holiday(day) else desk.calling_hours.get(day.weekday())


def may_call(moment: dt.datetime, desk: Desk) -> bool:
    """Whether debtors may be called at `moment`, local time."""
    hours = calling_hours(moment.date(), desk)
    return hours is not None and hours[0] <= moment.time() < hours[1]


def best_hours(day: dt.date, desk: Desk) -> list[Hours]:
    """The hours of `day` in which people are most easily found, within those of `calling_hours`."""
    allowed = calling_hours(day, desk)
    if allowed is None:
        return []
    within = [(max(first, allowed[0]), min(last, allowed[1])) for first, last in desk.best_hours]
    return [(first, last) for first, last in within if first < last]


def hours_text(hours: list[Hours]) -> str:
    """Hours as a cell shows them: `10:00-12:30, 14:30-17:30`."""
    return ", ".join(f"{first:%H:%M}-{last:%H:%M}" for first, last in hours)
