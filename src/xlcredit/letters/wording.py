"""Whole columns of cents, days and rates as the readers of one language write them.

A batch formats each column once, each distinct value once; a letter is then a slice of finished texts. Blanks
become "". Credit is written with a leading minus.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import datetime as dt

    from xlcredit.catalogue import Catalogue


@dataclass(frozen=True)
class Wording:
    """The writing habits of one language.

    Attributes:
        language: `it` or `en`.
        words: the section `letters` of its catalogue.
        document_types: English key -> word.
        marks: Python's thousands and decimal mark -> the language's.
    """

    language: str
    words: dict[str, Any]
    document_types: dict[str, str]
    marks: dict[int, str] = field(repr=False)

    @classmethod
    def of(cls, catalogue: Catalogue) -> Wording:
        """The wording of a catalogue's language."""
        words = catalogue.section("letters")
        marks = str.maketrans({",": words["thousands"], ".": words["decimal"]})
        return cls(catalogue.language, words, dict(catalogue.choices("document_type")), marks)

    def amounts(self, hundredths: np.ndarray) -> np.ndarray:
        """Cents, or basis points, as texts without a unit: 123456 -> `1.234,56`."""
        codes, distinct = pd.factorize(hundredths)
        texts = "\n".join([f"{value / 100:,.2f}" for value in distinct.tolist()])
        return _spread(texts.translate(self.marks).split("\n"), codes)

    def integers(self, numbers: np.ndarray) -> np.ndarray:
        """Whole numbers as texts."""
        codes, distinct = pd.factorize(numbers)
        return _spread([f"{value:.0f}" for value in distinct.tolist()], codes)

    def money(self, cents: np.ndarray, currency: str) -> np.ndarray:
        """Cents as texts with their currency: `1.234,56 €`, `-120,00 €`."""
        form = self.words["money" if currency in self.words["units"] else "money_by_code"]
        before, after = form.format(sign="", amount="\n", unit=self.unit(currency)).split("\n")
        minus = form.format(sign="-", amount="\n", unit=self.unit(currency)).split("\n")[0]
        amounts = self.amounts(np.abs(cents)).tolist()
        signs = [minus if value < 0 else before for value in cents.tolist()]
        return objects([f"{sign}{amount}{after}" for sign, amount in zip(signs, amounts, strict=True)])

    def unit(self, currency: str) -> str:
        """What stands beside an amount: the symbol where readers know it, else the code."""
        return str(self.words["units"].get(currency, currency))

    def listed(self, texts: list[str]) -> str:
        """Texts as a sentence lists them: `a, b e c`."""
        *some, last = texts
        return f"{', '.join(some)}{self.words['and']}{last}" if some else last

    def days(self, days: np.ndarray, form: str = "short_date") -> np.ndarray:
        """Days (datetime64[D]) as texts; `form` is short_date, date or long_date."""
        codes, distinct = pd.factorize(days.astype(np.int64))
        read = distinct.astype("datetime64[D]")
        return _spread([self.day(None if np.isnat(day) else day.item(), form) for day in read], codes)

    def day(self, day: dt.date | None, form: str = "date") -> str:
        """One day as text; "" for None."""
        if day is None:
            return ""
        name, short = self.words["months"][day.month - 1], self.words["short_months"][day.month - 1]
        facts = {"day": day.day, "month": day.month, "year": day.year, "name": name, "short_name": short}
        return str(self.words[form].format(**facts))


def unbreakable(code: str) -> str:
    """A code that no line end splits: for sentences, not for what a reader copies."""
    return code.replace("-", "\u2011")


def _spread(texts: list[str], codes: np.ndarray) -> np.ndarray:
    """The text of each code; "" for -1, which `factorize` gives to blanks."""
    spread: np.ndarray = objects([*texts, ""])[codes]
    return spread


def objects(texts: list[str]) -> np.ndarray:
    """Texts as an array of Python strings."""
    written = np.empty(len(texts), dtype=object)
    written[:] = texts
    return written
