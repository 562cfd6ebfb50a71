"""Reading a ledger of 100,000 rows x 15 columns against openpyxl, python-calamine and fastexcel.

CPU time of this process; the best of the turns counts. `python -m bench.reading` prints the table.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import fastexcel
import openpyxl
import python_calamine

from bench.data import Row, ledger
from xlcredit.books import open_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS = 100_000
LEAST_RATIO = 10
TURNS = 3


def run() -> list[Row]:
    """The bar of reading, and two faster readers for comparison, which keep less of the cells' types."""
    path = ledger(ROWS)
    ours = best(partial(_ours, path), TURNS)
    peers: dict[str, tuple[Callable[[], object], int]] = {
        "openpyxl, read-only": (partial(_openpyxl, path), 1),
        "python-calamine, objects": (partial(_calamine, path), 2),
        "fastexcel, to pandas": (partial(_fastexcel, path), 2),
    }
    return [_row(name, ours, best(work, turns)) for name, (work, turns) in peers.items()]


def _row(peer: str, ours: float, theirs: float) -> Row:
    ratio = theirs / ours
    has_bar = peer.startswith("openpyxl")
    bar = f">= {LEAST_RATIO}" if has_bar else "-"
    name = f"read {ROWS:,} rows x 15 / {peer}"
    return Row(name, f"{ours:.2f} s", f"{theirs:.2f} s", ratio, bar, not has_bar or ratio >= LEAST_RATIO)


def _ours(path: Path) -> None:
    table = open_book(path).read("invoices")["invoices"]
    assert len(table.frame) == ROWS
    assert table.frame["Netto a pagare"][999] == "1.234"


def _openpyxl(path: Path) -> None:
    workbook = openpyxl.load_workbook(path, read_only=True)
    rows = sum(1 for _ in workbook.worksheets[0].iter_rows(values_only=True))
    workbook.close()
    assert rows == ROWS + 1


def _calamine(path: Path) -> None:
    with python_calamine.load_workbook(path, load_tables=True) as workbook:
        assert len(workbook.get_table_by_name("xlc_invoices").to_python()) == ROWS


def _fastexcel(path: Path) -> None:
    table = fastexcel.read_excel(path).load_table("xlc_invoices", schema_sample_rows=None)
    assert len(table.to_pandas()) == ROWS


def best(work: Callable[[], object], turns: int) -> float:
    """The least CPU time, in seconds, of some turns of `work`."""
    times = []
    for _ in range(turns):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Print the table."""
    for row in run():
        print(*row, sep="\t")


if __name__ == "__main__":
    main()
