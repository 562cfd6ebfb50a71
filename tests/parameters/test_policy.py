"""Policy: the package's own as the rules have it, settings and levels of a workbook, a team's file."""

import datetime as dt
from dataclasses import fields, replace

import pandas as pd
import pytest

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.parameters import errors
from xlcredit.parameters.policy import Cycle, Level, Settings, load_policy, parse_buckets, policy_from_file
from xlcredit.schema import DTYPES, LEVELS, SETTING_TYPES, VOCABULARIES

POLICY = load_policy()


def column(cycle, attribute):
    return [getattr(level, attribute) for level in POLICY.cycles[cycle].levels]


def test_standard_cycle_is_that_of_the_rules():
    assert column("standard", "number") == [0, 1, 2, 3, 4, 5]
    assert column("standard", "kind") == [
        "courtesy",
        "reminder",
        "formal",
        "final",
        "formal_notice",
        "handover",
    ]
    assert column("standard", "days_after_due") == [-5, 7, 21, 35, 50, 75]
    assert column("standard", "min_days_between") == [7] * 6
    assert column("standard", "response_days") == [0, 10, 10, 7, 15, 0]
    assert column("standard", "min_amount_cents") == [100_000, 1_000, 2_500, 2_500, 10_000, 50_000]
    assert column("standard", "shows_interest") == ["no", "no", "reserve", "amounts", "amounts", "amounts"]
    assert column("standard", "template") == ["level_0", "level_1", "level_2", "level_3", "level_4", ""]
    assert column("standard", "is_letter") == [True] * 5 + [False]


@pytest.mark.parametrize(
    ("cycle", "days"),
    [("key_account", [10, 30, 50, 70]), ("pa", [15, 45, 75, 105]), ("none", [])],
)
def test_other_cycles_are_those_of_the_rules(cycle, days):
    assert column(cycle, "days_after_due") == days


def test_marks_of_the_cycles():
    assert POLICY.cycles["key_account"].sales_person_first
    assert POLICY.cycles["returned"].transfer_only
    assert POLICY.cycles["ceased"].traces_address
    assert set(column("pa", "channels")) == {("pec",)}
    assert column("first_invoice", "template")[0] == "first_invoice_call"
    assert column("returned", "days_after_due")[0] == 0


@pytest.mark.parametrize("cycle", sorted(set(POLICY.cycles) - {"none"}))
def test_only_the_formal_notice_interrupts_limitation_and_needs_proof(cycle):
    for level in POLICY.cycles[cycle].levels:
        assert level.interrupts_limitation == (level.kind == "formal_notice")
        if level.kind == "formal_notice":
            assert set(level.channels) <= {"pec", "registered_letter"}
            assert level.needs_approval


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cycle_and_level_has_a_name(language):
    catalogue = Catalogue(language)
    for name, cycle in POLICY.cycles.items():
        assert catalogue.text(f"cycle_names.{name}")
        assert all(catalogue.text(f"level_names.{level.name_key}") for level in cycle.levels)
    assert all(catalogue.has(f"level_names.{kind}") for kind in VOCABULARIES["level_kind"])


def test_numbers_of_priority():
    assert POLICY.buckets == (30, 60, 90, 180)
    assert POLICY.weights == {
        "amount": 35,
        "age": 20,
        "risk": 15,
        "behaviour": 15,
        "urgency": 10,
        "silence": 5,
    }
    assert POLICY.abc == {"A": 80, "B": 95}
    assert POLICY.cadence == {"A": 5, "B": 10, "C": 20}
    assert POLICY.limitation_alert_days == (365, 180, 90)
    assert POLICY.short_limitation_alert_days == (120, 60, 30)


# -- settings -----------------------------------------------------------------------------------------------------------


def test_there_is_one_setting_a_key_of_the_schema():
    assert {field.name for field in fields(Settings)} == set(SETTING_TYPES)


def test_defaults_are_those_of_the_rules():
    settings = POLICY.settings
    assert (settings.customer_min_days, settings.stale_payments_days, settings.promise_tolerance_days) == (
        10,
        3,
        3,
    )
    assert (settings.strategy_deadline_days, settings.strategy_deadline_days_unsecured) == (120, 90)
    assert (settings.insurer_lead_days, settings.effect_days, settings.sdd_return_days) == (10, 5, 56)
    assert (settings.allowance_limit, settings.bank_cost_limit, settings.bank_cost_limit_abroad) == (
        100,
        500,
        2_500,
    )
    assert (settings.payments_source, settings.imputation, settings.default_cycle) == (
        "payments",
        "capital_first",
        "standard",
    )
    assert (settings.holiday_shift, settings.terms_days_as_months, settings.as_of) == (True, False, None)


