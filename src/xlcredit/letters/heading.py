"""What a letter says of itself: date, subject, deadline, how it is sent, what it says on interest."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from xlcredit.core.interest import BUSINESS_KINDS
from xlcredit.letters.figures import WHOLE_BALANCE, keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlcredit.letters.arrange import Batch
    from xlcredit.letters.figures import Figures
    from xlcredit.letters.wording import Wording

ADDRESSED = {"email": "email", "pec": "pec"}
"""Channels that name the address they go to."""

Facts = dict[str, Any]


class Heading(NamedTuple):
    """One letter, its customer's traits, its sums in cents."""

    reminder_id: str
    letter_level: int | None
    kind: str
    channel: str | None
    response_days: int | None
    shows_interest: str | None
    interest_covered_to: dt.date | None
    currency: str
    language: str
    customer_kind: str
    regime: str
    contract_rate: int | None
    email: str | None
    pec: str | None
    overdue: int
    not_due: int
    credits: int
    interest: int
    lump_sum: int


def headings(batch: Batch, figures: Figures) -> Iterator[Heading]:
    """The letters of a run, one heading each."""
    letters, customers = batch.letters, batch.customers
    own = ("reminder_id", "letter_level", "kind", "channel", "response_days", "shows_interest")
    columns = [
        *(_values(letters[name]) for name in own),
        [None if pd.isna(day) else day.date() for day in letters["interest_covered_to"]],
        _values(letters["currency"]),
        batch.languages.tolist(),
        batch.kinds.tolist(),
        batch.regimes.tolist(),
        *(_values(customers[name]) for name in ("contract_rate", "email", "pec")),
        *(getattr(figures, name).tolist() for name in ("overdue", "not_due", "credits", "interest", "lump_sum")),
    ]
    return (Heading(*values) for values in zip(*columns, strict=True))


def heading_facts(letter: Heading, wording: Wording, place: str, as_of: dt.date, lump_sum_cents: int) -> Facts:
    """The part `letter` of a letter's facts."""
    words, date = wording.words, wording.day(as_of)
    long_date = wording.day(as_of, "long_date")
    return {
        "id": letter.reminder_id,
        "date": date,
        "place": place,
        "place_and_date": words["place_and_date"].format(place=place, date=long_date) if place else long_date,
        "level": _number(letter.letter_level),
        "kind": words["name"][letter.kind],
        "subject": words["subject"][letter.kind].format(date=date),
        "language": letter.language,
        "deadline": _deadline(letter, wording, as_of),
        "response_days": _number(letter.response_days),
        "channel": words["channel"].get(letter.channel, ""),
        "sent_by": _sent_by(letter, wording),
        "currency": letter.currency,
        "unit": wording.unit(letter.currency),
        "has_overdue": letter.overdue != 0,
        "has_not_due": letter.not_due != 0,
        "has_credits": letter.credits != 0,
        "asks_for_all": letter.kind in WHOLE_BALANCE,
        **_interest_facts(letter, wording, as_of, lump_sum_cents),
    }


def _interest_facts(letter: Heading, wording: Wording, as_of: dt.date, lump_sum_cents: int) -> Facts:
    """What the letter says on interest: nothing, reserved in words, or amounts; and on which basis."""
    covered_to = letter.interest_covered_to or as_of
    rate = wording.rate(letter.contract_rate or 0)
    unit = wording.cents(lump_sum_cents, "EUR") if letter.customer_kind in BUSINESS_KINDS else ""
    return {
        "interest": _interest_shown(letter),
        "interest_basis": wording.words["interest_basis"][letter.regime].format(rate=rate),
        "interest_until": wording.day(min(covered_to, as_of)),
        "is_partly_covered": covered_to < as_of,
        "has_interest": letter.interest != 0,
        "has_lump_sum": letter.lump_sum != 0,
        "lump_sum": unit,
    }


def _interest_shown(letter: Heading) -> str:
    """As the level wants it; "no" where the customer owes no interest or there is none to show."""
    shown = letter.shows_interest or "no"
    if (shown == "amounts" and not letter.interest + letter.lump_sum) or (shown == "reserve" and letter.regime == "none"):
        return "no"
    return shown


def _sent_by(letter: Heading, wording: Wording) -> str:
    """The line above the address; "" for ordinary mail, and where the address to name is missing."""
    text = str(wording.words["sent_by"].get(letter.channel, ""))
    to = getattr(letter, ADDRESSED[letter.channel]) if letter.channel in ADDRESSED else ""
    return text.format(to=to or "").strip().removesuffix(":")


def _deadline(letter: Heading, wording: Wording, as_of: dt.date) -> str:
    """The last day to pay or answer, inclusive: the letter's date + `response_days`; "" without any."""
    if letter.response_days is None:
        return ""
    return wording.day(as_of + dt.timedelta(days=letter.response_days))


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _values(column: pd.Series) -> list[Any]:
    """A column as Python values, blanks as None."""
    return [None if pd.isna(value) else value for value in keys(column)]
