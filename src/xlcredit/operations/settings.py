"""The settings a workbook carries: one row each in `Parametri`, known by name in either language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.errors import Finding
from xlcredit.schema import SETTING_TYPES, SETTING_VALUES
from xlcredit.values import read_table

if TYPE_CHECKING:
    from xlcredit.books import RawTable


def setting_names() -> dict[str, str]:
    """Name as a workbook shows it, in either language, folded -> key."""
    return {
        _folded(Catalogue(language).section(f"settings.{key}.name")): key
        for language in LANGUAGES
        for key in SETTING_TYPES
    }


def _folded(name: str) -> str:
    return " ".join(str(name).casefold().split())


def read_settings(frame: pd.DataFrame | None, raw: RawTable | None) -> tuple[dict[str, Any], list[Finding]]:
    """The workbook's settings, typed; a blank value means the package's default.

    Args:
        frame: the typed settings table (columns setting, value, help), or None when the workbook has none.
        raw: the same table as read: its values keep the type of their cells.

    Returns:
        Key -> value for the filled rows, and findings: a name that is no setting, a value that cannot be read.
    """
    if frame is None or raw is None:
        return {}, []
    names = setting_names()
    cells = raw.frame.iloc[:, 1].astype(object)
    filled = frame["setting"].notna()
    found = {names.get(_folded(name), ""): position for position, name in frame["setting"][filled].items()}
    unknown = [
        Finding("setting-unknown", "settings", "setting", position, name, name)
        for position, name in frame["setting"][filled].items()
        if _folded(name) not in names
    ]
    found.pop("", None)
    row = pd.DataFrame(
        {key: pd.Series([cells.iloc[position]], dtype=object) for key, position in found.items()}
    )
    typed = read_table(row, SETTING_VALUES)
    values = {key: typed.frame[key].iloc[0] for key in found if not pd.isna(typed.frame[key].iloc[0])}
    return {key: _plain(value) for key, value in values.items()}, unknown + _placed(typed.findings, found)


def _plain(value: Any) -> Any:  # noqa: ANN401  settings are of several types
    """A setting as a plain Python value."""
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def _placed(findings: list[Finding], found: dict[str, int]) -> list[Finding]:
    """The findings of the one-row frame, put on the rows of the settings table."""
    catalogue = Catalogue("it")
    return [
        Finding(
            finding.code,
            "settings",
            "value",
            found[finding.column or ""],
            catalogue.section(f"settings.{finding.column}.name"),
            finding.found,
            finding.facts,
        )
        for finding in findings
    ]