def test_settings_of_a_workbook_replace_the_packages():
    policy = POLICY.with_settings(
        {"company_name": "Alfa srl", "customer_min_days": 0, "as_of": dt.date(2026, 11, 21), "place": None}
    )
    assert policy.settings == replace(
        POLICY.settings, company_name="Alfa srl", customer_min_days=0, as_of=dt.date(2026, 11, 21)
    )
    assert policy.buckets == POLICY.buckets


@pytest.mark.parametrize(
    ("text", "days"),
    [("15, 45", (15, 45)), ("30; 60;90", (30, 60, 90)), (" 30 60 ", (30, 60)), ("30", (30,))],
)
def test_buckets_of_a_workbook(text, days):
    policy = POLICY.with_settings({"buckets": text})
    assert (policy.buckets, policy.settings.buckets) == (days, text)


@pytest.mark.parametrize("text", ["", "mai", "30, x", "30, 30", "60, 30", "0, 30", "-30", "30.5"])
def test_buckets_that_are_none(text):
    with pytest.raises(errors.SettingValueError):
        parse_buckets(text)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("holiday_shift", 1),
        ("customer_min_days", True),
        ("customer_min_days", "10"),
        ("customer_min_days", -1),
        ("allowance_limit", 1.5),
        ("company_name", 3),
        ("as_of", "2026-11-21"),
        ("imputation", "both"),
        ("language", "fr"),
    ],
)
def test_a_setting_with_a_value_it_cannot_have(key, value):
    with pytest.raises(errors.SettingValueError, match=key) as refusal:
        POLICY.with_settings({key: value})
    assert Catalogue("it").error(refusal.value)


def test_a_setting_that_does_not_exist():
    with pytest.raises(errors.UnknownSettingError, match="colour"):
        POLICY.with_settings({"colour": "red"})


# -- the table Cicli ----------------------------------------------------------------------------------------------------


def levels_table(*rows):
    given = pd.DataFrame(rows) if rows else pd.DataFrame({"cycle": []})
    frame = given.reindex(columns=[column.key for column in LEVELS.columns])
    types = {
        column.key: pd.CategoricalDtype(list(column.choices)) if column.choices else DTYPES[column.type]
        for column in LEVELS.columns
    }
    return frame.astype(types)


def row(cycle, level, days, **more):
    return {"cycle": cycle, "level": level, "kind": "reminder", "days_after_due": days, **more}


def with_levels(*rows):
    policy, findings = POLICY.with_levels(levels_table(*rows))
    for finding in findings:
        for language in LANGUAGES:
            assert all(Catalogue(language).finding(finding))
    return policy, [(finding.code, finding.position, finding.column) for finding in findings]


def test_empty_table_keeps_the_packages_cycles():
    assert with_levels() == (POLICY, [])


def test_cycles_of_the_table_replace_the_packages():
    policy, findings = with_levels(row("standard", 1, 5), row("standard", 2, 20), row("speciale ", 1, 0))
    assert findings == []
    assert list(policy.cycles) == ["standard", "none", "speciale"]
    assert [level.days_after_due for level in policy.cycles["standard"].levels] == [5, 20]


def test_without_a_standard_the_packages_stays():
    policy, _ = with_levels(row("speciale", 1, 3))
    assert policy.cycles["standard"] == POLICY.cycles["standard"]
    assert "pa" not in policy.cycles


def test_everything_a_row_says():
    policy, findings = with_levels(
        row(
            "pa",
            4,
            90,
            kind="formal_notice",
            name="Diffida",
            min_days_between=10,
            response_days=20,
            channels="PEC, Raccomandata A/R; call",
            template="diffida.docx",
            fee=500,
            min_amount=20_000,
            needs_approval=True,
            interrupts_limitation=False,
            shows_interest="amounts",
        )
    )
    assert findings == []
    assert policy.cycles["pa"].levels == (
        Level(
            4,
            "formal_notice",
            90,
            name_key="formal_notice",
            name="Diffida",
            min_days_between=10,
            response_days=20,
            channels=("pec", "registered_letter", "call"),
            template="diffida",
            fee_cents=500,
            min_amount_cents=20_000,
            needs_approval=True,
            interrupts_limitation=False,
            shows_interest="amounts",
        ),
    )


