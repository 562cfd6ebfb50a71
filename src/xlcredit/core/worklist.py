"""The list of the day: what to do now, one line a customer and currency, the most important first.

What is about to lapse or has its day (a promise due, a broken one, a returned effect) goes before what can wait.
Lines are cut to what each operator can do in a day; the first line of an operator always stays, and so does
what takes nobody's minutes: decisions. What does not fit is left for the next day, and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.abc import CLASSES
from xlcredit.core.actions import ACTIONS
from xlcredit.core.calling_hours import best_hours, hours_text
from xlcredit.core.changes import CHANGES, changes_of
from xlcredit.core.columns import (
    NO_DAY,
    coded,
    coded_bits,
    days,
    earliest_at,
    filled,
    positions,
    stamps,
    sum_at,
    whole,
)
from xlcredit.core.links import call_links, mail_links
from xlcredit.core.pursuit import asks_now

if TYPE_CHECKING:
    from xlcredit.core.actions import Actions
    from xlcredit.core.columns import Ints, Mask
    from xlcredit.core.pursuit import Pursuit
    from xlcredit.core.ranking import Ranking
    from xlcredit.core.situation import Situation

_LATE_LEVEL = 3
"""Level from which a case is difficult: the sales person is named."""


@dataclass(frozen=True, slots=True)
class DayList:
    """The list of the day.

    Attributes:
        lines: the computed columns of `worklist`, in order: action, change and reason (priority) as codes,
            overdue and amount in the line's currency, last_contact as `2026-11-21 text`; the sales person
            only for large or difficult customers. Beside them `next_step`: the words of the next step noted
            at the last contact, where that is the action.
        left_over: operator, lines, minutes of what did not fit, one row an operator with any; blank for
            nobody.
    """

    lines: pd.DataFrame
    left_over: pd.DataFrame


def list_of_the_day(situation: Situation, pursuit: Pursuit, ranking: Ranking, actions: Actions) -> DayList:
    """What to do today."""
    action = actions.accounts
    best = _best_rows(situation, pursuit, ranking)
    doing = positions(action >= 0)
    waits = ~(actions.is_dated | _is_urgent(situation, pursuit, ranking))
    doing = doing[np.lexsort((ranking.rank[best[doing]], waits[doing]))]
    minutes = np.array([situation.policy.minutes[name] for name in ACTIONS[:-1]])[action[doing]]
    lines = _lines(situation, pursuit, ranking, doing).assign(
        action=coded(action[doing], ACTIONS),
        reason=ranking.scores.reason.iloc[best[doing]].reset_index(drop=True),
        change=coded_bits(changes_of(situation, pursuit)[doing], CHANGES),
        minutes=whole(minutes),
        **_about(situation, pursuit, actions, doing),
    )
    fits = _within_capacity(situation, lines["operator"], minutes)
    kept = lines[fits].reset_index(drop=True)
    left = lines.loc[~fits, ["operator", "minutes"]]
    return DayList(kept.assign(position=whole(np.arange(1, len(kept) + 1))), _counted(left))


def _counted(left: pd.DataFrame) -> pd.DataFrame:
    by_operator = left.groupby("operator", dropna=False)["minutes"].agg(lines="size", minutes="sum")
    return by_operator.reset_index().astype({"operator": "str", "lines": "int64", "minutes": "int64"})


def _about(situation: Situation, pursuit: Pursuit, actions: Actions, doing: Ints) -> dict[str, pd.Series]:
    """What the action of each line is about: its amount, its day, who follows it."""
    agreed, residue = pursuit.agreed, situation.settled.residue
    account, size = situation.debtors.account, situation.debtors.accounts
    late = np.where(situation.is_overdue, residue, 0)
    busy = np.where(situation.is_open_claim & (actions.rows > 0), residue, 0)
    amounts = {
        "promise": agreed.promised.due_amount,
        "instalment": agreed.planned.due_amount,
        "dispute": np.where(agreed.disputed.is_phase_late, agreed.disputed.amount, 0),
        "plan_default": np.where(agreed.planned.is_untold, residue, 0),
        "write_off": np.where(agreed.planned.is_write_off, residue, 0),
    }
    dates = {
        "promise": agreed.promised.due_date,
        "instalment": agreed.planned.due_date,
        "dispute": agreed.disputed.deadline,
        "follow_up": agreed.spoken.follow_up[situation.debtors.debtor],
    }
    action = actions.accounts[doing]
    overdue, date = sum_at(account, late, size)[doing], np.full(len(doing), NO_DAY)
    amount = np.where(overdue > 0, overdue, sum_at(account, busy, size)[doing])
    for name, by_row in amounts.items():
        amount = np.where(action == ACTIONS.index(name), sum_at(account, by_row, size)[doing], amount)
    for name, day in dates.items():
        date = np.where(action == ACTIONS.index(name), earliest_at(account, day, size)[doing], date)
    case = np.full(size, -1, dtype="int64")
    np.maximum.at(case, account, agreed.disputed.late_case)
    followed = np.where(action == ACTIONS.index("dispute"), case[doing], -1)
    owner = _taken(situation.ledger.disputes["owner"], followed)
    step = np.where(action == ACTIONS.index("follow_up"), _next_steps(situation, pursuit)[doing], -1)
    next_step = _taken(situation.ledger.contacts["next_action"], step)
    return {"amount": whole(amount), "deadline": stamps(date), "owner": owner, "next_step": next_step}


def _next_steps(situation: Situation, pursuit: Pursuit) -> Ints:
    """By account, where the words of the customer's next step stand in the contact log."""
    steps: Ints = pursuit.agreed.spoken.next_step[situation.debtors.who["debtor"].to_numpy()]
    return steps


def _is_urgent(situation: Situation, pursuit: Pursuit, ranking: Ranking) -> Mask:
    """Accounts of which something is about to lapse."""
    urgent = np.zeros(situation.debtors.accounts, dtype=bool)
    urgent[situation.debtors.account[pursuit.rows[ranking.is_urgent]]] = True
    return urgent


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
    columns = ("operator", "phone", "email", "country", "sales_person")
    text = {name: _taken(customers[name], place) for name in columns}
    contact = _taken(customers["dunning_contact"], place)
    abc = ranking.abc[who["debtor"].to_numpy()]
    difficult = _is_difficult(situation, pursuit)[doing] | (abc == CLASSES.index("A"))
    hours = hours_text(best_hours(situation.as_of, situation.policy.desk)) or None
    return who[["customer_id", "customer_name", "currency"]].assign(
        operator=text["operator"],
        overdue=whole(sum_at(account, situation.settled.residue[late], size)[doing]),
        rows=whole(np.bincount(account, minlength=size)[doing].astype("int64")),
        days_overdue=whole(oldest[doing]),
        abc_class=coded(abc, CLASSES),
        phone=text["phone"],
        call_hours=pd.Series(hours, index=who.index, dtype="str").where(text["phone"].notna()),
        call_link=call_links(text["phone"], text["country"]),
        mail_link=mail_links(text["email"]),
        contact=contact.where(contact.notna(), _taken(customers["billing_contact"], place)),
        sales_person=text["sales_person"].where(difficult),
        last_contact=_last_contacts(situation).reindex(who["customer_id"]).reset_index(drop=True),
    )


def _taken(column: pd.Series, place: Ints) -> pd.Series:
    """A column at `place`; blank where that is negative."""
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
    fits: Mask = (before + minutes <= capacity) | (before == 0) | (minutes == 0)
    return fits
