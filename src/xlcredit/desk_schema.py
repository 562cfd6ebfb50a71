"""The tables of the collector's desk: what is said, promised, contested, agreed; what to do and to send.

They are part of the schema (`schema.TABLES`), written in the same way.
"""

from __future__ import annotations

from xlcredit.tables import table_of

CONTACTS = table_of(
    "contacts",
    """
    contact_time time !
    by text
    customer_id id !
    invoice_id id
    instalment int
    channel choice :channel
    outcome choice :contact_outcome
    text text
    next_action text
    next_date date
""",
)

PROMISES = table_of(
    "promises",
    """
    customer_id id !
    invoice_id id !
    instalment int
    document_year int
    promised_amount money
    promised_date date !
    made_on date
    open_when_made money
    withdrawn_on date
    notes text
    status choice = :promise_status
    kept_amount money =
""",
)

DISPUTES = table_of(
    "disputes",
    """
    customer_id id !
    invoice_id id
    instalment int
    document_year int
    opened_on date
    reason choice :dispute_reason
    department text
    owner text
    disputed_amount money
    investigation_on date
    discussion_on date
    resolved_on date
    phase_deadline date
    outcome choice :dispute_outcome
    credit_note_expected money
    notes text
    phase choice = :dispute_phase
    deadline date =
    held_amount money =
    days_open int =
""",
)

PLANS = table_of(
    "plans",
    """
    plan_id id !
    customer_id id !
    kind choice :plan_kind
    invoices text
    total money
    owed money
    made_on date
    signed_on date
    file text
    instalment int
    due_date date !
    amount money !
    withdrawn_on date
    default_told_on date
    reminded_on date
    notes text
    paid_amount money =
    instalment_status choice = :instalment_status
    status choice = :plan_status
""",
)

WORKLIST = table_of(
    "worklist",
    """
    position int =
    operator text =
    customer_id id =
    customer_name text =
    currency id =
    action text =
    amount money =
    deadline date =
    owner text =
    reason text =
    overdue money =
    rows int =
    days_overdue int =
    abc_class choice = :abc_class
    change text =
    phone text =
    call_hours text =
    contact text =
    sales_person text =
    last_contact text =
    minutes int =
    call_link text =
    mail_link text =
    outcome choice :contact_outcome
    notes text
""",
    keep="rebuilt",
    matched_by=("customer_id", "currency"),
)

PROPOSAL = table_of(
    "proposal",
    """
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
    needs_approval flag =
    approved_by text
    approved_on date
    notes text
""",
    keep="rebuilt",
    matched_by=("customer_id", "currency", "letter_level"),
)

DISPUTE_STATISTICS = table_of(
    "dispute_statistics",
    """
    reason choice = :dispute_reason
    department text =
    cases int =
    open_cases int =
    amount money =
    share number =
    days_to_resolve number =
    justified_share number =
    credit_note_expected money =
""",
    keep="rebuilt",
)
