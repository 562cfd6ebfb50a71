"""The assessment: every rule applied to the ledger once, for one day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.abc import CLASSES
from xlcredit.core.actions import ACTIONS, Actions, actions_of
from xlcredit.core.aging import age_rows
from xlcredit.core.charges import Charges, charge_rows, limits
from xlcredit.core.checks import check_ledger
from xlcredit.core.columns import coded, coded_bits, nullable, stamps, whole
from xlcredit.core.customers import assess_customers
from xlcredit.core.decisions import decisions_table
from xlcredit.core.dispute_statistics import dispute_statistics
from xlcredit.core.holds import HOLDS, only
from xlcredit.core.interest import interest_findings
from xlcredit.core.proposal import DueLetters, due_letters
from xlcredit.core.pursuit import Pursuit, interruptions, pursue
from xlcredit.core.ranking import Ranking, rank_claims
from xlcredit.core.register import NO_LEVEL
from xlcredit.core.situation import Situation, situation_on
from xlcredit.core.worklist import list_of_the_day
from xlcredit.schema import VOCABULARIES

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.ledger import Ledger
    from xlcredit.errors import Finding
    from xlcredit.parameters.law import Law
    from xlcredit.parameters.policy import Policy


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules say on a day. Texts are codes; the catalogue has their words.

    Attributes:
        as_of: the day.
        rows: aligned with the ledger's invoices: every computed column of the schema, and the keys a caller
            needs: customer_id, invoice_id, row_currency, row_cycle, row_instalment, row_document_type,
                document_year,
            regime, is_open, is_credit, is_proposed, effective_due_date, net_payable_due, level_by_time.
        customers: aligned with the ledger's customers: the computed columns.
        payments: aligned with the ledger's payments: unallocated.
        promises, disputes, plans: aligned with the ledger's: their computed columns.
        decisions: one row a customer and currency that asks for a decision, with `is_decided`.
        dispute_statistics: by reason and department.
        worklist: the list of the day.
        left_over: what did not fit in it, by operator (see `worklist.DayList`).
        findings: of the rules; those of single cells come from reading.
        situation, pursuit, ranking, charges, due_letters: what the frames were made from.
    """

    as_of: dt.date
    rows: pd.DataFrame
    customers: pd.DataFrame
    payments: pd.DataFrame
    promises: pd.DataFrame
    disputes: pd.DataFrame
    plans: pd.DataFrame
    decisions: pd.DataFrame
    dispute_statistics: pd.DataFrame
    worklist: pd.DataFrame
    left_over: pd.DataFrame
    findings: list[Finding]
    situation: Situation = field(repr=False)
    pursuit: Pursuit = field(repr=False)
    ranking: Ranking = field(repr=False)
    charges: Charges = field(repr=False)
    due_letters: DueLetters = field(repr=False)


def assess(ledger: Ledger, policy: Policy, law: Law, as_of: dt.date) -> Assessment:
    """Apply every rule to the ledger.

    Args:
        ledger: typed tables.
        policy: cycles, buckets, weights, settings.
        law: dated parameters.
        as_of: the day; nothing dated later is known, and no clock is read.
    """
    situation = situation_on(ledger, policy, law, as_of)
    charges = charge_rows(situation, law)
    pursuit = pursue(situation)
    limitation, years = limits(situation, interruptions(pursuit, situation), law)
    ranking = rank_claims(situation, pursuit, limitation, years)
    letters = due_letters(situation, pursuit, ranking.rank)
    actions = actions_of(situation, pursuit, letters)
    found, codes = check_ledger(situation, pursuit)
    listed, agreed = list_of_the_day(situation, pursuit, ranking, actions), pursuit.agreed
    return Assessment(
        as_of,
        _rows(situation, pursuit, ranking, charges, actions, limitation=limitation).assign(finding=codes),
        assess_customers(situation, pursuit, ranking, actions, limitation),
        pd.DataFrame({"unallocated": whole(situation.payments.left)}),
        agreed.promised.table, agreed.disputed.table, agreed.planned.table,
        _decisions(situation, pursuit),
        dispute_statistics(situation, agreed.disputed),
        listed.lines, listed.left_over,
        [*found, *interest_findings(charges.accrued)],
        situation, pursuit, ranking, charges, letters,
    )  # fmt: skip


def _rows(  # noqa: PLR0913  everything known about the rows
    situation: Situation,
    pursuit: Pursuit,
    ranking: Ranking,
    charges: Charges,
    actions: Actions,
    *,
    limitation: Days,
) -> pd.DataFrame:
    """The computed columns of the ledger and the keys beside them."""
    return pd.concat(
        [
            _key_columns(situation, pursuit, charges),
            _money_columns(situation, charges),
            _stage_columns(situation, pursuit),
            _priority_columns(situation, pursuit, ranking),
            pd.DataFrame(
                {
                    "next_action": coded_bits(actions.rows, ACTIONS),
                    "limitation_date": stamps(limitation),
                    "delivered": not_delivered(pursuit.agreed.spoken.copy),
                }
            ),
        ],
        axis=1,
    )


