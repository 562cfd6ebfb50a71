"""How a text file is written: its encoding, the separator of its fields, whether it is text at all."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from xlcredit.headers import unique_headers
from xlcredit.intake.grid import HEAD_ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DELIMITERS = (";", "\t", ",", "|")
SAMPLE_CHARACTERS = 262_144

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATOR_LINE = "sep="


@dataclass(frozen=True, slots=True)
class Dialect:
    """How to take a text apart.

    Attributes:
        delimiter: one character.
        quoted: whether fields may stand in double quotes.
        skipped: lines at the start that are no data (`sep=;`).
    """

    delimiter: str
    quoted: bool = True
    skipped: int = 0

    @property
    def quoting(self) -> Literal[0, 3]:
        """The same for Python's csv reader."""
        return csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE


def decode(raw: bytes) -> tuple[str, str]:
    """The text of a file and its encoding: by its mark, else UTF-8 where it is valid, else Windows-1252."""
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace"), encoding
    if (wide := _unmarked_utf16(raw)) is not None:
        return raw.decode(wide, errors="replace"), wide
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace"), "cp1252"


def looks_like_text(raw: bytes) -> bool:
    """Whether the file can be text: hardly a control character but tab and line ends."""
    sample = raw[:SAMPLE_CHARACTERS]
    if raw.startswith(tuple(mark for mark, _ in _BOMS)) or _unmarked_utf16(raw) is not None:
        return True
    control = sum(sample.count(bytes([code])) for code in range(32) if code not in (9, 10, 12, 13))
    return control <= len(sample) // 50


def sniff(text: str, worth: Callable[[Sequence[str]], float]) -> Dialect:
    """The dialect under which the first lines read most like a ledger.

    Args:
        text: the file.
        worth: how much a row reads like headers; the best row of each dialect is compared, then how many
            rows have as many fields as most.
    """
    if text[: len(_SEPARATOR_LINE)].casefold() == _SEPARATOR_LINE and len(text) > len(_SEPARATOR_LINE):
        return Dialect(text[len(_SEPARATOR_LINE)], skipped=1)
    sample = text[:SAMPLE_CHARACTERS]
    return max((Dialect(delimiter) for delimiter in DELIMITERS), key=lambda each: _fit(sample, each, worth))


def sample_rows(text: str, dialect: Dialect, count: int = HEAD_ROWS) -> list[tuple[int, list[str]]]:
    """The first rows, each with the position in `text` where it begins; a blank line is a row of no cells."""
    source = io.StringIO(text[:SAMPLE_CHARACTERS], newline="")
    for _ in range(dialect.skipped):
        source.readline()
    begins = source.tell()
    lines = _Counted(source)
    rows = []
    try:
        for row in csv.reader(lines, delimiter=dialect.delimiter, quoting=dialect.quoting):
            rows.append((begins, row))
            begins = lines.position
            if len(rows) == count:
                break
    except csv.Error:
        pass  # a field longer than the reader's limit: what came before it is sample enough
    return rows


class _Counted:
    """Lines of a text, with the position reached."""

    def __init__(self, source: io.StringIO) -> None:
        self._source = source
        self.position = source.tell()

    def __iter__(self) -> _Counted:
        return self

    def __next__(self) -> str:
        line = self._source.readline()
        if not line:
            raise StopIteration
        self.position += len(line)
        return line


def _fit(sample: str, dialect: Dialect, worth: Callable[[Sequence[str]], float]) -> tuple[float, float]:
    rows = [row for _, row in sample_rows(sample, dialect) if any(row)]
    widths = [len(row) for row in rows]
    if not rows or max(widths) == 1:
        return (0.0, 0.0)
    usual = max(set(widths), key=widths.count)
    agreeing = widths.count(usual) / len(widths) if usual > 1 else 0.0
    return (max(worth(unique_headers(row)) for row in rows), agreeing)


def _unmarked_utf16(raw: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of Western text is zero."""
    sample = raw[:4096]
    half = len(sample) // 2
    for zeros, encoding in ((sample[1::2], "utf-16-le"), (sample[0::2], "utf-16-be")):
        if half and zeros.count(0) * 10 > half * 6:
            return encoding
    return None
