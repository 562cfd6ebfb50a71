"""Amounts from texts, VAT numbers, IBANs, the version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit import __version__
from xlcredit.core.numbers import is_bad_iban, is_bad_vat_number, is_foreign_vat_number
from xlcredit.formulas.call import NOT_AVAILABLE

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlcredit.formulas.call import Call

    Values = npt.NDArray[Any]

CENTS = 100
VAT_DIGITS = 11


def amount(call: Call) -> Values:
    """The amount that a text tells, in euro."""
    return call.whole("text") / CENTS


def vat_ok(call: Call) -> Values:
    """Whether a VAT number's check digits are right. Excel takes leading zeros off a number: they count as there."""
    numbers = call.column("vat_number").fillna("").str.replace(r"[\s.\-]", "", regex=True).str.upper()
    is_number = np.array([type(cell) is float for cell in call.blocks["vat_number"].cells])
    numbers = numbers.where(~is_number, numbers.str.zfill(VAT_DIGITS))
    call.refuse(is_foreign_vat_number(numbers), NOT_AVAILABLE, "vat-number-foreign", "vat_number")
    is_shaped = numbers.str.fullmatch(r"[A-Z]{2}[A-Z0-9+*]{2,13}|[0-9]+").to_numpy(bool)
    has_digit = numbers.str.contains(r"[0-9]").to_numpy(bool)
    country = pd.Series(np.full(call.size, "IT"), dtype="str")
    return is_shaped & has_digit & ~is_bad_vat_number(numbers, country)


def iban_ok(call: Call) -> Values:
    """Whether an IBAN's check digits are right."""
    return ~is_bad_iban(call.column("iban").fillna(""))


def version(call: Call) -> Values:
    """The program's version."""
    return np.full(call.size, __version__, dtype=object)
