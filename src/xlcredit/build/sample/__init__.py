"""The sample company: 60 customers, some 600 invoices, and a row for every rule and every finding.

Seeded and dated: its day is 20 November 2026, which its `Parametri` also say, so that the tour is the same
whenever it is taken.
"""

from xlcredit.build.sample.cases import ShownIn, shown_rows
from xlcredit.build.sample.frames import sample_frames
from xlcredit.build.sample.ordinary import AS_OF as SAMPLE_AS_OF

SAMPLE_ROWS: dict[str, ShownIn] = shown_rows()
"""Rule or finding code -> the row of the sample that shows it."""

__all__ = ["SAMPLE_AS_OF", "SAMPLE_ROWS", "ShownIn", "sample_frames"]
