"""Disputes: an open case holds the disputed part of its rows; the rest goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xlcredit.core.columns import cents, day, days, filled, is_any
from xlcredit.core.spread import spread

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from xlcredit.core.columns import Ints, Mask
    from xlcredit.core.rows import Matches


@dataclass(frozen=True, slots=True)
class Disputed:
    """By ledger row.

    Attributes:
        amount: cents of the residue that are contested.
        is_phase_late: the deadline of the case's phase has passed.
        is_open_case: by dispute: not resolved.
    """

    amount: Ints
    is_phase_late: Mask
    is_open_case: Mask


def disputed_amounts(disputes: pd.DataFrame, matches: Matches, residue: Ints, as_of: dt.date) -> Disputed:
    """What is contested on `as_of`.

    A case is open until its phase is resolved or an outcome is typed; without an amount it contests all of
    its rows. An amount on several rows fills them in their order.
    """
    is_open = ~is_any(disputes["phase"], "resolved") & ~filled(disputes["outcome"])
    is_open &= ~(days(disputes["opened_on"]) > day(as_of))
    is_whole = is_open & ~filled(disputes["disputed_amount"])
    amounts = np.where(is_open, np.abs(cents(disputes["disputed_amount"])), 0)
    part = spread(matches.reference, matches.invoice, amounts, residue, overflow=False)
    amount = np.zeros(len(residue), dtype="int64")
    np.add.at(amount, matches.invoice, part)
    whole = matches.invoice[is_whole[matches.reference]]
    amount[whole] = residue[whole]
    late = is_open & (days(disputes["phase_deadline"]) < day(as_of))
    phase_late = np.zeros(len(residue), dtype=bool)
    phase_late[matches.invoice[late[matches.reference]]] = True
    return Disputed(amount, phase_late & (residue > 0), is_open)
