"""Payment plans and settlements: proposed with their letter, signed, withdrawn, told that they are in default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.books.place import path_of
from xlcredit.core.plan_proposal import PlanTerms, propose_plan
from xlcredit.core.plans import DEFAULT, LATE, PROPOSED, REGULAR, STATUSES
from xlcredit.letters.errors import LetterExistsError
from xlcredit.operations.desk.agreement import Agreement, write_agreement
from xlcredit.operations.desk.draft import Draft, Entered, drafting
from xlcredit.operations.desk.errors import PlanEndedError, PlanExistsError, PlanNotFoundError
from xlcredit.operations.desk.rows import RowName, open_rows
from xlcredit.operations.journal import rename_without_overwriting

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from xlcredit.books.place import Place
    from xlcredit.core.columns import Ints


@dataclass(frozen=True, slots=True)
class Terms:
    """What is offered.

    Attributes:
        first: due date of the first instalment.
        number: how many instalments.
        frequency: key of the vocabulary `plan_frequency`.
        with_interest: whether accrued interest is added.
        settlement_cents: the lower sum that settles everything; None for a plan of all that is owed.
    """

    first: dt.date
    number: int = 1
    frequency: str = "monthly"
    with_interest: bool = False
    settlement_cents: int | None = None


@dataclass(frozen=True)
class Planned:
    """What was done with a plan.

    Attributes:
        entered: the workbook afterwards.
        plan_id: the plan.
        lines: its instalments, rows of the table `plans`.
        letter: the letter written; None where none was.
    """

    entered: Entered
    plan_id: str
    lines: pd.DataFrame
    letter: Path | None = None


def plan(
    place: Place, names: Sequence[RowName], terms: Terms, out: Path, as_of: dt.date | None = None
) -> Planned:
    """Propose a plan on the named rows, with its letter; from now on they are on hold until it ends.

    Args:
        place: a closed workbook or one open in Excel.
        names: the rows, or the customer whose open rows are meant.
        terms: what is offered.
        out: the folder that receives the letter.
        as_of: the day of the proposal.

    Raises:
        PlanExistsError, PlanTermsError, PlanCustomersError, NothingOpenError: nothing has changed.
    """
    with drafting(place, as_of) as draft:
        rows = open_rows(draft, names)
        _refuse_planned(draft, rows)
        plan_id = next_plan_id(draft.ledger.plans["plan_id"], draft.as_of)
        lines = propose_plan(draft.assessment, rows.tolist(), PlanTerms(
            plan_id, draft.as_of, terms.first, terms.number, terms.frequency, terms.with_interest,
            terms.settlement_cents,
        ))  # fmt: skip
        draft.append("plans", {str(column): lines[column] for column in lines})
        return _enter_with_letter(draft, place, Agreement(lines, np.sort(rows)), "plan", out)


def next_plan_id(used: pd.Series, as_of: dt.date) -> str:
    """The code of a new plan: P, the year, a number that goes on within the year.

    >>> import datetime as dt
    >>> next_plan_id(pd.Series(["P26-01", "P26-07"]), dt.date(2026, 11, 20))
    'P26-08'
    """
    start = f"P{as_of:%y}-"
    known = used.dropna().astype("str")
    numbers = pd.to_numeric(known[known.str.startswith(start)].str[len(start) :], errors="coerce").dropna()
    return f"{start}{int(numbers.max()) + 1 if len(numbers) else 1:02d}"


def sign_plan(
    place: Place, plan_id: str, on: dt.date, file: str | None = None, as_of: dt.date | None = None
) -> Planned:
    """Record that the customer signed: an acknowledgement of the debt (art. 1988, 2944 c.c.).

    Args:
        place: a closed workbook or one open in Excel.
        plan_id: the plan's code.
        on: the day of the signature.
        file: the signed copy.
        as_of: the day of the entry.

    Raises:
        PlanNotFoundError, PlanEndedError: nothing has changed.
    """
    with drafting(place, as_of) as draft:
        at = _lines_of(draft, plan_id, (PROPOSED, REGULAR))
        draft.type("plans", at, "signed_on", pd.Timestamp(on))
        if file:
            draft.type("plans", at, "file", file)
        return Planned(draft.enter(_rows_of(draft, at)), plan_id, draft.ledger.plans.iloc[at])


def withdraw_plan(place: Place, plan_id: str, as_of: dt.date | None = None) -> Planned:
    """The plan counts no more from the day of the entry: its rows are dunned again.

    Raises:
        PlanNotFoundError, PlanEndedError: nothing has changed.
    """
    with drafting(place, as_of) as draft:
        at = _lines_of(draft, plan_id, (PROPOSED, REGULAR, DEFAULT))
        draft.type("plans", at, "withdrawn_on", pd.Timestamp(draft.as_of))
        return Planned(draft.enter(_rows_of(draft, at)), plan_id, draft.ledger.plans.iloc[at])


def tell_default(place: Place, plan_id: str, out: Path, as_of: dt.date | None = None) -> Planned:
    """Write the letter that the plan is in default, and record that the customer was told.

    Raises:
        PlanNotFoundError, PlanEndedError: there is no such plan in default; nothing has changed.
    """
    with drafting(place, as_of) as draft:
        at = _lines_of(draft, plan_id, (DEFAULT,))
        missed = np.flatnonzero(draft.assessment.pursuit.agreed.planned.instalment[at] == LATE)
        agreement = Agreement(draft.ledger.plans.iloc[at], _rows_of(draft, at), int(missed[0]))
        draft.type("plans", at, "default_told_on", pd.Timestamp(draft.as_of))
        return _enter_with_letter(draft, place, agreement, "plan_default", out)


def _enter_with_letter(draft: Draft, place: Place, agreement: Agreement, template: str, out: Path) -> Planned:
    """The letter under a temporary name, the entry, the letter's own name."""
    temporary, final = write_agreement(
        agreement, template, draft.opened, draft.assessment, out, path_of(place)
    )
    try:
        if final.exists():
            raise LetterExistsError(final)
        entered = draft.enter(agreement.rows)
        if not rename_without_overwriting(temporary, final):
            raise LetterExistsError(final)
    finally:
        temporary.unlink(missing_ok=True)
    return Planned(entered, agreement.plan_id, agreement.lines, final)


