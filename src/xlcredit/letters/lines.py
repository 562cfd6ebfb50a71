"""The tables of each letter: documents, interest lines, earlier letters, aging, totals.

Every column of a run of letters is written out once, whatever letter its lines belong to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.letters.figures import keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from xlcredit.letters.arrange import Batch, Parts
    from xlcredit.letters.figures import Figures
    from xlcredit.letters.wording import Wording

Facts = dict[str, Any]
Wordings = "Mapping[str, Wording]"


def document_lines(batch: Batch, wordings: Mapping[str, Wording]) -> Iterator[list[Facts]]:
    """The listed documents of each letter; days late only where late."""
    rows, languages = batch.rows.frame, batch.languages[batch.rows.letter]
    late = rows["days_overdue"].where(rows["days_overdue"].gt(0) & ~rows["credit"])

    def written(write: Callable[[Wording, pd.Series], np.ndarray], values: pd.Series) -> np.ndarray:
        return by_language(languages, wordings, write, values)

    columns = {
        "number": _texts(rows["invoice_id"]),
        "document_type": written(_type_names, rows["document_type"]),
        "instalment": written(_integers, rows["instalment"]),
        "document_date": written(_days, rows["document_date"]),
        "due_date": written(_days, rows["due_date"]),
        "amount": written(_amounts, rows["amount"]),
        "paid": written(_amounts, rows["paid_amount"]),
        "open": written(_amounts, rows["open_amount"]),
        "days": written(_integers, late),
        "interest": written(_amounts, rows["interest"]),
        "lump_sum": written(_amounts, rows["lump_sum"]),
        "total": written(_amounts, rows["total_due"]),
        "level": written(_integers, rows["row_level"]),
        "references": _texts(rows["references"]),
        "is_credit": rows["credit"].to_numpy(),
        "is_overdue": late.notna().to_numpy(),
        "has_lump_sum": rows["lump_sum"].gt(0).to_numpy(dtype=bool, na_value=False),
    }
    return _lists(columns, batch.rows, len(batch.letters))


def interest_lines(batch: Batch, wordings: Mapping[str, Wording]) -> Iterator[list[Facts]]:
    """The interest lines of each letter, in the order of its documents."""
    lines, languages = batch.segments.frame, batch.languages[batch.segments.letter]

    def written(write: Callable[[Wording, pd.Series], np.ndarray], values: pd.Series) -> np.ndarray:
        return by_language(languages, wordings, write, values)

    columns = {
        "number": _texts(lines["invoice_id"]),
        "from": written(_days, lines["from"]),
        "to": written(_days, lines["to"]),
        "days": written(_integers, lines["days"]),
        "balance": written(_amounts, lines["balance"]),
        "rate": written(_percents, lines["rate"]),
        "interest": written(_amounts, lines["interest"]),
    }
    return _lists(columns, batch.segments, len(batch.letters))


def earlier_lines(batch: Batch, wordings: Mapping[str, Wording]) -> Iterator[list[Facts]]:
    """The earlier letters of each letter, oldest first; `named` is how a sentence calls them."""
    lines, languages = batch.previous.frame, batch.languages[batch.previous.letter]
    days = by_language(languages, wordings, lambda wording, values: wording.days(values, "date"), lines["date"])
    words = [wordings[language].words for language in languages]
    names = [word["name"].get(kind, kind) for word, kind in zip(words, keys(lines["kind"]), strict=True)]
    columns = {
        "id": _texts(lines["reminder_id"]),
        "date": days,
        "level_name": np.array(names, dtype=object),
        "channel": np.array([word["channel"].get(key, "") for word, key in zip(words, keys(lines["channel"]), strict=True)], dtype=object),
        "named": np.array(
            [word["earlier"].format(name=name, date=day) for word, name, day in zip(words, names, days, strict=True)], dtype=object
        ),
    }
    return _lists(columns, batch.previous, len(batch.letters))


def total_lines(batch: Batch, figures: Figures, wordings: Mapping[str, Wording]) -> Iterator[Facts]:
    """What the rows of each letter add up to, with the currency; credits with a minus."""
    currencies = keys(batch.letters["currency"])
    names = ("open", "overdue", "not_due", "interest", "lump_sum", "total")
    sums = {name: getattr(figures, name) for name in names} | {"credits": -figures.credits}
    amounts = {name: money_texts(cents, batch.languages, currencies, wordings) for name, cents in sums.items()}
    amounts["rows"] = np.array([str(count) for count in figures.rows], dtype=object)
    return _records(amounts)


def aging_lines(
    batch: Batch, figures: Figures, bounds: Sequence[int], wordings: Mapping[str, Wording]
) -> Iterator[list[Facts]]:
    """The aging of each letter's balance; credits only where there are any."""
    labels = {language: _aging_labels(bounds, wording) for language, wording in wordings.items()}
    currencies = keys(batch.letters["currency"])
    columns = [money_texts(column, batch.languages, currencies, wordings) for column in figures.aging.T]
    for language, texts, has_credits in zip(batch.languages, zip(*columns, strict=True), figures.credits > 0, strict=True):
        lines = [{"label": label, "amount": text} for label, text in zip(labels[language], texts, strict=True)]
        yield lines if has_credits else lines[:-1]


def by_language(
    languages: np.ndarray,
    wordings: Mapping[str, Wording],
    write: Callable[[Wording, pd.Series], np.ndarray],
    values: pd.Series,
) -> np.ndarray:
    """A column written in the language of each line."""
    written = np.empty(len(values), dtype=object)
    for language, wording in wordings.items():
        chosen = languages == language
        if chosen.all():
            return write(wording, values)
        written[chosen] = write(wording, values[chosen])
    return written


def money_texts(
    cents: np.ndarray, languages: np.ndarray, currencies: np.ndarray, wordings: Mapping[str, Wording]
) -> np.ndarray:
    """Cents as texts with their currency."""
    amounts = by_language(languages, wordings, _amounts, pd.Series(cents))
    texts = [
        wordings[language].money(amount, currency)
        for language, amount, currency in zip(languages, amounts, currencies, strict=True)
    ]
    return np.array(texts, dtype=object)


def _aging_labels(bounds: Sequence[int], wording: Wording) -> list[str]:
    words = wording.words["aging"]
    lows = [1, *(bound + 1 for bound in bounds)]
    between = [words["between"].format(low=low, high=high) for low, high in zip(lows, bounds, strict=False)]
    return [words["not_due"], *between, words["over"].format(low=bounds[-1]), words["credits"]]


def _lists(columns: Mapping[str, np.ndarray], parts: Parts, letters: int) -> Iterator[list[Facts]]:
    lines = list(_records(columns))
    return (lines[part] for part in parts.slices(letters))


def _records(columns: Mapping[str, np.ndarray]) -> Iterator[Facts]:
    names = tuple(columns)
    for values in zip(*(column.tolist() for column in columns.values()), strict=True):
        yield dict(zip(names, values, strict=True))


def _texts(column: pd.Series) -> np.ndarray:
    return column.astype(object).where(column.notna(), "").to_numpy(dtype=object)


def _type_names(wording: Wording, column: pd.Series) -> np.ndarray:
    return column.astype(object).map(wording.document_types).fillna("").to_numpy(dtype=object)


def _amounts(wording: Wording, column: pd.Series) -> np.ndarray:
    return wording.amounts(column)


def _percents(wording: Wording, column: pd.Series) -> np.ndarray:
    return wording.percents(column)


def _integers(wording: Wording, column: pd.Series) -> np.ndarray:
    return wording.integers(column)


def _days(wording: Wording, column: pd.Series) -> np.ndarray:
    return wording.days(column)
