"""The sample's parties: customers and the company itself, with derived numbers that have valid check digits.

Telephone numbers begin with 0000 and addresses end in `.example`: neither can belong to anybody.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml
from stdnum import iban, luhn

from xlcredit.build.sample.words import fill
from xlcredit.words import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

HABITS = ("profile", "size", "every", "currency", "payment_method")
"""Keys of `customers.yaml` that say how a customer buys and pays; they are no columns of the table."""

_MONEY = ("credit_limit", "insured_limit")
_DEFAULTS = {"country": "IT", "kind": "business", "status": "active"}
_STREETS = ("Via dei Sogni", "Via della Luna", "Piazza Fantasia", "Viale delle Idee", "Via del Mulino Finto")


@cache
def people() -> list[dict[str, Any]]:
    """The entries of `customers.yaml`."""
    return list(read_data("customers.yaml")["customers"])


def person(code: str) -> dict[str, Any]:
    """The entry of one customer; an empty one when there is none of that code."""
    return next((entry for entry in people() if entry["code"] == code), {"code": code, "name": None})


def read_data(name: str) -> Any:  # noqa: ANN401  what the file holds
    """A YAML file of the sample."""
    text = (files("xlcredit.build.sample") / name).read_text("utf-8")
    return yaml.safe_load(text)


def customer_rows(language: str) -> list[dict[str, Any]]:
    """The rows of the customers table, typed."""
    return [_customer_row(entry, language) for entry in people()]


def _customer_row(entry: Mapping[str, Any], language: str) -> dict[str, Any]:
    row = {**_DEFAULTS, "customer_id": entry["code"], **entry}
    row["kind"] = row["kind"] or None
    row["payment_terms"] = entry.get("payment_terms", entry["terms"]) or None
    row["operator"] = "AC" if int(entry["code"]) % 2 else "BR"
    row = {**row, **_contacts(entry), **_numbers(row), **fill(_given(entry), language)}
    for key in _MONEY:
        row[key] = int(row[key]) * 100 if row.get(key) else None
    if isinstance(entry.get("contract_rate"), float):
        row["contract_rate"] = round(entry["contract_rate"] * 100)
    return row


def _given(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if isinstance(value, dict)}


def _contacts(entry: Mapping[str, Any]) -> dict[str, Any]:
    number, site = int(entry["code"]), _site(entry["name"])
    consumer = entry.get("kind") == "consumer"
    abroad = entry.get("country", "IT") != "IT"
    return {
        "address": f"{_STREETS[number % len(_STREETS)]} {number % 90 + 1}",
        "email": f"{site}@posta.example" if consumer else f"amministrazione@{site}.example",
        "pec": None if consumer or abroad else f"{site}@pec.example",
        "pec_source": None if consumer or abroad else ("IPA" if entry.get("office_code") else "INI-PEC"),
        "phone": f"+39 0000 {555000 + number % 1000}",
        "dunning_contact": None if consumer else _CONTACTS[number % len(_CONTACTS)],
    }


_CONTACTS = ("Sig.ra Primula", "Sig. Ginepro", "Dott.ssa Mirtilla", "Rag. Timo", "Sig.ra Malva", "Sig. Lauro")


def _site(name: str) -> str:
    """A company's name as a web address has it: its first two words."""
    words = "".join(sign if sign.isalnum() else " " for sign in plain(name)).split()
    return "-".join(words[:2])


def _numbers(row: Mapping[str, Any]) -> dict[str, Any]:
    """VAT number and tax code; a consumer has only the latter, a condominium's has eleven digits."""
    own = vat_number(int(row["customer_id"]))
    if row["country"] != "IT":
        return {"vat_number": None, "tax_code": None}
    if row["kind"] == "consumer":
        return {"vat_number": None, "tax_code": _personal_code(row["name"])}
    if row["kind"] in {"condominium", None}:
        return {"vat_number": None, "tax_code": own}
    return {"vat_number": row.get("vat_number") or own, "tax_code": own}


def vat_number(number: int) -> str:
    """An Italian VAT number with a valid check digit, in a range that is not assigned.

    >>> vat_number(1001)
    '99910010992'
    """
    digits = f"999{number:04d}099"
    return digits + luhn.calc_check_digit(digits)


def company_iban() -> str:
    """An IBAN with valid check digits, at a bank that does not exist."""
    account = "X9999999999000000012026"
    return f"IT{iban.calc_check_digits('IT00' + account)}{account}"


def _personal_code(name: str) -> str:
    """A person's tax code: invented birth, valid check character."""
    from stdnum.it import codicefiscale  # noqa: PLC0415  only two customers need it

    first, last = plain(name).upper().split()
    start = _consonants(last) + _consonants(first) + "80A01Z999"
    return start + codicefiscale.calc_check_digit(start)


def _consonants(word: str) -> str:
    kept = [sign for sign in word if sign not in "AEIOU"] + [sign for sign in word if sign in "AEIOU"]
    return "".join(kept)[:3].ljust(3, "X")


def company_settings(language: str) -> dict[str, Any]:
    """The company's settings by key, typed."""
    values = fill(read_data("company.yaml"), language)
    own = vat_number(1)
    return {**values, "company_vat_number": own, "company_tax_code": own, "company_iban": company_iban()}
