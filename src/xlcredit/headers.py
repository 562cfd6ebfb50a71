"""Which header of a file is which column of a table: Italian and English, in full or as ERPs shorten them.

Words are compared folded: no accents, case or punctuation, CamelCase taken apart, articles and currencies
left out, abbreviations written in full, order of the words indifferent (`Nr. fatt.` = `NumeroFattura`). They
stand in the catalogue: `headers` (what our own workbook writes), `synonyms` (what others write, best first; a
word ending in `*` is weak: it serves only where nothing better does), `abbreviations` and `header_noise`.

Preference when several headers could be one column: the user's own choice, then the rank of the word in its
list, then strong before weak, then columns that hold something, then the leftmost.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.errors import XlcreditError
from xlcredit.words import fold, plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from xlcredit.schema import Table

HOMES: dict[str, tuple[str, ...]] = {"ledger": ("invoices", "customers")}
"""Tables that borrow the words of others: a stranger's ledger names rows and customers in one place."""

_WEAK = 1000
_CAMEL = re.compile(r"(?<=[a-zà-ù0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-zà-ù])")
_NAMELESS = re.compile(r"\([A-Z]+\)$")
_REPEATED = re.compile(r" \(\d+\)$")
_NOT_WORD = re.compile(r"[^0-9a-z]+")


class MappingMalformedError(XlcreditError):
    """`--map` was given something that is not KEY=HEADER. Facts: found."""

    code: ClassVar[str] = "mapping-malformed"


class HeaderKeyUnknownError(XlcreditError):
    """`--map` names a column that the table does not have. Facts: found, near, known."""

    code: ClassVar[str] = "header-key-unknown"


class HeaderNotFoundError(XlcreditError):
    """`--map` names a header that the file does not have. Facts: column, found, near, known."""

    code: ClassVar[str] = "header-not-found"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Several headers for one column: `taken` was preferred, `left` stay as they are."""

    key: str
    taken: str
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """What became of the headers of a file.

    Attributes:
        by_key: schema key -> header, at most one header a key and one key a header, in the order of the
            table.
        unknown: the headers that are no column of the table, in the order of the file.
        conflicts: those among them that would have been one, had a better header not been there.
        weak: the keys whose header says little (`Data`, `N.`), for the values to confirm.
    """

    by_key: dict[str, str]
    unknown: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    weak: frozenset[str] = frozenset()


class _Claim(NamedTuple):
    rank: int
    is_blank: bool
    position: int
    key: str
    header: str


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The words of a table: folded -> {key: rank}, once by words and once run together."""

    by_words: dict[str, dict[str, int]]
    by_letters: dict[str, dict[str, int]]

    def ranks(self, header: str) -> Mapping[str, int]:
        """Keys that `header` may be, with their rank (0 best)."""
        if _NAMELESS.match(header):
            return {}
        text = _REPEATED.sub("", header)
        return self.by_words.get(fold_header(text)) or self.by_letters.get(fold(text)) or {}


def fold_header(header: str) -> str:
    """A header reduced to what it says.

    >>> fold_header("Dt. Scad.") == fold_header("DataScadenza") == fold_header("scadenza (data)")
    True
    """
    words = _words(header)
    short, noise = _abbreviations(), _noise()
    kept = [short.get(word, word) for word in words if word not in noise]
    return " ".join(sorted(kept or words))


def unique_headers(headers: Iterable[Any]) -> list[str]:
    """Headers as text, blank ones named by their place `(F)`, repeated ones numbered `Note (2)`.

    >>> unique_headers(["Note", None, "note"])
    ['Note', '(B)', 'note (2)']
    """
    taken: set[str] = set()
    unique = []
    for position, header in enumerate(headers):
        text = _text(header) or f"({column_letter(position)})"
        names = (text if count == 1 else f"{text} ({count})" for count in itertools.count(1))
        unique.append(next(name for name in names if name.casefold() not in taken))
        taken.add(unique[-1].casefold())
    return unique


def column_letter(position: int) -> str:
    """The letter of a 0-based column: 0 -> A, 26 -> AA."""
    letters = ""
    while position >= 0:
        position, rest = divmod(position, 26)
        letters, position = chr(ord("A") + rest) + letters, position - 1
    return letters


def parse_mapping(texts: Iterable[str]) -> dict[str, str]:
    """`KEY=HEADER` as typed after `--map`; a blank header means that no column is to be taken for the key.

    Raises:
        MappingMalformedError: no `=`, or nothing before it.
    """
    mapping = {}
    for text in texts:
        key, sign, header = text.partition("=")
        if not sign or not key.strip():
            raise MappingMalformedError(found=text)
        mapping[key.strip().lower().replace("-", "_")] = header.strip()
    return mapping


