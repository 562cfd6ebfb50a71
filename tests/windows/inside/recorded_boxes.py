"""Run in the server by a test: Windows' boxes answer what the test said and are written down, Esc is pressed."""

import json
import os
import sys
from pathlib import Path

import win32api
import win32gui

ESCAPE = 0x1B


def record(path, replies=(), escape_at=None):
    """From now on.

    Args:
        path: where boxes and opened files are written, a line of JSON each.
        replies: of the boxes, in turn; then OK.
        escape_at: the how manieth time that Esc is asked after it was pressed.
    """
    replies, asked = iter(replies), iter(range(1_000_000))

    def note(**facts):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(facts) + "\n")

    def box(window, text, title, style):
        note(text=text, title=title, style=style, window=window)
        return next(replies, 1)

    def key(which):
        return 0x8000 if which == ESCAPE and next(asked) == escape_at else 0

    win32api.MessageBox, win32api.GetAsyncKeyState = box, key
    os.startfile = lambda opened: note(opened=str(opened))
    if escape_at is not None:
        win32gui.GetForegroundWindow = sys.modules["xlwings._xlwindows"].BOOK_CALLER.Application.Hwnd.__int__
