"""Every table of the workbook, each column described once.

The words (headers, help) stand in the catalogue under `tables.<table>`, one entry a column, so that a further
language needs no change here. A frame read by this schema has one column per key, in this order, with the
dtype of its type; money is integer cents, rates are integer basis points (10.15 % = 1015).

A row of the ledger is known by customer, document type, number, document year and instalment
(`ROW_KEY`). Tables that a person types (promises, disputes, allocations) name it by customer and number; a
blank instalment or year there means every one.

| type   | dtype           | blank  |
|--------|-----------------|--------|
| text   | str             | NaN    |
| id     | str             | NaN    | leading zeros kept, never a number; `CYCLES`: keys of the package's cycles
| choice | category        | NaN    | categories are the English keys in `Column.choices`
| money  | Int64           | <NA>   | cents
| rate   | Int64           | <NA>   | basis points
| int    | Int64           | <NA>   |
| number | float64         | NaN    |
| date   | datetime64[s]   | NaT    | midnight
| time   | datetime64[s]   | NaT    |
| flag   | boolean         | <NA>   | Sì/No
"""

from __future__ import annotations

from xlcredit.desk_schema import (
    CONTACTS,
    DISPUTE_STATISTICS,
    DISPUTES,
    PLANS,
    PROMISES,
    PROPOSAL,
    WORKLIST,
)
from xlcredit.settings_schema import SETTING_CHOICES, SETTING_TYPES, SETTING_VALUES
from xlcredit.tables import DTYPES, Column, Role, Table, Type, table_of
from xlcredit.vocabularies import VOCABULARIES

__all__ = [
    "CYCLES", "DISPUTES", "DTYPES", "PROPOSAL", "ROW_KEY", "SETTING_CHOICES", "SETTING_TYPES", "SETTING_VALUES",
    "TABLES", "VOCABULARIES", "Column", "Role", "Table", "Type",
]  # fmt: skip

ROW_KEY = ("customer_id", "document_type", "invoice_id", "document_year", "instalment")
"""What a row of the ledger is known by; `document_year` is the year of `document_date`."""

CYCLES = frozenset({"cycle", "default_cycle"})
"""Columns that name a dunning cycle: one of the package's, by its names in any language, or a person's own."""

INVOICES = table_of(
    "invoices",
    """
    invoice_id id !
    instalment int
    customer_id id !
    customer_name text
    document_type choice :document_type
    document_date date !
    contract_date date
    due_date date
    payment_terms text
    payment_method choice :payment_method
    currency id
    amount money !
    tax_amount money
    withholding money
    split_vat money
    retention money
    retention_release date
    net_payable money
    paid_ledger money
    open_ledger money
    settled_date date
    references text
    proof text
    delivery_status choice :delivery_status
    delivery_date date
    interest_charged_to date
    limitation_years int
    hold_until date
    hold_reason text
    factor text
    cycle id
    notes text
    paid_amount money =
    open_amount money =
    days_overdue int =
    bucket text =
    priority_score number =
    priority_rank int =
    priority_reason text =
    abc_class choice = :abc_class
    level_sent int =
    level_sent_date date =
    level_next int =
    level_next_date date =
    next_action text =
    hold text =
    interest money =
    lump_sum money =
    total_due money =
    limitation_date date =
    delivered flag =
    finding text =
""",
)

CUSTOMERS = table_of(
    "customers",
    """
    customer_id id !
    name text !
    vat_number id
    tax_code id
    address text
    postcode id
    city text
    province id
    country id
    language choice :language
    email text
    pec text
    pec_source text
    phone id
    office_code id
    billing_contact text
    dunning_contact text
    group text
    sales_person text
    kind choice :kind
    sector choice :sector
    cycle id
    payment_terms text
    status choice :customer_status
    status_date date
    contract_rate rate
    no_interest flag
    credit_limit money
    insured_limit money
    insurer_notice_days int
    guarantee text
    guarantee_expiry date
    external_rating text
    is_supplier flag
    operator text
    hold_until date
    hold_reason text
    notes text
    exposure money =
    overdue money =
    limit_use number =
    average_days_late number =
    abc_class choice = :abc_class
    first_invoice_default flag =
    broken_promises int =
    alarms text =
    next_action text =
""",
)

