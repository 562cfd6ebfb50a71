"""The settings of a workbook, with the package's values where the workbook is silent."""

from __future__ import annotations

import datetime as dt
from dataclasses import MISSING, Field, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from xlcredit.parameters.cycles import CENTS
from xlcredit.parameters.errors import SettingValueError, UnknownSettingError
from xlcredit.schema import SETTING_CHOICES, SETTING_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlcredit.parameters.fields import Fields

TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "text": (str,),
    "id": (str,),
    "choice": (str,),
    "int": (int,),
    "money": (int,),
    "flag": (bool,),
    "date": (dt.date,),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """One attribute a setting of `schema.SETTING_TYPES`; money in cents, blank texts empty.

    `as_of` is None where the workbook names no day, `court_limit_confirmed` where nobody said. `buckets` is the
    text a person typed; what it means stands in `Policy.buckets`.
    """

    language: str
    base_currency: str
    payments_source: str
    holiday_shift: bool
    terms_days_as_months: bool
    list_not_due: bool
    payment_qr: bool
    imputation: Literal["capital_first", "interest_first"]
    customer_min_days: int
    strategy_deadline_days: int
    strategy_deadline_days_unsecured: int
    insurer_lead_days: int
    stale_payments_days: int
    promise_tolerance_days: int
    plan_tolerance_days: int
    instalment_notice_days: int
    plan_default_response_days: int
    plan_max_days: int
    effect_days: int
    sdd_return_days: int
    allowance_limit: int
    bank_cost_limit: int
    bank_cost_limit_abroad: int
    smtp_port: int
    pec_smtp_port: int
    mail_pause_seconds: int
    mail_days: int
    default_cycle: str
    buckets: str
    as_of: dt.date | None = None
    court_limit_confirmed: bool | None = None
    company_name: str = ""
    company_address: str = ""
    company_postcode: str = ""
    company_city: str = ""
    company_province: str = ""
    company_country: str = ""
    company_vat_number: str = ""
    company_tax_code: str = ""
    company_email: str = ""
    company_pec: str = ""
    company_phone: str = ""
    company_iban: str = ""
    company_bank: str = ""
    company_bic: str = ""
    signatory: str = ""
    signatory_role: str = ""
    place: str = ""
    approvers: str = ""
    smtp_host: str = ""
    smtp_user: str = ""
    mail_from: str = ""
    pec_smtp_host: str = ""
    pec_smtp_user: str = ""
    pec_from: str = ""
    documents_folder: str = ""

    def with_values(self, values: Mapping[str, Any]) -> Settings:
        """These settings with some replaced; a None leaves the value as it is.

        Args:
            values: by key, typed: money in cents, flags bool, dates `date`.

        Raises:
            UnknownSettingError: a key that is no setting.
            SettingValueError: a value of another type, a negative number, or none of a setting's choices.
        """
        given = {key: value for key, value in values.items() if value is not None}
        for key, value in given.items():
            check_setting(key, value)
        return replace(self, **given)


def check_setting(key: str, value: object) -> None:
    """Refuse a value that a setting cannot have."""
    if key not in SETTING_TYPES:
        raise UnknownSettingError(setting=key, known=", ".join(SETTING_TYPES))
    kind = SETTING_TYPES[key]
    choices = SETTING_CHOICES.get(key)
    if type(value) not in TYPES[kind] or (choices and value not in choices):
        raise SettingValueError(setting=key, found=str(value), expected=" | ".join(choices or [kind]))
    if type(value) is int and value < 0:
        raise SettingValueError(setting=key, found=str(value), expected=">= 0")


def read_settings(entries: Fields) -> Settings:
    """The settings in a policy file; money there is in euro.

    Raises:
        ParameterFileError: a key that is none, or is missing, or a value of another type.
        SettingValueError: a value that the setting cannot have.
    """
    values = {
        field.name: _read_setting(entries, field) for field in fields(Settings) if _is_given(entries, field)
    }
    entries.done()
    return Settings(**values)


def _is_given(entries: Fields, field: Field[Any]) -> bool:
    return field.name in entries or field.default is MISSING


def _read_setting(entries: Fields, field: Field[Any]) -> Any:  # noqa: ANN401  of the setting's type
    kind = SETTING_TYPES[field.name]
    value = (
        entries.take_scaled(field.name, CENTS) if kind == "money" else entries.take(field.name, *TYPES[kind])
    )
    check_setting(field.name, value)
    return value
