"""Windows' mark on files that came from the internet or by e-mail: Excel keeps the macros of such files off.

The mark is a second stream of the file, `name:Zone.Identifier`, whose `ZoneId` is 3 or 4.
"""

from __future__ import annotations

import re
from pathlib import Path

_STREAM = ":Zone.Identifier"
_FROM_OUTSIDE = re.compile(r"^\s*ZoneId\s*=\s*[34]\s*$", re.MULTILINE)


def is_blocked(path: Path) -> bool:
    """Whether Excel will keep the macros of the file off."""
    try:
        mark = _mark(path).read_text("utf-8", "replace")
    except OSError:
        return False
    return bool(_FROM_OUTSIDE.search(mark))


def unblock(path: Path) -> bool:
    """Take the mark off, as "Unblock" in the file's properties does; whether there was one."""
    try:
        _mark(path).unlink()
    except OSError:
        return False
    return True


def _mark(path: Path) -> Path:
    return Path(f"{path}{_STREAM}")
