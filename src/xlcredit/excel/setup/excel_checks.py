"""Excel's side of the diagnosis: the add-in, what keeps macros off, other add-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit import __version__
from xlcredit.excel.setup.blocking import is_blocked
from xlcredit.excel.setup.check import doubtful, right, wrong
from xlcredit.excel.setup.errors import ManifestUnreadableError
from xlcredit.excel.setup.manifest import read_manifest
from xlcredit.excel.setup.office import SETTINGS, excel_bits, excel_program, excel_setting
from xlcredit.excel.setup.places import ADDIN_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xlcredit.excel.setup.check import Check
    from xlcredit.excel.setup.machine import Machine
    from xlcredit.excel.setup.places import Places

_SIGNED_ONLY, _OFF = 3, 4
"""Values of Excel's `VBAWarnings`: macros only with a signature, none at all."""

_NO_VBA = r"HKLM\Software\Policies\Microsoft\Office\16.0\Common"


def check_excel(machine: Machine, _places: Places) -> Check:
    """Whether there is an Excel, and how it goes with this Python."""
    program = excel_program(machine)
    if program is None:
        return doubtful("excel", "not_found")
    bits = excel_bits(machine)
    if bits is None:
        return doubtful("excel", "unreadable", path=str(program))
    case = "ok" if bits == machine.python_bits else "mixed"
    return right("excel", case, path=str(program), bits=bits, python_bits=machine.python_bits)


def check_installation(_machine: Machine, places: Places) -> Check:
    """The list of what was installed, and by which version."""
    try:
        manifest = read_manifest(places.manifest)
    except ManifestUnreadableError as error:
        return wrong("installation", "unreadable", **error.facts)
    if manifest is None:
        return wrong("installation", "missing", path=str(places.manifest))
    if manifest.version != __version__:
        return wrong("installation", "other_version", found=manifest.version, expected=__version__)
    return right("installation", version=__version__, path=str(places.manifest))


def check_addin(machine: Machine, places: Places) -> Check:
    """The add-in in Excel's start-up folder, and no second one elsewhere."""
    path = places.addin
    if not path.is_file():
        return wrong("addin", "missing", path=str(path))
    if is_blocked(path):
        return wrong("addin", "blocked", path=str(path))
    if second := next(_opened(machine, ADDIN_NAME), None):
        return wrong("addin", "twice", path=str(path), second=second)
    if _is_changed(path, places):
        return wrong("addin", "changed", path=str(path))
    return right("addin", path=str(path))


def _is_changed(path: Path, places: Places) -> bool:
    """Whether the file is not as the list has it; without a list nothing is known, and another line says so."""
    try:
        manifest = read_manifest(places.manifest)
    except ManifestUnreadableError:
        return False
    return manifest is not None and path in manifest.files and not manifest.is_untouched(path)


def check_macros(machine: Machine, _places: Places) -> Check:
    """What Excel's Trust Center or the company's rules forbid."""
    level = excel_setting(machine, "Security", "VBAWarnings")
    no_places = excel_setting(machine, r"Security\Trusted Locations", "AllLocationsDisabled") == 1
    if machine.registry(_NO_VBA).get("VBAOff") == 1:
        return wrong("macros", "no_vba")
    if level not in (_SIGNED_ONLY, _OFF):
        return right("macros")
    if no_places:
        return wrong("macros", "all_off")
    return doubtful("macros", "workbooks_off")


def check_disabled(machine: Machine, _places: Places) -> Check:
    """Whether Excel has put the add-in on its list of disabled items after a crash."""
    items = machine.registry(rf"{SETTINGS}\Resiliency\DisabledItems").values()
    name = ADDIN_NAME.lower()
    if any(name in item.decode("utf-16-le", "ignore").lower() for item in items if isinstance(item, bytes)):
        return wrong("disabled", "disabled", name=ADDIN_NAME)
    return right("disabled")


def check_neighbours(machine: Machine, places: Places) -> Check:
    """Whether xlwings' own add-in is loaded, too: it does no harm, but its buttons are not ours."""
    beside = places.addin.parent.glob("[xX][lL][wW][iI][nN][gG][sS]*.xl*")
    found = [*map(str, beside), *_opened(machine, "xlwings")]
    if found:
        return doubtful("neighbours", "present", found=found[0])
    return right("neighbours")


def _opened(machine: Machine, name: str) -> Iterator[str]:
    """Add-ins that the registry makes Excel open and whose file name begins so."""
    for key, value in machine.registry(rf"{SETTINGS}\Options").items():
        if key.upper().startswith("OPEN") and isinstance(value, str):
            path = value.replace("/R", "").strip().strip('"')
            if path.replace("/", "\\").rpartition("\\")[2].lower().startswith(name.lower()):
                yield path