def _key_columns(situation: Situation, pursuit: Pursuit, charges: Charges) -> pd.DataFrame:
    """What names a row and its side."""
    invoices, keys = situation.ledger.invoices, situation.keys
    return pd.DataFrame(
        {
            "customer_id": invoices["customer_id"],
            "invoice_id": invoices["invoice_id"],
            "row_currency": situation.debtors.currency,
            "row_cycle": coded(pursuit.cycles.code, pursuit.cycles.names),
            "row_instalment": keys.instalment,
            "row_document_type": coded(keys.document_type, VOCABULARIES["document_type"]),
            "document_year": nullable(keys.year, keys.year >= 0),
            "regime": charges.regime,
            "effective_due_date": stamps(situation.dates.due),
            "is_open": situation.is_open,
            "is_credit": situation.owed.is_credit,
        },
        copy=False,
    )


def _money_columns(situation: Situation, charges: Charges) -> pd.DataFrame:
    """What is paid, open, due; credit rows are open below zero."""
    settled, is_open, sign = situation.settled, situation.is_open, np.where(situation.owed.is_credit, -1, 1)
    is_claim = situation.owed.is_claim
    residue, interest = settled.residue * sign, charges.accrued.interest_cents
    has_due = is_open & ~np.isnat(situation.dates.due)
    buckets = age_rows(situation.days_overdue, is_open, situation.owed.is_credit, situation.policy.buckets)
    return pd.DataFrame(
        {
            "net_payable_due": nullable(situation.owed.net * sign, situation.owed.exists),
            "paid_amount": nullable(settled.paid * sign, situation.owed.exists),
            "open_amount": nullable(residue, situation.owed.exists),
            "days_overdue": nullable(situation.days_overdue, has_due & ~situation.owed.is_credit),
            "bucket": buckets,
            "interest": nullable(interest, is_claim),
            "lump_sum": nullable(charges.lump_sum, is_claim),
            "total_due": nullable(residue + interest + charges.lump_sum, situation.owed.exists),
        },
        copy=False,
    )


def _stage_columns(situation: Situation, pursuit: Pursuit) -> pd.DataFrame:
    """Levels sent and next, holds."""
    size, rows, stages = len(situation.owed.net), pursuit.rows, pursuit.stages
    sent = pursuit.sent.level
    by_time, following = _spread_out(stages.by_time, rows, size), _spread_out(stages.next, rows, size)
    date = np.full(size, np.datetime64("NaT", "D"))
    date[rows] = stages.next_date
    holds, proposed = np.zeros(size, dtype="int64"), np.zeros(size, dtype=bool)
    holds[rows], proposed[rows] = pursuit.holds, pursuit.is_proposed
    return pd.DataFrame(
        {
            "level_sent": nullable(sent, sent != NO_LEVEL),
            "level_sent_date": stamps(pursuit.sent.date),
            "level_by_time": nullable(by_time, by_time != NO_LEVEL),
            "level_next": nullable(following, following != NO_LEVEL),
            "level_next_date": stamps(date),
            "is_proposed": proposed,
            "hold": coded_bits(holds, HOLDS),
        },
        copy=False,
    )


def _priority_columns(situation: Situation, pursuit: Pursuit, ranking: Ranking) -> pd.DataFrame:
    """Score, rank and reason of open claims; the class of every open row's customer."""
    size, rows = len(situation.owed.net), pursuit.rows
    score = np.full(size, np.nan)
    score[rows] = ranking.scores.score
    rank = _spread_out(ranking.rank, rows, size)
    reason = np.full(size, -1)
    reason[rows] = ranking.scores.reason.cat.codes
    classes = np.where(situation.is_open, ranking.abc[situation.debtors.debtor], -1)
    return pd.DataFrame(
        {
            "priority_score": score,
            "priority_rank": nullable(rank, rank > 0),
            "priority_reason": coded(reason, list(ranking.scores.reason.cat.categories)),
            "abc_class": coded(classes, CLASSES),
        },
        copy=False,
    )


def _spread_out(values: Ints, rows: Ints, size: int) -> Ints:
    """Values of the open claims over all rows, NO_LEVEL elsewhere."""
    whole_ = np.full(size, NO_LEVEL, dtype="int64")
    whole_[rows] = values
    return whole_


def _decisions(situation: Situation, pursuit: Pursuit) -> pd.DataFrame:
    """The rows that ask for a decision, by customer and currency; rows held for good reasons do not ask."""
    return decisions_table(
        pursuit.deciding,
        _asking(pursuit),
        pd.DataFrame(
            {
                "account": situation.debtors.account[pursuit.rows],
                "amount": situation.settled.residue[pursuit.rows],
                "days_overdue": situation.days_overdue[pursuit.rows],
            }
        ),
        situation.debtors.who[["customer_id", "customer_name", "currency"]],
    )


def not_delivered(is_asked_for: Mask) -> pd.Series:
    """False where a copy of the invoice was asked for and has not gone yet; blank elsewhere."""
    return pd.Series(pd.arrays.BooleanArray(np.zeros(len(is_asked_for), dtype=bool), ~is_asked_for))


def _asking(pursuit: Pursuit) -> Mask:
    return pursuit.deciding.asks & only(pursuit.holds, "below_minimum", "credit_cover", "decided")
