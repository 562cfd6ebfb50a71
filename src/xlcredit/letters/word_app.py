"""Letters as PDF through Word, where it is installed: one hidden Word for the whole batch.

It is a Word of our own, apart from a clerk's open windows, and it is ended whatever happens. Word lays its own
documents out better than anybody else, so it goes before LibreOffice.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from xlcredit.letters.errors import PdfFailedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NO_ALERTS = 0
_MACROS_OFF = 3
_PDF = 17
_DISCARD = 0


def start_word() -> Any | None:  # noqa: ANN401  a COM object
    """A hidden Word of our own; None where there is none."""
    if sys.platform != "win32":
        return None
    import pywintypes  # noqa: PLC0415  only there
    import win32com.client  # noqa: PLC0415  only there

    try:
        word = win32com.client.DispatchEx("Word.Application")
    except pywintypes.com_error:
        return None
    word.Visible = False
    word.DisplayAlerts = _NO_ALERTS
    word.AutomationSecurity = _MACROS_OFF
    return word


def convert_by_word(paths: Sequence[Path], word: Any) -> Iterator[tuple[int, bytes]]:  # noqa: ANN401  a COM object
    """The PDF of each letter with its place in `paths`; Word is ended afterwards.

    Raises:
        PdfFailedError: Word could not open or write a letter.
    """
    try:
        with TemporaryDirectory(prefix="xlcredit_pdf_") as folder:
            for number, path in enumerate(paths):
                target = Path(folder) / f"{number}.pdf"
                _export(path, target, word)
                yield number, target.read_bytes()
    finally:
        with contextlib.suppress(Exception):  # it may be gone already
            word.Quit(_DISCARD)


def _export(path: Path, target: Path, word: Any) -> None:  # noqa: ANN401  a COM object
    try:
        document = word.Documents.Open(str(path.resolve()), False, True, False)  # noqa: FBT003  no question, read-only, not in the list of recent files
        try:
            document.ExportAsFixedFormat(str(target), _PDF)
        finally:
            document.Close(_DISCARD)
    except Exception as error:  # whatever Word says
        raise PdfFailedError(path, f"Word: {error}") from error
