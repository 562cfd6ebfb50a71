"""What to do now about each open row, as codes: a letter, a call, a decision, a promise to check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xlcredit.core.calling_hours import calling_hours
from xlcredit.core.columns import bit_sets, day, is_any
from xlcredit.core.holds import only
from xlcredit.core.plans import NOTHING_AGAINST_DEFAULT
from xlcredit.core.pursuit import asks_now

if TYPE_CHECKING:
    from xlcredit.core.columns import Ints, Mask
    from xlcredit.core.proposal import DueLetters
    from xlcredit.core.pursuit import Pursuit
    from xlcredit.core.situation import Situation

ACTIONS = (
    "lawyer", "plan_default", "promise", "instalment", "follow_up", "dispute", "trace", "record_promise",
    "record_dispute", "find_payment", "send_copy", "decision", "write_off", "sign_plan", "call", "write", "set_off",
)  # fmt: skip
"""Action codes; of several the first goes first on the list of the day.

What a customer said comes before a decision, which may be somebody else's: it may hang on the answer.
"""

DATED = ("plan_default", "promise", "instalment", "dispute", "follow_up")
"""Actions with a day: on the list they go before those that can wait."""

_NOTHING_AGAINST = ("below_minimum",)


@dataclass(frozen=True, slots=True)
class Actions:
    """What to do now.

    Attributes:
        rows: by ledger row, bit sets over `ACTIONS`.
        accounts: by account, position in `ACTIONS` of what goes first; -1 for nothing.
        is_dated: by account: it cannot wait: its day has come, a promise was broken, an effect came back.
    """

    rows: Ints
    accounts: Ints
    is_dated: Mask


def actions_of(situation: Situation, pursuit: Pursuit, letters: DueLetters) -> Actions:
    """What to do now about each open claim, and about credits that are left over."""
    rows, agreed = pursuit.rows, pursuit.agreed
    masks = {
        "lawyer": pursuit.deciding.to_hand_over & ~agreed.handed_over[rows],
        "decision": asks_now(pursuit),
        "promise": agreed.promised.is_due[rows],
        "dispute": agreed.disputed.is_phase_late[rows],
        **_of_plans(pursuit),
        **_of_contacts(situation, pursuit),
        "call": _calls(situation, pursuit),
        "write": _is_written(pursuit, letters),
    }
    wait = _wait_after_call(pursuit)
    by_letter, may_be_called = masks["write"] & (wait >= 0), _may_be_called(situation, pursuit)
    masks["call"] |= by_letter & may_be_called & ~_was_called(situation, pursuit, wait)
    masks["write"] &= ~by_letter
    broken = _newly_broken(situation, pursuit) & may_be_called & ~masks["write"]
    masks["call"] |= broken
    claims = bit_sets(masks, ACTIONS, len(rows))
    whole = np.where(situation.is_open & situation.owed.is_credit, 1 << ACTIONS.index("set_off"), 0)
    whole[rows] = claims
    first = _first_by_account(situation, rows, claims)
    returned = is_any(situation.ledger.invoices["document_type"], "returned_effect")[rows] & (claims > 0)
    return Actions(whole, first, _is_dated(situation, pursuit, first, broken | returned))


def _of_plans(pursuit: Pursuit) -> dict[str, Mask]:
    """What plans ask for."""
    planned, rows = pursuit.agreed.planned, pursuit.rows
    return {
        "plan_default": planned.is_untold[rows] & only(pursuit.holds, *NOTHING_AGAINST_DEFAULT),
        "instalment": planned.is_due[rows],
        "write_off": planned.is_write_off[rows],
        "sign_plan": planned.is_unsigned[rows],
    }


def _of_contacts(situation: Situation, pursuit: Pursuit) -> dict[str, Mask]:
    """What contacts ask for; a customer is traced for overdue rows."""
    spoken, rows = pursuit.agreed.spoken, pursuit.rows
    owner = situation.debtors.debtor[rows]
    return {
        "follow_up": _follows_up(situation, pursuit) & (spoken.next_step[owner] >= 0),
        "trace": spoken.is_lost[owner] & (situation.days_overdue[rows] > 0),
        "record_promise": spoken.promise[rows],
        "record_dispute": spoken.dispute[rows],
        "find_payment": spoken.payment[rows],
        "send_copy": spoken.copy[rows],
    }


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


def _wait_after_call(pursuit: Pursuit) -> Ints:
    """Days for an answer to the call with which a row's next level begins; -1 where it begins with none."""
    wait = np.full(len(pursuit.rows), -1, dtype="int64")
    for code, cycle in enumerate(pursuit.cycle_list):
        for level in cycle.levels:
            if level.channels[:1] == ("call",):
                is_next = pursuit.stages.next == level.number
                wait[is_next & (pursuit.cycles.code[pursuit.rows] == code)] = level.response_days or 0
    return wait


