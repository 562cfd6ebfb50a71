"""The settings of a workbook: one row each in `Parametri`, here one column each of a table with one row.

Their defaults are policy (`parameters/data/policy/settings.yaml`), their words `settings.<key>`.
"""

from __future__ import annotations

from xlcredit.tables import Table, Type, table_of

SETTING_VALUES: Table = table_of(
    "settings",
    """
    company_name text
    company_address text
    company_postcode id
    company_city text
    company_province id
    company_country id
    company_vat_number id
    company_tax_code id
    company_email text
    company_pec text
    company_phone id
    company_iban id
    company_bank text
    company_bic id
    signatory text
    signatory_role text
    place text
    as_of date
    language choice :language
    base_currency id
    payments_source choice :payments_source
    holiday_shift flag
    terms_days_as_months flag
    list_not_due flag
    payment_qr flag
    imputation choice :imputation
    customer_min_days int
    strategy_deadline_days int
    strategy_deadline_days_unsecured int
    insurer_lead_days int
    stale_payments_days int
    promise_tolerance_days int
    plan_tolerance_days int
    instalment_notice_days int
    plan_default_response_days int
    plan_max_days int
    approvers text
    effect_days int
    sdd_return_days int
    allowance_limit money
    bank_cost_limit money
    bank_cost_limit_abroad money
    default_cycle id
    buckets text
    smtp_host text
    smtp_port int
    smtp_user text
    mail_from text
    pec_smtp_host text
    pec_smtp_port int
    pec_smtp_user text
    pec_from text
    mail_pause_seconds int
    mail_days int
    documents_folder text
    court_limit_confirmed flag
""",
)
"""The settings as columns, in the order of the sheet."""

SETTING_TYPES: dict[str, Type] = {column.key: column.type for column in SETTING_VALUES.columns}
"""Settings by key with the type of their value."""

SETTING_CHOICES: dict[str, tuple[str, ...]] = {
    column.key: column.choices for column in SETTING_VALUES.columns if column.choices
}
"""Settings that take one of a few keys."""
