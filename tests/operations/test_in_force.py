"""The rules of a workbook: its own settings, cycles and rates, the package's where it is silent."""

import datetime as dt

import pandas as pd
import pytest

from xlcredit.books import open_book
from xlcredit.build.workbook import build_workbook
from xlcredit.core.ledger import typed_frame
from xlcredit.operations.in_force import policy_of, read_in_force
from xlcredit.parameters.errors import SettingValueError
from xlcredit.parameters.policy import load_policy
from xlcredit.schema import TABLES

SETTINGS = pd.DataFrame(
    {"setting": ["as_of", "buckets", "terms_days_as_months"], "value": ["31/03/2026", "15, 45", "Sì"]}
)
LEVELS = typed_frame(
    TABLES["levels"],
    {"cycle": ["veloce"], "level": [1], "name": ["Subito"], "kind": ["reminder"], "days_after_due": [3]},
)
RATES = typed_frame(
    TABLES["rates"],
    {
        "parameter": ["reference_rate"],
        "valid_from": [dt.date(2027, 1, 1)],
        "rate": [250],
        "source": ["Gazzetta Ufficiale"],
        "confirmed": [True],
    },
)


@pytest.fixture
def rules_of_book(tmp_path):
    def rules_of_book(**frames):
        path = tmp_path / "book.xlsm"
        build_workbook(path, frames=frames)
        return read_in_force(open_book(path))

    return rules_of_book


def test_the_workbooks_own_tables_count(rules_of_book):
    found = rules_of_book(settings=SETTINGS, levels=LEVELS, rates=RATES)
    assert found.as_of == dt.date(2026, 3, 31)
    assert found.policy.buckets == (15, 45)
    assert found.policy.settings.terms_days_as_months
    assert found.policy.cycles["veloce"].levels[0].days_after_due == 3
    assert found.law.rate_bp("b2b", dt.date(2027, 1, 1), dt.date(2027, 1, 1)) == 1050


def test_an_untouched_workbook_has_the_packages_rules(rules_of_book):
    found, policy = rules_of_book(), load_policy()
    assert found.as_of is None
    assert found.policy.buckets == policy.buckets
    assert found.policy.cycles.keys() == policy.cycles.keys()


@pytest.mark.parametrize(("language", "name"), [("it", "Fasce di ritardo"), ("en", "Aging buckets")])
def test_a_setting_that_cannot_be_used_goes_by_its_name_in_the_workbooks_language(language, name):
    with pytest.raises(SettingValueError) as refusal:
        policy_of(None, {"buckets": "30, 90, 60"}, language)
    assert refusal.value.facts["setting"] == name
