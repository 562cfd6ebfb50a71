"""What a refresh found, as a manager would ask for it: totals, aging, whom to act on first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import typer

from xlcredit.bucket_words import bucket_words
from xlcredit.cli.answers import amount, findings_json, say, show_table
from xlcredit.cli.app import WORDS
from xlcredit.core.aging import aging_totals
from xlcredit.operations.totals import Totals, open_totals
from xlcredit.operations.wording import left_over_lines, words_of

if TYPE_CHECKING:
    from xlcredit.core.assess import Assessment
    from xlcredit.operations.refresh import Refreshed


def show_totals(assessment: Assessment) -> None:
    """One sentence a currency: rows open, rows overdue, for how much."""
    for line in open_totals(assessment):
        say(
            "totals",
            rows=line.rows,
            open=_open_words(line),
            late=line.late,
            overdue=WORDS.money(line.late_cents, line.currency),
        )


def _open_words(line: Totals) -> str:
    """What is open, and what credit notes take off it: the dashboard tells them apart."""
    opened = WORDS.money(line.open_cents, line.currency)
    if not line.credit_cents:
        return opened
    taken = WORDS.money(line.credit_cents, line.currency)
    return WORDS.text("cli.with_credits", open=opened, credits=taken)


def show_buckets(assessment: Assessment) -> None:
    """The aging table: one line a bucket, for each currency its amount and rows."""
    currencies = [line.currency for line in open_totals(assessment)]
    if not currencies:
        typer.echo(WORDS.text("cli.nothing_open"))
        return
    table = aging_totals(assessment.rows, assessment.situation.policy.buckets)
    figures = zip(table["open_amount"].tolist(), table["rows"].tolist(), strict=True)
    cells = dict(zip(zip(table["bucket"], table["currency"], strict=True), figures, strict=True))
    show_table(
        WORDS.text("cli.aging"),
        [
            WORDS.header("invoices", "bucket"),
            *(name for currency in currencies for name in _columns(currency)),
        ],
        [
            [
                bucket_words(bucket, WORDS),
                *(text for name in currencies for text in _cells(cells.get((bucket, name)))),
            ]
            for bucket in table["bucket"].unique()
        ],
        frozenset(range(1, 1 + 2 * len(currencies))),
    )


def _columns(currency: str) -> tuple[str, str]:
    return WORDS.currency(currency), WORDS.header("worklist", "rows")


def _cells(found: tuple[int, int] | None) -> tuple[str, str]:
    """An amount and its rows; nothing where there is nothing."""
    cents, rows = found or (0, 0)
    return (_figure(cents), str(rows)) if rows else ("-", "-")


def show_actions(assessment: Assessment, most: int) -> None:
    """The customers to act on first, and why."""
    worklist = assessment.worklist.head(most)
    if worklist.empty:
        typer.echo(WORDS.text("cli.nobody"))
        return
    show_table(
        WORDS.text("cli.first", count=len(worklist)),
        [
            WORDS.header("worklist", column)
            for column in ("customer_name", "overdue", "days_overdue", "action", "reason")
        ],
        [
            (
                str(line.customer_name),
                WORDS.money(int(cast("int", line.overdue)), str(line.currency)),
                str(line.days_overdue),
                line.next_step
                if isinstance(line.next_step, str)
                else words_of(str(line.action), "actions", WORDS),
                words_of(str(line.reason), "priority_reasons", WORDS),
            )
            for line in worklist.itertuples()
        ],
        frozenset({1, 2}),
    )
    for line in left_over_lines(assessment.left_over, WORDS):
        typer.echo(line)


def _figure(cents: Any) -> str:  # noqa: ANN401  a numpy or pandas integer
    return WORDS.money(int(cents)).rpartition(" ")[0]


def refresh_json(done: Refreshed) -> dict[str, Any]:
    """A refresh for `--json`: the day, totals by currency and bucket, findings."""
    table = aging_totals(done.assessment.rows, done.opened.policy.buckets)
    return {
        "as_of": done.assessment.as_of,
        "changed": done.changed,
        "totals": [
            {"bucket": bucket, "currency": currency, "open_amount": amount(cents), "rows": rows}
            for bucket, currency, cents, rows in zip(
                *(table[key].tolist() for key in ("bucket", "currency", "open_amount", "rows")), strict=True
            )
        ],
        "findings": findings_json(done.findings),
    }
