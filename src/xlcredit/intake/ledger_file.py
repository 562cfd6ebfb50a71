"""A stranger's ledger, of any make, as cells under our keys, with every decision taken on the way told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.errors import Finding
from xlcredit.headers import Recognised, column_letter, recognise_headers
from xlcredit.intake.columns import settle_amounts, settle_columns
from xlcredit.intake.customer_codes import give_codes
from xlcredit.intake.decisions import Decision, listed
from xlcredit.intake.draft import Draft
from xlcredit.intake.errors import LedgerColumnsMissingError, LedgerEmptyError
from xlcredit.intake.files import read_grids
from xlcredit.intake.ledger_schema import DATES, LEDGER, DateOrder
from xlcredit.intake.ledger_sides import join_sides
from xlcredit.intake.place import Place, find_place, worth
from xlcredit.intake.rows import blank_cells, ledger_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """A ledger as read, one row a document or instalment.

    Attributes:
        path: the file; it is only read.
        place: sheet and header row.
        raw: columns = keys of `ledger_schema.LEDGER` that the file has or implies, cells as read (float64,
            datetime64[s], str, objects); RangeIndex.
        extra: columns that were not recognised, headers as in the file; aligned with `raw`.
        headers: key -> header.
        rows: number of each row in the file, from 1.
        decisions: what was decided, in the order to be told.
        findings: of the file as a whole and of rows that were brought together.
        order: how dates written in figures are to be read.
    """

    path: Path
    place: Place
    raw: pd.DataFrame
    extra: pd.DataFrame
    headers: dict[str, str]
    rows: npt.NDArray[np.int64]
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    order: DateOrder = "auto"


def read_ledger(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    order: DateOrder = "auto",
) -> LedgerFile:
    """Read a ledger from csv, xlsx, xlsm or parquet.

    Args:
        path: the file.
        mapping: key -> header, as the user decides (`headers.parse_mapping`).
        sheet: of a workbook, this sheet or Excel table; None takes the one that reads most like a ledger.
        order: `dmy` or `mdy` for dates in figures; `auto` lets each column decide.

    Raises:
        LedgerError: the file cannot be read, or holds no ledger.
        HeaderKeyUnknownError, HeaderNotFoundError: `mapping` names what is not there.
    """
    chosen = dict(mapping or {})
    grids = read_grids(path, sheet, partial(worth, mapping=chosen))
    place = find_place(grids, chosen, path)
    frame = place.grid.body(place.header)
    headers = _all_headers(place, frame)
    frame.columns = pd.Index(headers)
    blank = [header for header in headers if blank_cells(frame[header]).all()]
    found = recognise_headers(headers, LEDGER, chosen, blank=blank)
    body = ledger_rows(frame, found.by_key, place.grid.facts.get("merged", ()))
    if body.frame.empty:
        raise LedgerEmptyError(path=str(path))
    draft = _draft(body.frame, body.by_key, found, blank)
    _check_columns(draft, place, path)
    settle_columns(draft)
    join_sides(draft)
    settle_amounts(draft)
    give_codes(draft)
    told = [*_told(place, len(body.frame), found, chosen, draft), *body.decisions, *draft.decisions]
    return LedgerFile(
        path, place, draft.raw, draft.extra, draft.headers, draft.rows, tuple(told),
        (*_file_findings(place, headers, draft), *draft.findings), order,
    )  # fmt: skip


def _all_headers(place: Place, frame: pd.DataFrame) -> list[str]:
    """The headers, and a name for each further column that a row too long has made."""
    return [*place.headers, *(f"({column_letter(at)})" for at in range(len(place.headers), frame.shape[1]))]


def _draft(frame: pd.DataFrame, by_key: Mapping[str, str], found: Recognised, blank: list[str]) -> Draft:
    raw = pd.DataFrame({key: frame[header] for key, header in by_key.items()}, index=frame.index)
    nameless = {header for header in blank if header.startswith("(") and header.endswith(")")}
    taken = set(by_key.values())
    extra = frame[[header for header in frame.columns if header not in taken and header not in nameless]]
    return Draft(
        raw.reset_index(drop=True),
        extra.reset_index(drop=True),
        dict(by_key),
        found.weak,
        rows=frame.index.to_numpy(dtype=np.int64),
    )


def _check_columns(draft: Draft, place: Place, path: Path) -> None:
    """Without any date no row can be aged."""
    if not any(key in draft for key in (*DATES, "settled_date")):
        seen = " | ".join(place.headers)
        where = place.grid.name or str(place.header_row)
        raise LedgerColumnsMissingError(
            path=str(path), place=where, missing="due_date, document_date", seen=seen
        )


def _told(
    place: Place, rows: int, found: Recognised, chosen: Mapping[str, str], draft: Draft
) -> list[Decision]:
    """What is said before the rows: where the ledger stands and which column is which."""
    grid = place.grid
    code = {"text": "rows-read-text", "columns": "rows-read-columns"}.get(grid.kind, "rows-read")
    written: dict[str, Any] = {key: grid.facts[key] for key in ("delimiter", "encoding") if key in grid.facts}
    told = [Decision(code, {"count": rows, "sheet": grid.name, "header_row": place.header_row, **written})]
    told += [
        Decision("column-chosen" if chosen.get(key) else "column-taken", {"header": header, "column": key})
        for key, header in found.by_key.items()
    ]
    for conflict in found.conflicts:
        facts = {"column": conflict.key, "header": conflict.taken, "left": listed(conflict.left)}
        told.append(Decision("column-conflict", facts))
    unknown = [header for header in found.unknown if header in draft.extra.columns]
    if unknown:
        told.append(Decision("columns-unknown", {"count": len(unknown), "headers": listed(unknown)}))
    if place.others:
        told.append(Decision("sheets-ignored", {"sheets": listed(place.others)}))
    if below := grid.facts.get("rows_below"):
        told.append(Decision("rows-below-table", {"count": below, "sheet": grid.name}))
    return told


def _file_findings(place: Place, headers: list[str], draft: Draft) -> list[Finding]:
    findings = []
    if uncomputed := place.grid.facts.get("uncomputed"):
        findings.append(Finding("ledger-formulas-empty", "invoices", count=uncomputed))
    if "due_date" not in draft:
        findings.append(Finding("ledger-no-due-date", "invoices"))
    longer = [header for header in headers[len(place.headers) :] if header in draft.extra]
    if longer:
        filled = np.logical_or.reduce([~blank_cells(draft.extra[header]) for header in longer])
        at = int(np.argmax(filled))
        found = str(draft.extra[longer[0]].iloc[at])
        findings.append(
            Finding("ledger-rows-longer", "invoices", None, at, found=found, count=int(filled.sum()))
        )
    return findings
