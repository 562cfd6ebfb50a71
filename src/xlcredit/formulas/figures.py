"""Figures for management: DSO, DSO by count-back, CEI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xlcredit.core.kpi import cei as core_cei
from xlcredit.core.kpi import dso as core_dso
from xlcredit.core.kpi import dso_countback as core_dso_countback
from xlcredit.formulas.call import DIVISION, NUMBER

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlcredit.formulas.call import Call

    Values = npt.NDArray[Any]

CENTS = 100


def dso(call: Call) -> Values:
    """Days of sales that are still unpaid."""
    sales, days = _euro(call, "sales"), _numbers(call, "days")
    call.refuse(call.fine & (days <= 0), NUMBER, "days-not-positive", "days")
    call.refuse(call.fine & (sales == 0), DIVISION, "nothing-to-divide-by", "sales")
    return core_dso(_euro(call, "receivables"), sales, days)


def dso_countback(call: Call) -> Values:
    """The same by the sales of the latest months; blank months at either end are not counted."""
    read, owner = call.list_of("monthly_sales")
    call.refuse_faults(read.faults, call.function.arguments[1], owner)
    months = np.trim_zeros(read.blank.astype(np.int64) - 1)
    first = int(np.argmin(read.blank)) if len(months) else 0
    sales = read.typed.to_numpy(np.float64, na_value=0)[first : first + len(months)]
    days = core_dso_countback(float(call.whole("receivables")[0]), sales)
    call.notes["months"] = [len(sales)]
    call.refuse(call.fine & np.isnan(days), NUMBER, "months-too-few", "monthly_sales")
    return np.array([days])


def cei(call: Call) -> Values:
    """Of what could be collected in a month, the share that was, as a fraction of one."""
    months = np.where(call.filled("months"), _numbers(call, "months"), 1.0)
    call.refuse(call.fine & (months < 1), NUMBER, "months-below-one", "months")
    call.notes["months"] = months = np.where(call.fine, months, 1.0)
    begin, sales = _euro(call, "begin"), _euro(call, "sales")
    figures = core_cei(begin, sales, _euro(call, "end_total"), _euro(call, "end_current"), months)
    call.refuse(call.fine & np.isnan(figures), DIVISION, "nothing-to-divide-by", "end_current")
    return figures


def _euro(call: Call, name: str) -> Values:
    return call.whole(name) / CENTS


def _numbers(call: Call, name: str) -> Values:
    return call.column(name).to_numpy(np.float64)
