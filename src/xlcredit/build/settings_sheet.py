"""The values of `Parametri`: one row a setting, each cell with the format and the list of its own type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from xlcredit.books.frames import to_cells
from xlcredit.build.formats import INK, NUMBER_FORMATS, RIGHT, RULE
from xlcredit.build.layout import BODY_ROW, KEY_WIDTHS
from xlcredit.build.validation import value_rule
from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.core.ledger import typed_frame
from xlcredit.schema import SETTING_TYPES, SETTING_VALUES, Column
from xlcredit.values import read_table
from xlcredit.words import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.worksheet import Worksheet

    from xlcredit.build.formats import Formats
    from xlcredit.parameters.policy import Settings

GROUPS = ("as_of", "customer_min_days", "allowance_limit", "default_cycle")
"""Settings above which a darker line is drawn."""


def setting_values(defaults: Settings, chosen: pd.DataFrame | None, language: str) -> dict[str, Any]:
    """What each setting's cell holds, not yet in words.

    Args:
        defaults: of the policy.
        chosen: columns setting (key, or name in either language) and value: typed as the schema says (money
            in cents, dates, flags, English keys), or a text as a person types it.
        language: of the workbook; the letters' too unless chosen otherwise.
    """
    values = {key: None if getattr(defaults, key) == "" else getattr(defaults, key) for key in SETTING_TYPES}
    return {**values, "language": language, **(_chosen(chosen) if chosen is not None else {})}


def _chosen(frame: pd.DataFrame) -> dict[str, Any]:
    """Key -> typed value of the settings that have one."""
    keys = {fold(name): key for key in SETTING_TYPES for name in (key, *_names(key))}
    cells = {
        keys[fold(str(name))]: value for name, value in zip(frame["setting"], frame["value"], strict=True)
    }
    filled = {key: value for key, value in cells.items() if not pd.isna(value)}
    texts = {key: value for key, value in filled.items() if isinstance(value, str)}
    row = pd.DataFrame({key: pd.Series([text], dtype=object) for key, text in texts.items()})
    read = read_table(row, SETTING_VALUES)
    return {**filled, **{key: read.frame[key].iloc[0] for key in texts}}


def _names(key: str) -> list[str]:
    return [Catalogue(language).text(f"settings.{key}.name") for language in LANGUAGES]


def setting_cells(values: Mapping[str, Any], words: Catalogue) -> pd.DataFrame:
    """The body of `Parametri`: name, value as it stands in its cell, explanation; one row a setting."""
    typed = typed_frame(SETTING_VALUES, {key: [values[key]] for key in SETTING_TYPES})
    row = to_cells(typed, SETTING_VALUES, words)
    cells = [
        (words.text(f"settings.{key}.name"), row[key].iloc[0], words.text(f"settings.{key}.help"))
        for key in SETTING_TYPES
    ]
    return pd.DataFrame(cells, columns=words.headers("settings", ("setting", "value", "help")), dtype=object)


def dress_settings(worksheet: Worksheet, formats: Formats, words: Catalogue, cells: pd.DataFrame) -> None:
    """Write the settings' rows, each value with its own format and validation."""
    worksheet.set_portrait()
    worksheet.fit_to_pages(1, 0)
    for place, column in enumerate(SETTING_VALUES.columns):
        row = BODY_ROW + place
        rule = {"top": 1, "top_color": "#8FA3B8"} if column.key in GROUPS else {}
        name, value, explanation = cells.iloc[place]
        line = {"bottom": 1, "bottom_color": RULE, "valign": "vcenter", "font_color": INK, **rule}
        worksheet.write_string(row, 0, name, formats.of(bold=True, indent=1, **line))
        _write_value(worksheet, row, value, formats.of(**line, **_value_properties(column)))
        worksheet.write_string(row, 2, explanation, formats.of(text_wrap=True, indent=1, **line))
        worksheet.set_row(row, _LINE * (1 + len(explanation) // int(KEY_WIDTHS["help"])))
        if validation := value_rule(column, words):
            worksheet.data_validation(row, 1, row, 1, validation)


_LINE = 16
"""Height of one line, in points."""


def _value_properties(column: Column) -> dict[str, Any]:
    alignment = {"align": "right"} if column.type in RIGHT else {"align": "left", "indent": 1}
    return {"num_format": NUMBER_FORMATS[column.type], **alignment}


def _write_value(worksheet: Worksheet, row: int, value: Any, cell_format: object) -> None:  # noqa: ANN401
    if value is None or pd.isna(value):
        worksheet.write_blank(row, 1, None, cell_format)
    elif isinstance(value, str):
        worksheet.write_string(row, 1, value, cell_format)
    elif hasattr(value, "year"):
        worksheet.write_datetime(row, 1, value, cell_format)
    else:
        worksheet.write_number(row, 1, float(value), cell_format)
