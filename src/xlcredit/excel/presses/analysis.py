"""The group of analysis: refresh, the list of the day, the dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlcredit.excel.face import Answer

if TYPE_CHECKING:
    from xlcredit.core.assess import Assessment
    from xlcredit.excel.desk import Desk
    from xlcredit.operations.totals import Totals


def refresh(desk: Desk) -> Answer:
    """Compute every row again; how much is open, what is new among the findings."""
    from xlcredit.excel.news import findings_on_sheet, told_findings
    from xlcredit.operations.refresh import refresh as refresh_book
    from xlcredit.operations.wording import left_over_lines

    before = findings_on_sheet(desk)
    done = refresh_book(desk.book)
    found, is_news = told_findings(done, before, desk)
    left = left_over_lines(done.assessment.left_over, desk.words)
    lines = [*situation_lines(done.assessment, desk), found, *left]
    if not done.changed:
        lines.append(desk.say("unchanged"))
    return Answer("\n".join(lines), "look" if is_news else "done")


def situation_lines(assessment: Assessment, desk: Desk) -> list[str]:
    """The day, what is open and overdue, and the promises that were not kept."""
    from xlcredit.operations.totals import open_totals

    totals = open_totals(assessment)
    broken = int(assessment.pursuit.agreed.promised.broken[assessment.pursuit.rows].sum())
    return [
        desk.say("as_of", as_of=assessment.as_of),
        *(_totals_line(line, desk) for line in totals),
        *([] if totals else [desk.say("nothing_open")]),
        *([desk.say("broken_promises", count=broken)] if broken else []),
    ]


def _totals_line(totals: Totals, desk: Desk) -> str:
    opened = desk.say("open", count=totals.rows, amount=desk.words.money(totals.open_cents, totals.currency))
    amount = desk.words.money(totals.late_cents, totals.currency)
    late = desk.say("late", count=totals.late, amount=amount) if totals.late else desk.say("none_late")
    return f"{opened}, {late}."


def worklist(desk: Desk) -> Answer:
    """Go to the list of the day; who comes first, and why."""
    raw = desk.book.read("worklist").get("worklist")
    desk.go_to("worklist")
    headers = desk.book.headers("worklist")
    if raw is None or raw.frame[headers["overdue"]].isna().all():
        return Answer(desk.say("worklist_empty"))
    rows = raw.frame.dropna(subset=[headers["overdue"]])
    return Answer(
        _first_line({key: rows[header].iloc[0] for key, header in headers.items()}, len(rows), desk)
    )


def _first_line(first: dict[str, Any], count: int, desk: Desk) -> str:
    """How many lines there are, and of the first who it is, for how much, what to do and why."""
    overdue = desk.words.money(round(float(first["overdue"]) * 100), str(first["currency"]))
    told = [desk.say("worklist", count=count, customer_name=first["customer_name"], overdue=overdue)]
    told += [
        desk.say(f"first_{key}", text=first[key])
        for key in ("action", "reason")
        if isinstance(first[key], str)
    ]
    return "\n".join(told)


def dashboard(desk: Desk) -> None:
    """Go to the dashboard: the sheet is the answer."""
    desk.go_to("dashboard")
