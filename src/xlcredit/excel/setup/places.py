"""Where things stand in a user's profile on Windows; nothing needs an administrator's rights.

Excel opens whatever lies in its start-up folder (XLSTART), which it also trusts; nothing is entered in the
registry for it, so nothing has to be taken out, and a repair of Office does not lose it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlcredit.excel.setup.errors import ProfileIncompleteError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlcredit.excel.setup.machine import Machine

ADDIN_NAME = "XLCredit.xlam"
WORKBOOK_NAME = "CreditControl.xlsm"
PREVIEWS = "xlcredit-preview"
"""The folder of letters that were only looked at, among the temporary files."""

_SHELL_FOLDERS = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"


@dataclass(frozen=True, slots=True)
class Places:
    """The files and folders of an installation.

    Attributes:
        data: everything of ours that is not prescribed elsewhere.
        addin: the add-in, in Excel's start-up folder.
        config: the file that the macros read.
        commands: a folder that every Windows 10 has on the user's path.
        documents: the user's documents.
        previews: letters that were only looked at.
    """

    data: Path
    addin: Path
    config: Path
    commands: Path
    documents: Path
    previews: Path

    @property
    def manifest(self) -> Path:
        """The list of what was written."""
        return self.data / "install.json"

    @property
    def log(self) -> Path:
        """The log; older ones stand beside it, with a number more in their names."""
        return self.data / "xlcredit.log"

    @property
    def environment(self) -> Path:
        """The private Python environment that install.cmd makes."""
        return self.data / "env"

    @property
    def command(self) -> Path:
        """The command `xlcredit` for every window of the prompt."""
        return self.commands / "xlcredit.cmd"

    @property
    def workbook(self) -> Path:
        """The ready workbook, where asked for."""
        return self.documents / WORKBOOK_NAME


def places_of(machine: Machine) -> Places:
    """The places of the user whose variables `machine` has.

    Raises:
        ProfileIncompleteError: a variable that Windows always sets is missing.
    """
    local, roaming = _folder(machine, "LOCALAPPDATA"), _folder(machine, "APPDATA")
    profile = _folder(machine, "USERPROFILE")
    return Places(
        data=local / "xlcredit",
        addin=roaming / "Microsoft" / "Excel" / "XLSTART" / ADDIN_NAME,
        config=profile / ".xlcredit" / "xlcredit.conf",
        commands=local / "Microsoft" / "WindowsApps",
        documents=_documents(machine) or profile / "Documents",
        previews=Path(machine.environment.get("TEMP") or local / "Temp") / PREVIEWS,
    )


def pythonw_of(machine: Machine) -> Path:
    """The interpreter without a window, which Excel starts: beside the one that runs."""
    return machine.python.with_name("pythonw.exe")


def is_private(machine: Machine, places: Places) -> bool:
    """Whether the Python that runs is the environment that install.cmd made."""
    own, ours = machine.python.parent.parent, places.environment
    return own.is_dir() and ours.is_dir() and own.samefile(ours)


def _folder(machine: Machine, variable: str) -> Path:
    value = machine.environment.get(variable)
    if not value:
        raise ProfileIncompleteError(variable=variable)
    return Path(value)


def _documents(machine: Machine) -> Path | None:
    """The documents folder as Windows has it: OneDrive and companies move it."""
    value = machine.registry(_SHELL_FOLDERS).get("Personal")
    if not isinstance(value, str):
        return None
    path = expanded(value, machine.environment)
    return None if "%" in path else Path(path)


def expanded(text: str, variables: Mapping[str, str]) -> str:
    """`text` with each `%NAME%` replaced, as Windows does; unknown names stay."""
    known = {name.upper(): value for name, value in variables.items()}
    return re.sub(r"%([^%]+)%", lambda match: known.get(match[1].upper(), match[0]), text)
