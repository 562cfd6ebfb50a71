"""Part of what was taken over, with what is to be told about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlcredit.cells import cell_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from xlcredit.errors import Finding
    from xlcredit.intake.decisions import Decision


@dataclass(frozen=True, slots=True)
class Takeover:
    """A typed frame and what was decided or found while it was made.

    Attributes:
        frame: typed rows.
        decisions: in the order to be told.
        findings: what needs a person.
        unread: column -> position -> text of the cells that could not be read.
    """

    frame: pd.DataFrame
    decisions: list[Decision] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unread: dict[str, dict[int, str]] = field(default_factory=dict)


def unread_texts(
    raw: pd.DataFrame, unreadable: Mapping[str, npt.NDArray[np.intp]]
) -> dict[str, dict[int, str]]:
    """The texts at the positions that could not be read, by column."""
    return {
        key: {int(at): cell_text(raw[key].iloc[at]) or "" for at in places}
        for key, places in unreadable.items()
        if key in raw
    }
