"""The rules with the collector's desk in use, against the same ledger without it.

100,000 invoices with 20,000 payments; the desk adds 50,000 contacts, 5,000 promises and 2,000 disputes.
`python -m bench.desk` prints the table. CPU time of this process, the best of several runs, the two taken in turn.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bench.core import AS_OF, made_ledger
from bench.data import Row
from xlcredit.core.assess import assess
from xlcredit.core.ledger import Ledger, typed_frame
from xlcredit.parameters.law import load_law
from xlcredit.parameters.policy import load_policy
from xlcredit.schema import TABLES, VOCABULARIES

if TYPE_CHECKING:
    import pandas as pd

ROWS, PAYMENTS, CONTACTS, PROMISES, DISPUTES, PLANS = 100_000, 20_000, 50_000, 5_000, 2_000, 500
MOST_RATIO, RUNS = 1.5, 5


def run() -> list[Row]:
    """The bar of the desk: at most one and a half times the rules without it."""
    without = small_ledger()
    busy = with_desk(without)
    assess(Ledger.from_frames({}), load_policy(), load_law(), AS_OF)  # what is loaded once is loaded
    times = [(_cpu(without), _cpu(busy)) for _ in range(RUNS)]
    plain, full = (min(taken) for taken in zip(*times, strict=True))
    return [
        Row(f"core, {ROWS:,} rows with the desk / without", f"{full:.2f} s", f"{plain:.2f} s", full / plain,
            "<= 1.5", full / plain <= MOST_RATIO),
    ]  # fmt: skip


def small_ledger() -> Ledger:
    """100,000 invoices and the payments of 20,000 of them."""
    books = made_ledger()
    invoices = books.invoices.head(ROWS)
    known = set(invoices["invoice_id"])
    allocations = books.allocations[books.allocations["invoice_id"].isin(known)].head(PAYMENTS)
    payments = books.payments[books.payments["payment_id"].isin(set(allocations["payment_id"]))]
    reminders = books.reminders[books.reminders["invoice_id"].isin(known)]
    return replace(
        books, invoices=invoices, payments=payments.reset_index(drop=True),
        allocations=allocations.reset_index(drop=True), reminders=reminders.reset_index(drop=True),
    )  # fmt: skip


def with_desk(books: Ledger) -> Ledger:
    """The same ledger after a year of contacts, promises, disputes and plans, seeded."""
    random = np.random.default_rng(11)
    return replace(
        books, contacts=_contacts(books, random), promises=_promises(books, random),
        disputes=_disputes(books, random), plans=_plans(books, random),
    )  # fmt: skip


def _rows(books: Ledger, random: np.random.Generator, count: int) -> pd.DataFrame:
    rows = random.choice(ROWS, count, replace=False)
    return books.invoices[["customer_id", "invoice_id"]].iloc[rows].reset_index(drop=True)


def _days(random: np.random.Generator, count: int, first: str, span: int) -> np.ndarray:
    return np.datetime64(first) + random.integers(0, span, count)


def _contacts(books: Ledger, random: np.random.Generator) -> pd.DataFrame:
    named = _rows(books, random, CONTACTS)
    seconds = random.integers(0, 300 * 86_400, CONTACTS)
    return typed_frame(TABLES["contacts"], {
        "contact_time": np.datetime64("2026-01-20T08:00:00") + seconds, "customer_id": named["customer_id"],
        "invoice_id": named["invoice_id"].where(random.random(CONTACTS) < 0.5),
        "channel": random.choice(["call", "email"], CONTACTS),
        "outcome": random.choice(VOCABULARIES["contact_outcome"], CONTACTS),
        "text": [f"nota {number}" for number in range(CONTACTS)],
    })  # fmt: skip


def _promises(books: Ledger, random: np.random.Generator) -> pd.DataFrame:
    made = _days(random, PROMISES, "2026-02-01", 280)
    return typed_frame(TABLES["promises"], {
        **_rows(books, random, PROMISES), "made_on": made, "promised_date": made + random.integers(3, 30, PROMISES),
    })  # fmt: skip


def _disputes(books: Ledger, random: np.random.Generator) -> pd.DataFrame:
    opened = _days(random, DISPUTES, "2026-02-01", 280)
    return typed_frame(TABLES["disputes"], {
        **_rows(books, random, DISPUTES), "opened_on": opened, "investigation_on": opened + 2,
        "resolved_on": opened + random.integers(3, 200, DISPUTES),
        "reason": random.choice(VOCABULARIES["dispute_reason"], DISPUTES),
        "department": random.choice(["Magazzino", "Vendite", "Qualità"], DISPUTES),
        "disputed_amount": random.integers(1_000, 100_000, DISPUTES),
    })  # fmt: skip


def _plans(books: Ledger, random: np.random.Generator) -> pd.DataFrame:
    named = _rows(books, random, PLANS)
    made = _days(random, PLANS, "2026-02-01", 280)
    lines = np.repeat(np.arange(PLANS), 4)
    number = np.tile(np.arange(1, 5), PLANS)
    return typed_frame(TABLES["plans"], {
        "plan_id": [f"P{line}" for line in lines], "customer_id": named["customer_id"].to_numpy()[lines],
        "invoices": named["invoice_id"].to_numpy()[lines], "made_on": made[lines], "signed_on": made[lines],
        "instalment": number, "due_date": made[lines] + 30 * number, "amount": np.full(len(lines), 25_000),
    })  # fmt: skip


def _cpu(books: Ledger) -> float:
    start = time.process_time()
    assess(books, load_policy(), load_law(), AS_OF)
    return time.process_time() - start


if __name__ == "__main__":
    from bench.__main__ import show

    show(run())
