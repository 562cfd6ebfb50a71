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
| id     | str             | NaN    | leading zeros kept, never a number
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

from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "id", "choice", "money", "rate", "int", "number", "date", "time", "flag"]
Role = Literal["input", "computed"]

DTYPES: dict[str, str] = {
    "text": "str",
    "id": "str",
    "choice": "category",
    "money": "Int64",
    "rate": "Int64",
    "int": "Int64",
    "number": "float64",
    "date": "datetime64[s]",
    "time": "datetime64[s]",
    "flag": "boolean",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        key: its name in code and in `--json`.
        type: see the module's table.
        role: `input` columns are never written once a person may have typed there; `computed` ones always are.
        required: a row without it gets a finding.
        choices: English keys of a choice column; their words are `choices.<vocabulary>.<key>`.
        vocabulary: the catalogue section of the choices.
    """

    key: str
    type: Type
    role: Role = "input"
    required: bool = False
    choices: tuple[str, ...] = ()
    vocabulary: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One Excel Table, alone on its sheet.

    Attributes:
        key: its name in code.
        columns: in the order of the shipped workbook.
        keep: how refresh treats the rows: `typed` rows belong to the user (only computed columns are written),
            `events` are appended and never changed, `rebuilt` rows are replaced.
        matched_by: in a `rebuilt` table, the columns by which typed input is carried over to the new rows.
    """

    key: str
    columns: tuple[Column, ...]
    keep: Literal["typed", "events", "rebuilt"] = "typed"
    matched_by: tuple[str, ...] = ()

    def __getitem__(self, key: str) -> Column:
        """The column named `key`; KeyError when there is none."""
        return self.by_key[key]

    @property
    def by_key(self) -> dict[str, Column]:
        """Columns by key."""
        return {column.key: column for column in self.columns}

    @property
    def computed(self) -> tuple[Column, ...]:
        """The columns that refresh writes."""
        return tuple(column for column in self.columns if column.role == "computed")

    @property
    def inputs(self) -> tuple[Column, ...]:
        """The columns that belong to the user."""
        return tuple(column for column in self.columns if column.role == "input")


ROW_KEY = ("customer_id", "document_type", "invoice_id", "document_year", "instalment")
"""What a row of the ledger is known by; `document_year` is the year of `document_date`."""

VOCABULARIES: dict[str, tuple[str, ...]] = {
    "document_type": ("invoice", "advance_invoice", "credit_note", "debit_note", "interest_note", "returned_effect"),
    "payment_method": ("transfer", "riba", "sdd", "cheque", "bill", "cash"),
    "delivery_status": ("delivered", "not_delivered", "rejected", "refused", "not_electronic"),
    "kind": ("business", "professional", "public_body", "entity", "condominium", "consumer"),
    "sector": ("ordinary", "agri"),
    "customer_status": (
        "active",
        "ceased",
        "supply_stop",
        "unreachable",
        "judicial_liquidation",
        "composition",
        "controlled_liquidation",
        "compulsory_liquidation",
        "extraordinary_administration",
        "crisis_settlement",
    ),
    "language": ("it", "en"),
    "abc_class": ("A", "B", "C"),
    "allocation_kind": ("payment", "credit_note", "allowance", "set_off", "deduction"),
    "event": ("prepared", "issued", "sent", "delivered", "failed", "ambiguous", "cancelled", "opening"),
    "channel": ("email", "pec", "letter", "registered_letter", "call", "sms", "visit", "meeting"),
    "contact_outcome": (
        "reached", "voicemail", "unreachable", "wrong_address", "invoice_not_received", "disputes", "promises", "paid",
    ),
    "promise_status": ("open", "kept", "partly_kept", "broken", "withdrawn"),
    "dispute_reason": (
        "quality", "quantity", "price", "delivery", "wrong_item", "service", "invoice_error", "duplicate", "contract",
        "other",
    ),
    "dispute_phase": ("received", "investigation", "discussion", "resolved"),
    "dispute_outcome": ("justified", "partly_justified", "unjustified"),
    "plan_status": ("proposed", "regular", "default", "closed", "withdrawn"),
    "case_status": ("open", "returned", "closed"),
    "case_kind": ("lawyer", "agency"),
    "decision": ("insist", "settle", "plan", "agency", "lawyer", "write_off"),
    "level_kind": ("courtesy", "reminder", "formal", "final", "formal_notice", "handover"),
    "shows_interest": ("no", "reserve", "amounts"),
    "regime": ("b2b", "agri", "consumer", "contract", "none"),
    "parameter": ("reference_rate", "legal_rate"),
}


def _column(spec: str) -> Column:
    """A column from `key type [!] [=] [:vocabulary]`: ! required, = computed."""
    key, type_, *marks = spec.split()
    vocabulary = next((mark[1:] for mark in marks if mark.startswith(":")), "")
    return Column(
        key,
        type_,  # type: ignore[arg-type]  # checked by the schema's tests
        role="computed" if "=" in marks else "input",
        required="!" in marks,
        choices=VOCABULARIES[vocabulary] if vocabulary else (),
        vocabulary=vocabulary,
    )


def _table(key: str, specs: str, **options: object) -> Table:
    columns = tuple(_column(line) for line in specs.strip().splitlines())
    return Table(key, columns, **options)  # type: ignore[arg-type]


INVOICES = _table("invoices", """
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
    net_payable money
    paid_ledger money
    open_ledger money
    settled_date date
    references text
    proof text
    delivery_status choice :delivery_status
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
    finding text =
""")

CUSTOMERS = _table("customers", """
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
""")

PAYMENTS = _table("payments", """
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
""")

ALLOCATIONS = _table("allocations", """
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
""")

REMINDERS = _table("reminders", """
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
    cycle id
    open_amount money
    interest money
    lump_sum money
    total_due money
    channel choice :channel
    file text
    file_hash id
    proof text
    proof_date date
    reason text
    by text
""", keep="events")

CONTACTS = _table("contacts", """
    contact_time time !
    by text
    customer_id id !
    invoice_id id
    channel choice :channel
    outcome choice :contact_outcome
    text text
    next_action text
    next_date date
""")

PROMISES = _table("promises", """
    customer_id id !
    invoice_id id !
    instalment int
    document_year int
    promised_amount money
    promised_date date !
    made_on date
    status choice :promise_status
    notes text
""")

DISPUTES = _table("disputes", """
    customer_id id !
    invoice_id id !
    instalment int
    document_year int
    opened_on date
    reason choice :dispute_reason
    department text
    owner text
    phase choice :dispute_phase
    phase_deadline date
    disputed_amount money
    outcome choice :dispute_outcome
    credit_note_expected money
    notes text
""")

PLANS = _table("plans", """
    plan_id id !
    customer_id id !
    invoices text
    instalment int
    due_date date !
    amount money !
    paid_amount money
    status choice :plan_status
    signed_on date
    file text
    notes text
""")

CASE_FILES = _table("case_files", """
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
""")

DECISIONS = _table("decisions", """
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
""", keep="rebuilt", matched_by=("customer_id", "currency"))

LEVELS = _table("levels", """
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
""")

RATES = _table("rates", """
    parameter choice ! :parameter
    valid_from date !
    rate rate !
    source text !
    confirmed flag
""")

EXCHANGE_RATES = _table("exchange_rates", """
    currency id !
    rate_date date !
    rate number !
    source text
""")

OPERATORS = _table("operators", """
    operator id !
    name text
    email text
    minutes_per_day int
    notes text
""")

SETTINGS = _table("settings", """
    setting text !
    value text
    help text
""")

WORKLIST = _table("worklist", """
    position int =
    operator text =
    customer_id id =
    customer_name text =
    currency id =
    action text =
    reason text =
    overdue money =
    rows int =
    days_overdue int =
    abc_class choice = :abc_class
    phone text =
    contact text =
    sales_person text =
    last_contact text =
    minutes int =
    outcome choice :contact_outcome
    notes text
""", keep="rebuilt", matched_by=("customer_id", "currency"))

PROPOSAL = _table("proposal", """
    send flag
    customer_id id =
    customer_name text =
    currency id =
    letter_level int =
    level_name text =
    rows int =
    open_amount money =
    total_due money =
    channel choice = :channel
    template text =
    warnings text =
    notes text
""", keep="rebuilt", matched_by=("customer_id", "currency", "letter_level"))

SNAPSHOTS = _table("snapshots", """
    as_of date !
    currency id
    bucket text
    open_amount money
    overdue money
    rows int
""", keep="events")

FINDINGS = _table("findings", """
    place text =
    table text =
    row text =
    column text =
    found text =
    message text =
    remedy text =
    count int =
    code id =
""", keep="rebuilt")

COLUMN_MAP = _table("column_map", """
    table text !
    column text !
    header text !
""")

TABLES: dict[str, Table] = {
    table.key: table
    for table in (
        INVOICES, CUSTOMERS, PAYMENTS, ALLOCATIONS, REMINDERS, CONTACTS, PROMISES, DISPUTES, PLANS, CASE_FILES,
        DECISIONS, LEVELS, RATES, EXCHANGE_RATES, OPERATORS, SETTINGS, WORKLIST, PROPOSAL, SNAPSHOTS, FINDINGS,
        COLUMN_MAP,
    )
}
"""Tables by key, in the order of the shipped workbook."""


SETTING_TYPES: dict[str, Type] = {
    "company_name": "text", "company_address": "text", "company_postcode": "id", "company_city": "text",
    "company_province": "id", "company_country": "id", "company_vat_number": "id", "company_tax_code": "id",
    "company_email": "text", "company_pec": "text", "company_phone": "id", "company_iban": "id", "company_bank": "text",
    "company_bic": "id", "signatory": "text", "signatory_role": "text", "place": "text",
    "as_of": "date", "language": "choice", "base_currency": "id", "payments_source": "choice",
    "holiday_shift": "flag", "terms_days_as_months": "flag", "list_not_due": "flag", "payment_qr": "flag",
    "imputation": "choice", "customer_min_days": "int", "strategy_deadline_days": "int",
    "strategy_deadline_days_unsecured": "int", "insurer_lead_days": "int", "stale_payments_days": "int",
    "promise_tolerance_days": "int", "effect_days": "int", "sdd_return_days": "int",
    "allowance_limit": "money", "bank_cost_limit": "money", "bank_cost_limit_abroad": "money",
    "default_cycle": "id", "buckets": "text",
}
"""Settings by key with the type of their value; the rows of `Parametri` carry the localised names.

Their defaults are policy (`parameters/policy/settings.yaml`); which words they go by: `settings.<key>`."""

SETTING_CHOICES: dict[str, tuple[str, ...]] = {
    "language": ("it", "en"),
    "payments_source": ("payments", "ledger"),
    "imputation": ("capital_first", "interest_first"),
}
