"""Run programs of the stage under Wine."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).resolve().parents[2]
PYTHON = Path("Python311")
"""Where the stage's Python lies on drive C."""


def wine_environment(stage: Path) -> dict[str, str]:
    """The variables under which Wine runs headless in this stage."""
    shown = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    return shown | {
        "WINEPREFIX": str(stage / "prefix"),
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree=;mshtml=",  # neither .NET nor a browser
        "PYTHONUTF8": "1",
    }


@contextlib.contextmanager
def running_wine(stage: Path) -> Iterator[None]:
    """Keep Wine's services up in this stage.

    The first program that starts them leaves them its own output: were it a pipe, whoever reads it would wait for the
    end of the services, not of the program.
    """
    quiet = {"env": wine_environment(stage), "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(["wine", "cmd", "/c", "exit"], check=True, stdin=subprocess.DEVNULL, **quiet)
    with subprocess.Popen(["wine", "cmd"], stdin=subprocess.PIPE, **quiet) as keeper:
        yield
        assert keeper.stdin
        keeper.stdin.close()  # cmd ends with its input


def run_python(stage: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the stage's python.exe; its output always goes through a pipe, to a file Wine 8 cannot write it."""
    environment = wine_environment(stage) | dict(options.pop("extra", {}) or {})
    program = ["wine", str(stage / "prefix/drive_c" / PYTHON / "python.exe"), *arguments]
    seconds = options.pop("timeout", None)
    process = subprocess.Popen(
        program,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **options,
    )
    _started.append(process)
    pieces: list[bytes] = []
    reader = threading.Thread(target=_read, args=(process.stdout, pieces), daemon=True)
    reader.start()
    process.wait(seconds)
    reader.join(_LAST_WORDS)
    said = b"".join(pieces).decode("utf-8", "replace").replace("\r\n", "\n")
    return subprocess.CompletedProcess(program, process.returncode, said)


_LAST_WORDS = 10
"""Seconds for what a program said last: Wine's own desktop may hold its output open for ever."""
_started: list[subprocess.Popen[bytes]] = []


def _read(stream, pieces):
    while piece := stream.read1(65536):
        pieces.append(piece)


def run_pytest(stage: Path, *tests: Path, **options: object) -> subprocess.CompletedProcess[str]:
    """Run tests in the stage's Python, on the package as it stands in `src/`."""
    extra = {
        "PYTHONPATH": windows_path(PROJECT / "src"),
        "XLCREDIT_NO_SKIPS": "",  # what cannot be on Windows is skipped there, with its reason
    }
    return run_python(
        stage, "-m", "pytest", "-p", "no:cacheprovider", "-n", "0", "-q", "--tb=short", "--color=no", "--maxfail=10",
        *(windows_path(path) for path in tests), extra=extra | dict(options.pop("extra", {})), cwd=PROJECT, **options,
    )  # fmt: skip


def windows_path(path: Path) -> str:
    """A path of this machine as Wine has it: drive Z is the root."""
    return f"Z:{path}".replace("/", "\\")