def _refuse_planned(draft: Draft, rows: Ints) -> None:
    planned = draft.assessment.pursuit.agreed.planned
    if (taken := rows[planned.is_regular[rows]]).size:
        row = draft.ledger.invoices.iloc[taken[0]]
        raise PlanExistsError(invoice=row["invoice_id"], plan=_plan_on(draft, int(taken[0])))


def _plan_on(draft: Draft, row: int) -> str:
    """The code of a plan that covers a ledger row."""
    references, matches = (
        draft.assessment.situation.references["plans"],
        draft.assessment.situation.matches["plans"],
    )
    lines = references["plan"].to_numpy()[matches.reference[matches.invoice == row]]
    return str(draft.ledger.plans["plan_id"].iloc[lines[-1]]) if len(lines) else "?"


def _lines_of(draft: Draft, plan_id: str, statuses: tuple[int, ...]) -> Ints:
    """Where the instalments of a plan stand, in their order.

    Raises:
        PlanNotFoundError, PlanEndedError: there is none of these statuses.
    """
    plans = draft.ledger.plans
    at = np.flatnonzero(plans["plan_id"] == plan_id)
    if not len(at):
        raise PlanNotFoundError(plan=plan_id)
    status = int(draft.assessment.pursuit.agreed.planned.status[at[0]])
    if status not in statuses:
        words = draft.opened.catalogue.choices("plan_status")
        raise PlanEndedError(plan=plan_id, status=words[STATUSES[status]])
    return at[np.argsort(plans["due_date"].to_numpy()[at], kind="stable")]


def _rows_of(draft: Draft, lines: Ints) -> Ints:
    """The ledger rows that instalment lines cover and that owe something."""
    references, matches = (
        draft.assessment.situation.references["plans"],
        draft.assessment.situation.matches["plans"],
    )
    covered = np.unique(matches.invoice[np.isin(references["plan"].to_numpy()[matches.reference], lines)])
    return covered[draft.assessment.situation.is_open_claim[covered]]
