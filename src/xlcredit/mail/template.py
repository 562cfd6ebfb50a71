"""The text of a message: a file that a clerk edits, `letter_templates/<language>/mail/<template>.txt`.

Its first line is the subject (`Oggetto: ...` or `Subject: ...`), then a blank line, then the text. Tags are those
of the letters (`letters.sandbox`), names those of `NAMES`; a letter without a text of its own name
gets the one called `letter.txt`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateError, Undefined, UndefinedError

from xlcredit.letters.escaping import clean
from xlcredit.letters.sandbox import LetterEnvironment
from xlcredit.mail.errors import MailTemplateBrokenError, MailTemplateMissingError
from xlcredit.mail.message import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from jinja2 import Template

GENERAL = "letter"
NAMES: dict[str, tuple[str, ...]] = {
    "company": (
        "name", "address", "postcode", "city", "province", "country", "vat_number", "tax_code", "email", "pec",
        "phone", "signatory", "signatory_role", "place", "city_line", "address_line", "tax_line", "contact_line",
    ),
    "customer": ("id", "name", "salutation", "contact"),
    "letter": ("id", "date", "kind", "currency"),
    "payment": ("holder", "iban", "bank", "reference"),
    "documents": (),
    "copies": (),
}  # fmt: skip
"""What a text may name; a name without parts is a list of texts."""

_LONGEST, _LONGEST_SHOWN = 64_000, 80
_BLANK_LINES = re.compile(r"\n\s*\n\s*\n")
_SUBJECT = re.compile(r"\s*(?:Oggetto|Subject):[ \t]*(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MailText:
    """The text of one kind of message, compiled.

    Attributes:
        path: its file.
        lines: of the file.
        subject, body: its two parts.
    """

    path: Path
    lines: tuple[str, ...]
    subject: Template
    body: Template

    def write(self, facts: Mapping[str, Any]) -> tuple[str, str]:
        """Subject and text of a message; facts that are blank leave no gap of several lines.

        Raises:
            MailTemplateBrokenError: it names something that does not exist.
        """
        try:
            subject, body = self.subject.render(facts), self.body.render(facts)
        except (TemplateError, TypeError) as error:
            raise _broken(self.path, self.lines, error) from error
        return one_line(subject), _BLANK_LINES.sub("\n\n", body.strip()) + "\n"


def text_path(folders: Sequence[Path], language: str, name: str) -> Path:
    """The file with the text for letters of the template `name`, or the general one.

    Args:
        folders: of templates; the first that has either is the one.
        language: of the message.
        name: of the letter's template.

    Raises:
        MailTemplateMissingError: none has one.
    """
    places = [folder / language / "mail" / f"{stem}.txt" for folder in folders for stem in (name, GENERAL)]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise MailTemplateMissingError(name=f"{language}/mail/{GENERAL}.txt", path=str(folders[0]))
    return found


def read_text(path: Path) -> MailText:
    """The text in a file.

    Raises:
        MailTemplateBrokenError: it cannot be read, has no subject, or has a tag that is not allowed.
    """
    try:
        content = path.read_bytes()[: _LONGEST + 1].decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise _broken(path, (), error) from error
    lines = tuple(content.split("\n"))
    subject = _SUBJECT.fullmatch(lines[0])
    if subject is None or len(content) > _LONGEST or not "".join(lines[1:]).strip():
        raise MailTemplateBrokenError(path=path.name, line=1, reason=one_line(lines[0])[:_LONGEST_SHOWN])
    try:
        # with a break in the place of the subject, so that errors name the file's lines
        body = _environment().from_string("\n" + "\n".join(lines[1:]))
        return MailText(path, lines, _environment().from_string(subject[1]), body)
    except TemplateError as error:
        raise _broken(path, lines, error) from error


def check_text(path: Path) -> None:
    """Refuse a text that could not be used.

    Raises:
        MailTemplateBrokenError: see `read_text`; or it names something that does not exist.
    """
    facts = {name: dict.fromkeys(parts, "-") if parts else ["-"] for name, parts in NAMES.items()}
    read_text(path).write(facts)


def _broken(path: Path, lines: tuple[str, ...], error: Exception) -> MailTemplateBrokenError:
    """What is wrong: the name that does not exist, else the line at fault as it stands."""
    line = getattr(error, "lineno", None) or _line(error.__traceback__)
    text = lines[line - 1] if line <= len(lines) else str(error)
    reason = str(error) if isinstance(error, UndefinedError) else text
    return MailTemplateBrokenError(path=path.name, line=line, reason=one_line(reason)[:_LONGEST_SHOWN])


def _line(place: TracebackType | None) -> int:
    """The line of a text at which it failed while it was written; 1 where nothing says."""
    found = 1
    while place is not None:
        if place.tb_frame.f_code.co_filename == "<template>":
            found = place.tb_lineno
        place = place.tb_next
    return found


def _shown(value: Any) -> Any:  # noqa: ANN401  whatever a tag names
    """A value as it may stand in a text; a name that does not exist says so."""
    return clean(str(value) if isinstance(value, Undefined) else value)


@lru_cache(maxsize=1)
def _environment() -> LetterEnvironment:
    environment = LetterEnvironment()
    environment.autoescape = False
    environment.finalize = _shown
    environment.trim_blocks = environment.lstrip_blocks = True
    return environment
