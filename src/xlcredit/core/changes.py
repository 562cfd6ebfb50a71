"""What has happened to a customer since the working day before: the news on the list of the day.

Told from the days that stand in the tables, never from an earlier list, so that a list made twice says the
same. Money and contacts count from that day on, since a list is made in the morning; what a day brings about by
itself (a row falls overdue) counts after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import bit_sets, day, days
from xlcredit.working_days import add_working_days

if TYPE_CHECKING:
    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.pursuit import Pursuit
    from xlcredit.core.situation import Situation

CHANGES = (
    "promise_broken", "plan_missed", "phase_late", "paid_in_part", "contacted", "written_to", "newly_overdue",
)  # fmt: skip
"""Codes of news, in the order in which they are told."""


def changes_of(situation: Situation, pursuit: Pursuit) -> Ints:
    """By account, bit sets over `CHANGES`."""
    debtors, agreed = situation.debtors, pursuit.agreed
    before = add_working_days(np.array([day(situation.as_of)]), -1)[0]
    claims = situation.is_open_claim
    by_row = {
        "promise_broken": _after(agreed.promised.broken_on, before, situation) & claims,
        "plan_missed": _after(agreed.planned.default_on, before, situation) & claims,
        "phase_late": _after(agreed.disputed.deadline + 1, before, situation) & claims,
        "paid_in_part": _paid_since(situation, before) & claims,
        "newly_overdue": _after(situation.dates.due + 1, before, situation) & claims,
    }
    codes = pd.Index(debtors.codes)
    letters = situation.letters[days(situation.letters["date"]) >= before]
    by_debtor = {
        "contacted": agreed.spoken.heard_on >= before,
        "written_to": codes.isin(letters["customer_id"]) & codes.notna(),
    }
    owner = debtors.who["debtor"].to_numpy()
    masks = {name: _any(debtors.account[mask], debtors.accounts) for name, mask in by_row.items()}
    masks |= {name: mask[owner] for name, mask in by_debtor.items()}
    return bit_sets(masks, CHANGES, debtors.accounts)


def _after(dates: Days, before: np.datetime64, situation: Situation) -> Mask:
    """Days after `before` and up to the day of `situation`."""
    return (dates > before) & (dates <= day(situation.as_of))


def _paid_since(situation: Situation, before: np.datetime64) -> Mask:
    """Rows on which money dated `before` or later came in."""
    dated = situation.settled.dated
    return _any(dated["claim"].to_numpy()[days(dated["date"]) >= before], len(situation.owed.net))


def _any(found: Ints, size: int) -> Mask:
    mask = np.zeros(size, dtype=bool)
    mask[found] = True
    return mask
