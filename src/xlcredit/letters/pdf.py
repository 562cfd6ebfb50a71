"""Letters as PDF, through LibreOffice, many at a time.

LibreOffice takes longer to open and close a document than to lay out a letter, so letters of one template become
the sections of one document (`sections`), which is split again at the bookmarks that each letter begins with.
Letters that cannot be joined, and documents whose bookmarks do not come back, are converted one by one in the
same call. The Word documents stay as they are whatever happens here.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from xlcredit.letters.batch import as_letter_error
from xlcredit.letters.errors import LetterExistsError, OfficeMissingError, PdfFailedError, PdfTimeoutError
from xlcredit.letters.package import parse_strictly, read_package
from xlcredit.letters.sections import group_key, join_letters, start_mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pypdf import PageObject

    from xlcredit.letters.sections import Parts

LETTERS_A_DOCUMENT = 40
DOCUMENTS_A_CALL = 50
_START_SECONDS = 60
_SECONDS_A_LETTER = 4

_JOINED = (
    'pdf:writer_pdf_Export:{"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"},'
    '"ExportBookmarks":{"type":"boolean","value":"false"},"UseTaggedPDF":{"type":"boolean","value":"false"}}'
)
"""Bookmarks as destinations, to split at; no structure, which would not survive the splitting."""

_ALONE = "pdf:writer_pdf_Export"
_USUAL_PLACES = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


@dataclass(frozen=True)
class _Document:
    """What LibreOffice converts at once: one letter, or several joined."""

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


def to_pdf(
    paths: Sequence[Path],
    targets: Sequence[Path] | None = None,
    *,
    office: Path | None = None,
    seconds: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> list[Path]:
    """Make the PDF of each letter.

    Args:
        paths: letters as docx.
        targets: where each PDF is to stand; default: beside its letter, same name, `.pdf`. None may exist.
        office: LibreOffice's program; looked for when not given.
        seconds: how long one call of LibreOffice may take; by default enough for its letters.
        on_progress: called with the number of PDFs made so far.

    Returns:
        The targets.

    Raises:
        OfficeMissingError, PdfTimeoutError, PdfFailedError: of LibreOffice; no PDF is left then.
        LetterError: a letter cannot be read or a PDF not written.
    """
    program = office or find_office()
    wanted = list(targets) if targets is not None else [path.with_suffix(".pdf") for path in paths]
    for target in wanted:
        if target.exists():
            raise LetterExistsError(target)
    made: list[Path] = []
    try:
        for start in range(0, len(paths), LETTERS_A_DOCUMENT * DOCUMENTS_A_CALL):
            part = slice(start, start + LETTERS_A_DOCUMENT * DOCUMENTS_A_CALL)
            for number, pdf in _convert(list(paths[part]), program, seconds):
                _write(wanted[start + number], pdf)
                made.append(wanted[start + number])
                if on_progress:
                    on_progress(len(made))
    except BaseException:
        for target in made:
            target.unlink(missing_ok=True)
        raise
    return wanted


def _write(target: Path, data: bytes) -> None:
    try:
        with target.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise as_letter_error(target, error) from error


def _convert(paths: list[Path], program: Path, seconds: int | None) -> Iterator[tuple[int, bytes]]:
    """The PDF of each letter with its place in `paths`, in any order."""
    with TemporaryDirectory(prefix="xlcredit_pdf_") as folder:
        office = _Office(program, Path(folder), seconds)
        alone: list[int] = []
        titles: dict[int, str] = {}
        joined = list(_join(paths, alone, titles))
        for document, pdf in zip(joined, office.convert(joined, paths, _JOINED), strict=True):
            pdfs = _split(pdf, [titles[number] for number in document.letters])
            if pdfs is None:
                alone += document.letters
            else:
                yield from zip(document.letters, pdfs, strict=True)
        single = [_Document([number], paths[number].read_bytes()) for number in alone]
        for document, pdf in zip(single, office.convert(single, paths, _ALONE), strict=True):
            yield document.letters[0], pdf.getvalue()


def _join(paths: list[Path], alone: list[int], titles: dict[int, str]) -> Iterator[_Document]:
    """Letters joined by template; `alone` gets those that cannot be, `titles` what each is called."""
    groups: dict[str, list[tuple[int, Parts]]] = {}
    for number, path in enumerate(paths):
        parts = read_package(path)
        titles[number] = _title(parts)
        key = group_key(parts)
        if not key:
            alone.append(number)
            continue
        group = groups.setdefault(key, [])
        group.append((number, parts))
        if len(group) == LETTERS_A_DOCUMENT:
            yield _join_group(groups.pop(key))
    for group in groups.values():
        if len(group) == 1:
            alone.append(group[0][0])
        else:
            yield _join_group(group)


def _join_group(group: list[tuple[int, Parts]]) -> _Document:
    return _Document([number for number, _ in group], join_letters([parts for _, parts in group]))


def _title(parts: Parts) -> str:
    core = parts.get("docProps/core.xml")
    return (parse_strictly(core).findtext(_TITLE) or "") if core else ""


def _split(pdf: BytesIO, titles: list[str]) -> Iterator[bytes] | None:
    """A PDF for each letter of a joined one; None when they cannot be told apart."""
    try:
        reader = PdfReader(pdf)
        marks = {name.lstrip("/"): mark for name, mark in reader.named_destinations.items()}
        starts = [reader.get_destination_page_number(marks[start_mark(number)]) for number in range(len(titles))]
    except (PyPdfError, KeyError, ValueError):
        return None
    ends = [*starts[1:], len(reader.pages)]
    if starts[0] != 0 or any(start is None or start >= end for start, end in zip(starts, ends, strict=True)):
        return None
    pages = (reader.pages[start:end] for start, end in zip(starts, ends, strict=True))
    return (_own_pages(own, title) for own, title in zip(pages, titles, strict=True))


def _own_pages(pages: Sequence[PageObject], title: str) -> bytes:
    """One letter's pages as a PDF of its own; nothing of the others goes with them."""
    writer = PdfWriter()
    for page in pages:
        writer.add_page(page)
    writer.add_metadata({"/Title": title})
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


