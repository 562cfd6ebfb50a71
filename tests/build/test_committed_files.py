"""The files under version control are what their sources build, byte for byte, in the locked environment."""

import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from xlcredit.operations.build import build_project

ROOT = Path(__file__).parents[2]
BUILDERS = (
    "docxtpl",
    "isal",
    "jinja2",
    "lxml",
    "pandas",
    "pyarrow",
    "python-docx",
    "segno",
    "xlsxwriter",
    "xlwings",
)
"""What the bytes of a built file depend on."""


def locked() -> dict[str, str]:
    lines = (ROOT / "requirements.lock").read_text("utf-8").lower().splitlines()
    pins = (line.partition(";")[0].partition("==") for line in lines)
    return {name: number for name, _, number in pins if number}


@pytest.mark.skipif(sys.platform == "win32", reason="deflated by another zlib: the same parts in other bytes")
def test_the_committed_files_equal_the_build():
    other = [name for name in BUILDERS if version(name) != locked()[name]]
    if other:
        pytest.skip(f"not the locked environment: {', '.join(other)} of another version")
    built, differing = build_project(ROOT, check_only=True)
    assert {ROOT / "workbook" / name for name in ("CreditControl.xlsm", "XLCredit.xlam")} < set(built)
    assert differing == []
