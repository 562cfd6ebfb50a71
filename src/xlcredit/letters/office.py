"""LibreOffice as a converter: found, called with documents, stopped when it takes too long."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlcredit.letters.errors import OfficeMissingError, PdfTimeoutError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DOCUMENTS_A_CALL = 50
_START_SECONDS = 60
_SECONDS_A_LETTER = 4
_LONGEST_WORDS = 200
_USUAL_PLACES = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)


@dataclass(frozen=True)
class Document:
    """What LibreOffice converts at once: one letter, or several joined.

    Attributes:
        letters: which letters, by their place in the batch.
        data: the docx.
    """

    letters: list[int]
    data: bytes


def find_office() -> Path:
    """LibreOffice's program.

    Raises:
        OfficeMissingError: it is neither on the path nor where installers put it.
    """
    found = shutil.which("soffice") or shutil.which("libreoffice")
    for place in (found, *_USUAL_PLACES):
        if place and Path(place).is_file():
            return Path(place)
    raise OfficeMissingError


class Office:
    """LibreOffice with a profile of its own, so that a clerk's open window is left alone.

    Attributes:
        said: what the last call printed, shortened.
    """

    def __init__(self, program: Path, folder: Path, seconds: int | None) -> None:
        self.said = ""
        self._program = program
        self._folder = folder
        self._seconds = seconds
        self._calls = 0

    def convert(self, documents: Sequence[Document], form: str) -> Iterator[bytes | None]:
        """The PDF of each document, in order; None where LibreOffice made none.

        Raises:
            OfficeMissingError: the program cannot be started.
            PdfTimeoutError: it took too long.
        """
        for start in range(0, len(documents), DOCUMENTS_A_CALL):
            yield from self._call(documents[start : start + DOCUMENTS_A_CALL], form)

    def _call(self, documents: Sequence[Document], form: str) -> Iterator[bytes | None]:
        self._calls += 1
        source, target = (self._folder / f"{name}{self._calls}" for name in ("docx", "pdf"))
        source.mkdir()
        files = [source / f"{number:05}.docx" for number in range(len(documents))]
        for file, document in zip(files, documents, strict=True):
            file.write_bytes(document.data)
        letters = sum(len(document.letters) for document in documents)
        self._run(["--convert-to", form, "--outdir", str(target), *map(str, files)], letters)
        for file in files:
            pdf = target / f"{file.stem}.pdf"
            yield pdf.read_bytes() if pdf.is_file() else None

    def _run(self, arguments: list[str], letters: int) -> None:
        """Run LibreOffice to its end. Past its time it is stopped, with what it started."""
        profile = f"-env:UserInstallation={(self._folder / 'profile').as_uri()}"
        seconds = self._seconds or _START_SECONDS + _SECONDS_A_LETTER * letters
        process = _start([str(self._program), profile, "--headless", "--norestore", "--nologo", *arguments])
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise PdfTimeoutError(letters, seconds) from error
        finally:
            if process.returncode is None:
                _stop(process)
        self.said = " ".join(said.split())[-_LONGEST_WORDS:] or "-"


def _start(command: list[str]) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise OfficeMissingError from error


def _stop(process: subprocess.Popen[str]) -> None:
    """Stop LibreOffice and the programs it started, nothing else: they are a group of their own."""
    if os.name == "nt":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], check=False, capture_output=True)  # noqa: S607
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
