from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.errors import Finding
from xlcredit.findings import FEW, MANY, find


def rows_with(bad, size):
    return np.arange(size) < bad


def test_each_row_has_its_finding_with_what_stands_there():
    found = find(
        "amount-unreadable",
        "invoices",
        "amount",
        np.array([False, True, False, True]),
        found=pd.Series([1.0, "abc", None, 12.0], dtype=object),
        rows=pd.Series(["A1", " A2 ", "A3", 4.0], dtype=object),
    )
    assert [(f.position, f.row, f.found, f.count) for f in found] == [(1, "A2", "abc", 1), (3, "4", "12", 1)]
    assert {(f.code, f.table, f.column, f.needs_person) for f in found} == {
        ("amount-unreadable", "invoices", "amount", True)
    }


def test_nothing_found_gives_nothing():
    assert find("x", "invoices", None, np.zeros(5, dtype=bool)) == []
    assert find("x", "invoices", None, np.zeros(0, dtype=bool)) == []


def test_unknown_counts_as_no():
    assert [f.position for f in find("x", "t", None, pd.Series([True, None, False], dtype="boolean"))] == [0]


@pytest.mark.parametrize(
    ("bad", "size", "findings"),
    [
        (FEW - 1, FEW - 1, FEW - 1),
        (FEW, FEW, 1),
        (FEW, 2 * FEW, 1),
        (FEW, 2 * FEW + 1, FEW),
        (MANY, 10 * MANY, MANY),
        (MANY + 1, 10 * MANY, 1),
    ],
)
def test_one_cause_over_many_rows_is_one_finding(bad, size, findings):
    found = find("x", "t", "c", rows_with(bad, size), rows=np.arange(size))
    assert len(found) == findings
    assert sum(f.count for f in found) == bad
    assert (found[0].position, found[0].row) == (0, "0")


def test_only_the_filled_rows_count_for_half():
    assert len(find("x", "t", "c", rows_with(FEW, 1000), filled=2 * FEW)) == 1
    assert len(find("x", "t", "c", rows_with(FEW, 1000), filled=2 * FEW + 1)) == FEW


def test_facts_are_the_rows_own_or_everyones():
    (finding,) = find(
        "x",
        "t",
        None,
        np.array([False, True]),
        needs_person=False,
        amount=[Decimal(1), Decimal(2)],
        cents=pd.Series([1, 2], dtype="Int64"),
        days=np.array([1, 2]),
        limit=7,
        as_of=dt.date(2026, 1, 31),
    )
    assert finding.facts == {
        "amount": Decimal(2),
        "cents": 2,
        "days": 2,
        "limit": 7,
        "as_of": dt.date(2026, 1, 31),
    }
    assert type(finding.facts["days"]) is int
    assert not finding.needs_person


def test_dates_are_told_as_people_write_them():
    (finding,) = find("x", "t", None, np.array([True]), found=pd.Series([pd.Timestamp("2026-01-31")]))
    assert finding.found == "31/01/2026"


def test_a_choice_that_was_found_is_told_by_its_word():
    finding = Finding("row-rejected", "invoices", "delivery_status", 0, found="rejected")
    assert [Catalogue(language).found(finding) for language in LANGUAGES] == ["Scartata", "Rejected"]
    assert (
        Catalogue("it").found(Finding("choice-unknown", "invoices", "delivery_status", 0, found="boh"))
        == "boh"
    )
