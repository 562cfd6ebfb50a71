"""Figures for management: how long sales stay unpaid, and how well what was due was collected.

Amounts of one figure share one unit (cents or euro). A figure that cannot be formed, because its divisor is
nothing, is NaN.

| figure | formula | source |
|---|---|---|
| DSO | receivables / sales x days | Credit Research Foundation, "Days sales outstanding" |
| DSO, count-back | days of the latest months whose sales make up the receivables | the same, "count-back method" |
| CEI | (begin + sales - end total) / (begin + sales - end current) | the same, "Collection effectiveness index" |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

DAYS_OF_A_MONTH = 30
"""Of the count-back: months are counted as commercial ones, for sales come without their dates."""


def dso(receivables: Floats, sales: Floats, days: Floats) -> Floats:
    """Days sales outstanding: the days of sales that are still unpaid.

    Formula: receivables / sales x days.
    Source: Credit Research Foundation, days sales outstanding.

    Args:
        receivables: open at the end of the period.
        sales: on credit, of the period.
        days: of the period.

    >>> dso(np.array([150.0]), np.array([450.0]), np.array([90.0])).tolist()
    [30.0]
    """
    return _divided(receivables * days, sales)


def dso_countback(receivables: float, monthly_sales: Floats) -> float:
    """Days sales outstanding by count-back: the receivables are laid over the sales of the latest months.

    Formula: 30 days for each latest month whose whole sales are covered; of the month before them, the share
    of its sales that is left.
    Source: Credit Research Foundation, count-back method.

    Args:
        receivables: open at the end of the last month.
        monthly_sales: on credit, one a month, the latest last.

    Returns:
        Days, NaN where the months given do not reach.

    >>> dso_countback(150.0, np.array([80.0, 100.0, 100.0]))
    45.0
    """
    latest_first = monthly_sales[::-1]
    if receivables <= 0:
        return 0.0
    reached = np.cumsum(latest_first) >= receivables
    if not reached.any():
        return float("nan")
    month = int(reached.argmax())
    left = receivables - latest_first[:month].sum()
    return float(DAYS_OF_A_MONTH * (month + left / latest_first[month]))


def cei(begin: Floats, sales: Floats, end_total: Floats, end_current: Floats, months: Floats) -> Floats:
    """Collection effectiveness index: of what could be collected in a month, the share that was.

    Formula: (begin + sales - end total) / (begin + sales - end current), with the sales of one month.
    Source: Credit Research Foundation, collection effectiveness index.

    Args:
        begin: open at the start.
        sales: on credit, of all the months.
        end_total: open at the end.
        end_current: of these, not yet due.
        months: over which `sales` were made; not below 1.

    >>> figures = [6200.0, 10890.0, 6340.0, 3590.0, 3.0]
    >>> round(cei(*(np.array([figure]) for figure in figures))[0], 3).item()
    0.559
    """
    available = begin + sales / months
    return _divided(available - end_total, available - end_current)


def _divided(amounts: Floats, by: Floats) -> Floats:
    """The quotient; NaN where the divisor is nothing."""
    quotient: Floats = np.divide(amounts, by, out=np.full(np.shape(amounts), np.nan), where=by != 0)
    return quotient
