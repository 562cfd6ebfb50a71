"""Wheels: what each requires on Windows, and whether a set of them is complete.

Requirements are read from the wheels themselves and judged as pip would on the computer to install on, not on
this one: what Windows alone needs (pywin32, tzdata, colorama) counts.
"""

from __future__ import annotations

import zipfile
from email.parser import HeaderParser
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.tags import compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PLATFORM = "win_amd64"


def requirements_of(wheel: Path, python: str) -> list[Requirement]:
    """What the wheel requires on Windows under Python `python` ("3.12"), extras left out."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        lines = HeaderParser().parsestr(archive.read(name).decode("utf-8")).get_all("Requires-Dist", [])
    return needed_on_windows(lines, python)


def needed_on_windows(lines: Iterable[str], python: str) -> list[Requirement]:
    """Those of the requirements that count on Windows under Python `python`.

    >>> lines = ['tzdata; sys_platform == "win32"', 'uvloop; os_name != "nt"']
    >>> [one.name for one in needed_on_windows(lines, "3.12")]
    ['tzdata']
    """
    environment = _windows(python)
    required = map(Requirement, lines)
    return [one for one in required if one.marker is None or one.marker.evaluate(environment)]


def _windows(python: str) -> dict[str, str]:
    """The variables of markers on the computer to install on."""
    return {
        "os_name": "nt",
        "sys_platform": "win32",
        "platform_system": "Windows",
        "platform_machine": "AMD64",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "python_version": python,
        "python_full_version": f"{python}.0",
        "extra": "",
    }


def missing_from(wheels: Iterable[Path], python: str) -> list[Requirement]:
    """Requirements of the wheels that none of them meets on Windows under Python `python`."""
    usable = [wheel for wheel in wheels if fits(wheel, python)]
    versions = {canonicalize_name(parse_wheel_filename(wheel.name)[0]): wheel for wheel in usable}
    missing = {}
    for required in (one for wheel in usable for one in requirements_of(wheel, python)):
        wheel = versions.get(canonicalize_name(required.name))
        if wheel is None or not required.specifier.contains(
            parse_wheel_filename(wheel.name)[1], prereleases=True
        ):
            missing[str(required)] = required
    return list(missing.values())


def fits(wheel: Path, python: str) -> bool:
    """Whether the wheel can be installed on Windows of 64 bits under Python `python`."""
    major, minor = map(int, python.split("."))
    tags = {
        *cpython_tags((major, minor), platforms=[PLATFORM]),
        *compatible_tags((major, minor), f"cp{major}{minor}", [PLATFORM]),
    }
    return not tags.isdisjoint(parse_wheel_filename(wheel.name)[3])
