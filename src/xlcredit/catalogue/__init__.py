"""Every string a user sees, by key and language.

A language is a folder of YAML files beside this module (`it`, `en`); a key is a path through them
(`findings.amount-unreadable.message`). A wording is a `str.format` template; where it depends on a number it
is a mapping `{one: ..., other: ...}` chosen by the fact `count`. Facts are formatted for the reader: dates as
21/11/2026, `Money` as 1.234,56 €.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from xlcredit.errors import UNREAD_CURRENCY, Money
from xlcredit.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlcredit.errors import Finding, XlcreditError

LANGUAGES = ("it", "en")

_SHARED = ("errors", "findings")
_ELIDED = re.compile(r"\b([Ii]|[Dd]e|[Aa]|[Dd]a|[Nn]e|[Ss]u)l (?=11/\d\d/\d)")
"""Italian articles before the eleventh of a month: they lose their vowel."""
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class UnknownWordingError(KeyError):
    """A key that the catalogue of a language does not have: a fault of the program, never of the user."""


def _elide(article: re.Match[str]) -> str:
    """`il` becomes `l'`, `al` becomes `all'`."""
    start = article[1]
    return {"i": "l'", "I": "L'"}.get(start, f"{start}ll'")


@lru_cache(maxsize=len(LANGUAGES))
def _load(language: str) -> dict[str, Any]:
    words: dict[str, Any] = {}
    folder = files("xlcredit.catalogue") / language
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".yaml"):
            _merge(words, yaml.load(entry.read_text("utf-8"), Loader=_Loader))  # noqa: S506  the safe C loader
    return words


def _merge(words: dict[str, Any], more: dict[str, Any]) -> None:
    """Sections of several files become one: `errors_books` and `errors_letters` are both `errors`."""
    for key, section in more.items():
        shared = next((name for name in _SHARED if key.startswith(f"{name}_")), None)
        if shared is None:
            words[key] = section
        else:
            words.setdefault(shared, {}).update(section)


class Catalogue:
    """The words of one language.

    >>> Catalogue("it").choice("document_type", "credit_note")
    'Nota di credito'
    """

    def __init__(self, language: str = "it") -> None:
        self.language = language if language in LANGUAGES else "it"
        self._words = _load(self.language)

    def section(self, key: str) -> Any:  # noqa: ANN401  a mapping or a text, as the files have it
        """What stands at `key` (dotted path); UnknownWordingError when nothing does."""
        node: Any = self._words
        for part in key.split("."):
            if not isinstance(node, dict) or part not in node:
                raise UnknownWordingError(key)
            node = node[part]
        return node

    def has(self, key: str) -> bool:
        """Whether something stands at `key`."""
        try:
            self.section(key)
        except UnknownWordingError:
            return False
        return True

    def text(self, key: str, **facts: Any) -> str:  # noqa: ANN401  facts are of any type
        """The wording at `key`, filled with `facts` as a reader of this language writes them."""
        wording = self.section(key)
        if isinstance(wording, dict):
            wording = wording["one" if facts.get("count") == 1 else "other"]
        if not facts:
            return str(wording)
        said = str(wording).format(**{name: self.format(value) for name, value in facts.items()})
        return _ELIDED.sub(_elide, said) if self.language == "it" else said

    def format(self, value: Any) -> Any:  # noqa: ANN401  facts are of any type
        """A fact as a reader of this language writes it: dates, Money, Decimals and integers localised."""
        if isinstance(value, (dt.datetime, dt.date)):
            return f"{value:%d/%m/%Y}"
        if isinstance(value, Money):
            return self.money(value.cents, value.currency)
        if isinstance(value, Decimal):
            return self._group(f"{value:,.2f}")
        if isinstance(value, int) and not isinstance(value, bool):
            return self._group(f"{value:,}")
        return "" if value is None else value

    def _group(self, english: str) -> str:
        if self.language == "en":
            return english
        return english.translate(str.maketrans(",.", ".,"))

    def money(self, cents: int, currency: str = "EUR") -> str:
        """Cents as an amount with its currency: 123456 -> 1.234,56 €."""
        return f"{self.format(Decimal(cents) / 100)} {self.currency(currency)}"

    def currency(self, code: str) -> str:
        """A currency as it stands after an amount: its code, the euro's sign; words where none could be read."""
        if code == "EUR":
            return "€"
        return self.text("currency_unread") if code == UNREAD_CURRENCY else code

    def sheet(self, table: str) -> str:
        """The name of the sheet of `table`."""
        return str(self.section(f"sheets.{table}"))

    def header(self, table: str, column: str) -> str:
        """The header of `column` in `table`."""
        own = self.section("headers").get(table, {})
        return str(own[column] if column in own else self.section(f"headers.common.{column}"))

    def headers(self, table: str, columns: Iterable[str]) -> list[str]:
        """The headers of several columns."""
        return [self.header(table, column) for column in columns]

    def choice(self, vocabulary: str, key: str) -> str:
        """The word for one choice of a vocabulary."""
        return str(self.section(f"choices.{vocabulary}")[key])

    def choices(self, vocabulary: str) -> Mapping[str, str]:
        """English key -> word, for a whole vocabulary."""
        words: Mapping[str, str] = self.section(f"choices.{vocabulary}")
        return words

    def cycle(self, name: str) -> str:
        """What a dunning cycle is called: the package's by their names, a person's own as they typed it."""
        return str(self.section("cycle_names").get(name, name))

    def error(self, error: XlcreditError) -> str:
        """What a misuse error says."""
        return self.text(f"errors.{error.code}", **error.facts)

    def found(self, finding: Finding) -> str:
        """What was found, as the workbook shows it: one of our choices by its word."""
        table = TABLES.get(finding.table)
        column = table.by_key.get(finding.column or "") if table else None
        if column and finding.found in column.choices:
            return self.choice(column.vocabulary, finding.found)
        return finding.found or ""

    def row(self, finding: Finding) -> str:
        """What a person calls the row: where it begins with a cycle, that by its name."""
        row, cycle = finding.row or "", str(finding.facts.get("cycle", ""))
        return self.cycle(cycle) + row.removeprefix(cycle) if cycle and row.startswith(cycle) else row

    def finding(self, finding: Finding) -> tuple[str, str]:
        """What a finding says and what to do about it."""
        facts = {
            **finding.facts,
            "found": self.found(finding),
            "row": self.row(finding),
            "count": finding.count,
        }
        if "cycle" in facts:
            facts["cycle"] = self.cycle(str(facts["cycle"]))
        column = self.header(finding.table, finding.column) if finding.table and finding.column else ""
        facts["column"] = column
        return (
            self.text(f"findings.{finding.code}.message", **facts),
            self.text(f"findings.{finding.code}.remedy", **facts),
        )
