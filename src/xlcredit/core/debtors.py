"""The customers behind the ledger's rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.core.columns import coded, filled
from xlcredit.errors import UNREAD_CURRENCY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from xlcredit.core.columns import Ints, Mask
    from xlcredit.core.rows import RowKeys


@dataclass(frozen=True, slots=True)
class Debtors:
    """Who owes the rows, by customer and by account: a customer's rows in one currency, one letter.

    Attributes:
        customers: the typed table.
        codes: customer code by debtor number, as the rows have it.
        place: position in `customers` by debtor number; -1 for an unknown one.
        debtor: debtor number by ledger row.
        currency: of the row, upper case; the base currency when blank, `UNREAD_CURRENCY` when what stands
            there cannot be read (category).
        account: account number by ledger row.
        who: customer_id, customer_name, currency and debtor by account.
    """

    customers: pd.DataFrame
    codes: pd.Series
    place: Ints
    debtor: Ints
    currency: pd.Series
    account: Ints
    who: pd.DataFrame

    def of_rows(self, by_customer: NDArray[Any], otherwise: Any) -> NDArray[Any]:  # noqa: ANN401  any scalar
        """A value by customer, for every ledger row; `otherwise` where the customer is unknown."""
        return self.of_debtors(by_customer, otherwise)[self.debtor]

    def of_debtors(self, by_customer: NDArray[Any], otherwise: Any) -> NDArray[Any]:  # noqa: ANN401  any scalar
        """A value by customer, by debtor number; `otherwise` where the customer is unknown."""
        if not len(by_customer):
            return np.full(len(self.place), otherwise)
        return np.where(self.place >= 0, by_customer[self.place], otherwise)

    def of_customers(self, by_debtor: NDArray[Any], otherwise: Any) -> NDArray[Any]:  # noqa: ANN401  any scalar
        """A value by debtor number, for every customer; `otherwise` for those without rows."""
        found = np.full(len(self.customers), otherwise)
        known = self.place >= 0
        found[self.place[known]] = by_debtor[known]
        return found

    def text_of_rows(self, column: str) -> pd.Series:
        """A text column of `customers`, for every ledger row; blank where the customer is unknown."""
        by_debtor = self.customers[column].array.take(self.place, allow_fill=True)
        return pd.Series(by_debtor.take(self.debtor))

    @property
    def accounts(self) -> int:
        """Number of accounts."""
        return len(self.who)

    @property
    def is_unknown(self) -> Mask:
        """Rows that name a customer who is not in the table."""
        return ((self.place < 0) & filled(self.codes))[self.debtor]

    @property
    def is_without_currency(self) -> Mask:
        """Rows whose currency cannot be read."""
        found: Mask = (self.currency == UNREAD_CURRENCY).to_numpy(dtype=bool)
        return found

    @property
    def is_nameless(self) -> Mask:
        """Rows that name no customer at all."""
        return (~filled(self.codes))[self.debtor]


def find_debtors(
    invoices: pd.DataFrame,
    customers: pd.DataFrame,
    keys: RowKeys,
    base_currency: str,
    unreadable: Sequence[int] | Ints = (),
) -> Debtors:
    """The customers behind the ledger's rows.

    Args:
        invoices: typed ledger rows.
        customers: typed table; of several rows with one code the first counts.
        keys: of the ledger's rows.
        base_currency: currency of a row that names none.
        unreadable: positions of rows whose currency cannot be read.
    """
    first = customers["customer_id"].drop_duplicates().dropna()
    found = pd.Index(first).get_indexer(pd.Index(keys.debtors))
    place = np.append(first.index.to_numpy(dtype="int64"), -1)[found]
    codes, names = _currencies(_with_unread(invoices["currency"], unreadable), base_currency)
    account, distinct = pd.factorize(keys.debtor * np.int64(len(names)) + codes)
    called = (customers["name"], invoices["customer_name"])
    who = _accounts(called, keys, place, account, np.array(names)[distinct % len(names)])
    return Debtors(customers, keys.debtors, place, keys.debtor, coded(codes, names), account, who)


def _accounts(
    names: tuple[pd.Series, pd.Series], keys: RowKeys, place: Ints, account: Ints, currency: NDArray[Any]
) -> pd.DataFrame:
    """What is known of each account; the name is the customer's, else the one on its first row."""
    first = np.full(len(currency), 0, dtype="int64")
    first[account[::-1]] = np.arange(len(account))[::-1]
    debtor = keys.debtor[first]
    of_customers, of_rows = names
    name = pd.Series(of_customers.array.take(place[debtor], allow_fill=True))
    on_row = of_rows.iloc[first].reset_index(drop=True)
    return pd.DataFrame(
        {
            "customer_id": keys.debtors.iloc[debtor].reset_index(drop=True),
            "customer_name": name.where(name.notna(), on_row),
            "currency": pd.Series(currency, dtype="str"),
            "debtor": debtor,
        }
    )


def _with_unread(currency: pd.Series, unreadable: Sequence[int] | Ints) -> pd.Series:
    if not len(unreadable):
        return currency
    told = currency.copy()
    told.iloc[np.asarray(unreadable, dtype="int64")] = UNREAD_CURRENCY
    return told


def _currencies(currency: pd.Series, base: str) -> tuple[Ints, list[str]]:
    """The code of every row's currency, and the distinct currencies in order of first appearance."""
    codes, distinct = pd.factorize(currency)
    upper = [str(name).strip().upper() for name in distinct]
    names = list(dict.fromkeys([*upper, base]))
    table = np.array([names.index(name) for name in [*upper, base]], dtype="int64")
    return table[codes], names
