"""The letters' Word templates, built from their words: `letter_templates/<language>/<template>.docx`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx import Document

from xlcredit.build.letter_templates.call_sheet import write_call_sheet
from xlcredit.build.letter_templates.content import LANGUAGES, TEMPLATES, load_content
from xlcredit.build.letter_templates.letter import write_letter
from xlcredit.build.letter_templates.package import describe, package_bytes, strip_package
from xlcredit.build.letter_templates.styles import apply_styles

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LANGUAGES", "TEMPLATES", "build_letter_templates", "template_bytes"]


def build_letter_templates(folder: Path) -> list[Path]:
    """Write every template in every language below `folder`; one whose bytes are there already is left alone.

    Returns:
        The paths, by language and template.
    """
    paths = []
    for language in LANGUAGES:
        (folder / language).mkdir(parents=True, exist_ok=True)
        for name in TEMPLATES:
            path = folder / language / f"{name}.docx"
            built = template_bytes(name, language)
            if not path.exists() or path.read_bytes() != built:
                path.write_bytes(built)
            paths.append(path)
    return paths


def template_bytes(name: str, language: str) -> bytes:
    """One template as the bytes of a .docx; the same content gives the same bytes."""
    content = load_content(language)
    document = Document()
    strip_package(document, content["language"])
    apply_styles(document, content["language"])
    describe(document, content[name]["title"], content["language"])
    if "body" in content[name]:
        write_letter(document, content[name]["body"], content["labels"])
    else:
        write_call_sheet(document, content["call_sheet"] | content[name], content["labels"])
    return package_bytes(document)
