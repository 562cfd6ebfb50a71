"""A file as grids, whatever its format: told by what it holds, not by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from xlcredit.intake import errors
from xlcredit.intake.dialect import looks_like_text
from xlcredit.intake.grid import Grid
from xlcredit.intake.sheets import read_workbook
from xlcredit.intake.text import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BIFF = (
    b"\x09\x08\x10\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x00\x04\x00",
)


def read_grids(path: Path, sheet: str | None, worth: Callable[[Sequence[str]], float]) -> list[Grid]:
    """The grids of a ledger file.

    Args:
        path: csv, xlsx, xlsm or parquet.
        sheet: of a workbook, read only this sheet or table.
        worth: how much a row reads like headers (`place.worth`).

    Raises:
        LedgerError: the file cannot be read; each cause has its class in `intake.errors`.
    """
    start = _start(path)
    if start.startswith(_OLE):
        raise _ole_error(path)
    if start.startswith(_ZIP):
        grids = read_workbook(path, sheet)
    elif start.startswith(_PARQUET):
        grids = [_read_parquet(path)]
    else:
        grids = _read_plain(path, worth)
    if not grids:
        raise errors.LedgerEmptyError(path=str(path))
    return grids


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            start = stream.read(512)
    except FileNotFoundError as error:
        raise errors.LedgerMissingError(path=str(path)) from error
    except IsADirectoryError as error:
        raise errors.LedgerIsFolderError(path=str(path)) from error
    except OSError as error:
        if path.is_dir():  # Windows refuses a folder as it refuses a locked file
            raise errors.LedgerIsFolderError(path=str(path)) from error
        raise errors.LedgerNotAllowedError(path=str(path)) from error
    if not start:
        raise errors.LedgerEmptyError(path=str(path))
    return start


def _read_plain(path: Path, worth: Callable[[Sequence[str]], float]) -> list[Grid]:
    raw = path.read_bytes()
    if raw.startswith(_BIFF):
        raise errors.LedgerOldExcelError(path=str(path))
    if not looks_like_text(raw):
        raise errors.LedgerTypeUnknownError(path=str(path), found=path.suffix or "?")
    if (
        raw[:1024]
        .lstrip(b"\xef\xbb\xbf \t\r\n")
        .lower()
        .startswith((b"<html", b"<!doctype html", b"<table", b"<?xml"))
    ):
        raise errors.LedgerWebPageError(path=str(path))
    grid = read_text(raw, worth)
    return [grid] if grid else []


def _ole_error(path: Path) -> errors.LedgerError:
    """An OLE file is an encrypted workbook or one of Excel 97-2003."""
    if _ENCRYPTED in path.read_bytes():
        return errors.LedgerPasswordError(path=str(path))
    return errors.LedgerOldExcelError(path=str(path))


def _read_parquet(path: Path) -> Grid:
    try:
        table = parquet.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise errors.LedgerDamagedError(path=str(path), found=str(error)) from error
    frame = pd.DataFrame({at: _plain(column) for at, column in enumerate(table.columns)})
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return Grid(
        "columns", "", [list(table.column_names)], lambda _: frame, first_row=0, height=table.num_rows
    )


def _plain(column: pa.ChunkedArray) -> pd.Series[Any]:
    """A column as the other readers give it: text, float64, datetime64[s] or objects."""
    return pd.Series(_values(column))


def _values(column: pa.ChunkedArray) -> Any:  # noqa: ANN401  whatever pyarrow makes of it
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("ms"), safe=False).to_numpy().astype("datetime64[s]")
    if pa.types.is_integer(kind) and pc.any(pc.greater(pc.abs_checked(column), 2**53)).as_py():
        return column.cast(pa.string()).to_pandas()  # a long number is an identifier; a float would round it
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.float64(), safe=False).to_pandas()
    return column.to_pandas()
