"""A call of a function for cells over 100,000 rows, through xlwings' DLL under Wine, against a bare xlwings function.

What is compared is the call without the rules' own work, which is given apart, and so is what the macros' helper adds
to an answer, measured in LibreOffice (`bench.vba_helper`). `python -m bench.udf` prints the table; without Wine and
LibreOffice there is none. Wall time.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from bench.data import Row
from bench.vba_helper import UNO_PYTHON, result_seconds

TESTS = Path(__file__).parents[1] / "tests" / "windows"
MOST_RATIO = 1.5
FIGURES = re.compile(r"(XLC_\w+): (\d+) ms, of which rules (\d+); bare (\d+) ms")


def run() -> list[Row]:
    """A line a function, and one for the macros' helper; none where Wine or LibreOffice is missing."""
    sys.path.append(str(TESTS))
    if import_module("stage").missing_tools() or not shutil.which("soffice") or not Path(UNO_PYTHON).exists():
        return []
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(TESTS), "-n", "0", "-m", "timed", "-s", "-q"],
        capture_output=True,
        text=True,
        check=False,
    )
    figures = FIGURES.findall(done.stdout)
    assert figures, done.stdout[-2000:]
    return [*(_row(name, *map(int, numbers)) for name, *numbers in figures), _helper()]


def _row(name: str, whole: int, rules: int, bare: int) -> Row:
    ratio = (whole - rules) / bare
    told = f"{whole - rules} + rules {rules} ms"
    return Row(
        f"{name} over 100,000 rows, without its rules / bare function", told, f"{bare} ms", ratio,
        f"<= {MOST_RATIO:g}", ratio <= MOST_RATIO,
    )  # fmt: skip


def _helper() -> Row:
    seconds = result_seconds()
    return Row(
        "the macros' helper over 100,000 cells, in LibreOffice",
        f"{1000 * seconds:.0f} ms",
        "-",
        1,
        "-",
        ok=True,
    )


if __name__ == "__main__":
    from bench.__main__ import show

    show(run())
