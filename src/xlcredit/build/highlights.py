"""Conditional formats, as data: which cells of which table are shaded, and when.

A condition is an Excel formula over the columns of the row: `{days_overdue}` becomes `$AF5`. Each shade
repeats what the cell says in words or figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from xlcredit.build.layout import BODY_ROW, LAST_ROW

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from xlcredit.build.formats import Formats
    from xlcredit.catalogue import Catalogue
    from xlcredit.schema import Table


@dataclass(frozen=True, slots=True)
class Highlight:
    """One conditional format.

    Attributes:
        columns: keys of the shaded columns, separated by blanks; `*` is the whole row.
        when: the condition, with columns as `{key}` and the word of a choice as `{word}`.
        tint: name of the shade (`formats.TINTS`).
        word: vocabulary and key of `{word}`.
    """

    columns: str
    when: str
    tint: str
    word: tuple[str, str] = ("", "")


def _filled(columns: str, tint: str) -> Highlight:
    return Highlight(columns, f'{{{columns}}}<>""', tint)


def _chosen(column: str, vocabulary: str, key: str, tint: str, columns: str = "") -> Highlight:
    return Highlight(columns or column, f'{{{column}}}="{{word}}"', tint, (vocabulary, key))


def _lateness(columns: str, owed: str) -> tuple[Highlight, ...]:
    """Three shades for late rows; the cell shows the days or the bucket."""
    days = "ISNUMBER({days_overdue}),{" + owed + "}>0,{days_overdue}"
    return (
        Highlight(columns, f"AND({days}>90)", "late3"),
        Highlight(columns, f"AND({days}>30)", "late2"),
        Highlight(columns, f"AND({days}>=1)", "late1"),
    )


_TODAY = "({due_date}+{days_overdue})"
"""The day of the last refresh, as a row tells it."""

_SOON = "ISNUMBER({days_overdue}),{open_amount}>0,{days_overdue}<=0,{days_overdue}>=-7"
"""Due within the week."""

HIGHLIGHTS: dict[str, tuple[Highlight, ...]] = {
    "invoices": (
        *_lateness("bucket days_overdue", "open_amount"),
        Highlight("due_date", f"AND(ISNUMBER({{due_date}}),{_SOON})", "soon"),
        Highlight("days_overdue", f"AND({_SOON})", "soon"),
        _filled("hold", "hold"),
        _filled("finding", "finding"),
        Highlight(
            "limitation_date",
            f"AND(ISNUMBER({{limitation_date}}),ISNUMBER({{due_date}}),{{open_amount}}>0,"
            f"{{limitation_date}}-{_TODAY}<=180)",
            "late3",
        ),
        _chosen("abc_class", "abc_class", "A", "strong"),
        Highlight("*", 'AND(ISNUMBER({open_amount}),{open_amount}=0,{finding}="")', "closed"),
    ),
    "customers": (
        Highlight("limit_use", "AND(ISNUMBER({limit_use}),{limit_use}>1)", "late3"),
        _filled("alarms", "finding"),
        Highlight("status", 'AND({status}<>"",{status}<>"{word}")', "hold", ("customer_status", "active")),
        _chosen("first_invoice_default", "flag", "true", "late2"),
        _chosen("abc_class", "abc_class", "A", "strong"),
    ),
    "payments": (Highlight("unallocated", "AND(ISNUMBER({unallocated}),{unallocated}>0)", "late1"),),
    "reminders": (
        _chosen("event", "event", "cancelled", "closed", "*"),
        _chosen("event", "event", "failed", "finding"),
        _chosen("event", "event", "ambiguous", "late1"),
    ),
    "promises": (
        _chosen("status", "promise_status", "open", "soon"),
        _chosen("status", "promise_status", "broken", "late3"),
        _chosen("status", "promise_status", "partly_kept", "late1"),
        _chosen("status", "promise_status", "kept", "good"),
    ),
    "disputes": (
        _chosen("phase", "dispute_phase", "resolved", "closed", "*"),
        Highlight("phase", '{phase}<>""', "soon"),
    ),
    "plans": (
        _chosen("instalment_status", "instalment_status", "late", "late3"),
        _chosen("instalment_status", "instalment_status", "paid", "good"),
        _chosen("status", "plan_status", "default", "late3"),
        _chosen("status", "plan_status", "regular", "good"),
        _chosen("status", "plan_status", "closed", "closed", "*"),
    ),
    "case_files": (_chosen("status", "case_status", "closed", "closed", "*"),),
    "decisions": (
        *_lateness("days_overdue", "overdue"),
        Highlight("reason", 'AND({reason}<>"",{decision}="")', "soon"),
    ),
    "worklist": (*_lateness("days_overdue", "overdue"), _chosen("abc_class", "abc_class", "A", "strong")),
    "proposal": (
        _filled("warnings", "late1"),
        Highlight("send", 'AND({customer_id}<>"",{send}="{word}")', "good", ("flag", "true")),
        _chosen("send", "flag", "false", "closed", "*"),
    ),
    "rates": (_chosen("confirmed", "flag", "false", "late1"),),
}


def highlight(worksheet: Worksheet, table: Table, formats: Formats, words: Catalogue) -> None:
    """Put the conditional formats of `table` on its sheet, down to the last row."""
    places = {column.key: place for place, column in enumerate(table.columns)}
    cells = {key: f"${xl_col_to_name(place)}{BODY_ROW + 1}" for key, place in places.items()}
    for rule in HIGHLIGHTS.get(table.key, ()):
        word = words.choice(*rule.word) if rule.word[0] else ""
        criteria = {"type": "formula", "criteria": "=" + rule.when.format(**cells, word=word)}
        for first, last in _spans(rule, places):
            options = {**criteria, "format": formats.tint(rule.tint)}
            worksheet.conditional_format(BODY_ROW, first, LAST_ROW, last, options)


def _spans(rule: Highlight, places: dict[str, int]) -> list[tuple[int, int]]:
    """First and last column of each range a rule shades."""
    if rule.columns == "*":
        return [(0, len(places) - 1)]
    return [(places[key], places[key]) for key in rule.columns.split()]
