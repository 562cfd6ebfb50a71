"""What may be settled without money, and what of it a person has to confirm.

| kind | without a person |
|---|---|
| allowance | up to the automatic limit of the settings (1 euro) |
| deduction | up to the limit of bank costs |
| set-off | never: it needs a customer who is also our supplier |

Everything else counts as soon as it stands in the allocations, and asks for the name of whoever confirmed it.
An allocation is recorded and reversible: taking its row out brings the residue back.

Law: artt. 1241-1243 c.c. (set-off: both claims certain, liquid, due); art. 1236 c.c. (remission).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlcredit.core.columns import cents, filled, is_any

if TYPE_CHECKING:
    import pandas as pd

    from xlcredit.core.columns import Mask
    from xlcredit.parameters.policy import Settings


def free_limits(settings: Settings) -> dict[str, int]:
    """By kind of allocation, the cents up to which no confirmation is needed; other kinds never need one."""
    return {
        "allowance": settings.allowance_limit,
        "deduction": settings.bank_cost_limit,
        "set_off": 0,
    }


def is_unconfirmed(allocations: pd.DataFrame, settings: Settings) -> Mask:
    """Allocations beyond their kind's limit without the name of who confirmed them."""
    beyond = np.zeros(len(allocations), dtype=bool)
    for kind, limit in free_limits(settings).items():
        beyond |= is_any(allocations["kind"], kind) & (np.abs(cents(allocations["amount"])) > limit)
    return beyond & ~filled(allocations["confirmed_by"])


def is_set_off_without_supplier(allocations: pd.DataFrame, customers: pd.DataFrame) -> Mask:
    """Set-offs of customers who are not marked as suppliers too."""
    suppliers = customers.loc[customers["is_supplier"].fillna(value=False).astype(bool), "customer_id"]
    named = allocations["customer_id"].isin(suppliers.dropna()).to_numpy()
    return is_any(allocations["kind"], "set_off") & ~named
