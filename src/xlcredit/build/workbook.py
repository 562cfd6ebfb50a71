"""The workbook that clerks use, built from the schema, the catalogue and the policy.

Two builds of the same input are the same bytes. The body of every table is written by `books`, as any other
change to a workbook is, so that a row built here and a row added later look alike.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from xlcredit.books import TableUpdate, open_book
from xlcredit.books.frames import to_cells
from xlcredit.build.dashboard import write_dashboard
from xlcredit.build.finish import VbaProject, finish_package
from xlcredit.build.formats import Formats
from xlcredit.build.guide import Guide
from xlcredit.build.layout import SHEETS, SheetLayout
from xlcredit.build.settings_sheet import dress_settings, setting_cells, setting_values
from xlcredit.build.sheets import Sheet, add_worksheet, write_table_sheet
from xlcredit.catalogue import Catalogue
from xlcredit.core.ledger import typed_frame
from xlcredit.parameters.policy import Policy, load_policy
from xlcredit.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlsxwriter.worksheet import Worksheet

__all__ = ["VbaProject", "build_workbook"]

CREATED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
"""The date in the package's properties: fixed, so that a build depends on its sources only."""
