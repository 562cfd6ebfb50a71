"""How payment terms are written, in Italian and English.

A text becomes tokens: numbers, signs, and the phrases of the catalogue (`reading.terms`), longest first. What
is left after discount, excluded months and fixed day must be numbers of days or months, an end of month, or
words that mean at once; anything unknown makes the whole not understood.

| written                                   | understood                                       |
|-------------------------------------------|--------------------------------------------------|
| 30 / 30 gg DF / Net 30                    | 30 days                                          |
| 60 gg DFFM / 60 gg FM / 60 EOM            | two months, end of month                         |
| 30 gg FM+10 / 30 gg FM 10                 | the same, then 10 days                           |
| 30/60/90 DFFM                             | three equal instalments                          |
| 50% a vista 50% 60 gg                     | two instalments with shares                      |
| RIBA 60 FM                                | 60 FM, method RiBa                               |
| Rimessa diretta / Vista fattura           | at once                                          |
| 30 gg FM giorno 15 / fine mese il 10      | end of month, then that day of the next month    |
| 60 gg FM escluso agosto e dicembre al 10  | not in August and December: on the 10th of the next |
| 2/10 net 30                               | 30 days, 2 % off within 10                       |
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from xlcredit.errors import XlcreditError
from xlcredit.money import spread_cents
from xlcredit.words import phrases, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

Token = int | Decimal | str
"""A number, a sign, or a key of `reading.terms` (months of the year as `month:<number>`)."""

_WORD = re.compile(r"\d+(?:[.,]\d+(?=\s?[/%]))?|[^\W\d_]+|[%/+\-,;&]")
_ABBREVIATION = re.compile(r"(?<!\d)\.|\.(?!\d)")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|°|º)\b|(?<=\d)[°º]")
_LONGEST_DAYS, _MONTHS_A_YEAR, _LONGEST_MONTH, _MONTH_OF_DAYS = 365, 12, 31, 30
_HUNDRED = 100
_SHARE_UNITS = 10_000
"""Equal shares are given to four decimals."""

_IGNORED = frozenset({"days", "invoice_date", "filler", "net", "/", "-", ",", ";", "&"})


class TermsNotUnderstood(XlcreditError):  # noqa: N818  reads as what happened
    """Payment terms outside the grammar; `text` is what came."""

    code = "terms-not-understood"


@dataclass(frozen=True, slots=True)
class Instalment:
    """One due date of the terms.

    Attributes:
        days: after the document date.
        months: calendar months after it; with `days` 0.
        share: of the document's total; the shares of all instalments add up to 1.
    """

    days: int = 0
    months: int = 0
    share: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Terms:
    """Payment terms, understood.

    Attributes:
        instalments: in the order written, at least one.
        end_of_month: whether due dates move to the end of their month.
        extra_days: added after the end of the month.
        fixed_day: day of the month (1-31) to which due dates move, None for none.
        excluded_months: months (1-12) in which nothing falls due.
        excluded_day: the day of the next month to move to instead.
        method: key of `payment_method` when the terms name it.
        discount: percent off when paid within `discount_days`.
        discount_days: see `discount`.
    """

    instalments: tuple[Instalment, ...]
    end_of_month: bool = False
    extra_days: int = 0
    fixed_day: int | None = None
    excluded_months: frozenset[int] = frozenset()
    excluded_day: int | None = None
    method: str | None = None
    discount: Decimal | None = None
    discount_days: int | None = None


class _OutsideGrammarError(Exception):
    """Raised inside this module only."""


@lru_cache(maxsize=4096)
def parse_terms(text: str) -> Terms:
    """`text` understood.

    >>> parse_terms("30 gg FM+10").extra_days
    10

    Raises:
        TermsNotUnderstood: when any of it is outside the grammar.
    """
    try:
        return _read(_tokens(text))
    except _OutsideGrammarError:
        raise TermsNotUnderstood(text=text) from None


def _read(tokens: list[Token]) -> Terms:
    if not tokens:
        raise _OutsideGrammarError
    tokens, terms = _take_discount(tokens, Terms(()))
    tokens, terms = _take_excluded(tokens, terms)
    tokens, terms = _take_fixed_day(tokens, terms)
    tokens, terms = _take_method(tokens, terms)
    tokens, terms = _take_end_of_month(tokens, terms)
    return replace(terms, instalments=_instalments(tokens, terms))


def _tokens(text: str) -> list[Token]:
    """Numbers, signs and phrases of `text`, the longest phrase first."""
    words = _WORD.findall(_ORDINAL.sub("", _ABBREVIATION.sub(" ", _joined(plain(text)))))
    known, longest = _phrases()
    tokens: list[Token] = []
    while words:
        for size in range(min(longest, len(words)), 0, -1):
            if (key := known.get(tuple(words[:size]))) is not None:
                tokens.append(key)
                break
        else:
            size = 1
            tokens.append(_sign_or_number(words[0]))
        words = words[size:]
    return tokens


def _joined(text: str) -> str:
    """Abbreviations with dots as one word: `d.f.f.m.` -> `dffm`, `ri.ba.` -> `riba`."""
    return re.sub(r"\b(?:[^\W\d_]{1,2}\.\s?){2,}", lambda found: re.sub(r"[.\s]", "", found[0]) + " ", text)


@cache
def _phrases() -> tuple[Mapping[tuple[str, ...], str], int]:
    months = {words: f"month:{key}" for words, key in phrases("months").items()}
    known = {**months, **phrases("terms")}
    return known, max(len(words) for words in known)


def _sign_or_number(word: str) -> Token:
    if word.isdigit():
        return int(word)
    if word[0].isdigit():
        return Decimal(word.replace(",", "."))
    if word.isalpha():
        raise _OutsideGrammarError
    return word


def _take_discount(tokens: list[Token], terms: Terms) -> tuple[list[Token], Terms]:
    """`2/10 net 30`."""
    match tokens:
        case [int() | Decimal() as percent, "/", int() as days, *rest] if "net" in rest[:2]:
            return rest, replace(terms, discount=Decimal(percent), discount_days=days)
        case _:
            return tokens, terms


def _take_excluded(tokens: list[Token], terms: Terms) -> tuple[list[Token], Terms]:
    """`escluso agosto e dicembre [al 10]`."""
    if "excluded" not in tokens:
        return tokens, terms
    start = tokens.index("excluded")
    stop = start + 1
    months: set[int] = set()
    while stop < len(tokens) and (
        _is_month(tokens[stop]) or tokens[stop] in ("filler", ",", "/", "&", "-", "months")
    ):
        if _is_month(tokens[stop]):
            months.add(int(str(tokens[stop]).removeprefix("month:")))
        stop += 1
    if not months or len(months) == _MONTHS_A_YEAR:
        raise _OutsideGrammarError
    rest, day = _fixed_day(tokens[stop:])
    return tokens[:start] + rest, replace(terms, excluded_months=frozenset(months), excluded_day=day)


def _is_month(token: Token) -> bool:
    return isinstance(token, str) and token.startswith("month:")


def _take_fixed_day(tokens: list[Token], terms: Terms) -> tuple[list[Token], Terms]:
    """`giorno 15`, `il 10 del mese successivo`; the latter means the end of the month first."""
    rest, day = _fixed_day(tokens)
    if day is not None and "next_month" in tokens and "end_of_month" not in tokens:
        rest.append("end_of_month")
    return rest, replace(terms, fixed_day=day)


def _fixed_day(tokens: list[Token]) -> tuple[list[Token], int | None]:
    """`tokens` without a fixed day, and that day; a `fixed_day` word without a number is a filler."""
    for place, token in enumerate(tokens):
        if not isinstance(token, int):
            continue
        has_word = place > 0 and tokens[place - 1] == "fixed_day"
        has_month = _next_month_follows(tokens[place + 1 :])
        if has_word or has_month:
            if not 1 <= token <= _LONGEST_MONTH:
                raise _OutsideGrammarError
            return tokens[: place - int(has_word)] + tokens[place + 1 + has_month :], token
    return [token for token in tokens if token != "fixed_day"], None  # noqa: S105


def _next_month_follows(tokens: list[Token]) -> int:
    """How many tokens `del mese successivo` takes at the start; 0 when it is not there."""
    for taken, token in enumerate(tokens, start=1):
        if token == "next_month":  # noqa: S105
            return taken
        if token != "filler":  # noqa: S105
            break
    return 0


def _take_method(tokens: list[Token], terms: Terms) -> tuple[list[Token], Terms]:
    """`RIBA 60`, `Bonifico 30 gg`."""
    names = [str(token).removeprefix("method_") for token in tokens if str(token).startswith("method_")]
    rest = [token for token in tokens if not str(token).startswith("method_")]
    return rest, replace(terms, method=names[0] if names else None)


def _take_end_of_month(tokens: list[Token], terms: Terms) -> tuple[list[Token], Terms]:
    """`FM`, `FM+10`, `FM 10` (days after it, unless it is the only number and a multiple of 30)."""
    if "end_of_month" not in tokens:
        return tokens, terms
    before = tokens[: tokens.index("end_of_month")]
    after = [
        token for token in tokens[tokens.index("end_of_month") :] if token not in ("end_of_month", *_IGNORED)
    ]
    terms = replace(terms, end_of_month=True)
    match after:
        case []:
            return before or [0], terms
        case ["+", int() as days]:
            return before or [0], replace(terms, extra_days=days)
        case [int() as days] if _has_number(before) or days % _MONTH_OF_DAYS:
            return before or [0], replace(terms, extra_days=days)
        case _:
            return before + after, terms


def _has_number(tokens: list[Token]) -> bool:
    return any(isinstance(token, int) for token in tokens)


def _instalments(tokens: list[Token], terms: Terms) -> tuple[Instalment, ...]:
    if "%" in tokens:
        return _shared(tokens)
    instalments = _spans([0 if token == "at_once" and not _has_number(tokens) else token for token in tokens])  # noqa: S105
    if not instalments and terms.fixed_day is not None:
        instalments = [Instalment()]
    if not instalments:
        raise _OutsideGrammarError
    shares = [Decimal(units) / _SHARE_UNITS for units in spread_cents(_SHARE_UNITS, [1] * len(instalments))]
    return tuple(replace(part, share=share) for part, share in zip(instalments, shares, strict=True))


def _spans(tokens: list[Token]) -> list[Instalment]:
    """Each number of `tokens` as a span from the document date."""
    in_months = "months" in tokens
    spans = [token for token in tokens if isinstance(token, int)]
    known = _IGNORED | {"months", "at_once", "+"}
    if any(not isinstance(token, int) and token not in known for token in tokens):
        raise _OutsideGrammarError
    if any(span > _LONGEST_DAYS for span in spans) or spans != sorted(set(spans)):
        raise _OutsideGrammarError
    return [Instalment(months=span) if in_months else Instalment(days=span) for span in spans]


def _shared(tokens: list[Token]) -> tuple[Instalment, ...]:
    """`50% a vista 50% 60 gg`: each share with the span that follows it."""
    places = [place for place, token in enumerate(tokens) if token == "%"]  # noqa: S105
    parts: list[Instalment] = []
    for place, stop in zip(places, [*(following - 1 for following in places[1:]), len(tokens)], strict=True):
        share = tokens[place - 1] if place else None
        spans = _spans(tokens[place + 1 : stop]) or [Instalment()]
        if not isinstance(share, (int, Decimal)) or len(spans) != 1:
            raise _OutsideGrammarError
        parts.append(replace(spans[0], share=Decimal(share) / _HUNDRED))
    if places[0] != 1 or sum(part.share for part in parts) != 1:
        raise _OutsideGrammarError
    return tuple(parts)
