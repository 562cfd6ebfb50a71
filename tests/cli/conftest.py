"""The command line within the test's own process: fast, and its answers apart from its messages."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tests" / "operations"))


class Answer(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def xlcredit(monkeypatch, capsys, tmp_path):
    """Call `xlcredit ...` as a shell would, in Italian."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def call(*arguments):
        from xlcredit.cli import main

        monkeypatch.setattr(sys, "argv", ["xlcredit", *map(str, arguments)])
        try:
            main()
        except SystemExit as ending:
            code = ending.code or 0
        else:
            code = 0
        return Answer(code, *capsys.readouterr())

    return call


@pytest.fixture
def shell(tmp_path):
    """Call `xlcredit ...` in a process of its own, its output in a pipe."""

    def call(*arguments, **more):
        done = subprocess.run(
            [sys.executable, "-m", "xlcredit", *map(str, arguments)],
            env={"PYTHONPATH": str(ROOT / "src"), "XDG_STATE_HOME": str(tmp_path / "state"), "PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, check=False, **more,
        )  # fmt: skip
        return Answer(done.returncode, done.stdout, done.stderr)

    return call
