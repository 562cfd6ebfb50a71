"""How each sheet is laid out, as data: order, tab group, frozen columns, columns folded away, widths.

Every table sheet has the same four rows above its body: title, explanation, bands (who fills the column
below), headers. A folded column is grouped and collapsed: one click on the outline's `2` shows it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlcredit.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlcredit.schema import Column, Type

TITLE_ROW, EXPLANATION_ROW, BAND_ROW, HEADER_ROW, BODY_ROW = range(5)
"""0-based rows of a table sheet."""

LAST_ROW = 1_048_575
"""0-based last row of a sheet."""

TAB_COLOURS = {
    "start": "#1F4E79",
    "today": "#C55A11",
    "ledger": "#2E75B6",
    "register": "#7F7F7F",
    "watch": "#BF9000",
    "setup": "#548235",
}

TYPE_WIDTHS: dict[Type, float] = {
    "text": 22,
    "id": 13,
    "choice": 14,
    "money": 15,
    "rate": 10,
    "int": 10,
    "number": 10,
    "date": 13,
    "time": 18.5,
    "flag": 10,
}
"""Column widths in characters; dates and amounts up to ten millions never show as ###."""

WIDEST = 50.0
"""Width to which a text column grows with its content."""

KEY_WIDTHS: Mapping[str, float] = {
    "abc_class": 8,
    "address": 26,
    "alarms": 44,
    "call_hours": 24,
    "call_link": 20,
    "change": 26,
    "channels": 24,
    "contact": 20,
    "country": 7,
    "currency": 8,
    "customer_name": 28,
    "days_overdue": 9,
    "department": 16,
    "document_type": 13,
    "email": 30,
    "file": 28,
    "finding": 52,
    "found": 30,
    "help": 76,
    "hold": 41,
    "hold_reason": 20,
    "iban": 29,
    "instalment": 6,
    "mail_link": 32,
    "message": 76,
    "next_action": 36,
    "notes": 24,
    "owner": 16,
    "pec": 28,
    "phone": 17,
    "place": 20,
    "postcode": 8,
    "priority_reason": 54,
    "province": 9,
    "reason": 28,
    "references": 24,
    "remedy": 76,
    "setting": 42,
    "source": 52,
    "text": 34,
    "value": 34,
    "warnings": 50,
}
"""Widths by column key, where the type's is too little or too much."""

WRAPPED = frozenset({"finding", "message", "remedy", "help", "warnings"})
"""Text columns whose cells wrap."""

FIXED = frozenset({("settings", "setting"), ("settings", "help")})
"""Columns of the shipped workbook that are neither typed nor computed: labels."""


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """Where a sheet stands and how it opens.

    Attributes:
        key: schema key of its table, or `guide`, `dashboard`, `formulas`.
        group: key of `TAB_COLOURS`.
        frozen: how many columns stay when scrolling to the right.
        folded: keys of the columns grouped and collapsed.
        zoom: per cent.
        pages: how many pages wide it is printed; above one, the frozen columns repeat.
        widths: of this sheet's columns, before `KEY_WIDTHS`.
    """

    key: str
    group: str
    frozen: int = 1
    folded: frozenset[str] = frozenset()
    zoom: int = 100
    pages: int = 1
    widths: Mapping[str, float] = field(default_factory=dict)

    @property
    def code_name(self) -> str:
        """The name by which VBA knows the sheet, the same in every language."""
        return "Sheet" + "".join(part.capitalize() for part in self.key.split("_"))


def _folded(keys: str) -> frozenset[str]:
    return frozenset(keys.split())


