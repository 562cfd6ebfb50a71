"""Texts of the sample in the reader's language: `{it: ..., en: ...}` in its data files."""

from __future__ import annotations

from typing import Any

from xlcredit.catalogue import LANGUAGES


def fill(entry: dict[str, Any], language: str) -> dict[str, Any]:
    """The entry with every text given in several languages in the one wanted."""
    return {key: said(value, language) for key, value in entry.items()}


def said(value: Any, language: str) -> Any:  # noqa: ANN401  data of any type pass through
    """A value, or its text in `language` when it has one for each."""
    return value[language] if isinstance(value, dict) and set(value) == set(LANGUAGES) else value
