"""Small ledgers written as text: one table a keyword, columns by schema key, `-` for blank, amounts in euro."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pandas as pd

from xlcredit.core.assess import assess
from xlcredit.core.ledger import Ledger, typed_frame
from xlcredit.core.proposal import propose_letters
from xlcredit.parameters.cycles import Cycle, Level
from xlcredit.parameters.law import load_law
from xlcredit.parameters.policy import load_policy
from xlcredit.schema import TABLES

LAW, POLICY = load_law(), load_policy()


def day(text):
    return dt.date.fromisoformat(text)


def table(key, text):
    """A typed frame from `columns` on the first line and one row a line; `_` in a text is a space."""
    lines = [line.split() for line in text.strip().splitlines() if line.strip()]
    columns = {name: [row[at] for row in lines[1:]] for at, name in enumerate(lines[0])}
    return typed_frame(
        TABLES[key], {name: [_cell(key, name, cell) for cell in cells] for name, cells in columns.items()}
    )


def _cell(key, name, cell):
    kind = TABLES[key][name].type
    if cell == "-":
        return None
    if kind in {"money", "rate"}:
        return int(Decimal(cell) * 100)
    if kind in {"int", "number"}:
        return int(cell) if kind == "int" else float(cell)
    if kind in {"date", "time"}:
        return dt.datetime.fromisoformat(cell)
    if kind == "flag":
        return cell == "yes"
    return cell.replace("_", " ") if kind == "text" else cell


def ledger(*, unreadable=None, **tables):
    frames = {key: table(key, text) for key, text in tables.items()}
    return replace(Ledger.from_frames(frames), unreadable=unreadable or {})


def cycle_of(days, response=0, gap=0, name="standard", **levels):
    """A cycle whose levels 1, 2, ... begin at `days` after due."""
    made = [
        Level(
            number,
            "reminder",
            after,
            response_days=response,
            min_days_between=gap,
            template=f"level_{number}",
            **levels,
        )
        for number, after in enumerate(days, start=1)
    ]
    return Cycle(name, tuple(made))


def policy_with(*cycles, **settings):
    policy = POLICY.with_settings(settings)
    return (
        replace(policy, cycles={**policy.cycles, **{cycle.name: cycle for cycle in cycles}})
        if cycles
        else policy
    )


def assessed(as_of, *, policy=None, unreadable=None, **tables):
    made = ledger(unreadable=unreadable, **tables)
    policy = policy or POLICY
    return assess(made, policy, LAW, day(as_of))


def proposed(as_of, *, policy=None, **tables):
    made, policy = ledger(**tables), policy or POLICY
    return propose_letters(assess(made, policy, LAW, day(as_of)), made, policy)


def rows_of(as_of, *columns, **tables):
    """Assessed columns as plain lists: one list a column, or the list itself for one."""
    rows = assessed(as_of, **tables).rows
    lists = [plain(rows[column]) for column in columns]
    return lists[0] if len(lists) == 1 else lists


def plain(series):
    """Values as a reader sees them: None for blank, dates ISO."""
    made = []
    for value in series.astype(object):
        if pd.isna(value):
            made.append(None)
        else:
            made.append(value.date().isoformat() if hasattr(value, "date") else value)
    return made


def codes(findings):
    return [finding.code for finding in findings]