SHEETS: tuple[SheetLayout, ...] = (
    SheetLayout("guide", "start", frozen=0),
    SheetLayout(
        "worklist",
        "today",
        frozen=4,
        pages=2,
        folded=_folded("rows phone sales_person minutes call_link mail_link"),
        widths={
            "position": 5,
            "operator": 9,
            "customer_name": 36,
            "action": 34,
            "reason": 55,
            "contact": 17,
            "sales_person": 16,
            "last_contact": 40,
        },
    ),
    SheetLayout(
        "proposal",
        "today",
        frozen=3,
        pages=2,
        folded=_folded("template"),
        widths={"customer_name": 36, "level_name": 24, "rows": 7, "send": 9},
    ),
    SheetLayout(
        "invoices",
        "ledger",
        frozen=4,
        zoom=90,
        pages=3,
        folded=_folded(
            "contract_date payment_terms tax_amount withholding split_vat retention retention_release net_payable "
            "paid_ledger open_ledger settled_date references proof delivery_status delivery_date "
            "interest_charged_to limitation_years factor "
            "cycle lump_sum level_sent_date"
        ),
    ),
    SheetLayout(
        "customers",
        "ledger",
        frozen=2,
        zoom=90,
        pages=3,
        folded=_folded(
            "tax_code address postcode province country language pec_source office_code billing_contact "
            "group sector cycle payment_terms status_date contract_rate no_interest insured_limit "
            "insurer_notice_days guarantee guarantee_expiry external_rating is_supplier operator"
        ),
        widths={"name": 30, "vat_number": 15, "tax_code": 19},
    ),
    SheetLayout("payments", "ledger", frozen=2, widths={"payer": 28}),
    SheetLayout("allocations", "ledger", frozen=3),
    SheetLayout(
        "reminders",
        "register",
        frozen=2,
        zoom=90,
        pages=2,
        folded=_folded("document_type document_year interest lump_sum file_hash message_id"),
        widths={"event_id": 15, "reminder_id": 15, "file": 60},
    ),
    SheetLayout("contacts", "ledger", frozen=3, widths={"operator": 14, "text": 42}),
    SheetLayout("promises", "ledger", frozen=2, folded=_folded("instalment document_year")),
    SheetLayout("disputes", "ledger", frozen=2, pages=2, folded=_folded("instalment document_year")),
    SheetLayout("plans", "ledger", frozen=2),
    SheetLayout("case_files", "ledger", frozen=3, folded=_folded("instalment document_year")),
    SheetLayout("decisions", "today", frozen=2, widths={"customer_name": 36, "rows": 7, "reason": 42}),
    SheetLayout("dispute_statistics", "watch", frozen=1, widths={"reason": 18, "department": 22}),
    SheetLayout("snapshots", "register", frozen=1),
    SheetLayout(
        "findings", "watch", frozen=1, widths={"row": 16, "table": 16, "column": 25, "code": 26, "count": 8}
    ),
    SheetLayout("dashboard", "watch", frozen=0),
    SheetLayout("settings", "setup", frozen=2),
    SheetLayout("levels", "setup", frozen=3, widths={"name": 26}),
    SheetLayout("rates", "setup", frozen=2, widths={"parameter": 22}),
    SheetLayout("exchange_rates", "setup", frozen=2, widths={"source": 30}),
    SheetLayout("operators", "setup", frozen=1),
    SheetLayout("column_map", "setup", frozen=2, widths={"header": 30, "column": 30}),
    SheetLayout("formulas", "start", frozen=0),
)
"""The sheets in the order of the shipped workbook."""


def layout_of(key: str) -> SheetLayout:
    """The layout of the sheet of table `key`; KeyError when there is none."""
    return {sheet.key: sheet for sheet in SHEETS}[key]


def band_of(table_key: str, column: Column) -> str:
    """Who fills a column: `input`, `computed`, `register` (appended by the program) or `fixed` (a label)."""
    if (table_key, column.key) in FIXED:
        return "fixed"
    if TABLES[table_key].keep == "events":
        return "register"
    return column.role


def base_width(sheet: SheetLayout, column: Column) -> float:
    """The width of a column before its header and content are looked at."""
    return sheet.widths.get(column.key, KEY_WIDTHS.get(column.key, TYPE_WIDTHS[column.type]))
