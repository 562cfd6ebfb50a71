"""The journal of a sending: what became of each message, on the disk before and after each step that counts.

A workbook is too slow to be saved for every message. So each step of a message is a line of a small file beside
the workbook, forced to the disk before the next step is taken; at the end, or after a crash by the next run, the
lines become events of the register (`fold_sending`). Steps of a message: `prepared` (nothing has left),
`closing` (the text is over, the final dot is about to go), then `sent`, `failed`, `deferred` or `ambiguous`. What
stops at `prepared` never left; what stops at `closing` is in doubt.

What came of the messages is kept besides in a second file, which is only added to: a workbook that was put back to
an earlier version forgets what was sent, but no letter goes out twice for that.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Self, cast

from xlcredit.books.durable import sync_folder
from xlcredit.books.replacing import writing_to
from xlcredit.mail.delivery import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from xlcredit.mail.delivery import State

FINAL = ("sent", "failed", "ambiguous")
"""States that the register keeps; the others leave a letter to be sent."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one message.

    Attributes:
        reminder_id, customer_id, channel: of the letter.
        attempt: which one, from 1.
        message_id: of the attempt.
        state: see above.
        at: moment as the register will have it, ISO.
        by: who sends; "" when nobody said.
        words: the server's.
    """

    reminder_id: str
    customer_id: str
    channel: str
    attempt: int
    message_id: str
    state: str
    at: str
    by: str = ""
    words: str = ""

    @property
    def outcome(self) -> Outcome:
        """What the attempt came to, of a step that is final."""
        return Outcome(cast("State", self.state), self.words)

    def came_to(self, outcome: Outcome) -> Step:
        """The same attempt after the server's answer."""
        return replace(self, state=outcome.state, words=outcome.words)


def journal_path(book: Path) -> Path:
    """Where the journal of a sending stands: beside the workbook, hidden."""
    return book.with_name(f".{book.name}.invio.jsonl")


def archive_path(book: Path) -> Path:
    """Where the outcomes of all sendings stand."""
    return book.with_name(f".{book.name}.inviati.jsonl")


class SendJournal:
    """The open journal of a running sending: a context; every line is on the disk when `write` returns."""

    def __init__(self, book: Path) -> None:
        self._path = journal_path(book)

    def __enter__(self) -> Self:
        with writing_to(self._path):
            self._file = self._path.open("ab")
            sync_folder(self._path.parent)
        return self

    def write(self, step: Step) -> None:
        """Keep a step.

        Raises:
            BookError: it cannot be kept; then the step must not be taken.
        """
        with writing_to(self._path):
            _append(self._file, [step])

    def __exit__(self, *_: object) -> None:
        self._file.close()


def has_journal(book: Path) -> bool:
    """Whether a sending has left lines that the register does not have yet."""
    return journal_path(book).exists()


def read_steps(book: Path) -> list[Step]:
    """The last step of each attempt in the journal, in the order of the attempts."""
    return _last_steps(journal_path(book))


def sent_before(book: Path) -> dict[str, Step]:
    """Message-ID -> outcome, of all messages that ever left for the letters of this workbook."""
    return {step.message_id: step for step in _last_steps(archive_path(book))}


def keep_outcomes(book: Path, steps: Sequence[Step]) -> None:
    """Add outcomes to the file that remembers them; those it has already are left out.

    Raises:
        BookError: it cannot be written.
    """
    known = sent_before(book)
    new = [step for step in steps if known.get(step.message_id) != step]
    if not new:
        return
    path = archive_path(book)
    with writing_to(path), path.open("ab") as file:
        if file.tell():
            file.write(b"\n")  # ends a line that a crash cut off; blank lines are nothing
        _append(file, new)


def close_journal(book: Path) -> None:
    """The register has what the journal had."""
    journal_path(book).unlink(missing_ok=True)
    sync_folder(book.parent)


def _append(file: Any, steps: Iterable[Step]) -> None:  # noqa: ANN401  a binary file
    """Write lines and force them to the disk."""
    file.write(b"".join(json.dumps(asdict(step)).encode() + b"\n" for step in steps))
    file.flush()
    os.fsync(file.fileno())


def _last_steps(path: Path) -> list[Step]:
    """The last step of each attempt; a line that a crash cut off announces a step that was not taken."""
    if not path.exists():
        return []
    last: dict[str, Step] = {}
    for line in path.read_bytes().splitlines():
        step = _read(line)
        if step is not None:
            last[step.message_id] = step
    return list(last.values())


def _read(line: bytes) -> Step | None:
    try:
        return Step(**json.loads(line))
    except (ValueError, TypeError):
        return None
