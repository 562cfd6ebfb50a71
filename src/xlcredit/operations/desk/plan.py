"""Payment plans and settlements: proposed with their letter, signed, withdrawn, reminded of, told in default."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.books.place import path_of
from xlcredit.core.holds import HOLDS
from xlcredit.core.plan_proposal import PlanTerms, propose_plan
from xlcredit.core.plans import (
    COVERED,
    DEFAULT,
    LAPSED,
    NOTHING_AGAINST_DEFAULT,
    PROPOSED,
    REGULAR,
    STATUSES,
)
from xlcredit.dates import today
from xlcredit.operations.desk.agreement import Agreement
from xlcredit.operations.desk.draft import Draft, Entered, drafting
from xlcredit.operations.desk.errors import (
    NothingOpenError,
    PlanEndedError,
    PlanExistsError,
    PlanHeldError,
    PlanNotFoundError,
    PlanRowsError,
    PlanSignedError,
    PlanToldError,
    PlanTooLongError,
    SignatureDayError,
    SignedFileMissingError,
)
from xlcredit.operations.desk.plan_letters import PlanLetter, enter_with_letters
from xlcredit.operations.desk.rows import RowName, open_rows
from xlcredit.operations.wording import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlcredit.books.place import Place
    from xlcredit.core.columns import Ints, Mask


_NO_REASON_TO_STAY = frozenset({"plan", "below_minimum", "credit_cover", "ambiguous"})
"""Holds in spite of which a plan's customer is reminded of an instalment."""

_NOT_OURS_TO_ASK = frozenset({"effect", "insolvency", "factor", "rejected", "refused", "duplicate"})
"""Holds of rows that no plan is made on: paid otherwise, to somebody else, or not at all."""

_WITH_OTHERS = frozenset({"handed_over"})
"""Holds of rows that are in a plan only when they are named: the lawyer may have agreed it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is offered.

    Attributes:
        first: due date of the first instalment.
        number: how many instalments.
        frequency: key of the vocabulary `plan_frequency`.
        with_interest: whether accrued interest is added.
        settlement_cents: the lower sum that settles everything; None for a plan of all that is owed.
        confirmed_by: who confirms a plan that lasts longer than the settings let it.
    """

    first: dt.date
    number: int = 1
    frequency: str = "monthly"
    with_interest: bool = False
    settlement_cents: int | None = None
    confirmed_by: str | None = None


@dataclass(frozen=True)
class Planned:
    """What was done with a plan.

    Attributes:
        entered: the workbook afterwards.
        plan_id: the plan.
        lines: its instalments, rows of the table `plans`.
        letter: the letter written; None where none was.
        reminder_id: of the letter, in the register; "" without one.
        left_out: rows of the customer that no plan is made on, each with its holds, in words.
    """

    entered: Entered
    plan_id: str
    lines: pd.DataFrame
    letter: Path | None = None
    reminder_id: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def is_default(self) -> bool:
        """Whether the plan is in default now."""
        plans = self.entered.opened.ledger.plans
        lines = np.flatnonzero(plans["plan_id"] == self.plan_id)
        status = self.entered.assessment.pursuit.agreed.planned.status
        return bool((status[lines] == DEFAULT).any())


@dataclass(frozen=True)
class Reminded:
    """The reminders of instalments written.

    Attributes:
        entered: the workbook afterwards; None where nothing was to be written.
        letters: one a plan.
        silenced: codes of plans with an instalment due soon whose customer nothing may be written to.
    """

    entered: Entered | None
    letters: list[PlanLetter]
    silenced: list[str]


def plan(
    place: Place, names: Sequence[RowName], terms: Terms, out: Path, as_of: dt.date | None = None
) -> Planned:
    """Propose a plan on the named rows, with its letter; from now on they are on hold until it ends.

    Args:
        place: a closed workbook or one open in Excel.
        names: the rows, or the customer whose open rows are meant: those that may be asked for.
        terms: what is offered.
        out: the folder that receives the letter.
        as_of: the day of the proposal.

    Raises:
        PlanExistsError, PlanTermsError, PlanCustomersError, PlanTooLongError, NothingOpenError: nothing has
            changed.
        PlanRowsError: rows that are paid otherwise, to somebody else, or not at all; nothing has changed.
    """
    with drafting(place, as_of) as draft:
        rows, left_out = _to_plan(draft, open_rows(draft, names), names)
        _refuse_planned(draft, rows)
        plan_id = next_plan_id(draft.ledger.plans["plan_id"], draft.as_of)
        lines = propose_plan(draft.assessment, rows.tolist(), PlanTerms(
            plan_id, draft.as_of, terms.first, terms.number, terms.frequency, terms.with_interest,
            terms.settlement_cents,
        ))  # fmt: skip
        lines["notes"] = _confirmation(draft, lines, terms.confirmed_by)
        draft.append("plans", {str(column): lines[column] for column in lines})
        done = _enter_with_letter(draft, place, Agreement(lines, np.sort(rows)), "plan", out)
        return replace(done, left_out=left_out)


