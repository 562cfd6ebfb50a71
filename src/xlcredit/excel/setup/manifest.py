"""The list of what an installation wrote, so that removing it undoes exactly that.

It is written before the files are: an installation that is interrupted can be undone as well.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xlcredit.excel.setup.errors import ManifestUnreadableError


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was written.

    Attributes:
        version: of the package that wrote it.
        language: of the add-in.
        files: path -> SHA-256 of what was written there.
        folders: folders that were made for them, outer ones first.
    """

    version: str
    language: str
    files: dict[Path, str] = field(default_factory=dict)
    folders: tuple[Path, ...] = ()

    def is_untouched(self, path: Path) -> bool:
        """Whether the file is still as it was written; one that is gone is not."""
        try:
            return digest(path.read_bytes()) == self.files[path]
        except OSError:
            return False

    def as_json(self) -> dict[str, Any]:
        """As the file has it."""
        return {
            "version": self.version,
            "language": self.language,
            "files": [{"path": str(path), "sha256": known} for path, known in self.files.items()],
            "folders": [str(folder) for folder in self.folders],
        }

    def write(self, path: Path) -> None:
        """Keep it at `path`."""
        path.write_text(json.dumps(self.as_json(), ensure_ascii=False, indent=2) + "\n", "utf-8")


def read_manifest(path: Path) -> Manifest | None:
    """The list at `path`; None when there is none.

    Raises:
        ManifestUnreadableError: it is damaged.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestUnreadableError(path=str(path)) from error
    try:
        known = json.loads(text)
        return Manifest(
            str(known["version"]),
            str(known["language"]),
            {Path(entry["path"]): str(entry["sha256"]) for entry in known["files"]},
            tuple(map(Path, known["folders"])),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ManifestUnreadableError(path=str(path)) from error


def digest(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