def test_what_a_row_leaves_blank():
    policy, _ = with_levels(
        row("mio", 0, -3, kind="courtesy"),
        row("mio", 1, 3, kind="formal_notice"),
        row("mio", 2, 9, kind="handover"),
    )
    assert policy.cycles["mio"] == Cycle(
        "mio",
        (
            Level(0, "courtesy", -3, name_key="courtesy", channels=("email",), template="level_0"),
            Level(
                1,
                "formal_notice",
                3,
                name_key="formal_notice",
                channels=("pec", "registered_letter"),
                template="level_4",
                interrupts_limitation=True,
            ),
            Level(2, "handover", 9, name_key="handover", channels=(), template=""),
        ),
    )


def test_order_of_rows_does_not_matter():
    rows = [row("mio", 1, 3), row("mio", 2, 9), row("mio", 3, 20)]
    assert with_levels(*rows) == with_levels(*rows[::-1])


def test_a_known_cycle_keeps_its_marks_and_names():
    policy, _ = with_levels(row("returned", 1, 1), row("returned", 2, 9, kind="final"))
    cycle = policy.cycles["returned"]
    assert cycle.transfer_only
    assert [level.name_key for level in cycle.levels] == ["returned_call", "final"]


@pytest.mark.parametrize(
    ("bad", "finding"),
    [
        (row("pa", 3, None), ("level-incomplete", 1, "days_after_due")),
        (row("pa", 3, 60, kind=None), ("level-incomplete", 1, "kind")),
        (row("pa", None, 60), ("level-incomplete", 1, "level")),
        (row("pa", 2, 60), ("level-repeated", 1, "level")),
        (row("pa", 3, 30), ("level-days-not-rising", 1, "days_after_due")),
        (row("pa", 3, 29), ("level-days-not-rising", 1, "days_after_due")),
        (row("pa", 3, 60, channels="PEC, piccione"), ("level-unknown-channel", 1, "channels")),
        (row("pa", 3, 60, response_days=-1), ("level-negative", 1, "response_days")),
        (row("pa", 3, 60, min_amount=-1), ("level-negative", 1, "min_amount")),
    ],
)
def test_a_cycle_with_a_bad_row_stays_the_packages(bad, finding):
    policy, findings = with_levels(row("pa", 2, 30), bad)
    assert findings == [finding]
    assert policy.cycles["pa"] == POLICY.cycles["pa"]


@pytest.mark.parametrize(("level", "days"), [(0, 0), (0, 3), (1, -1)])
def test_a_level_on_the_wrong_side_of_the_due_day(level, days):
    _, findings = with_levels(row("pa", level, days))
    assert findings == [("level-misplaced", 0, "days_after_due")]


def test_half_a_new_cycle_dunns_nobody():
    policy, _ = with_levels(row("nuovo", 1, None))
    assert policy.cycles["nuovo"] == Cycle("nuovo", ())


def test_a_row_without_a_cycle_is_left_to_the_reader():
    policy, findings = with_levels(row(None, 1, 3), row("mio", 1, None))
    assert findings == [("level-incomplete", 1, "days_after_due")]
    assert set(policy.cycles) == {"standard", "none", "mio"}


# -- a policy file --------------------------------------------------------------------------------------------------------


def from_text(tmp_path, text):
    path = tmp_path / "policy.yaml"
    path.write_text(text, "utf-8")
    return policy_from_file(path)


def test_file_replaces_what_it_names(tmp_path):
    policy = from_text(
        tmp_path,
        """
        description: Ours
        cycles:
          standard:
            levels:
              - {number: 1, kind: reminder, days_after_due: 5, channels: [E-mail, pec], name: Primo avviso}
              - {number: 2, kind: final, days_after_due: 20, min_amount: 12.50, fee: 3}
        buckets: [15, 45]
        weights: {amount: 50, age: 50, risk: 0, behaviour: 0, urgency: 0, silence: 0}
        """,
    )
    first, second = policy.cycles["standard"].levels
    assert (first.name, first.channels, first.template) == ("Primo avviso", ("email", "pec"), "level_1")
    assert (second.min_amount_cents, second.fee_cents, second.channels) == (
        1_250,
        300,
        ("pec", "registered_letter"),
    )
    assert policy.cycles["pa"] == POLICY.cycles["pa"]
    assert (policy.buckets, policy.settings.buckets) == ((15, 45), "15, 45")
    assert policy.weights["amount"] == 50
    assert policy.cadence == POLICY.cadence


