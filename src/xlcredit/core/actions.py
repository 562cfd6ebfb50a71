"""What to do now about each open row, as codes: a letter, a call, a decision, a promise to check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import NO_DAY, bit_sets, day, days, is_any, latest_at
from xlcredit.core.holds import only
from xlcredit.core.pursuit import asks_now

if TYPE_CHECKING:
    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.proposal import DueLetters
    from xlcredit.core.pursuit import Pursuit
    from xlcredit.core.situation import Situation

ACTIONS = ("lawyer", "decision", "promise", "dispute", "call", "write", "set_off")
"""Action codes; of several the first goes first on the list of the day."""

_NOTHING_AGAINST = ("below_minimum",)


@dataclass(frozen=True, slots=True)
class Actions:
    """What to do now.

    Attributes:
        rows: by ledger row, bit sets over `ACTIONS`.
        accounts: by account, position in `ACTIONS` of what goes first; -1 for nothing.
    """

    rows: Ints
    accounts: Ints


def actions_of(situation: Situation, pursuit: Pursuit, letters: DueLetters) -> Actions:
    """What to do now about each open claim, and about credits that are left over."""
    rows, agreed = pursuit.rows, pursuit.agreed
    masks = {
        "lawyer": pursuit.deciding.to_hand_over & ~agreed.handed_over[rows],
        "decision": asks_now(pursuit),
        "promise": agreed.promised.is_due[rows],
        "dispute": agreed.disputed.is_phase_late[rows],
        "call": _calls(situation, pursuit),
        "write": _is_written(pursuit, letters),
    }
    by_letter = masks["write"] & _calls_first(pursuit)
    masks["call"] |= by_letter
    masks["write"] &= ~by_letter
    claims = bit_sets(masks, ACTIONS, len(rows))
    whole = np.where(situation.is_open & situation.owed.is_credit, 1 << ACTIONS.index("set_off"), 0)
    whole[rows] = claims
    return Actions(whole, _first_by_account(situation, rows, claims))


def _first_by_account(situation: Situation, rows: Ints, claims: Ints) -> Ints:
    """By account, the lowest bit of its claims; what a credit is good for does not count."""
    busy = np.flatnonzero(claims)
    first = np.full(situation.debtors.accounts, len(ACTIONS))
    lowest = np.log2(claims[busy] & -claims[busy]).astype("int64")
    np.minimum.at(first, situation.debtors.account[rows[busy]], lowest)
    return np.where(first == len(ACTIONS), -1, first)


def _is_written(pursuit: Pursuit, letters: DueLetters) -> Mask:
    """Proposed rows of the letters that are triggered."""
    written = np.zeros(len(pursuit.rows), dtype=bool)
    written[letters.listed] = pursuit.is_proposed[letters.listed]
    return written


def _calls_first(pursuit: Pursuit) -> Mask:
    """Rows whose next level begins with a call."""
    calls = [
        (code, level.number)
        for code, cycle in enumerate(pursuit.cycle_list)
        for level in cycle.levels
        if level.channels[:1] == ("call",)
    ]
    first = np.zeros(len(pursuit.rows), dtype=bool)
    for code, number in calls:
        first |= (pursuit.cycles.code[pursuit.rows] == code) & (pursuit.stages.next == number)
    return first


def _calls(situation: Situation, pursuit: Pursuit) -> Mask:
    """Rows due a call, if nothing holds them.

    The answer to the level before the call has not come and nobody called since, or the next step noted at
    the last contact has come.
    """
    rows, owner = pursuit.rows, situation.debtors.debtor[pursuit.rows]
    called, follow_up = _contacts(situation)
    free = only(pursuit.holds, *_NOTHING_AGAINST) & (situation.days_overdue[rows] > 0)
    unanswered = pursuit.stages.response_until < day(situation.as_of)
    unanswered &= pursuit.sent.level[rows] == situation.policy.call_after_level
    unanswered &= (pursuit.stages.next >= 0) & ~(called[owner] > pursuit.sent.date[rows])
    return free & ((unanswered & ~pursuit.is_proposed) | (follow_up[owner] <= day(situation.as_of)))


def _contacts(situation: Situation) -> tuple[Days, Days]:
    """By debtor: the last call, visit or meeting, and the day of the next step noted at the last contact."""
    contacts, debtors = situation.ledger.contacts, situation.debtors
    when = days(contacts["contact_time"])
    debtor = pd.Index(debtors.codes).get_indexer(pd.Index(contacts["customer_id"]))
    known = (debtor >= 0) & ~(when > day(situation.as_of)) & ~np.isnat(when)
    spoken = known & is_any(contacts["channel"], "call", "visit", "meeting")
    called = latest_at(debtor[spoken], when[spoken], len(debtors.codes))
    last = np.flatnonzero(known)
    last = last[np.argsort(contacts["contact_time"].to_numpy()[last], kind="stable")]
    follow_up = np.full(len(debtors.codes), NO_DAY)
    follow_up[debtor[last]] = days(contacts["next_date"])[last]
    return called, follow_up
