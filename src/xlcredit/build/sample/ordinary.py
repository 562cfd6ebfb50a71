"""The sample's ordinary business: thirteen months of invoices, and how each customer pays them.

Everything is drawn from one seeded generator, in the order of customers and dates; only `random()` is used,
whose sequence Python guarantees, so that the sample is the same everywhere.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xlcredit.build.sample.people import people
from xlcredit.money import spread_cents
from xlcredit.terms import due_dates, parse_terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SEED = 20261120
AS_OF = dt.date(2026, 11, 20)
FIRST_DAY = dt.date(2025, 10, 1)
LAST_DAY = dt.date(2026, 11, 13)

DAYS_LATE = {
    "prompt": (-2, 3),
    "slow": (6, 34),
    "late": (40, 115),
    "bad": (30, 70),
    "stopped": (10, 30),
    "riba": (0, 0),
}
"""Fewest and most days after due on which a customer of each profile pays."""

UNPAID_SINCE = {"bad": dt.date(2026, 3, 15), "stopped": dt.date(2026, 5, 31)}
"""Due dates from which a profile no longer pays."""

VAT_PERCENT = {"agri": 4}
USUAL_VAT = 22
_HOLIDAYS = ((8, 8), (8, 23))
"""First and last day of the summer break, by month and day: no invoices."""

_SATURDAY = 5


@dataclass(frozen=True)
class Bill:
    """One row of the sample's ledger.

    Attributes:
        columns: schema keys -> typed values (money in cents).
        paid_on: the day it was paid, None when it is open on `AS_OF`.
        paid: cents paid that day.
    """

    columns: dict[str, Any]
    paid_on: dt.date | None = None
    paid: int = 0


@dataclass
class Draw:
    """Numbers from a seeded generator."""

    source: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311  no secret depends on it

    def between(self, low: float, high: float) -> float:
        """A number from `low` to `high`, each as likely."""
        return low + (high - low) * self.source.random()

    def days(self, low: int, high: int) -> dt.timedelta:
        """Whole days from `low` to `high`, both possible."""
        return dt.timedelta(days=math.floor(self.between(low, high + 1)))


def ordinary_bills() -> list[Bill]:
    """All ordinary rows, numbered by date within each year."""
    draw = Draw()
    documents = [document for person in people() if person["every"] for document in _documents(person, draw)]
    return list(_numbered(sorted(documents, key=_by_date)))


def _by_date(document: list[Bill]) -> tuple[dt.date, str]:
    columns = document[0].columns
    return columns["document_date"], columns["customer_id"]


def _documents(person: Mapping[str, Any], draw: Draw) -> Iterator[list[Bill]]:
    """The customer's documents, each as its instalments."""
    day = FIRST_DAY + draw.days(0, int(person["every"]))
    while day <= LAST_DAY:
        if _is_working(day) and not _HOLIDAYS[0] <= (day.month, day.day) <= _HOLIDAYS[1]:
            yield _instalments(person, day, draw)
            day += draw.days(int(person["every"] * 0.7), int(person["every"] * 1.3))
        day += dt.timedelta(days=1)


def _is_working(day: dt.date) -> bool:
    return day.weekday() < _SATURDAY


def _instalments(person: Mapping[str, Any], day: dt.date, draw: Draw) -> list[Bill]:
    dues = due_dates(day, parse_terms(person["terms"]))
    total = round(person["size"] * draw.between(0.55, 1.5) * 100)
    shares = [share for _, share in dues]
    amounts, taxes = spread_cents(total, shares), spread_cents(tax_in(total, person), shares)
    parts = zip(dues, amounts, taxes, strict=True)
    bills = [
        _bill(person, {"document_date": day, "due_date": due, "amount": amount, "tax_amount": tax})
        for (due, _), amount, tax in parts
    ]
    return [_paid(bill, person, draw) for bill in _counted(bills)]


def _counted(bills: list[Bill]) -> list[Bill]:
    """Instalments numbered from 1; a single one has no number."""
    if len(bills) == 1:
        return bills
    return [
        replace(bill, columns={**bill.columns, "instalment": number}) for number, bill in enumerate(bills, 1)
    ]


def tax_in(total: int, person: Mapping[str, Any]) -> int:
    """The VAT in a total; none on sales abroad."""
    if person.get("country", "IT") != "IT":
        return 0
    percent = VAT_PERCENT.get(person.get("sector", ""), USUAL_VAT)
    return round(Decimal(total * percent) / (100 + percent))


def _bill(person: Mapping[str, Any], part: dict[str, Any]) -> Bill:
    """The row of one instalment: what the customer is, and its own dates and amounts."""
    is_abroad = person.get("country", "IT") != "IT"
    is_public = person.get("kind") == "public_body"
    tender = f"CIG Z{int(person['code']):04d}{part['document_date']:%m%d}A"
    columns = {
        "customer_id": person["code"],
        "customer_name": person["name"],
        "instalment": None,
        "document_type": "invoice",
        "payment_terms": person["terms"],
        "payment_method": person.get("payment_method", "transfer"),
        "currency": person.get("currency", "EUR"),
        "split_vat": part["tax_amount"] if is_public else None,
        "delivery_status": "not_electronic" if is_abroad else "delivered",
        "references": tender if is_public else None,
    }
    return Bill({**columns, **part})


def _paid(bill: Bill, person: Mapping[str, Any], draw: Draw) -> Bill:
    """The bill with the day it was paid, drawn by the customer's profile."""
    profile = person["profile"]
    due = bill.columns["due_date"]
    paid_on = due + draw.days(*DAYS_LATE[profile])
    while not _is_working(paid_on):
        paid_on += dt.timedelta(days=1)
    is_unpaid = paid_on > AS_OF or due >= UNPAID_SINCE.get(profile, AS_OF + dt.timedelta(days=999))
    if is_unpaid or profile == "riba":
        return bill
    return replace(bill, paid_on=paid_on, paid=bill.columns["amount"] - (bill.columns["split_vat"] or 0))


def _numbered(documents: list[list[Bill]]) -> Iterator[Bill]:
    """Document numbers, one series a year, and the delivery note in the references."""
    last: dict[int, int] = {}
    for document in documents:
        year = document[0].columns["document_date"].year
        last[year] = last.get(year, 0) + 1
        number = f"{year}/{last[year]:04d}"
        for bill in document:
            note = f"DDT {last[year] + 300}/{year % 100}"
            references = "; ".join(filter(None, (note, bill.columns["references"])))
            yield replace(bill, columns={**bill.columns, "invoice_id": number, "references": references})