def test_empty_mapping_changes_nothing(tmp_path):
    assert from_text(tmp_path, "{}") == POLICY


LEVEL = "{number: 1, kind: reminder, days_after_due: 5}"


@pytest.mark.parametrize(
    ("text", "kind", "where"),
    [
        ("", errors.ParameterTypeError, ""),
        ("bukets: [30]", errors.ParameterUnknownKeyError, "bukets"),
        ("buckets: []", errors.ParameterTypeError, "buckets"),
        ("buckets: [30, 60.5]", errors.ParameterTypeError, "buckets"),
        ("buckets: [60, 30]", errors.ParameterOrderError, "buckets"),
        ("buckets: [0, 30]", errors.ParameterOrderError, "buckets"),
        ("limitation_alert_days: [90, 180]", errors.ParameterOrderError, "limitation_alert_days"),
        ("abc: {A: 95, B: 80}", errors.ParameterOrderError, "abc"),
        ("abc: {A: 80, B: 101}", errors.ParameterOrderError, "abc"),
        ("cadence: {A: 5, B: 10, C: 20, D: 30}", errors.ParameterUnknownKeyError, "cadence.D"),
        ("cadence: {A: 5, B: 10}", errors.ParameterMissingKeyError, "cadence.C"),
        ("cadence: {A: 5, B: 10, C: -1}", errors.PolicyValueError, "cadence.C"),
        ("weights: {amount: 35, age: 20, risk: 15, behaviour: 15, urgency: 10, silence: 4}", errors.PolicyValueError, "weights"),
        ("minutes_per_day: many", errors.ParameterTypeError, "minutes_per_day"),
        ("cycles: []", errors.ParameterTypeError, "cycles"),
        ("cycles: {1: {levels: []}}", errors.ParameterTypeError, "cycles.1"),
        ("cycles: {a: {}}", errors.ParameterMissingKeyError, "cycles.a.levels"),
        ("cycles: {a: {levels: [], loud: true}}", errors.ParameterUnknownKeyError, "cycles.a.loud"),
        ("cycles: {a: {levels: [5]}}", errors.ParameterTypeError, "cycles.a.levels.1"),
        ("cycles: {a: {levels: [{number: 1, kind: reminder}]}}", errors.ParameterMissingKeyError, "cycles.a.levels.1.days_after_due"),
        ("cycles: {a: {levels: [{number: 1, kind: nice, days_after_due: 5}]}}", errors.ParameterTypeError, "cycles.a.levels.1.kind"),
        (f"cycles: {{a: {{levels: [{LEVEL[:-1]}, channels: [pigeon]}}]}}}}", errors.ParameterTypeError, "cycles.a.levels.1.channels"),
        (f"cycles: {{a: {{levels: [{LEVEL[:-1]}, colour: red}}]}}}}", errors.ParameterUnknownKeyError, "cycles.a.levels.1.colour"),
        (f"cycles: {{a: {{levels: [{LEVEL}, {LEVEL}]}}}}", errors.ParameterOrderError, "cycles.a.levels"),
        (f"cycles: {{a: {{levels: [{LEVEL}, {LEVEL.replace('number: 1', 'number: 2')}]}}}}", errors.ParameterOrderError, "cycles.a.levels"),
        ("cycles: {a: {levels: [{number: 0, kind: courtesy, days_after_due: 0}]}}", errors.PolicyValueError, "cycles.a.levels.1.days_after_due"),
        ("cycles: {a: {levels: [{number: 1, kind: reminder, days_after_due: -1}]}}", errors.PolicyValueError, "cycles.a.levels.1.days_after_due"),
    ],
)  # fmt: skip
def test_file_that_is_not_certain_is_refused(tmp_path, text, kind, where):
    with pytest.raises(errors.ParameterFileError) as refusal:
        from_text(tmp_path, text)
    assert type(refusal.value) is kind
    assert refusal.value.facts["where"] == where
    for language in LANGUAGES:
        assert "policy.yaml" in Catalogue(language).error(refusal.value)
