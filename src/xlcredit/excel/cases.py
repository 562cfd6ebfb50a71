"""The life of a case by buttons: opened on selected rows, moved from phase to phase, closed with its outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.excel.contacts import ask_contested
from xlcredit.excel.face import Answer
from xlcredit.excel.questions import ask, ask_cents, ask_choice, ask_day_or_none
from xlcredit.operations.desk.dispute import Followed, dispute, move_dispute, resolve_dispute
from xlcredit.operations.desk.told import closed_cases, money_of
from xlcredit.operations.wording import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlcredit.excel.desk import Desk
    from xlcredit.operations.desk.rows import RowName
    from xlcredit.operations.desk.standing import Standing

_CLOSED = "resolved"


def open_case(desk: Desk, names: Sequence[RowName]) -> Answer:
    """Open cases on rows."""
    done = dispute(desk.book, names, ask_contested(desk))
    amount = money_of(done, done.assessment.pursuit.agreed.disputed.amount[done.rows], desk.words)
    return Answer(desk.words.text("desk.done.dispute", count=len(done.rows), amount=amount))


def follow_cases(desk: Desk, standing: Standing) -> Answer:
    """Ask what comes next of the open cases, and record it."""
    steps = desk.words.section("presses.dispute_steps")
    step = ask_choice(desk, "dispute_step", steps, listed(standing.cases))
    return _close(desk, standing) if step == _CLOSED else _move(desk, standing, step)


def _move(desk: Desk, standing: Standing, phase: str) -> Answer:
    deadline, owner = ask_day_or_none(desk, "dispute_deadline"), ask(desk, "dispute_new_owner") or None
    move_dispute(desk.book, standing.case_names, phase, deadline, Followed(owner=owner))
    word = desk.words.choice("dispute_phase", phase)
    return Answer(desk.say("case_moved", count=len(standing.cases), phase=word, names=listed(standing.cases)))


def _close(desk: Desk, standing: Standing) -> Answer:
    outcome = ask_choice(desk, "dispute_outcome", desk.words.choices("dispute_outcome"))
    credit = None if outcome == "unjustified" else ask_cents(desk, "dispute_credit")
    notes = ask(desk, "dispute_notes") or None
    done = resolve_dispute(desk.book, standing.case_names, outcome, credit, notes)
    return Answer(closed_cases(done, desk.words))
