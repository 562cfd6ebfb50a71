"""File names that hold on Windows, on a share, in a zip: `<customer>_<name>_<reminder id>.docx`.

A customer's name is typed by somebody else, so nothing of it is trusted: separators, device names of Windows,
control and direction characters, trailing dots and blanks cannot get into a path. Letters are kept, accents
too (composed, NFC); what a file name cannot hold becomes an underscore.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from xlcredit.letters.errors import LetterPathTooLongError

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_PATH = 240
"""Windows opens 259 characters, Word and the Explorer fewer; some are left for a temporary suffix."""

LONGEST_NAME = 60
_LONGEST_IDENTIFIER = 40
_SHORTEST_NAME = 8

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_BLANKS = re.compile(r"[\s_]+")
_RESERVED = re.compile(
    r"(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE
)
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def safe_name(text: str, longest: int = LONGEST_NAME) -> str:
    """A text as one element of a path, never blank, at most `longest` characters.

    >>> safe_name("../../ACME: S.r.l. ")
    'ACME_S.r.l'
    >>> safe_name("con")
    '_con'
    """
    composed = unicodedata.normalize("NFC", str(text))
    visible = "".join(
        mark for mark in composed if unicodedata.category(mark) not in _INVISIBLE or mark in "\t\n\r"
    )
    plain = _BLANKS.sub("_", _FORBIDDEN.sub("_", visible))
    name = plain.lstrip("._ ")[:longest].rstrip("._ ")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"[:longest]
    return name or "_"


def letter_name(customer_id: str, customer_name: str, reminder_id: str, suffix: str = ".docx") -> str:
    """The name of a letter's file.

    >>> letter_name("C001", "Rossi & Figli S.r.l.", "S2026-00012")
    'C001_Rossi_&_Figli_S.r.l_S2026-00012.docx'
    """
    return _join(customer_id, safe_name(customer_name), reminder_id, suffix)


def letter_path(
    folder: Path, customer_id: str, customer_name: str, reminder_id: str, suffix: str = ".docx"
) -> Path:
    """Where a letter stands in `folder`; the customer's name is cut so that the whole path fits.

    Raises:
        LetterPathTooLongError: the folder alone is so deep that not even a cut name fits.
    """
    bare = folder / _join(customer_id, "", reminder_id, suffix)
    room = LONGEST_PATH - len(str(bare.absolute()))
    if room < _SHORTEST_NAME:
        raise LetterPathTooLongError(bare.absolute(), LONGEST_PATH - _SHORTEST_NAME)
    return folder / _join(customer_id, safe_name(customer_name, min(room, LONGEST_NAME)), reminder_id, suffix)


def _join(customer_id: str, name: str, reminder_id: str, suffix: str) -> str:
    """The three parts with underscores; as a whole no device name, for `CON.docx` is one too."""
    ends = (safe_name(part, _LONGEST_IDENTIFIER) for part in (customer_id, reminder_id))
    first, last = ends
    return f"{first}_{name}_{last}{suffix}"
