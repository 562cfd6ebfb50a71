"""Why a workbook cannot be read or written; whichever it is, nothing has changed on disk.

The facts are named as the wordings need them: `path`, `part` (inside the package), `sheet`, `cell`, `reason`.
"""

from __future__ import annotations

from xlcredit.errors import XlcreditError


class BookError(XlcreditError):
    """Base of every error about a closed workbook."""

    code = "book"


class BookNotFoundError(BookError):
    """There is no file at `path`."""

    code = "book-not-found"


class NotAWorkbookError(BookError):
    """The file at `path` is no .xlsx or .xlsm."""

    code = "not-a-workbook"


class OldFormatError(BookError):
    """An .xls or .xlsb file: formats of Excel that are not read."""

    code = "book-old-format"


class EncryptedBookError(BookError):
    """The workbook asks for a password to be opened."""

    code = "book-encrypted"


class BookIsOpenError(BookError):
    """`user` has the workbook open: the owner file `owner_file` stands beside it."""

    code = "book-is-open"


class BookInUseError(BookError):
    """Another run of xlcredit (`holder`) works on the workbook."""

    code = "book-in-use"


class DamagedBookError(BookError):
    """`part` of the package cannot be read, for `reason`."""

    code = "book-damaged"


class BookTooLargeError(BookError):
    """`part` unpacks to more than any honest workbook needs."""

    code = "book-too-large"


class UnsafeXmlError(BookError):
    """`part` declares a document type or entities, which no Excel file does."""

    code = "book-unsafe-xml"


class PrefixedXmlError(BookError):
    """`part` uses a namespace prefix for the spreadsheet's own elements."""

    code = "book-prefixed-xml"


class TableNotFoundError(BookError):
    """The workbook has no table `table`."""

    code = "table-not-found"


class ColumnNotFoundError(BookError):
    """The table `table` has no column `column`."""

    code = "column-not-found"


class RowsDifferError(BookError):
    """A column to write has `found` values for the `expected` rows of `table`."""

    code = "rows-differ"


class CellNotWritableError(BookError):
    """`value` is nothing that a cell can hold."""

    code = "cell-not-writable"


class InTheWayError(BookError):
    """Base of what stands in cells that are to be written and must not be overwritten: `sheet`, `cell`."""

    code = "in-the-way"


class ArrayFormulaError(InTheWayError):
    """An array formula, or a range filled by one."""

    code = "array-formula-in-the-way"


class SharedFormulaError(InTheWayError):
    """Part of a formula shared by several cells."""

    code = "shared-formula-in-the-way"


class CellMetadataError(InTheWayError):
    """A cell with metadata: a dynamic array, a linked data type, a picture in a cell."""

    code = "cell-metadata-in-the-way"


class MergedCellsError(InTheWayError):
    """Merged cells where rows are to be added."""

    code = "merged-cells-in-the-way"


class ContentBelowError(InTheWayError):
    """Something is written below the table where it has to grow."""

    code = "content-below-table"


class TotalsRowError(BookError):
    """The table that has to grow or shrink ends with a totals row."""

    code = "totals-row-in-the-way"


class SheetFullError(BookError):
    """The table would need more rows than a sheet has."""

    code = "sheet-full"


class BookChangedError(BookError):
    """The file changed between reading and writing."""

    code = "book-changed-meanwhile"


class BookReadOnlyError(BookError):
    """The file is marked as read-only."""

    code = "book-read-only"


class FolderReadOnlyError(BookError):
    """No file can be written in the workbook's folder."""

    code = "folder-read-only"


class DiskFullError(BookError):
    """The disk, or the quota on it, is full."""

    code = "disk-full"


class WriteFailedError(BookError):
    """Writing failed for `reason`, the operating system's words."""

    code = "write-failed"


class ReadFailedError(BookError):
    """Reading failed for `reason`, the operating system's words."""

    code = "read-failed"


class NoBackupError(BookError):
    """No earlier version of the workbook is kept."""

    code = "no-backup"
