"""Cells as Excel hands them over, and calls of functions on a fixed day."""

import datetime as dt

from xlcredit.formulas.answer import answer
from xlcredit.formulas.answers import MARK
from xlcredit.formulas.blocks import ERRORS
from xlcredit.formulas.rules import package_rules
from xlcredit.formulas.why import why
from xlcredit.functions import FUNCTIONS

AS_OF = dt.date(2026, 11, 20)
RULES = package_rules(AS_OF)
CODE = {text: code for code, text in ERRORS.items()}


def day(text, epoch="1899-12-30"):
    """A day as Excel holds it."""
    return float((dt.date.fromisoformat(text) - dt.date.fromisoformat(epoch)).days)


def column(*cells):
    """A range of one column."""
    return tuple((cell,) for cell in cells)


def filled(name, values):
    return [*values, *[None] * (len(FUNCTIONS[name].arguments) - len(values))]


def shown(cell):
    """An answer's cell as a person sees it: error values by their name."""
    return cell.removeprefix(MARK) if isinstance(cell, str) else cell


def call(name, *values, rules=RULES):
    """What a function answers, row by row."""
    rows = answer(name, filled(name, values), rules)
    return [[shown(cell) for cell in row] for row in rows]


def one(name, *values, rules=RULES):
    """What it answers for single cells."""
    ((cell,),) = call(name, *values, rules=rules)
    return cell


def many(name, *values, rules=RULES):
    """What it answers for ranges of one column."""
    return [cell for (cell,) in call(name, *values, rules=rules)]


def told(name, *values, rules=RULES):
    """What XLC_WHY says of the call."""
    return why(name, [*values, *[None] * (5 - len(values))], rules)
