"""What a function calculates with: the cycles, rates, settings and day of the workbook it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlcredit.catalogue import Catalogue
from xlcredit.parameters.law import Law, load_law
from xlcredit.parameters.policy import Policy, load_policy

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.dates import Epoch


@dataclass(frozen=True, slots=True)
class Rules:
    """What is in force in one workbook.

    Attributes:
        policy: cycles, buckets, weights and settings.
        law: dated parameters, with the workbook's own rates.
        as_of: the day an omitted `as_of` stands for.
        words: in the workbook's language.
        epoch: from which its day numbers count.
    """

    policy: Policy
    law: Law
    as_of: dt.date
    words: Catalogue
    epoch: Epoch = 1900


def package_rules(as_of: dt.date, language: str = "it", epoch: Epoch = 1900) -> Rules:
    """The package's own, for a workbook without our tables."""
    return Rules(load_policy(), load_law(), as_of, Catalogue(language), epoch)
