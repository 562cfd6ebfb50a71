"""The ribbon, each button described once: its group, its picture, what it acts on.

Labels and tips stand in the catalogue under `ribbon.groups.<group>` and `ribbon.buttons.<key>` (`label`,
`tip`). Only buttons whose operation exists are listed. The ribbon's XML, its mock-up in the README and the
Python side are made from, or checked against, this list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Size = Literal["large", "normal"]


@dataclass(frozen=True, slots=True)
class Button:
    """One button.

    Attributes:
        key: of its words and of the Python function that it calls.
        group: key of its group.
        image: an `imageMso` that every Excel since 2010 has.
        size: in the ribbon.
        needs_rows: whether it acts on the selected rows of the active table.
        writes: whether it changes the workbook.
    """

    key: str
    group: str
    image: str
    size: Size = "normal"
    needs_rows: bool = False
    writes: bool = True


BUTTONS: dict[str, Button] = {
    button.key: button
    for button in (
        Button("adopt", "file", "ImportExcel", "large", writes=False),
        Button("check", "file", "DataValidation", writes=False),
        Button("restore", "file", "Undo"),
        Button("refresh", "analysis", "RefreshAll", "large"),
        Button("worklist", "analysis", "SortDescendingExcel", "large", writes=False),
        Button("dashboard", "analysis", "ChartInsert", writes=False),
        Button("propose", "reminders", "MailMergeStartLetters", "large"),
        Button("preview", "reminders", "FilePrintPreview", "large", writes=False),
        Button("issue", "reminders", "MailMergeFinishAndMergeMenu", "large"),
        Button("send", "reminders", "FileSendAsAttachment"),
        Button("receipt", "reminders", "FileCheckIn", needs_rows=True),
        Button("cancel", "reminders", "CancelRequest", needs_rows=True),
        Button("contact", "activities", "ReviewNewComment", "large", needs_rows=True),
        Button("promise", "activities", "FunctionsDateTimeInsertGallery", needs_rows=True),
        Button("dispute", "activities", "TraceError", needs_rows=True),
        Button("plan", "activities", "FunctionsFinancialInsertGallery", needs_rows=True),
        Button("hold", "activities", "SheetProtect", needs_rows=True),
        Button("allowance", "activities", "PercentStyle", needs_rows=True),
        Button("guide", "help", "Help", "large", writes=False),
        Button("settings", "help", "ControlProperties", writes=False),
        Button("doctor", "help", "ErrorChecking", writes=False),
    )
}
"""Buttons by key, in the order of the ribbon; groups in the order of their first button."""
