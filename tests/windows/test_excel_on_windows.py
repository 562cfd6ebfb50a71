"""Formulas and buttons through xlwings' DLL and COM server, run by a Windows Python with a model of Excel."""

from pathlib import Path

import pytest
from wine import run_pytest

INSIDE = Path(__file__).parent / "inside"


@pytest.mark.parametrize("name", ["test_udfs_through_dll", "test_ribbon_through_dll"])
def test_excel_works(stage, name):
    done = run_pytest(stage, INSIDE / f"{name}.py")
    assert done.returncode == 0, done.stdout[-10_000:]
    assert " skipped" not in done.stdout


@pytest.mark.timed
def test_a_call_of_a_function_costs_little_more_than_a_bare_one(stage):
    done = run_pytest(stage, INSIDE / "test_udf_cost.py")
    print(done.stdout)  # noqa: T201  the figures, met or not, for bench/udf.py
    assert done.returncode == 0, done.stdout[-10_000:]


def test_no_file_of_tests_is_forgotten():
    run = {"test_udfs_through_dll", "test_ribbon_through_dll", "test_udf_cost", "test_install_in_profile"}
    assert {path.stem for path in INSIDE.glob("test_*.py")} == run
