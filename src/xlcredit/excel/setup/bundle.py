"""A folder to install from without a network: install.cmd, the wheels for Windows, a page that explains.

    install.cmd  LEGGIMI.txt  README.txt  python.txt (the version of Python it is for)
    wheels/      xlcredit and everything it requires on Windows, in the versions of requirements.lock; SHA256SUMS

Requirements are followed from wheel to wheel until none is missing, so the set is complete by construction.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from xlcredit import __version__
from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.excel.setup.errors import (
    BundleIncompleteError,
    DownloadFailedError,
    FolderNotEmptyError,
    LockMissingError,
    NotAPythonError,
    PinMissingError,
)
from xlcredit.excel.setup.own_wheel import last_line, write_own_wheel
from xlcredit.excel.setup.wheels import PLATFORM, missing_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Fetch = Callable[[Iterable[str], Path, str], None]
    """Brings pinned requirements (`name==1.0`) as wheels into a folder, for a version of Python."""

_OLDEST_MINOR = 11
_VERSION = re.compile(r"3\.(\d{1,2})")
_PIN = re.compile(r"([A-Za-z0-9._-]+)==([^\s;#]+)")
_PAGES = {"it": "LEGGIMI.txt", "en": "README.txt"}


@dataclass(frozen=True, slots=True)
class Bundle:
    """A folder that was made.

    Attributes:
        wheels: file names of the wheels.
        size: of them all, in bytes.
    """

    wheels: list[str]
    size: int


def parse_python(text: str) -> str:
    """A version of Python as "3.12".

    Raises:
        NotAPythonError: it is none, or an older one than xlcredit runs on.
    """
    found = _VERSION.fullmatch(text.strip())
    if found is None or int(found[1]) < _OLDEST_MINOR:
        raise NotAPythonError(found=text)
    return found[0]


def make_bundle(
    folder: Path,
    python: str,
    *,
    write_wheel: Callable[[Path], Path] | None = None,
    fetch: Fetch | None = None,
) -> Bundle:
    """Make the folder, entirely or not at all.

    Args:
        folder: a new or empty folder.
        python: the version of Python on the computers to install on.
        write_wheel: writes the wheel of xlcredit into a folder; from the running one by default.
        fetch: brings the other wheels; pip by default.

    Raises:
        SetupError: it cannot be made; `folder` is as it was.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmptyError(path=str(folder))
    pins = read_pins(shipped("requirements.lock"))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        made = Path(scratch) / "bundle"
        wheels = made / "wheels"
        wheels.mkdir(parents=True)
        (write_wheel or write_own_wheel)(wheels)
        _fetch_required(wheels, python, pins, fetch or fetch_with_pip)
        check_bundle(made, python)
        _write_pages(made, python)
        if folder.exists():
            folder.rmdir()
        shutil.move(made, folder)
    return _made(folder)


def _fetch_required(wheels: Path, python: str, pins: dict[str, str], fetch: Fetch) -> None:
    """Follow the requirements from wheel to wheel until a round brings nothing new."""
    asked: set[str] = set()
    while names := {canonicalize_name(one.name) for one in missing_from(_in(wheels), python)} - asked:
        for name in sorted(names):
            if name not in pins:
                raise PinMissingError(name=name)
        fetch([f"{name}=={pins[name]}" for name in sorted(names)], wheels, python)
        asked |= names


def check_bundle(folder: Path, python: str) -> None:
    """Check that the wheels in the folder suffice to install xlcredit on Windows.

    Raises:
        BundleIncompleteError: with what is missing, or there in a version that does not do.
    """
    wheels = _in(folder / "wheels")
    own = [wheel for wheel in wheels if wheel.name.startswith("xlcredit-")]
    missing = [str(required) for required in missing_from(wheels, python)]
    if missing or not own:
        raise BundleIncompleteError(missing=", ".join(missing or ["xlcredit"]))


def read_pins(lock: Path) -> dict[str, str]:
    """The versions of a lock file by canonical name; lines for Windows alone count as the others."""
    found = map(_PIN.match, lock.read_text("utf-8").splitlines())
    return {canonicalize_name(pin[1]): pin[2] for pin in found if pin}


def shipped(name: str) -> Path:
    """A file of the project that the package brings along; in a checkout it stands at its top.

    Raises:
        LockMissingError: it is in neither place.
    """
    places = (Path(str(files("xlcredit") / name)), Path(__file__).parents[4] / name)
    found = next((path for path in places if path.is_file()), None)
    if found is None:
        raise LockMissingError(name=name, path=str(places[0]))
    return found


def fetch_with_pip(pins: Iterable[str], folder: Path, python: str) -> None:
    """Download wheels for Windows, without what they require.

    Raises:
        DownloadFailedError: pip could not, with what it said.
    """
    command = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps"]
    target = ["--platform", PLATFORM, "--python-version", python, "--implementation", "cp"]
    done = subprocess.run(
        [*command, *target, "--only-binary=:all:", "-d", str(folder), *pins],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DownloadFailedError(reason=last_line(done.stderr), python=python)


def _write_pages(folder: Path, python: str) -> None:
    """install.cmd, the pages that explain, the version of Python, and the sums."""
    shutil.copyfile(shipped("install.cmd"), folder / "install.cmd")
    for language in LANGUAGES:
        text = Catalogue(language).text("setup.readme", version=__version__, python=python)
        (folder / _PAGES[language]).write_text(f"{text}\n", "utf-8-sig", newline="\r\n")
    (folder / "python.txt").write_text(f"{python}\n", "ascii", newline="\r\n")
    sums = [
        f"{hashlib.sha256(wheel.read_bytes()).hexdigest()} *{wheel.name}\n"
        for wheel in _in(folder / "wheels")
    ]
    (folder / "wheels" / "SHA256SUMS").write_text("".join(sums), "utf-8", newline="\n")


def _made(folder: Path) -> Bundle:
    wheels = _in(folder / "wheels")
    return Bundle([wheel.name for wheel in wheels], sum(wheel.stat().st_size for wheel in wheels))


def _in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.whl"))