PAYMENTS = table_of(
    "payments",
    """
    payment_id id !
    payment_date date !
    value_date date
    payer text
    iban id
    amount money !
    currency id
    text text
    bank_reference id
    customer_id id
    notes text
    unallocated money =
""",
)

ALLOCATIONS = table_of(
    "allocations",
    """
    payment_id id
    customer_id id !
    invoice_id id !
    instalment int
    document_year int
    amount money !
    kind choice :allocation_kind
    allocation_date date
    confidence number
    reason text
    confirmed_by text
""",
)

REMINDERS = table_of(
    "reminders",
    """
    event_id id !
    reminder_id id !
    event choice ! :event
    event_time time !
    customer_id id !
    currency id
    invoice_id id
    document_type choice :document_type
    document_year int
    instalment int
    row_level int
    letter_level int
    letter_kind choice :letter_kind
    cycle id
    open_amount money
    interest money
    lump_sum money
    total_due money
    channel choice :channel
    file text
    file_hash id
    message_id text
    proof text
    proof_date date
    reason text
    by text
""",
    keep="events",
)

CASE_FILES = table_of(
    "case_files",
    """
    case_id id !
    customer_id id !
    invoice_id id !
    instalment int
    document_year int
    kind choice :case_kind
    handed_over_on date
    to text
    status choice :case_status
    recovered money
    closed_on date
    notes text
""",
)

DECISIONS = table_of(
    "decisions",
    """
    customer_id id ! =
    customer_name text =
    currency id =
    rows int =
    overdue money =
    days_overdue int =
    reason text =
    decision choice :decision
    decided_by text
    decided_on date
    notes text
""",
    keep="rebuilt",
    matched_by=("customer_id", "currency"),
)

LEVELS = table_of(
    "levels",
    """
    cycle id !
    level int !
    name text
    kind choice ! :level_kind
    days_after_due int !
    min_days_between int
    response_days int
    channels text
    template text
    fee money
    min_amount money
    needs_approval flag
    interrupts_limitation flag
    shows_interest choice :shows_interest
""",
)

RATES = table_of(
    "rates",
    """
    parameter choice ! :parameter
    valid_from date !
    rate rate !
    source text !
    confirmed flag
""",
)

EXCHANGE_RATES = table_of(
    "exchange_rates",
    """
    currency id !
    rate_date date !
    rate number !
    source text
""",
)

OPERATORS = table_of(
    "operators",
    """
    operator id !
    name text
    email text
    minutes_per_day int
    notes text
""",
)

SETTINGS = table_of(
    "settings",
    """
    setting text !
    value text
    help text
""",
)

SNAPSHOTS = table_of(
    "snapshots",
    """
    as_of date !
    currency id
    bucket text
    open_amount money
    overdue money
    rows int
""",
    keep="events",
)

FINDINGS = table_of(
    "findings",
    """
    place text =
    table text =
    row text =
    column text =
    found text =
    message text =
    remedy text =
    count int =
    code id =
""",
    keep="rebuilt",
)

COLUMN_MAP = table_of(
    "column_map",
    """
    table text !
    column text !
    header text !
""",
)

_ORDER = (
    INVOICES, CUSTOMERS, PAYMENTS, ALLOCATIONS, REMINDERS, CONTACTS, PROMISES, DISPUTES, PLANS, CASE_FILES,
    DECISIONS, LEVELS, RATES, EXCHANGE_RATES, OPERATORS, SETTINGS, WORKLIST, PROPOSAL, DISPUTE_STATISTICS,
    SNAPSHOTS, FINDINGS, COLUMN_MAP,
)  # fmt: skip

TABLES: dict[str, Table] = {table.key: table for table in _ORDER}
"""Tables by key, in the order of the shipped workbook."""
