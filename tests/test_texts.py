from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from xlcredit.texts import Written, as_arrow, distinct_texts, strip_apostrophe, tidy_text

SPACES = " \t\n\u00a0\u202f\u2009\u3000\ufeff\u200b"
TEXTS = st.lists(st.one_of(st.none(), st.text(alphabet="ab'’à€#" + SPACES, max_size=8)), max_size=20)


def test_tidy_text_knows_every_space():
    assert tidy_text(f"  a{SPACES}b\u00a0") == "a b"


@given(TEXTS)
def test_tidied_column_is_each_text_tidied(texts):
    tidied = Written(as_arrow(texts)).tidied().texts.to_pylist()
    assert tidied == [tidy_text(text) or None if text is not None else None for text in texts]


@given(TEXTS)
def test_column_without_apostrophes_is_each_text_without(texts):
    bare = Written(as_arrow(texts)).without_apostrophes().texts.to_pylist()
    changed = [text is not None and text != strip_apostrophe(text) for text in texts]
    assert bare == [
        strip_apostrophe(text) or None if is_changed else text
        for text, is_changed in zip(texts, changed, strict=True)
    ]


@given(TEXTS, st.integers(0, 5))
def test_part_of_an_array_is_tidied_alone(texts, start):
    part = as_arrow(texts).slice(min(start, len(texts)))
    assert (
        Written(part).tidied().texts.to_pylist()
        == Written(as_arrow(part.to_pylist())).tidied().texts.to_pylist()
    )


def test_clean_texts_are_not_copied():
    clean = Written(as_arrow(["Rossi & Figli", "è così", None]))
    assert clean.tidied() is clean


def test_chunks_and_narrow_strings_become_one_large_array():
    texts = as_arrow(pa.chunked_array([["a"], ["b", None]]))
    assert texts.type == pa.large_string()
    assert texts.to_pylist() == ["a", "b", None]


@given(TEXTS)
def test_distinct_texts_give_the_column_back(texts):
    words, codes = distinct_texts(as_arrow(texts))
    assert len(set(words)) == len(words)
    assert [[*words, None][code] for code in codes] == texts
    assert np.array_equal(codes < 0, [text is None for text in texts])
