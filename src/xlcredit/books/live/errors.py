"""Why a workbook that is open in Excel cannot be read or changed; its tables are as they were."""

from __future__ import annotations

from xlcredit.books.errors import BookError, InTheWayError


class LiveBookError(BookError):
    """Base of every error about a workbook that is open in Excel."""

    code = "live-book"


class ExcelBusyError(LiveBookError):
    """Excel takes no orders: a cell is being edited, a dialog is open."""

    code = "excel-busy"


class ExcelGoneError(LiveBookError):
    """Excel was closed while it was worked with."""

    code = "excel-gone"


class ExcelRefusedError(LiveBookError):
    """Excel refused something, for `reason`, its own words."""

    code = "excel-refused"


class NeverSavedError(LiveBookError):
    """The workbook `name` has never been saved: it stands in no folder."""

    code = "live-never-saved"


class OnlineBookError(LiveBookError):
    """The workbook stands at a web address: OneDrive, SharePoint, Teams."""

    code = "live-online"


class AutoSavedBookError(LiveBookError):
    """The workbook saves itself while it is changed, and others may write in it at the same time."""

    code = "live-autosave"


class OpenedReadOnlyError(LiveBookError):
    """The workbook is open for reading only."""

    code = "live-read-only"


class SharedBookError(LiveBookError):
    """The workbook is shared the old way: several people change it at once, tables cannot grow."""

    code = "live-shared"


class SheetProtectedError(LiveBookError):
    """The sheet `sheet` is protected."""

    code = "sheet-protected"


class TableFilteredError(LiveBookError):
    """The table on `sheet` has a filter that could not be put back after it was taken away."""

    code = "table-filtered"


class CellNotKeptError(InTheWayError):
    """Excel made something else of what was written into `cell` of `sheet`."""

    code = "cell-not-kept"


class SheetsGoneError(LiveBookError):
    """Tables of `sheets` have gone since the copy was kept: cells can be put back, sheets cannot."""

    code = "live-sheets-gone"


class NotSavedError(LiveBookError):
    """Excel could not save the workbook, for `reason`, its own words."""

    code = "live-not-saved"
