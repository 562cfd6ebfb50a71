"""What may be done about each open claim: its level, what holds it, what is proposed, what must be decided.

Everything here is aligned with `Pursuit.rows`, the positions of the open claims.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import day, days, earliest_at, filled, is_any
from xlcredit.core.contacts import Spoken, read_contacts
from xlcredit.core.cycles import NONE, RowCycles, cycles_of
from xlcredit.core.decisions import Deciding, decide_rows, recorded_decisions, strategy_deadlines
from xlcredit.core.disputes import Disputed, disputed_amounts
from xlcredit.core.dunning import Dunned, Stages, stage_rows
from xlcredit.core.holds import covered_by_credit, hold_bits, only, typed_holds
from xlcredit.core.plans import Planned, plans_standing
from xlcredit.core.promises import Promised, evaluate_promises
from xlcredit.core.register import Entries, last_sent, levels_sent, register_entries
from xlcredit.parameters.policy import Cycle

if TYPE_CHECKING:
    from xlcredit.core.columns import Days, Ints, Mask
    from xlcredit.core.situation import Situation

_LETTER_HOLDS = ("below_minimum", "credit_cover")
"""Holds that say nothing against the claim itself: such a row may still ask for a decision."""


@dataclass(frozen=True, slots=True)
class Sent:
    """By ledger row: the register projected.

    Attributes:
        entries: the rows that counted reminders list.
        level: highest level sent, -1 for none; a returned effect takes over the level of the row it reopens.
        date: the day it was first reached.
        is_ambiguous: a letter of which nobody knows whether it arrived.
    """

    entries: Entries
    level: Ints
    date: Days
    is_ambiguous: Mask


@dataclass(frozen=True, slots=True)
class Agreed:
    """By ledger row: what was promised, contested, agreed or handed over; and what was said."""

    promised: Promised
    disputed: Disputed
    planned: Planned
    handed_over: Mask
    spoken: Spoken


@dataclass(frozen=True, slots=True)
class Pursuit:
    """Aligned with `rows`, where not said otherwise.

    Attributes:
        rows: ledger positions of the open claims.
        sent: by ledger row.
        agreed: by ledger row.
        cycles: by ledger row.
        cycle_list: the cycles, by code.
        is_first_unpaid: by ledger row: of a customer's first invoice ever, unpaid after due.
        amount: cents that may be dunned: the residue less what is contested.
        stages: levels and dates.
        holds: bit sets over `holds.HOLDS`.
        deciding: decisions asked for and taken.
        is_proposed: a letter may go for the row.
        credit_left: cents by account: free credit that covers no row.
    """

    rows: Ints
    sent: Sent
    agreed: Agreed
    cycles: RowCycles
    cycle_list: list[Cycle]
    is_first_unpaid: Mask
    amount: Ints
    stages: Stages
    holds: Ints
    deciding: Deciding
    is_proposed: Mask
    credit_left: Ints


def pursue(situation: Situation) -> Pursuit:
    """What may be done about each open claim on the day of `situation`."""
    rows = np.flatnonzero(situation.is_open_claim)
    sent = sent_levels(situation)
    agreed = agreements(situation, sent.entries)
    known = sent, agreed
    first_unpaid = first_invoices(situation) & situation.is_overdue
    cycles = cycles_of(situation.ledger.invoices, situation.debtors, situation.policy, first_unpaid)
    listed = [situation.policy.cycles.get(name, Cycle(NONE, ())) for name in cycles.names]
    amount = (situation.settled.residue - agreed.disputed.amount)[rows]
    stages = stage_rows(_dunned(situation, known, cycles, rows, amount), listed)
    deciding = _decide(situation, stages, rows)
    holds, credit_left = _holds(situation, known, rows, amount, stages=stages, deciding=deciding)
    is_due = stages.next_date <= day(situation.as_of)
    proposed = is_due & (holds == 0) & (stages.next >= 0) & ~stages.is_handover
    return Pursuit(
        rows,
        sent,
        agreed,
        cycles,
        listed,
        first_unpaid,
        amount,
        stages,
        holds,
        deciding,
        proposed,
        credit_left,
    )


def sent_levels(situation: Situation) -> Sent:
    """The register projected on the ledger's rows."""
    size = len(situation.ledger.invoices)
    entries = register_entries(situation.register, situation.matches["reminders"])
    level, date = levels_sent(entries, size)
    returned, original = situation.returned
    takes = level[original] > level[returned]
    level[returned[takes]], date[returned[takes]] = level[original[takes]], date[original[takes]]
    ambiguous = np.zeros(size, dtype=bool)
    ambiguous[entries.row[entries.is_ambiguous]] = True
    return Sent(entries, level, date, ambiguous)


