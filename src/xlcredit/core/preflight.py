"""Before letters are proposed: what somebody might be chased for although it is paid, promised or wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import day, days
from xlcredit.errors import Finding
from xlcredit.working_days import add_working_days

if TYPE_CHECKING:
    from xlcredit.core.assess import Assessment
    from xlcredit.core.columns import Mask
    from xlcredit.core.ledger import Ledger
    from xlcredit.parameters.policy import Policy

CHECKS = ("stale_payments", "unallocated_payments", "promises_due", "rows_with_findings")
"""What is looked at, in the order in which it is told."""


@dataclass(frozen=True, slots=True)
class Preflight:
    """What was found.

    Attributes:
        checks: one row a check that found something: check (code), count (of payments, rows; 1 for stale).
        is_stale: the newest payment is too old.
        promises: by account, a promise has come due and is not kept.
        flagged: by ledger row, a finding that needs a person, or a cell that could not be read.
        findings: what concerns the whole batch.
    """

    checks: pd.DataFrame
    is_stale: bool
    promises: Mask
    flagged: Mask
    findings: list[Finding]


def look_before(assessment: Assessment, ledger: Ledger, policy: Policy, listed: pd.DataFrame) -> Preflight:
    """What to look at before the letters of `assessment` go.

    Args:
        assessment: of `ledger` under `policy`.
        ledger: typed tables.
        policy: settings.
        listed: the rows that letters list: `position` in the ledger.
    """
    is_stale, findings = stale_payments(ledger, policy, assessment)
    promised, debtors = assessment.pursuit.agreed.promised, assessment.situation.debtors
    promises = np.zeros(debtors.accounts, dtype=bool)
    promises[debtors.account[promised.is_due]] = True
    flagged = flagged_rows(assessment, ledger)
    unallocated = days(ledger.payments["payment_date"]) <= day(assessment.as_of)
    unallocated &= assessment.situation.payments.left > 0
    counts = (
        int(is_stale),
        int(unallocated.sum()),
        int(promised.is_due.sum()),
        int(flagged[listed["position"].to_numpy()].sum()),
    )
    checks = pd.DataFrame({"check": CHECKS, "count": counts})
    return Preflight(
        checks[checks["count"] > 0].reset_index(drop=True), is_stale, promises, flagged, findings
    )


def flagged_rows(assessment: Assessment, ledger: Ledger) -> Mask:
    """Ledger rows with a finding that needs a person, or with a cell that could not be read."""
    notes = {finding.code for finding in assessment.findings if not finding.needs_person}
    codes = assessment.rows["finding"].cat
    wrong = [not notes.issuperset(code.split("+")) for code in codes.categories]
    flagged = np.append(np.array(wrong, dtype=bool), False)[codes.codes.to_numpy()]
    for (table, _), positions in ledger.unreadable.items():
        if table == "invoices":
            flagged[np.asarray(positions, dtype="int64")] = True
    return flagged


def stale_payments(ledger: Ledger, policy: Policy, assessment: Assessment) -> tuple[bool, list[Finding]]:
    """Whether the newest payment is older than `stale_payments_days` working days; False without any."""
    newest = days(ledger.payments["payment_date"])
    newest = newest[~np.isnat(newest)]
    if not len(newest):
        return False, []
    last = newest.max()
    if add_working_days(np.array([last]), policy.settings.stale_payments_days)[0] >= day(assessment.as_of):
        return False, []
    return True, [
        Finding(
            "payments-stale", "payments", "payment_date", facts={"newest": last.item()}, needs_person=False
        )
    ]
