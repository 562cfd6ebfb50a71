"""A text file (csv and its kin) as a grid: every cell stays the text it is, so that leading zeros survive."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from xlcredit.intake.dialect import Dialect, decode, sample_rows, sniff
from xlcredit.intake.grid import Grid, frame_of_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BLOCK_BYTES = 16_000_000
_LINES_IN_A_CELL = 20


def read_text(raw: bytes, worth: Callable[[Sequence[str]], float]) -> Grid | None:
    """The grid of a text file; None when it has no row that holds anything.

    Args:
        raw: the whole file.
        worth: how much a row reads like headers (`intake.place.worth`).
    """
    text, encoding = decode(raw)
    text = text.rstrip("\x1a\0 \t\r\n")
    if not text:
        return None
    dialect = sniff(text, worth)
    sample = sample_rows(text, dialect)

    def body(header: int) -> pd.DataFrame:
        # Read on from the header's own line: what stands above it seldom has as many fields.
        return read_rows(text[sample[header][0] :], dialect, first_row=header + 1 + dialect.skipped)

    return Grid(
        kind="text",
        name="",
        head=[row for _, row in sample],
        body=body,
        first_row=1 + dialect.skipped,
        facts={"delimiter": _named(dialect.delimiter), "encoding": encoding.removesuffix("-sig")},
    )


def read_rows(text: str, dialect: Dialect, first_row: int) -> pd.DataFrame:
    """The rows below the first of `text`, numbered on from `first_row`; long ones make more columns."""
    frame = _even_rows(text, dialect)
    if frame is None:
        return _ragged_rows(text, dialect, first_row)
    frame.index = pd.RangeIndex(first_row + 1, first_row + 1 + len(frame))
    return frame


def _even_rows(text: str, dialect: Dialect) -> pd.DataFrame | None:
    """All rows at once when each has as many fields as the first; None otherwise."""
    width = len(next(csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter)))
    names = [str(at) for at in range(width)]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(text.encode("utf-8")),
            read_options=arrow_csv.ReadOptions(
                column_names=names, skip_rows_after_names=1, block_size=_BLOCK_BYTES
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=dialect.delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        return None
    if text.count("\n") > table.num_rows + 1 and any(map(_has_swallowed, table.columns)):
        return None
    frame: pd.DataFrame = table.to_pandas(
        types_mapper={pa.large_string(): pd.StringDtype(na_value=np.nan)}.get
    )
    frame.columns = pd.RangeIndex(width)
    return frame


def _ragged_rows(text: str, dialect: Dialect, first_row: int) -> pd.DataFrame:
    """Rows of any length, one by one; short ones end in blanks, long ones make further columns."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    rows = _split(text, dialect)
    if any(cell.count("\n") > _LINES_IN_A_CELL for row in rows for cell in row):
        unquoted = _split(text, Dialect(dialect.delimiter, quoted=False))
        rows = unquoted if len(set(map(len, unquoted))) <= len(set(map(len, rows))) else rows
    width = max(map(len, rows))
    even = [[*row, *[""] * (width - len(row))] for row in rows[1:]]
    return frame_of_rows(even, first_row + 1, width)


def _split(text: str, dialect: Dialect) -> list[list[str]]:
    source = io.StringIO(text, newline="")
    return list(csv.reader(source, delimiter=dialect.delimiter, quoting=dialect.quoting))


def _has_swallowed(column: pa.ChunkedArray) -> bool:
    """Whether a cell holds so many lines that a quotation mark nobody closed must have opened it."""
    lines = pc.max(pc.count_substring(column, "\n")).as_py()
    return lines is not None and lines > _LINES_IN_A_CELL


def _named(delimiter: str) -> str:
    return "TAB" if delimiter == "\t" else delimiter
