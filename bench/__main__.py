"""`python -m bench`: every bar, measured now against the real peers, as one table.

`python -m bench --write` also puts the table into docs/performance.md.
"""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench import core, desk, letters, live, reading, sending, udf, whole, writing

if TYPE_CHECKING:
    from bench.data import Row

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
HEADERS = ("what", "xlcredit", "peer", "ratio", "bar", "met")


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table, columns aligned."""
    lines = [
        HEADERS,
        *(
            (row.name, row.ours, row.peer, f"{row.ratio:.2f}", row.bar, "yes" if row.ok else "NO")
            for row in rows
        ),
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADERS))]
    texts = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    return "\n".join([texts[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *texts[1:]])


def show(rows: list[Row]) -> None:
    """Print the table."""
    print(table(rows))


def main() -> None:
    """Run every benchmark; exit 1 when a bar is missed."""
    rows = [
        row
        for part in (reading, writing, letters, core, desk, whole, live, sending, udf)
        for row in part.run()
    ]
    show(rows)
    if "--write" in sys.argv:
        PAGE.write_text(_page(rows), encoding="utf-8")
    sys.exit(0 if all(row.ok for row in rows) else 1)


def _page(rows: list[Row]) -> str:
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    return f"""# Performance

Measured by `python -m bench --write` on a machine with {machine}; every peer in the same run. Ratios hold
better than seconds: compare within one table. CPU time where not said otherwise.

{table(rows)}

What is compared stands at the head of each module in `bench/`: the ledger of 100,000 rows x 15 columns, the six
columns updated, the letter with five rows, the ledger of 1,000,000 rows for the core.
"""


if __name__ == "__main__":
    main()
