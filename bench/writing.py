"""Updating six columns of a ledger against openpyxl's load and save, and the memory that a million rows take.

CPU time of this process; memory is the peak of a process that does nothing else. `python -m bench.writing`
prints the table.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd

from bench.data import COMPUTED, Row, ledger
from bench.reading import best
from xlcredit.books import TableUpdate, open_book

ROWS, MANY = 100_000, 1_000_000
LEAST_RATIO, MOST_MEMORY = 30, 300
TURNS = 3
FIRST = dict(zip(COMPUTED, (11, 12, 13, 14, 10, 15), strict=True))
"""The columns' numbers, for openpyxl."""


def run() -> list[Row]:
    """The bars of writing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(ledger(ROWS), folder))
        seeds = iter(range(100))
        ours = best(lambda: _ours(path, ROWS, next(seeds)), TURNS)
        again = best(partial(_same_again, path, ROWS), 1)
        theirs = best(partial(_openpyxl, path), 1)
    return [_row("new values", ours, theirs), _row("nothing new", again, theirs), _memory()]


def _row(what: str, ours: float, theirs: float) -> Row:
    name = f"update 6 columns of {ROWS:,} rows, {what} / openpyxl, load and save"
    ratio = theirs / ours
    return Row(name, f"{ours:.2f} s", f"{theirs:.2f} s", ratio, f">= {LEAST_RATIO}", ratio >= LEAST_RATIO)


def columns(rows: int, seed: int) -> dict[str, pd.Series[Any]]:
    """New values for the computed columns."""
    rng = np.random.default_rng(seed)
    amounts = [pd.Series(rng.integers(0, 10**7, rows) / 100) for _ in range(3)]
    days = pd.Series(rng.integers(-30, 400, rows)).astype("Int64")
    buckets = pd.Series(pd.array(["1-30", "31-60", "oltre 180"], dtype="str").take(rng.integers(0, 3, rows)))
    notes = pd.Series(pd.array(["importo > 0 & data", None], dtype="str").take(rng.integers(0, 2, rows)))
    return dict(zip(COMPUTED, (*amounts[:2], days, buckets, amounts[2], notes), strict=True))


def _ours(path: Path, rows: int, seed: int) -> None:
    assert open_book(path).save([TableUpdate("invoices", columns(rows, seed))])


def _same_again(path: Path, rows: int) -> None:
    assert not open_book(path).save([TableUpdate("invoices", columns(rows, TURNS - 1))])


def _openpyxl(path: Path) -> None:
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.worksheets[0]
    for header, values in columns(ROWS, 99).items():
        for row, value in enumerate(values.astype(object).where(values.notna(), None), 2):
            sheet.cell(row, FIRST[header]).value = value
    workbook.save(path.with_name("openpyxl.xlsx"))


def _memory() -> Row:
    with tempfile.TemporaryDirectory() as folder:
        path = shutil.copy(ledger(MANY), folder)
        command = [sys.executable, "-m", "bench.writing", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    peak, seconds = map(float, done.stdout.split())
    name = f"update 6 columns of {MANY:,} rows in {seconds:.1f} s: peak memory"
    return Row(name, f"{peak:.0f} MB", "-", peak / MOST_MEMORY, f"< {MOST_MEMORY} MB", peak < MOST_MEMORY)


def peak_memory() -> float:
    """The most memory this process ever held, in MB.

    Where the system says so of the process as it is: the usual figure counts the one that started it, too.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the table; with a path, update that workbook and print its peak memory and CPU time."""
    if len(sys.argv) > 1:
        seconds = best(partial(_ours, Path(sys.argv[1]), MANY, 0), 1)
        print(peak_memory(), seconds)
        return
    for row in run():
        print(*row, sep="\t")


if __name__ == "__main__":
    main()
