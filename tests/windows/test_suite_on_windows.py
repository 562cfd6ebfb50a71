"""The package's own tests pass on Windows, too: they are run by a Windows Python, a folder or two at a time."""

import re
from pathlib import Path

import pytest
from wine import run_pytest

TESTS = Path(__file__).parents[1]
SHARDS = {
    "operations": ("operations",),
    "core": ("core", "parameters"),
    "books": ("books", "live"),
    "letters": ("letters", "intake", "mail"),
    "errors": ("errors",),
    "cli": ("cli", "build"),
    "excel": ("excel", "formulas"),
    "rest": tuple(path.name for path in sorted(TESTS.glob("test_*.py"))),
}
"""What is run together, the longest first: two run at a time. Left out: office and windows, which start other
programs of this machine."""
LEFT_OUT = {"office", "windows"}


@pytest.mark.parametrize("names", SHARDS.values(), ids=SHARDS)
def test_tests_pass_on_windows(stage, names):
    done = run_pytest(stage, *(TESTS / name for name in names))
    assert done.returncode == 0, done.stdout[-10_000:]
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) >= 100


def test_no_folder_of_tests_is_forgotten():
    folders = {path.parent.name for path in TESTS.glob("*/test_*.py")}
    assert folders - LEFT_OUT == {name for names in SHARDS.values() for name in names if "." not in name}
