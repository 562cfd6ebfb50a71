"""`xlcredit run` as a whole process on 100,000 invoices, against reading its tables and updating its columns.

The peer is this package's own reader and writer in a warm process: what the run costs beside them is the start of
Python, typing, the rules and the words. `python -m bench.whole` prints the table. CPU time.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from bench import core
from bench.data import Row
from xlcredit.books import open_book
from xlcredit.build.workbook import build_workbook
from xlcredit.operations.opened import READ, open_for
from xlcredit.operations.refresh import compute, updates_of

ROWS = 100_000
MOST_RATIO = 2.0


def run() -> list[Row]:
    """The bar of the whole run."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book.xlsm"
        build_workbook(book, frames=_frames())
        whole = _process(_copy(book, "whole.xlsm"))
        reading, updating = _parts(_copy(book, "parts.xlsm"))
    ratio = whole / (reading + updating)
    return [
        Row(f"xlcredit run, {ROWS:,} rows / read + update", f"{whole:.2f} s", f"{reading:.2f} + {updating:.2f} s",
            ratio, "<= 2", ratio <= MOST_RATIO),
    ]  # fmt: skip


def _frames() -> dict[str, pd.DataFrame]:
    books = core.made_ledger()
    frames = {"invoices": books.invoices.head(ROWS), "customers": books.customers}
    known = set(frames["invoices"]["invoice_id"])
    for key in ("allocations", "reminders"):
        table: pd.DataFrame = getattr(books, key)
        frames[key] = table[table["invoice_id"].isin(known)].reset_index(drop=True)
    paid = books.payments["payment_id"].isin(frames["allocations"]["payment_id"])
    settings = pd.DataFrame({"setting": ["as_of"], "value": [np.datetime64(core.AS_OF)]}, dtype=object)
    return {**frames, "payments": books.payments[paid].reset_index(drop=True), "settings": settings}


def _copy(book: Path, name: str) -> Path:
    return Path(shutil.copy(book, book.with_name(name)))


def _process(book: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "xlcredit", "run", str(book)], capture_output=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode in (0, 1), done.stderr
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _parts(book: Path) -> tuple[float, float]:
    """Seconds to read the tables, and to write the updates of a refresh."""
    opened = open_for(book)
    updates = updates_of(opened, *compute(opened))
    start = time.process_time()
    fresh = open_book(book)
    fresh.read(*READ)
    middle = time.process_time()
    fresh.save(updates)
    return middle - start, time.process_time() - middle


if __name__ == "__main__":
    from bench.__main__ import show

    show(run())
