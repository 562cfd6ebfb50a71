"""Undoing an installation: exactly what its list names, and nothing that the user has changed since."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlcredit.excel.setup.errors import ExcelRunsError, NotInstalledError, NotWindowsError, SetupWriteError
from xlcredit.excel.setup.manifest import read_manifest
from xlcredit.excel.setup.office import excel_runs
from xlcredit.excel.setup.places import is_private, places_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from xlcredit.excel.setup.machine import Machine
    from xlcredit.excel.setup.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Uninstalled:
    """What was undone.

    Attributes:
        removed: files and folders that are gone.
        changed: files that the user has changed since, and that stay.
        environment: the private environment that this Python runs in and cannot remove itself; None when it is
            not ours to remove.
        command: the batch file that may be what runs, and that goes with the environment; None when it is gone.
    """

    removed: tuple[Path, ...]
    changed: tuple[Path, ...]
    environment: Path | None
    command: Path | None = None


def uninstall(machine: Machine, *, leaves_command: bool = False) -> Uninstalled:
    """Remove what `install` wrote for the user of this profile.

    Args:
        machine: the computer.
        leaves_command: leave the command `xlcredit` to the last step that removes the environment: Windows
            complains when a batch file that runs is gone.

    Raises:
        NotWindowsError, ExcelRunsError, NotInstalledError, ManifestUnreadableError: nothing has been changed.
        SetupWriteError: a file could not be removed; running it again goes on.
    """
    if machine.system != "win32":
        raise NotWindowsError
    places = places_of(machine)
    manifest = read_manifest(places.manifest)
    environment = places.environment if is_private(machine, places) else None
    if manifest is None and environment is None:
        raise NotInstalledError(path=str(places.manifest))
    if excel_runs(machine):
        raise ExcelRunsError
    files = manifest.files if manifest else {}
    changed = tuple(path for path in files if _is_changed(path, manifest))
    waits = leaves_command and environment is not None and places.command in files
    command = places.command if waits and places.command not in changed else None
    ours = [path for path in files if path not in changed and path != command]
    logs = sorted(places.data.glob(f"{places.log.name}*"))
    gone = [path for path in (*ours, *logs, places.manifest) if _remove(path)]
    gone += _remove_previews(places.previews)
    gone += _remove_empty((*(manifest.folders if manifest else ()), places.data))
    return Uninstalled(tuple(gone), changed, environment, command)


def _is_changed(path: Path, manifest: Manifest | None) -> bool:
    return manifest is not None and path.exists() and not manifest.is_untouched(path)


def _remove(path: Path) -> bool:
    """Remove a file; whether there was one."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise SetupWriteError(path=str(path), reason=error.strerror or str(error)) from error
    return True


def _remove_previews(folder: Path) -> list[Path]:
    """Letters that were only looked at name people and amounts; one that Word has open stays."""
    was_there = folder.is_dir()
    shutil.rmtree(folder, ignore_errors=True)
    return [folder] if was_there and not folder.exists() else []


def _remove_empty(folders: Iterable[Path]) -> list[Path]:
    """Remove the folders that nothing is left in, inner ones first."""
    gone = []
    for folder in sorted(set(folders), key=lambda folder: len(folder.parts), reverse=True):
        with contextlib.suppress(OSError):
            folder.rmdir()
            gone.append(folder)
    return gone
