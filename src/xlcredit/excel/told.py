"""How many of something a message names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN = 5
"""Names in a message; dots stand for the others."""


def listed(names: Sequence[str]) -> str:
    """The first names.

    >>> listed(["Alfa", "Beta"])
    'Alfa, Beta'
    """
    return ", ".join(names[:SHOWN]) + ("…" if len(names) > SHOWN else "")