def agreements(situation: Situation, entries: Entries) -> Agreed:
    """Promises, disputes, plans, case files and contacts as they stand."""
    ledger, matches = situation.ledger, situation.matches
    tolerance, as_of = situation.settings.promise_tolerance_days, situation.as_of
    return Agreed(
        evaluate_promises(ledger.promises, matches["promises"], situation.settled, as_of, tolerance),
        disputed_amounts(
            ledger.disputes,
            matches["disputes"],
            situation.settled,
            as_of,
            situation.policy.desk.dispute_days,
        ),
        plans_standing(
            ledger.plans,
            (situation.references["plans"], matches["plans"]),
            (situation.debtors.codes, np.where(situation.owed.is_claim, situation.debtors.debtor, -1)),
            situation.settled,
            _interest_notes(situation),
            as_of,
            situation.settings.plan_tolerance_days,
            situation.settings.instalment_notice_days,
            situation.settings.plan_default_response_days,
        ),
        _handed_over(situation),
        read_contacts(situation, last_sent(situation.register, entries, len(situation.owed.net))),
    )


def _interest_notes(situation: Situation) -> tuple[Days, Ints]:
    """By ledger row, the day of an interest note and its cents; 0 for other documents."""
    invoices = situation.ledger.invoices
    is_note = is_any(invoices["document_type"], "interest_note")
    return days(invoices["document_date"]), np.where(is_note, situation.owed.net, 0)


def _handed_over(situation: Situation) -> Mask:
    """Rows of an open case file; one that names no invoice takes all of the customer's."""
    files, as_of = situation.ledger.case_files, day(situation.as_of)
    is_open = ~is_any(files["status"], "returned", "closed")
    is_open &= ~(days(files["handed_over_on"]) > as_of) & ~(days(files["closed_on"]) <= as_of)
    matches = situation.matches["case_files"]
    mask = whole_customers(situation, files, is_open)
    mask[matches.invoice[is_open[matches.reference]]] = True
    return mask


def whole_customers(situation: Situation, table: pd.DataFrame, live: Mask) -> Mask:
    """All rows of the customers that a live row of `table` names without an invoice."""
    named = table["customer_id"][live & ~filled(table["invoice_id"])].dropna()
    return situation.debtors.codes.isin(named).to_numpy()[situation.debtors.debtor]


def first_invoices(situation: Situation) -> Mask:
    """Rows of each customer's first invoice ever.

    A ledger of open items knows no history: an invoice counts as the first only when the ledger also holds
    closed rows older than it.
    """
    owed, debtor = situation.owed, situation.debtors.debtor
    dated = days(situation.ledger.invoices["document_date"])
    claims = owed.is_claim & is_any(situation.ledger.invoices["document_type"], "invoice", "advance_invoice")
    claims |= owed.is_claim & ~filled(situation.ledger.invoices["document_type"])
    closed = dated[owed.is_claim & ~situation.is_open]
    closed = closed[~np.isnat(closed)]
    if not len(closed):
        return np.zeros(len(dated), dtype=bool)
    rows = np.flatnonzero(claims)
    first = earliest_at(debtor[rows], dated[rows], len(situation.debtors.codes))
    first_ever: Mask = claims & (dated == first[debtor]) & (dated > closed.min())
    return first_ever


def _dunned(
    situation: Situation, known: tuple[Sent, Agreed], cycles: RowCycles, rows: Ints, amount: Ints
) -> Dunned:
    sent, agreed = known
    return Dunned(
        cycles.code[rows],
        situation.dates.due[rows],
        situation.days_overdue[rows],
        amount,
        sent.level[rows],
        sent.date[rows],
        agreed.promised.broken_on[rows],
    )


def _decide(situation: Situation, stages: Stages, rows: Ints) -> Deciding:
    deadline, insured = strategy_deadlines(situation.ledger.customers, situation.settings, situation.as_of)
    unsecured = situation.settings.strategy_deadline_days_unsecured
    decision, decided_on = recorded_decisions(situation.ledger.decisions, situation.debtors, situation.as_of)
    return decide_rows(
        stages,
        situation.dates.due[rows],
        (
            situation.debtors.of_rows(deadline, unsecured)[rows],
            situation.debtors.of_rows(insured, otherwise=False)[rows],
        ),
        (decision[rows], decided_on[rows]),
        situation.as_of,
    )


