"""What helps while typing: a header's help when it is selected, lists of choices, warnings on odd values.

Validations warn and never block: what a person insists on stays, and *Controlla dati* names it.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from xlcredit.build.layout import BODY_ROW, HEADER_ROW, LAST_ROW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlcredit.build.sheet import Sheet
    from xlcredit.catalogue import Catalogue
    from xlcredit.schema import Column, Type

TITLE_LIMIT, MESSAGE_LIMIT, LIST_LIMIT = 32, 255, 255
"""Excel's limits, in characters."""

_EARLIEST, _LATEST = dt.date(1990, 1, 1), dt.date(2100, 12, 31)

LIMITS: Mapping[Type, tuple[str, Any, Any]] = {
    "date": ("date", _EARLIEST, _LATEST),
    "time": ("date", _EARLIEST, _LATEST),
    "money": ("decimal", -1_000_000_000_000, 1_000_000_000_000),
    "rate": ("decimal", 0, 1),
    "int": ("integer", -9999, 9999),
}
"""Excel's kind of validation, least and largest usual value by type."""

SUGGESTED = {"cycle": "xlc_list_cycles", "operator": "xlc_list_operators", "by": "xlc_list_operators"}
"""Columns with a list that only suggests: the names typed elsewhere in the workbook."""


def column_help(table_key: str, column: Column, words: Catalogue) -> str:
    """What a column is for; `help.common` serves tables without a text of their own."""
    own: dict[str, str] = words.section("help").get(table_key, {})
    return str(own.get(column.key) or words.section("help.common")[column.key])


def explain_header(sheet: Sheet, place: int, column: Column) -> None:
    """Show the column's help when its header is selected."""
    text = column_help(sheet.table.key, column, sheet.words)
    if column.required:
        text = f"{text} {sheet.words.text('build.required')}"
    title = sheet.headers[place][:TITLE_LIMIT]
    options = {"validate": "any", "input_title": title, "input_message": text[:MESSAGE_LIMIT]}
    sheet.worksheet.data_validation(HEADER_ROW, place, HEADER_ROW, place, options)


def validate_column(sheet: Sheet, place: int, column: Column) -> None:
    """Give the cells of an input column their list or their warning."""
    if sheet.table.key == "settings":
        return
    rule = _suggestion(sheet.table.key, column) or value_rule(column, sheet.words)
    if rule:
        sheet.worksheet.data_validation(BODY_ROW, place, LAST_ROW, place, rule)


def _suggestion(table_key: str, column: Column) -> dict[str, Any] | None:
    if column.key not in SUGGESTED or table_key in {"operators", "levels"}:
        return None
    return {"validate": "list", "source": f"={SUGGESTED[column.key]}", "show_error": False}


def value_rule(column: Column, words: Catalogue) -> dict[str, Any] | None:
    """The validation of a column's type; None where anything may stand."""
    rule = _rule_by_type(column, words)
    if rule is None:
        return None
    kind = "choice" if rule["validate"] == "list" else column.type
    return {
        **rule,
        "error_type": "warning",
        "error_title": words.text("build.warnings.title"),
        "error_message": words.text(f"build.warnings.{kind}"),
    }


def _rule_by_type(column: Column, words: Catalogue) -> dict[str, Any] | None:
    if column.type in {"choice", "flag"}:
        vocabulary = column.vocabulary or "flag"
        return {"validate": "list", "source": list(words.choices(vocabulary).values())}
    if column.type not in LIMITS:
        return None
    kind, minimum, maximum = LIMITS[column.type]
    return {"validate": kind, "criteria": "between", "minimum": minimum, "maximum": maximum}
