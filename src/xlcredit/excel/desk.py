"""The desk of one press: the workbook that it works on, its words, and the face that it speaks through."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from xlcredit.catalogue import Catalogue
from xlcredit.errors import XlcreditError
from xlcredit.excel.errors import (
    CalledOffError,
    NoWorkbookError,
    ProtectedViewError,
    SheetMissingError,
    StoppedError,
)
from xlcredit.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlcredit.books.book import Book
    from xlcredit.excel.face import Face

_UI_LANGUAGE = 2
"""Excel's number for the language of its own interface."""
_PRIMARY = 0x3FF
"""The bits of a Windows language number that say which language, whatever the country."""
_ENGLISH = 0x09
_VISIBLE = -1


class Desk:
    """What a press works with.

    Attributes:
        face: that it speaks through.
        application: the COM object of Excel.
        workbook: the COM object of the workbook; None when none is open.
        is_addin: whether the add-in's macro called, rather than the workbook's own.
    """

    def __init__(self, face: Face, application: Any, workbook: Any, *, is_addin: bool = False) -> None:  # noqa: ANN401  COM objects
        self.face = face
        self.application = application
        self.workbook = workbook
        self.is_addin = is_addin

    @cached_property
    def book(self) -> Book:
        """The workbook as a book that shows progress and stops at Esc.

        Raises:
            NoWorkbookError, ProtectedViewError: there is nothing to work on.
        """
        from xlcredit.books.live import LiveBook
        from xlcredit.excel.watched import Watched

        return Watched(LiveBook(self.need_workbook()), self)

    def need_workbook(self) -> Any:  # noqa: ANN401  a COM object
        """The workbook.

        Raises:
            NoWorkbookError, ProtectedViewError: there is none.
        """
        if self.workbook is not None:
            return self.workbook
        if self.application.ActiveProtectedViewWindow is not None:
            raise ProtectedViewError
        raise NoWorkbookError

    @cached_property
    def words(self) -> Catalogue:
        """The words of the workbook's language; where none of its tables is ours, of Excel's."""
        try:
            language = self.book.language if any(map(self.book.has, TABLES)) else None
        except XlcreditError:
            language = None
        return Catalogue(language or interface_language(self.application))

    def need_writable(self) -> None:
        """Refuse, before anything is asked, a workbook in which nothing could be recorded.

        Raises:
            NoWorkbookError, ProtectedViewError: there is none.
            LiveBookError: what was written could not be kept.
        """
        from xlcredit.books.live.unsuitable import refuse_unsuitable

        refuse_unsuitable(self.need_workbook())

    def agree(self, key: str, **facts: Any) -> None:  # noqa: ANN401  facts are of any type
        """Ask whether to go on.

        Raises:
            CalledOffError: no.
        """
        self.face.show_status(None)
        if not self.face.agrees(self.say(key, **facts)):
            raise CalledOffError

    def say(self, key: str, **facts: Any) -> str:  # noqa: ANN401  facts are of any type
        """One of the buttons' sentences."""
        return self.words.text(f"presses.{key}", **facts)

    def step(self, key: str, percent: int) -> None:
        """Show how far a long press has come, and stop it when Esc was pressed.

        Raises:
            StoppedError: nothing has been written yet, and nothing will be.
        """
        if self.face.wants_to_stop():
            raise StoppedError
        self.show(key, percent)

    def show(self, key: str, percent: int) -> None:
        """Show how far a press has come that can no longer be stopped."""
        self.face.show_status(self.say(f"steps.{key}", percent=percent))

    def user(self) -> str | None:
        """Who sits before Excel, as Excel knows them: for the register."""
        return str(self.application.UserName).strip() or None

    def go_to(self, sheet: str) -> None:
        """Bring a sheet to the front, by its key in the catalogue; a hidden one is shown.

        Raises:
            NoWorkbookError, ProtectedViewError: there is no workbook.
            SheetMissingError: the workbook has no such sheet.
        """
        workbook, name = self.need_workbook(), self.words.sheet(sheet)
        found = next((each for each in members(workbook.Worksheets) if each.Name == name), None)
        if found is None:
            raise SheetMissingError(sheet=name)
        if found.Visible != _VISIBLE:
            found.Visible = _VISIBLE
        found.Activate()


def members(collection: Any) -> Iterator[Any]:  # noqa: ANN401  COM objects
    """What a collection of Excel's holds."""
    for number in range(1, int(collection.Count) + 1):
        yield collection.Item(number)


def interface_language(application: Any) -> str:  # noqa: ANN401  a COM object
    """The language of Excel's own interface, as far as the catalogue has it: English, else Italian."""
    number = int(application.LanguageSettings.LanguageID(_UI_LANGUAGE))
    return "en" if number & _PRIMARY == _ENGLISH else "it"
