"""Part of what was taken over, with what is to be told about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from xlcredit.errors import Finding
    from xlcredit.intake.decisions import Decision


@dataclass(frozen=True, slots=True)
class Takeover:
    """A typed frame and what was decided or found while it was made."""

    frame: pd.DataFrame
    decisions: list[Decision] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
