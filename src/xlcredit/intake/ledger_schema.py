"""What a stranger's ledger may say: our columns of rows and customers, and what only strangers write.

| key             | holds                                                                        |
|-----------------|------------------------------------------------------------------------------|
| level_sent      | the highest level sent, as number or word; `level_sent_date` its day         |
| level_N_date    | the day level N was sent, or a mark that it was                              |
| disputed        | whether the row is disputed, or why                                          |
| is_settled      | whether the row is paid, or when                                             |
| debit, credit   | Dare and Avere: what was invoiced, what was paid or credited                 |
"""

from __future__ import annotations

from typing import Literal

from xlcredit.schema import CUSTOMERS, INVOICES, Column, Table

DateOrder = Literal["auto", "dmy", "mdy"]
"""How dates in figures are read; `auto` lets each column decide."""

CUSTOMER_KEYS = (
    "vat_number", "tax_code", "address", "postcode", "city", "province", "country", "email", "pec", "phone",
    "office_code", "group", "sales_person", "kind", "credit_limit",
)  # fmt: skip

LEVEL_DATES = ("level_1_date", "level_2_date", "level_3_date", "level_4_date")

EXTRAS = Table(
    "ledger_extras",
    (
        Column("level_sent", "text"),
        Column("level_sent_date", "date"),
        *(Column(key, "text") for key in LEVEL_DATES),
        Column("disputed", "text"),
        Column("is_settled", "text"),
        Column("debit", "money"),
        Column("credit", "money"),
    ),
)

LEDGER = Table(
    "ledger",
    (*INVOICES.inputs, *EXTRAS.columns, *(CUSTOMERS[key] for key in CUSTOMER_KEYS)),
)

AMOUNTS = frozenset({"amount", "net_payable", "open_ledger", "debit", "credit"})
"""One of these is a ledger's least."""

NAMES = frozenset({"invoice_id", "customer_id", "customer_name", "due_date", "document_date"})
"""With one of these."""

DATES = ("due_date", "document_date")
"""And a row cannot be aged without one of these."""
