"""The log of the edges: what went wrong and where in the program, in a file that may be sent to others.

It keeps codes, identifiers and places. Names, addresses, amounts and paths never enter it: of an error only its
class, its code and the facts of `IDENTIFIERS` are written, for any message may quote a customer. It rotates.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
import traceback
from pathlib import Path

from xlcredit.errors import XlcreditError

IDENTIFIERS = frozenset({"cell", "column", "count", "line", "part", "reminder", "row", "sheet", "table"})
"""Facts of errors that may stand in the log."""

_KEPT_BYTES = 1_000_000
_KEPT_FILES = 3


def log_path() -> Path:
    """Where the log stands: in `%LOCALAPPDATA%`, elsewhere in the home folder: `.xlcredit/xlcredit.log`.

    Where XDG_STATE_HOME is set, it holds the folder `xlcredit` in the place of both.
    """
    if state := os.environ.get("XDG_STATE_HOME"):
        return Path(state) / "xlcredit" / "xlcredit.log"
    if local := os.environ.get("LOCALAPPDATA"):
        return Path(local) / "xlcredit" / "xlcredit.log"
    return Path.home() / ".xlcredit" / "xlcredit.log"


def log_fault(doing: str, error: BaseException) -> None:
    """Keep an error in the log; a log that cannot be written is no reason to fail.

    Args:
        doing: what was going on, by its code: the button's key, the command's name.
        error: what ended it.
    """
    _write(logging.ERROR, "\n  ".join([doing, *described(error)]))


def log_refusal(doing: str, error: XlcreditError) -> None:
    """Keep in the log that something was refused for a reason that the user was told."""
    _write(logging.WARNING, f"{doing} {_named(error)}")


def described(error: BaseException) -> list[str]:
    """An error and what caused it, by class and place, without the messages; the first cause first.

    >>> described(ValueError("Rossi S.r.l."))
    ['ValueError']
    """
    cause = error.__cause__ or error.__context__
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return [*(described(cause) if cause else ()), _named(error), *places]


def _named(error: BaseException) -> str:
    """`LetterExistsError letter-exists reminder=S261120-001`; Windows' and COM's errors with their number."""
    name = type(error).__name__
    if isinstance(error, XlcreditError):
        facts = {key: value for key, value in error.facts.items() if key in IDENTIFIERS}
        return " ".join([name, error.code, *(f"{key}={value}" for key, value in facts.items())])
    number = getattr(error, "hresult", getattr(error, "errno", None))
    return name if number is None else f"{name} {number}"


def _write(level: int, message: str) -> None:
    path = log_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _logger(path).log(level, message)
    except OSError:
        return


class _Handler(logging.handlers.RotatingFileHandler):
    """A handler that stays silent when it cannot write: another process may be turning the file over."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  the name that logging calls
        """Go on without the line."""


def _logger(path: Path) -> logging.Logger:
    """The logger that writes to `path`, opened once."""
    logger = logging.getLogger("xlcredit")
    if [getattr(handler, "baseFilename", None) for handler in logger.handlers] != [str(path.absolute())]:
        for handler in list(logger.handlers):
            logger.removeHandler(handler)
            handler.close()
        handler = _Handler(path, maxBytes=_KEPT_BYTES, backupCount=_KEPT_FILES, encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    return logger