def _calls(situation: Situation, pursuit: Pursuit) -> Mask:
    """Rows due a call, if nothing holds them and their customer may be called.

    The answer to the level before the call has not come and nobody called since, or the next step noted at
    the last contact has come.
    """
    rows, owner, spoken = pursuit.rows, situation.debtors.debtor[pursuit.rows], pursuit.agreed.spoken
    free = only(pursuit.holds, *_NOTHING_AGAINST) & (situation.days_overdue[rows] > 0)
    unanswered = pursuit.stages.response_until < day(situation.as_of)
    unanswered &= pursuit.sent.level[rows] == situation.policy.call_after_level
    unanswered &= (pursuit.stages.next >= 0) & ~(spoken.called_on[owner] > pursuit.sent.date[rows])
    follow_up = _follows_up(situation, pursuit) & (spoken.next_step[owner] < 0)
    may_be_called = _may_be_called(situation, pursuit)
    return may_be_called & ((free & unanswered & ~pursuit.is_proposed) | follow_up)


def _follows_up(situation: Situation, pursuit: Pursuit) -> Mask:
    """Rows of customers for whom the next step noted at the last contact has come, held or not.

    Their overdue rows, or all open ones where none is overdue.
    """
    rows, owner, spoken = pursuit.rows, situation.debtors.debtor[pursuit.rows], pursuit.agreed.spoken
    is_late = situation.days_overdue[rows] > 0
    owes_late = np.bincount(owner[is_late], minlength=len(spoken.follow_up)) > 0
    has_come: Mask = spoken.follow_up[owner] <= day(situation.as_of)
    return has_come & (is_late | ~owes_late[owner])


def _newly_broken(situation: Situation, pursuit: Pursuit) -> Mask:
    """Rows with a broken promise since which nobody has heard of the customer and no letter has gone."""
    rows, owner = pursuit.rows, situation.debtors.debtor[pursuit.rows]
    broken_on = pursuit.agreed.promised.broken_on[rows]
    answered = pursuit.agreed.spoken.heard_on[owner] >= broken_on
    answered |= pursuit.sent.date[rows] >= broken_on
    broken: Mask = ~np.isnat(broken_on) & ~answered & only(pursuit.holds, *_NOTHING_AGAINST)
    return broken & (situation.days_overdue[rows] > 0)


def _was_called(situation: Situation, pursuit: Pursuit, wait: Ints) -> Mask:
    """Rows whose customer has spoken since the level is due and may still answer, or will be heard another day."""
    owner, spoken, as_of = situation.debtors.debtor[pursuit.rows], pursuit.agreed.spoken, day(situation.as_of)
    talked_on = spoken.talked_on[owner]
    may_answer: Mask = (talked_on >= pursuit.stages.next_date) & (talked_on + wait >= as_of)
    later: Mask = spoken.follow_up[owner] > as_of
    return may_answer | later


def _is_dated(situation: Situation, pursuit: Pursuit, first: Ints, rows: Mask) -> Mask:
    """Accounts whose action has a day, or that have one of `rows`."""
    dated = np.isin(first, [ACTIONS.index(name) for name in DATED])
    dated[situation.debtors.account[pursuit.rows[rows]]] = True
    return dated


def _may_be_called(situation: Situation, pursuit: Pursuit) -> Mask:
    """Rows whose customer has not been called on the day, if calls are made on it at all."""
    called_on = pursuit.agreed.spoken.called_on[situation.debtors.debtor[pursuit.rows]]
    has_hours = calling_hours(situation.as_of, situation.policy.desk) is not None
    free: Mask = (called_on != day(situation.as_of)) & has_hours
    return free
