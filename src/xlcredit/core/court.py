"""The competent court by the value of the claim.

Law: art. 7 and 10 c.p.c. The value is the claim with interest accrued and costs. A limit that is announced and
not yet certain decides nothing: where it would change the court, a person has to confirm it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from xlcredit.core.columns import Days, Ints
    from xlcredit.parameters.loader import Parameter

COURTS = ("justice_of_the_peace", "tribunal")
UNSURE, UNKNOWN = -1, -2
"""The court depends on a limit that nobody confirmed; there is no limit for a day so early."""


def competent_courts(values: Ints, days: Days, limit: Parameter, *, is_confirmed: bool | None) -> Ints:
    """The court of each claim.

    Args:
        values: cents.
        days: on which the claim is brought.
        limit: parameter `court_limit`, up to which (included) the justice of the peace is competent.
        is_confirmed: what the user says of the announced limit; None when nothing.

    Returns:
        Position in `COURTS`; UNSURE or UNKNOWN.
    """
    day = days.astype("datetime64[D]").astype(np.int64)
    certain = replace(limit, values=tuple(value for value in limit.values if value.confirmed))
    announced, in_force = limit.at_each(day), certain.at_each(day)
    court: Ints = (values > (announced if is_confirmed else in_force)).astype(np.int64)
    if is_confirmed is None:
        court = np.where((values > announced) != (values > in_force), UNSURE, court)
    return np.where(announced == 0, UNKNOWN, court)
