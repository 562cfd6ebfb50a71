"""The application object, the options that commands share, and the edge where errors become messages.

Exit codes: 0 done; 1 done, with findings that need a person; 2 misuse or unreadable input, nothing changed.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.cli.usage import UsageError, usage_in_words
from xlcredit.errors import XlcreditError
from xlcredit.log import log_fault, log_path

DONE, FINDINGS, MISUSE = 0, 1, 2


def language_asked(arguments: list[str]) -> str | None:
    """The language named by `--lang` in the arguments, before they are parsed; None when there is none."""
    for position, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
        if argument == "--lang" and position + 1 < len(arguments):
            return arguments[position + 1]
    return os.environ.get("XLCREDIT_LANG")


WORDS = Catalogue(language_asked(sys.argv[1:]) or "it")
"""The language of help and messages: `--lang`, else XLCREDIT_LANG, else Italian."""


def words(key: str) -> str:
    """The help text of a command or option."""
    return WORDS.text(f"cli.help.{key}")


app = typer.Typer(
    name="xlcredit",
    help=words("app"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
templates_app = typer.Typer(help=words("templates"), no_args_is_help=True)
app.add_typer(templates_app, name="templates")


class NotADayError(XlcreditError):
    """A date on the command line that is none."""

    code = "not-a-day"


class NotALanguageError(XlcreditError):
    """A language that the catalogue does not have."""

    code = "not-a-language"


class OptionMissingError(XlcreditError):
    """An option that this use of the command cannot do without."""

    code = "option-missing"


def parse_reason(text: str) -> str:
    """A reason in words; OptionMissingError when there is none."""
    if not text.strip():
        raise OptionMissingError(option="--reason")
    return text.strip()


def parse_day(text: str) -> dt.date:
    """A day as ISO (2026-11-21), or as cells and boxes have it (21/11/2026); NotADayError otherwise."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        from xlcredit.date_texts import parse_date  # which brings pandas, that many calls do without

        day = parse_date(text)
    if day is None:
        raise NotADayError(found=text)
    return day


def parse_language(text: str) -> str:
    """`it` or `en`; NotALanguageError otherwise."""
    if text not in LANGUAGES:
        raise NotALanguageError(found=text, known=", ".join(LANGUAGES))
    return text


Book = Annotated[Path, typer.Argument(help=words("book"), show_default=False)]
AsOf = Annotated[
    dt.date | None,
    typer.Option("--as-of", parser=parse_day, metavar="AAAA-MM-GG", help=words("as_of"), show_default=False),
]
Lang = Annotated[
    str | None,
    typer.Option("--lang", parser=parse_language, metavar="it|en", help=words("lang"), show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help=words("json"))]


def fail(message: str) -> NoReturn:
    """End with a message on standard error and exit code 2."""
    typer.echo(message, err=True)
    sys.exit(MISUSE)


def main() -> None:
    """Run the command line; every error ends as one message in plain words, never as a traceback."""
    _write_utf8()
    _word_help()
    try:
        _load_commands()
        sys.exit(app(standalone_mode=False, prog_name="xlcredit"))
    except XlcreditError as error:
        fail(WORDS.error(error))
    except UsageError as error:
        fail(usage_in_words(error, WORDS))
    except (KeyboardInterrupt, typer.Abort):
        fail(WORDS.text("cli.interrupted"))
    except BrokenPipeError:
        sys.exit(DONE)
    except Exception as error:  # noqa: BLE001  the edge: a fault of ours, told as such, its place in the log
        log_fault("command", error)
        fail(WORDS.text("cli.fault", path=str(log_path())))


_HELP_TEXTS = (
    "ARGUMENTS_PANEL_TITLE", "OPTIONS_PANEL_TITLE", "COMMANDS_PANEL_TITLE", "DEFAULT_STRING", "REQUIRED_LONG_STRING",
)  # fmt: skip
"""What typer calls the headings of a help page."""


def _word_help() -> None:
    """Headings of help pages, which typer has in English, in the language asked for."""
    if len(sys.argv) == 1 or not {"-h", "--help"}.isdisjoint(sys.argv):
        from typer import rich_utils

        for name in _HELP_TEXTS:
            setattr(rich_utils, name, WORDS.text(f"cli.help_pages.{name.lower()}"))


def _write_utf8() -> None:
    """On Windows a pipe or file takes UTF-8, too: its code page lacks letters of customers' names."""
    for stream in (sys.stdout, sys.stderr):
        if os.name == "nt" and isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")


def _load_commands() -> None:
    """The modules that hold the commands register them when imported."""
    from xlcredit.cli import calculators, desk, ledgers, letters, plans, sending, setup, workbooks  # noqa: F401
