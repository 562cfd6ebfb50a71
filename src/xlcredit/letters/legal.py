"""What a letter must say and what it must not: looked for in the words and tags of a template.

A template passes when the words are there, not when they are right: this finds what was forgotten or copied
from a harsher letter, it does not replace a reader.

Law: art. 1219, 2943 c.c. (formal notice); D.Lgs. 231/2002 art. 4-6 (interest and costs); art. 25 Codice del
consumo and the Garante on debt collection (what may not be written).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from xlcredit.errors import Finding
from xlcredit.letters.tags import tag_finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from xlcredit.letters.tags import Paragraph

_APOSTROPHES = str.maketrans("\u2019\u2018", "''")


@lru_cache(maxsize=2)
def _load(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(files("xlcredit.letters").joinpath(name).read_text("utf-8"))
    return data


def letter_kinds() -> tuple[str, ...]:
    """The kinds of templates whose elements are known."""
    return tuple(_load("required.yaml")["kinds"])


def check_elements(kind: str, names: Collection[str], text: str) -> Iterator[Finding]:
    """What a template of `kind` leaves out.

    Args:
        kind: one of `letter_kinds`.
        names: the dotted names its tags use.
        text: all its words.
    """
    required = _load("required.yaml")
    plain = normalise(text)
    for element in required["kinds"][kind]:
        wanted = required["elements"][element]
        is_named = any(name in names for name in wanted.get("names", ()))
        if not is_named and not any(re.search(words, plain) for words in wanted.get("words", ())):
            yield Finding(f"template-misses-{element}", facts={"kind": kind})


def check_lawful(paragraphs: Iterable[Paragraph]) -> Iterator[Finding]:
    """What a template says and may not, each with its words and its paragraph."""
    for paragraph in paragraphs:
        plain = normalise(paragraph.text)
        for topic, lists in _load("unlawful.yaml").items():
            for words in _words_for(lists, is_heading=paragraph.is_heading):
                found = re.search(words, plain)
                if found:
                    yield tag_finding(f"template-unlawful-{topic}", paragraph.text, found.group())
                    break


def _words_for(lists: Any, *, is_heading: bool) -> list[str]:  # noqa: ANN401  a list, or a mapping of two
    if isinstance(lists, list):
        return lists
    return [*lists["text"], *(lists["heading"] if is_heading else ())]


def normalise(text: str) -> str:
    """A text as words are compared: small letters, no accents, one blank between words."""
    apart = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    return " ".join("".join(mark for mark in apart if not unicodedata.combining(mark)).casefold().split())