def _to_plan(draft: Draft, rows: Ints, names: Sequence[RowName]) -> tuple[Ints, tuple[str, ...]]:
    """The rows that a plan may be made on, and the others in words: of a customer named as a whole these stay out.

    Raises:
        PlanRowsError: they were named, or there are no others.
    """
    means_customer = all(name.is_customer for name in names)
    barring = _NOT_OURS_TO_ASK | _WITH_OTHERS if means_customer else _NOT_OURS_TO_ASK
    barred = _held_by_others(draft, rows, allowed=frozenset(HOLDS) - barring)
    if not barred.any():
        return rows, ()
    told = _rows_in_words(draft, rows[barred])
    if barred.all() or not means_customer:
        raise PlanRowsError(rows="; ".join(told))
    return rows[~barred], told


def _confirmation(draft: Draft, lines: pd.DataFrame, confirmed_by: str | None) -> str | None:
    """Who confirmed a plan that lasts long, for its notes; None where nobody has to."""
    last, most = lines["due_date"].max().date(), draft.opened.policy.settings.plan_max_days
    if (last - draft.as_of).days <= most:
        return None
    if not confirmed_by:
        raise PlanTooLongError(last=last, most=most)
    return draft.opened.catalogue.text("desk.plan_confirmed", name=confirmed_by)


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


def sign_plan(  # noqa: PLR0913  what an entry says
    place: Place,
    plan_id: str,
    on: dt.date,
    file: str | None = None,
    as_of: dt.date | None = None,
    *,
    corrects: bool = False,
) -> Planned:
    """Record that the customer signed: an acknowledgement of the debt (art. 1988, 2944 c.c.).

    Args:
        place: a closed workbook or one open in Excel.
        plan_id: the plan's code.
        on: the day of the signature.
        file: the signed copy, in the workbook's folder or below.
        as_of: the day of the entry.
        corrects: replaces the signature recorded before.

    Raises:
        PlanNotFoundError, PlanEndedError, PlanSignedError, SignatureDayError, SignedFileMissingError: nothing has
            changed.
    """
    with drafting(place, as_of) as draft:
        at = _lines_of(draft, plan_id, (PROPOSED, REGULAR, LAPSED))  # the signed copy may come after the term
        _check_signature(draft, at, on, corrects=corrects)
        _check_file(path_of(place), file)
        draft.type("plans", at, "signed_on", pd.Timestamp(on))
        if file:
            draft.type("plans", at, "file", file)
        return Planned(draft.enter(_rows_of(draft, at)), plan_id, draft.ledger.plans.iloc[at])


def _check_signature(draft: Draft, at: Ints, on: dt.date, *, corrects: bool) -> None:
    """A plan is signed once, from the day of its proposal until today."""
    lines = draft.ledger.plans.iloc[at]
    signed, made_on = lines["signed_on"].dropna(), lines["made_on"].dropna()
    if len(signed) and not corrects:
        raise PlanSignedError(plan=lines["plan_id"].iloc[0], day=signed.iloc[0].date())
    first = made_on.min().date() if len(made_on) else dt.date.min
    last = max(today(), draft.as_of)
    if not first <= on <= last:
        raise SignatureDayError(day=on, first=first, last=last)


