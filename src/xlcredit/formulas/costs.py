"""Rates, interest and total due of an amount, and the court that decides on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xlcredit.core.calculator import CalculatedEach, calculate_each, rates_at
from xlcredit.core.court import COURTS, UNKNOWN, UNSURE, competent_courts
from xlcredit.formulas.call import NOT_AVAILABLE, NUMBER, VALUE

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from xlcredit.core.columns import Days
    from xlcredit.formulas.call import Call

    Values = npt.NDArray[Any]

DEFAULT_REGIME = "b2b"
"""Of a call that names none, as of the calculator on the command line."""

CENTS, BASIS_POINTS = 100, 10_000


def rate(call: Call) -> Values:
    """The rate of a day as a fraction of one."""
    regimes, days = _regimes(call), call.days("date")
    basis_points, is_known = rates_at(_any_day(days, call), regimes, call.rules.law)
    call.refuse(~is_known & call.fine, NOT_AVAILABLE, "rate-not-published", "date")
    return basis_points / BASIS_POINTS


def interest(call: Call) -> Values:
    """Late-payment interest, in euro."""
    return _calculated(call).interest_cents / CENTS


def total_due(call: Call) -> Values:
    """Amount, interest and lump sum, in euro."""
    calculated = _calculated(call)
    call.notes["interest"], call.notes["lump_sum"] = calculated.interest_cents, calculated.lump_sum_cents
    return (call.whole("amount") + calculated.interest_cents + calculated.lump_sum_cents) / CENTS


def court(call: Call) -> Values:
    """The competent court in words."""
    words = [call.rules.words.text(f"courts.{name}") for name in COURTS]
    limit, said = call.rules.law.parameters["court_limit"], call.rules.policy.settings.court_limit_confirmed
    place = competent_courts(call.whole("amount"), call.as_of("date"), limit, is_confirmed=said)
    call.refuse((place == UNKNOWN) & call.fine, NUMBER, "court-unknown", "date")
    call.refuse((place == UNSURE) & call.fine, NOT_AVAILABLE, "court-unsure", "amount")
    return np.array([*words, None, None], dtype=object)[place]


def _calculated(call: Call) -> CalculatedEach:
    regimes, as_of, due = _regimes(call), call.as_of(), call.days("due")
    amounts = np.where(call.fine, call.whole("amount"), 0)
    calculated = calculate_each(amounts, due, as_of, regimes, call.rules.law)
    call.refuse(calculated.uncovered & call.fine, NOT_AVAILABLE, "rate-not-published", "as_of")
    return calculated


def _regimes(call: Call) -> pd.Series[Any]:
    """The regimes; an agreed rate cannot be told to a function for cells."""
    regimes = call.column("regime").fillna(DEFAULT_REGIME)
    call.refuse(regimes.eq("contract").to_numpy(bool), VALUE, "regime-contract", "regime")
    call.notes["regime"] = regimes
    return regimes


def _any_day(days: Days, call: Call) -> Days:
    """The days, with one that means nothing where there is none."""
    return np.where(np.isnat(days), np.datetime64(call.rules.as_of, "D"), days)
