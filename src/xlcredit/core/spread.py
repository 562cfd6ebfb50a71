"""Amounts spread over the rows they name, in order, without exceeding any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from xlcredit.core.columns import Ints, Mask

_ENDLESS = np.int64(1) << 62


def spread(source: Ints, target: Ints, amounts: Ints, capacity: Ints, *, overflow: bool) -> Ints:
    """Cents of each pair: every source fills its targets in the order given, after the sources before it.

    Args:
        source: one entry a pair, equal sources adjacent; the order is that in which they are used.
        target: the row of each pair; a source's targets stand in the order they are filled.
        amounts: cents by source.
        capacity: cents by target.
        overflow: whether what exceeds all of a source's targets stays on the last; else it is not used.

    Returns:
        Cents aligned with the pairs.

    >>> spread(np.array([0, 0]), np.array([4, 7]), np.array([150]), np.full(8, 100), overflow=False).tolist()
    [100, 50]
    """
    pieces = np.zeros(len(source), dtype="int64")
    if not len(source):
        return pieces
    alone = _alone(source) & (overflow | (amounts[source] < 0))
    pieces[alone] = amounts[source[alone]]
    left = capacity.copy()
    np.subtract.at(left, target[alone], pieces[alone])
    rest = np.flatnonzero(~alone)
    groups = _same_targets(source[rest], target[rest])
    while len(rest):
        ready = _first_on_every_target(groups, target[rest])
        run = rest[ready]
        pieces[run] = _fill(
            source[run], groups[ready], amounts, np.maximum(left[target[run]], 0), overflow=overflow
        )
        np.subtract.at(left, target[run], pieces[run])
        rest, groups = rest[~ready], groups[~ready]
    return pieces


def _starts(values: Ints) -> Mask:
    """Where a run of equal values begins."""
    return np.concatenate(([True], values[1:] != values[:-1]))[: len(values)]


def _ends(values: Ints) -> Mask:
    return np.concatenate((values[1:] != values[:-1], [True]))


def _alone(source: Ints) -> Mask:
    """Pairs whose source names one target only."""
    return _starts(source) & _ends(source)


def _same_targets(source: Ints, target: Ints) -> Ints:
    """A number by pair, the same for sources that name the same run of targets."""
    begins = np.flatnonzero(_starts(source))
    counts = np.diff(np.append(begins, len(source)))
    code, width = np.zeros(len(begins), dtype="int64"), np.int64(target.max(initial=0) + 1)
    for depth in range(int(counts.max(initial=0))):
        going = np.flatnonzero(counts > depth)
        step = code[going] * width + target[begins[going] + depth]
        code[going] = pd.factorize(step)[0] + code.max() + 1  # never a code of a shorter run
    return np.repeat(pd.factorize(code)[0].astype("int64"), counts)


def _first_on_every_target(groups: Ints, target: Ints) -> Mask:
    """Pairs of groups that no earlier group shares a target with."""
    size = int(target.max()) + 1
    first = np.full(size, _ENDLESS)
    np.minimum.at(first, target, groups)
    waiting = np.unique(groups[first[target] != groups])
    return ~np.isin(groups, waiting)


def _fill(source: Ints, groups: Ints, amounts: Ints, room: Ints, *, overflow: bool) -> Ints:
    """Pieces of pairs of independent groups: where the running amounts overlap the running room."""
    order = np.argsort(groups, kind="stable")
    source, groups, room = source[order], groups[order], room[order]
    begins = np.flatnonzero(_starts(source))
    counts = np.diff(np.append(begins, len(source)))
    amount = np.maximum(amounts[source[begins]], 0)
    amount_from = np.repeat(_running(amount, _starts(groups[begins])), counts)
    amount_to = amount_from + np.repeat(amount, counts)
    room_from = _running(room, _starts(source))
    room_to = np.where(_ends(source) & overflow, _ENDLESS, room_from + room)
    pieces = np.zeros(len(source), dtype="int64")
    pieces[order] = np.maximum(np.minimum(amount_to, room_to) - np.maximum(amount_from, room_from), 0)
    return pieces


def _running(values: Ints, starts: Mask) -> Ints:
    """Sums of the values before each one, from the start of its run."""
    before = np.cumsum(values) - values
    begins = np.flatnonzero(starts)
    return before - np.repeat(before[begins], np.diff(np.append(begins, len(values))))
