"""Who writes and who is written to: the two parties of a letter as its templates name them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from xlcredit.letters.arrange import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlcredit.letters.arrange import Columns
    from xlcredit.letters.wording import Wording

CUSTOMER_TEXTS = (
    "name", "vat_number", "tax_code", "address", "postcode", "city", "province", "country", "email", "pec",
    "phone", "office_code", "billing_contact", "dunning_contact", "sales_person", "operator", "kind",
    "language",
)  # fmt: skip
_COMPANY_TEXTS = (
    "name", "address", "postcode", "city", "province", "country", "vat_number", "tax_code", "email", "pec",
    "phone",
)  # fmt: skip
_APART = " · "


def company_facts(settings: Any, wording: Wording) -> dict[str, str]:  # noqa: ANN401  the policy's settings
    """The creditor, from the workbook's settings: single facts, and lines for letterhead and footer."""
    facts = {key: text_of(settings, f"company_{key}") for key in _COMPANY_TEXTS}
    facts |= {key: text_of(settings, key) for key in ("signatory", "signatory_role", "place")}
    facts["place"] = facts["place"] or facts["city"]
    facts["city_line"] = city_line(facts, wording)
    facts["address_line"] = ", ".join(filter(None, (facts["address"], facts["city_line"])))
    facts["tax_line"] = tax_line(facts, wording)
    facts["contact_line"] = _contact_line(facts, wording)
    return facts


def customer_facts(
    customers: Columns, wordings: Mapping[str, Wording], home: str
) -> Iterator[dict[str, Any]]:
    """The debtors of a run of letters, one mapping each.

    Args:
        customers: one value a letter, see `arrange`.
        wordings: by language.
        home: the creditor's country; the line with the country is printed for others only.
    """
    keys = ("id", *CUSTOMER_TEXTS)
    columns = (customers[name].tolist() for name in ("customer_id", *CUSTOMER_TEXTS))
    for values in zip(*columns, strict=True):
        facts: dict[str, Any] = dict(zip(keys, values, strict=True))
        yield _completed(facts, facts.pop("kind"), wordings[facts.pop("language")], home)


def _completed(facts: dict[str, Any], kind: str, wording: Wording, home: str) -> dict[str, Any]:
    """A debtor's facts with the lines made from them."""
    city = city_line(facts, wording)
    return facts | {
        "name": facts["name"] or facts["id"],
        "title": wording.words["title"][kind],
        "salutation": wording.words["salutation"][kind],
        "contact": facts["dunning_contact"] or facts["billing_contact"],
        "city_line": city,
        "address_line": ", ".join(filter(None, (facts["address"], city))),
        "tax_line": tax_line(facts, wording),
        "country": country_line(facts["country"], home, wording),
        "is_consumer": kind in ("consumer", UNKNOWN),
        "is_public_body": kind == "public_body",
    }


def city_line(facts: Mapping[str, str], wording: Wording) -> str:
    """`52025 Montevarchi (AR)`, without what is missing."""
    form = "city" if facts["province"] else "city_without_province"
    if not facts["city"]:
        return facts["postcode"]
    return str(wording.words[form].format(**facts)).strip()


def tax_line(facts: Mapping[str, str], wording: Wording) -> str:
    """VAT number and tax code on one line; once where they are the same number."""
    vat, code = facts["vat_number"], facts["tax_code"]
    if vat and vat.upper().removeprefix("IT") == code:
        return str(wording.words["vat_and_tax_code"].format(number=vat))
    parts = (("vat_number", vat), ("tax_code", code))
    return _APART.join(wording.words[key].format(number=number) for key, number in parts if number)


def country_line(country: str, home: str, wording: Wording) -> str:
    """The last line of an address abroad, in capitals; "" at home."""
    if country == home:
        return ""
    return "" if _code(country) == _code(home) else _name(_code(country), wording.language).upper()


def _code(country: str) -> str:
    """A country as typed (`IT`, `it`, `Italia`) as its code; blank means Italy; unknown stays as typed."""
    text = country.strip()
    return "IT" if not text else _codes().get(text.casefold(), text)


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    names = ((code, name) for language in ("it", "en") for code, name in territory_names(language).items())
    return {text.casefold(): code for code, name in names for text in (code, name)}


def _name(code: str, language: str) -> str:
    return territory_names(language).get(code, code)


@lru_cache(maxsize=4)
def territory_names(language: str) -> dict[str, str]:
    """Country code -> name; regions that are no country left out."""
    from babel import Locale  # noqa: PLC0415  slow to load

    return {code: str(name) for code, name in Locale(language).territories.items() if code.isalpha()}


def _contact_line(facts: Mapping[str, str], wording: Wording) -> str:
    phone = facts["phone"] and wording.words["phone"].format(**facts)
    pec = facts["pec"] and wording.words["pec"].format(**facts)
    return _APART.join(filter(None, (phone, facts["email"], pec)))


def text_of(settings: Any, name: str) -> str:  # noqa: ANN401  the policy's settings
    """A setting as text; "" when it is not filled in."""
    value = getattr(settings, name, None)
    return "" if value is None or pd.isna(value) else str(value).strip()
