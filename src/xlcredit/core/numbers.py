"""VAT numbers and IBANs whose own check digits contradict them.

The check digits of all distinct numbers are computed at once; python-stdnum, which knows every country's rules,
is asked only about what they do not decide.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from xlcredit.core.columns import Mask

_VAT_DIGITS, _VAT_SERIAL = 11, 7
_IBAN_CHARACTERS, _ITALIAN_IBAN = 34, 27
_DOUBLED = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9])


def is_bad_vat_number(numbers: pd.Series, countries: pd.Series) -> Mask:
    """Where a VAT number is none.

    Without a prefix it is its country's (Italy when blank); those from outside the EU are not judged.

    >>> is_bad_vat_number(pd.Series(["00743110157", "00743110158"]), pd.Series([None, "IT"])).tolist()
    [False, True]
    """
    country = countries.fillna("IT").str.strip().str.upper()
    prefixed = numbers.str.strip().str.upper().str.replace(r"^([A-Z]{2})?", "", regex=True)
    prefix = numbers.str.strip().str.upper().str.extract(r"^([A-Z]{2})", expand=False)
    return _judged(prefix.fillna(country) + prefixed, _weigh_luhn, _is_bad_vat)


def is_bad_iban(ibans: pd.Series) -> Mask:
    """Where an IBAN is none; blanks are not judged.

    >>> is_bad_iban(pd.Series(["IT60X0542811101000000123456", "IT61X0542811101000000123456"])).tolist()
    [False, True]
    """
    return _judged(ibans.str.replace(" ", "").str.upper(), _weigh_mod_97, _is_bad_iban)


def is_foreign_vat_number(numbers: pd.Series) -> Mask:
    """Where a VAT number is written with the prefix of a country outside the EU, whose rules nobody here knows.

    >>> is_foreign_vat_number(pd.Series(["CHE123456788", "IT00743110157", "Partita IVA"])).tolist()
    [True, False, False]
    """
    bare = numbers.str.upper().str.replace(r"[\s.\-]", "", regex=True)
    shaped = bare.str.fullmatch(r"[A-Z]{2}(?=[A-Z0-9]*[0-9])[A-Z0-9]{5,13}").fillna(value=False)
    mask: Mask = shaped.to_numpy(bool, copy=True)
    if mask.any():
        mask[mask] = ~bare[mask].str[:2].isin(_vat_countries()).to_numpy(bool)
    return mask


def _judged(
    numbers: pd.Series,
    weigh: Callable[[NDArray[np.str_]], tuple[Mask, Mask]],
    is_bad: Callable[[str], bool],
) -> Mask:
    """Every distinct number judged once; only those that `weigh` calls neither good nor bad by `is_bad`."""
    codes, distinct = pd.factorize(numbers)
    texts = np.array(distinct.tolist(), dtype=str)
    good, bad = weigh(texts)
    verdicts = np.append(bad, False)
    for place in np.flatnonzero(~good & ~bad).tolist():
        verdicts[place] = is_bad(str(texts[place]))
    return verdicts[codes]


def _weigh_luhn(numbers: NDArray[np.str_]) -> tuple[Mask, Mask]:
    """Italian numbers of 11 digits, by their check digit; the others are neither good nor bad."""
    passes = np.zeros(len(numbers), dtype=bool)
    digits = np.strings.slice(numbers, 2, None)
    italian = np.strings.startswith(numbers, "IT") & (np.strings.str_len(digits) == _VAT_DIGITS)
    italian &= np.strings.isdecimal(digits)
    figures = digits[italian].astype(f"S{_VAT_DIGITS}").view("u1").reshape(-1, _VAT_DIGITS).astype(
        "int64"
    ) - ord("0")
    total = figures[:, 0::2].sum(axis=1) + _DOUBLED[figures[:, 1::2]].sum(axis=1)
    passes[italian] = (total % 10 == 0) & figures[:, :_VAT_SERIAL].any(axis=1)
    return passes, italian & ~passes


def _weigh_mod_97(ibans: NDArray[np.str_]) -> tuple[Mask, Mask]:
    """IBANs by their check digits (ISO 13616), Italian ones by their form too.

    Those with other signs, and foreign ones with the right check digits, are neither good nor bad.
    """
    if not len(ibans):
        return np.zeros(0, dtype=bool), np.zeros(0, dtype=bool)
    plain = np.strings.isalnum(ibans) & (np.strings.str_len(ibans) <= _IBAN_CHARACTERS)
    turned = np.strings.add(np.strings.slice(ibans, 4, None), np.strings.slice(ibans, 0, 4))
    letters = (
        np.where(plain, turned, "")
        .astype(f"U{_IBAN_CHARACTERS}")
        .view("u4")
        .reshape(len(ibans), -1)
        .astype("int64")
    )
    rest = np.zeros(len(ibans), dtype="int64")
    for column in letters.T:
        is_digit = column <= ord("9")
        value = np.where(is_digit, column - ord("0"), column - ord("A") + 10)
        rest = np.where(column == 0, rest, (rest * np.where(is_digit, 10, 100) + value) % 97)
    passes: Mask = plain & (rest == 1)
    return passes & _is_italian_iban(ibans), plain & ~passes


def _is_italian_iban(ibans: NDArray[np.str_]) -> Mask:
    """IT, two digits, a letter, ten digits, twelve signs."""
    shaped: Mask = np.strings.startswith(ibans, "IT") & (np.strings.str_len(ibans) == _ITALIAN_IBAN)
    shaped &= np.strings.isalpha(np.strings.slice(ibans, 4, 5))
    shaped &= np.strings.isdecimal(np.strings.slice(ibans, 5, 15))
    return shaped


def _is_bad_vat(number: str) -> bool:
    from stdnum.eu import vat  # noqa: PLC0415  a tenth of a second, paid only for doubtful numbers

    return number[:2] in _vat_countries() and not vat.is_valid(number)


@cache
def _vat_countries() -> frozenset[str]:
    """Prefixes of the VAT numbers of the EU."""
    from stdnum.eu import vat  # noqa: PLC0415  as above

    return frozenset({*(code.upper() for code in vat.MEMBER_STATES), "EL"})


def _is_bad_iban(number: str) -> bool:
    from stdnum import iban  # noqa: PLC0415  as above

    return not iban.is_valid(number)
