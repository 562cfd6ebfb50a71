"""What messages say of errors and findings to somebody who sits before Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from xlcredit.catalogue import Catalogue
    from xlcredit.errors import Finding, XlcreditError
    from xlcredit.excel.desk import Desk
    from xlcredit.operations.desk.draft import Entered
    from xlcredit.operations.desk.rows import RowName


def refusal(error: XlcreditError, words: Catalogue) -> str:
    """What an error says: its own words for buttons, else the usual ones."""
    own = f"presses.errors.{error.code}"
    return words.text(own, **error.facts) if words.has(own) else words.error(error)


_FINDINGS_SHOWN = 8


def finding_lines(asking: Sequence[Finding], desk: Desk) -> list[str]:
    """How many findings ask for a person, the first of them, and how many there are more."""
    more = len(asking) - _FINDINGS_SHOWN
    tail = [desk.say("more_findings", count=more)] if more > 0 else []
    told = [finding_line(finding, desk.words) for finding in asking[:_FINDINGS_SHOWN]]
    return [desk.say("found", count=len(asking)), *told, *tail]


def finding_line(finding: Finding, words: Catalogue) -> str:
    """A finding as a line of a message: the row, what is wrong, how often, and a remedy for buttons."""
    message, remedy = words.finding(finding)
    own = f"presses.remedies.{finding.code}"
    if words.has(own):
        remedy = words.text(own)
    row = f"{words.row(finding)}: " if finding.row else ""
    times = f" ({words.text('cli.rows', count=finding.count)})" if finding.count > 1 else ""
    return f"· {row}{message}{times} {remedy}"


def held(done: Entered, names: Sequence[RowName], until: dt.date, words: Catalogue) -> str:
    """What was put on hold: how many rows, or how many customers."""
    customers = len({name.customer_id for name in names if name.is_customer})
    key, count = ("hold", len(done.rows)) if len(done.rows) else ("hold_customers", customers)
    return words.text(f"desk.done.{key}", count=count, until=until)
