"""Why less is open on a document than its total says, in words: `550,00 € di ritenuta d'acconto`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlcredit.letters.arrange import DEDUCTIONS
from xlcredit.letters.wording import objects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlcredit.letters.arrange import Batch, Columns
    from xlcredit.letters.wording import Wording

PARTS = (*DEDUCTIONS, "other")


def written_deductions(
    rows: Columns, deducted: np.ndarray, batch: Batch, wordings: Mapping[str, Wording]
) -> np.ndarray:
    """What `deducted` consists of, by row; "" where nothing was deducted.

    Args:
        rows: the listed documents of `batch`.
        deducted: cents, by row.
        batch: the letters.
        wordings: by language.
    """
    texts = objects([""] * len(deducted))
    parts = _parts(rows, deducted)
    for place in np.flatnonzero(deducted > 0).tolist():
        letter = batch.rows.letter[place]
        wording = wordings[batch.languages[letter]]
        texts[place] = _written(parts[:, place], batch.letters["currency"][letter], wording)
    return texts


def _parts(rows: Columns, deducted: np.ndarray) -> np.ndarray:
    """Cents by part and row. Parts that come to more than was deducted do not explain it: none is named."""
    known = np.nan_to_num(np.stack([rows[name] for name in DEDUCTIONS]))
    known = np.where(known.sum(axis=0) <= deducted, known, 0)
    return np.vstack([known, deducted - known.sum(axis=0)])


def _written(cents: np.ndarray, currency: str, wording: Wording) -> str:
    amounts = wording.money(cents, currency)
    words = wording.words["deductions"]
    return wording.listed(
        [words[part].format(amount=amounts[place]) for place, part in enumerate(PARTS) if cents[place]]
    )
