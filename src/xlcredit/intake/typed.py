"""A ledger file as typed frames: rows, customers, what was already sent, what is disputed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.core.ledger import Ledger, typed_frame
from xlcredit.findings import find
from xlcredit.intake.customer_codes import fold_names
from xlcredit.intake.decisions import Decision
from xlcredit.intake.draft import folded, words_of
from xlcredit.intake.history import opening_events
from xlcredit.intake.ledger_schema import CUSTOMER_KEYS, EXTRAS
from xlcredit.schema import CUSTOMERS, DISPUTES, INVOICES, Table
from xlcredit.values import read_table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import numpy.typing as npt

    from xlcredit.errors import Finding
    from xlcredit.intake.ledger_file import LedgerFile

    Mask = npt.NDArray[np.bool_]

_ROWS = Table("invoices", (*INVOICES.inputs, *EXTRAS.columns))


@dataclass(frozen=True, slots=True)
class Intake:
    """A ledger taken in.

    Attributes:
        file: as read.
        invoices: typed rows of `schema.INVOICES`, aligned with `file.raw`.
        customers: typed rows of `schema.CUSTOMERS`, one a code, in order of first appearance.
        reminders: opening events of the levels found.
        disputes: one open case a disputed row.
        unreadable: (table, column) -> positions whose cell could not be read.
        decisions: those of the file and those taken here.
        findings: of the cells and of what was taken over.
    """

    file: LedgerFile
    invoices: pd.DataFrame
    customers: pd.DataFrame
    reminders: pd.DataFrame
    disputes: pd.DataFrame
    unreadable: Mapping[tuple[str, str], npt.NDArray[np.int64]]
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]

    @property
    def ledger(self) -> Ledger:
        """What the rules read."""
        frames = {name: getattr(self, name) for name in ("invoices", "customers", "reminders", "disputes")}
        return replace(Ledger.from_frames(frames), unreadable=self.unreadable)


def take_in(file: LedgerFile, as_of: dt.date, *, kind: str | None = None, cycle: str | None = None) -> Intake:
    """Type a ledger file.

    Args:
        file: as read.
        as_of: the day for which levels without a date are believed sent at the latest.
        kind: what the customers are, where the file does not say.
        cycle: the cycle of the rows, where the file does not say.
    """
    table = read_table(file.raw, _ROWS, dates=file.order)
    extras = table.frame[[column.key for column in EXTRAS.columns]]
    invoices, settled = _settle(table.frame.reindex(columns=list(INVOICES.by_key)), extras, file)
    invoices = _with_types(invoices)
    if cycle is not None:
        invoices["cycle"] = invoices["cycle"].fillna(cycle)
    customers = customers_of(file.raw, invoices, kind)
    opening = opening_events(invoices, extras, as_of)
    disputes, disputed = _disputes(invoices, extras)
    decisions = [*settled.decisions, *opening.decisions, *disputed.decisions]
    findings = [*table.findings, *settled.findings, *customers.findings, *opening.findings, *disputed.findings]
    return Intake(
        file, invoices, customers.frame, opening.frame, disputes,
        {("invoices", key): places for key, places in table.unreadable.items() if key in INVOICES.by_key},
        (*file.decisions, *decisions), (*file.findings, *findings),
    )  # fmt: skip
