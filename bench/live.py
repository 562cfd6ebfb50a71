"""A refresh inside Excel, in the model of Excel that the tests use: how many calls it makes, and what Python adds.

The calls over COM cost the most inside Excel, so that they may not grow with the rows. What the live book itself
costs (turning cells into columns and back, comparing, checking what was written) is measured against the refresh
of the same workbook as a closed file; the model's own time is taken out. `python -m bench.live` prints the table.
CPU time.
"""

from __future__ import annotations

import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from bench.data import Row
from xlcredit.books.live import LiveBook
from xlcredit.build.sample import sample_frames
from xlcredit.build.workbook import build_workbook
from xlcredit.operations.refresh import refresh

sys.path.append(str(Path(__file__).parents[1] / "tests"))

model, sheets = import_module("excel_model"), import_module("excel_sheet")

if TYPE_CHECKING:
    from collections.abc import Callable

FEW, MANY = 100, 20_000
MOST_CALLS, MOST_TIME = 1.1, 2.0


def run() -> list[Row]:
    """The bars of the live book."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = (_book(Path(folder) / f"{rows}.xlsm", rows) for rows in (FEW, MANY))
        calls = {rows: _live(path)[0] for rows, path in ((FEW, few), (MANY, many))}
        live = _live(many)[1]
        closed = _cpu(lambda: refresh(many))
    ratio = calls[MANY] / calls[FEW]
    return [
        Row(f"calls of Excel in a refresh, {MANY:,} rows / {FEW} rows", str(calls[MANY]), str(calls[FEW]), ratio,
            "<= 1.1", ratio <= MOST_CALLS),
        Row(f"refresh in Excel without Excel's own time, {MANY:,} rows / of the closed file", f"{live:.2f} s",
            f"{closed:.2f} s", live / closed, "<= 2", live / closed <= MOST_TIME),
    ]  # fmt: skip


def _book(path: Path, rows: int) -> Path:
    """The sample company's workbook with its invoices over and over again, under other numbers."""
    frames = sample_frames("it")
    one = frames["invoices"]
    turns = [one.assign(invoice_id=one["invoice_id"] + f"/{turn}") for turn in range(rows // len(one) + 1)]
    invoices = pd.concat(turns, ignore_index=True).astype(one.dtypes).head(rows)
    build_workbook(path, language="it", frames={**frames, "invoices": invoices})
    return path


def _live(path: Path) -> tuple[int, float]:
    """Calls of a first refresh, and its seconds without those of the model; the file stays as it was."""
    excel = model.open_excel(path)
    try:
        model.calls_of(excel).clear()
        spent = _timed()
        seconds = _cpu(lambda: refresh(LiveBook(excel.ActiveWorkbook)))
    finally:
        excel.Quit()
    return sum(model.calls_of(excel).values()), seconds - spent[0]


def _timed() -> list[float]:
    """Collects the seconds that the model takes to hand cells over, to take them and to save a copy."""
    spent = [0.0]

    def timed(act: Callable[..., Any]) -> Callable[..., Any]:
        def run_timed(*arguments: Any) -> Any:
            start = time.process_time()
            try:
                return act(*arguments)
            finally:
                spent[0] += time.process_time() - start

        return run_timed

    for name in ("Value2", "Value", "Formula", "Formula2", "NumberFormat", "HasFormula"):
        member = _MEMBERS[name]
        setter = member.fset and timed(member.fset)
        setattr(sheets.Range, name, property(timed(member.fget), setter))
    model.Workbook.SaveCopyAs = timed(_SAVE_COPY)
    return spent


_MEMBERS: dict[str, Any] = {
    name: getattr(sheets.Range, name)
    for name in ("Value2", "Value", "Formula", "Formula2", "NumberFormat", "HasFormula")
}


_SAVE_COPY = model.Workbook.SaveCopyAs


def _cpu(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return time.process_time() - start


if __name__ == "__main__":
    from bench.__main__ import show

    show(run())
