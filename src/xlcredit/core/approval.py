"""Approval of the levels that need it: by whom, and whether it stands beside the letter.

An approval is typed beside the proposed letter: a name and a day. It is given for the amount that stands beside
it: for a letter that asks for more it does not count. Where the settings name who may approve, nobody else's
counts; names are compared without regard to case and blanks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlcredit.core.columns import cents, day, days, filled

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from xlcredit.core.columns import Ints, Mask

LETTER = ["customer_id", "currency", "letter_level"]
"""What a proposed letter is known by."""


def approvers(setting: str) -> list[str]:
    """Who may approve, folded.

    >>> approvers("Anna  Conti; direzione")
    ['anna conti', 'direzione']
    """
    return [_folded(name) for name in setting.split(";") if name.strip()]


def may_approve(setting: str, name: str) -> bool:
    """Whether the settings let somebody approve.

    >>> may_approve("Anna Conti; direzione", "anna  conti"), may_approve("", "Bruno")
    (True, True)
    """
    named = approvers(setting)
    return not named or _folded(name) in named


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def is_approved(letters: pd.DataFrame, proposal: pd.DataFrame, setting: str, as_of: dt.date) -> Mask:
    """By letter, whether an approval that counts stands beside it in the sheet of proposed letters.

    Args:
        letters: customer_id, currency, letter_level, open_amount of each.
        proposal: the typed table; a line that only stays there, without an amount, approves nothing.
        setting: who may approve, separated by semicolons; blank: anybody.
        as_of: an approval of a later day does not count yet.
    """
    counts = filled(proposal["approved_by"]) & ~is_unentitled(proposal, setting)
    counts &= days(proposal["approved_on"]) <= day(as_of)
    seen = proposal[counts].drop_duplicates(LETTER)
    return _amount_seen(letters, seen) >= cents(letters["open_amount"])


def is_outgrown(proposal: pd.DataFrame, letters: pd.DataFrame) -> Mask:
    """Rows approved for less than their letter now asks for.

    Args:
        proposal: the typed table.
        letters: customer_id, currency, letter_level, open_amount of each.
    """
    asked = proposal[LETTER].merge(letters[[*LETTER, "open_amount"]], on=LETTER, how="left")["open_amount"]
    return filled(proposal["approved_by"]) & (cents(asked) > cents(proposal["open_amount"]))


def _amount_seen(letters: pd.DataFrame, seen: pd.DataFrame) -> Ints:
    """By letter, the amount that stands on the sheet; -1 where the letter does not."""
    found = letters[LETTER].merge(seen[[*LETTER, "open_amount"]], on=LETTER, how="left")["open_amount"]
    return found.to_numpy(dtype="int64", na_value=-1)


def is_unentitled(proposal: pd.DataFrame, setting: str) -> Mask:
    """Rows approved by somebody who is not among those named."""
    named = approvers(setting)
    if not named:
        return np.zeros(len(proposal), dtype=bool)
    by = proposal["approved_by"].str.replace(r"\s+", " ", regex=True).str.strip().str.casefold()
    return filled(proposal["approved_by"]) & ~by.isin(named).to_numpy()
