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

from jinja2 import TemplateError

from xlcredit.letters.sandbox import LetterEnvironment
from xlcredit.mail.errors import MailTemplateBrokenError, MailTemplateMissingError
from xlcredit.mail.message import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

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

_LONGEST = 64_000
_BLANK_LINES = re.compile(r"\n\s*\n\s*\n")
_SUBJECT = re.compile(r"\s*(?:Oggetto|Subject):[ \t]*(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MailText:
    """The text of one kind of message, compiled."""

    path: Path
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
            raise _broken(self.path, error) from error
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
        content = path.read_bytes()[: _LONGEST + 1].decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _broken(path, error) from error
    first, _, rest = content.replace("\r\n", "\n").partition("\n")
    subject = _SUBJECT.fullmatch(first)
    if subject is None or len(content) > _LONGEST or not rest.strip():
        raise MailTemplateBrokenError(path=path.name, line=1, reason=one_line(first)[:80])
    try:
        # as many breaks before the text as there are before it in the file, so that errors name its lines
        return MailText(path, _environment().from_string(subject[1]), _environment().from_string("\n" + rest))
    except TemplateError as error:
        raise _broken(path, error) from error


def check_text(path: Path) -> None:
    """Refuse a text that could not be used.

    Raises:
        MailTemplateBrokenError: see `read_text`; or it names something that does not exist.
    """
    facts = {name: dict.fromkeys(parts, "-") if parts else ["-"] for name, parts in NAMES.items()}
    read_text(path).write(facts)


def _broken(path: Path, error: Exception) -> MailTemplateBrokenError:
    line = getattr(error, "lineno", None) or 1
    return MailTemplateBrokenError(path=path.name, line=line, reason=one_line(str(error)))


@lru_cache(maxsize=1)
def _environment() -> LetterEnvironment:
    environment = LetterEnvironment()
    environment.autoescape = False
    environment.trim_blocks = environment.lstrip_blocks = True
    return environment