class _Office:
    """LibreOffice with a profile of its own, so that a clerk's open window is left alone."""

    def __init__(self, program: Path, folder: Path, seconds: int | None) -> None:
        self._program = program
        self._folder = folder
        self._seconds = seconds
        self._calls = 0

    def convert(self, documents: list[_Document], paths: list[Path], form: str) -> Iterator[BytesIO]:
        """The PDF of each document, in order."""
        for start in range(0, len(documents), DOCUMENTS_A_CALL):
            group = documents[start : start + DOCUMENTS_A_CALL]
            yield from self._call(group, paths, form)

    def _call(self, documents: list[_Document], paths: list[Path], form: str) -> list[BytesIO]:
        self._calls += 1
        source, target = (self._folder / f"{name}{self._calls}" for name in ("docx", "pdf"))
        source.mkdir()
        files = [source / f"{number:05}.docx" for number in range(len(documents))]
        for file, document in zip(files, documents, strict=True):
            file.write_bytes(document.data)
        said = self._run(["--convert-to", form, "--outdir", str(target), *map(str, files)],
                         sum(len(document.letters) for document in documents))
        return [
            _read(target / f"{file.stem}.pdf", paths[document.letters[0]], said)
            for file, document in zip(files, documents, strict=True)
        ]

    def _run(self, arguments: list[str], letters: int) -> str:
        """Run LibreOffice to its end; what it said. Past its time it is stopped, with what it started."""
        profile = (self._folder / "profile").as_uri()
        command = [str(self._program), f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nologo", *arguments]
        seconds = self._seconds or _START_SECONDS + _SECONDS_A_LETTER * letters
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                errors="replace", start_new_session=True,
            )
        except OSError as error:
            raise OfficeMissingError from error
        try:
            said, _ = process.communicate(timeout=seconds)
        except BaseException as error:
            _stop(process)
            if isinstance(error, subprocess.TimeoutExpired):
                raise PdfTimeoutError(letters, seconds) from error
            raise
        return said


def _read(pdf: Path, letter: Path, said: str) -> BytesIO:
    try:
        return BytesIO(pdf.read_bytes())
    except FileNotFoundError as error:
        raise PdfFailedError(letter, " ".join(said.split())[-200:] or "-") from error


def _stop(process: subprocess.Popen[str]) -> None:
    """Stop LibreOffice and the programs it started, nothing else: they are a group of their own."""
    if os.name == "nt":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], check=False, capture_output=True)  # noqa: S607
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