def recognise_headers(
    headers: Sequence[str],
    table: Table,
    overrides: Mapping[str, str] | None = None,
    *,
    blank: Collection[str] = (),
) -> Recognised:
    """Give each column of `table` at most one of `headers`.

    Args:
        headers: as in the file, unique (`unique_headers`).
        table: whose columns are looked for.
        overrides: key -> header, as the user decides; a blank header leaves the key out.
        blank: headers of columns that hold nothing; they give way to others.

    Raises:
        HeaderKeyUnknownError: an override for a key that the table does not have.
        HeaderNotFoundError: an override naming a header that is not there.
    """
    chosen = {key: _own_choice(key, text, headers, table) for key, text in (overrides or {}).items()}
    claims = sorted(_claims(headers, table, blank))
    by_key: dict[str, str] = {key: header for key, header in chosen.items() if header}
    taken = set(by_key.values())
    weak: set[str] = set()
    for claim in claims:
        if claim.key not in chosen and claim.key not in by_key and claim.header not in taken:
            by_key[claim.key] = claim.header
            taken.add(claim.header)
            weak.update({claim.key} if claim.rank >= _WEAK else ())
    ordered = {column.key: by_key[column.key] for column in table.columns if column.key in by_key}
    unknown = tuple(header for header in headers if header not in taken)
    return Recognised(ordered, unknown, _conflicts(claims, ordered, unknown), frozenset(weak))


def _own_choice(key: str, text: str, headers: Sequence[str], table: Table) -> str:
    """The header that the user means by `text` for `key`."""
    known = table.by_key
    if key not in known:
        raise HeaderKeyUnknownError(found=key, near=_near_keys(key, table), known=", ".join(known))
    if not text or text in headers:
        return text
    same = [header for header in headers if fold_header(header) == fold_header(text)]
    if not same:
        raise HeaderNotFoundError(
            column=key, found=text, near=_near(text, headers), known=" | ".join(headers)
        )
    return same[0]


def _near_keys(key: str, table: Table) -> str:
    """The keys that someone who wrote `key` may mean: by the words of a header, else by spelling."""
    by_words = recognise_headers([key.replace("_", " ")], table).by_key
    return ", ".join(by_words) or _near(key, list(table.by_key))


def _near(text: str, known: Sequence[str]) -> str:
    by_fold = {word.casefold(): word for word in known}
    close = get_close_matches(text.casefold(), list(by_fold), n=3, cutoff=0.4)
    return ", ".join(by_fold[word] for word in close) or "-"


def _claims(headers: Sequence[str], table: Table, blank: Collection[str]) -> Iterable[_Claim]:
    vocabulary = _vocabulary(table.key, tuple(column.key for column in table.columns))
    for position, header in enumerate(headers):
        for key, rank in vocabulary.ranks(header).items():
            yield _Claim(rank, header in blank, position, key, header)


def _conflicts(
    claims: Sequence[_Claim], by_key: Mapping[str, str], unknown: Sequence[str]
) -> tuple[Conflict, ...]:
    left: dict[str, list[str]] = {}
    explained: set[str] = set()
    for claim in claims:
        if claim.header in unknown and claim.header not in explained and claim.key in by_key:
            left.setdefault(claim.key, []).append(claim.header)
            explained.add(claim.header)
    return tuple(Conflict(key, by_key[key], tuple(headers)) for key, headers in left.items())


@lru_cache(maxsize=32)
def _vocabulary(table: str, keys: tuple[str, ...]) -> _Vocabulary:
    vocabulary = _Vocabulary({}, {})
    for language in LANGUAGES:
        for key in keys:
            for rank, word in enumerate(_spellings(Catalogue(language), table, key)):
                worth = rank + (_WEAK if word.endswith("*") else 0)
                for index, form in (
                    (vocabulary.by_words, fold_header(word)),
                    (vocabulary.by_letters, fold(word)),
                ):
                    ranks = index.setdefault(form, {})
                    ranks[key] = min(worth, ranks.get(key, worth))
    return vocabulary


def _spellings(catalogue: Catalogue, table: str, key: str) -> list[str]:
    """How a language writes a column, best first: our own header leads unless the list places it."""
    synonyms: list[str] = []
    own: list[str] = []
    for home in (table, *HOMES.get(table, ())):
        synonyms += _at(catalogue, f"synonyms.{home}.{key}") or []
        own += [_at(catalogue, f"headers.{home}.{key}") or ""]
    own += [_at(catalogue, f"headers.common.{key}") or ""]
    placed = {word.rstrip("*") for word in synonyms}
    first = next((word for word in own if word), None)
    return ([first] if first and first not in placed else []) + synonyms


def _at(catalogue: Catalogue, path: str) -> Any:  # noqa: ANN401  a text or a list, as the files have it
    return catalogue.section(path) if catalogue.has(path) else None


@lru_cache(maxsize=1)
def _abbreviations() -> dict[str, str]:
    """Short or foreign word -> the one that stands for it."""
    return {
        plain(variant): plain(word)
        for language in LANGUAGES
        for word, variants in Catalogue(language).section("abbreviations").items()
        for variant in variants
    }


@lru_cache(maxsize=1)
def _noise() -> frozenset[str]:
    """Words that say nothing in a header: articles, prepositions, currencies."""
    return frozenset(word for language in LANGUAGES for word in Catalogue(language).section("header_noise"))


@lru_cache(maxsize=8192)
def _words(header: str) -> tuple[str, ...]:
    return tuple(_NOT_WORD.sub(" ", plain(_CAMEL.sub(" ", header))).split())


def _text(header: Any) -> str:  # noqa: ANN401  a cell of any type
    if header is None or header != header:  # noqa: PLR0124  NaN differs from itself
        return ""
    if isinstance(header, float) and header.is_integer():
        header = int(header)
    return " ".join(str(header).split())
