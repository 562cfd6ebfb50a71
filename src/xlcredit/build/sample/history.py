"""What happened to the sample's rows: payments that settled them, reminders sent for those still open.

Reminders are sent every second Tuesday up to `LAST_RUN`, by the policy's own cycles and the simplest reading
of them: the next level when its day has come and enough days have passed, one letter a customer.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from xlcredit.build.sample.ordinary import AS_OF
from xlcredit.build.sample.people import people, person
from xlcredit.parameters.policy import load_policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlcredit.build.sample.ordinary import Bill
    from xlcredit.parameters.policy import Cycle, Level

FIRST_RUN, LAST_RUN, RUN_EVERY = dt.date(2026, 7, 14), dt.date(2026, 11, 3), dt.timedelta(days=14)
CUSTOMER_MIN_DAYS = 10
CYCLES_BY_KIND = {"public_body": "pa", "consumer": "consumer", "condominium": "consumer"}
UNDUNNED = ("riba", "stopped")
"""Profiles that get no reminders here: presented effects, and customers whose rows are told as cases."""


def payment_rows(bills: Sequence[Bill]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Payments and allocations of the bills that were paid: one payment for what a customer paid on a day."""
    names = {person["code"]: person["name"] for person in people()}
    paid = sorted((bill for bill in bills if bill.paid_on), key=_by_payment)
    payments, allocations = [], []
    for number, ((day, customer), group) in enumerate(groupby(paid, key=_by_payment), start=1):
        settled = list(group)
        payment_id = f"INC{day:%y}-{number:04d}"
        payments.append(_payment(payment_id, day, customer, names[customer], settled))
        allocations += [_allocation(payment_id, day, bill) for bill in settled]
    return payments, allocations


def _by_payment(bill: Bill) -> tuple[dt.date, str]:
    return bill.paid_on or dt.date.max, bill.columns["customer_id"]


def _payment(payment_id: str, day: dt.date, customer: str, name: str, settled: list[Bill]) -> dict[str, Any]:
    numbers = " ".join(dict.fromkeys(bill.columns["invoice_id"] for bill in settled))
    return {
        "payment_id": payment_id,
        "payment_date": day,
        "value_date": day,
        "payer": name.upper(),
        "amount": sum(bill.paid for bill in settled),
        "currency": settled[0].columns["currency"],
        "text": f"SALDO FATT. {numbers}",
        "bank_reference": f"TRN{day:%y%m%d}{int(customer):05d}",
        "customer_id": customer,
    }


def _allocation(payment_id: str, day: dt.date, bill: Bill) -> dict[str, Any]:
    return {
        "payment_id": payment_id,
        "customer_id": bill.columns["customer_id"],
        "invoice_id": bill.columns["invoice_id"],
        "instalment": bill.columns["instalment"],
        "document_year": bill.columns["document_date"].year,
        "amount": bill.paid,
        "kind": "payment",
        "allocation_date": day,
        "confirmed_by": "AC",
    }


@dataclass
class _Sent:
    """How far a row has been reminded."""

    bill: Bill
    cycle: Cycle
    level: Level | None = None
    on: dt.date = dt.date.min

    def next_level(self, day: dt.date) -> Level | None:
        """The level that may be sent on `day`."""
        after = 0 if self.level is None else self.level.number
        level = next((level for level in self.cycle.levels if level.number > after), None)
        if level is None or not level.is_letter or level.min_amount_cents > self.bill.columns["amount"]:
            return None
        return level if day >= self._earliest(level) else None

    def _earliest(self, level: Level) -> dt.date:
        due: dt.date = self.bill.columns["due_date"]
        by_due = due + dt.timedelta(days=level.days_after_due)
        if self.level is None:
            return by_due
        distance = level.days_after_due - self.level.days_after_due
        step = max(distance, level.min_days_between, self.level.response_days + 1)
        return max(by_due, self.on + dt.timedelta(days=step))


