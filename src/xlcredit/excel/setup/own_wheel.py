"""The wheel of xlcredit itself: built from a checkout, or packed again from what is installed."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import xlcredit
from xlcredit.excel.setup.errors import WheelFailedError

_NOT_OF_THE_WHEEL = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_own_wheel(folder: Path) -> Path:
    """Write the wheel of the running xlcredit into `folder`.

    Raises:
        WheelFailedError: it can neither be built nor packed.
    """
    root = Path(xlcredit.__file__).parents[2]
    if (root / "pyproject.toml").is_file():
        return _build(root, folder)
    return pack_installed(folder)


def _build(root: Path, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--disable-pip-version-check"]
    done = subprocess.run(
        [*command, "-w", str(folder), str(root)],
        capture_output=True,
        text=True,
        check=False,
    )
    built = next(folder.glob("xlcredit-*.whl"), None)
    if done.returncode or built is None:
        raise WheelFailedError(reason=last_line(done.stderr))
    return built


def last_line(text: str) -> str:
    """Where pip names what went wrong: the last line marked so, else the last that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("[notice]")]
    marked = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (marked or lines or ["pip"])[-1]


def pack_installed(folder: Path) -> Path:
    """Write the installed files, as their list names them, into a wheel again.

    Raises:
        WheelFailedError: the package was copied, not installed: there is no list.
    """
    try:
        installed = metadata.distribution("xlcredit")
    except metadata.PackageNotFoundError as error:
        raise WheelFailedError(reason=str(error)) from error
    parts = {str(path.as_posix()): path.locate() for path in installed.files or () if _belongs(path)}
    if not parts:
        raise WheelFailedError(reason="RECORD")
    wheel = folder / f"xlcredit-{installed.version}-py3-none-any.whl"
    record = f"xlcredit-{installed.version}.dist-info/RECORD"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        contents = {name: Path(str(place)).read_bytes() for name, place in sorted(parts.items())}
        for name, content in {**contents, record: _record(contents, record)}.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return wheel


def _belongs(path: metadata.PackagePath) -> bool:
    """Whether a file came with the wheel, rather than from pip or Python."""
    return ".." not in path.parts and path.suffix != ".pyc" and path.name not in _NOT_OF_THE_WHEEL


def _record(contents: dict[str, bytes], record: str) -> bytes:
    """The list that a wheel has of its files."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    for name, content in contents.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        writer.writerow([name, f"sha256={digest}", len(content)])
    writer.writerow([record, "", ""])
    return lines.getvalue().encode()
