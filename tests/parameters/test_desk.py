"""How the desk of the package is read, and what is refused in one."""

import datetime as dt

import pytest
import yaml

from xlcredit.parameters import errors
from xlcredit.parameters.desk import read_desk
from xlcredit.parameters.fields import Fields
from xlcredit.parameters.policy import load_policy, policy_from_file

GIVEN = {
    "dispute_days": {"received": 3, "investigation": 14, "discussion": 14, "resolved": 14},
    "dispute_statistics_days": 365,
    "promise_max_days": 180,
    "plan_first_max_days": 180,
    "contact_task_days": 30,
    "far_hold_days": 365,
    "calling_hours": {"weekdays": "8:30-21:00", "saturday": "8:30-15:00"},
    "best_hours": ["10:00-12:30", "14:30-17:30"],
}


def read(**changes):
    return read_desk(Fields("desk.yaml", "", {**GIVEN, **changes}))


def test_the_desk_of_the_package():
    desk = load_policy().desk
    assert desk == read()
    assert desk.calling_hours[0] == desk.calling_hours[4] == (dt.time(8, 30), dt.time(21))
    assert desk.calling_hours[5] == (dt.time(8, 30), dt.time(15))
    assert 6 not in desk.calling_hours
    assert desk.best_hours[1] == (dt.time(14, 30), dt.time(17, 30))


@pytest.mark.parametrize(
    ("changes", "error", "where"),
    [
        ({"dispute_days": {"received": 3, "investigation": 14}}, errors.ParameterMissingKeyError, "dispute_days.discussion"),
        ({"dispute_days": {**GIVEN["dispute_days"], "closed": 1}}, errors.ParameterUnknownKeyError, "dispute_days.closed"),
        ({"contact_task_days": -1}, errors.PolicyValueError, "contact_task_days"),
        ({"contact_task_days": "30"}, errors.ParameterTypeError, "contact_task_days"),
        ({"calling_hours": {"weekdays": "8:30-21:00"}}, errors.ParameterMissingKeyError, "calling_hours.saturday"),
        ({"calling_hours": {**GIVEN["calling_hours"], "weekdays": "21:00-8:30"}}, errors.PolicyValueError, "calling_hours.weekdays"),
        ({"calling_hours": {**GIVEN["calling_hours"], "weekdays": "8:30-8:30"}}, errors.PolicyValueError, "calling_hours.weekdays"),
        ({"calling_hours": {**GIVEN["calling_hours"], "saturday": "8:30-24:00"}}, errors.PolicyValueError, "calling_hours.saturday"),
        ({"calling_hours": {**GIVEN["calling_hours"], "saturday": "8-15"}}, errors.PolicyValueError, "calling_hours.saturday"),
        ({"best_hours": ["mattina"]}, errors.PolicyValueError, "best_hours"),
    ],
)  # fmt: skip
def test_what_is_refused(changes, error, where):
    with pytest.raises(error) as caught:
        read(**changes)
    assert caught.value.facts["where"] == where


def test_a_team_brings_its_own_desk(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(yaml.safe_dump({"desk": {**GIVEN, "contact_task_days": 10}}), "utf-8")
    assert policy_from_file(path).desk == read(contact_task_days=10)
    assert load_policy().desk.contact_task_days == 30


def test_a_key_that_is_none_is_refused():
    with pytest.raises(errors.ParameterUnknownKeyError):
        read(lunch="12:30-14:00")
