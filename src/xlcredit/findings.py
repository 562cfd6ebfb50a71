"""From a mask over rows to findings, one cause over many rows told once.

A person can act on a list of cells; nobody reads ten thousand of them. Rows that share a cause become one
finding with a count when they are more than `MANY`, or at least `FEW` and half of the rows that could have
it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.cells import cell_text
from xlcredit.errors import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Mask = npt.NDArray[np.bool_] | pd.Series[bool]
    Column = pd.Series[Any] | npt.NDArray[Any] | Sequence[Any]

FEW, MANY = 20, 200


def find(  # noqa: PLR0913, PLR0917  what a finding is made of
    code: str,
    table: str,
    column: str | None,
    mask: Mask,
    found: Column | None = None,
    rows: Column | None = None,
    *,
    filled: int | None = None,
    needs_person: bool = True,
    **facts: Any,  # noqa: ANN401  whatever fills the wording
) -> list[Finding]:
    """Findings for the rows where `mask` is true (<NA> counts as false).

    Args:
        code: key of the wording.
        table: schema key of the table.
        column: schema key of the column, None when the whole row is meant.
        mask: one value a row of the table's body.
        found: what stands in the cells, one value a row.
        rows: what a person calls the rows, one value a row.
        filled: how many rows could have the fault; all when None.
        needs_person: False for a note.
        facts: further values for the wording; of a Series or array, the row's value.

    Returns:
        one finding a row in order, or a single one with `count` and the first row's place.
    """
    positions = np.flatnonzero(_as_bool(mask))
    possible = len(mask) if filled is None else filled
    is_one_cause = len(positions) > MANY or (len(positions) >= FEW and 2 * len(positions) >= possible)
    return [
        Finding(
            code,
            table,
            column,
            position,
            row=_text_at(rows, position),
            found=_text_at(found, position),
            facts={name: _at(fact, position) for name, fact in facts.items()},
            count=len(positions) if is_one_cause else 1,
            needs_person=needs_person,
        )
        for position in positions[: 1 if is_one_cause else None].tolist()
    ]


def _as_bool(mask: Mask) -> npt.NDArray[np.bool_]:
    return mask.to_numpy(dtype=bool, na_value=False) if isinstance(mask, pd.Series) else mask


def _text_at(values: Column | None, position: int) -> str | None:
    return None if values is None else cell_text(_at(values, position))


def _at(fact: Any, position: int) -> Any:  # noqa: ANN401  a fact is anything
    if isinstance(fact, pd.Series):
        fact = fact.iloc[position]
    elif isinstance(fact, (np.ndarray, list)):
        fact = fact[position]
    return fact.item() if isinstance(fact, np.generic) and not isinstance(fact, np.datetime64) else fact
