"""Disputes: opened on rows, moved from phase to phase, resolved with an outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.core.columns import cents, days, filled
from xlcredit.core.disputes import BEGINS, PHASES, is_about_customer
from xlcredit.core.spread import spread
from xlcredit.operations.desk.draft import Draft, Entered, drafting
from xlcredit.operations.desk.errors import (
    DayPassedError,
    DisputeExistsError,
    NoDisputeError,
    PhaseBeforeError,
)
from xlcredit.operations.desk.promise import part_by_due, refuse_currencies, row_names
from xlcredit.operations.desk.rows import RowName, named_rows, open_rows

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from xlcredit.books.place import Place
    from xlcredit.core.columns import Ints


@dataclass(frozen=True, slots=True)
class Contested:
    """What a case says when it is opened.

    Attributes:
        reason: key of the vocabulary `dispute_reason`.
        department: that has to answer.
        owner: who follows the case.
        amount_cents: contested over all rows, of one currency, filling those due first; None contests all that is
            open.
        deadline: by when the first phase is to end; None takes the days of the policy.
        notes: what was said.
    """

    reason: str
    department: str | None = None
    owner: str | None = None
    amount_cents: int | None = None
    deadline: dt.date | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """Who follows a case that moves on, and what is known of it; what is None stays as it is.

    Attributes:
        department: that has to answer.
        owner: who follows the case.
        notes: what was said.
    """

    department: str | None = None
    owner: str | None = None
    notes: str | None = None


def dispute(
    place: Place, names: Sequence[RowName], contested: Contested, as_of: dt.date | None = None
) -> Entered:
    """Record that the customer contests the named rows: that part is not dunned while the case is open.

    Args:
        place: a closed workbook or one open in Excel.
        names: the rows, or the customers whose open rows are meant.
        contested: what the case says.
        as_of: the day of the entry, on which the case is opened.

    Raises:
        DisputeExistsError, AmountCurrenciesError, AmountAboveResidueError, NothingOpenError, DayPassedError: nothing
            has changed.
    """
    with drafting(place, as_of) as draft:
        return draft.enter(add_disputes(draft, open_rows(draft, names), contested))


def dispute_customer(
    place: Place, customer_id: str, contested: Contested, as_of: dt.date | None = None
) -> Entered:
    """Record that a customer contests all that is owed, now and while the case is open: one case without a document.

    Args:
        place: a closed workbook or one open in Excel.
        customer_id: who.
        contested: what the case says.
        as_of: the day of the entry, on which the case is opened.

    Raises:
        CustomerNotFoundError, DisputeExistsError, AmountCurrenciesError, DayPassedError: nothing has changed.
    """
    with drafting(place, as_of) as draft:
        rows = named_rows(draft, [RowName(customer_id)])
        if len(open_cases(draft, [RowName(customer_id)])):
            raise DisputeExistsError(
                customer=customer_id, about=about_case(draft, {"customer_id": customer_id})
            )
        _refuse_passed(draft, contested.deadline)
        owed = rows[draft.assessment.situation.is_open_claim[rows]]
        if contested.amount_cents is not None:
            refuse_currencies(draft, owed, contested.amount_cents)
        named = {"customer_id": pd.Series([customer_id], dtype="str")}
        draft.append("disputes", named | _opening(draft, contested, contested.amount_cents))
        return draft.enter(owed)


def add_disputes(draft: Draft, rows: Ints, contested: Contested) -> Ints:
    """The cases of `dispute` on ledger rows, into a draft; the rows contested.

    A case without an amount contests whole rows.
    """
    _refuse_contested(draft, rows)
    _refuse_passed(draft, contested.deadline)
    amounts: Any = None
    if contested.amount_cents is not None:
        parts = part_by_due(draft, rows, contested.amount_cents)
        rows, amounts = rows[parts > 0], pd.array(parts[parts > 0], dtype="Int64")
    draft.append("disputes", row_names(draft, rows) | _opening(draft, contested, amounts))
    return rows


def _opening(draft: Draft, contested: Contested, amounts: Any) -> dict[str, Any]:  # noqa: ANN401  cents, one or several
    """The columns of a case besides what it is about."""
    return {
        "opened_on": pd.Timestamp(draft.as_of),
        "reason": contested.reason,
        "department": contested.department,
        "owner": contested.owner,
        "disputed_amount": amounts,
        "phase_deadline": pd.NaT if contested.deadline is None else pd.Timestamp(contested.deadline),
        "notes": contested.notes,
    }


def _refuse_contested(draft: Draft, rows: Ints) -> None:
    contested = np.flatnonzero(draft.assessment.pursuit.agreed.disputed.amount)
    if len(taken := rows[np.isin(rows, contested)]):
        row = draft.ledger.invoices.iloc[taken[0]]
        raise DisputeExistsError(customer=row["customer_id"], about=about_case(draft, row))


def _refuse_passed(draft: Draft, deadline: dt.date | None) -> None:
    if deadline is not None and deadline < draft.as_of:
        raise DayPassedError(day=deadline, as_of=draft.as_of)


def move_dispute(  # noqa: PLR0913, PLR0917  how a case goes on
    place: Place,
    names: Sequence[RowName],
    phase: str,
    deadline: dt.date | None = None,
    followed: Followed | None = None,
    as_of: dt.date | None = None,
) -> Entered:
    """The open cases on the named rows enter a phase on the day of the entry.

    Args:
        place: a closed workbook or one open in Excel.
        names: the rows, or the customers whose cases are meant (see `open_cases`).
        phase: `investigation` or `discussion`.
        deadline: by when the phase is to end; None takes the days of the policy.
        followed: who follows the cases from now on.
        as_of: the day of the entry.

    Raises:
        NoDisputeError, PhaseBeforeError, DayPassedError: nothing has changed.
    """
    with drafting(place, as_of) as draft:
        cases = _need_cases(draft, names)
        _refuse_passed(draft, deadline)
        _begin(draft, cases, phase)
        draft.type("disputes", cases, "phase_deadline", None if deadline is None else pd.Timestamp(deadline))
        _follow(draft, cases, followed or Followed())
        return draft.enter(_rows_of(draft, cases), cases=cases)


def _follow(draft: Draft, cases: Ints, followed: Followed) -> None:
    for column in ("department", "owner"):
        if value := getattr(followed, column):
            draft.type("disputes", cases, column, value)
    if followed.notes:
        draft.note("disputes", cases, followed.notes)


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
        credit_cents: of the credit note that is to be expected over all cases, filling each up to what it contests in
            their order; what exceeds them all stays on the last.
        notes: how it ended.
        as_of: the day of the entry.

    Raises:
        NoDisputeError, PhaseBeforeError, AmountCurrenciesError: nothing has changed.
    """
    with drafting(place, as_of) as draft:
        cases = _need_cases(draft, names)
        _begin(draft, cases, PHASES[-1])
        draft.type("disputes", cases, "outcome", outcome)
        if credit_cents is not None:
            _expect(draft, cases, abs(credit_cents))
        _follow(draft, cases, Followed(notes=notes))
        return draft.enter(_rows_of(draft, cases), cases=cases)


