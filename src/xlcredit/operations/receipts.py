"""Receipts of certified e-mail, read from a folder into which they were saved: the proof of delivery.

A receipt counts when it names a Message-ID of the register, and, for a delivery, one of the customer's certified
addresses; everything else is told and left to a person. Read twice, a receipt counts once. The file stays where it
is: with its fingerprint in the register it is the proof (art. 6 DPR 68/2005).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from xlcredit.books import Place, held, path_of
from xlcredit.dates import now, today
from xlcredit.email_addresses import read_addresses
from xlcredit.errors import Finding, XlcreditError
from xlcredit.mail.receipt import LARGEST_BYTES, NotAReceiptError, read_receipt
from xlcredit.operations.opened import open_for, require_register
from xlcredit.operations.record_receipt import ARRIVAL, beside, newest_of, save_events, told_of
from xlcredit.operations.recovery import recover_interrupted_issue
from xlcredit.operations.register import moment
from xlcredit.operations.sending_events import letter_events

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from xlcredit.mail.receipt import Receipt
    from xlcredit.operations.opened import Opened

EVENTS = {"accepted": "sent", "refused": "failed", "undelivered": "failed", "delivered": "delivered"}
"""What each kind of receipt is in the register, in the order in which those of one letter are recorded."""

_ID_DIGITS = 8


class ReceiptFolderMissingError(XlcreditError):
    """The folder of receipts is not there."""

    code = "receipt-folder-missing"


@dataclass
class ReceiptsRead:
    """What a folder of receipts held.

    Attributes:
        recorded: reminder id and event, of each receipt that the register got.
        known: receipts that it had.
        others: files that are no receipt of a letter of this workbook.
        findings: receipts that want a person.
    """

    recorded: list[tuple[str, str]] = field(default_factory=list)
    known: int = 0
    others: int = 0
    findings: list[Finding] = field(default_factory=list)


def read_receipts(
    place: Place, folder: Path, by: str | None = None, as_of: dt.date | None = None
) -> ReceiptsRead:
    """Record the receipts saved in a folder and below, and refresh.

    Args:
        place: a closed workbook or one open in Excel.
        folder: with `.eml` files.
        by: who records them.
        as_of: the day of the record; None takes the workbook's, else today.

    Raises:
        ReceiptFolderMissingError: there is no such folder.
    """
    if not folder.is_dir():
        raise ReceiptFolderMissingError(path=str(folder))
    with held(place):
        recover_interrupted_issue(place)
        opened = open_for(place, as_of)
        require_register(opened)
        desk = _Desk(opened, path_of(place), by)
        files = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".eml" and path.is_file())
        for path in files:
            desk.take(path)
        desk.tell_late()
        rows = desk.in_order()
        if rows:
            save_events(opened, letter_events(opened.ledger.reminders, rows))
        desk.read.recorded = [(row["reminder_id"], row["event"]) for row in rows]
    return desk.read


class _Desk:
    """Where receipts are looked at one by one."""

    def __init__(self, opened: Opened, book: Path, by: str | None) -> None:
        reminders = opened.ledger.reminders
        self.read = ReceiptsRead()
        self._opened, self._book, self._by = opened, book, by
        named = reminders[reminders["message_id"].notna()]
        self._letters = dict(
            zip(named["message_id"].astype("str"), named["reminder_id"].astype("str"), strict=True)
        )
        self._known = set(reminders["event_id"].dropna().astype("str"))
        self._events: list[dict[str, Any]] = []
        self._late: list[tuple[Receipt, str, Path]] = []

    def take(self, path: Path) -> None:
        """Read one file."""
        receipt, data = _open(path)
        reminder = self._letters.get(receipt.message_id) if receipt else None
        if receipt is None or reminder is None:
            self.read.others += 1
        elif receipt.kind == "late":
            self._late.append((receipt, reminder, path))
        elif finding := self._doubt(receipt, reminder, path):
            self.read.findings.append(finding)
        elif receipt.kind in EVENTS:
            self._record(receipt, reminder, path, data)

    def _doubt(self, receipt: Receipt, reminder: str, path: Path) -> Finding | None:
        """Why a person has to look at a receipt; None when nothing speaks against it."""
        facts = {"file": path.name, "found": receipt.recipient}
        if not self._issued_on(reminder) <= receipt.moment.date() <= max(today(), self._opened.as_of):
            found = f"{receipt.moment:%d/%m/%Y}"
            return Finding("receipt-implausible", "reminders", "proof_date", None, reminder, found, facts)
        if receipt.kind == "delivered" and receipt.recipient not in self._addresses(reminder):
            return Finding(
                "receipt-other-address", "customers", "pec", None, reminder, receipt.recipient, facts
            )
        return None

    def _issued_on(self, reminder: str) -> dt.date:
        events = self._opened.ledger.reminders
        day: dt.date = events.loc[events["reminder_id"] == reminder, "event_time"].min().date()
        return day

    def _addresses(self, reminder: str) -> set[str]:
        """The certified addresses of a letter's customer, in small letters."""
        events, customers = self._opened.ledger.reminders, self._opened.ledger.customers
        ids = events.loc[events["reminder_id"] == reminder, "customer_id"].dropna()
        typed = customers.loc[customers["customer_id"].isin(ids), "pec"].dropna()
        return {address.casefold() for text in typed for address in read_addresses(str(text)).good}

    def _record(self, receipt: Receipt, reminder: str, path: Path, data: bytes) -> None:
        named = f"{receipt.kind}\n{receipt.message_id}\n{receipt.recipient}"
        event_id = f"{reminder}-R{hashlib.sha256(named.encode()).hexdigest()[:_ID_DIGITS]}"
        event = EVENTS[receipt.kind]
        if event_id in self._known or (event == "sent" and self._has_ended(reminder, receipt.message_id)):
            self.read.known += 1
            return
        self._known.add(event_id)
        self._events.append(
            {
                "event_id": event_id,
                "reminder_id": reminder,
                "event": event,
                "event_time": pd.Timestamp(moment(self._opened.as_of, now())),
                "message_id": receipt.message_id,
                "file": beside(self._book, path),
                "file_hash": hashlib.sha256(data).hexdigest(),
                "proof": f"PEC {receipt.identifier}".strip(),
                "proof_date": pd.Timestamp(receipt.moment.date()) if event == "delivered" else None,
                "reason": receipt.reason or None,
                "by": self._by,
            }
        )

    def _has_ended(self, reminder: str, message_id: str) -> bool:
        """Whether the register says already how a message ended: that it was accepted before is nothing new then.

        What a person recorded names no message, and counts until a later attempt.
        """
        events = self._opened.ledger.reminders
        events = events[events["reminder_id"] == reminder].sort_values("event_time", kind="stable")
        is_own, is_end = events["message_id"] == message_id, events["event"].isin(ARRIVAL)
        concerning = is_end[is_own | events["message_id"].isna()]
        return bool((is_own & is_end).any() or concerning.iloc[-1])

    def tell_late(self) -> None:
        """Tell of messages that were late and of which nothing is known since."""
        ended = {row["message_id"] for row in self._events if row["event"] in ARRIVAL}
        for receipt, reminder, path in self._late:
            if receipt.message_id not in ended and not self._has_ended(reminder, receipt.message_id):
                facts = {"file": path.name, "found": receipt.recipient}
                self.read.findings.append(
                    Finding("receipt-late", "reminders", "proof", None, reminder, receipt.recipient, facts)
                )

    def in_order(self) -> list[dict[str, Any]]:
        """The events to record: a letter's delivery last, and no failure of one that was delivered."""
        order = list(dict.fromkeys(EVENTS.values()))
        delivered = {row["reminder_id"] for row in self._events if row["event"] == "delivered"}
        kept = [
            row
            for row in self._events
            if row["event"] != "failed" or not (row["reminder_id"] in delivered or self._has_arrived(row))
        ]
        return sorted(kept, key=lambda row: (row["reminder_id"], order.index(row["event"])))

    def _has_arrived(self, failure: dict[str, Any]) -> bool:
        """Whether the register says that a letter arrived which failed: told where a person said so."""
        reminder = failure["reminder_id"]
        arrival = newest_of(self._opened.ledger.reminders, reminder, ARRIVAL)
        if arrival is None or arrival["event"] != "delivered":
            return False
        if pd.isna(arrival["message_id"]):  # else one of several addresses failed
            said = told_of(arrival)
            facts = {"file": failure["file"]}
            self.read.findings.append(
                Finding("receipt-contradicts", "reminders", "proof", None, reminder, said, facts)
            )
        return True


def _open(path: Path) -> tuple[Receipt | None, bytes]:
    """A file's receipt and bytes; None where it is none."""
    if path.stat().st_size > LARGEST_BYTES:
        return None, b""
    data = path.read_bytes()
    try:
        return read_receipt(data), data
    except NotAReceiptError:
        return None, data
