"""Approval of the levels that need it: by whom, and whether it stands beside the letter.

An approval is typed beside the proposed letter: a name and a day. Where the settings name who may approve,
nobody else's counts; names are compared without regard to case and blanks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlcredit.core.columns import day, days, filled

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from xlcredit.core.columns import Mask

LETTER = ["customer_id", "currency", "letter_level"]
"""What a proposed letter is known by."""


def approvers(setting: str) -> list[str]:
    """Who may approve, folded.

    >>> approvers("Anna  Conti; direzione")
    ['anna conti', 'direzione']
    """
    return [" ".join(name.split()).casefold() for name in setting.split(";") if name.strip()]


def is_approved(letters: pd.DataFrame, proposal: pd.DataFrame, setting: str, as_of: dt.date) -> Mask:
    """By letter, whether an approval that counts stands beside it in the sheet of proposed letters.

    Args:
        letters: customer_id, currency, letter_level of each.
        proposal: the typed table; a line that only stays there, without an amount, approves nothing.
        setting: who may approve, separated by semicolons; blank: anybody.
        as_of: an approval of a later day does not count yet.
    """
    counts = filled(proposal["approved_by"]) & ~is_unentitled(proposal, setting)
    counts &= filled(proposal["open_amount"]) & (days(proposal["approved_on"]) <= day(as_of))
    approved = proposal.loc[counts, LETTER].drop_duplicates()
    found = letters[LETTER].merge(approved, on=LETTER, how="left", indicator=True)["_merge"]
    return (found == "both").to_numpy()


def is_unentitled(proposal: pd.DataFrame, setting: str) -> Mask:
    """Rows approved by somebody who is not among those named."""
    named = approvers(setting)
    if not named:
        return np.zeros(len(proposal), dtype=bool)
    by = proposal["approved_by"].str.replace(r"\s+", " ", regex=True).str.strip().str.casefold()
    return filled(proposal["approved_by"]) & ~by.isin(named).to_numpy()
