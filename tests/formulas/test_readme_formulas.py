"""The formulas that the README shows give the results it shows."""

import re
from pathlib import Path

import pytest
from formula_cells import RULES, filled, shown, told

from xlcredit.formulas.answer import answer
from xlcredit.formulas.call import call_of
from xlcredit.formulas.why import _value_words
from xlcredit.functions import FUNCTIONS

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
ROWS = re.findall(r"^\| `=(XLC_\w+)\((.*?)\)` \| (.*?) \|", README, re.MULTILINE)
ITALIAN = {"#N/A": "#N/D"}


def cells(written):
    return [part.strip('"') if part.startswith('"') else float(part) for part in written.split(";")]


@pytest.mark.parametrize(
    ("name", "written", "result"), ROWS, ids=[f"{name}({written})" for name, written, _ in ROWS]
)
def test_formula_of_the_readme(name, written, result):
    values = cells(written)
    if name == "XLC_WHY":
        assert told(*values).startswith(result.removesuffix("…").strip())
        return
    ((cell,),) = answer(name, filled(name, values), RULES)
    assert readable(name, values, shown(cell)) == result


def readable(name, values, cell):
    if isinstance(cell, bool):
        return "VERO" if cell else "FALSO"
    if cell in ITALIAN:
        return ITALIAN[cell]
    words = _value_words(call_of(FUNCTIONS[name], filled(name, values), RULES), cell)
    return (
        re.sub(r"(?<=,\d)0$", "", words) if name in {"XLC_DSO", "XLC_PRIORITY"} else words.removesuffix(" €")
    )


def test_the_readme_shows_the_functions():
    assert len(ROWS) > 10
    assert [name for name in FUNCTIONS if name not in README] == []
