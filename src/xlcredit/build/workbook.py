"""The workbook that clerks use, built from the schema, the catalogue and the policy.

Two builds of the same input are the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import xlsxwriter

from xlcredit import __version__
from xlcredit.build.body import body_cells, fill_tables
from xlcredit.build.dashboard import Dashboard
from xlcredit.build.dispute_charts import DisputeCharts
from xlcredit.build.finish import VbaProject, finish_package
from xlcredit.build.formats import Formats
from xlcredit.build.formulas_sheet import FormulasSheet
from xlcredit.build.guide import Guide
from xlcredit.build.layout import SHEETS, SheetLayout
from xlcredit.build.links import LINK_COLUMNS
from xlcredit.build.settings_sheet import dress_settings, setting_cells, setting_values
from xlcredit.build.sheet import Sheet
from xlcredit.build.sheets import add_worksheet, write_table_sheet
from xlcredit.catalogue import Catalogue
from xlcredit.core.ledger import typed_frame
from xlcredit.parameters.policy import Policy, load_policy
from xlcredit.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd
    from xlsxwriter.worksheet import Worksheet

    from xlcredit.parameters.cycles import Level

__all__ = ["VbaProject", "build_workbook"]

CREATED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
"""The date in the package's properties: fixed, so that a build depends on its sources only."""

OWN_PROPERTY = "xlcredit"
"""Custom property of a workbook with our macros: the version that built it. The add-in leaves such a one alone."""

LISTS = (("xlc_list_operators", "operators", "operator"), ("xlc_list_cycles", "levels", "cycle"))
"""Defined name, table and column of the lists that other columns suggest."""


@dataclass(frozen=True)
class _Draft:
    """A workbook in the making."""

    workbook: xlsxwriter.Workbook
    formats: Formats
    words: Catalogue
    policy: Policy
    bodies: Mapping[str, pd.DataFrame]


def build_workbook(
    path: Path,
    *,
    language: str = "it",
    frames: Mapping[str, pd.DataFrame] | None = None,
    extra_columns: Mapping[str, pd.DataFrame] | None = None,
    macros: VbaProject | None = None,
) -> None:
    """Write the workbook to `path`, replacing what stands there.

    Args:
        path: an .xlsm in a folder that exists.
        language: of sheets, headers, choices and guide.
        frames: typed tables by schema key. A table that is not among them is empty; `levels` is then filled
            from the policy, `settings` with its defaults (see `setting_values`). A column of dtype object may
            hold, among typed values, texts that could not be read as its type: they stand in the cell as they
            are.
        extra_columns: by schema key, the user's own columns beside the table's frame, row by row; they stand
            to the right under their own headers.
        macros: the VBA project and ribbon; without them the file is a macro workbook with no macro.
    """
    words, policy = Catalogue(language), load_policy()
    bodies = _bodies(frames or {}, extra_columns or {}, words, policy)
    package = io.BytesIO()
    with xlsxwriter.Workbook(package, {"in_memory": True}) as workbook:
        _set_properties(workbook, words, macros)
        draft = _Draft(workbook, Formats(workbook), words, policy, bodies)
        for layout in SHEETS:
            _write_sheet(draft, layout)
        _define_lists(workbook, words)
    rows = {key: cells for key, cells in bodies.items() if key != "settings"}
    path.write_bytes(fill_tables(finish_package(package.getvalue(), macros), rows))


def _set_properties(workbook: xlsxwriter.Workbook, words: Catalogue, macros: VbaProject | None) -> None:
    """Title and date of the file, its code name, and the macros."""
    titles = {key: words.text(f"build.{key}") for key in ("title", "subject", "author")}
    workbook.set_properties({**titles, "created": CREATED})
    workbook.set_vba_name("ThisWorkbook")
    workbook.set_size(1900, 1000)
    if macros:
        workbook.set_custom_property(OWN_PROPERTY, __version__)
        workbook.add_vba_project(io.BytesIO(macros.project), is_stream=True)


def _bodies(
    frames: Mapping[str, pd.DataFrame], own: Mapping[str, pd.DataFrame], words: Catalogue, policy: Policy
) -> dict[str, pd.DataFrame]:
    """The cells of every table, one column a header."""
    filled = {"levels": levels_frame(policy, words), **frames}
    bodies = {
        key: body_cells(filled.get(key, typed_frame(table)), table, words, own.get(key))
        for key, table in TABLES.items()
        if key != "settings"
    }
    values = setting_values(policy.settings, filled.get("settings"), words.language)
    bodies["settings"] = setting_cells(values, words)
    return bodies


def levels_frame(policy: Policy, words: Catalogue) -> pd.DataFrame:
    """The policy's cycles as the typed table `levels`."""
    cycles = policy.cycles.values()
    rows = [_level_row(cycle.name, level, words) for cycle in cycles for level in cycle.levels]
    columns = {column.key: [row[column.key] for row in rows] for column in TABLES["levels"].columns}
    return typed_frame(TABLES["levels"], columns)


def _level_row(cycle: str, level: Level, words: Catalogue) -> dict[str, Any]:
    return {
        "cycle": cycle,
        "level": level.number,
        "name": level.name or words.text(f"level_names.{level.name_key}"),
        "kind": level.kind,
        "days_after_due": level.days_after_due,
        "min_days_between": level.min_days_between,
        "response_days": level.response_days,
        "channels": ", ".join(words.choice("channel", channel) for channel in level.channels),
        "template": level.template or None,
        "fee": level.fee_cents,
        "min_amount": level.min_amount_cents,
        "needs_approval": level.needs_approval,
        "interrupts_limitation": level.interrupts_limitation,
        "shows_interest": level.shows_interest,
    }


def _write_sheet(draft: _Draft, layout: SheetLayout) -> None:
    worksheet = add_worksheet(draft.workbook, layout, draft.words)
    if layout.key == "guide":
        Guide(worksheet, draft.formats, draft.words).write()
    elif layout.key == "formulas":
        FormulasSheet(worksheet, draft.formats, draft.words).write()
    elif layout.key == "dashboard":
        bounds = len(draft.policy.buckets)
        Dashboard(draft.workbook, worksheet, draft.formats, draft.words, bounds).write()
    else:
        _write_table(draft, layout, worksheet)


def _write_table(draft: _Draft, layout: SheetLayout, worksheet: Worksheet) -> None:
    cells, is_settings = draft.bodies[layout.key], layout.key == "settings"
    rows = len(cells) if is_settings else 1
    table, headers = TABLES[layout.key], list(cells.columns)
    links = LINK_COLUMNS.get(layout.key, ())
    sheet = Sheet(worksheet, layout, table, headers, cells, draft.formats, draft.words, rows, links)
    write_table_sheet(sheet)
    if layout.key == "dispute_statistics":
        DisputeCharts(draft.workbook, worksheet, draft.words).write(sheet.width)
    if is_settings:
        dress_settings(worksheet, draft.formats, draft.words, cells)


def _define_lists(workbook: xlsxwriter.Workbook, words: Catalogue) -> None:
    """Names for the lists that columns suggest: what stands in other tables."""
    for name, table, column in LISTS:
        workbook.define_name(name, f"=xlc_{table}[{words.header(table, column)}]")
