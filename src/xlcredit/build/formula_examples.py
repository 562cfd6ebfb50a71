"""The examples of the sheet `Formule`: what stands in the input cells of each function.

Days are given, also where they may be omitted, so that the results do not depend on the day of the build. A text
that begins with `@` is a key of the catalogue under `formulas.data`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

Cell = float | str | dt.date | None


@dataclass(frozen=True, slots=True)
class Example:
    """One call of a function.

    Attributes:
        function: its name; an example of `XLC_WHY` explains a call of `explains`.
        inputs: the input cells, in the order of the arguments; the last list of them may be several cells.
        explains: name of another function, or blank.
    """

    function: str
    inputs: tuple[Cell, ...]
    explains: str = ""


_DUE, _AS_OF = dt.date(2025, 12, 31), dt.date(2026, 3, 31)

EXAMPLES: Final = (
    Example("XLC_DAYS_OVERDUE", (_DUE, _AS_OF)),
    Example("XLC_BUCKET", (_DUE, _AS_OF)),
    Example("XLC_DUE_DATE", (dt.date(2026, 1, 15), "@terms")),
    Example("XLC_RATE", (_AS_OF, "@business")),
    Example("XLC_INTEREST", (1000.0, _DUE, _AS_OF, "@business")),
    Example("XLC_TOTAL_DUE", (1000.0, _DUE, _AS_OF, "@business")),
    Example("XLC_WHY", (1000.0, "31/02/2026", _AS_OF, "@business"), "XLC_INTEREST"),
    Example("XLC_LEVEL", (_DUE, 1.0, dt.date(2026, 1, 8), "@cycle", _AS_OF)),
    Example("XLC_PRIORITY", (1000.0, _DUE, "C", _AS_OF, 50_000.0)),
    Example("XLC_LIMITATION", (_DUE, 10.0, _AS_OF)),
    Example("XLC_COURT", (8500.0, _AS_OF)),
    Example("XLC_AMOUNT", ("1.234,56 €",)),
    Example("XLC_VAT_OK", ("12345678903",)),
    Example("XLC_IBAN_OK", ("IT60X0542811101000000123456",)),
    Example("XLC_DSO", (150_000.0, 450_000.0, 90.0)),
    Example("XLC_DSO_COUNTBACK", (150_000.0, 80_000.0, 100_000.0, 100_000.0)),
    Example("XLC_CEI", (6200.0, 10_890.0, 6340.0, 3590.0, 3.0)),
    Example("XLC_VERSION", ()),
)
"""In the order of the sheet; `XLC_ABC` needs a range and stands with the examples of ranges."""


@dataclass(frozen=True, slots=True)
class RangeColumn:
    """One column of results over all rows of the range.

    Attributes:
        key: of its header, `formulas.range_headers.<key>`.
        function: its name.
        arguments: columns of `RANGE` by key, `as_of` for the single cell of the day, None for one left out.
    """

    key: str
    function: str
    arguments: tuple[str | None, ...]


RANGE: Final[dict[str, tuple[Any, ...]]] = {
    "amount": (12_400.0, 3150.5, 890.0, 2200.0, 640.0),
    "due": tuple(
        dt.date(*day) for day in ((2025, 11, 30), (2026, 1, 31), (2026, 3, 25), (2026, 4, 30), (2025, 9, 30))
    ),
}
"""Columns of input of the range, five rows; the customers' names stand in the catalogue."""

RANGE_RESULTS: Final = (
    RangeColumn("bucket", "XLC_BUCKET", ("due", "as_of")),
    RangeColumn("interest", "XLC_INTEREST", ("amount", "due", "as_of")),
    RangeColumn("abc", "XLC_ABC", ("customer", "amount")),
)
RANGE_AS_OF: Final = _AS_OF
