"""The customers of a ledger: one row a code, with what the ledger says about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.findings import find
from xlcredit.intake.customer_codes import fold_names
from xlcredit.intake.decisions import listed
from xlcredit.intake.ledger_schema import CUSTOMER_KEYS
from xlcredit.intake.takeover import Takeover, unread_texts
from xlcredit.schema import CUSTOMERS
from xlcredit.values import read_table

if TYPE_CHECKING:
    from xlcredit.errors import Finding

_KEYS = ("name", *CUSTOMER_KEYS)


def customers_of(raw: pd.DataFrame, invoices: pd.DataFrame, kind: str | None) -> Takeover:
    """One row a customer code, in order of first appearance.

    Args:
        raw: cells as read, columns = keys.
        invoices: typed rows, aligned with `raw`.
        kind: what a customer is whose rows do not say.

    Returns:
        Typed rows of `schema.CUSTOMERS`. The name is the one written most often, the code where there is
        none; of other columns the first value that a row of the customer has.
    """
    codes = invoices["customer_id"]
    said = raw.reindex(columns=[key for key in CUSTOMER_KEYS if key in raw])
    first = said.groupby(codes.to_numpy(), sort=False, dropna=True).first()
    names, findings = _names(codes, invoices["customer_name"])
    first["name"] = names.reindex(first.index)
    first = first.reset_index(names="customer_id")
    table = read_table(first, CUSTOMERS)
    findings += [finding for finding in table.findings if finding.column not in ("name", "customer_id")]
    frame = table.frame
    if kind is not None:
        frame["kind"] = frame["kind"].fillna(kind)
    lacking, ids = frame["name"].isna().to_numpy(), frame["customer_id"]
    frame["name"] = frame["name"].fillna(ids)
    findings += find("customer-without-name", "customers", "name", lacking, rows=ids, needs_person=False)
    return Takeover(frame, [], findings, unread_texts(first, table.unreadable))


def _names(codes: pd.Series, names: pd.Series) -> tuple[pd.Series, list[Finding]]:
    """The usual name by code, and the codes that bear names which are not the same."""
    pairs = pd.DataFrame({"code": codes, "name": names}).dropna()
    counts = pairs.value_counts(sort=False).reset_index()
    usual = (
        counts.sort_values("count", ascending=False, kind="stable")
        .drop_duplicates("code")
        .set_index("code")["name"]
    )
    counts["folded"] = fold_names(counts["name"])
    differing = counts.drop_duplicates(["code", "folded"])
    several = (
        differing[differing["code"].duplicated(keep=False)].groupby("code", sort=False)["name"].agg(list)
    )
    found = [listed(each) for each in several]
    mask, codes_of = np.ones(len(several), dtype=bool), list(several.index)
    return usual, find("customer-two-names", "customers", "name", mask, found, codes_of, needs_person=False)
