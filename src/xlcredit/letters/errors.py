"""What can go wrong while letters are made: each misuse as a class whose constructor takes the facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.errors import XlcreditError

if TYPE_CHECKING:
    from pathlib import Path


class LetterError(XlcreditError):
    """Base of the errors of letters and their templates."""

    code = "letter"


class TemplateMissingError(LetterError):
    """There is no file at the path of a template."""

    code = "letter-template-missing"

    def __init__(self, path: Path) -> None:
        super().__init__(path=str(path))


class TemplateUnreadableError(LetterError):
    """A file that Word could not open either: not a docx, truncated, damaged."""

    code = "letter-template-unreadable"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path=str(path), reason=reason)


class TemplateTooLargeError(LetterError):
    """A package that unpacks to more than a letter ever needs (a zip bomb, or pictures of a catalogue)."""

    code = "letter-template-too-large"

    def __init__(self, path: Path, size_mb: int, limit_mb: int) -> None:
        super().__init__(path=str(path), size_mb=size_mb, limit_mb=limit_mb)


class TemplateRefusedError(LetterError):
    """A template that would fetch something from elsewhere or run something when the letter is opened."""

    code = "letter-template-refused"

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(path=str(path), what=what)


class TemplateBrokenError(LetterError):
    """Tags that cannot be understood: unbalanced, misspelt, cut in two."""

    code = "letter-template-broken"

    def __init__(self, path: Path, paragraph: str, reason: str) -> None:
        super().__init__(path=str(path), paragraph=paragraph, reason=reason)


class TemplateUnsafeError(LetterError):
    """A tag that does more than show a value, choose or repeat."""

    code = "letter-template-unsafe"

    def __init__(self, path: Path, paragraph: str, what: str) -> None:
        super().__init__(path=str(path), paragraph=paragraph, what=what)


class LetterVariableMissingError(LetterError):
    """A tag names a value that the letter does not have."""

    code = "letter-variable-missing"

    def __init__(self, path: Path, paragraph: str, variable: str) -> None:
        super().__init__(path=str(path), paragraph=paragraph, variable=variable)


class LetterMalformedError(LetterError):
    """A rendered part that Word would refuse: a tag opens in one place what another leaves open."""

    code = "letter-malformed"

    def __init__(self, path: Path, part: str, reason: str) -> None:
        super().__init__(path=str(path), part=part, reason=reason)


class LetterTooLongError(LetterError):
    """Loops that would write more than a letter can hold."""

    code = "letter-too-long"

    def __init__(self, path: Path, limit_mb: int) -> None:
        super().__init__(path=str(path), limit_mb=limit_mb)


class LetterWriteError(LetterError):
    """A letter could not be written; `path` is the file, `folder` where it should stand."""

    code = "letter-not-written"

    def __init__(self, path: Path, reason: str = "") -> None:
        super().__init__(path=str(path), folder=str(path.parent), reason=reason)


class LetterDiskFullError(LetterWriteError):
    """No room is left on the disk, or for this user."""

    code = "letter-disk-full"


class LetterFolderReadOnlyError(LetterWriteError):
    """The folder does not let this user write."""

    code = "letter-folder-read-only"


class LetterFolderMissingError(LetterWriteError):
    """The folder is not there, or no longer (a network share that vanished)."""

    code = "letter-folder-missing"


class LetterExistsError(LetterWriteError):
    """A file of that name stands there already; letters never overwrite."""

    code = "letter-exists"


class LetterPathTooLongError(LetterError):
    """A path longer than Windows and Word open."""

    code = "letter-path-too-long"

    def __init__(self, path: Path, limit: int) -> None:
        super().__init__(path=str(path), length=len(str(path)), limit=limit)


class PdfError(LetterError):
    """Base of the errors of turning letters into PDF."""

    code = "pdf"


class OfficeMissingError(PdfError):
    """LibreOffice is not installed where it is looked for."""

    code = "pdf-office-missing"


class PdfTimeoutError(PdfError):
    """LibreOffice did not finish in time and was stopped."""

    code = "pdf-timeout"

    def __init__(self, letters: int, seconds: int) -> None:
        super().__init__(letters=letters, seconds=seconds)


class PdfFailedError(PdfError):
    """LibreOffice ended without the PDF of a letter."""

    code = "pdf-failed"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path=str(path), reason=reason)
