"""A command line that cannot be understood, told in the user's language instead of the parser's English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import typer

if TYPE_CHECKING:
    from xlcredit.catalogue import Catalogue

UsageError = cast("type[Exception]", typer.BadParameter.__mro__[1])
"""The parser's base class of misuse; typer brings its parser along or takes click's, under different names."""

_WORDED = {
    "NoSuchOption",
    "MissingParameter",
    "BadParameter",
    "NoSuchCommand",
    "TooManyArguments",
    "NoArgsIsHelpError",
}


def usage_in_words(error: Exception, words: Catalogue) -> str:
    """What was wrong with the command line, and where its help is.

    Args:
        error: a `UsageError` of the parser.
        words: of the user's language.
    """
    context = cast("Any", getattr(error, "ctx", None))
    command = context.command_path if context else "xlcredit"
    message = _message(error, words)
    return f"{message} {words.text('cli.usage.see', command=command)}"


def _message(error: Exception, words: Catalogue) -> str:
    kind = type(error).__name__
    facts = {"name": _name(error), "found": getattr(error, "option_name", "")}
    said = str(getattr(error, "message", error))
    if kind == "UsageError" and said.startswith("No such command"):
        kind, facts["name"] = "NoSuchCommand", said.rpartition("'")[0].rpartition("'")[2]
    elif kind == "UsageError" and "unexpected extra argument" in said:
        kind, facts["found"] = "TooManyArguments", said.rpartition("(")[2].rstrip(")")
    return words.text(f"cli.usage.{kind}" if kind in _WORDED else "cli.usage.other", **facts)


def _name(error: Exception) -> str:
    """What the help calls the option or argument concerned: `--out`, `book`."""
    parameter = cast("Any", getattr(error, "param", None))
    if parameter is None:
        return str(getattr(error, "param_hint", None) or getattr(error, "option_name", ""))
    return next(iter(parameter.opts), parameter.name) or ""
