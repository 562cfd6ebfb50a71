"""Amounts in the base currency: never without a rate.

A rate is the number of units of the currency for one unit of the base currency, as central banks quote it for
the euro; the newest one on or before the day counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlcredit.core.columns import day, days, looked_up

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from xlcredit.core.columns import Ints, Mask


def rates_on(exchange_rates: pd.DataFrame, base_currency: str, as_of: dt.date) -> dict[str, float]:
    """Units of each currency for one of the base currency on `as_of`; the base itself is 1.

    Args:
        exchange_rates: typed table; rates that are not positive do not count.
        base_currency: ISO code.
        as_of: later rates are not known yet.
    """
    known = (days(exchange_rates["rate_date"]) <= day(as_of)) & (exchange_rates["rate"] > 0).to_numpy()
    newest = (
        exchange_rates[known].sort_values("rate_date", kind="stable").drop_duplicates("currency", keep="last")
    )
    rates = dict(zip(newest["currency"].str.upper(), newest["rate"], strict=True))
    return {**rates, base_currency: 1.0}


def in_base(cents: Ints, currency: pd.Series, rates: dict[str, float]) -> tuple[Ints, Mask]:
    """Cents in the base currency, rounded half up; and where no rate is known (there the answer is 0).

    Args:
        cents: amounts in their own currency.
        currency: the currency of each, upper case.
        rates: `rates_on(...)`.
    """
    if set(currency.cat.categories) <= {code for code, rate in rates.items() if rate == 1.0}:
        return cents, np.zeros(len(cents), dtype=bool)
    rate = looked_up(currency, rates, np.nan).astype("float64")
    unknown = np.isnan(rate)
    return np.floor(np.where(unknown, 0.0, cents / np.where(unknown, 1.0, rate)) + 0.5).astype(
        "int64"
    ), unknown
