"""The values of `Parametri`: one row a setting, each cell with the format and the list of its own type."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pandas as pd

from xlcredit.books.frames import to_cells
from xlcredit.build.formats import INK, NUMBER_FORMATS, RIGHT, RULE
from xlcredit.build.layout import BODY_ROW, KEY_WIDTHS
from xlcredit.build.validation import value_rule
from xlcredit.core.ledger import typed_frame
from xlcredit.schema import SETTING_CHOICES, SETTING_TYPES, Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.worksheet import Worksheet

    from xlcredit.build.formats import Formats
    from xlcredit.catalogue import Catalogue
    from xlcredit.parameters.policy import Settings

COLUMNS = tuple(
    Column(key, type_, choices=SETTING_CHOICES.get(key, ()), vocabulary=key if key in SETTING_CHOICES else "")
    for key, type_ in SETTING_TYPES.items()
)
"""Each setting as a column of its own type."""

GROUPS = ("as_of", "customer_min_days", "allowance_limit", "default_cycle")
"""Settings above which a darker line is drawn."""


def setting_values(defaults: Settings, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """What each setting's cell holds, not yet in words: the package's defaults, then what was chosen.

    Args:
        defaults: of the policy.
        chosen: by setting key, typed as in `schema.SETTING_TYPES` (money in cents, dates, flags, English keys).
    """
    values = {key: getattr(defaults, key, None) for key in SETTING_TYPES}
    return {key: _plain(value) for key, value in {**values, **chosen}.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401  settings are of many types
    if dataclasses.is_dataclass(value) or value == "":
        return None
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return value


def setting_cells(values: Mapping[str, Any], words: Catalogue) -> pd.DataFrame:
    """The body of `Parametri`: name, value as it stands in its cell, explanation; one row a setting."""
    table = Table("settings", COLUMNS)
    row = to_cells(typed_frame(table, {key: [values.get(key)] for key in SETTING_TYPES}), table, words)
    cells = [
        (words.text(f"settings.{key}.name"), row[key].iloc[0], words.text(f"settings.{key}.help"))
        for key in SETTING_TYPES
    ]
    return pd.DataFrame(cells, columns=words.headers("settings", ("setting", "value", "help")), dtype=object)


def dress_settings(worksheet: Worksheet, formats: Formats, words: Catalogue, cells: pd.DataFrame) -> None:
    """Write the settings' rows, each value with its own format and validation."""
    for place, column in enumerate(COLUMNS):
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
