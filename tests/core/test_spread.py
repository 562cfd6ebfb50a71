"""Amounts spread over rows: nothing lost, nothing exceeded."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from xlcredit.core.spread import spread


@st.composite
def allocations(draw):
    rows = draw(st.integers(1, 5))
    capacity = np.array(draw(st.lists(st.integers(0, 50), min_size=rows, max_size=rows)), dtype="int64")
    named = draw(st.lists(st.sets(st.integers(0, rows - 1), min_size=1).map(sorted), min_size=1, max_size=6))
    amounts = np.array(
        draw(st.lists(st.integers(0, 60), min_size=len(named), max_size=len(named))), dtype="int64"
    )
    source = np.array([at for at, targets in enumerate(named) for _ in targets], dtype="int64")
    return source, np.array([row for targets in named for row in targets], dtype="int64"), amounts, capacity


@settings(deadline=None)
@given(allocations())
def test_without_overflow_neither_source_nor_target_is_exceeded(case):
    source, target, amounts, capacity = case
    pieces = spread(source, target, amounts, capacity, overflow=False)
    assert (pieces >= 0).all()
    assert (np.bincount(source, pieces, len(amounts)) <= amounts).all()
    assert (np.bincount(target, pieces, len(capacity)) <= capacity).all()


@settings(deadline=None)
@given(allocations())
def test_without_overflow_what_is_left_of_a_source_finds_all_its_targets_full(case):
    source, target, amounts, capacity = case
    pieces = spread(source, target, amounts, capacity, overflow=False)
    left = amounts - np.bincount(source, pieces, len(amounts)).astype("int64")
    full = np.bincount(target, pieces, len(capacity)).astype("int64") == capacity
    assert full[target[left[source] > 0]].all()


@settings(deadline=None)
@given(allocations())
def test_with_overflow_every_cent_lands_somewhere(case):
    source, target, amounts, capacity = case
    pieces = spread(source, target, amounts, capacity, overflow=True)
    assert np.bincount(source, pieces, len(amounts)).astype("int64").tolist() == amounts.tolist()


def test_a_reversal_counts_in_full():
    pieces = spread(np.array([0, 1]), np.array([0, 0]), np.array([100, -100]), np.array([100]), overflow=True)
    assert pieces.tolist() == [100, -100]


def test_nothing_to_spread():
    empty = np.zeros(0, dtype="int64")
    assert spread(empty, empty, empty, empty, overflow=False).tolist() == []
