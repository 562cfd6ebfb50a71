"""From somebody's ledger to issued letters, as a clerk goes through it on the command line."""

import json
from pathlib import Path

import pytest
from companies import LEDGER_CSV, column, issued_in, letters_in

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "ledger"


@pytest.fixture
def theirs(tmp_path):
    path = tmp_path / "scadenzario.csv"
    path.write_text(LEDGER_CSV, encoding="utf-8")
    return path


def walk(xlcredit, theirs, new, out, day):
    """adopt, run twice, letters twice, cancel, letters: what stands after each is checked on the way."""
    original = theirs.read_bytes()
    assert xlcredit("adopt", theirs, "-o", new, "--kind", "business", "--as-of", day).code in (0, 1)
    assert theirs.read_bytes() == original

    assert xlcredit("run", new, "--as-of", day).code in (0, 1)
    once = new.read_bytes()
    assert json.loads(xlcredit("run", new, "--as-of", day, "--json").out)["changed"] is False
    assert new.read_bytes() == once

    first = json.loads(xlcredit("letters", new, "--out", out, "--as-of", day, "--json").out)["letters"]
    assert {letter["reminder_id"] for letter in first} == letters_in(out)
    assert letters_in(out) <= set(issued_in(new))
    assert json.loads(xlcredit("letters", new, "--out", out, "--as-of", day, "--json").out)["letters"] == []

    wrong = first[0]
    assert (
        xlcredit("cancel", new, wrong["reminder_id"], "--reason", "indirizzo errato", "--as-of", day).code
        == 0
    )
    again = json.loads(xlcredit("letters", new, "--out", out, "--as-of", day, "--json").out)["letters"]
    assert [letter["customer_id"] for letter in again] == [wrong["customer_id"]]
    assert again[0]["reminder_id"] not in {letter["reminder_id"] for letter in first}
    return first


def test_a_small_ledger_goes_all_the_way(xlcredit, theirs, tmp_path):
    first = walk(xlcredit, theirs, tmp_path / "new.xlsm", tmp_path / "out", "2026-10-30")

    assert [letter["customer_id"] for letter in first] == ["K1", "K2"]
    assert [letter["letter_level"] for letter in first] == [2, 1]


def test_levels_sent_before_survive_three_refreshes(xlcredit, theirs, tmp_path):
    new = tmp_path / "new.xlsm"
    xlcredit("adopt", theirs, "-o", new, "--kind", "business", "--as-of", "2026-10-30")

    for day in ("2026-10-30", "2026-10-31", "2026-11-01"):
        xlcredit("run", new, "--as-of", day)

    assert column(new, "invoices", "level_sent") == [1, None, None]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="samples are not beside the project")
def test_a_real_ledger_goes_all_the_way(xlcredit, tmp_path):
    theirs = next(path for path in sorted(SAMPLES.iterdir()) if path.suffix == ".csv")

    assert (
        len(walk(xlcredit, theirs, tmp_path / "new.xlsm", tmp_path / "out", "2013-06-30")) == 4
    )  # customers with a row 7 days late


def test_the_tour_ends_with_code_0_and_says_where_everything_is(xlcredit, tmp_path):
    answer = xlcredit("demo", tmp_path / "tour")

    assert answer.code == 0
    assert answer.err == ""
    for place in (tmp_path / "tour" / "CreditControl.xlsm", tmp_path / "tour" / "lettere"):
        assert str(place) in answer.out
        assert place.exists()
    assert letters_in(tmp_path / "tour") <= set(issued_in(tmp_path / "tour" / "CreditControl.xlsm"))


def test_a_tour_into_a_place_that_cannot_be_written_is_refused_in_words(xlcredit, tmp_path):
    (tmp_path / "file").write_text("no folder")

    answer = xlcredit("demo", tmp_path / "file" / "tour")

    assert answer.code == 2
    assert str(tmp_path / "file" / "tour") in answer.err