def _holds(  # noqa: PLR0913  everything that may hold a row
    situation: Situation,
    known: tuple[Sent, Agreed],
    rows: Ints,
    amount: Ints,
    *,
    stages: Stages,
    deciding: Deciding,
) -> tuple[Ints, Ints]:
    """The holds of each row, and the free credit by account that covers none."""
    sent, agreed = known
    due, account = situation.dates.due[rows], situation.debtors.account[rows]
    covered, credit_left = covered_by_credit(
        account, due, situation.settled.residue[rows], situation.free_credit
    )
    reasons = {
        name: mask[rows]
        for name, mask in typed_holds(situation.ledger, situation.debtors, situation.as_of).items()
    }
    unnamed = whole_customers(situation, situation.ledger.promises, agreed.promised.is_open_promise)
    reasons["unreadable"] |= unnamed[rows]
    reasons |= {
        "dispute": (amount <= 0),
        "promise": agreed.promised.is_open[rows],
        "plan": (agreed.planned.is_regular | agreed.planned.is_waiting)[rows],
        "effect": situation.matures[rows] >= day(situation.as_of),
        "handed_over": agreed.handed_over[rows],
        "below_minimum": (amount > 0) & (amount < stages.min_amount),
        "credit_cover": covered,
        "duplicate": situation.is_duplicate[rows],
        "ambiguous": sent.is_ambiguous[rows],
        "no_due_date": np.isnat(due),
        "decided": ~deciding.goes_on,
    }
    return hold_bits(reasons, len(rows)), credit_left


def asks_now(pursuit: Pursuit) -> Mask:
    """Rows that ask for a decision nobody has taken, and that nothing but the letters' own limits holds."""
    return pursuit.deciding.asks & ~pursuit.deciding.is_decided & only(pursuit.holds, *_LETTER_HOLDS)


def interruptions(pursuit: Pursuit, situation: Situation) -> pd.DataFrame:
    """What interrupts limitation for a row: claim (ledger position), date.

    Proofs of receipt of letters: only for rows whose own level interrupts, in the cycle the register names, else the
    row's. Signatures under plans: for the rows that the plan names, as the customer acknowledges their debt.

    Law: art. 2943, 2944 c.c.
    """
    return pd.concat([_notices_received(pursuit, situation), _acknowledged(situation)], ignore_index=True)


def _acknowledged(situation: Situation) -> pd.DataFrame:
    """Signatures under plans, by row that the plan names."""
    references, matches = situation.references["plans"], situation.matches["plans"]
    line = references["plan"].to_numpy()[matches.reference]
    signed = days(situation.ledger.plans["signed_on"])[line]
    known = ~np.isnat(signed) & ~(signed > day(situation.as_of)) & situation.owed.is_claim[matches.invoice]
    found = pd.DataFrame({"claim": matches.invoice[known], "date": signed[known].astype("datetime64[s]")})
    return found.drop_duplicates()


def _notices_received(pursuit: Pursuit, situation: Situation) -> pd.DataFrame:
    """Proofs of receipt of letters that interrupt."""
    entries = pursuit.sent.entries
    proved = np.flatnonzero(~np.isnat(entries.proof_date) & ~(entries.proof_date > day(situation.as_of)))
    row = entries.row[proved]
    by_name = {name: code for code, name in enumerate(pursuit.cycles.names)}
    named = situation.ledger.reminders["cycle"].iloc[entries.event[proved]].map(by_name)
    cycle = np.where(named.notna(), named.fillna(0).to_numpy(dtype="int64"), pursuit.cycles.code[row])
    notices = {
        (code, level.number)
        for code, one in enumerate(pursuit.cycle_list)
        for level in one.levels
        if level.interrupts_limitation
    }
    pairs = pd.MultiIndex.from_arrays([cycle, entries.level[proved]])
    restarts = pairs.isin(list(notices)) if notices else np.zeros(len(proved), dtype=bool)
    return pd.DataFrame(
        {"claim": row[restarts], "date": entries.proof_date[proved][restarts].astype("datetime64[s]")}
    )
