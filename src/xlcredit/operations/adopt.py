"""Adopt: a workbook of ours from a team's own ledger, which stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlcredit.dates import today
from xlcredit.intake.adopt import Adoption, plan_adoption
from xlcredit.intake.assessed import check_cycle
from xlcredit.operations.new import build_whole, refuse_taken
from xlcredit.parameters.policy import load_policy

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from xlcredit.intake.ledger_schema import DateOrder


@dataclass(frozen=True)
class How:
    """What the person says of the ledger; None where the file decides.

    Attributes:
        mapping: key -> header.
        sheet: the sheet to read.
        kind: what the customers are.
        cycle: the new workbook's default cycle.
        order: of day and month in dates in figures.
    """

    mapping: Mapping[str, str] | None = None
    sheet: str | None = None
    kind: str | None = None
    cycle: str | None = None
    order: DateOrder = "auto"


def adopt(theirs: Path, new: Path, language: str, how: How, as_of: dt.date | None = None) -> Adoption:
    """Make the workbook `new` from the ledger `theirs`.

    Args:
        theirs: csv, xlsx, xlsm or parquet; only read.
        new: an .xlsm that does not exist yet.
        language: of the new workbook.
        how: what the person says of the ledger.
        as_of: levels without a date are believed sent on this day at the latest; None is today.

    Returns:
        What was decided and found.

    Raises:
        XlcreditError: the ledger cannot be read, or the file cannot be made; nothing has been written.
    """
    refuse_taken(new)
    check_cycle(load_policy(), how.cycle)
    adoption = plan_adoption(
        theirs,
        as_of or today(),
        language=language,
        mapping=how.mapping,
        sheet=how.sheet,
        kind=how.kind,
        cycle=how.cycle,
        order=how.order,
    )
    build_whole(new, language, adoption.frames, adoption.extra_columns)
    return adoption
