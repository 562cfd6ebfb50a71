"""Run in the server by a test: Windows' boxes answer what the test said and are written down, Esc is pressed."""

import json
import os
from pathlib import Path

import win32api
import win32gui

ESCAPE, OK = 0x1B, 1
_PRESSED = 0x8000


def record(path, replies=(), *, front=0, escape_at=None):
    """From now on.

    Args:
        path: where boxes and opened files are written, a line of JSON each.
        replies: of the boxes, in turn; then OK.
        front: the window in front.
        escape_at: which time that Esc is asked after, counted from 0, it is pressed.
    """
    replies, asked = iter(replies), iter(range(1_000_000))

    def note(**facts):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(facts) + "\n")

    def box(window, text, title, style):
        note(window=window, text=text, title=title, style=style)
        return next(replies, OK)

    def key(which):
        return _PRESSED if which == ESCAPE and next(asked) == escape_at else 0

    win32api.MessageBox, win32api.GetAsyncKeyState = box, key
    win32gui.GetForegroundWindow = lambda: front
    os.startfile = lambda opened: note(opened=str(opened))
