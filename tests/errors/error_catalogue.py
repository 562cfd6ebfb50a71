"""docs/errors.md: every error and finding with the input that causes it and what the user reads.

`python tests/errors/error_catalogue.py` writes it; a test proves that it is up to date.
"""

import importlib
import pkgutil
import sys
from functools import cache
from itertools import groupby
from pathlib import Path

import broken_inputs
import button_faults  # noqa: F401  registers its own
import faults
import letter_faults  # noqa: F401  registers its own
import live_faults  # noqa: F401  so do they
import mail_faults  # noqa: F401
import plan_faults  # noqa: F401  so do they
import setup_faults  # noqa: F401

import xlcredit
from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.errors import XlcreditError

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"
WORDS = {language: Catalogue(language) for language in LANGUAGES}

HEAD = """# Errors and findings

Generated: `python tests/errors/error_catalogue.py` writes this page anew; do not edit it. Each entry is caused for
real by a broken input in `tests/errors/`, on 31 March 2026.

An **error** ends a command with exit code 2 and nothing has changed. A **finding** is something wrong with the data:
the command does its work, the row stays, and exit code 1 says that a person has to look; a finding that is only a
note leaves it at 0.

How the inputs are written: `crediti.txt` stands for a workbook, one small table a sheet (a customer C1 is there
unless the sheet `Clienti` says otherwise); where no command is shown it is `xlcredit check` for a workbook,
`xlcredit assess` for a ledger, `xlcredit templates check` for a letter template.
"""

CHAPTERS = {
    "errors": "Errors: exit code 2, nothing has changed",
    "findings": "Findings: something in the data wants a look",
}


BASES = {
    "button",
    "error",
    "book",
    "in-the-way",
    "letter",
    "mail",
    "live-book",
    "pdf",
    "parameter-file",
    "setup",
}
"""Codes of classes that only others derive from, so that nobody raises them."""
UNRAISED = {"payment-code-impossible"}
"""Codes of classes that nothing raises: a payment code that cannot be made is left out of the letter."""


def error_classes():
    """Every class of error of the package."""
    for module in pkgutil.walk_packages(xlcredit.__path__, "xlcredit."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return set(_below(XlcreditError))


def _below(kind):
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


@cache
def cases():
    """Every broken input, by chapter and code."""
    found = [*broken_inputs.file_cases(), *faults.CASES]
    return sorted(found, key=lambda case: (case.is_finding, case.code))


def page():
    """The text of docs/errors.md."""
    chapters = {
        key: list(entries)
        for key, entries in groupby(cases(), lambda case: "findings" if case.is_finding else "errors")
    }
    contents = "\n".join(_contents(key, entries) for key, entries in chapters.items())
    bodies = "\n".join(
        f"## {CHAPTERS[key]}\n\n" + "\n".join(map(_entry, entries)) for key, entries in chapters.items()
    )
    return f"{HEAD}\n{contents}\n{bodies}"


def _contents(key, entries):
    links = " · ".join(f"[{case.code}](#{_anchor(case)})" for case in entries)
    return f"**{CHAPTERS[key].partition(':')[0]}** ({len(entries)}): {links}\n"


def _anchor(case):
    return f"finding-{case.code}" if case.is_finding else case.code


def _entry(case):
    outcome = case.run_now()
    title = f"finding {case.code}" if case.is_finding else case.code
    told = "\n".join(f"> {line}".rstrip() for line in _told(case, outcome))
    shown = "\n\n".join(_shown(case))
    return f"### {title}\n\n{shown}\n\n{told}\n>\n> Exit code {outcome.exit_code}.\n"


def _told(case, outcome):
    """What the user reads, in each language."""
    lines = []
    for language, words in WORDS.items():
        if outcome.error:
            text = words.error(outcome.error)
        else:
            finding = next(finding for finding in outcome.findings if finding.code == case.code)
            text = " ".join(words.finding(finding))
        lines += [f"**{language}** {_escaped(text)}", ""]
    return lines[:-1]


def _escaped(text):
    """Text that Markdown shows as it is."""
    return "".join(f"\\{sign}" if sign in "\\`*_<>[]" else sign for sign in text)


def _shown(case):
    """The input: its story, or its files."""
    if case.story:
        return [case.story]
    return [_file(name, text) for name, text in case.shown]


def _file(name, text):
    return f"`{name}`\n\n```\n{text.rstrip()}\n```" if name != "command.txt" else f"```\n{text.rstrip()}\n```"


def main():
    """Write the page."""
    PAGE.parent.mkdir(exist_ok=True)
    text = page()
    PAGE.write_text(text, "utf-8")
    sys.stdout.write(f"{PAGE}: {text.count('### ')}\n")


if __name__ == "__main__":
    main()
