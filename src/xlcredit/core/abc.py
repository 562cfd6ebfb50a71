"""ABC classes: which few customers owe most of what is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlcredit.core.columns import Ints

CLASSES = ("A", "B", "C")


def classify_abc(amounts: Ints, shares_percent: Sequence[int], order: Ints | None = None) -> Ints:
    """The class of each customer by its place in the cumulative share of the total.

    A customer belongs to A while the cumulative share, its own included, is at most the first bound, to B
    while it is at most the second, else to C; the largest is always A.

    Args:
        amounts: overdue cents by customer.
        shares_percent: the two bounds.
        order: what goes first among equal amounts (the lower); position when None.

    Returns:
        Position in `CLASSES`; -1 for a customer with nothing overdue.
    """
    ranked, running = _ranked(amounts, order)
    place = np.full(len(amounts), -1, dtype="int64")
    total = running[-1] if len(running) else 0
    place[ranked] = sum((running * 100 > share * total).astype("int64") for share in shares_percent)
    place[ranked[:1]] = 0
    return place


def cadence_place(amounts: Ints, shares_percent: Sequence[int], order: Ints | None = None) -> Ints:
    """The class by the share of those who owe more: unlike the class itself it never falls when more is owed.

    Args and returns as of `classify_abc`.
    """
    ranked, running = _ranked(amounts, order)
    place = np.full(len(amounts), -1, dtype="int64")
    total = running[-1] if len(running) else 0
    ahead = running - amounts[ranked]
    place[ranked] = sum((ahead * 100 >= share * total).astype("int64") for share in shares_percent)
    return place


def _ranked(amounts: Ints, order: Ints | None) -> tuple[Ints, Ints]:
    """Customers with something overdue, largest first, and the running total."""
    tie = np.arange(len(amounts)) if order is None else order
    ranked = np.lexsort((tie, -amounts))
    ranked = ranked[amounts[ranked] > 0]
    return ranked, np.cumsum(amounts[ranked])
