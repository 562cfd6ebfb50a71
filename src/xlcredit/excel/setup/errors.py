"""What set-up refuses, before it has changed anything."""

from __future__ import annotations

from xlcredit.errors import XlcreditError


class SetupError(XlcreditError):
    """Base of what set-up refuses."""

    code = "setup"


class NotWindowsError(SetupError):
    """Buttons and formulas need Excel for Windows."""

    code = "not-windows"


class ProfileIncompleteError(SetupError):
    """The user's profile lacks the variable `variable`."""

    code = "profile-incomplete"


class ExcelRunsError(SetupError):
    """Excel is open and would keep its files from being replaced."""

    code = "excel-runs"


class StorePythonError(SetupError):
    """This Python comes from Microsoft's Store: Windows hides what it writes from Excel."""

    code = "store-python"


class PythonwMissingError(SetupError):
    """Beside the interpreter there is no pythonw.exe, which Excel starts."""

    code = "pythonw-missing"


class LibraryMissingError(SetupError):
    """The library that ties Excel to Python is not where Excel looks for it."""

    code = "library-missing"


class PathUnreadableError(SetupError):
    """Excel's macros cannot read the path of Python: it has signs outside the code page of this Windows."""

    code = "path-unreadable"


class ProfileUnreadableError(SetupError):
    """The profile's folder has signs that the macros cannot read: they would not find their configuration."""

    code = "profile-unreadable"


class SetupWriteError(SetupError):
    """A file of the installation could not be written or removed."""

    code = "setup-write"


class NotInstalledError(SetupError):
    """There is no list of what an installation wrote."""

    code = "not-installed"


class ManifestUnreadableError(SetupError):
    """The list of what the installation wrote cannot be read."""

    code = "manifest-unreadable"


class NotAPythonError(SetupError):
    """`found` is no version of Python that xlcredit runs on."""

    code = "not-a-python"


class FolderNotEmptyError(SetupError):
    """The folder to make is there already and holds something."""

    code = "folder-not-empty"


class LockMissingError(SetupError):
    """A file that the package brings along is not there."""

    code = "lock-missing"


class PinMissingError(SetupError):
    """Windows needs a package whose version the lock file does not name."""

    code = "pin-missing"


class DownloadFailedError(SetupError):
    """A wheel could not be fetched."""

    code = "download-failed"


class WheelFailedError(SetupError):
    """The wheel of xlcredit itself could not be made."""

    code = "wheel-failed"


class BundleIncompleteError(SetupError):
    """The wheels do not suffice to install."""

    code = "bundle-incomplete"
