"""What may be settled without money, and what of it a person has to confirm.

| kind | without a person |
|---|---|
| allowance | up to the automatic limit of the settings (1 euro), in all on the document |
| deduction | up to the limit of bank costs; that for abroad where the customer is |
| set-off | never: it needs a customer who is also our supplier |

Everything else counts as soon as it stands in the allocations, and asks for the name of whoever confirmed it; what
takes an entry back does not. An allocation is recorded and reversible: taking its row out brings the residue back.

Law: artt. 1241-1243 c.c. (set-off: both claims certain, liquid, due); art. 1236 c.c. (remission).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlcredit.core.columns import cents, filled, is_any

if TYPE_CHECKING:
    import pandas as pd

    from xlcredit.core.columns import Ints, Mask
    from xlcredit.parameters.policy import Settings


_DOCUMENT = ["customer_id", "invoice_id", "instalment", "document_year"]


def free_limits(settings: Settings) -> dict[str, int]:
    """By kind of what a person enters, the cents up to which no confirmation is needed."""
    return {"allowance": settings.allowance_limit, "set_off": 0}


def is_unconfirmed(allocations: pd.DataFrame, customers: pd.DataFrame, settings: Settings) -> Mask:
    """Allocations beyond their kind's limit without the name of who confirmed them."""
    amount = cents(allocations["amount"])
    abroad = customers.loc[is_abroad(customers, settings), "customer_id"].dropna()
    bank_cost = np.where(
        allocations["customer_id"].isin(abroad), settings.bank_cost_limit_abroad, settings.bank_cost_limit
    )
    beyond = is_any(allocations["kind"], "allowance") & (
        _allowed_so_far(allocations) > settings.allowance_limit
    )
    beyond |= is_any(allocations["kind"], "deduction") & (amount > bank_cost)
    beyond |= is_any(allocations["kind"], "set_off")
    return beyond & (amount > 0) & ~filled(allocations["confirmed_by"])


def is_abroad(customers: pd.DataFrame, settings: Settings) -> Mask:
    """Customers of another country than the company's; one without a country is at home."""
    country = customers["country"].str.upper()
    return filled(country) & (country != settings.company_country.upper()).to_numpy(
        dtype=bool, na_value=False
    )


def _allowed_so_far(allocations: pd.DataFrame) -> Ints:
    """By allocation, cents of the allowances on its document up to and with its own line."""
    allowances = allocations["amount"].where(is_any(allocations["kind"], "allowance"), 0).fillna(0)
    by_document = allowances.groupby([allocations[name] for name in _DOCUMENT], dropna=False)
    return by_document.cumsum().to_numpy(dtype="int64")


def is_set_off_without_supplier(allocations: pd.DataFrame, customers: pd.DataFrame) -> Mask:
    """Set-offs of customers who are not marked as suppliers too."""
    suppliers = customers.loc[customers["is_supplier"].fillna(value=False).astype(bool), "customer_id"]
    named = allocations["customer_id"].isin(suppliers.dropna()).to_numpy()
    return is_any(allocations["kind"], "set_off") & ~named
