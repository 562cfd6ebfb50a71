"""Orders by several keys agree with sorting tuples."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from xlcredit.core.ordering import day_keys, order_by


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)), max_size=12))
def test_order_is_that_of_the_tuples(rows):
    keys = np.array(rows, dtype="int64").reshape(-1, 3)
    order = order_by(keys[:, 0], [lambda at: keys[at, 1], lambda at: keys[at, 2]])
    assert [rows[at] for at in order] == sorted(rows)


def test_no_date_comes_last():
    dates = np.array(["2026-01-02", "NaT", "1890-01-01"], dtype="datetime64[D]")
    assert np.argsort(day_keys(dates)).tolist() == [2, 0, 1]
