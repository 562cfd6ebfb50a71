"""Formulas that name the add-in by a path of another computer: Excel keeps the path that they were typed with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.excel.setup.places import ADDIN_NAME

if TYPE_CHECKING:
    from xlcredit.excel.desk import Desk

_EXCEL_LINKS = 1


def repair_links(desk: Desk) -> bool:
    """Lead formulas to the functions of this computer, after a question.

    Returns:
        Whether any was led; False when none had to be, or the user declined.
    """
    stale = _stale_links(desk)
    if not stale or not desk.face.agrees(desk.say("confirm_links", path=stale[0])):
        return False
    for link in stale:
        desk.workbook.ChangeLink(link, str(desk.project.FullName), _EXCEL_LINKS)
    return True


def _stale_links(desk: Desk) -> list[str]:
    """Paths of the add-in in the workbook's formulas other than that of the macros in use."""
    if desk.workbook is None:
        return []
    own = str(desk.project.FullName).casefold()
    links = [str(link) for link in desk.workbook.LinkSources(_EXCEL_LINKS) or ()]
    return [link for link in links if link.lower().endswith(ADDIN_NAME.lower()) and link.casefold() != own]