def reminder_rows(bills: Sequence[Bill]) -> list[dict[str, Any]]:
    """The register's events for the ordinary rows, in the order of time."""
    rows = defaultdict(list)
    for bill in bills:
        customer = person(bill.columns["customer_id"])
        if customer["profile"] not in UNDUNNED and customer.get("cycle") != "none":
            rows[customer["code"]].append(_Sent(bill, cycle_of(customer)))
    events: list[dict[str, Any]] = []
    day = FIRST_RUN
    while day <= LAST_RUN:
        events += _run(day, rows)
        day += RUN_EVERY
    return events


def cycle_of(customer: Mapping[str, Any]) -> Cycle:
    """The cycle a customer's rows follow."""
    name = customer.get("cycle") or CYCLES_BY_KIND.get(customer.get("kind", ""), "standard")
    cycles = load_policy().cycles
    return cycles.get(name, cycles["standard"])


def _run(day: dt.date, rows: dict[str, list[_Sent]]) -> Iterator[dict[str, Any]]:
    """The letters of one day: one a customer, listing every overdue row."""
    number = 0
    for customer in sorted(rows):
        overdue = [sent for sent in rows[customer] if _is_overdue(sent.bill, day)]
        proposed = {id(sent): level for sent in overdue if (level := sent.next_level(day))}
        if not proposed or max(sent.on for sent in overdue) > day - dt.timedelta(days=CUSTOMER_MIN_DAYS):
            continue
        number += 1
        highest = max(proposed.values(), key=lambda level: level.number)
        letter = Letter(f"S{day:%y%m%d}-{number:03d}", day, highest, overdue[0].cycle.name)
        yield from _events(letter, overdue, proposed)


def _is_overdue(bill: Bill, day: dt.date) -> bool:
    is_open = bill.paid_on is None or bill.paid_on >= day
    return is_open and bill.columns["due_date"] < day <= AS_OF


@dataclass(frozen=True)
class Letter:
    """A letter of the register: its id, its day, its level and the cycle it follows."""

    reminder_id: str
    day: dt.date
    level: Level
    cycle: str


def _events(letter: Letter, overdue: list[_Sent], proposed: dict[int, Level]) -> Iterator[dict[str, Any]]:
    for line, sent in enumerate(overdue, start=1):
        level = proposed.get(id(sent))
        yield issued_event(letter, line, sent.bill, level)
        if level:
            sent.level, sent.on = level, letter.day
    if letter.level.interrupts_limitation:
        yield _delivered(letter, overdue[0].bill)


def issued_event(letter: Letter, line: int, bill: Bill, level: Level | None) -> dict[str, Any]:
    """The event of one row of an issued letter; a row that is only listed has no level."""
    columns = bill.columns
    owed = columns["amount"] - (columns.get("split_vat") or 0)
    return {
        "event_id": f"{letter.reminder_id}-{line:02d}",
        "reminder_id": letter.reminder_id,
        "event": "issued",
        "event_time": dt.datetime.combine(letter.day, dt.time(9, 30)),
        "customer_id": columns["customer_id"],
        "currency": columns["currency"],
        "invoice_id": columns["invoice_id"],
        "document_type": "invoice",
        "document_year": columns["document_date"].year,
        "instalment": columns.get("instalment") or 1,
        "row_level": level.number if level else None,
        "letter_level": letter.level.number,
        "cycle": letter.cycle,
        "open_amount": owed,
        "total_due": owed,
        "channel": letter.level.channels[0],
        "by": "AC",
    }


def _delivered(letter: Letter, bill: Bill) -> dict[str, Any]:
    """The receipt of a formal notice, three days later; it concerns the whole letter."""
    received = letter.day + dt.timedelta(days=3)
    return {
        "event_id": f"{letter.reminder_id}-R",
        "reminder_id": letter.reminder_id,
        "event": "delivered",
        "event_time": dt.datetime.combine(received, dt.time(11, 5)),
        "customer_id": bill.columns["customer_id"],
        "currency": bill.columns["currency"],
        "proof": f"PEC RC-{received:%y%m%d}",
        "proof_date": received,
        "by": "BR",
    }
