"""The letters due: one a customer and currency, never one a level.

A letter is triggered when at least one of its rows is proposed and the proposed rows, net of the customer's
free credit, reach the minimum of its level. It lists every overdue row that nothing holds, each with its own
level; its level is the highest proposed. Rows that it only lists do not advance. A customer gets at most one
letter within `customer_min_days`, formal notices excepted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.approval import is_approved, is_outgrown
from xlcredit.core.columns import (
    bit_sets,
    cents,
    coded_bits,
    day,
    days,
    filled,
    latest_at,
    nullable,
    positions,
    sum_at,
    whole,
)
from xlcredit.core.holds import only
from xlcredit.core.letter_channels import channels_of
from xlcredit.core.ordering import day_keys, order_by
from xlcredit.core.preflight import look_before
from xlcredit.core.register import NO_LEVEL
from xlcredit.findings import find

if TYPE_CHECKING:
    from xlcredit.core.assess import Assessment
    from xlcredit.core.columns import Ints, Mask
    from xlcredit.core.ledger import Ledger
    from xlcredit.core.preflight import Preflight
    from xlcredit.core.pursuit import Pursuit
    from xlcredit.core.situation import Situation
    from xlcredit.errors import Finding
    from xlcredit.parameters.policy import Level, Policy

WARNINGS = (
    "stale_payments", "unallocated_payments", "address_missing", "third_letter_this_month", "kind_unknown",
    "rate_not_published", "needs_approval", "promise_due", "row_findings",
)  # fmt: skip
"""Codes of what a person should know before a letter goes, in the order in which they are told."""

_DAYS = np.int64(1) << 20
_MANY_LETTERS = 2
"""Letters already sent in the month from which one more is worth a warning."""


@dataclass(frozen=True, slots=True)
class DueLetters:
    """The letters triggered, by account.

    Attributes:
        accounts: account numbers with a letter, the most important row first.
        lead: for each, place in `Pursuit.rows` of the row that gives the letter its level.
        listed: places in `Pursuit.rows` of the rows that letters list.
        letter: for each listed row, position in `accounts`.
    """

    accounts: Ints
    lead: Ints
    listed: Ints
    letter: Ints


@dataclass(frozen=True, slots=True)
class Proposal:
    """Letters due and the rows they list.

    Attributes:
        letters: one row a letter, in order of priority: letter (0, 1, ...), the computed columns of
            `proposal` but `level_name`, and kind, cycle, is_approved, shows_interest, response_days, interest,
            lump_sum, fee.
        rows: one row a listed ledger row, by letter and due date: letter, position (in the ledger), row_level
            (of a proposed row the level it would reach, else the level sent), is_proposed, customer_id,
            invoice_id, currency, document_type, instalment, cycle, due_date, days_overdue, open_amount,
            interest, lump_sum, total_due.
        findings: what concerns the whole batch.
        checks: what to look at before it goes (see `preflight.Preflight`).
    """

    letters: pd.DataFrame
    rows: pd.DataFrame
    findings: list[Finding] = field(default_factory=list)
    checks: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def warnings(self) -> pd.Series:
        """The codes of warnings by letter, joined by `+` (category)."""
        return self.letters["warnings"]


def due_letters(situation: Situation, pursuit: Pursuit, rank: Ints) -> DueLetters:
    """The letters triggered on the day of `situation`.

    Args:
        situation: the ledger on a day.
        pursuit: its open claims.
        rank: of each of them.
    """
    account = situation.debtors.account[pursuit.rows]
    leading = pursuit.is_proposed & ~_is_late_courtesy(situation, pursuit)
    lead = _leads(account, pursuit, leading, rank, situation.debtors.accounts)
    proposed = sum_at(account[leading], pursuit.amount[leading], situation.debtors.accounts)
    triggered = positions(lead >= 0)
    reaches = (proposed - pursuit.credit_left)[triggered] >= pursuit.stages.min_amount[lead[triggered]]
    soon = _written_lately(situation)[triggered] & ~pursuit.stages.is_notice[lead[triggered]]
    triggered = triggered[reaches & ~soon]
    first = np.full(situation.debtors.accounts, np.iinfo("int64").max)
    np.minimum.at(first, account, rank)
    triggered = triggered[np.argsort(first[triggered], kind="stable")]
    place = np.full(situation.debtors.accounts, -1, dtype="int64")
    place[triggered] = np.arange(len(triggered))
    listed = positions(_is_listed(situation, pursuit, lead) & (place[account] >= 0))
    by_due = place[account[listed]] * _DAYS + day_keys(situation.dates.due[pursuit.rows[listed]])
    order = order_by(by_due, [lambda tied: rank[listed[tied]]])
    return DueLetters(triggered, lead[triggered], listed[order], place[account[listed[order]]])


def _is_late_courtesy(situation: Situation, pursuit: Pursuit) -> Mask:
    """Rows still to fall due of customers who were reminded of others: no kind word follows a claim."""
    overdue, account = situation.is_overdue[pursuit.rows], situation.debtors.account[pursuit.rows]
    reminded = np.zeros(situation.debtors.accounts, dtype=bool)
    reminded[account[overdue & (pursuit.sent.level[pursuit.rows] >= 1)]] = True
    return ~overdue & reminded[account]


def _leads(account: Ints, pursuit: Pursuit, leading: Mask, rank: Ints, accounts: int) -> Ints:
    """By account, of the rows that may lead a letter that of the highest level (then of the best rank), else -1."""
    proposed, ranks = positions(leading), np.int64(len(rank) + 1)
    best = np.full(accounts, -1, dtype="int64")
    np.maximum.at(best, account[proposed], pursuit.stages.next[proposed] * ranks + ranks - rank[proposed])
    by_rank = np.empty(len(rank) + 1, dtype="int64")
    by_rank[rank] = np.arange(len(rank))
    return np.where(best >= 0, by_rank[ranks - best % ranks if len(rank) else best], -1)


def _is_listed(situation: Situation, pursuit: Pursuit, lead: Ints) -> Mask:
    """Rows that a letter to their customer names: proposed ones and overdue ones that nothing holds.

    A letter about what is overdue says nothing of what is still to fall due, lest it be claimed with the rest.
    """
    overdue = situation.is_overdue[pursuit.rows]
    of_overdue = (lead >= 0) & overdue[lead] if len(overdue) else lead >= 0
    named = overdue | situation.settings.list_not_due
    is_courtesy: Mask = pursuit.is_proposed & ~of_overdue[situation.debtors.account[pursuit.rows]]
    return is_courtesy | (named & (pursuit.is_proposed | only(pursuit.holds, "below_minimum")))


def _written_lately(situation: Situation) -> Mask:
    """By account, whether a letter went to the customer less than `customer_min_days` ago; a courtesy delays none."""
    letters = situation.letters[situation.letters["letter_level"].fillna(1) > 0]
    codes = pd.Index(situation.debtors.codes)
    debtor = codes.get_indexer(pd.Index(letters["customer_id"]))
    last = latest_at(debtor[debtor >= 0], days(letters["date"])[debtor >= 0], len(codes))
    recent: Mask = last + situation.settings.customer_min_days > day(situation.as_of)
    by_account: Mask = recent[situation.debtors.who["debtor"].to_numpy()]
    return by_account


def propose_letters(assessment: Assessment, ledger: Ledger, policy: Policy) -> Proposal:
    """The letters due, with what a person should know about each.

    Args:
        assessment: of `ledger` under `policy`.
        ledger: typed tables.
        policy: cycles and settings.
    """
    rows = _listed_rows(assessment)
    levels = _lead_levels(assessment)
    letters = _letters(assessment, ledger, rows, levels)
    letters["is_approved"] = is_approved(
        letters, ledger.proposal, policy.settings.approvers, assessment.as_of
    )
    looked = look_before(assessment, ledger, policy, rows)
    warned = _warnings(assessment, ledger, letters, rows, levels, looked)
    letters = letters.assign(warnings=coded_bits(warned, WARNINGS))
    findings = [*_outgrown(ledger.proposal, letters), *(looked.findings if len(letters) else [])]
    return Proposal(letters, rows, findings, looked.checks)


def _outgrown(sheet: pd.DataFrame, letters: pd.DataFrame) -> list[Finding]:
    """Approvals given for less than their letter now asks for."""
    found = is_outgrown(sheet, letters)
    return find(
        "approval-outgrown", "proposal", "approved_by", found,
        found=sheet["approved_by"], rows=sheet["customer_id"],
    )  # fmt: skip


def _listed_rows(assessment: Assessment) -> pd.DataFrame:
    due, pursuit = assessment.due_letters, assessment.pursuit
    place = pursuit.rows[due.listed]
    listed = assessment.rows.iloc[place].reset_index(drop=True)
    proposed = pursuit.is_proposed[due.listed]
    level = np.where(proposed, pursuit.stages.next[due.listed], pursuit.sent.level[place])
    interest, lump_sum = cents(listed["interest"]), cents(listed["lump_sum"])
    amount = pursuit.amount[due.listed]
    columns = ["customer_id", "invoice_id", "document_type", "instalment", "due_date", "days_overdue"]
    return listed[["customer_id", "invoice_id"]].assign(
        letter=due.letter,
        position=place,
        row_level=nullable(level, level != NO_LEVEL),
        is_proposed=proposed,
        currency=listed["row_currency"].astype("str"),
        document_type=listed["row_document_type"],
        instalment=listed["row_instalment"],
        cycle=listed["row_cycle"].astype("str"),
        due_date=listed["effective_due_date"],
        days_overdue=listed["days_overdue"],
        open_amount=whole(amount),
        interest=whole(interest),
        lump_sum=whole(lump_sum),
        total_due=whole(amount + interest + lump_sum),
    )[["letter", "position", "row_level", "is_proposed", "currency", "cycle", *columns,
       "open_amount", "interest", "lump_sum", "total_due"]]  # fmt: skip


def _lead_levels(assessment: Assessment) -> list[Level]:
    """The level of each letter."""
    due, pursuit = assessment.due_letters, assessment.pursuit
    cycles = pursuit.cycles.code[pursuit.rows[due.lead]].tolist()
    numbers = pursuit.stages.next[due.lead].tolist()
    return [
        next(level for level in pursuit.cycle_list[cycle].levels if level.number == number)
        for cycle, number in zip(cycles, numbers, strict=True)
    ]


def _letters(assessment: Assessment, ledger: Ledger, rows: pd.DataFrame, levels: list[Level]) -> pd.DataFrame:
    """One row a letter; amounts over all its rows. Interest and costs count where the level shows amounts."""
    due, who = assessment.due_letters, _who(assessment)
    size = len(levels)
    totals = {
        column: sum_at(rows["letter"].to_numpy(), cents(rows[column]), size)
        for column in ("open_amount", "interest", "lump_sum", "total_due")
    }
    shows = np.array([level.shows_interest == "amounts" for level in levels], dtype=bool)
    fee = np.array([level.fee_cents for level in levels], dtype="int64")
    customers = assessment.situation.debtors.place[who["debtor"].to_numpy()]
    channel, reachable = channels_of(ledger.customers, customers, levels)
    return pd.DataFrame(
        {
            "letter": np.arange(size),
            "customer_id": who["customer_id"].to_numpy(),
            "customer_name": who["customer_name"].to_numpy(),
            "currency": who["currency"].to_numpy(),
            "letter_level": whole(np.array([level.number for level in levels], dtype="int64")),
            "rows": whole(np.bincount(rows["letter"], minlength=size).astype("int64")),
            "open_amount": whole(totals["open_amount"]),
            "total_due": whole(np.where(shows, totals["total_due"], totals["open_amount"]) + fee),
            "channel": channel,
            "template": pd.Series([level.template for level in levels], dtype="str"),
            "kind": pd.Series([level.kind for level in levels], dtype="str"),
            "cycle": assessment.rows["row_cycle"]
            .astype("str")
            .iloc[assessment.pursuit.rows[due.lead]]
            .to_numpy(),
            "needs_approval": np.array([level.needs_approval for level in levels], dtype=bool),
            "shows_interest": pd.Series([level.shows_interest for level in levels], dtype="str"),
            "response_days": whole(np.array([level.response_days for level in levels], dtype="int64")),
            "interest": whole(totals["interest"]),
            "lump_sum": whole(totals["lump_sum"]),
            "fee": whole(fee),
            "is_reachable": reachable,
        }
    ).astype({"customer_id": "str", "customer_name": "str", "currency": "str"})


def _warnings(  # noqa: PLR0913, PLR0917  what warnings look at
    assessment: Assessment,
    ledger: Ledger,
    letters: pd.DataFrame,
    rows: pd.DataFrame,
    levels: list[Level],
    looked: Preflight,
) -> Ints:
    """One bit set a letter over `WARNINGS`."""
    unpriced = assessment.charges.accrued.uncovered[rows["position"].to_numpy()]
    partial = np.zeros(len(letters), dtype=bool)
    partial[rows["letter"].to_numpy()[unpriced]] = True
    shows = np.array([level.shows_interest == "amounts" for level in levels], dtype=bool)
    held = assessment.situation.payments.by_customer
    kinds = assessment.situation.debtors.of_debtors(filled(ledger.customers["kind"]), otherwise=False)
    masks = {
        "stale_payments": np.full(len(letters), looked.is_stale),
        "unallocated_payments": _pairs(letters).isin(_pairs(held)),
        "address_missing": ~letters["is_reachable"].to_numpy(dtype=bool),
        "third_letter_this_month": _letters_this_month(assessment, letters) >= _MANY_LETTERS,
        "kind_unknown": ~kinds[_who(assessment)["debtor"].to_numpy()],
        "rate_not_published": partial & shows,
        "needs_approval": (letters["needs_approval"] & ~letters["is_approved"]).to_numpy(dtype=bool),
        "promise_due": looked.promises[assessment.due_letters.accounts],
        "row_findings": _with_rows(rows, looked.flagged, len(letters)),
    }
    return bit_sets(masks, WARNINGS, len(letters))


def _with_rows(rows: pd.DataFrame, flagged: Mask, letters: int) -> Mask:
    """Letters that list a flagged row."""
    found = np.zeros(letters, dtype=bool)
    found[rows["letter"].to_numpy()[flagged[rows["position"].to_numpy()]]] = True
    return found


def _who(assessment: Assessment) -> pd.DataFrame:
    """The customer and currency of each letter."""
    return assessment.situation.debtors.who.iloc[assessment.due_letters.accounts]


def _pairs(frame: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[["customer_id", "currency"]])


def _letters_this_month(assessment: Assessment, letters: pd.DataFrame) -> Ints:
    """By letter, how many have gone to its customer since the first of the month."""
    sent = assessment.situation.letters
    recent = sent.loc[days(sent["date"]) >= day(assessment.as_of.replace(day=1)), "customer_id"]
    return cents(letters["customer_id"].map(recent.value_counts()).astype("Int64"))