def _expect(draft: Draft, cases: Ints, credit_cents: int) -> None:
    """One credit note over cases.

    Raises:
        AmountCurrenciesError: several cases are about rows of several currencies.
    """
    if len(cases) > 1:
        refuse_currencies(draft, _rows_of(draft, cases), credit_cents)
    amounts = draft.ledger.disputes["disputed_amount"].iloc[cases]
    held = draft.assessment.pursuit.agreed.disputed.held[cases]
    contested = np.where(filled(amounts), np.abs(cents(amounts)), held)
    of_one_note, each = np.zeros(len(cases), dtype=np.int64), np.arange(len(cases))
    parts = spread(of_one_note, each, np.array([credit_cents]), contested, overflow=True)
    draft.type_each("disputes", cases, "credit_note_expected", [int(part) or None for part in parts])


def open_cases(draft: Draft, names: Sequence[RowName]) -> Ints:
    """Positions of the open cases that `names` mean.

    A customer named without a document means the cases about the whole customer; where there is none, those on
    the customer's rows. A document means the cases that name it.
    """
    disputes, matches = draft.ledger.disputes, draft.assessment.situation.matches["disputes"]
    is_open, is_general = draft.assessment.pursuit.agreed.disputed.is_open_case, is_about_customer(disputes)
    whole = {name.customer_id for name in names if name.is_customer}
    general = is_open & is_general & disputes["customer_id"].isin(whole).to_numpy()
    told = set(disputes["customer_id"][general])
    rows = named_rows(draft, [name for name in names if not name.is_customer or name.customer_id not in told])
    on_rows = np.zeros(len(disputes), dtype=bool)
    on_rows[matches.reference[np.isin(matches.invoice, rows)]] = True
    return np.flatnonzero(general | (on_rows & is_open & ~is_general))


def _need_cases(draft: Draft, names: Sequence[RowName]) -> Ints:
    """The same, at least one.

    Raises:
        NoDisputeError: there is none.
    """
    cases = open_cases(draft, names)
    if not len(cases):
        raise NoDisputeError(customer=", ".join(sorted({name.customer_id for name in names})))
    return cases


def _rows_of(draft: Draft, cases: Ints) -> Ints:
    """The rows still owed that cases contest."""
    matches = draft.assessment.situation.matches["disputes"]
    rows = np.unique(matches.invoice[np.isin(matches.reference, cases)])
    return rows[draft.assessment.situation.is_open_claim[rows]]


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
        raise PhaseBeforeError(about=about_case(draft, row), phase=words[phase], day=draft.as_of)
    draft.type("disputes", cases, BEGINS[place], pd.Timestamp(draft.as_of))


def about_case(draft: Draft, case: Mapping[Any, Any] | pd.Series[Any]) -> str:
    """What a case is about, in words: the document, else the customer."""
    invoice, words = case.get("invoice_id"), draft.opened.catalogue
    if invoice is None or pd.isna(invoice):
        return words.text("desk.about_customer", customer=case["customer_id"])
    return words.text("desk.about_document", invoice=invoice)
