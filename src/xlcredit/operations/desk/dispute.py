"""Disputes: opened on rows, moved from phase to phase, resolved with an outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.core.columns import days
from xlcredit.core.disputes import BEGINS, PHASES
from xlcredit.operations.desk.draft import Draft, Entered, drafting
from xlcredit.operations.desk.errors import DisputeExistsError, NoDisputeError, PhaseBeforeError
from xlcredit.operations.desk.promise import part_by_due, row_names
from xlcredit.operations.desk.rows import RowName, named_rows, open_rows

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from xlcredit.books.place import Place
    from xlcredit.core.columns import Ints


def dispute(  # noqa: PLR0913, PLR0917  what a case says
    place: Place,
    names: Sequence[RowName],
    reason: str,
    department: str | None = None,
    owner: str | None = None,
    amount_cents: int | None = None,
    notes: str | None = None,
    as_of: dt.date | None = None,
) -> Entered:
    """Record that the customer contests the named rows: that part is not dunned while the case is open.

    Args:
        place: a closed workbook or one open in Excel.
        names: the rows, or the customers whose open rows are meant.
        reason: key of the vocabulary `dispute_reason`.
        department: that has to answer.
        owner: who follows the case.
        amount_cents: contested over all rows, filling those due first; None contests all that is open.
        notes: what was said.
        as_of: the day of the entry, on which the case is opened.

    Raises:
        DisputeExistsError, AmountAboveResidueError, NothingOpenError: nothing has changed.
    """
    with drafting(place, as_of) as draft:
        rows = add_disputes(draft, open_rows(draft, names), reason, department, owner, amount_cents, notes)
        return draft.enter(rows)


def add_disputes(  # noqa: PLR0913, PLR0917  what a case says
    draft: Draft,
    rows: Ints,
    reason: str,
    department: str | None,
    owner: str | None,
    amount_cents: int | None,
    notes: str | None,
) -> Ints:
    """The cases of `dispute` on ledger rows, into a draft; the rows contested.

    A case without an amount contests whole rows.
    """
    contested = np.flatnonzero(draft.assessment.pursuit.agreed.disputed.amount)
    if len(taken := rows[np.isin(rows, contested)]):
        row = draft.ledger.invoices.iloc[taken[0]]
        raise DisputeExistsError(customer=row["customer_id"], invoice=row["invoice_id"])
    amounts: Any = None
    if amount_cents is not None:
        parts = part_by_due(draft, rows, amount_cents)
        rows, amounts = rows[parts > 0], pd.array(parts[parts > 0], dtype="Int64")
    draft.append(
        "disputes",
        {
            **row_names(draft, rows),
            "opened_on": pd.Timestamp(draft.as_of),
            "reason": reason,
            "department": department,
            "owner": owner,
            "disputed_amount": amounts,
            "notes": notes,
        },
    )
    return rows


def move_dispute(
    place: Place, names: Sequence[RowName], phase: str, deadline: dt.date | None = None,
    as_of: dt.date | None = None,
) -> Entered:  # fmt: skip
    """The open cases on the named rows enter a phase on the day of the entry.

    Args:
        place: a closed workbook or one open in Excel.
        names: the rows, or the customers whose cases are meant.
        phase: `investigation` or `discussion`.
        deadline: by when the phase is to end; None takes the days of the policy.
        as_of: the day of the entry.

    Raises:
        NoDisputeError, PhaseBeforeError: nothing has changed.
    """
    with drafting(place, as_of) as draft:
        cases, rows = _open_cases(draft, names)
        _begin(draft, cases, phase)
        draft.type("disputes", cases, "phase_deadline", None if deadline is None else pd.Timestamp(deadline))
        return draft.enter(rows)


def resolve_dispute(  # noqa: PLR0913, PLR0917  how a case ends
    place: Place,
    names: Sequence[RowName],
    outcome: str,
    credit_cents: int | None = None,
    notes: str | None = None,
    as_of: dt.date | None = None,
) -> Entered:
    """The open cases on the named rows end on the day of the entry: dunning of those rows goes on.

    Args:
        place: a closed workbook or one open in Excel.
        names: the rows, or the customers whose cases are meant.
        outcome: key of the vocabulary `dispute_outcome`.
        credit_cents: of the credit note that is to be expected, on the first case.
        notes: how it ended.
        as_of: the day of the entry.

    Raises:
        NoDisputeError, PhaseBeforeError: nothing has changed.
    """
    with drafting(place, as_of) as draft:
        cases, rows = _open_cases(draft, names)
        _begin(draft, cases, PHASES[-1])
        draft.type("disputes", cases, "outcome", outcome)
        if credit_cents is not None:
            draft.type("disputes", cases[:1], "credit_note_expected", credit_cents)
        if notes:
            draft.type("disputes", cases, "notes", notes)
        return draft.enter(rows)


def _open_cases(draft: Draft, names: Sequence[RowName]) -> tuple[Ints, Ints]:
    """Positions of the open cases on the named rows, and the rows.

    Raises:
        NoDisputeError: there is none.
    """
    rows = named_rows(draft, names)
    matches = draft.assessment.situation.matches["disputes"]
    is_open = draft.assessment.pursuit.agreed.disputed.is_open_case
    found = np.isin(matches.invoice, rows) & is_open[matches.reference]
    if not found.any():
        raise NoDisputeError(customer=", ".join(sorted({name.customer_id for name in names})))
    return np.unique(matches.reference[found]), np.unique(matches.invoice[found])


def _begin(draft: Draft, cases: Ints, phase: str) -> None:
    """The phase begins on the day of the entry.

    Raises:
        PhaseBeforeError: a case stands in that phase or in a later one, or begins after that day.
    """
    place, day = PHASES.index(phase), np.datetime64(draft.as_of, "D")
    disputes = draft.ledger.disputes.iloc[cases]
    later = [days(disputes[column]) for column in BEGINS[place:]]
    earlier = [days(disputes[column]) > day for column in BEGINS[:place]]
    wrong = np.any([~np.isnat(dates) for dates in later], axis=0) | np.any(earlier, axis=0)
    if wrong.any():
        row = disputes.iloc[int(np.flatnonzero(wrong)[0])]
        words = draft.opened.catalogue.choices("dispute_phase")
        raise PhaseBeforeError(invoice=row["invoice_id"], phase=words[phase], day=draft.as_of)
    draft.type("disputes", cases, BEGINS[place], pd.Timestamp(draft.as_of))
