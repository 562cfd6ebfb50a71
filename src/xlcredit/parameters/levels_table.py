"""The dunning cycles a team writes in its workbook, one row a level."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from xlcredit.errors import Finding
from xlcredit.parameters.cycles import CHANNELS, PLACES, TEMPLATES, Cycle, Level, is_misplaced
from xlcredit.schema import VOCABULARIES
from xlcredit.words import choice_words, fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def cycles_from_table(
    levels: pd.DataFrame, package: Mapping[str, Cycle]
) -> tuple[dict[str, Cycle], list[Finding]]:
    """The cycles of the table, by name, in the order of their first rows.

    Args:
        levels: typed (schema `levels`); rows without a cycle are left to the reader's own finding.
        package: what a cycle with a bad row falls back to.
    """
    cycles: dict[str, Cycle] = {}
    findings: list[Finding] = []
    named = levels[levels["cycle"].notna()]
    for name, rows in named.groupby(named["cycle"].astype(str).str.strip(), sort=False):
        faults = list(_faults(rows))
        findings += faults
        own = package.get(str(name), Cycle(str(name), ()))
        cycles[str(name)] = own if faults else _cycle(own, rows)
    return cycles, findings


def _faults(rows: pd.DataFrame) -> Iterator[Finding]:
    """What is wrong with the rows of one cycle."""
    for position, row in rows.iterrows():
        yield from _row_faults(int(str(position)), row)
    numbered = rows[rows["level"].notna()].sort_values("level", kind="stable")
    for (_, earlier), (position, later) in zip(
        numbered.iloc[:-1].iterrows(), numbered.iloc[1:].iterrows(), strict=True
    ):
        yield from _pair_faults(int(str(position)), earlier, later)


def _row_faults(position: int, row: pd.Series[Any]) -> Iterator[Finding]:
    blank = [column for column in ("level", "kind", "days_after_due") if pd.isna(row[column])]
    for column in blank:
        yield _finding("level-incomplete", position, row, column, expected=_EXPECTED[column])
    if not blank and is_misplaced(row["level"], row["days_after_due"]):
        side = PLACES[bool(row["level"] == 0)]
        yield _finding("level-misplaced", position, row, "days_after_due", expected=side)
    unknown = [word for word in _words(row["channels"]) if fold(word) not in choice_words("channel")]
    if unknown:
        yield _finding("level-unknown-channel", position, row, "channels", found=", ".join(unknown))
    for column in ("min_days_between", "response_days", "fee", "min_amount"):
        if not pd.isna(row[column]) and row[column] < 0:
            yield _finding("level-negative", position, row, column)


_EXPECTED = {
    "level": "0, 1, 2",
    "kind": ", ".join(VOCABULARIES["level_kind"]),
    "days_after_due": "-5, 7, 21",
}


def _pair_faults(position: int, earlier: pd.Series[Any], later: pd.Series[Any]) -> Iterator[Finding]:
    if later["level"] == earlier["level"]:
        yield _finding("level-repeated", position, later, "level")
    elif not _or(later["days_after_due"] > earlier["days_after_due"], default=True):
        previous = int(earlier["days_after_due"])
        yield _finding("level-days-not-rising", position, later, "days_after_due", previous=previous)


def _finding(
    code: str, position: int, row: pd.Series[Any], column: str, found: str | None = None, **facts: object
) -> Finding:
    if found is None:
        found = "" if pd.isna(row[column]) else str(row[column])
    level = "" if pd.isna(row["level"]) else f" {row['level']}"
    facts = {"cycle": str(row["cycle"]).strip(), **facts}
    return Finding(code, "levels", column, position, f"{facts['cycle']}{level}", found, facts)


def _cycle(own: Cycle, rows: pd.DataFrame) -> Cycle:
    """The cycle in the rows, with the marks the package gives one of that name."""
    known = {level.number: level for level in own.levels}
    ordered = [row for _, row in rows.sort_values("level", kind="stable").iterrows()]
    levels = tuple(_level(row, known.get(int(row["level"]))) for row in ordered)
    return Cycle(own.name, levels, own.sales_person_first, own.transfer_only, own.traces_address)


def _level(row: pd.Series[Any], known: Level | None) -> Level:
    kind = str(row["kind"])
    channels = tuple(choice_words("channel")[fold(word)] for word in _words(row["channels"]))
    return Level(
        number=int(row["level"]),
        kind=kind,
        days_after_due=int(row["days_after_due"]),
        name_key=known.name_key if known is not None and known.kind == kind else kind,
        name=_or(row["name"], ""),
        min_days_between=int(_or(row["min_days_between"], 0)),
        response_days=int(_or(row["response_days"], 0)),
        channels=channels or CHANNELS[kind],
        template=_or(row["template"], TEMPLATES[kind]).removesuffix(".docx"),
        fee_cents=int(_or(row["fee"], 0)),
        min_amount_cents=int(_or(row["min_amount"], 0)),
        needs_approval=bool(_or(row["needs_approval"], default=False)),
        interrupts_limitation=bool(_or(row["interrupts_limitation"], kind == "formal_notice")),
        shows_interest=str(_or(row["shows_interest"], "no")),
    )


def _or(value: Any, default: Any) -> Any:  # noqa: ANN401  a cell, of any type
    return default if pd.isna(value) else value


def _words(cell: Any) -> list[str]:  # noqa: ANN401  a text or a blank
    """The words of a cell that lists several."""
    return (
        [] if pd.isna(cell) else [word.strip() for word in re.split(r"[,;+|\n]", str(cell)) if word.strip()]
    )
