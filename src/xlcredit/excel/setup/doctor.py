"""The diagnosis: what keeps buttons and formulas from working, line by line, each with its remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.excel.setup.book_checks import check_book
from xlcredit.excel.setup.check import right, wrong
from xlcredit.excel.setup.errors import ProfileIncompleteError
from xlcredit.excel.setup.excel_checks import (
    check_addin,
    check_disabled,
    check_excel,
    check_installation,
    check_macros,
    check_neighbours,
)
from xlcredit.excel.setup.files_checks import check_log, check_templates
from xlcredit.excel.setup.places import places_of
from xlcredit.excel.setup.python_checks import (
    check_configuration,
    check_library,
    check_long_paths,
    check_python,
    check_pywin32,
    check_start,
    check_xlwings,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlcredit.excel.setup.check import Check
    from xlcredit.excel.setup.machine import Machine
    from xlcredit.excel.setup.places import Places

_ON_WINDOWS: tuple[Callable[[Machine, Places], Check], ...] = (
    check_python,
    check_long_paths,
    check_installation,
    check_configuration,
    check_library,
    check_pywin32,
    check_xlwings,
    check_start,
    check_excel,
    check_addin,
    check_macros,
    check_disabled,
    check_neighbours,
)


def diagnose(machine: Machine, book: Path | None = None) -> list[Check]:
    """Look at everything that buttons and formulas need; nothing is changed.

    Args:
        machine: the computer.
        book: a workbook to look at as well.

    Returns:
        One check a line, in the order in which they should be mended.
    """
    addin = None
    try:
        places = places_of(machine) if machine.system == "win32" else None
    except ProfileIncompleteError as error:
        checks = [wrong("profile", "incomplete", **error.facts)]
    else:
        addin = places.addin if places else None
        checks = [_looked(look, machine, places) for look in _ON_WINDOWS] if places else [_elsewhere(machine)]
    checks += [check_templates(), check_log()]
    return checks if book is None else [*checks, *check_book(machine, book, addin)]


def _elsewhere(machine: Machine) -> Check:
    return right("system", "mac" if machine.system == "darwin" else "other")


def _looked(look: Callable[[Machine, Places], Check], machine: Machine, places: Places) -> Check:
    """A check that cannot be made is a fault as well."""
    try:
        return look(machine, places)
    except OSError as error:
        key = look.__name__.removeprefix("check_")
        return wrong("unseen", "failed", what=key, reason=error.strerror or str(error))
