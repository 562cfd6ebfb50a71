"""The sample company: the same every time, believable, and a named row for each rule and each finding."""

import datetime as dt
from collections import Counter
from importlib import resources

import pandas as pd
import pytest
import yaml
from stdnum import iban
from stdnum.it import codicefiscale, iva

from xlcredit.build.package import lint_package
from xlcredit.build.sample import SAMPLE_AS_OF, SAMPLE_ROWS, sample_frames
from xlcredit.build.workbook import build_workbook
from xlcredit.operations.opened import open_for
from xlcredit.operations.refresh import compute
from xlcredit.schema import TABLES


@pytest.fixture(scope="module")
def frames():
    return sample_frames("it")


@pytest.fixture(scope="module")
def assessed(tmp_path_factory, frames):
    path = tmp_path_factory.mktemp("sample") / "sample.xlsm"
    build_workbook(path, frames=frames)
    opened = open_for(path)
    assessment, findings = compute(opened)
    return path, opened, assessment, findings


def position_of(name, frames):
    shown = SAMPLE_ROWS[name]
    frame = frames[shown.table]
    same = pd.Series(data=True, index=frame.index)
    for column, value in shown.columns.items():
        same &= frame[column].astype(object) == value
    assert same.any(), f"{name}: no row {shown.columns} in {shown.table}"
    return int(same.to_numpy().nonzero()[0][0])


@pytest.fixture(scope="module")
def row(assessed, frames):
    """The computed row of the ledger that shows a rule."""
    _, _, assessment, _ = assessed

    def find(name):
        assert SAMPLE_ROWS[name].table == "invoices"
        return assessment.rows.iloc[position_of(name, frames)]

    return find


def test_the_sample_is_the_same_every_time(frames):
    again = sample_frames("it")
    for key, frame in frames.items():
        pd.testing.assert_frame_equal(frame, again[key])


def test_only_words_differ_between_languages(frames):
    english = sample_frames("en")
    for key in ("invoices", "payments", "allocations", "reminders", "plans"):
        amounts = [
            column.key for column in TABLES[key].columns if column.type in {"money", "date", "id", "int"}
        ]
        pd.testing.assert_frame_equal(frames[key][amounts], english[key][amounts])


def test_it_has_the_size_of_a_small_company(frames):
    assert 55 <= len(frames["customers"]) <= 70
    assert 550 <= len(frames["invoices"]) <= 700
    assert {key for key in frames if len(frames[key]) == 0} == set()


def test_every_table_has_the_columns_of_its_schema(frames):
    for key, frame in frames.items():
        if key != "settings":
            assert list(frame.columns) == [column.key for column in TABLES[key].columns]


def test_numbers_have_valid_check_digits_but_for_the_deliberate_ones(frames):
    customers = frames["customers"]
    numbers = customers["vat_number"].dropna()
    bad = customers.loc[numbers[~numbers.map(iva.is_valid)].index, "customer_id"]
    assert bad.tolist() == [SAMPLE_ROWS["vat-number-invalid"].row]
    people = customers[customers["kind"] == "consumer"]["tax_code"]
    assert people.map(codicefiscale.is_valid).all()
    settings = dict(zip(frames["settings"]["setting"], frames["settings"]["value"], strict=True))
    assert iban.is_valid(settings["company_iban"])
    assert iva.is_valid(settings["company_vat_number"])


def test_addresses_and_telephones_can_belong_to_nobody(frames):
    customers = frames["customers"]
    for column in ("email", "pec"):
        assert customers[column].dropna().str.endswith(".example").all()
    assert customers["phone"].dropna().str.startswith("+39 0000 ").all()


def test_its_day_stands_in_the_settings(assessed):
    _, opened, _, _ = assessed
    assert opened.as_of == SAMPLE_AS_OF == dt.date(2026, 11, 20)


def test_the_workbook_passes_the_lint(assessed):
    path, *_ = assessed
    assert lint_package(path) == []


@pytest.mark.parametrize("name", SAMPLE_ROWS)
def test_every_named_row_exists(name, frames):
    if SAMPLE_ROWS[name].table in frames:
        position_of(name, frames)


@pytest.mark.parametrize("code", [name for name in SAMPLE_ROWS if "-" in name])
def test_the_finding_shows_on_its_named_row(code, assessed, frames):
    _, _, _, findings = assessed
    shown = SAMPLE_ROWS[code]
    places = {(finding.table, finding.position) for finding in findings if finding.code == code}
    position = position_of(code, frames) if shown.table in frames else None
    assert (shown.table, position) in places


