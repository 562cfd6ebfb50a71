"""Aging: how late each open row is, and the open total by customer, currency and bucket.

A bucket is known by its days (`1-30`, `180+`), so that policy may cut them as it likes. Credit rows have a
column of their own; the buckets of a customer and currency always sum to its open total.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import coded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlcredit.core.columns import Ints, Mask

NOT_DUE = "not_due"
CREDIT = "credit"


def bucket_codes(bounds: Sequence[int]) -> list[str]:
    """The buckets that end at `bounds`, in order of lateness.

    >>> bucket_codes((30, 60))
    ['not_due', '1-30', '31-60', '60+']
    """
    first = [1, *(bound + 1 for bound in bounds)]
    return [NOT_DUE, *(f"{low}-{high}" for low, high in zip(first, bounds, strict=False)), f"{bounds[-1]}+"]


def bucket_of(days_overdue: Ints, bounds: Sequence[int]) -> Ints:
    """Position of each row's bucket in `bucket_codes(bounds)`; a bound's own day belongs to it."""
    return np.where(days_overdue <= 0, 0, 1 + np.searchsorted(np.asarray(bounds), days_overdue, side="left"))


def age_rows(days_overdue: Ints, is_open: Mask, is_credit: Mask, bounds: Sequence[int]) -> pd.Series:
    """The bucket of every row as a category; `credit` for open credit rows, blank for closed rows.

    Args:
        days_overdue: as_of - due date; rows without a due date count as not due.
        is_open: rows with a residue.
        is_credit: rows that lower what the customer owes.
        bounds: last day of each bucket but the last.
    """
    names = [*bucket_codes(bounds), CREDIT]
    codes = np.where(is_credit, len(names) - 1, bucket_of(days_overdue, bounds))
    return coded(np.where(is_open, codes, -1), names)


def aging_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The open total by customer, currency and bucket.

    Args:
        rows: assessed rows: customer_id, row_currency, bucket (category), open_amount (Int64, credits
            negative).

    Returns:
        One row a customer and currency with something open, sorted by both: customer_id, currency, one Int64
        column of cents a bucket, `credit` (negative), `total`, `overdue` and `rows`.
    """
    opened = rows.loc[rows["bucket"].notna(), ["customer_id", "bucket", "open_amount"]]
    opened = opened.assign(currency=rows["row_currency"].astype("str"))
    by = ["customer_id", "currency"]
    buckets = rows["bucket"].cat.categories
    table = opened.pivot_table(
        values="open_amount", index=by, columns="bucket", aggfunc="sum", observed=False
    )
    table = pd.DataFrame(table.reindex(columns=list(buckets))).fillna(0).astype("Int64")
    table.columns = pd.Index(buckets)
    late = [name for name in table.columns if name not in (NOT_DUE, CREDIT)]
    table = table.assign(
        total=table.sum(axis=1), overdue=table[late].sum(axis=1), rows=opened.groupby(by).size()
    )
    return table.astype("Int64").reset_index()


def aging_totals(rows: pd.DataFrame, bounds: Sequence[int]) -> pd.DataFrame:
    """The open total by currency and bucket.

    Args:
        rows: assessed rows, as for `aging_table`.
        bounds: last day of each bucket but the last.

    Returns:
        One row a currency and bucket, empty ones included (credits only where there are any), in order of
        both: currency, bucket, open_amount (Int64 cents), rows.
    """
    opened = rows[rows["bucket"].notna()]
    by = [opened["row_currency"].astype("str"), opened["bucket"].astype("str")]
    found = opened["open_amount"].groupby(by).agg(["sum", "size"])
    names = [*bucket_codes(bounds), CREDIT]
    order = pd.MultiIndex.from_product([sorted(set(by[0])), names], names=["currency", "bucket"])
    table = (
        found.reindex(order, fill_value=0)
        .set_axis(["open_amount", "rows"], axis=1)
        .astype("Int64")
        .reset_index()
    )
    return table[(table["bucket"] != CREDIT) | (table["rows"] > 0)].reset_index(drop=True)
