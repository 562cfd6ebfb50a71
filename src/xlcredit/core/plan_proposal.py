"""A plan proposed: what the rows owe, in instalments exact to the cent, on days of every month.

Instalments are equal; the cents left over go to the first ones. Days keep the day of the month of the first
one, or the month's last where it has no such day: 31 January, 28 February, 31 March. Interest, where it is
asked for, is what has accrued on the rows up to the day of the assessment: later rates are not known yet.

A settlement is one instalment below what is owed; the rest is written off only once it is paid.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xlcredit.core.columns import cents
from xlcredit.core.ledger import typed_frame
from xlcredit.core.plan_payments import references_to
from xlcredit.errors import XlcreditError
from xlcredit.money import cents_to_decimal_text, spread_cents
from xlcredit.schema import TABLES, VOCABULARIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from xlcredit.core.assess import Assessment
    from xlcredit.core.columns import Ints

FREQUENCIES = dict(
    zip(VOCABULARIES["plan_frequency"], ((7, 0), (14, 0), (0, 1), (0, 2), (0, 3)), strict=True)
)
"""Days and months between two instalments."""

MOST_INSTALMENTS = 120
"""Ten years of months."""

_MONTHS = 12


class PlanWithoutRowsError(XlcreditError):
    """None of the rows chosen is open."""

    code = "plan-nothing-open"


class PlanCustomersError(XlcreditError):
    """The rows chosen are of several customers or currencies: a plan is an agreement with one."""

    code = "plan-several-customers"


class PlanTermsError(XlcreditError):
    """Terms that no plan can have."""

    code = "plan-terms"


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What is agreed.

    Attributes:
        plan_id: code of the plan.
        made_on: the day of the proposal; payments count from then on.
        first: due date of the first instalment.
        number: how many instalments.
        frequency: one of `FREQUENCIES`.
        with_interest: whether accrued interest is added to what is owed.
        settlement_cents: the lower sum that settles everything, in one instalment; None for a plan of
            all that is owed.
    """

    plan_id: str
    made_on: dt.date
    first: dt.date
    number: int = 1
    frequency: str = "monthly"
    with_interest: bool = False
    settlement_cents: int | None = None


def instalment_dates(first: dt.date, number: int, frequency: str) -> list[dt.date]:
    """The due dates of a plan.

    >>> [str(day) for day in instalment_dates(dt.date(2026, 1, 31), 3, "monthly")]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    """
    days, months = FREQUENCIES[frequency]
    return [_months_later(first, months * step) + dt.timedelta(days * step) for step in range(number)]


def _months_later(day: dt.date, months: int) -> dt.date:
    """The same day of the month so many months later, or that month's last."""
    years, month = divmod(day.month - 1 + months, _MONTHS)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def propose_plan(assessment: Assessment, positions: Sequence[int], terms: PlanTerms) -> pd.DataFrame:
    """The rows of the table `plans` for a plan over the ledger rows at `positions`.

    Raises:
        PlanWithoutRowsError: none of the rows is an open claim.
        PlanCustomersError: the open ones are of several customers or currencies.
        PlanTermsError: no instalment, too many, a first day before the proposal, or a settlement of nothing
            or of all that is owed.
    """
    rows = _open_rows(assessment, positions)
    owed = int(cents(assessment.rows["open_amount"])[rows].sum())
    interest = int(cents(assessment.rows["interest"])[rows].sum()) if terms.with_interest else 0
    _check(terms, owed + interest)
    total = owed + interest if terms.settlement_cents is None else terms.settlement_cents
    dates = instalment_dates(terms.first, terms.number, terms.frequency)
    kind = "instalments" if terms.settlement_cents is None else "settlement"
    return typed_frame(
        TABLES["plans"],
        {
            "instalment": np.arange(1, terms.number + 1),
            "due_date": np.array(dates, dtype="datetime64[s]"),
            "amount": spread_cents(total, [1] * terms.number),
        },
    ).assign(
        plan_id=terms.plan_id,
        customer_id=assessment.rows["customer_id"].iloc[rows[0]],
        kind=kind,
        invoices=references_to(assessment.rows, rows),
        total=total,
        owed=owed,
        made_on=np.datetime64(terms.made_on, "s"),
    )


def _open_rows(assessment: Assessment, positions: Sequence[int]) -> Ints:
    chosen = np.unique(np.array(positions, dtype="int64"))
    rows: Ints = chosen[assessment.situation.is_open_claim[chosen]]
    if not len(rows):
        raise PlanWithoutRowsError(count=len(chosen))
    accounts = np.unique(assessment.situation.debtors.account[rows])
    if len(accounts) > 1:
        who = assessment.situation.debtors.who.iloc[accounts]
        names = (who["customer_name"].fillna(who["customer_id"]) + " " + who["currency"]).tolist()
        raise PlanCustomersError(found=", ".join(names))
    return rows


def _check(terms: PlanTerms, owed: int) -> None:
    """Refuse terms that no plan can have."""
    settlement = terms.settlement_cents
    most = min(MOST_INSTALMENTS, owed) if settlement is None else 1
    if not 1 <= terms.number <= most:
        raise PlanTermsError(what="number", found=terms.number, expected=f"1 - {most}")
    if terms.first < terms.made_on:
        raise PlanTermsError(what="first", found=terms.first, expected=f">= {terms.made_on}")
    if settlement is not None and not 0 < settlement < owed:
        most_text = cents_to_decimal_text(owed - 1)
        found = cents_to_decimal_text(settlement)
        raise PlanTermsError(what="settlement", found=found, expected=f"0.01 - {most_text}")
