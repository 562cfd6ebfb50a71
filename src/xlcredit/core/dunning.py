"""The stage engine: which level each open row stands at, and from when the next one may go.

`level_by_time` is the highest level whose day has come; `level_next` the one after the level sent: no level
is skipped because time has passed. A level before due (courtesy) exists only before due, and where its
minimum is not reached the next one takes its place; neither shifts later levels. The next level goes from the
latest of: its day after due; the last one sent + the distance of the two; + the least days between; + the
days to answer + 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xlcredit.core.columns import NO_DAY
from xlcredit.core.register import NO_LEVEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.parameters.policy import Cycle, Level

HANDOVER = "handover"


@dataclass(frozen=True, slots=True)
class Stages:
    """Aligned with the rows given; NO_LEVEL and NaT where there is none.

    Attributes:
        by_time: the highest level whose day has come.
        next: number of the next level.
        next_date: the day from which it may go.
        min_amount: cents below which it does not go.
        is_handover: the next level is a decision, not a letter.
        is_notice: the next level is a formal notice.
        last_letter_sent: no letter level is left after the level sent.
        response_until: the day by which the level sent expects an answer; NaT when none was sent.
    """

    by_time: Ints
    next: Ints
    next_date: Days
    min_amount: Ints
    is_handover: Mask
    is_notice: Mask
    last_letter_sent: Mask
    response_until: Days


@dataclass(frozen=True, slots=True)
class Dunned:
    """What the engine knows of each row.

    Attributes:
        cycle: position in the list of cycles.
        due: due date after the holiday rule.
        days_overdue: as_of - due; any value where due is NaT.
        amount: cents that may be dunned.
        level_sent: NO_LEVEL when none.
        sent_on: NaT when none.
        broken_on: from when a broken promise makes the next level available; NaT when none.
    """

    cycle: Ints
    due: Days
    days_overdue: Ints
    amount: Ints
    level_sent: Ints
    sent_on: Days
    broken_on: Days

    def at(self, rows: Ints) -> Dunned:
        """The rows chosen."""
        return Dunned(
            self.cycle[rows], self.due[rows], self.days_overdue[rows], self.amount[rows],
            self.level_sent[rows], self.sent_on[rows], self.broken_on[rows],
        )  # fmt: skip


def stage_rows(rows: Dunned, cycles: Sequence[Cycle]) -> Stages:
    """The stage of every row in its cycle.

    Args:
        rows: open rows.
        cycles: by the positions in `rows.cycle`.
    """
    size = len(rows.due)
    stages = Stages(
        np.full(size, NO_LEVEL), np.full(size, NO_LEVEL), np.full(size, NO_DAY), np.zeros(size,
        dtype="int64"), np.zeros(size, dtype=bool), np.zeros(size, dtype=bool), np.zeros(size, dtype=bool),
        np.full(size, NO_DAY),
    )  # fmt: skip
    for code in np.unique(rows.cycle).tolist():
        levels = sorted(cycles[code].levels, key=lambda level: level.number)
        if levels:
            place = np.flatnonzero(rows.cycle == code)
            _stage_in(stages, place, rows.at(place), levels)
    return stages


def level_by_time(days_overdue: Ints, levels: Sequence[Level]) -> Ints:
    """The highest level with days_overdue >= days_after_due; NO_LEVEL before the first."""
    reached = np.full(len(days_overdue), NO_LEVEL)
    for level in levels:
        reached[days_overdue >= level.days_after_due] = level.number
    return reached


def _stage_in(stages: Stages, place: Ints, rows: Dunned, levels: Sequence[Level]) -> None:
    """Fill the stages of the rows at `place`, all in one cycle of `levels` (by number, not empty)."""
    has_due = ~np.isnat(rows.due)
    stages.by_time[place] = np.where(has_due, level_by_time(rows.days_overdue, levels), NO_LEVEL)
    sent = np.searchsorted(_each(levels, "number"), rows.level_sent, side="right") - 1
    following = _following(rows, sent, levels)
    last = len(levels) - 1
    has_next, following = (following <= last), np.minimum(following, last)
    stages.next[place] = np.where(has_next, _each(levels, "number")[following], NO_LEVEL)
    stages.next_date[place] = np.where(has_next, _next_date(rows, sent, following, levels), NO_DAY)
    stages.min_amount[place] = np.where(has_next, _each(levels, "min_amount_cents")[following], 0)
    stages.is_handover[place] = has_next & _is_kind(levels, HANDOVER)[following]
    stages.is_notice[place] = has_next & _is_kind(levels, "formal_notice")[following]
    letters = np.flatnonzero(~_is_kind(levels, HANDOVER))
    stages.last_letter_sent[place] = (sent >= 0) & (sent >= letters.max(initial=0))
    answer = rows.sent_on + _each(levels, "response_days")[np.maximum(sent, 0)]
    stages.response_until[place] = np.where(sent >= 0, answer, NO_DAY)


def _following(rows: Dunned, sent: Ints, levels: Sequence[Level]) -> Ints:
    """Place of the next level: after the one sent, and not a courtesy that is past or below its minimum."""
    before_due = int((_each(levels, "days_after_due") < 0).sum())
    courtesy_amount = _each(levels, "min_amount_cents")[:before_due].max(initial=0)
    no_courtesy = (rows.days_overdue >= 0) | (rows.amount < courtesy_amount)
    return np.where(no_courtesy, np.maximum(sent + 1, before_due), sent + 1)


def _next_date(rows: Dunned, sent: Ints, following: Ints, levels: Sequence[Level]) -> Days:
    """The latest of the four days, or the broken promise's where that comes first."""
    after_due = _each(levels, "days_after_due")
    date = rows.due + after_due[following]
    again = (rows.level_sent >= 1) & (sent >= 0)
    for wait in (
        after_due[following] - after_due[sent],
        _each(levels, "min_days_between")[following],
        _each(levels, "response_days")[sent] + 1,
    ):
        date = np.where(again, np.fmax(date, rows.sent_on + wait), date)
    broken = (after_due[following] >= 0) & ~(rows.broken_on <= rows.sent_on) & ~np.isnat(rows.broken_on)
    return np.where(broken, np.maximum(rows.due + 1, np.minimum(date, rows.broken_on)), date)


def _each(levels: Sequence[Level], attribute: str) -> Ints:
    """One attribute of every level; None, where a policy leaves it out, is 0."""
    return np.array([getattr(level, attribute) or 0 for level in levels], dtype="int64")


def _is_kind(levels: Sequence[Level], kind: str) -> Mask:
    return np.array([level.kind == kind for level in levels])
