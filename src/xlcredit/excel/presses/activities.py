"""The group of activities: what was said, promised, contested and agreed about the selected rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.excel.face import Answer
from xlcredit.excel.questions import ask, ask_cents, ask_choice, ask_count, ask_day, ask_needed
from xlcredit.excel.row_names import selected_names

if TYPE_CHECKING:
    from xlcredit.excel.desk import Desk
    from xlcredit.operations.desk.draft import Entered


def contact(desk: Desk) -> Answer:
    """Record what was said to the customers of the selected rows, and what came of it."""
    from xlcredit.excel.contacts import record_contacts

    return record_contacts(desk)


def promise(desk: Desk) -> Answer:
    """Record that the selected rows will be paid on a day."""
    from xlcredit.operations.desk.promise import promise as record

    names = selected_names(desk)
    day, cents = ask_day(desk, "promise_day"), ask_cents(desk, "promise_amount")
    done = record(desk.book, names, day, cents)
    amount = _money(done, done.amount_cents)
    return Answer(desk.words.text("desk.done.promise", count=len(done.rows), day=day, amount=amount))


def dispute(desk: Desk) -> Answer:
    """Record that the customer contests the selected rows."""
    from xlcredit.operations.desk.dispute import Contested
    from xlcredit.operations.desk.dispute import dispute as record

    names = selected_names(desk)
    reason = ask_choice(desk, "dispute_reason", desk.words.choices("dispute_reason"))
    department, owner = ask(desk, "dispute_department") or None, ask(desk, "dispute_owner") or None
    cents = ask_cents(desk, "dispute_amount")
    done = record(desk.book, names, Contested(reason, department, owner, cents))
    contested = int(done.assessment.pursuit.agreed.disputed.amount[done.rows].sum())
    amount = _money(done, contested)
    return Answer(desk.words.text("desk.done.dispute", count=len(done.rows), amount=amount))


def plan(desk: Desk) -> Answer:
    """Propose a plan of equal instalments on the selected rows, with its letter."""
    from xlcredit.operations.desk.plan import Terms
    from xlcredit.operations.desk.plan import plan as record

    names = selected_names(desk)
    number, first = ask_count(desk, "plan_number"), ask_day(desk, "plan_first")
    done = record(desk.book, names, Terms(first, number), desk.book.path.parent / desk.say("plans_folder"))
    letter = "" if done.letter is None else str(done.letter)
    if done.letter is not None:
        desk.face.open(done.letter.parent)
    return Answer(desk.say("planned", count=len(done.lines), plan=done.plan_id, path=letter))


def hold(desk: Desk) -> Answer:
    """Stop the dunning of the selected rows, or of the selected customers, until a day."""
    from xlcredit.operations.desk.hold import hold as hold_rows

    names = selected_names(desk)
    until, reason = ask_day(desk, "hold_until"), ask_needed(desk, "hold_reason")
    hold_rows(desk.book, names, until, reason)
    return Answer(desk.words.text("desk.done.hold", until=until))


def allowance(desk: Desk) -> Answer:
    """Give up a part of what the selected rows owe; beyond the limit of the settings somebody confirms."""
    from xlcredit.operations.desk.errors import ConfirmationMissingError
    from xlcredit.operations.desk.settle import settle

    names = selected_names(desk)
    cents, reason = ask_cents(desk, "allowance_amount"), ask_needed(desk, "allowance_reason")
    try:
        done = settle(desk.book, names, "allowance", cents, reason)
    except ConfirmationMissingError:
        confirmed_by = ask_needed(desk, "allowance_confirmed")
        done = settle(desk.book, names, "allowance", cents, reason, confirmed_by)
    left = int(done.assessment.rows["open_amount"].iloc[done.rows].sum())
    amount = _money(done, done.amount_cents)
    return Answer(desk.words.text("desk.done.settled", amount=amount, left=_money(done, left)))


def _money(done: Entered, cents: int) -> str:
    """An amount in the currency of the rows concerned."""
    currency = str(done.assessment.rows["row_currency"].iloc[done.rows[0]])
    return done.opened.catalogue.money(cents, currency)
