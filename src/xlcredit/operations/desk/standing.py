"""What stands on rows already: open cases, plans, holds, what was settled: what may come next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xlcredit.core.columns import is_any
from xlcredit.core.disputes import is_about_customer
from xlcredit.core.holds import is_held, is_unread
from xlcredit.core.plans import DEFAULT, LAPSED, PROPOSED, REGULAR, STATUSES
from xlcredit.operations.desk.dispute import about_case, open_cases
from xlcredit.operations.desk.draft import Draft
from xlcredit.operations.desk.rows import RowName, named_rows
from xlcredit.operations.opened import open_for

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from xlcredit.books.place import Place
    from xlcredit.core.columns import Ints

SETTLED = ("allowance", "set_off")


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands on the named rows.

    Attributes:
        case_names: the names by which the open cases on them are known; empty without any.
        cases: what those are about, in words.
        plans: status by code of the plans on them, those of `PROPOSED`, `REGULAR` and `DEFAULT`; where there is
            none, of the newest that is `LAPSED`: its signed copy may still come.
        is_held: every one of them, and every customer named as a whole, is on hold.
        settled: the kind of what was settled last and not taken back; None without.
    """

    case_names: list[RowName]
    cases: list[str]
    plans: dict[str, str]
    is_held: bool
    settled: str | None


def standing_on(place: Place, names: Sequence[RowName], as_of: dt.date | None = None) -> Standing:
    """What stands on the rows that `names` mean; nothing is written.

    Raises:
        CustomerNotFoundError, InvoiceNotFoundError: a name that means none.
    """
    draft = Draft(open_for(place, as_of, to_write=False))
    rows = named_rows(draft, names)
    known = _known_cases(draft, names, rows)
    disputes = draft.ledger.disputes
    cases = [about_case(draft, disputes.iloc[case]) for case in open_cases(draft, known)] if known else []
    return Standing(
        known, list(dict.fromkeys(cases)), _plans(draft, rows), _is_held(draft, names), _settled(draft, rows)
    )


def _known_cases(draft: Draft, names: Sequence[RowName], rows: Ints) -> list[RowName]:
    """The names under which the cases on rows are found: the rows', else their customers'."""
    if len(open_cases(draft, names)):
        return list(names)
    disputed, disputes = draft.assessment.pursuit.agreed.disputed, draft.ledger.disputes
    general = disputes["customer_id"][disputed.is_open_case & is_about_customer(disputes)]
    customers = draft.ledger.invoices["customer_id"].iloc[rows]
    return [RowName(str(customer)) for customer in customers[customers.isin(general)].unique()]


def _plans(draft: Draft, rows: Ints) -> dict[str, str]:
    situation, planned = draft.assessment.situation, draft.assessment.pursuit.agreed.planned
    matches = situation.matches["plans"]
    lines = np.unique(
        situation.references["plans"]["plan"].to_numpy()[matches.reference[np.isin(matches.invoice, rows)]]
    )
    live = lines[np.isin(planned.status[lines], (PROPOSED, REGULAR, DEFAULT))]
    if not len(live):
        live = lines[planned.status[lines] == LAPSED][-1:]
    codes = draft.ledger.plans["plan_id"].iloc[live].astype("str")
    return dict(zip(codes, (STATUSES[status] for status in planned.status[live]), strict=True))


def _is_held(draft: Draft, names: Sequence[RowName]) -> bool:
    documents = [name for name in names if not name.is_customer]
    whole = [name.customer_id for name in names if name.is_customer]
    invoices, customers = draft.ledger.invoices, draft.ledger.customers
    row_held = is_held(invoices, draft.as_of) | is_unread(draft.ledger, "invoices")
    customer_held = is_held(customers, draft.as_of) | is_unread(draft.ledger, "customers")
    of_customers = customers["customer_id"].isin(whole).to_numpy()
    held = np.concatenate([row_held[named_rows(draft, documents)], customer_held[of_customers]])
    return bool(len(held) and held.all())


def _settled(draft: Draft, rows: Ints) -> str | None:
    allocations, matches = draft.ledger.allocations, draft.assessment.situation.matches["allocations"]
    on_rows = np.zeros(len(allocations), dtype=bool)
    on_rows[matches.reference[np.isin(matches.invoice, rows)]] = True
    entries = allocations[on_rows & is_any(allocations["kind"], *SETTLED)]
    left = entries.groupby("kind", observed=True)["amount"].sum()
    standing = entries["kind"][entries["kind"].isin(left.index[left > 0])]
    return str(standing.iloc[-1]) if len(standing) else None
