"""The rules on 1,000,000 rows, against the time it takes to read those rows from the workbook.

`python -m bench.core` prints the table. CPU time of this process; memory is what numpy and pandas hold at the peak
of the assessment (tracemalloc), against what the ledger's frames hold.
"""

from __future__ import annotations

import datetime as dt
import time
import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bench.data import Row, ledger
from xlcredit.books import open_book
from xlcredit.core.assess import assess
from xlcredit.core.ledger import Ledger, typed_frame
from xlcredit.parameters.law import load_law
from xlcredit.parameters.policy import load_policy
from xlcredit.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS, CUSTOMERS, ALLOCATIONS, EVENTS = 1_000_000, 20_000, 200_000, 100_000
AS_OF = dt.date(2026, 11, 20)
MOST_SHARE, MOST_MEMORY = 1 / 3, 3.0


def run() -> list[Row]:
    """The bars of the core: a third of the reading, three times the frame."""
    path = ledger(ROWS)
    reading = _cpu(lambda: open_book(path).read("invoices"))
    books, policy, law = made_ledger(), load_policy(), load_law()
    assess(Ledger.from_frames({}), policy, law, AS_OF)  # what is loaded once is loaded
    computing = min(_cpu(lambda: assess(books, policy, law, AS_OF)) for _ in range(2))
    share = computing / reading
    held, peak = _memory(lambda: assess(books, policy, law, AS_OF)), _held(books)
    return [
        Row(f"core, {ROWS:,} rows / reading them", f"{computing:.2f} s", f"{reading:.2f} s", share,
            "<= 0.33", share <= MOST_SHARE),
        Row("core, peak memory / the ledger's frames", f"{held:.0f} MB", f"{peak:.0f} MB", held / peak,
            "<= 3", held / peak <= MOST_MEMORY),
    ]  # fmt: skip


def made_ledger() -> Ledger:
    """A ledger of 1,000,000 rows with payments and a register, seeded."""
    random = np.random.default_rng(7)
    owner = random.integers(0, CUSTOMERS, ROWS)
    document = np.datetime64("2024-01-01") + random.integers(0, 1050, ROWS)
    amount = random.integers(5_000, 2_000_000, ROWS)
    codes = pd.Series([f"C{number:06d}" for number in range(CUSTOMERS)], dtype="str")
    numbers = pd.Series([f"{number}/26" for number in range(ROWS)], dtype="str")
    invoices = typed_frame(TABLES["invoices"], {
        "invoice_id": numbers, "instalment": np.ones(ROWS, dtype="int64"), "customer_id": codes[owner].to_numpy(),
        "document_type": np.full(ROWS, "invoice"),
        "document_date": document, "due_date": document + random.integers(30, 91, ROWS), "amount": amount,
        "currency": np.full(ROWS, "EUR"),
    })  # fmt: skip
    customers = typed_frame(TABLES["customers"], {
        "customer_id": codes, "name": codes, "kind": np.full(CUSTOMERS, "business"),
    })  # fmt: skip
    return Ledger.from_frames({
        "invoices": invoices, "customers": customers,
        **_paid(random, numbers, codes[owner], amount), "reminders": _sent(random, numbers, codes[owner], document),
    })  # fmt: skip


def _paid(
    random: np.random.Generator, numbers: pd.Series[str], owners: pd.Series[str], amount: Any
) -> dict[str, Any]:
    rows = random.choice(ROWS, ALLOCATIONS, replace=False)
    payments = pd.Series([f"P{number}" for number in range(ALLOCATIONS)], dtype="str")
    day = np.datetime64("2026-01-01") + random.integers(0, 300, ALLOCATIONS)
    who = owners.to_numpy()[rows]
    return {
        "payments": typed_frame(TABLES["payments"], {
            "payment_id": payments, "payment_date": day, "amount": amount[rows], "customer_id": who,
        }),
        "allocations": typed_frame(TABLES["allocations"], {
            "payment_id": payments, "customer_id": who, "invoice_id": numbers.to_numpy()[rows],
            "amount": amount[rows], "allocation_date": day,
        }),
    }  # fmt: skip


def _sent(
    random: np.random.Generator, numbers: pd.Series[str], owners: pd.Series[str], document: Any
) -> pd.DataFrame:
    rows = random.choice(ROWS, EVENTS, replace=False)
    ids = pd.Series([f"S{number}" for number in range(EVENTS)], dtype="str")
    return typed_frame(TABLES["reminders"], {
        "event_id": ids, "reminder_id": ids, "event": np.full(EVENTS, "issued"),
        "event_time": np.datetime64("2026-01-01") + random.integers(0, 300, EVENTS),
        "customer_id": owners.to_numpy()[rows], "currency": np.full(EVENTS, "EUR"),
        "invoice_id": numbers.to_numpy()[rows], "document_type": np.full(EVENTS, "invoice"),
        "document_year": document[rows].astype("datetime64[Y]").astype("int64") + 1970,
        "instalment": np.ones(EVENTS, dtype="int64"), "row_level": np.ones(EVENTS, dtype="int64"),
        "letter_level": np.ones(EVENTS, dtype="int64"), "cycle": np.full(EVENTS, "standard"),
    })  # fmt: skip


def _held(books: Ledger) -> float:
    frames = (books.invoices, books.customers, books.payments, books.allocations, books.reminders)
    return sum(int(frame.memory_usage(deep=True).sum()) for frame in frames) / 1e6


def _memory(work: Callable[[], object]) -> float:
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    from bench.__main__ import show

    show(run())
