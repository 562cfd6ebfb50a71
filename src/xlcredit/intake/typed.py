"""A ledger file as typed frames: rows, customers, what was already sent, what is disputed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.ledger import Ledger
from xlcredit.findings import find
from xlcredit.intake.debtors import customers_of
from xlcredit.intake.decisions import Decision
from xlcredit.intake.draft import folded, words_of
from xlcredit.intake.errors import KindUnknownError
from xlcredit.intake.history import open_disputes, opening_events
from xlcredit.intake.ledger_schema import EXTRAS
from xlcredit.intake.takeover import Takeover, unread_texts
from xlcredit.schema import INVOICES, VOCABULARIES, Table
from xlcredit.values import empty_table, read_table
from xlcredit.words import choice_words, fold

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import numpy.typing as npt

    from xlcredit.errors import Finding
    from xlcredit.intake.ledger_file import LedgerFile

_EXTRA_KEYS = [column.key for column in EXTRAS.columns]
_ROWS = Table("invoices", (*INVOICES.inputs, *EXTRAS.columns))
_SIGNED = (
    "amount",
    "tax_amount",
    "withholding",
    "split_vat",
    "retention",
    "net_payable",
    "paid_ledger",
    "open_ledger",
)


@dataclass(frozen=True, slots=True)
class Intake:
    """A ledger taken in.

    Attributes:
        file: as read.
        invoices: typed rows of `schema.INVOICES`, aligned with `file.raw`; computed columns blank.
        customers: typed rows of `schema.CUSTOMERS`, one a code, in order of first appearance.
        reminders: opening events of the levels found.
        disputes: one open case a disputed row.
        unreadable: key -> positions in `file.raw` whose cell could not be read.
        unread: table -> column -> position in its frame -> text of the cells that could not be read.
        decisions: those of the file and those taken here.
        findings: of the cells and of what was taken over.
    """

    file: LedgerFile
    invoices: pd.DataFrame
    customers: pd.DataFrame
    reminders: pd.DataFrame
    disputes: pd.DataFrame
    unreadable: Mapping[str, npt.NDArray[np.intp]]
    unread: Mapping[str, Mapping[str, Mapping[int, str]]]
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]

    @property
    def ledger(self) -> Ledger:
        """What the rules read."""
        frames = {
            "invoices": self.invoices,
            "customers": self.customers,
            "reminders": self.reminders,
            "disputes": self.disputes,
        }
        unreadable = {("invoices", key): places.astype(np.int64) for key, places in self.unreadable.items()}
        return replace(Ledger.from_frames(frames), unreadable=unreadable)


def take_in(file: LedgerFile, as_of: dt.date, *, kind: str | None = None, cycle: str | None = None) -> Intake:
    """Type a ledger file.

    Args:
        file: as read.
        as_of: levels without a date are believed sent on this day at the latest.
        kind: what the customers are, where the file does not say.
        cycle: the cycle of the rows, where the file does not say.
    """
    table = read_table(file.raw, _ROWS, dates=file.order)
    extras = table.frame[_EXTRA_KEYS]
    settled = _settled_rows(table.frame, extras, file)
    typed = _credit_notes(settled.frame)
    invoices = typed.frame
    if cycle is not None:
        invoices["cycle"] = invoices["cycle"].fillna(cycle)
    customers = customers_of(file.raw, invoices, kind)
    opening = opening_events(invoices, extras, as_of)
    disputes = open_disputes(invoices, extras)
    parts = (settled, typed, customers, opening, disputes)
    return Intake(
        file,
        invoices,
        customers.frame,
        opening.frame,
        disputes.frame,
        table.unreadable,
        {"invoices": unread_texts(file.raw, table.unreadable), "customers": customers.unread},
        (*file.decisions, *(decision for part in parts for decision in part.decisions)),
        (*file.findings, *table.findings, *(finding for part in parts for finding in part.findings)),
    )


def kind_key(text: str) -> str:
    """The kind of customer that a person means: its key, or its word in either language.

    Raises:
        KindUnknownError: there is no such kind.
    """
    key = choice_words("kind").get(fold(text))
    if key is None:
        raise KindUnknownError(found=text, known=", ".join(VOCABULARIES["kind"]))
    return key


def _settled_rows(typed: pd.DataFrame, extras: pd.DataFrame, file: LedgerFile) -> Takeover:
    """Rows of `schema.INVOICES`, with nothing open on those that are marked as paid and say no more."""
    inputs = [column.key for column in INVOICES.inputs]
    computed = empty_table(INVOICES, len(typed)).drop(columns=inputs)
    invoices = pd.concat([typed[inputs], computed], axis=1)[list(INVOICES.by_key)]
    said = folded(extras["is_settled"])
    paid, unpaid = said.isin(words_of("settled_words")), said.isin(words_of("open_words"))
    silent = paid & invoices["settled_date"].isna() & invoices["open_ledger"].isna()
    invoices["open_ledger"] = invoices["open_ledger"].mask(silent, 0)
    decisions = []
    if silent.any():
        facts = {"count": int(silent.sum()), "header": file.headers["is_settled"]}
        decisions.append(Decision("flags-settled", facts))
    names = invoices["invoice_id"]
    open_ledger = invoices["open_ledger"]
    findings = find(
        "settled-unreadable", "invoices", None, (said != "") & ~paid & ~unpaid, extras["is_settled"], names
    ) + find(
        "settled-partly",
        "invoices",
        "open_ledger",
        paid & (open_ledger > 0),
        file.raw.get("open_ledger"),
        names,
    )
    return Takeover(invoices, decisions, findings)


def _credit_notes(invoices: pd.DataFrame) -> Takeover:
    """Negative amounts that no document type explains are credit notes, whose amounts are positive."""
    lead = invoices["amount"].fillna(invoices["net_payable"]).fillna(invoices["open_ledger"])
    silent = invoices["document_type"].isna() & (lead < 0).fillna(value=False)
    if silent.any():
        invoices["document_type"] = invoices["document_type"].mask(silent, "credit_note")
    credit = (invoices["document_type"] == "credit_note").to_numpy(dtype=bool)
    for key in _SIGNED if credit.any() else ():
        invoices[key] = invoices[key].mask(credit, invoices[key].abs())
    count = int(silent.sum())
    return Takeover(invoices, [Decision("negatives-credit-notes", {"count": count})] if count else [])
