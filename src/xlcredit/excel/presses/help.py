"""The group of help: the guide, the settings, the diagnosis of the installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.excel.face import Answer

if TYPE_CHECKING:
    from xlcredit.excel.desk import Desk


def guide(desk: Desk) -> None:
    """Go to the guide: the sheet is the answer."""
    desk.go_to("guide")


def settings(desk: Desk) -> None:
    """Go to the settings: the sheet is the answer."""
    desk.go_to("settings")
