"""Whole columns of cents, days and rates as the readers of one language write them.

A batch formats each column once; a letter is then a slice of finished texts. Blanks become "". Credit is
written with a leading minus.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from xlcredit.catalogue import Catalogue

_SEPARATOR = "\n"


@dataclass(frozen=True)
class Wording:
    """The writing habits of one language.

    Attributes:
        language: `it` or `en`.
        words: the section `letters` of its catalogue.
        document_types: English key -> word.
    """

    language: str
    words: dict[str, Any]
    document_types: dict[str, str]

    @classmethod
    def of(cls, catalogue: Catalogue) -> Wording:
        """The wording of a catalogue's language."""
        return cls(catalogue.language, catalogue.section("letters"), dict(catalogue.choices("document_type")))

    def amounts(self, cents: pd.Series) -> np.ndarray:
        """Cents as texts without currency: 123456 -> `1.234,56`; grain and order kept."""
        return self._numbers(cents.to_numpy(dtype="float64", na_value=np.nan) / 100, "{:,.2f}")

    def percents(self, rates_bp: pd.Series) -> np.ndarray:
        """Basis points as texts without the sign: 1015 -> `10,15`."""
        return self._numbers(rates_bp.to_numpy(dtype="float64", na_value=np.nan) / 100, "{:,.2f}")

    def integers(self, numbers: pd.Series) -> np.ndarray:
        """Whole numbers as texts."""
        return self._numbers(numbers.to_numpy(dtype="float64", na_value=np.nan), "{:,.0f}")

    def money(self, amount: str, currency: str) -> str:
        """An amount already written, with its currency: `1.234,56 €`."""
        form = "money" if currency in self.words["units"] else "money_by_code"
        sign = "-" if amount.startswith("-") else ""
        facts = {"sign": sign, "amount": amount.removeprefix("-"), "unit": self.unit(currency)}
        return str(self.words[form].format(**facts))

    def cents(self, cents: int, currency: str) -> str:
        """One amount with its currency."""
        return self.money(self._marked(f"{cents / 100:,.2f}"), currency)

    def rate(self, rate_bp: int) -> str:
        """One rate without the sign: 1015 -> `10,15`."""
        return self._marked(f"{rate_bp / 100:,.2f}")

    def unit(self, currency: str) -> str:
        """What stands beside an amount: the symbol where readers know it, else the code."""
        return str(self.words["units"].get(currency, currency))

    def days(self, dates: pd.Series, form: str = "short_date") -> np.ndarray:
        """Days as texts (`form`: short_date, date or long_date); each distinct day is written once."""
        distinct, codes = np.unique(dates.to_numpy(dtype="datetime64[D]"), return_inverse=True)
        texts = [self.day(None if np.isnat(day) else day.item(), form) for day in distinct]
        return np.array(texts, dtype=object)[codes] if len(texts) else np.empty(0, dtype=object)

    def day(self, day: dt.date | None, form: str = "date") -> str:
        """One day as text; "" for None."""
        if day is None:
            return ""
        name, short = self.words["months"][day.month - 1], self.words["short_months"][day.month - 1]
        facts = {"day": day.day, "month": day.month, "year": day.year, "name": name, "short_name": short}
        return str(self.words[form].format(**facts))

    def _numbers(self, values: np.ndarray, form: str) -> np.ndarray:
        """Floats as texts in this language; NaN becomes ""."""
        blank = np.isnan(values)
        texts = _SEPARATOR.join(map(form.format, np.where(blank, 0.0, values).tolist()))
        written = np.array(self._marked(texts).split(_SEPARATOR) if len(values) else [], dtype=object)
        written[blank] = ""
        return written

    def _marked(self, texts: str) -> str:
        """Numbers as Python writes them, with the marks of this language."""
        return texts.translate(str.maketrans({",": self.words["thousands"], ".": self.words["decimal"]}))
