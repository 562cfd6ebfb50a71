"""VAT numbers and IBANs by their check digits."""

import pandas as pd
import pytest

from xlcredit.core.numbers import is_bad_iban, is_bad_vat_number


@pytest.mark.parametrize(
    ("number", "country", "bad"),
    [
        ("00743110157", "IT", False),
        ("00743110158", "IT", True),
        ("IT00743110157", None, False),
        ("it00743110157", "DE", False),
        ("0743110157", "IT", True),
        ("00000000000", "IT", True),
        ("DE136695976", None, False),
        ("136695976", "DE", False),
        ("DE136695978", None, True),
        ("EL094259216", "GR", False),
        ("CHE107787577", "CH", False),
        ("123", "CH", False),
        ("12-34/56", "IT", True),
        (None, "IT", False),
    ],
)
def test_vat_number(number, country, bad):
    assert is_bad_vat_number(pd.Series([number], dtype="str"), pd.Series([country], dtype="str"))[0] == bad


@pytest.mark.parametrize(
    ("iban", "bad"),
    [
        ("IT60X0542811101000000123456", False),
        ("IT60 X054 2811 1010 0000 0123 456", False),
        ("it60x0542811101000000123456", False),
        ("IT60X0542811101000000123457", True),
        ("IT60X05428111010000001234", True),
        ("DE89370400440532013000", False),
        ("DE89370400440532013001", True),
        ("60X0542811101000000123456", True),
        ("IT60X0542811101000000123456IT60X0542811101000000123456", True),
        ("IT60-X0542811101000000123456!", True),
        (None, False),
    ],
)
def test_iban(iban, bad):
    assert is_bad_iban(pd.Series([iban], dtype="str"))[0] == bad


def test_no_numbers_at_all():
    empty = pd.Series([], dtype="str")
    assert is_bad_iban(empty).tolist() == is_bad_vat_number(empty, empty).tolist() == []


def test_check_digits_alone_do_not_make_an_iban():
    short = next(f"IT{check:02}X054281110100000012" for check in range(98) if _remainder(check) == 1)
    foreign = next(f"DE{check:02}12345" for check in range(98) if int(f"12345131{4}{check:02}") % 97 == 1)
    assert is_bad_iban(pd.Series([short, foreign], dtype="str")).tolist() == [True, True]


def _remainder(check):
    letters = f"X054281110100000012IT{check:02}"
    return int("".join(str(int(sign, 36)) for sign in letters)) % 97


def test_a_vat_number_without_a_serial_is_none():
    assert is_bad_vat_number(pd.Series(["00000000018"], dtype="str"), pd.Series(["IT"], dtype="str"))[0]
