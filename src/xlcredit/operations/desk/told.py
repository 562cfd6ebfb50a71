"""What the answers to an entry tell: its documents, its amounts by currency, what a closed case still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.operations.wording import listed

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.catalogue import Catalogue
    from xlcredit.core.assess import Assessment
    from xlcredit.core.columns import Ints
    from xlcredit.operations.desk.draft import Entered


def documents_of(assessment: Assessment, rows: Ints, words: Catalogue) -> str:
    """The documents of ledger rows; of one that stands on several rows of the ledger, the due date too."""
    document, found = assessment.situation.keys.document, assessment.rows.iloc[rows]
    is_shared = (np.bincount(document)[document[rows]] > 1) & found["effective_due_date"].notna().to_numpy()
    numbers, dues = found["invoice_id"].fillna("").astype("str"), found["effective_due_date"]
    return listed(
        [
            words.text("desk.due_row", invoice=number, due=due) if shared else number
            for number, due, shared in zip(numbers, dues, is_shared, strict=True)
        ]
    )


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


def deadline_of(entered: Entered) -> dt.date:
    """The latest deadline of the cases concerned."""
    deadline: pd.Timestamp = entered.assessment.disputes["deadline"].iloc[entered.cases].max()
    return deadline.date()


def closed_cases(entered: Entered, words: Catalogue) -> str:
    """What closing cases did: what is dunned again, and what waits for a credit note, and until when."""
    disputed, count = entered.assessment.pursuit.agreed.disputed, len(entered.rows)
    if not count:
        return words.text("desk.done.resolved_paid")
    if not disputed.held[entered.cases].any():
        return words.text("desk.done.resolved", count=count)
    held = disputed.amount[entered.rows]
    told = words.text(
        "desk.done.resolved_waiting",
        count=count,
        amount=money_of(entered, held, words),
        deadline=deadline_of(entered),
    )
    rest = residue_of(entered) > held
    return f"{told} {words.text('desk.done.resolved_rest')}" if rest.any() else told
