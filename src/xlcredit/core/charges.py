"""What a late row bears besides its residue: interest and lump sum; and the day the claim is lost.

Law: D.Lgs. 231/2002 art. 5 and 6; c.c. art. 1284; D.Lgs. 14/2019 (CCII) art. 154 (interest on unsecured
claims stops at the opening of insolvency proceedings); c.c. art. 2934-2948 (limitation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.accrual import MAX_CENTS
from xlcredit.core.columns import NO_DAY, coded, day, days, is_any, stamps, sum_at
from xlcredit.core.holds import is_insolvent
from xlcredit.core.interest import Accrued, accrue_interest, lump_sums, regime_of
from xlcredit.core.limitation import limitation_dates, limitation_years
from xlcredit.parameters.law import REGIMES

if TYPE_CHECKING:
    from xlcredit.core.columns import Days, Ints
    from xlcredit.core.debtors import Debtors
    from xlcredit.core.situation import Situation
    from xlcredit.parameters.law import Law


_TERMS = np.int64(1) << 8
_YEARS = np.int64(1) << 14


@dataclass(frozen=True, slots=True)
class Charges:
    """Aligned with the ledger's rows.

    Attributes:
        regime: of interest (category).
        principal: cents that bear interest before the dated payments.
        accrued: interest up to the day, with what is not covered by a published rate.
        lump_sum: cents.
    """

    regime: pd.Series
    principal: Ints
    accrued: Accrued
    lump_sum: Ints


def charge_rows(situation: Situation, law: Law) -> Charges:
    """Interest and lump sum of every claim, those paid late included."""
    regime = _regimes(situation)
    principal = _principal(situation)
    claims = interest_claims(situation, regime, principal)
    accrued = accrue_interest(
        claims,
        situation.settled.dated,
        situation.as_of,
        law,
        imputation="interest_first" if situation.settings.imputation == "interest_first" else "capital_first",
    )
    return Charges(regime, principal, accrued, _lump_sums(situation, regime, law))


def interest_claims(situation: Situation, regime: pd.Series, principal: Ints) -> pd.DataFrame:
    """The rows as the interest rules take them (`accrual.read_claims`)."""
    debtors = situation.debtors
    return pd.DataFrame(
        {
            "principal": principal,
            "due_date": stamps(situation.dates.due),
            "regime": regime,
            "contract_date": stamps(contract_dates(situation)),
            "contract_rate": debtors.of_rows(
                debtors.customers["contract_rate"].to_numpy(dtype="int64", na_value=0), 0
            ),
            "charged_to": situation.ledger.invoices["interest_charged_to"],
            "stop_date": stamps(debtors.of_rows(_openings(situation), NO_DAY)),
        },
        copy=False,
    )


def contract_dates(situation: Situation) -> Days:
    """The contract's date, else the document's."""
    invoices = situation.ledger.invoices
    contract = days(invoices["contract_date"])
    return np.where(np.isnat(contract), days(invoices["document_date"]), contract)


def _openings(situation: Situation) -> Days:
    """By customer, the opening of proceedings that stop interest: a negotiated settlement does not."""
    customers = situation.ledger.customers
    stops = is_insolvent(customers, situation.as_of) & ~is_any(customers["status"], "crisis_settlement")
    return np.where(stops, days(customers["status_date"]), NO_DAY)


def _regimes(situation: Situation) -> pd.Series:
    """The regime of each row; interest itself bears none."""
    customers, debtors = situation.ledger.customers, situation.debtors
    of_customers = regime_of(
        *(customers[column] for column in ("kind", "sector", "no_interest", "contract_rate"))
    )
    codes = debtors.of_rows(of_customers.cat.codes.to_numpy().astype("int64"), REGIMES.index("consumer"))
    silent = is_any(situation.ledger.invoices["document_type"], "interest_note") | situation.owed.is_credit
    return coded(np.where(silent, REGIMES.index("none"), codes), REGIMES)


def _principal(situation: Situation) -> Ints:
    """What is open and what was paid on a known day. What was paid on an unknown one never bore interest.

    A retention that is due again bears none: its own term is not the row's.
    """
    settled, size = situation.settled, len(situation.owed.net)
    dated = sum_at(settled.dated["claim"].to_numpy(), settled.dated["amount"].to_numpy(), size)
    principal = np.minimum(settled.residue + dated, situation.owed.net - situation.owed.released)
    return np.where(situation.owed.is_claim & (principal <= MAX_CENTS), principal, 0)


def _lump_sums(situation: Situation, regime: pd.Series, law: Law) -> Ints:
    """40 € for each late invoice, on its first late instalment."""
    settled, due = situation.settled, situation.dates.due
    paid_late = (settled.residue == 0) & (settled.settled_on > due) & (settled.paid > 0)
    late = (situation.is_overdue | (paid_late & situation.owed.is_claim)) & (regime != "none").to_numpy()
    document = situation.keys.document
    alone = np.bincount(document, minlength=len(due))[document] == 1
    several = np.flatnonzero(late & ~alone)
    several = several[np.lexsort((situation.keys.instalment[several], due[several]))]
    rows = np.concatenate((np.flatnonzero(late & alone), several))
    sums = np.zeros(len(due), dtype="int64")
    sums[rows] = lump_sums(
        pd.DataFrame(
            {
                "invoice": document[rows] * _YEARS + situation.keys.year[rows],
                "kind": _kinds(situation.debtors, rows),
                "is_late": True,
                "is_charged": False,
                "contract_date": stamps(contract_dates(situation)[rows]),
            }
        ),
        law,
    )
    return sums


def _kinds(debtors: Debtors, rows: Ints) -> pd.Series:
    """The kind of each row's customer (category); blank when unknown."""
    kind = debtors.customers["kind"]
    codes = debtors.of_debtors(kind.cat.codes.to_numpy().astype("int64"), -1)[debtors.debtor[rows]]
    return coded(codes, list(kind.cat.categories))


def limits(situation: Situation, interruptions: pd.DataFrame, law: Law) -> tuple[Days, Ints]:
    """The last day on which each open claim can be asked for, and each row's years of limitation.

    Args:
        situation: the ledger on a day.
        interruptions: claim (ledger position), date: proofs of receipt of letters that interrupt.
        law: the terms.
    """
    invoices = situation.ledger.invoices
    years = limitation_years(invoices["limitation_years"], invoices["document_type"], situation.as_of, law)
    due, term = (
        np.where(situation.is_open_claim, situation.dates.due, NO_DAY),
        np.minimum(years.to_numpy(dtype="int64"), _TERMS - 1),
    )
    codes, distinct = pd.factorize(due.astype("int64") * _TERMS + term)
    last = limitation_dates(
        stamps((distinct // _TERMS).astype("datetime64[D]")), pd.Series(distinct % _TERMS)
    )
    limitation = np.where(np.isnat(due), NO_DAY, days(last)[codes])
    claims, place = np.unique(interruptions["claim"].to_numpy(), return_inverse=True)
    restarted = limitation_dates(stamps(due[claims]), years.iloc[claims], interruptions.assign(claim=place))
    limitation[claims] = days(restarted)
    return limitation, term


def days_left(limitation: Days, situation: Situation) -> Ints:
    """Days until the claim is lost; very many where it never is."""
    left = (limitation - day(situation.as_of)).astype("int64")
    return np.where(np.isnat(limitation), np.iinfo("int32").max, left)
