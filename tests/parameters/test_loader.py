"""The strict loader: every file in `broken/` is refused by its own error, with words in both languages."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from xlcredit.catalogue import Catalogue
from xlcredit.parameters import errors
from xlcredit.parameters.loader import DatedValue, Reference, load_parameter

BROKEN = Path(__file__).parent / "broken"

REFUSALS = {
    "not_yaml": (errors.ParameterUnreadableError, ""),
    "not_utf8": (errors.ParameterUnreadableError, ""),
    "impossible_date": (errors.ParameterUnreadableError, ""),
    "not_a_mapping": (errors.ParameterTypeError, ""),
    "duplicate_key": (errors.ParameterDuplicateError, ""),
    "duplicate_date": (errors.ParameterDuplicateError, ""),
    "unknown_key": (errors.ParameterUnknownKeyError, "valid_untill"),
    "unknown_key_in_value": (errors.ParameterUnknownKeyError, "values.2013-01-01.confirm"),
    "unknown_key_in_reference": (errors.ParameterUnknownKeyError, "reference.1.link"),
    "missing_description": (errors.ParameterMissingKeyError, "description"),
    "missing_last_checked": (errors.ParameterMissingKeyError, "last_checked"),
    "missing_value": (errors.ParameterMissingKeyError, "values.2013-01-01.value"),
    "missing_title": (errors.ParameterMissingKeyError, "reference.1.title"),
    "unknown_unit": (errors.ParameterTypeError, "unit"),
    "text_for_number": (errors.ParameterTypeError, "values.2013-01-01"),
    "flag_for_number": (errors.ParameterTypeError, "values.2013-01-01"),
    "text_for_flag": (errors.ParameterTypeError, "values.2013-01-01.confirmed"),
    "number_for_text": (errors.ParameterTypeError, "description"),
    "text_for_date": (errors.ParameterTypeError, "values"),
    "time_for_date": (errors.ParameterTypeError, "last_checked"),
    "too_many_digits": (errors.ParameterTypeError, "values.2013-01-01"),
    "infinite": (errors.ParameterTypeError, "values.2013-01-01"),
    "no_values": (errors.ParameterTypeError, "values"),
    "dates_out_of_order": (errors.ParameterOrderError, "values"),
    "no_reference": (errors.ParameterWithoutReferenceError, "reference"),
    "empty_reference": (errors.ParameterWithoutReferenceError, "reference"),
    "ends_before_last_value": (errors.ParameterEndsTooEarlyError, "valid_until"),
}


def test_every_broken_file_has_its_refusal():
    assert {path.stem for path in BROKEN.glob("*.yaml")} == set(REFUSALS)


@pytest.mark.parametrize("name", REFUSALS)
def test_broken_file_is_refused_by_name(name):
    kind, where = REFUSALS[name]
    with pytest.raises(errors.ParameterFileError) as refusal:
        load_parameter(BROKEN / f"{name}.yaml")
    assert type(refusal.value) is kind
    assert refusal.value.facts["where"] == where
    assert f"{name}.yaml" in Catalogue("it").error(refusal.value)
    assert f"{name}.yaml" in str(refusal.value)


def test_missing_file_is_refused():
    with pytest.raises(errors.ParameterUnreadableError):
        load_parameter(BROKEN / "none.yaml")


def written(tmp_path, text):
    path = tmp_path / "tax.yaml"
    path.write_text(text, "utf-8")
    return load_parameter(path)


TAX = """
description: A tax
unit: percent
values:
  2013-01-01: 7
  2015-07-01: {value: 0.05, reference: An act, confirmed: false}
reference:
  - {title: An older act, href: "https://example.org"}
  - title: One without a page
valid_until: 2016-06-30
last_checked: 2016-01-31
"""


def test_what_a_file_says(tmp_path):
    tax = written(tmp_path, TAX)
    assert (tax.name, tax.description, tax.unit) == ("tax", "A tax", "percent")
    assert tax.values == (
        DatedValue(dt.date(2013, 1, 1), 700),
        DatedValue(dt.date(2015, 7, 1), 5, "An act", confirmed=False),
    )
    assert tax.references == (
        Reference("An older act", "https://example.org"),
        Reference("One without a page"),
    )
    assert tax.last_checked == dt.date(2016, 1, 31)


@pytest.mark.parametrize(
    ("day", "value"), [("2013-01-01", 700), ("2015-06-30", 700), ("2015-07-01", 5), ("2016-06-30", 5)]
)
def test_value_holds_from_its_day_to_the_day_before_the_next(tmp_path, day, value):
    tax = written(tmp_path, TAX)
    assert tax.at(dt.date.fromisoformat(day)) == value
    assert tax.at_each(np.array([np.datetime64(day).astype(int)])).tolist() == [value]


def test_the_day_after_valid_until_is_an_error(tmp_path):
    with pytest.raises(errors.ParameterExpiredError, match="30/06/2016"):
        written(tmp_path, TAX).at(dt.date(2016, 7, 1))


def test_the_day_before_the_first_value_is_an_error(tmp_path):
    with pytest.raises(errors.ParameterNotYetError, match="01/01/2013"):
        written(tmp_path, TAX).at(dt.date(2012, 12, 31))


def test_without_valid_until_the_last_value_has_no_end(tmp_path):
    assert written(tmp_path, TAX.replace("valid_until: 2016-06-30\n", "")).at(dt.date(2100, 1, 1)) == 5


def test_validity_may_end_on_the_day_of_the_last_value(tmp_path):
    assert written(tmp_path, TAX.replace("2016-06-30", "2015-07-01")).at(dt.date(2015, 7, 1)) == 5


@pytest.mark.parametrize(("unit", "kept"), [("percent", 250), ("eur", 250)])
def test_numbers_are_kept_in_their_smallest_unit(tmp_path, unit, kept):
    assert (
        written(tmp_path, TAX.replace("percent", unit).replace(": 7", ": 2.50")).at(dt.date(2013, 1, 1))
        == kept
    )


@pytest.mark.parametrize("unit", ["days", "years"])
def test_days_and_years_are_whole(tmp_path, unit):
    assert written(tmp_path, TAX.replace("percent", unit).replace("0.05", "30")).at(dt.date(2016, 1, 1)) == 30
    with pytest.raises(errors.ParameterTypeError):
        written(tmp_path, TAX.replace("percent", unit))


def test_no_is_a_word(tmp_path):
    assert written(tmp_path, TAX.replace("A tax", "no")).description == "no"
