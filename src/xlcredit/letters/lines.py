"""The tables of each letter: documents, interest lines, earlier letters, aging, totals.

Every column of a run of letters is written out once, whatever letter its lines belong to.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from xlcredit.letters.deductions import written_deductions
from xlcredit.letters.wording import objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from xlcredit.letters.arrange import Batch, Parts
    from xlcredit.letters.figures import Figures
    from xlcredit.letters.wording import Wording

Facts = dict[str, Any]
SUMS = ("open", "overdue", "not_due", "interest", "lump_sum", "fee", "total", "credits")


@dataclass(frozen=True)
class Lines:
    """Lines to be written, each in its letter's language.

    Attributes:
        wordings: by language.
        languages: one a line.
        columns: one array a column.
    """

    wordings: Mapping[str, Wording]
    languages: np.ndarray
    columns: Mapping[str, np.ndarray]

    @classmethod
    def of(cls, parts: Parts, batch: Batch, wordings: Mapping[str, Wording]) -> Lines:
        """The lines of one table of a batch."""
        return cls(wordings, batch.languages[parts.letter], parts.columns)

    def amounts(self, column: str) -> np.ndarray:
        """Cents or basis points of a column as texts."""
        return self.written(self.columns[column], lambda wording, values: wording.amounts(values))

    def integers(self, column: str) -> np.ndarray:
        """Whole numbers of a column as texts."""
        return self.written(self.columns[column], lambda wording, values: wording.integers(values))

    def days(self, column: str, form: str = "short_date") -> np.ndarray:
        """Days of a column as texts."""
        return self.written(self.columns[column], lambda wording, values: wording.days(values, form))

    def words(self, column: str, section: str) -> np.ndarray:
        """The words of the keys of a column; "" for a key without any."""
        return self.written(
            self.columns[column], lambda wording, keys: _looked_up(keys, wording.words[section])
        )

    def types(self, column: str) -> np.ndarray:
        """The words of document types."""
        return self.written(
            self.columns[column], lambda wording, keys: _looked_up(keys, wording.document_types)
        )

    def money(self, cents: np.ndarray, currencies: np.ndarray) -> np.ndarray:
        """Cents as texts with the currency of each line."""
        written = np.empty(len(cents), dtype=object)
        for currency in dict.fromkeys(currencies.tolist()):
            chosen = currencies == currency
            part = Lines(self.wordings, self.languages[chosen], {})
            written[chosen] = part.written(cents[chosen], partial(_money, currency))
        return written

    def written(self, values: np.ndarray, write: Callable[[Wording, np.ndarray], np.ndarray]) -> np.ndarray:
        """A column written in the language of each line."""
        written = np.empty(len(values), dtype=object)
        for language, wording in self.wordings.items():
            chosen = self.languages == language
            written[chosen] = write(wording, values[chosen])
        return written


def document_lines(batch: Batch, wordings: Mapping[str, Wording]) -> Iterator[list[Facts]]:
    """The listed documents of each letter.

    `days` only where late; `deducted` is what makes amount less paid differ from the residue, `deductions`
    what it consists of.
    """
    rows = batch.rows.columns
    late = (rows["days_overdue"] > 0) & ~rows["is_credit"]
    lines = Lines.of(batch.rows, batch, wordings)
    deducted = np.where(rows["is_credit"], 0, rows["amount"] - rows["paid_amount"] - rows["open_amount"])
    more = {
        "days": np.where(late, rows["days_overdue"], np.nan),
        "deducted": np.where(deducted > 0, deducted, np.nan),
    }
    shown = Lines(wordings, lines.languages, rows | more)
    columns = {
        "number": rows["invoice_id"],
        "document_type": shown.types("document_type"),
        "instalment": shown.integers("instalment"),
        "document_date": shown.days("document_date"),
        "due_date": shown.days("due_date"),
        "amount": shown.amounts("amount"),
        "paid": shown.amounts("paid_amount"),
        "open": shown.amounts("open_amount"),
        "deducted": shown.amounts("deducted"),
        "deductions": written_deductions(rows, deducted, batch, wordings),
        "days": shown.integers("days"),
        "interest": shown.amounts("interest"),
        "lump_sum": shown.amounts("lump_sum"),
        "total": shown.amounts("total_due"),
        "level": shown.integers("row_level"),
        "references": rows["references"],
        "is_credit": rows["is_credit"],
        "is_overdue": late,
        "has_lump_sum": rows["lump_sum"] > 0,
    }
    return lists_of(columns, batch.rows, len(batch))


def interest_lines(batch: Batch, wordings: Mapping[str, Wording]) -> Iterator[list[Facts]]:
    """The interest lines of each letter, in the order of its documents."""
    lines = Lines.of(batch.segments, batch, wordings)
    columns = {
        "number": batch.segments.columns["invoice_id"],
        "from": lines.days("from"),
        "to": lines.days("to"),
        "days": lines.integers("days"),
        "balance": lines.amounts("balance"),
        "rate": lines.amounts("rate"),
        "interest": lines.amounts("interest"),
    }
    return lists_of(columns, batch.segments, len(batch))


def total_lines(batch: Batch, figures: Figures, wordings: Mapping[str, Wording]) -> Iterator[Facts]:
    """What the rows of each letter add up to, with the currency; credits with a minus."""
    lines = Lines(wordings, batch.languages, {})
    currencies = batch.letters["currency"]
    amounts = {name: lines.money(getattr(figures, name), currencies) for name in SUMS}
    return _records(
        {**amounts, "rows": lines.written(figures.rows, lambda wording, values: wording.integers(values))}
    )


def aging_lines(
    batch: Batch, figures: Figures, bounds: Sequence[int], wordings: Mapping[str, Wording]
) -> Iterator[list[Facts]]:
    """The aging of each letter's balance, but for buckets with nothing in them."""
    labels = {language: _aging_labels(bounds, wording) for language, wording in wordings.items()}
    letter, bucket = np.nonzero(figures.aging)
    languages = batch.languages[letter]
    lines = Lines(wordings, languages, {})
    texts = lines.money(figures.aging[letter, bucket], batch.letters["currency"][letter]).tolist()
    named = zip(letter.tolist(), languages.tolist(), bucket.tolist(), texts, strict=True)
    found: list[list[Facts]] = [[] for _ in range(len(batch))]
    for position, language, place, text in named:
        found[position].append({"label": labels[language][place], "amount": text})
    return iter(found)


def _aging_labels(bounds: Sequence[int], wording: Wording) -> list[str]:
    words = wording.words["aging"]
    lows = [1, *(bound + 1 for bound in bounds)]
    between = [words["between"].format(low=low, high=high) for low, high in zip(lows, bounds, strict=False)]
    return [words["not_due"], *between, words["over"].format(low=bounds[-1]), words["credits"]]


def _money(currency: str, wording: Wording, cents: np.ndarray) -> np.ndarray:
    return wording.money(cents, currency)


def _looked_up(keys: np.ndarray, words: Mapping[str, str]) -> np.ndarray:
    return objects([words.get(key, "") for key in keys.tolist()])


def lists_of(columns: Mapping[str, np.ndarray], parts: Parts, letters: int) -> Iterator[list[Facts]]:
    """The lines of a table, letter by letter."""
    lines = list(_records(columns))
    return (lines[part] for part in parts.slices(letters))


def _records(columns: Mapping[str, np.ndarray]) -> Iterator[Facts]:
    names = tuple(columns)
    for values in zip(*(column.tolist() for column in columns.values()), strict=True):
        yield dict(zip(names, values, strict=True))
