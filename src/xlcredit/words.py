"""Words that people type in cells, whatever the case, accents, dots and spaces, in every language at once.

The words stand in the catalogue: `choices` (what the workbook offers) and `reading` (what else people write).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.schema import SETTING_CHOICES, VOCABULARIES

if TYPE_CHECKING:
    from collections.abc import Mapping


def fold(text: str) -> str:
    """`text` as compared: letters and digits only, without case and accents.

    >>> fold("Ri.Ba."), fold("SÌ"), fold("Raccomandata A/R")
    ('riba', 'si', 'raccomandataar')
    """
    return "".join(sign for sign in plain(text) if sign.isalnum())


def plain(text: str) -> str:
    """`text` without case and accents, spaces and signs kept."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in split if not unicodedata.combining(sign))


@cache
def choice_words(vocabulary: str) -> Mapping[str, str]:
    """Folded word -> English key, for a vocabulary of the schema; keys and FatturaPA's codes included."""
    keys = VOCABULARIES.get(vocabulary) or SETTING_CHOICES[vocabulary]
    words = {fold(key): key for key in keys}
    for language in LANGUAGES:
        catalogue = Catalogue(language)
        words |= {fold(word): key for key, word in catalogue.choices(vocabulary).items()}
        words |= _by_word(_section(catalogue, f"reading.choices.{vocabulary}"))
    return words


@cache
def cycle_words() -> Mapping[str, str]:
    """Folded name -> key of the package's dunning cycles; a person's own cycles are not among them."""
    names = [Catalogue(language).section("cycle_names") for language in LANGUAGES]
    return {fold(word): key for section in names for key, name in section.items() for word in (key, name)}


def cycle_of(name: str) -> str:
    """The key of a dunning cycle that is called so; a person's own cycle is called as it is."""
    return cycle_words().get(fold(name), name)


@cache
def reading_words(section: str) -> Mapping[str, str]:
    """Folded word -> key, for a section of `reading` (`months`, `flags`, `currencies`)."""
    words: dict[str, str] = {}
    for language in LANGUAGES:
        words |= _by_word(_section(Catalogue(language), f"reading.{section}"))
    return words


@cache
def phrases(section: str) -> Mapping[tuple[str, ...], str]:
    """Phrase as plain words -> key, for a section of `reading` whose entries may have several words."""
    return {
        tuple(plain(phrase).split()): str(key)
        for language in LANGUAGES
        for key, entries in _section(Catalogue(language), f"reading.{section}").items()
        for phrase in entries
    }


def _section(catalogue: Catalogue, key: str) -> Mapping[str, Any]:
    section: Mapping[str, Any] = catalogue.section(key) if catalogue.has(key) else {}
    return section


def _by_word(section: Mapping[str, Any]) -> dict[str, str]:
    """A section `key: [word, ...]` turned round; a sign that folds to nothing (€) stands for itself."""
    return {fold(str(word)) or str(word): str(key) for key, entries in section.items() for word in entries}
