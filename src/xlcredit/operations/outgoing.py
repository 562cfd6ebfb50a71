"""A letter on its way out: to whom, with which file, on which documents; or why it stays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import pandas as pd

from xlcredit.core.rows import match_rows
from xlcredit.email_addresses import read_addresses
from xlcredit.errors import Finding
from xlcredit.mail.errors import MailError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    from xlcredit.catalogue import Catalogue
    from xlcredit.operations.opened import Opened

Got = TypeVar("Got")
"""What a channel needs before letters can go by it."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter that is to go.

    Attributes:
        reminder_id, customer_id, currency: of the letter.
        customer: its customer's name, kind and contact; "" where not filled in.
        channel: email or pec.
        to: addresses.
        level: the letter's; -1 where it has none.
        cycle: that it belongs to; "" where it has none.
        kind: of a plan's letter (vocabulary `letter_kind`); "" for a reminder.
        language: its customer's.
        issued_on: its date.
        file: the Word document.
        file_hash: as issued.
        attempt: 1 for the first.
        numbers: of the documents that it lists, each once.
        proofs: what the column `proof` names for them, each once.
    """

    reminder_id: str
    customer_id: str
    currency: str
    customer: Mapping[str, str]
    channel: str
    to: tuple[str, ...]
    level: int
    cycle: str
    kind: str
    language: str
    issued_on: dt.date
    file: Path
    file_hash: str
    attempt: int
    numbers: tuple[str, ...]
    proofs: tuple[str, ...]


class LetterStaysError(Exception):
    """A letter cannot go: why."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.code)


@dataclass(frozen=True)
class Directory:
    """What letters need of the workbook, looked up once for all of them.

    Attributes:
        customers: code -> position and texts.
        numbers: reminder id -> document numbers.
        proofs: reminder id -> what is named as proof.
        out: the folder of the letters.
    """

    customers: Mapping[str, tuple[int, Mapping[str, str]]]
    numbers: Mapping[str, tuple[str, ...]]
    proofs: Mapping[str, tuple[str, ...]]
    out: Path

    @classmethod
    def of(cls, opened: Opened, reminders: set[str], out: Path) -> Self:
        """The directory of some letters of a workbook."""
        events = opened.ledger.reminders
        rows = events[events["reminder_id"].isin(reminders) & (events["event"] == "issued")]
        rows = rows.reset_index(drop=True)
        return cls(
            _customers(opened),
            _texts(zip(rows["reminder_id"], rows["invoice_id"], strict=True)),
            _proofs(rows, opened),
            out,
        )

    def outgoing(self, line: Any, language: str) -> Outgoing:  # noqa: ANN401  a named tuple of pandas
        """The letter whose first event in the register is `line`.

        Args:
            line: with the columns of the register, and `attempt`.
            language: its customer's.

        Raises:
            LetterStaysError: its customer has no address, or its file is not what was issued.
        """
        reminder, customer_id = str(line.reminder_id), str(line.customer_id)
        return Outgoing(
            reminder_id=reminder,
            customer_id=customer_id,
            currency=line.currency if isinstance(line.currency, str) else "EUR",
            customer=self.customers.get(customer_id, (0, {}))[1],
            channel=str(line.channel),
            to=self._addresses(customer_id, str(line.channel)),
            level=-1 if pd.isna(line.letter_level) else int(line.letter_level),
            cycle=line.cycle if isinstance(line.cycle, str) else "",
            kind=line.letter_kind if isinstance(line.letter_kind, str) else "",
            language=language,
            issued_on=line.event_time.date(),
            file=self._issued_file(str(line.file), reminder, str(line.file_hash)),
            file_hash=str(line.file_hash),
            attempt=int(line.attempt),
            numbers=self.numbers.get(reminder, ()),
            proofs=self.proofs.get(reminder, ()),
        )

    def _addresses(self, customer_id: str, channel: str) -> tuple[str, ...]:
        place, texts = self.customers.get(customer_id, (None, {}))
        addresses = read_addresses(texts.get(channel, ""))
        if addresses.bad:
            bad = ", ".join(addresses.bad)
            raise LetterStaysError(
                Finding("mail-address-invalid", "customers", channel, place, customer_id, bad)
            )
        if not addresses.good:
            raise LetterStaysError(Finding("mail-address-missing", "customers", channel, place, customer_id))
        return addresses.good

    def _issued_file(self, file: str, reminder: str, file_hash: str) -> Path:
        """The letter's file, if it is still what was issued."""
        base = self.out.resolve()
        path = (base / Path(*file.split("/"))).resolve()
        if not path.is_relative_to(base) or not path.is_file():
            raise LetterStaysError(Finding("mail-letter-missing", "reminders", "file", None, reminder, file))
        if hashlib.sha256(read_letter(path, reminder)).hexdigest() != file_hash:
            raise LetterStaysError(
                Finding("mail-letter-altered", "reminders", "file_hash", None, reminder, file)
            )
        return path


