"""From the name of a function and its arguments to its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from xlcredit.formulas import chasing, costs, deadlines, figures, identifiers
from xlcredit.formulas.answers import all_errors, rows_of
from xlcredit.formulas.call import VALUE, ShapesDifferError, call_of
from xlcredit.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from xlcredit.formulas.answers import Rows
    from xlcredit.formulas.call import Call
    from xlcredit.formulas.rules import Rules

COMPUTED: Final[dict[str, Callable[[Call], npt.NDArray[Any]]]] = {
    "XLC_DAYS_OVERDUE": deadlines.days_overdue,
    "XLC_BUCKET": deadlines.bucket,
    "XLC_DUE_DATE": deadlines.due_date,
    "XLC_RATE": costs.rate,
    "XLC_INTEREST": costs.interest,
    "XLC_TOTAL_DUE": costs.total_due,
    "XLC_LEVEL": chasing.level,
    "XLC_PRIORITY": chasing.priority,
    "XLC_ABC": chasing.abc,
    "XLC_LIMITATION": deadlines.limitation,
    "XLC_DSO": figures.dso,
    "XLC_DSO_COUNTBACK": figures.dso_countback,
    "XLC_CEI": figures.cei,
    "XLC_AMOUNT": identifiers.amount,
    "XLC_VAT_OK": identifiers.vat_ok,
    "XLC_IBAN_OK": identifiers.iban_ok,
    "XLC_COURT": costs.court,
    "XLC_VERSION": identifiers.version,
}
"""Function -> what computes a call of it; `XLC_WHY` explains the others (`why`)."""


def answer(name: str, values: Sequence[Any], rules: Rules) -> Rows:
    """What a function answers, row by row.

    Args:
        name: of the function, not `XLC_WHY`.
        values: its arguments in their order, as Excel hands them over; None for one omitted.
        rules: in force in the workbook.
    """
    try:
        call = call_of(FUNCTIONS[name], values, rules)
        return rows_of(call, COMPUTED[name](call))
    except ShapesDifferError as differ:
        return all_errors(VALUE, differ.shape)