def test_findings_are_few(assessed):
    _, _, _, findings = assessed
    assert max(Counter(finding.code for finding in findings).values()) <= 3
    assert len(findings) <= 60


OTHERS = {
    "about a whole column or table": {
        "column-missing", "column-renamed", "date-month-first", "date-order-conflict",
    },
    "about payments that nobody records any more: the sample's are up to date": {"payments-stale"},
    "about approvals, of which the sample has none": {"approver-unknown", "approval-outgrown"},
    "about the column map, which only a team's own workbook needs": {
        "map-table-unknown", "map-column-unknown", "map-header-unknown",
    },
    "about far days, promises and plans that are in order in the sample": {
        "hold-far", "promise-far", "plan-far", "promise-unclear", "plan-interest-unpaid", "plan-owed-missing",
    },
    "about addresses, which in the sample are well written": {"email-invalid"},
    "about what Excel itself puts into a cell": {"cell-error", "identifier-unreadable", "text-unreadable"},
    "about spellings that no column of the sample leaves open": {
        "amount-ambiguous", "number-ambiguous", "number-unreadable", "number-too-large", "rate-ambiguous",
        "rate-too-large",
    },
    "about the company's own numbers, rates and cycles, which are in order": {
        "company-vat-number-invalid", "company-iban-invalid", "sender-incomplete", "rate-not-published", "rate-without-source",
        "rate-not-at-period-start", "rate-implausible", "rate-repeated", "rate-overrides-published",
        "level-incomplete", "level-misplaced", "level-negative", "level-repeated", "level-days-not-rising",
        "level-unknown-channel",
    },
}  # fmt: skip
"""Findings that the sample does not show, by the reason why."""

RULE_FILES = ("core", "values", "law")
"""Catalogue files with the findings about a workbook's data."""


