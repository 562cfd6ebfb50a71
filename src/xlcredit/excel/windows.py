"""Excel's own face: Windows' message boxes before Excel's window, its input box, file dialog and status bar."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlcredit.excel.face import Answer, Tone

_OK, _YES_NO = 0x00, 0x04
_YES = 6
_ICONS: dict[Tone, int] = {"done": 0x40, "look": 0x30, "failed": 0x30}
_QUESTION = 0x20
_IN_FRONT = 0x10000
"""Flags and answers of Windows' `MessageBox`."""

_LONGEST_QUESTION = 254
"""Characters that Excel's input box takes."""

_FOLDER_PICKER = 4
"""Office's number for its dialog of folders."""

_ESCAPE = 0x1B
_PRESSED = 0x8001
"""Down now, or pressed since the last time this was asked."""


class ExcelFace:
    """The face of the Excel whose button was pressed.

    Attributes:
        application: the COM object.
        title: of every box.
    """

    def __init__(self, application: Any, title: str) -> None:  # noqa: ANN401  a COM object
        self.application = application
        self.title = title
        self._window = int(application.Hwnd)
        self.wants_to_stop()  # forgets an Esc from before the press

    def tell(self, answer: Answer) -> None:
        """Show a message until it is read."""
        self._box(answer.text, _OK | _ICONS[answer.tone])

    def agrees(self, question: str) -> bool:
        """Ask a question answered by yes or no."""
        return self._box(question, _YES_NO | _QUESTION) == _YES

    def ask_text(self, question: str) -> str | None:
        """Ask for a line of text in Excel's input box."""
        answer = self.application.InputBox(question[:_LONGEST_QUESTION], self.title)
        return None if answer is False else str(answer).strip()

    def ask_file(self, title: str, kinds: str) -> Path | None:
        """Ask for an existing file in Excel's dialog."""
        chosen = self.application.GetOpenFilename(kinds, 1, title)
        return None if chosen is False else Path(chosen)

    def ask_folder(self, title: str) -> Path | None:
        """Ask for an existing folder in Office's dialog."""
        dialog = self.application.FileDialog(_FOLDER_PICKER)
        dialog.Title = title
        return Path(str(dialog.SelectedItems.Item(1))) if dialog.Show() else None

    def show_status(self, text: str | None) -> None:
        """Show a line in Excel's status bar."""
        self.application.StatusBar = False if text is None else text

    def wants_to_stop(self) -> bool:
        """Whether Esc was pressed since the last time, while Excel stood in front."""
        import win32api
        import win32gui
        import win32process

        pressed = bool(win32api.GetAsyncKeyState(_ESCAPE) & _PRESSED)
        _, front = win32process.GetWindowThreadProcessId(win32gui.GetForegroundWindow())
        _, excel = win32process.GetWindowThreadProcessId(self._window)
        return pressed and bool(front == excel)

    def open(self, path: Path) -> bool:
        """Open a file or folder as a double click does."""
        if sys.platform != "win32":
            return False
        try:
            os.startfile(path)  # noqa: S606  what a double click does
        except OSError:
            return False
        return True

    def _box(self, text: str, style: int) -> int:
        import win32api

        return int(win32api.MessageBox(self._window, text, self.title, style | _IN_FRONT))
