"""The sample's cases: rows that each show one rule or one finding, from `cases.yaml`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from xlcredit.build.sample.history import Letter, cycle_of, issued_event
from xlcredit.build.sample.ordinary import Bill, tax_in
from xlcredit.build.sample.people import person, read_data
from xlcredit.build.sample.words import fill
from xlcredit.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMED_BY = {
    "invoices": "invoice_id",
    "customers": "customer_id",
    "payments": "payment_id",
    "allocations": "invoice_id",
    "reminders": "event_id",
    "contacts": "customer_id",
    "promises": "invoice_id",
    "disputes": "invoice_id",
    "plans": "plan_id",
    "case_files": "case_id",
    "decisions": "customer_id",
    "exchange_rates": "currency",
    "settings": "setting",
    "levels": "cycle",
    "rates": "source",
}
"""The column by which a person names a row of each table."""

_OWN = ("shows", "sent")
_SENT_AT = dt.time(15, 0)


@dataclass(frozen=True, slots=True)
class ShownIn:
    """Where the sample shows a rule or a finding.

    Attributes:
        table: schema key.
        columns: key -> value of the columns that tell the row from others; by the first it is called.
    """

    table: str
    columns: dict[str, Any]

    @property
    def row(self) -> str:
        """What the row is called by."""
        return str(next(iter(self.columns.values())))


@cache
def cases() -> dict[str, dict[str, Any]]:
    """The entries of `cases.yaml` by name."""
    return dict(read_data("cases.yaml"))


def shown_rows() -> dict[str, ShownIn]:
    """Rule or finding code -> the row that shows it."""
    return {name: _shown(case) for name, case in cases().items()}


def _shown(case: Mapping[str, Any]) -> ShownIn:
    if "shows" not in case:
        return ShownIn("invoices", {"invoice_id": case["invoices"][0]["invoice_id"]})
    shows = dict(case["shows"])
    table, row = shows.pop("table"), shows.pop("row")
    return ShownIn(table, {NAMED_BY[table]: row, **shows})


def case_rows(language: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Table and typed row of everything the cases say; a text in an amount or date is left as it is."""
    for case in cases().values():
        for table in [key for key in case if key not in _OWN]:
            for entry in case[table]:
                row = _typed(table, fill(entry, language))
                yield table, _completed(row) if table == "invoices" else row
        for event in _events(case, language):
            yield "reminders", event


def _typed(table: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    types = {column.key: column.type for column in TABLES[table].columns}
    return {key: _value(value, types[key]) for key, value in entry.items()}


def _value(value: Any, type_: str) -> Any:  # noqa: ANN401  YAML's own values
    """A YAML value as the schema types it: money in cents, rates in basis points, times as such."""
    if isinstance(value, str):
        return dt.datetime.fromisoformat(value) if type_ == "time" else value
    if type_ in {"money", "rate"} and value is not None:
        return round(value * 100)
    return value


def _completed(row: dict[str, Any]) -> dict[str, Any]:
    """An invoice with what its case leaves out."""
    customer = person(row["customer_id"])
    usual = {
        "customer_name": customer["name"],
        "document_type": "invoice",
        "payment_method": "transfer",
        "currency": "EUR",
        "delivery_status": "delivered",
        "tax_amount": tax_in(abs(row["amount"]), customer) if isinstance(row["amount"], int) else None,
    }
    row = {**usual, **row}
    if customer.get("kind") == "public_body":
        row["split_vat"] = row["tax_amount"]
    return row


def _events(case: Mapping[str, Any], language: str) -> Iterator[dict[str, Any]]:
    """The register's events for the levels a case says were sent."""
    for sent in case.get("sent", ()):
        row = _completed(_typed("invoices", fill(case["invoices"][sent.get("row", 0)], language)))
        yield from _letter(row, fill(sent, language))


def _letter(row: dict[str, Any], sent: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    cycle = cycle_of(person(row["customer_id"]))
    level = next(level for level in cycle.levels if level.number == sent["level"])
    reminder_id = f"S{sent['day']:%y%m%d}-R{row['invoice_id'][-2:]}"
    letter = Letter(reminder_id, sent["day"], level, cycle.name)
    issued = issued_event(letter, 1, Bill(row), level)
    yield {**issued, "event": sent.get("as", "issued")}
    if "then" in sent:
        later = dt.datetime.combine(sent["day"], _SENT_AT)
        what = {"event_id": f"{reminder_id}-01-X", "event": sent["then"], "event_time": later}
        yield {**issued, **what, "reason": sent["reason"], "by": "BR"}
