"""A refresh with the collector's desk in use, against the same without it; and of that the rules alone.

100,000 invoices; what is added are 20,000 payments, 50,000 contacts, 5,000 promises, 2,000 disputes and 500 plans.
The rules are compared on a ledger that has the payments on both sides. `python -m bench.desk` prints the table. CPU
time of this process, the best of several runs, the two taken in turn.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bench.core import AS_OF, made_ledger
from bench.data import Row
from xlcredit.build.workbook import build_workbook
from xlcredit.core.assess import assess
from xlcredit.core.ledger import Ledger, typed_frame
from xlcredit.operations.refresh import refresh
from xlcredit.parameters.law import load_law
from xlcredit.parameters.policy import load_policy
from xlcredit.schema import TABLES, VOCABULARIES

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS, PAYMENTS, CONTACTS, PROMISES, DISPUTES, PLANS = 100_000, 20_000, 50_000, 5_000, 2_000, 500
MOST_RATIO, RUNS = 1.5, 3
PLAIN = ("invoices", "customers", "reminders")
DESK = ("payments", "allocations", "contacts", "promises", "disputes", "plans")


def run() -> list[Row]:
    """The bar of the desk: at most one and a half times the refresh without it."""
    without = small_ledger()
    busy = with_desk(without)
    return [
        _compared(f"refresh, {ROWS:,} rows with payments and desk / without", *_refreshes(without, busy)),
        _compared(f"core, {ROWS:,} rows with the desk / without", *_assessments(without, busy)),
    ]


def _compared(name: str, plain: float, full: float) -> Row:
    ratio = full / plain
    return Row(name, f"{full:.2f} s", f"{plain:.2f} s", ratio, f"<= {MOST_RATIO:g}", ratio <= MOST_RATIO)


def _refreshes(without: Ledger, busy: Ledger) -> tuple[float, float]:
    """Seconds to refresh a workbook for the first time, without the desk and with it."""
    with tempfile.TemporaryDirectory() as folder:
        plain, full = Path(folder) / "plain.xlsm", Path(folder) / "full.xlsm"
        build_workbook(plain, frames=_frames(without, *PLAIN))
        build_workbook(full, frames=_frames(busy, *PLAIN, *DESK))
        return _in_turn(lambda: _refresh(plain), lambda: _refresh(full))


def _frames(books: Ledger, *keys: str) -> dict[str, pd.DataFrame]:
    settings = pd.DataFrame({"setting": ["as_of"], "value": [np.datetime64(AS_OF)]}, dtype=object)
    return {**{key: getattr(books, key) for key in keys}, "settings": settings}


def _refresh(book: Path) -> float:
    copy = Path(shutil.copy(book, book.with_name("copy.xlsm")))
    return _cpu(lambda: refresh(copy))


def _assessments(without: Ledger, busy: Ledger) -> tuple[float, float]:
    """Seconds of the rules alone, without the desk and with it."""
    policy, law = load_policy(), load_law()
    assess(Ledger.from_frames({}), policy, law, AS_OF)  # what is loaded once is loaded
    return _in_turn(
        lambda: _cpu(lambda: assess(without, policy, law, AS_OF)),
        lambda: _cpu(lambda: assess(busy, policy, law, AS_OF)),
    )


def _in_turn(plain: Callable[[], float], full: Callable[[], float]) -> tuple[float, float]:
    """The best seconds of each."""
    times = [(plain(), full()) for _ in range(RUNS)]
    least, most = zip(*times, strict=True)
    return min(least), min(most)


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


def _cpu(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return time.process_time() - start


if __name__ == "__main__":
    from bench.__main__ import show

    show(run())
