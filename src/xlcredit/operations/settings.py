"""The settings a workbook carries: one row each in `Parametri`, known by name in either language."""

from __future__ import annotations

from typing import Any

import pandas as pd

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.errors import Finding
from xlcredit.schema import SETTING_TYPES, SETTING_VALUES
from xlcredit.values import read_table


def setting_names() -> dict[str, str]:
    """Name as a workbook shows it, in either language, folded -> key."""
    return {
        _folded(Catalogue(language).section(f"settings.{key}.name")): key
        for language in LANGUAGES
        for key in SETTING_TYPES
    }


def _folded(name: str) -> str:
    return " ".join(str(name).casefold().split())


def setting_key(name: str) -> str | None:
    """The setting that a name stands for, in either language; None for none."""
    return setting_names().get(_folded(name))


def read_settings(names: pd.Series[Any], cells: pd.Series[Any]) -> tuple[dict[str, Any], list[Finding]]:
    """The workbook's settings, typed; a blank value means the package's default.

    Args:
        names: as the sheet shows them, in either language, row by row.
        cells: the values beside them, with the types of their cells.

    Returns:
        Key -> value for the filled rows, and findings: a name that is no setting, a value that cannot be read.
    """
    known = setting_names()
    named = [(position, str(name)) for position, name in enumerate(names) if not pd.isna(name)]
    found = {known[_folded(name)]: position for position, name in named if _folded(name) in known}
    unknown = [
        Finding("setting-unknown", "settings", "setting", position, name, name)
        for position, name in named
        if _folded(name) not in known
    ]
    values = cells.astype(object)
    row = pd.DataFrame(
        {key: pd.Series([values.iloc[position]], dtype=object) for key, position in found.items()}
    )
    typed = read_table(row, SETTING_VALUES)
    filled = {key: typed.frame[key].iloc[0] for key in found if not pd.isna(typed.frame[key].iloc[0])}
    return {key: _plain(value) for key, value in filled.items()}, unknown + _placed(
        typed.findings, found, names
    )


def _plain(value: Any) -> Any:  # noqa: ANN401  settings are of several types
    """A setting as a plain Python value."""
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def _placed(findings: list[Finding], found: dict[str, int], names: pd.Series[Any]) -> list[Finding]:
    """The findings of the one-row frame, put on the rows of the settings table."""
    return [
        Finding(
            finding.code,
            "settings",
            "value",
            found[finding.column or ""],
            str(names.iloc[found[finding.column or ""]]),
            finding.found,
            finding.facts,
        )
        for finding in findings
    ]
