"""Texts looked up among others: as pandas' own `isin` answers, blanks never found."""

import pandas as pd
import pytest

from xlcredit.core.columns import is_among


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
@pytest.mark.parametrize("known", [["C1", None], [None], []])
def test_a_text_is_found_and_a_blank_is_not(dtype, known):
    texts = pd.Series(["C1", "C2", None, "c1"]).astype(dtype)
    assert is_among(texts, pd.Series(known, dtype="str")).tolist() == ["C1" in known, False, False, False]


def test_no_texts_at_all():
    assert is_among(pd.Series([], dtype="str"), pd.Series(["C1"], dtype="str")).tolist() == []
