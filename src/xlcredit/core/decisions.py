"""When letters are not enough: the rows that ask for a decision, by customer and currency.

A row asks for one past its cycle's last letter level, or when it is overdue by the strategy deadline: shorter
without a guarantee, and the insurer's notice deadline less a lead when insured. It goes on being dunned until
its letter levels are done or a decision is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import NO_DAY, cents, coded, day, days, filled, sum_at, whole
from xlcredit.schema import DECISIONS

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.debtors import Debtors
    from xlcredit.core.dunning import Stages
    from xlcredit.parameters.policy import Settings

REASONS = ("past_last_level", "strategy_deadline", "insurer_deadline")


@dataclass(frozen=True, slots=True)
class Deciding:
    """Aligned with the rows given.

    Attributes:
        asks: the row asks for a decision, taken or not.
        reason: position in `REASONS` of what comes first, -1 for none.
        is_decided: a decision covers it.
        goes_on: it may still be dunned: none is recorded, or it was to insist.
        to_hand_over: the decision was a lawyer or an agency.
    """

    asks: Mask
    reason: Ints
    is_decided: Mask
    goes_on: Mask
    to_hand_over: Mask


def strategy_deadlines(customers: pd.DataFrame, settings: Settings, as_of: dt.date) -> tuple[Ints, Mask]:
    """By customer, the days overdue at which rows ask for a decision, and where the insurer sets them."""
    lapsed = days(customers["guarantee_expiry"]) < day(as_of)
    secured = filled(customers["guarantee"]) & ~lapsed
    ordinary = np.where(secured, settings.strategy_deadline_days, settings.strategy_deadline_days_unsecured)
    insured = is_insured(customers)
    notice = np.maximum(cents(customers["insurer_notice_days"]) - settings.insurer_lead_days, 0)
    return np.where(insured, notice, ordinary), insured


def is_insured(customers: pd.DataFrame) -> Mask:
    """Customers whose credit is insured under a deadline to give notice."""
    return (cents(customers["insured_limit"]) > 0) & filled(customers["insurer_notice_days"])


def decide_rows(
    stages: Stages, due: Days, deadline: tuple[Ints, Mask], recorded: tuple[Ints, Days], as_of: dt.date
) -> Deciding:
    """Which rows ask for a decision on `as_of`.

    Args:
        stages: of the rows.
        due: of the rows.
        deadline: days overdue at which each asks.
        insured: rows whose deadline is the insurer's.
        recorded: by row, the decision recorded for its account (position in the vocabulary, -1 for none) and
            its day; a decision covers the rows that asked by that day, one without a day all.
        as_of: the day.
    """
    by_level = np.where(stages.is_handover, stages.next_date, NO_DAY)
    by_level = np.where(stages.last_letter_sent & (stages.next < 0), stages.response_until + 1, by_level)
    after, insured = deadline
    by_time = due + after
    from_ = np.fmin(by_level, by_time)
    asks = from_ <= day(as_of)
    first_is_level = by_level <= day(as_of)
    reason = np.where(first_is_level, 0, np.where(insured, 2, 1))
    decision, decided_on = recorded
    is_decided = asks & (decision >= 0) & ~(decided_on < from_)
    outcome = {
        name: is_decided & (decision == place) for place, name in enumerate(DECISIONS["decision"].choices)
    }
    return Deciding(
        asks,
        np.where(asks, reason, -1),
        is_decided,
        ~is_decided | outcome["insist"],
        outcome["lawyer"] | outcome["agency"],
    )


def recorded_decisions(decisions: pd.DataFrame, debtors: Debtors, as_of: dt.date) -> tuple[Ints, Days]:
    """The newest decision recorded for each ledger row's customer and currency by `as_of`, and its day.

    A decision without a currency counts for all of the customer's; one without a day counts as the newest.
    """
    if decisions["decision"].isna().all():
        return np.full(len(debtors.account), -1), np.full(len(debtors.account), NO_DAY)
    decided_on = days(decisions["decided_on"])
    known = np.flatnonzero(filled(decisions["decision"]) & ~(decided_on > day(as_of)))
    known = known[np.argsort(decided_on[known], kind="stable")[::-1]]
    newest = pd.DataFrame(
        {
            "customer_id": decisions["customer_id"].iloc[known].to_numpy(),
            "currency": decisions["currency"].str.upper().iloc[known].to_numpy(),
            "decision": known,
        }
    )
    place = np.full(debtors.accounts, -1, dtype="int64")
    for columns in (["customer_id"], ["customer_id", "currency"]):
        wanted = newest[newest["currency"].isna() == (columns == ["customer_id"])].drop_duplicates(columns)
        found = debtors.who[columns].merge(wanted[[*columns, "decision"]], on=columns, how="left")["decision"]
        place = np.where(found.notna(), found.fillna(-1).to_numpy(dtype="int64"), place)
    codes = np.append(decisions["decision"].cat.codes.to_numpy().astype("int64"), -1)
    return codes[place][debtors.account], np.append(decided_on, NO_DAY)[place][debtors.account]


def decisions_table(deciding: Deciding, asks: Mask, claims: pd.DataFrame, who: pd.DataFrame) -> pd.DataFrame:
    """One row a customer and currency that asks for a decision, most overdue money first.

    Rows stay listed once decided, as long as they are open, so that what was decided stays with them.

    Args:
        deciding: of the open claims.
        asks: those that nothing against the claim itself holds.
        claims: of each: account, amount (open cents), days_overdue.
        who: customer_id, customer_name, currency by account.

    Returns:
        The computed columns of `decisions`, `reason` as a code, and `is_decided`: all of the account's rows
        are.
    """
    chosen, size = np.flatnonzero(asks), len(who)
    owner, amount, overdue = (
        claims[name].to_numpy()[chosen] for name in ("account", "amount", "days_overdue")
    )
    rows, total = sum_at(owner, np.ones(len(owner), dtype="int64"), size), sum_at(owner, amount, size)
    undecided = sum_at(owner, (~deciding.is_decided[chosen]).astype("int64"), size)
    oldest, first = np.full(size, np.iinfo("int64").min), np.full(size, len(REASONS))
    np.maximum.at(oldest, owner, overdue)
    np.minimum.at(first, owner, deciding.reason[chosen])
    listed = np.flatnonzero(rows)
    listed = listed[np.lexsort((listed, -total[listed]))]
    return who.iloc[listed].reset_index(drop=True).assign(
        rows=whole(rows[listed]),
        overdue=whole(total[listed]),
        days_overdue=whole(oldest[listed]),
        reason=coded(first[listed], REASONS),
        is_decided=undecided[listed] == 0,
    )  # fmt: skip
