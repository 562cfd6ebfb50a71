"""The dunning cycle of each row: its own, else its customer's, else by rule, else the default.

By rule: a returned effect follows `returned`; a ceased customer `ceased`; a public body `pa`; a consumer or
condominium `consumer`; a customer's first invoice ever, unpaid after due, `first_invoice`. A rule whose cycle
the policy does not have does not apply.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xlcredit.core.columns import filled, is_any, looked_up

if TYPE_CHECKING:
    import pandas as pd

    from xlcredit.core.columns import Ints, Mask
    from xlcredit.core.debtors import Debtors
    from xlcredit.parameters.policy import Policy

NONE = "none"


@dataclass(frozen=True, slots=True)
class RowCycles:
    """Aligned with the ledger's rows.

    Attributes:
        code: position of the row's cycle in `names`.
        names: the policy's cycles, and `none`.
        is_unknown: the row names a cycle that the policy does not have.
        is_customer_unknown: by customer: the same.
    """

    code: Ints
    names: list[str]
    is_unknown: Mask
    is_customer_unknown: Mask


def cycles_of(invoices: pd.DataFrame, debtors: Debtors, policy: Policy, is_first_unpaid: Mask) -> RowCycles:
    """The cycle of every row.

    Args:
        invoices: typed ledger rows.
        debtors: the customers behind them.
        policy: cycles and the default one.
        is_first_unpaid: rows of a customer's first invoice ever, unpaid after due.
    """
    names = [*policy.cycles, *({NONE} - set(policy.cycles))]
    at = {name: place for place, name in enumerate(names)}
    code = np.full(len(invoices), at.get(policy.settings.default_cycle, at.get("standard", 0)))
    for name, rows in _ruled(invoices, debtors, is_first_unpaid):
        if name in at:
            code[rows] = at[name]
    of_customer = looked_up(debtors.customers["cycle"], at, -1)
    by_customer = debtors.of_rows(of_customer, -1)
    by_row = looked_up(invoices["cycle"], at, -1)
    for typed in (by_customer, by_row):
        code = np.where(typed >= 0, typed, code)
    return RowCycles(
        code,
        names,
        filled(invoices["cycle"]) & (by_row < 0),
        filled(debtors.customers["cycle"]) & (of_customer < 0),
    )


def _ruled(invoices: pd.DataFrame, debtors: Debtors, is_first_unpaid: Mask) -> list[tuple[str, Mask]]:
    """Cycle and the rows it takes by rule; a later line goes before an earlier one."""
    kind, status = debtors.customers["kind"], debtors.customers["status"]
    return [
        ("first_invoice", is_first_unpaid),
        ("consumer", debtors.of_rows(is_any(kind, "consumer", "condominium"), otherwise=False)),
        ("pa", debtors.of_rows(is_any(kind, "public_body"), otherwise=False)),
        ("ceased", debtors.of_rows(is_any(status, "ceased"), otherwise=False)),
        ("returned", is_any(invoices["document_type"], "returned_effect")),
    ]
