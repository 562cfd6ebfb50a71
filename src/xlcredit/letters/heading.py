"""What a letter says of itself: date, subject, deadline, how it is sent, what it says on interest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xlcredit.core.interest import BUSINESS_KINDS
from xlcredit.letters.margins import margins_since
from xlcredit.letters.wording import unbreakable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlcredit.letters.arrange import Batch, Columns
    from xlcredit.letters.figures import Figures
    from xlcredit.letters.wording import Wording

ADDRESSED = ("email", "pec")
"""Channels with an address that the letter names."""

_FLAGS = {
    "has_total": "total",
    "has_interest": "interest",
    "has_lump_sum": "lump_sum",
    "has_fee": "fee",
    "has_overdue": "overdue",
    "has_not_due": "not_due",
    "has_credits": "credits",
}

Facts = dict[str, Any]


class Traits(NamedTuple):
    """What many letters of a batch have in common."""

    kind: str
    channel: str
    shows_interest: str
    currency: str
    language: str
    customer_kind: str
    regime: str
    contract_rate: int | None
    letter_level: int | None
    response_days: int | None
    interest_covered_to: dt.date | None
    has_charges: bool


@dataclass(frozen=True)
class Headings:
    """Writes the part `letter` of each letter's facts; what letters have in common is written once.

    Attributes:
        wordings, places: by language.
        as_of: the letters' date.
        lump_sum_cents: what one late invoice adds, where the law applies.
    """

    wordings: Mapping[str, Wording]
    places: Mapping[str, str]
    as_of: dt.date
    lump_sum_cents: int
    _written: dict[Traits, Facts] = field(default_factory=dict, repr=False)

    def of(self, batch: Batch, figures: Figures) -> Iterator[Facts]:
        """The letters of a run, in their order."""
        flags = np.column_stack([getattr(figures, name) != 0 for name in _FLAGS.values()]).tolist()
        margins = margins_since(batch, self.wordings, self.as_of)
        addresses = {name: batch.customers[name] for name in ADDRESSED}
        for position, traits in enumerate(_traits(batch.letters, batch.customers, figures)):
            facts = self._common(traits) | dict(zip(_FLAGS, flags[position], strict=True))
            facts["id"] = unbreakable(batch.letters["reminder_id"][position])
            is_addressed = traits.channel in ADDRESSED
            facts["sent_to"] = addresses[traits.channel][position] if is_addressed else ""
            facts["margin_since"] = margins[position]
            yield facts

    def _common(self, traits: Traits) -> Facts:
        if traits not in self._written:
            self._written[traits] = self._write(traits)
        return self._written[traits]

    def _write(self, traits: Traits) -> Facts:
        wording, place = self.wordings[traits.language], self.places[traits.language]
        words, date, long_date = wording.words, wording.day(self.as_of), wording.day(self.as_of, "long_date")
        return {
            "date": date,
            "place": place,
            "place_and_date": words["place_and_date"].format(place=place, date=long_date)
            if place
            else long_date,
            "level": _number(traits.letter_level),
            "kind": words["name"][traits.kind],
            "subject": words["subject"][traits.kind].format(date=date),
            "language": traits.language,
            "deadline": self._deadline(traits, wording),
            "response_days": _number(traits.response_days),
            "channel": words["channel"].get(traits.channel, ""),
            "sent_by": words["sent_by"].get(traits.channel, ""),
            "currency": traits.currency,
            "unit": wording.unit(traits.currency),
            **self._interest(traits, wording),
        }

    def _deadline(self, traits: Traits, wording: Wording) -> str:
        """The last day to pay or answer, inclusive: the letter's date + `response_days`; "" without any."""
        days = traits.response_days
        return "" if not days else wording.day(self.as_of + dt.timedelta(days=days))

    def _interest(self, traits: Traits, wording: Wording) -> Facts:
        """What the letter says on interest: nothing, reserved in words, or amounts; and on which basis."""
        covered_to = min(traits.interest_covered_to or self.as_of, self.as_of)
        rate = wording.amounts(np.array([traits.contract_rate or 0]))[0]
        lump_sum = wording.money(np.array([self.lump_sum_cents]), "EUR")[0]
        return {
            "interest": _interest_shown(traits),
            "interest_basis": wording.words["interest_basis"][traits.regime].format(rate=rate),
            "interest_until": wording.day(covered_to),
            "is_partly_covered": covered_to < self.as_of,
            "lump_sum": lump_sum if traits.customer_kind in BUSINESS_KINDS else "",
        }


def _traits(letters: Columns, customers: Columns, figures: Figures) -> Iterator[Traits]:
    columns = (
        *(letters[name].tolist() for name in ("kind", "channel", "shows_interest", "currency")),
        *(customers[name].tolist() for name in ("language", "kind", "regime")),
        _whole(customers["contract_rate"]),
        *(_whole(letters[name]) for name in ("letter_level", "response_days")),
        letters["interest_covered_to"].tolist(),
        (figures.interest + figures.lump_sum > 0).tolist(),
    )
    return (Traits(*values) for values in zip(*columns, strict=True))


def _whole(column: np.ndarray) -> list[int | None]:
    """Numbers as Python's, blanks as None: a NaN would never equal itself."""
    return [None if np.isnan(value) else int(value) for value in column]


def _interest_shown(traits: Traits) -> str:
    """As the level wants it; "no" where the customer owes no interest or there is none to show."""
    shown = traits.shows_interest or "no"
    if (shown == "amounts" and not traits.has_charges) or (shown == "reserve" and traits.regime == "none"):
        return "no"
    return shown


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
