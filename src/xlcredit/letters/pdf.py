"""Letters as PDF, many at a time: through Word where it is installed, else through LibreOffice.

LibreOffice takes longer to open and close a document than to lay out a letter, so letters of one template
become the sections of one document (`sections`), split again at the bookmark that begins each letter.
Letters that cannot be joined, and documents whose bookmarks do not come back, are converted one by one.
The Word documents stay as they are whatever happens here.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from xlcredit.letters.batch import as_letter_error
from xlcredit.letters.errors import LetterExistsError, PdfFailedError
from xlcredit.letters.joinable import group_key
from xlcredit.letters.office import DOCUMENTS_A_CALL, Document, Office, find_office
from xlcredit.letters.package import parse_strictly, read_package
from xlcredit.letters.pages import UnknownPdfError, cut, read_joined
from xlcredit.letters.sections import join_letters, start_mark
from xlcredit.letters.word_app import convert_by_word, start_word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from xlcredit.letters.sections import Parts

LETTERS_A_DOCUMENT = 40
_LETTERS_AT_ONCE = LETTERS_A_DOCUMENT * DOCUMENTS_A_CALL

_JOINED = (
    'pdf:writer_pdf_Export:{"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"},'
    '"ExportBookmarks":{"type":"boolean","value":"false"},"UseTaggedPDF":{"type":"boolean","value":"false"}}'
)
"""Bookmarks as destinations, to split at; no structure, which would not survive the splitting."""

_ALONE = "pdf:writer_pdf_Export"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


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
        office: LibreOffice's program; when not given, Word is used where it is installed, else LibreOffice is
            looked for.
        seconds: how long one call of LibreOffice may take; by default enough for its letters.
        on_progress: called with the number of PDFs made so far.

    Returns:
        The targets.

    Raises:
        OfficeMissingError, PdfTimeoutError, PdfFailedError: of LibreOffice; no PDF is left then.
        LetterError: a letter cannot be read or a PDF not written.
    """
    wanted = list(targets) if targets is not None else [path.with_suffix(".pdf") for path in paths]
    for target in wanted:
        if target.exists():
            raise LetterExistsError(target)
    made: list[Path] = []
    try:
        for number, pdf in _convert_best(list(paths), office, seconds):
            _write(wanted[number], pdf)
            made.append(wanted[number])
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


def _convert_best(paths: list[Path], office: Path | None, seconds: int | None) -> Iterator[tuple[int, bytes]]:
    """By Word, else by LibreOffice."""
    if office is None and (word := start_word()):
        return convert_by_word(paths, word)
    return _convert_all(paths, office or find_office(), seconds)


def _convert_all(paths: list[Path], program: Path, seconds: int | None) -> Iterator[tuple[int, bytes]]:
    """The PDF of each letter with its place in `paths`, in any order; not all at once, for the memory."""
    for start in range(0, len(paths), _LETTERS_AT_ONCE):
        with TemporaryDirectory(prefix="xlcredit_pdf_") as folder:
            office = Office(program, Path(folder), seconds)
            for number, pdf in _convert(paths[start : start + _LETTERS_AT_ONCE], office):
                yield start + number, pdf


def _convert(paths: list[Path], office: Office) -> Iterator[tuple[int, bytes]]:
    alone: list[int] = []
    titles: dict[int, str] = {}
    joined = list(_join(paths, alone, titles))
    for document, pdf in zip(joined, office.convert(joined, _JOINED), strict=True):
        pdfs = _split(pdf, [titles[number] for number in document.letters]) if pdf else None
        if pdfs is None:
            alone += document.letters
        else:
            yield from zip(document.letters, pdfs, strict=True)
    single = [Document([number], paths[number].read_bytes()) for number in alone]
    for document, pdf in zip(single, office.convert(single, _ALONE), strict=True):
        if pdf is None:
            raise PdfFailedError(paths[document.letters[0]], office.said)
        yield document.letters[0], pdf


def _join(paths: list[Path], alone: list[int], titles: dict[int, str]) -> Iterator[Document]:
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


def _join_group(group: list[tuple[int, Parts]]) -> Document:
    return Document([number for number, _ in group], join_letters([parts for _, parts in group]))


def _title(parts: Parts) -> str:
    core = parts.get("docProps/core.xml")
    return (parse_strictly(core).findtext(_TITLE) or "") if core else ""


def _split(data: bytes, titles: list[str]) -> list[bytes] | None:
    """A PDF for each letter of a joined one; None when they cannot be told apart."""
    try:
        pdf = read_joined(data)
        starts = [pdf.marks[start_mark(number)] for number in range(len(titles))]
        ends = [*starts[1:], len(pdf.pages)]
        if starts[0] != 0 or any(start >= end for start, end in zip(starts, ends, strict=True)):
            return None
        return [cut(pdf, *pages) for pages in zip(starts, ends, titles, strict=True)]
    except (UnknownPdfError, KeyError):
        return None
