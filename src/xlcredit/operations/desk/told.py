"""What the answers to an entry tell: its amounts, each in the currency of its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from xlcredit.catalogue import Catalogue
    from xlcredit.core.columns import Ints
    from xlcredit.operations.desk.draft import Entered


def money_of(entered: Entered, amounts: Ints, words: Catalogue) -> str:
    """The sum of amounts, one for each currency of the rows concerned.

    Args:
        entered: what was done.
        amounts: cents of each of its rows.
        words: the language.
    """
    currencies = entered.assessment.rows["row_currency"].iloc[entered.rows].astype("str").to_numpy()
    sums = pd.Series(amounts).groupby(currencies, sort=False).sum()
    told = [words.money(int(cents), str(code)) for code, cents in sums.items()]
    return " + ".join(told) or words.money(0, entered.opened.policy.settings.base_currency)


def residue_of(entered: Entered) -> Ints:
    """What each of the rows concerned still owes, in cents."""
    left: Ints = entered.assessment.situation.settled.residue[entered.rows]
    return left
