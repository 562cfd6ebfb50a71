"""Approval of proposed letters at the levels that need it: a name and a day beside the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.approval import is_approved
from xlcredit.operations.desk.draft import Draft, Entered, drafting
from xlcredit.operations.desk.errors import NothingToApproveError
from xlcredit.operations.selection import refuse_unentitled

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.books.place import Place
    from xlcredit.core.columns import Ints


def approve(
    place: Place, by: str, customers: frozenset[str] = frozenset(), as_of: dt.date | None = None
) -> tuple[Entered, int]:
    """Approve the letters of the sheet of proposed letters that wait for it.

    Args:
        place: a closed workbook or one open in Excel.
        by: who approves; where the settings name who may, one of them.
        customers: codes to limit the approval to; empty means all.
        as_of: the day of the approval.

    Returns:
        The workbook afterwards, and how many letters were approved.

    Raises:
        NotEntitledError, NothingToApproveError: nothing has changed.
    """
    with drafting(place, as_of) as draft:
        refuse_unentitled(draft.opened, by)
        waiting = _waiting(draft, customers)
        draft.type("proposal", waiting, "approved_by", by)
        draft.type("proposal", waiting, "approved_on", pd.Timestamp(draft.as_of))
        return draft.enter(), len(waiting)


def _waiting(draft: Draft, customers: frozenset[str]) -> Ints:
    """Where the letters stand that need an approval and have none that counts."""
    proposal = draft.opened.frames.get("proposal")
    if proposal is None or proposal.empty:
        raise NothingToApproveError
    counts = is_approved(proposal, proposal, draft.opened.policy.settings.approvers, draft.as_of)
    waits = proposal["needs_approval"].fillna(value=False).astype(bool) & ~counts
    if customers:
        waits &= proposal["customer_id"].isin(customers)
    if not waits.any():
        raise NothingToApproveError
    return np.flatnonzero(waits)
