"""The list of the day: what to do now, one line a customer and currency, the most important first.

Lines are cut to what each operator can do in a day; the first line of an operator always stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.abc import CLASSES
from xlcredit.core.actions import ACTIONS
from xlcredit.core.columns import coded, days, filled, positions, sum_at, whole
from xlcredit.core.pursuit import asks_now

if TYPE_CHECKING:
    from xlcredit.core.actions import Actions
    from xlcredit.core.columns import Ints, Mask
    from xlcredit.core.pursuit import Pursuit
    from xlcredit.core.ranking import Ranking
    from xlcredit.core.situation import Situation

_LATE_LEVEL = 3
"""Level from which a case is difficult: the sales person is named."""


def list_of_the_day(
    situation: Situation, pursuit: Pursuit, ranking: Ranking, actions: Actions
) -> pd.DataFrame:
    """What to do today.

    Returns:
        The computed columns of `worklist`, in order: action and reason (priority) as codes, overdue in the
        line's currency, last_contact as `2026-11-21 text`; the sales person only for large or difficult
        customers.
    """
    action = actions.accounts
    best = _best_rows(situation, pursuit, ranking)
    doing = positions(action >= 0)
    doing = doing[np.argsort(ranking.rank[best[doing]])]
    minutes = np.array([situation.policy.minutes[name] for name in ACTIONS[:-1]])[action[doing]]
    lines = _lines(situation, pursuit, ranking, doing).assign(
        action=coded(action[doing], ACTIONS),
        reason=ranking.scores.reason.iloc[best[doing]].reset_index(drop=True),
        minutes=whole(minutes),
    )
    kept = lines[_within_capacity(situation, lines["operator"], minutes)].reset_index(drop=True)
    return kept.assign(position=whole(np.arange(1, len(kept) + 1)))


def _best_rows(situation: Situation, pursuit: Pursuit, ranking: Ranking) -> Ints:
    """By account, the open claim of the best rank; the last claim where it has none."""
    best = np.full(situation.debtors.accounts, len(ranking.rank), dtype="int64")
    np.minimum.at(best, situation.debtors.account[pursuit.rows], ranking.rank)
    by_rank = np.full(len(ranking.rank) + 1, -1, dtype="int64")
    by_rank[ranking.rank] = np.arange(len(ranking.rank))
    rows: Ints = by_rank[best]
    return rows


def _lines(situation: Situation, pursuit: Pursuit, ranking: Ranking, doing: Ints) -> pd.DataFrame:
    """Who, how much and how to reach them, for the accounts `doing`."""
    debtors, who = situation.debtors, situation.debtors.who.iloc[doing].reset_index(drop=True)
    customers = situation.ledger.customers
    place = debtors.place[who["debtor"].to_numpy()]
    late = positions(situation.is_overdue)
    account, size = debtors.account[late], debtors.accounts
    oldest = np.zeros(size, dtype="int64")
    np.maximum.at(oldest, account, situation.days_overdue[late])
    text = {name: _taken(customers[name], place) for name in ("operator", "phone", "sales_person")}
    contact = _taken(customers["dunning_contact"], place)
    abc = ranking.abc[who["debtor"].to_numpy()]
    difficult = _is_difficult(situation, pursuit)[doing] | (abc == CLASSES.index("A"))
    return who[["customer_id", "customer_name", "currency"]].assign(
        operator=text["operator"],
        overdue=whole(sum_at(account, situation.settled.residue[late], size)[doing]),
        rows=whole(np.bincount(account, minlength=size)[doing].astype("int64")),
        days_overdue=whole(oldest[doing]),
        abc_class=coded(abc, CLASSES),
        phone=text["phone"],
        contact=contact.where(contact.notna(), _taken(customers["billing_contact"], place)),
        sales_person=text["sales_person"].where(difficult),
        last_contact=_last_contacts(situation).reindex(who["customer_id"]).reset_index(drop=True),
    )


def _taken(column: pd.Series, place: Ints) -> pd.Series:
    """A customers' column at `place`; blank where the customer is unknown."""
    return pd.Series(column.array.take(place, allow_fill=True))


def _is_difficult(situation: Situation, pursuit: Pursuit) -> Mask:
    """Accounts with a late level, a decision to take, or a cycle in which the sales person goes first."""
    personal = np.array([cycle.sales_person_first for cycle in pursuit.cycle_list], dtype=bool)
    rows = (pursuit.sent.level[pursuit.rows] >= _LATE_LEVEL) | asks_now(pursuit)
    rows |= personal[pursuit.cycles.code[pursuit.rows]]
    difficult = np.zeros(situation.debtors.accounts, dtype=bool)
    difficult[situation.debtors.account[pursuit.rows[rows]]] = True
    return difficult


def _last_contacts(situation: Situation) -> pd.Series:
    """What was said last, by customer code: the day and the note, else the outcome's code."""
    contacts = situation.ledger.contacts
    known = filled(contacts["customer_id"]) & filled(contacts["contact_time"])
    known &= ~(days(contacts["contact_time"]) > np.datetime64(situation.as_of, "D"))
    last = (
        contacts[known].sort_values("contact_time", kind="stable").drop_duplicates("customer_id", keep="last")
    )
    said = last["text"].where(last["text"].notna(), last["outcome"].astype("str")).fillna("")
    told = last["contact_time"].dt.strftime("%Y-%m-%d").astype("str") + " " + said
    return pd.Series(told.str.strip().to_numpy(), index=last["customer_id"], dtype="str")


def _within_capacity(situation: Situation, operator: pd.Series, minutes: Ints) -> Mask:
    """Lines that fit in their operator's day, in order; lines of nobody share one day."""
    operators = situation.ledger.operators.dropna(subset=["operator"]).drop_duplicates("operator")
    day_minutes = operators.set_index("operator")["minutes_per_day"]
    capacity = operator.map(day_minutes).fillna(situation.policy.minutes_per_day).to_numpy(dtype="int64")
    shift = pd.factorize(operator, use_na_sentinel=False)[0]
    before = pd.Series(minutes).groupby(shift).cumsum().to_numpy() - minutes
    fits: Mask = (before + minutes <= capacity) | (before == 0)
    return fits
