"""Formulas that name the add-in by a path of another computer: Excel keeps the path that they were typed with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.excel.setup.places import ADDIN_NAME, places_of

if TYPE_CHECKING:
    from xlcredit.excel.desk import Desk

_EXCEL_LINKS = 1


def repair_links(desk: Desk) -> bool:
    """Lead formulas to the functions of this computer, after a question.

    Returns:
        Whether any was led; False when none had to be, or the user declined.
    """
    named = _links(desk)
    if not named:
        return False
    home = _home(desk)
    stale = [link for link in named if link.casefold() != home.casefold()]
    if not stale or not desk.face.agrees(desk.say("confirm_links", path=stale[0])):
        return False
    for link in stale:
        desk.workbook.ChangeLink(link, home, _EXCEL_LINKS)
    return True


def _home(desk: Desk) -> str:
    """Where the functions stand: in the workbook, when it has our macros, else in this computer's add-in."""
    from xlcredit.excel.setup.machine import ThisMachine

    return str(places_of(ThisMachine()).addin) if desk.is_addin else str(desk.workbook.FullName)


def _links(desk: Desk) -> list[str]:
    """Paths of an add-in of ours in the workbook's formulas."""
    if desk.workbook is None:
        return []
    links = [str(link) for link in desk.workbook.LinkSources(_EXCEL_LINKS) or ()]
    return [link for link in links if link.lower().endswith(ADDIN_NAME.lower())]
