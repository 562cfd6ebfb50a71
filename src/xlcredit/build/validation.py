"""What helps while typing: the help of a header when it is selected, lists of choices, warnings on odd values.

Validations warn and never block: what a person insists on stays, and *Controlla dati* names it.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from xlcredit.build.layout import BODY_ROW, HEADER_ROW, LAST_ROW

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from xlcredit.catalogue import Catalogue
    from xlcredit.schema import Column

TITLE_LIMIT, MESSAGE_LIMIT, LIST_LIMIT = 32, 255, 255
"""Excel's limits, in characters."""

EARLIEST, LATEST = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
LARGEST_AMOUNT = 1_000_000_000_000

SUGGESTED = {"cycle": "xlc_list_cycles", "operator": "xlc_list_operators", "by": "xlc_list_operators"}
"""Columns with a list that only suggests: the names typed elsewhere in the workbook."""


def column_help(table_key: str, column: Column, words: Catalogue) -> str:
    """What a column is for; `help.common` serves tables without a text of their own."""
    own: dict[str, str] = words.section("help").get(table_key, {})
    return str(own.get(column.key) or words.section("help.common")[column.key])


def explain_header(
    worksheet: Worksheet, place: int, header: str, table_key: str, column: Column, words: Catalogue
) -> None:
    """Show the column's help when its header is selected."""
    help_text = column_help(table_key, column, words)
    if column.required:
        help_text = f"{help_text} {words.text('build.required')}"
    options = {"validate": "any", "input_title": header[:TITLE_LIMIT], "input_message": help_text[:MESSAGE_LIMIT]}
    worksheet.data_validation(HEADER_ROW, place, HEADER_ROW, place, options)


def validate_column(worksheet: Worksheet, place: int, table_key: str, column: Column, words: Catalogue) -> None:
    """Give the cells of an input column their list or their warning."""
    if table_key == "settings":
        return
    rule = _suggestion(table_key, column) or value_rule(column, words)
    if rule:
        worksheet.data_validation(BODY_ROW, place, LAST_ROW, place, rule)


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
    match column.type:
        case "choice":
            return {"validate": "list", "source": list(words.choices(column.vocabulary).values())}
        case "flag":
            return {"validate": "list", "source": list(words.choices("flag").values())}
        case "date" | "time":
            return {"validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST}
        case "money":
            limits = {"minimum": -LARGEST_AMOUNT, "maximum": LARGEST_AMOUNT}
            return {"validate": "decimal", "criteria": "between", **limits}
        case "rate":
            return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
        case "int":
            return {"validate": "integer", "criteria": "between", "minimum": -9999, "maximum": 9999}
        case _:
            return None