def _check_file(book: Path, file: str | None) -> None:
    if file and not (book.resolve().parent / file).is_file():
        raise SignedFileMissingError(path=file)


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
        PlanToldError, NothingOpenError: the customer was told before, or its rows owe nothing; nothing has changed.
        PlanHeldError: nothing may be written about its rows; nothing has changed.
    """
    with drafting(place, as_of) as draft:
        at = _lines_of(draft, plan_id, (DEFAULT,))
        _refuse_told(draft, plan_id, at)
        planned, rows = draft.assessment.pursuit.agreed.planned, _rows_of(draft, at)
        if not len(rows):
            raise NothingOpenError(rows=plan_id)
        held = _held_by_others(draft, rows, allowed=frozenset(NOTHING_AGAINST_DEFAULT))
        if held.any():
            raise PlanHeldError(plan=plan_id, rows="; ".join(_rows_in_words(draft, rows[held])))
        missed = int(np.flatnonzero(planned.is_missed[at])[0])
        is_paid_late = bool(planned.instalment[at[missed]] == COVERED)
        agreement = Agreement(draft.ledger.plans.iloc[at], rows, missed, is_paid_late=is_paid_late)
        draft.type("plans", at, "default_told_on", pd.Timestamp(draft.as_of))
        return _enter_with_letter(draft, place, agreement, "plan_default", out)


def _refuse_told(draft: Draft, plan_id: str, at: Ints) -> None:
    """A default is told once: the days to pay run from that letter."""
    told = draft.ledger.plans["default_told_on"].iloc[at].dropna()
    if len(told):
        raise PlanToldError(plan=plan_id, day=told.iloc[0].date())


def remind_instalments(
    place: Place, out: Path, plan_id: str | None = None, as_of: dt.date | None = None
) -> Reminded:
    """Write, a plan, one reminder of the instalments that fall due soon; each instalment is told once.

    A customer to whom nothing else may be written gets none.

    Args:
        place: a closed workbook or one open in Excel.
        out: the folder that receives the letters.
        plan_id: the only plan; None means all.
        as_of: the day of the letters.

    Raises:
        PlanNotFoundError: there is no such plan; nothing has changed.
    """
    with drafting(place, as_of) as draft:
        due = [_next_instalments(draft, at) for at in _to_remind(draft, plan_id)]
        agreements = [each for each in due if each.rows.size]
        silenced = [each.plan_id for each in agreements if not _may_be_written_to(draft, each.rows)]
        agreements = [each for each in agreements if each.plan_id not in silenced]
        if not agreements:
            return Reminded(None, [], silenced)
        told = np.concatenate([agreement.lines.index.to_numpy() for agreement in agreements])
        draft.type("plans", told, "reminded_on", pd.Timestamp(draft.as_of))
        return Reminded(*enter_with_letters(draft, place, agreements, "plan_reminder", out), silenced)


def _to_remind(draft: Draft, plan_id: str | None) -> list[Ints]:
    """By plan, the lines of which the customer is to be reminded, in order of due date."""
    plans = draft.ledger.plans
    if plan_id is not None and not (plans["plan_id"] == plan_id).any():
        raise PlanNotFoundError(plan=plan_id)
    at = np.flatnonzero(
        draft.assessment.pursuit.agreed.planned.is_to_remind & plans["plan_id"].notna().to_numpy()
    )
    at = at[np.argsort(plans["due_date"].to_numpy()[at], kind="stable")]
    codes = plans["plan_id"].iloc[at].to_numpy()
    return [at[codes == code] for code in pd.unique(codes) if plan_id in {None, code}]


def _next_instalments(draft: Draft, at: Ints) -> Agreement:
    """Some instalments with what is still to be paid of each."""
    lines = draft.ledger.plans.iloc[at]
    missing = draft.assessment.pursuit.agreed.planned.missing[at]
    return Agreement(
        lines.assign(amount=pd.array(missing, dtype="Int64")).set_axis(pd.Index(at)), _rows_of(draft, at)
    )


def _may_be_written_to(draft: Draft, rows: Ints) -> bool:
    """Whether nothing but the plan, or the limits of letters, holds the rows."""
    return not _held_by_others(draft, rows, allowed=_NO_REASON_TO_STAY).any()


def _held_by_others(draft: Draft, rows: Ints, *, allowed: frozenset[str]) -> Mask:
    """By row, whether something holds it that is not `allowed`."""
    holds = draft.assessment.rows["hold"].iloc[rows].astype(object).fillna("")
    return np.array([not set(filter(None, text.split("+"))) <= allowed for text in holds], dtype=bool)


def _rows_in_words(draft: Draft, rows: Ints) -> tuple[str, ...]:
    """Each row by its number, with what holds it."""
    words = draft.opened.catalogue
    numbers = draft.ledger.invoices["invoice_id"].iloc[rows]
    codes = draft.assessment.rows["hold"].iloc[rows].astype("str")
    holds = [words_of(code, "holds", words) for code in codes]
    return tuple(
        f"{number} ({hold[:1].lower()}{hold[1:]})" for number, hold in zip(numbers, holds, strict=True)
    )


def _enter_with_letter(draft: Draft, place: Place, agreement: Agreement, template: str, out: Path) -> Planned:
    """The entry with its letter."""
    entered, (letter,) = enter_with_letters(draft, place, [agreement], template, out)
    return Planned(entered, agreement.plan_id, agreement.lines, letter.target, letter.reminder_id)


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
