"""Build: the project's committed files from their sources, byte for byte."""

from __future__ import annotations

import tempfile
from pathlib import Path

from xlcredit.build.addin import build_addin
from xlcredit.build.letter_templates import build_letter_templates
from xlcredit.build.macros import macros_for
from xlcredit.build.ribbon_picture import ribbon_picture
from xlcredit.build.sample import sample_frames
from xlcredit.build.workbook import build_workbook
from xlcredit.errors import XlcreditError
from xlcredit.operations.refresh import refresh


class NotACheckoutError(XlcreditError):
    """The folder is not the project's."""

    code = "not-a-checkout"


def build_project(root: Path, *, check_only: bool = False) -> tuple[list[Path], list[Path]]:
    """Build `workbook/` (CreditControl.xlsm, XLCredit.xlam), `letter_templates/` and the README's ribbon.

    Args:
        root: the project's folder.
        check_only: write nothing, only compare.

    Returns:
        The files built, and those that differ from what stands there (written, unless `check_only`).

    Raises:
        NotACheckoutError: `root` is not the project's folder.
    """
    if not (root / "pyproject.toml").is_file() or not (root / "src" / "xlcredit").is_dir():
        raise NotACheckoutError(path=str(root.resolve()))
    with tempfile.TemporaryDirectory() as folder:
        built = build_all(Path(folder))
        paths = [root / path.relative_to(folder) for path in built]
        contents = dict(zip(paths, (path.read_bytes() for path in built), strict=True))
    differing = [
        path for path, content in contents.items() if not path.is_file() or path.read_bytes() != content
    ]
    for path in differing if not check_only else ():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents[path])
    return paths, differing


def build_all(folder: Path) -> list[Path]:
    """Build every file below `folder`; the files built."""
    workbook = folder / "workbook" / "CreditControl.xlsm"
    workbook.parent.mkdir(parents=True)
    build_workbook(workbook, language="it", frames=sample_frames("it"), macros=macros_for("it"))
    refresh(workbook)  # who opens it sees the figures of the sample's day
    addin = workbook.with_name("XLCredit.xlam")
    build_addin(addin, "it")
    picture = folder / "docs" / "img" / "ribbon.svg"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(ribbon_picture("it"))
    return [workbook, addin, picture, *build_letter_templates(folder / "letter_templates")]
