"""A workbook on this computer: does it go with the installed program, and what keeps its macros off?"""

from __future__ import annotations

import re
import zipfile
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from xlcredit import __version__
from xlcredit.excel.setup.blocking import is_blocked
from xlcredit.excel.setup.check import doubtful, right, wrong
from xlcredit.excel.setup.places import ADDIN_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xlcredit.excel.setup.check import Check
    from xlcredit.excel.setup.machine import Machine

_CLOUD = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
_LINKS = re.compile(r"xl/externalLinks/_rels/[^/]+\.rels")
_RELATION = re.compile(r'<Relationship (?=[^>]*\bTarget="([^"]*)")([^>]*)>')
"""A relationship: its target, and all that it says."""

_STARTUP = "/xlExternalLinkPath/xlStartup"
"""Kind of a link to a file in Excel's start-up folder, whichever computer that is on."""

_DRIVE = re.compile(r"^(file:///)?([a-z]:)?")
_BUILT = re.compile(r'name="xlcredit"[^>]*>\s*<[^>]*>([^<]*)<')


def check_book(machine: Machine, path: Path, addin: Path | None = None) -> list[Check]:
    """The lines on a workbook; one line when it cannot be looked into.

    Args:
        machine: the computer.
        path: of the workbook.
        addin: of the add-in on this computer; None where there is none.
    """
    if not path.is_file():
        return [wrong("book", "missing", path=str(path))]
    try:
        with zipfile.ZipFile(path) as package:
            built, links = _built_with(package), list(_links(package))
    except (OSError, zipfile.BadZipFile):
        return [wrong("book", "unreadable", path=str(path))]
    return [
        _check_version(path, built),
        _check_mark(path),
        _check_cloud(machine, path),
        _check_links(addin, links),
    ]


def _check_version(path: Path, built: str | None) -> Check:
    if built is None:
        return right("book", "foreign", path=str(path))
    if _series(built) != _series(__version__):
        return wrong("book", "other_version", built=built, installed=__version__)
    return right("book", version=built)


def _series(version: str) -> list[str]:
    """A repair release goes with every workbook of its series: 0.1.7 -> 0.1."""
    return version.split(".")[:2]


def _check_mark(path: Path) -> Check:
    if is_blocked(path):
        return wrong("book_blocked", "blocked", path=str(path))
    return right("book_blocked")


def _check_cloud(machine: Machine, path: Path) -> Check:
    """Excel knows a file in a synchronised folder by its web address, and others may have it open."""
    folders = [PurePath(folder) for name in _CLOUD if (folder := machine.environment.get(name))]
    if any(folder in path.absolute().parents for folder in folders):
        return doubtful("book_cloud", "synchronised", path=str(path))
    return right("book_cloud")


def _check_links(addin: Path | None, links: list[str]) -> Check:
    """Formulas keep the path of the add-in that they were typed with; on another computer it is another one."""
    foreign = [link for link in links if addin is None or _plain(link) != _plain(str(addin))]
    if foreign:
        return wrong("book_links", "elsewhere", found=foreign[0], name=ADDIN_NAME)
    return right("book_links")


def _plain(path: str) -> str:
    """A path as links and Windows both have it: without drive, in lower case."""
    return _DRIVE.sub("", path.replace("\\", "/").lower())


def _links(package: zipfile.ZipFile) -> Iterator[str]:
    """Paths of the add-in that formulas of the workbook name; one in "the start-up folder" is right everywhere."""
    for name in filter(_LINKS.fullmatch, package.namelist()):
        for target, said in _RELATION.findall(package.read(name).decode("utf-8", "replace")):
            if unquote(target).lower().endswith(ADDIN_NAME.lower()) and _STARTUP not in said:
                yield unquote(target)


def _built_with(package: zipfile.ZipFile) -> str | None:
    """The version of xlcredit that built the workbook; None for one that it did not build."""
    try:
        properties = package.read("docProps/custom.xml").decode("utf-8", "replace")
    except KeyError:
        return None
    found = _BUILT.search(properties)
    return found[1].strip() if found else None
