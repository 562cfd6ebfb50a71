"""What commands answer: JSON for programs, short tables for people."""

from __future__ import annotations

import datetime as dt
import json
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import typer

from xlcredit.cli.app import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager

    from xlcredit.errors import Finding


_PIPE_WIDTH = 120
"""Characters a line where there is no terminal to ask."""


def answer_json(data: Any) -> None:  # noqa: ANN401  any JSON-able structure
    """Print `data` as JSON: amounts as decimal strings, dates ISO, accents as they are."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> str:
    if isinstance(value, Decimal | dt.date):
        return str(value)
    message = f"not JSON: {type(value)}"
    raise TypeError(message)


def amount(cents: int) -> str:
    """Cents as a decimal string for `--json`: 123456 -> "1234.56"."""
    return f"{Decimal(int(cents)) / 100:.2f}"


def findings_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings for `--json`: code, place and words."""
    return [
        {
            "code": finding.code,
            "table": finding.table or None,
            "column": finding.column,
            "row": finding.row,
            "position": finding.position,
            "found": finding.found,
            "count": finding.count,
            "needs_person": finding.needs_person,
            "message": WORDS.finding(finding)[0],
            "remedy": WORDS.finding(finding)[1],
        }
        for finding in findings
    ]


def say(key: str, **facts: Any) -> None:  # noqa: ANN401  facts are of any type
    """Print one of the command line's sentences."""
    typer.echo(WORDS.text(f"cli.{key}", **facts))


def show_table(
    title: str, headers: Sequence[str], rows: Iterable[Sequence[str]], right: frozenset[int]
) -> None:
    """Print a short table.

    Args:
        title: above it.
        headers: of the columns.
        rows: their cells, already as text.
        right: positions of the columns set to the right (amounts, counts).
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, title_style="bold")
    for position, header in enumerate(headers):
        table.add_column(header, justify="right" if position in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _PIPE_WIDTH)
    console.print(table)


def progress(total_label: str) -> AbstractContextManager[Callable[[int, int], None]]:
    """A progress bar on a terminal, silence in a pipe: a context whose value is called with (done, total)."""
    return _Progress(total_label)


class _Progress:
    """Shows the bar once there is something to show."""

    def __init__(self, label: str) -> None:
        from rich.console import Console
        from rich.progress import Progress

        self._bar = Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True)
        self._task = self._bar.add_task(label, total=None)

    def __enter__(self) -> Callable[[int, int], None]:
        self._bar.start()
        return lambda done, total: self._bar.update(self._task, completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def show_findings(findings: Sequence[Finding], most: int = 10, *, notes: bool = False) -> None:
    """Print the findings that need a person, the first `most` in words; with `notes`, all of them."""
    shown = [finding for finding in findings if notes or finding.needs_person]
    if not shown:
        return
    typer.echo()
    asking = sum(finding.needs_person for finding in shown)
    say("findings" if asking else "notes", count=asking or len(shown))
    for finding in shown[:most]:
        message, remedy = WORDS.finding(finding)
        name = f"{WORDS.row(finding)}: " if finding.row else ""
        times = f" ({WORDS.text('cli.rows', count=finding.count)})" if finding.count > 1 else ""
        typer.echo(f"  · {name}{message}{times} {remedy}")
    if len(shown) > most:
        say("more_findings", count=len(shown) - most)


def exit_with(findings: Iterable[Finding]) -> None:
    """End with code 1 when a finding needs a person."""
    if any(finding.needs_person for finding in findings):
        raise typer.Exit(1)