def read_letter(path: Path, reminder_id: str) -> bytes:
    """What a letter's file holds.

    Raises:
        LetterStaysError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        finding = Finding("mail-letter-unreadable", "reminders", "file", None, reminder_id, path.name)
        raise LetterStaysError(finding) from error


def by_channel(
    letters: list[Outgoing], get: Callable[[str], Got], words: Catalogue
) -> tuple[dict[str, Got], list[Finding]]:
    """What each channel of some letters needs; those of a channel that cannot be used are taken from the list.

    Args:
        letters: that are to go.
        get: what a channel needs.
        words: in which the findings say why.

    Returns:
        What the usable channels got, and a finding for each other one.

    Raises:
        MailError: no channel can be used: the first one's.
    """
    got: dict[str, Got] = {}
    errors: dict[str, MailError] = {}
    for channel in sorted({letter.channel for letter in letters}):
        try:
            got[channel] = get(channel)
        except MailError as error:
            errors[channel] = error
    if errors and not got:
        raise next(iter(errors.values()))
    findings = [_unusable(letters, channel, error, words) for channel, error in errors.items()]
    letters[:] = [letter for letter in letters if letter.channel in got]
    return got, findings


def _unusable(letters: list[Outgoing], channel: str, error: MailError, words: Catalogue) -> Finding:
    staying = [letter.reminder_id for letter in letters if letter.channel == channel]
    facts = {"channel": words.choice("channel", channel), "reason": words.error(error)}
    return Finding(
        "mail-channel-unusable", "reminders", "channel", None, staying[0], facts=facts, count=len(staying)
    )


def _customers(opened: Opened) -> dict[str, tuple[int, Mapping[str, str]]]:
    """Code -> position in the table and texts; of a code typed twice the first."""
    columns = ["name", "kind", "email", "pec", "dunning_contact", "billing_contact"]
    table = opened.ledger.customers
    texts = table[columns].astype(object).where(table[columns].notna(), "")
    listed = zip(table["customer_id"].tolist(), range(len(table)), texts.to_dict("records"), strict=True)
    return {str(code): (place, line) for code, place, line in reversed(list(listed))}


def _proofs(rows: pd.DataFrame, opened: Opened) -> dict[str, tuple[str, ...]]:
    """Reminder -> what the ledger names as proof for its rows."""
    matches = match_rows(rows, opened.ledger.invoices)
    reminders = rows["reminder_id"].iloc[matches.reference].tolist()
    cells = opened.ledger.invoices["proof"].iloc[matches.invoice].tolist()
    return _texts(
        (reminder, part.strip())
        for reminder, cell in zip(reminders, cells, strict=True)
        if isinstance(cell, str)
        for part in cell.split(";")
    )


def _texts(named: Iterable[tuple[Any, Any]]) -> dict[str, tuple[str, ...]]:
    """Reminder -> its texts, each once, in their order; blanks left out."""
    found: dict[str, dict[str, None]] = {}
    for reminder, text in named:
        if isinstance(text, str) and text:
            found.setdefault(str(reminder), {})[text] = None
    return {reminder: tuple(texts) for reminder, texts in found.items()}
