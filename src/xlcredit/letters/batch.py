"""Letters to disk, many at a time: all of them or none.

Letters are rendered and written one by one, so that memory does not grow with the batch; they are flushed
to the disk together, a group at a time. The paths are temporary ones, in the folder where the letters will
stand: giving them their names is the caller's, once the register has its events. When one letter fails, those
already written by the call are removed and the error says which failed and why.
"""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from xlcredit.letters.errors import (
    LetterDiskFullError,
    LetterExistsError,
    LetterFolderMissingError,
    LetterFolderReadOnlyError,
    LetterPathTooLongError,
    LetterWriteError,
)
from xlcredit.letters.names import LONGEST_PATH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from xlcredit.letters.errors import LetterError
    from xlcredit.letters.template import Template

_GROUP = 64
"""Letters flushed together: open files, of which Windows and Linux allow at least 512."""

_SUFFIX_ROOM = 8
"""For the temporary suffix that a caller adds to a path of the longest length."""

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EACCES, errno.EPERM, errno.EROFS}
_MISSING = {errno.ENOENT, errno.ENOTDIR, errno.ESTALE, errno.ENODEV, errno.EIO}


class Job(NamedTuple):
    """One letter to write."""

    template: Template
    context: Mapping[str, Any]
    path: Path


@dataclass(frozen=True, slots=True)
class Written:
    """One letter on disk.

    Attributes:
        path: its file.
        sha256: of its bytes, hexadecimal: what the register keeps.
        size: in bytes.
    """

    path: Path
    sha256: str
    size: int


def write_letters(
    jobs: Iterable[Job | tuple[Template, Mapping[str, Any], Path]],
    *,
    on_progress: Callable[[int], None] | None = None,
) -> list[Written]:
    """Render and write letters; when it returns, all of them are on the disk.

    Args:
        jobs: taken one at a time, so a generator keeps memory flat. Their folders must exist.
        on_progress: called after each letter with the number written so far.

    Returns:
        One entry a job, in their order.

    Raises:
        LetterError: of the letter that failed, in rendering or in writing; the others are removed.
    """
    written: list[Written] = []
    files = _Files()
    try:
        for job in map(Job._make, jobs):
            data = job.template.render(job.context)
            files.write(Path(job.path), data)
            written.append(Written(Path(job.path), hashlib.sha256(data).hexdigest(), len(data)))
            if on_progress:
                on_progress(len(written))
        files.flush()
        _flush_folders({letter.path.parent for letter in written})
    except BaseException:
        files.remove()
        raise
    return written


class _Files:
    """The files of one batch, flushed a group at a time."""

    def __init__(self) -> None:
        self._paths: list[Path] = []
        self._open: list[tuple[int, Path]] = []

    def write(self, path: Path, data: bytes) -> None:
        """A new file, written but perhaps not yet on the disk."""
        if len(str(path.absolute())) > LONGEST_PATH + _SUFFIX_ROOM:
            raise LetterPathTooLongError(path, LONGEST_PATH)
        try:
            descriptor = os.open(path, _FLAGS, 0o666)
            self._paths.append(path)
            self._open.append((descriptor, path))
            _write_all(descriptor, data)
        except OSError as error:
            raise as_letter_error(path, error) from error
        if len(self._open) == _GROUP:
            self.flush()

    def flush(self) -> None:
        """What is open, to the disk; a full one may say so only now."""
        while self._open:
            descriptor, path = self._open.pop()
            try:
                os.fsync(descriptor)
            except OSError as error:
                raise as_letter_error(path, error) from error
            finally:
                os.close(descriptor)

    def remove(self) -> None:
        """Every file of the batch, as if it had never begun."""
        for descriptor, _ in self._open:
            with suppress(OSError):
                os.close(descriptor)
        for path in self._paths:
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _flush_folders(folders: set[Path]) -> None:
    """The folders' own entries; Windows has no such call and needs none."""
    for folder in folders if os.name != "nt" else ():
        with suppress(OSError):  # some network file systems cannot
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def as_letter_error(path: Path, error: OSError) -> LetterError:
    """The named error for what the system said about a file."""
    number = error.errno
    if isinstance(error, FileExistsError):
        return LetterExistsError(path)
    if number == errno.ENAMETOOLONG:
        return LetterPathTooLongError(path, LONGEST_PATH)
    for numbers, kind in (
        (_FULL, LetterDiskFullError),
        (_READ_ONLY, LetterFolderReadOnlyError),
        (_MISSING, LetterFolderMissingError),
    ):
        if number in numbers:
            return kind(path)
    return LetterWriteError(path, error.strerror or str(error))
