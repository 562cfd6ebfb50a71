"""Letter templates: where they stand, and whether they may be used."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from xlcredit.catalogue import LANGUAGES
from xlcredit.errors import Finding, XlcreditError
from xlcredit.letters.check import check_template
from xlcredit.mail.errors import MailTemplateBrokenError
from xlcredit.mail.template import check_text

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = {
    "level_0": "courtesy",
    "level_1": "reminder",
    "level_2": "formal",
    "level_3": "final",
    "level_4": "formal_notice",
    "statement": "statement",
    "first_invoice_call": "call_sheet",
    "returned_call": "call_sheet",
    "plan": "plan",
    "plan_default": "plan_default",
    "plan_reminder": "plan_reminder",
}
"""File name of a shipped template -> what it has to contain."""


def template_of_kind(kind: str) -> str:
    """The template of a plan's letter (vocabulary `letter_kind`): a settlement is proposed by that of a plan."""
    return "plan" if kind == "settlement" else kind


class TemplateMissingError(XlcreditError):
    """A letter needs a template that is not in the folder."""

    code = "template-missing"


def package_templates() -> Path:
    """The folder of the templates that come with the package."""
    installed = Path(str(files("xlcredit") / "letter_templates"))
    return installed if installed.is_dir() else Path(__file__).parents[3] / "letter_templates"


def templates_folder(book: Path, asked: Path | None = None) -> Path:
    """Where templates are taken from: as asked, else beside the workbook, else from the package."""
    if asked is not None:
        return asked
    beside = book.resolve().parent / "letter_templates"
    return beside if beside.is_dir() else package_templates()


def template_path(folder: Path, language: str, name: str) -> Path:
    """The template `name` in `language`; TemplateMissingError when it is not there."""
    path = folder / language / f"{name}.docx"
    if not path.is_file():
        raise TemplateMissingError(name=f"{language}/{name}.docx", path=str(folder))
    return path


def check_templates(folder: Path | None = None) -> tuple[int, list[Finding]]:
    """Check every template and every text of messages below `folder`, the package's when None.

    Returns:
        How many were checked, and what was found.
    """
    folder = folder or package_templates()
    paths = sorted(path for path in folder.rglob("*.docx") if not path.name.startswith("~$"))
    if not paths:
        raise TemplateMissingError(name="*.docx", path=str(folder))
    texts = sorted(folder.glob("*/mail/*.txt"))
    findings = [
        finding for path in paths for finding in check_template(path, KINDS.get(path.stem, "reminder"))
    ]
    return len(paths) + len(texts), [*findings, *_broken_texts(texts), *_absent(folder)]


def _absent(folder: Path) -> Iterator[Finding]:
    """By language, the templates that a letter would look for in vain: those of the package do not stand in."""
    for place in (folder / language for language in LANGUAGES):
        missing = [f"{name}.docx" for name in KINDS if not (place / f"{name}.docx").is_file()]
        if place.is_dir() and missing:
            yield Finding("templates-absent", row=place.name, found=", ".join(missing))


def _broken_texts(paths: list[Path]) -> Iterator[Finding]:
    for path in paths:
        try:
            check_text(path)
        except MailTemplateBrokenError as error:
            place = f"{path.parent.parent.name}/mail/{path.name}"
            yield Finding("mail-text-broken", row=place, found=error.facts["reason"], facts=error.facts)
