"""Which table of a workbook is which, and which header is which column.

The shipped workbook's tables are called `xlc_<key>`. In others a table goes by the name of its sheet, a
column by its header, in either language; a table `Mappa colonne` overrides.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlcredit.books.book import RawTable
    from xlcredit.books.layout import Layout, TablePart

PREFIX = "xlc_"


def fold(text: str) -> str:
    """A name without regard to case and spaces.

    >>> fold("  Data  Documento ")
    'data documento'
    """
    return " ".join(text.casefold().split())


def recognise_tables(layout: Layout) -> dict[str, TablePart]:
    """Schema key -> table, for the tables that the workbook has."""
    found = {
        table.name.casefold().removeprefix(PREFIX): table
        for table in layout.tables
        if table.name.casefold().startswith(PREFIX)
    }
    found = {key: table for key, table in found.items() if key in TABLES}
    by_sheet = _sheet_words()
    for sheet in layout.sheets:
        key = by_sheet.get(fold(sheet.name))
        free = [table for table in sheet.tables if table not in found.values()]
        if key and key not in found and free:
            found[key] = max(free, key=lambda table: len(match_headers(key, table.headers, LANGUAGES)))
    return {key: found[key] for key in TABLES if key in found}


@lru_cache(maxsize=1)
def _sheet_words() -> dict[str, str]:
    return {fold(Catalogue(language).sheet(key)): key for language in LANGUAGES for key in TABLES}


@lru_cache(maxsize=len(TABLES) * len(LANGUAGES))
def _header_words(key: str, language: str) -> dict[str, str]:
    """Folded header -> schema key of the column."""
    words = Catalogue(language)
    return {fold(words.header(key, column.key)): column.key for column in TABLES[key].columns}


def match_headers(key: str, headers: Sequence[str], languages: Sequence[str]) -> dict[str, str]:
    """Schema key of the column -> header in the file, for the headers that are the catalogue's own words.

    Args:
        key: of the table.
        headers: as they stand in the file.
        languages: in the order in which they are tried.
    """
    found: dict[str, str] = {}
    for language in languages:
        words = _header_words(key, language)
        for header in headers:
            column = words.get(fold(header))
            if column and column not in found and header not in found.values():
                found[column] = header
    return {column.key: found[column.key] for column in TABLES[key].columns if column.key in found}


def known_headers(
    key: str, headers: Sequence[str], language: str, mapped: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Schema key of the column -> header in the file.

    Args:
        key: of the table.
        headers: as they stand in the file.
        language: of the workbook; the others are tried after it.
        mapped: what the table `Mappa colonne` says, which comes first (see `mapped_headers`).
    """
    languages = [language, *(other for other in LANGUAGES if other != language)]
    standing = {fold(header): header for header in headers}
    own = {
        column: standing[fold(header)]
        for column, header in mapped.get(key, {}).items()
        if fold(header) in standing
    }
    found = match_headers(key, [header for header in headers if header not in own.values()], languages)
    return {**found, **own}


def mapped_headers(raw: RawTable | None) -> dict[str, dict[str, str]]:
    """Table -> column -> header, as the table `Mappa colonne` has them; nothing when the workbook lacks it."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    if raw is None:
        return found
    names = match_headers("column_map", raw.headers, LANGUAGES)
    if len(names) < 3:  # noqa: PLR2004  table, column, header
        return found
    rows = raw.frame[[names["table"], names["column"], names["header"]]].dropna()
    for table_name, column_name, header in rows.astype("str").itertuples(index=False):
        table = table_key(table_name)
        column = column_key(table, column_name) if table else None
        if table and column:
            found[table][column] = header
    return found


def language_of(layout: Layout, tables: Mapping[str, TablePart]) -> str:
    """The language in which more sheets and headers are written."""

    def score(language: str) -> int:
        words = Catalogue(language)
        sheets = sum(fold(table.sheet) == fold(words.sheet(key)) for key, table in tables.items())
        return sheets + sum(
            len(match_headers(key, table.headers, [language])) for key, table in tables.items()
        )

    return max(LANGUAGES, key=score) if layout.sheets else LANGUAGES[0]


def table_key(text: str) -> str | None:
    """The schema key that a person means by a table's name: its key, its sheet's name, its display name."""
    name = fold(text)
    key = _sheet_words().get(name, name.removeprefix(PREFIX))
    return key if key in TABLES else None


def column_key(table: str, text: str) -> str | None:
    """The schema key that a person means by a column's name: its key, or its header in either language."""
    name = fold(text)
    known = next(
        (words[name] for language in LANGUAGES if name in (words := _header_words(table, language))), name
    )
    return known if known in TABLES[table].by_key else None
