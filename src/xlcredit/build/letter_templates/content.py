"""The words of the templates, as data: one file a language."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

LANGUAGES = ("it", "en")
TEMPLATES = (
    "level_0", "level_1", "level_2", "level_3", "level_4", "statement", "first_invoice_call", "returned_call",
    "plan", "plan_default", "plan_reminder",
)  # fmt: skip


def load_content(language: str) -> dict[str, Any]:
    """The contents of a language: `language`, `labels` (with the shared sentences), a key a template."""
    content: dict[str, Any] = yaml.safe_load((files(__package__) / f"{language}.yaml").read_text("utf-8"))
    content["labels"] |= {f"shared_{name}": text for name, text in content["shared"].items()}
    return content
