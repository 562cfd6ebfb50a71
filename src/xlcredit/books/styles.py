"""Which cell formats show a number as a date: in a sheet a date is nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from xlcredit.books.xml import child, children, whole

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlcredit.books.package import Package

_BUILT_IN_DATES = frozenset({14, 15, 16, 17, 18, 19, 20, 21, 22, *range(27, 37), 45, 47, *range(50, 59)})
"""Excel's own number formats of dates and times, by id; 46 counts elapsed hours."""

_NOT_CODES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE_CODES = re.compile(r"[dmyhs]", re.IGNORECASE)


def is_date_format(code: str) -> bool:
    """Whether a number format shows a date or a time of day (elapsed time is a number).

    >>> [is_date_format(code) for code in ("dd/mm/yyyy", "[$-410]d mmmm yyyy;@", '0.00" giorni"', "[h]:mm")]
    [True, True, False, False]
    """
    codes = _NOT_CODES.sub("", code.split(";", 1)[0])
    return not _ELAPSED.search(codes) and codes.lower() != "general" and bool(_DATE_CODES.search(codes))


def date_styles(package: Package, part: str | None) -> npt.NDArray[np.bool_]:
    """For each cell format of the workbook, by its index, whether it is a date's."""
    if part is None:
        return np.zeros(1, dtype=bool)
    root = package.xml(part)
    formats = child(root, "numFmts")
    own = {
        whole(number_format, "numFmtId", -1): is_date_format(number_format.get("formatCode", ""))
        for number_format in (() if formats is None else children(formats, "numFmt"))
    }
    cells = child(root, "cellXfs")
    ids = [whole(style, "numFmtId") for style in (() if cells is None else children(cells, "xf"))]
    return np.array([own.get(number, number in _BUILT_IN_DATES) for number in ids] or [False], dtype=bool)
