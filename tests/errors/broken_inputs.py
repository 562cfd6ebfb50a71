"""The broken inputs of this folder: what stands in each, and what happens when it is run.

`<code>/` holds what causes the error or finding `<code>`, and nothing else; where a code is both, the finding's
folder is `<code>.finding/`. By file name:

| file | is | run as |
|---|---|---|
| `command.txt` | command lines; the last one is at fault | each line |
| `crediti.txt` | small text tables: the workbook `crediti.xlsx` | `xlcredit check crediti.xlsx` |
| `scadenzario.csv` | somebody's ledger | `xlcredit assess scadenzario.csv` |
| `template.yaml` | a shipped letter template and what is changed in it | `xlcredit templates check` |
| `parameter.yaml` | a file of dated parameters | read by the strict loader |

A `command.txt` beside another file says what is done with it instead. `also` in a comment of the first line (`# also:
code`) names what cannot but come along. Faults that no file can show are functions in `faults`.
"""

import contextlib
import datetime as dt
import io
import os
import shlex
import shutil
import sys
import tempfile
import types
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from unittest import mock

import typer
from broken_books import write_book
from broken_templates import write_template

from xlcredit.catalogue import Catalogue
from xlcredit.cli import main
from xlcredit.cli.answers import exit_with
from xlcredit.errors import XlcreditError
from xlcredit.parameters.loader import load_parameter

FOLDER = Path(__file__).parent
AS_OF = dt.date(2026, 3, 31)
"""Today, for every input."""

USUAL = {
    "crediti.txt": f"xlcredit check crediti.xlsx --as-of {AS_OF} --json",
    "scadenzario.csv": f"xlcredit assess scadenzario.csv --as-of {AS_OF} --json",
    "template.yaml": "xlcredit templates check letter_templates",
}
"""What is run for a file that stands without a `command.txt`."""


@dataclass(frozen=True)
class Outcome:
    """What a broken input came to."""

    exit_code: int
    error: XlcreditError | None = None
    findings: tuple = ()

    @property
    def codes(self):
        """The codes of the error, or of the findings."""
        return {self.error.code} if self.error else {finding.code for finding in self.findings}


@dataclass(frozen=True)
class Case:
    """One broken input.

    Attributes:
        name: of its folder or function.
        run: makes it happen in an empty folder.
        shown: what the documentation shows of it: (file, text).
        story: a sentence where there is no file.
        also: codes that cannot but come along.
    """

    name: str
    run: object
    shown: tuple = ()
    story: str = ""
    also: frozenset = field(default_factory=frozenset)

    @property
    def code(self):
        return self.name.removesuffix(".finding")

    @property
    def is_finding(self):
        """Whether it is one: errors say so themselves, by their wording."""
        return self.name.endswith(".finding") or not Catalogue("en").has(f"errors.{self.code}")

    def run_now(self):
        return _outcome(self)


@cache
def _outcome(case):
    """What happens, once a process; nothing outside an empty folder is touched, and it is always the same day."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), fixed_clock():
        try:
            outcome = case.run(Path(folder))
        except XlcreditError as error:
            outcome = Outcome(2, error)
        if outcome.error:
            outcome.error.facts = {
                name: _placeless(fact, folder) for name, fact in outcome.error.facts.items()
            }
        return outcome


def _placeless(fact, folder):
    """A fact without the folder in which this run happened to be."""
    if not isinstance(fact, str):
        return fact
    return fact.replace(f"{Path(folder).resolve()}{os.sep}", "").replace(f"{folder}{os.sep}", "")


@contextlib.contextmanager
def fixed_clock():
    """The package's only clock stands still at AS_OF."""

    class Stopped(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(AS_OF.year, AS_OF.month, AS_OF.day, 9, tzinfo=tz)

    stopped = types.SimpleNamespace(**{**vars(dt), "datetime": Stopped})
    with mock.patch("xlcredit.dates.dt", stopped):
        yield


def command(line):
    """Run one command line as a user does, in this process; what went wrong comes back with the exit code."""
    told = io.StringIO()
    with (
        mock.patch.object(sys, "argv", shlex.split(line)),
        mock.patch("typer.main.get_command", _get_command),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(told),
        listening() as findings,
    ):
        try:
            main()
        except SystemExit as end:
            return _ended(line, end, findings, told.getvalue())
    message = f"{line}: ended without an exit code"
    raise AssertionError(message)


_get_command = lru_cache(maxsize=1)(typer.main.get_command)
"""The commands are built once, not for each line."""


@contextlib.contextmanager
def listening():
    """The findings that a command decides its exit code by; where it does not, those that it puts into words."""
    findings, worded = [], Catalogue.finding

    def wording(catalogue, finding):
        findings.append(finding)
        return worded(catalogue, finding)

    def deciding(found):
        findings[:] = found
        exit_with(found)

    with contextlib.ExitStack() as patches:
        patches.enter_context(mock.patch.object(Catalogue, "finding", wording))
        for module in ("letters", "ledgers", "workbooks", "sending"):
            patches.enter_context(mock.patch(f"xlcredit.cli.{module}.exit_with", deciding))
        yield findings


def _ended(line, end, findings, told):
    """What a command came to; an exit code 2 without a named error is a fault of ours."""
    cause = end.__context__
    if isinstance(cause, XlcreditError):
        assert told.strip() == Catalogue("it").error(cause).strip()
        return Outcome(end.code, cause)
    if end.code not in {0, 1, None}:
        message = f"{line}: exit {end.code}, {cause!r}, {told}"
        raise AssertionError(message)
    return Outcome(end.code or 0, findings=tuple(findings))


def file_cases():
    """A case for each folder."""
    folders = sorted(
        entry for entry in FOLDER.iterdir() if entry.is_dir() and not entry.name.startswith(("_", "."))
    )
    return [_file_case(folder) for folder in folders]


def _file_case(folder):
    files = sorted(folder.iterdir(), key=lambda file: (file.name == "command.txt", file.name))
    texts = {file.name: file.read_text("utf-8") for file in files if file.suffix in {".txt", ".csv", ".yaml"}}
    also = frozenset({"templates-absent"} if "template.yaml" in texts else ())
    for name, text in texts.items():
        first, _, rest = text.partition("\n")
        if first.startswith("# also: "):
            also, texts[name] = also | set(first.removeprefix("# also: ").split(", ")), rest
    return Case(folder.name, _Files(folder, texts), tuple(texts.items()), also=also)


class _Files:
    """The files of one folder, put where they belong and run."""

    def __init__(self, folder, texts):
        self.folder, self.texts = folder, texts

    def __call__(self, place):
        for file in self.folder.iterdir():
            self._put(file, place)
        if "parameter.yaml" in self.texts and "command.txt" not in self.texts:
            load_parameter(place / "parameter.yaml")
        *before, last = self._commands()
        for line in before:
            earlier = command(line)
            assert earlier.error is None, (line, earlier.error)
        return command(last)

    def _put(self, file, place):
        if file.name == "crediti.txt":
            write_book(place / "crediti.xlsx", self.texts[file.name])
        elif file.name == "template.yaml":
            write_template(place / "letter_templates", self.texts[file.name])
        elif file.name != "command.txt":
            shutil.copy(file, place)

    def _commands(self):
        if "command.txt" in self.texts:
            return self.texts["command.txt"].strip().splitlines()
        return [line for name, line in USUAL.items() if name in self.texts]
