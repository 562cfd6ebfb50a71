"""A stranger's ledger assessed as it is: what `xlcredit assess` answers.

The ledger's own word counts for what was paid (`payments_source` = ledger).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.core.aging import CREDIT, bucket_codes
from xlcredit.core.assess import Assessment, assess
from xlcredit.errors import Finding
from xlcredit.intake.errors import CycleUnknownError
from xlcredit.intake.ledger_file import read_ledger
from xlcredit.intake.typed import Intake, kind_key, take_in
from xlcredit.schema import INVOICES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from xlcredit.intake.ledger_schema import DateOrder
    from xlcredit.parameters.law import Law
    from xlcredit.parameters.policy import Policy

BESIDE = ("regime", "effective_due_date", "is_open", "is_proposed")
"""What an answer has for each row beside the columns of the ledger."""

_BELIEVED = {"currency": "row_currency", "cycle": "row_cycle", "net_payable": "net_payable_due"}
"""Input columns that, where blank, show what was taken."""


@dataclass(frozen=True, slots=True)
class AssessedLedger:
    """The answer.

    Attributes:
        intake: the ledger as taken in.
        assessment: what the rules say.
        rows: one row a row of the ledger, in its order: the columns of `schema.INVOICES` and `BESIDE`; money
            Int64 cents, credit rows open below zero; texts are codes.
        totals: as in `totals_of`.
        findings: of the file, its cells and the rules.
    """

    intake: Intake
    assessment: Assessment
    rows: pd.DataFrame
    totals: dict[str, Any]
    findings: tuple[Finding, ...]


def assess_ledger(  # noqa: PLR0913  each is a choice of the user's
    path: Path,
    as_of: dt.date,
    policy: Policy,
    law: Law,
    *,
    kind: str | None = None,
    cycle: str | None = None,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    order: DateOrder = "auto",
) -> AssessedLedger:
    """Read and assess a ledger.

    Args:
        path: csv, xlsx, xlsm or parquet; only read.
        as_of: the day.
        policy: cycles, buckets, weights, settings.
        law: dated parameters.
        kind: what the customers are, where the file does not say: key or word.
        cycle: the cycle of the rows, where the file does not say.
        mapping: key -> header, as the user decides.
        sheet: of a workbook, this sheet or table.
        order: `dmy` or `mdy` for dates in figures; `auto` lets each column decide.

    Raises:
        CycleUnknownError, KindUnknownError: `cycle` or `kind` is none.
        LedgerError: the file cannot be read, or holds no ledger.
        HeaderKeyUnknownError, HeaderNotFoundError: `mapping` names what is not there.
    """
    check_cycle(policy, cycle)
    kind = None if kind is None else kind_key(kind)
    file = read_ledger(path, mapping=mapping, sheet=sheet, order=order)
    intake = take_in(file, as_of, kind=kind, cycle=cycle)
    policy = policy.with_settings({"payments_source": "ledger"})
    assessment = assess(intake.ledger, policy, law, as_of)
    totals = totals_of(assessment)
    findings = (*intake.findings, *assessment.findings, *_mixed(totals))
    return AssessedLedger(intake, assessment, assessed_rows(intake.invoices, assessment), totals, findings)


def check_cycle(policy: Policy, cycle: str | None) -> None:
    """Refuse a cycle that the policy does not have.

    Raises:
        CycleUnknownError: there is none of this name.
    """
    if cycle is not None and cycle not in policy.cycles:
        raise CycleUnknownError(found=cycle, known=", ".join(policy.cycles))


def assessed_rows(invoices: pd.DataFrame, assessment: Assessment) -> pd.DataFrame:
    """The rows of the ledger with everything that was computed for them."""
    computed = assessment.rows
    rows = {
        column.key: computed[column.key] if column.role == "computed" else invoices[column.key]
        for column in INVOICES.columns
    }
    for key, believed in _BELIEVED.items():
        taken = computed[believed].astype(rows[key].dtype)
        rows[key] = rows[key].fillna(taken)
    return pd.DataFrame(rows | {key: computed[key] for key in BESIDE})


def totals_of(assessment: Assessment) -> dict[str, Any]:
    """What is open in all.

    Returns:
        `rows`, `open_rows`, `overdue_rows`; `currency`, `open_amount` and `overdue_amount` (cents) in the
        only currency, else in the base currency, None where a rate is missing; `by_bucket`: code -> rows and
        amount, every bucket of the policy and credit rows, which are below zero; `by_currency`: code -> the
        same figures.
    """
    rows = assessment.rows
    is_open = rows["is_open"].to_numpy(dtype=bool)
    is_late = is_open & (rows["days_overdue"] > 0).to_numpy(dtype=bool, na_value=False)
    currency, amount = _in_one_currency(assessment, is_open)
    buckets = [*bucket_codes(assessment.situation.policy.buckets), CREDIT]
    return {
        "rows": len(rows),
        "open_rows": int(is_open.sum()),
        "overdue_rows": int(is_late.sum()),
        "currency": currency,
        "open_amount": None if amount is None else int(amount[is_open].sum()),
        "overdue_amount": None if amount is None else int(amount[is_late].sum()),
        "by_bucket": _by(rows["bucket"].astype("str"), buckets, is_open, amount),
        "by_currency": {
            code: _of_currency(rows, code, is_open, is_late) for code in _currencies(rows, is_open)
        },
    }


def _currencies(rows: pd.DataFrame, is_open: np.ndarray) -> list[str]:
    return sorted(rows["row_currency"][is_open].astype("str").unique().tolist())


def _in_one_currency(assessment: Assessment, is_open: np.ndarray) -> tuple[str | None, np.ndarray | None]:
    """Open cents by row in one currency, credits below zero; None where they cannot be."""
    rows, situation = assessment.rows, assessment.situation
    currencies = _currencies(rows, is_open)
    base = situation.settings.base_currency
    if len(currencies) <= 1:
        return (currencies or [base])[0], rows["open_amount"].fillna(0).to_numpy(dtype=np.int64)
    if situation.without_rate.any():
        return None, None
    return base, np.where(rows["is_credit"], -situation.base_amount, situation.base_amount)


def _by(
    codes: pd.Series, names: list[str], is_open: np.ndarray, amount: np.ndarray | None
) -> dict[str, dict[str, int | None]]:
    """Rows and amount by code, codes without any row included."""
    table = pd.DataFrame({"code": codes, "amount": 0 if amount is None else amount})[is_open].groupby("code")[
        "amount"
    ]
    rows, total = table.size(), table.sum()
    return {
        name: {"rows": int(rows.get(name, 0)), "amount": None if amount is None else int(total.get(name, 0))}
        for name in names
    }


def _of_currency(rows: pd.DataFrame, code: str, is_open: np.ndarray, is_late: np.ndarray) -> dict[str, int]:
    own = (rows["row_currency"] == code).to_numpy(dtype=bool)
    cents = rows["open_amount"].fillna(0).to_numpy(dtype=np.int64)
    return {
        "open_rows": int((own & is_open).sum()),
        "open_amount": int(cents[own & is_open].sum()),
        "overdue_rows": int((own & is_late).sum()),
        "overdue_amount": int(cents[own & is_late].sum()),
    }


def _mixed(totals: dict[str, Any]) -> list[Finding]:
    """Several currencies and no rate to add them up with."""
    if totals["open_amount"] is not None:
        return []
    return [Finding("totals-several-currencies", "invoices", found=", ".join(totals["by_currency"]))]
