"""Orders by several keys, without sorting a million rows several times over.

The first key sorts everything; each further one only what is still tied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlcredit.core.columns import Days, Ints, Mask

_LAST_DAY = np.int64(1) << 40


def day_keys(dates: Days) -> Ints:
    """Dates as integers that sort like them; NaT comes last."""
    return np.where(np.isnat(dates), _LAST_DAY, dates.astype("int64"))


def order_by(first: Ints, others: Sequence[Callable[[Ints], Ints]]) -> Ints:
    """The order of rows by `first`, ties by the others in turn.

    Args:
        first: one key a row.
        others: each gives, for the rows it is asked for, one key a row.
    """
    order = np.argsort(first)
    tied, group = _ties(first[order])
    for keys in others:
        if not len(tied):
            break
        values = keys(order[tied])
        within = np.lexsort((values, group))
        order[tied] = order[tied][within]
        values, group = values[within], group[within]
        still = _neighbours((group[1:] == group[:-1]) & (values[1:] == values[:-1]))
        group = _numbered(group, values)[still]
        tied = tied[still]
    return order


def _ties(ordered: Ints) -> tuple[Ints, Ints]:
    """Places of the order that share their key, and a number for each key."""
    places = np.flatnonzero(_neighbours(ordered[1:] == ordered[:-1]))
    return places, _numbered(ordered[places], ordered[places])


def _neighbours(same_as_next: Mask) -> Mask:
    """Where a value equals the one before or after it."""
    if not len(same_as_next):
        return np.zeros(0, dtype=bool)
    return np.concatenate((same_as_next, [False])) | np.concatenate(([False], same_as_next))


def _numbered(first: Ints, second: Ints) -> Ints:
    """A number for each run of equal pairs."""
    changed = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return np.cumsum(np.concatenate(([0], changed)))[: len(first)]