def rule_codes():
    folder = resources.files("xlcredit.catalogue") / "it"
    sections = [yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8")) for name in RULE_FILES]
    return {code for words in sections for key in words if key.startswith("findings") for code in words[key]}


RULE_CODES = rule_codes() - {code for codes in OTHERS.values() for code in codes}


def test_every_finding_of_the_rules_has_its_row():
    assert {code for code in RULE_CODES if code not in SAMPLE_ROWS} == set()


def test_every_finding_left_out_exists():
    assert {code for codes in OTHERS.values() for code in codes} <= rule_codes()


HOLDS = {
    "dispute_of_all": "dispute",
    "promise_open": "promise",
    "plan_regular": "plan",
    "effect_presented": "effect",
    "effect_may_still_come_back": "effect",
    "direct_debit_may_come_back": "effect",
    "hold_until_a_day": "row",
    "hold_by_reason": "row",
    "hold_of_the_customer": "customer",
    "insolvency": "insolvency",
    "handed_over": "handed_over",
    "assigned_to_factor": "factor",
    "below_the_minimum": "below_minimum",
    "covered_by_free_credit": "credit_cover",
    "rejected_by_sdi": "rejected",
    "refused_by_public_body": "refused",
    "duplicate_row": "duplicate",
    "reminder_ambiguous": "ambiguous",
    "hold-unreadable": "unreadable",
    "decision_recorded": "decided",
}


@pytest.mark.parametrize(("name", "hold"), HOLDS.items(), ids=HOLDS)
def test_a_held_row_says_why_and_is_not_proposed(name, hold, row):
    found = row(name)
    assert hold in str(found["hold"]).split("+")
    assert not found["is_proposed"]


STAGES = {
    "courtesy_before_due": (None, 0, "2026-11-19", True),
    "level_1_on_its_day": (None, 1, "2026-11-20", True),
    "level_1_a_day_early": (None, 1, "2026-11-21", False),
    "level_2_on_its_day": (1, 2, "2026-11-20", True),
    "level_3_due": (2, 3, "2026-11-19", True),
    "level_4_due": (3, 4, "2026-11-19", True),
    "late_letter_no_burst": (1, 2, "2026-11-24", False),
    "reminder_cancelled": (None, 1, "2026-10-27", True),
    "reminder_failed": (None, 1, "2026-11-02", True),
    "level_taken_over": (2, 3, "2026-11-03", True),
    "due_on_a_holiday": (None, 1, "2026-11-12", True),
    "plan_default": (None, 1, "2026-08-06", True),
}
"""Rule -> level sent, next level, from which day, whether it is proposed."""


@pytest.mark.parametrize(("name", "stage"), STAGES.items(), ids=STAGES)
def test_a_row_stands_at_its_level(name, stage, row):
    found, (sent, following, day, proposed) = row(name), stage
    assert (None if pd.isna(found["level_sent"]) else found["level_sent"]) == sent
    assert found["level_next"] == following
    assert found["level_next_date"] == pd.Timestamp(day)
    assert found["is_proposed"] == proposed


CYCLES = {
    "first_invoice_unpaid": "first_invoice",
    "cycle_none": "none",
    "cycle_ceased": "ceased",
    "cycle_key_account": "key_account",
    "cycle_public_body": "pa",
    "due_on_a_holiday": "consumer",
    "withholding": "consumer",
    "effect_returned": "returned",
    "level_1_on_its_day": "standard",
}


@pytest.mark.parametrize(("name", "cycle"), CYCLES.items(), ids=CYCLES)
def test_a_row_follows_its_cycle(name, cycle, row):
    assert row(name)["row_cycle"] == cycle


@pytest.mark.parametrize(
    "name", ["decision_past_last_level", "decision_by_deadline", "decision_before_insurer_deadline"]
)
def test_a_row_asks_for_a_decision(name, row):
    assert "decision" in str(row(name)["next_action"]).split("+")


OPEN_CENTS = {
    "split_payment": 250_000,
    "withholding": 59_000,
    "retention": 702_000,
    "credit_note_with_its_invoice": 756_400,
    "credit_note_on_its_own": -24_400,
    "allowance_closes_cents": 0,
    "bank_costs_close": 0,
    "part_payment": 103_000,
    "promise_kept": 0,
    "effect_honoured": 0,
    "effect_returned": 226_350,
    "debit_note": 4_880,
    "advance_invoice": 488_000,
    "instalments": 40_700,
    "foreign_currency_with_rate": 380_000,
    "paid_late": 0,
    "dispute_of_a_part": 280_600,
}


@pytest.mark.parametrize(("name", "cents"), OPEN_CENTS.items(), ids=OPEN_CENTS)
def test_what_is_owed(name, cents, row):
    assert row(name)["open_amount"] == cents


DUE = {
    "due_from_its_terms": "2026-11-10",
    "due_from_the_customer": "2026-11-04",
    "due-date-assumed": "2026-11-09",
    "due_on_a_holiday": "2026-11-02",
}


@pytest.mark.parametrize(("name", "day"), DUE.items(), ids=DUE)
def test_when_it_is_owed(name, day, row):
    assert row(name)["effective_due_date"] == pd.Timestamp(day)


REGIMES = {
    "contract_before_2013": "agri",
    "agreed_rate": "contract",
    "no_interest": "none",
    "due_on_a_holiday": "consumer",
    "level_1_on_its_day": "b2b",
}


@pytest.mark.parametrize(("name", "regime"), REGIMES.items(), ids=REGIMES)
def test_which_interest_it_bears(name, regime, row):
    assert row(name)["regime"] == regime


def test_what_is_paid_late_bore_interest(row):
    assert row("paid_late")["interest"] > 0
    assert row("no_interest")["interest"] == 0


def test_a_claim_close_to_its_limitation_is_dated(row):
    assert row("limitation_close")["limitation_date"] == pd.Timestamp(2026, 12, 31)


def test_a_broken_promise_calls_for_a_call(row):
    """Or for what was agreed with him since."""
    assert {"call", "follow_up"} & set(str(row("promise_broken")["next_action"]).split("+"))


def test_a_customer_written_to_lately_gets_no_letter(assessed, frames):
    _, _, assessment, _ = assessed
    customer = frames["invoices"]["customer_id"].iloc[position_of("customer_written_to_lately", frames)]
    listed = assessment.worklist[assessment.worklist["customer_id"] == customer]
    assert "write" not in "+".join(listed["action"].astype(str))


def test_every_bucket_has_rows(assessed):
    _, _, assessment, _ = assessed
    open_rows = assessment.rows[assessment.rows["is_open"]]
    assert (open_rows["bucket"].value_counts() > 0).sum() == 7


@pytest.mark.parametrize("name", SAMPLE_ROWS)
def test_every_rule_of_the_sample_is_looked_at(name):
    looked_at = (
        RULE_CODES | set(HOLDS) | set(STAGES) | set(CYCLES) | set(OPEN_CENTS) | set(DUE) | set(REGIMES)
        | {"decision_past_last_level", "decision_by_deadline", "decision_before_insurer_deadline"}
        | {"limitation_close", "promise_broken", "customer_written_to_lately", "dispute_resolved"}
    )  # fmt: skip
    assert name in looked_at
