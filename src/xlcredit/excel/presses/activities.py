"""The group of activities: what was said, promised, contested and agreed about the selected rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.excel.face import Answer
from xlcredit.excel.questions import ask_cents, ask_choice, ask_day, ask_needed
from xlcredit.excel.row_names import selected_names
from xlcredit.excel.told import held

if TYPE_CHECKING:
    from xlcredit.excel.desk import Desk


def contact(desk: Desk) -> Answer:
    """Record what was said to the customers of the selected rows, and what came of it."""
    from xlcredit.excel.contacts import record_contacts

    return record_contacts(desk)


def promise(desk: Desk) -> Answer:
    """Record that the selected rows will be paid on a day."""
    from xlcredit.operations.desk.promise import promise as record
    from xlcredit.operations.desk.told import documents_of, money_of

    names = selected_names(desk)
    day, cents = ask_day(desk, "promise_day"), ask_cents(desk, "promise_amount")
    done = record(desk.book, names, day, cents)
    documents = documents_of(done.assessment, done.rows, desk.words)
    amount = money_of(done, done.amounts, desk.words)
    facts = {"count": len(done.rows), "documents": documents, "day": day, "amount": amount}
    return Answer(desk.words.text("desk.done.promise", **facts))


def dispute(desk: Desk) -> Answer:
    """Record that the customer contests the selected rows; move the open cases on them on, or close them."""
    from xlcredit.excel.cases import follow_cases, open_case
    from xlcredit.operations.desk.standing import standing_on

    names = selected_names(desk)
    standing = standing_on(desk.book, names)
    return follow_cases(desk, standing) if standing.cases else open_case(desk, names)


def plan(desk: Desk) -> Answer:
    """Propose a plan or a settlement on the selected rows; of one that stands or lapsed, ask what comes next."""
    from xlcredit.excel.plans import follow_plan, propose
    from xlcredit.operations.desk.standing import standing_on

    names = selected_names(desk)
    plans = standing_on(desk.book, names).plans
    return follow_plan(desk, names, *next(iter(plans.items()))) if plans else propose(desk, names)


def hold(desk: Desk) -> Answer:
    """Stop the dunning of the selected rows or customers until a day; where it is stopped, let it go on."""
    from xlcredit.operations.desk.hold import hold as hold_rows
    from xlcredit.operations.desk.hold import release
    from xlcredit.operations.desk.standing import standing_on

    names = selected_names(desk)
    if standing_on(desk.book, names).is_held:
        desk.agree("confirm_release", count=len(names))
        release(desk.book, names)
        return Answer(desk.words.text("desk.done.release"))
    until, reason = ask_day(desk, "hold_until"), ask_needed(desk, "hold_reason")
    done = hold_rows(desk.book, names, until, reason)
    return Answer(held(done, names, until, desk.words))


def allowance(desk: Desk) -> Answer:
    """Give up a part of what the selected rows owe or set it off; or take back what was settled last."""
    from xlcredit.excel.settling import settle_rows, undo
    from xlcredit.operations.desk.standing import standing_on

    names = selected_names(desk)
    settled = standing_on(desk.book, names).settled
    kinds = desk.words.section("presses.settlements")
    if settled is None:
        kinds = {key: word for key, word in kinds.items() if key != "undo"}
    kind = ask_choice(desk, "settlement", kinds)
    return undo(desk, names, settled) if kind == "undo" and settled else settle_rows(desk, names, kind)
