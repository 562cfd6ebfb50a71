"""What can go wrong between a button and its operation."""

from __future__ import annotations

from xlcredit.errors import XlcreditError


class ButtonError(XlcreditError):
    """Base of what a button itself refuses."""

    code = "button"


class NoWorkbookError(ButtonError):
    """No workbook is open that could be worked on."""

    code = "no-workbook"


class ProtectedViewError(ButtonError):
    """The workbook in front is shown in Protected View."""

    code = "protected-view"


class StoppedError(ButtonError):
    """The user pressed Esc before anything was written."""

    code = "stopped"


class NoRowsSelectedError(ButtonError):
    """A button that acts on selected rows found none; `sheets` names the sheets it works on."""

    code = "no-rows-selected"


class SheetMissingError(ButtonError):
    """The workbook has no sheet `sheet`."""

    code = "sheet-missing"


class LedgerUnsavedError(ButtonError):
    """The ledger to take over is open with changes that its file does not have."""

    code = "ledger-unsaved"


class NotRemindedError(ButtonError):
    """None of the selected rows has a reminder that counts."""

    code = "not-reminded"


class CalledOffError(Exception):
    """The user called a question off: nothing was done, and nothing is said of it."""


class SeveralCustomersError(ButtonError):
    """The selected rows belong to `count` customers where one is meant."""

    code = "several-customers"
