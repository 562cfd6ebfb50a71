"""Why a ledger cannot be taken in: each refusal by name. Nothing has been written when one is raised."""

from __future__ import annotations

from typing import ClassVar

from xlcredit.errors import XlcreditError


class LedgerError(XlcreditError):
    """Base of the refusals of this package. Facts: path, and those named below."""


class LedgerMissingError(LedgerError):
    """No such file."""

    code: ClassVar[str] = "ledger-missing"


class LedgerIsFolderError(LedgerError):
    """A folder was named."""

    code: ClassVar[str] = "ledger-is-folder"


class LedgerNotAllowedError(LedgerError):
    """The operating system refuses to read the file."""

    code: ClassVar[str] = "ledger-not-allowed"


class LedgerTypeUnknownError(LedgerError):
    """Neither text, workbook nor parquet. Facts: found."""

    code: ClassVar[str] = "ledger-type-unknown"


class LedgerEmptyError(LedgerError):
    """No row at all."""

    code: ClassVar[str] = "ledger-empty"


class LedgerDamagedError(LedgerError):
    """The file is cut off or not what it claims to be. Facts: found."""

    code: ClassVar[str] = "ledger-damaged"


class LedgerPasswordError(LedgerError):
    """An encrypted workbook."""

    code: ClassVar[str] = "ledger-password"


class LedgerOldExcelError(LedgerError):
    """A workbook of Excel 97-2003."""

    code: ClassVar[str] = "ledger-old-excel"


class LedgerWebPageError(LedgerError):
    """HTML under the name of a workbook, as many ERPs export it."""

    code: ClassVar[str] = "ledger-web-page"


class LedgerTooLargeError(LedgerError):
    """A package that expands beyond all measure. Facts: found, limit (MB)."""

    code: ClassVar[str] = "ledger-too-large"


class LedgerAreaTooLargeError(LedgerError):
    """A sheet whose used area has more cells than memory should hold. Facts: sheet, found."""

    code: ClassVar[str] = "ledger-area-too-large"


class LedgerSheetMissingError(LedgerError):
    """`--sheet` names none of the sheets. Facts: found, known."""

    code: ClassVar[str] = "ledger-sheet-missing"


class LedgerNoHeaderError(LedgerError):
    """No row reads like the headers of a ledger. Facts: seen."""

    code: ClassVar[str] = "ledger-no-header"


class LedgerColumnsMissingError(LedgerError):
    """Headers were found but not what a ledger cannot do without. Facts: place, missing, seen."""

    code: ClassVar[str] = "ledger-columns-missing"


class CycleUnknownError(XlcreditError):
    """`--cycle` names none of the policy's cycles. Facts: found, known."""

    code: ClassVar[str] = "cycle-unknown"


class KindUnknownError(XlcreditError):
    """`--kind` names none of the kinds of customer. Facts: found, known."""

    code: ClassVar[str] = "kind-unknown"
