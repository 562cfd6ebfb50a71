"""Excel kept still while cells are written: no repainting, no calculating, no macros, no typing in between."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from xlcredit.books.live.com import codes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlcredit.books.live.com import Com

_MANUAL = -4135
_STILL = {
    "Calculation": _MANUAL,
    "Interactive": False,
    "ScreenUpdating": False,
    "EnableEvents": False,
    "DisplayAlerts": False,
}
"""`Calculation` comes first, so that it is put back last: Excel then calculates as it does for its user. Excel
refuses the first two while a cell is being edited."""


@contextmanager
def quiet(application: Com) -> Iterator[None]:
    """Keep Excel still; each of its settings is put back, whatever happens in between, its status bar too."""
    with ExitStack() as stack:
        bar = application.StatusBar
        stack.callback(_put_back, application, "StatusBar", bar)
        for name, value in _STILL.items():
            before = getattr(application, name)
            if before != value:
                stack.callback(_put_back, application, name, before)
                setattr(application, name, value)
        yield


def _put_back(application: Com, name: str, value: object) -> None:
    """Put a setting back; what Excel refuses twice is let go, as the work itself is done."""
    for _ in range(2):
        try:
            setattr(application, name, value)
        except Exception as error:
            if not codes_of(error):
                raise
        else:
            return


@contextmanager
def formulas_as_given(application: Com) -> Iterator[None]:
    """Keep Excel from filling a whole column of a table with a formula that is put into one cell."""
    corrections = application.AutoCorrect
    before = corrections.AutoFillFormulasInLists
    corrections.AutoFillFormulasInLists = False
    try:
        yield
    finally:
        corrections.AutoFillFormulasInLists = before
