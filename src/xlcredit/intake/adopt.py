"""From a team's own ledger to the tables of a workbook of ours: what goes where, and what is told about it.

Nothing is lost: columns that are nothing of ours become columns of the user's in the new workbook, a cell
that cannot be read keeps its text where it stood, levels already sent become opening events of the register.
The original is only read.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.catalogue import Catalogue
from xlcredit.intake.decisions import Decision, listed
from xlcredit.intake.history import UNREADABLE, read_levels
from xlcredit.intake.ledger_file import LedgerFile, read_ledger
from xlcredit.intake.ledger_schema import CUSTOMER_KEYS, LEVEL_DATES
from xlcredit.intake.typed import Intake, kind_key, take_in
from xlcredit.schema import INVOICES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from xlcredit.errors import Finding
    from xlcredit.intake.ledger_schema import DateOrder

_KEPT = (*LEVEL_DATES, "disputed", "is_settled")
"""Columns that were taken over and stay as well: they may say more than was understood."""

CELL_LIMIT = 32_767
HEADER_LIMIT = 255
"""Characters that a cell and the header of a table can hold in Excel."""

_PLAIN_NUMBER = r"-?(?:0|[1-9]\d{0,14})(?:[.,](?:\d{1,2}|\d{4,}))?"


@dataclass(frozen=True, slots=True)
class Adoption:
    """What the new workbook is made of.

    Attributes:
        intake: the ledger taken in.
        frames: table -> rows for `build.workbook.build_workbook`: `invoices`, `customers`, `reminders`,
            `disputes` and `settings` (the ledger's own word counts for what was paid). A column of dtype
            object holds, among typed values, the texts of cells that could not be read.
        extra_columns: table -> the user's own columns, aligned with its frame, cells as read; no header is
            one of ours.
        decisions: everything that was decided, in the order to be told.
        findings: everything that needs a person.
    """

    intake: Intake
    frames: dict[str, pd.DataFrame]
    extra_columns: dict[str, pd.DataFrame]
    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()


def plan_adoption(  # noqa: PLR0913  each is a choice of the user's
    path: Path,
    as_of: dt.date,
    *,
    language: str = "it",
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    kind: str | None = None,
    cycle: str | None = None,
    order: DateOrder = "auto",
) -> Adoption:
    """Plan the workbook that takes the place of the ledger at `path`; nothing is written.

    Args:
        path: csv, xlsx, xlsm or parquet.
        as_of: levels without a date are believed sent on this day at the latest.
        language: of the new workbook, whose headers no column of the user's may bear.
        mapping: key -> header, as the user decides.
        sheet: of a workbook, this sheet or table.
        kind: what the customers are, where the file does not say: key or word.
        cycle: the new workbook's default cycle; the package's when None.
        order: `dmy` or `mdy` for dates in figures; `auto` lets each column decide.

    Raises:
        LedgerError: the file cannot be read, or holds no ledger.
        HeaderKeyUnknownError, HeaderNotFoundError: `mapping` names what is not there.
        KindUnknownError: `kind` is none.
    """
    file = read_ledger(path, mapping=mapping, sheet=sheet, order=order)
    intake = take_in(file, as_of, kind=None if kind is None else kind_key(kind))
    rows, long_rows = _cut(_with_texts(intake, "invoices"))
    own, long_own = _cut(_own_columns(intake, Catalogue(language)))
    return Adoption(
        intake,
        frames={
            "invoices": rows,
            "customers": _with_texts(intake, "customers"),
            "reminders": intake.reminders,
            "disputes": intake.disputes,
            "settings": _settings(language, cycle),
        },
        extra_columns={"invoices": own},
        decisions=(
            *intake.decisions,
            *_told_kept(intake),
            *_told_formulas(file),
            *_told_cut(long_rows + long_own),
        ),
        findings=intake.findings,
    )


def _settings(language: str, cycle: str | None) -> pd.DataFrame:
    """What the new workbook's settings say that the package's do not."""
    values = {"payments_source": "ledger", "language": language} | ({"default_cycle": cycle} if cycle else {})
    return pd.DataFrame({"setting": list(values), "value": list(values.values())}, dtype=object)


def _with_texts(intake: Intake, table: str) -> pd.DataFrame:
    """The rows of a table with the texts that could not be read where they stood."""
    frame: pd.DataFrame = getattr(intake, table)
    unread = {key: cells for key, cells in intake.unread[table].items() if key in frame}
    columns = {key: frame[key].astype(object) for key in unread}
    for key, cells in unread.items():
        columns[key].iloc[list(cells)] = list(cells.values())
    return frame.assign(**columns)


def _own_columns(intake: Intake, catalogue: Catalogue) -> pd.DataFrame:
    """The columns that are the user's, under headers that are nothing of ours."""
    file, keys = intake.file, (*_KEPT, *_half_read(intake))
    kept = {file.headers[key]: file.raw[key] for key in keys if key in file.raw and key in file.headers}
    columns = {**{str(header): file.extra[header] for header in file.extra.columns}, **kept}
    taken = {header.casefold() for header in catalogue.headers("invoices", INVOICES.by_key)}
    own: dict[str, pd.Series[Any]] = {}
    for header, column in columns.items():
        name = _free(_printable(header), taken, catalogue.text("intake.original"))
        taken.add(name.casefold())
        own[name] = _as_numbers(column)
    return pd.DataFrame(own, index=file.raw.index)


def _half_read(intake: Intake) -> list[str]:
    """Columns of levels with cells that nobody can read: the register says the rest."""
    level = intake.file.raw.get("level_sent")
    unclear = level is not None and bool((read_levels(level) == UNREADABLE).any())
    return (["level_sent"] if unclear else []) + (
        ["level_sent_date"] if "level_sent_date" in intake.unreadable else []
    )


def _printable(header: str) -> str:
    """A header that a table of Excel's can have."""
    return "".join(char if char.isprintable() else " " for char in header)[:HEADER_LIMIT].strip() or "-"


def _free(header: str, taken: set[str], original: str) -> str:
    """`header`, or with a word that says that it is theirs where the workbook has such a header itself."""
    marks = (original if number == 1 else f"{original} {number}" for number in itertools.count(1))
    names = itertools.chain([header], (f"{header} ({mark})" for mark in marks))
    return next(name for name in names if name.casefold() not in taken)


def _cut(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The frame with no text longer than a cell of Excel's holds, and how many were."""
    count = 0
    columns: dict[str, pd.Series[Any]] = {}
    for header in frame.columns:
        column = frame[header]
        if isinstance(column.dtype, pd.StringDtype) or column.dtype == object:
            texts = column.map(lambda cell: len(cell) if isinstance(cell, str) else 0).fillna(0)
            too_long = (texts > CELL_LIMIT).to_numpy(dtype=bool)
            if too_long.any():
                columns[header] = column.where(~too_long, column.str.slice(0, CELL_LIMIT))
                count += int(too_long.sum())
    return frame.assign(**columns) if columns else frame, count


def _as_numbers(column: pd.Series) -> pd.Series:
    """A column of texts that are all plain numbers, with one decimal mark, as numbers; others as they are."""
    if not isinstance(column.dtype, pd.StringDtype):
        return column
    filled = column.dropna()
    if filled.empty or not filled.str.fullmatch(_PLAIN_NUMBER).all():
        return column
    marks = [mark for mark in ".," if filled.str.contains(mark, regex=False).any()]
    if len(marks) > 1:
        return column
    return pd.to_numeric(column.str.replace(",", ".", regex=False)).astype(np.float64)


def _told_kept(intake: Intake) -> list[Decision]:
    headers = intake.file.headers
    inputs = {*(column.key for column in INVOICES.inputs), *CUSTOMER_KEYS}
    return [
        Decision("cells-kept", {"count": len(cells), "column": key, "header": headers.get(key, key)})
        for table in intake.unread.values()
        for key, cells in table.items()
        if key in inputs
    ]


def _told_formulas(file: LedgerFile) -> list[Decision]:
    """Formulas come over as their values: they refer to a sheet that the new workbook does not have."""
    headers = [file.place.headers[at] for at in file.place.grid.facts.get("formula_columns", ())]
    facts = {"count": len(headers), "headers": listed(headers)}
    return [Decision("formulas-kept-as-values", facts)] if headers else []


def _told_cut(count: int) -> list[Decision]:
    return [Decision("texts-cut", {"count": count, "limit": CELL_LIMIT})] if count else []
