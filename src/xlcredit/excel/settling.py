"""Allowances and set-offs by a button, and what was settled last taken back; beyond a limit somebody confirms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.excel.face import Answer
from xlcredit.excel.questions import ask_cents, ask_needed
from xlcredit.excel.told import money_of
from xlcredit.operations.desk.errors import ConfirmationMissingError
from xlcredit.operations.desk.settle import settle, take_back

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlcredit.excel.desk import Desk
    from xlcredit.operations.desk.draft import Entered
    from xlcredit.operations.desk.rows import RowName


def settle_rows(desk: Desk, names: Sequence[RowName], kind: str) -> Answer:
    """Give up a part of what rows owe (`allowance`), or set it off (`set_off`)."""
    cents, reason = ask_cents(desk, f"{kind}_amount"), ask_needed(desk, f"{kind}_reason")
    try:
        done = settle(desk.book, names, kind, cents, reason)
    except ConfirmationMissingError:
        done = settle(desk.book, names, kind, cents, reason, ask_needed(desk, "allowance_confirmed"))
    amount = money_of(done, done.amount_cents)
    return Answer(desk.words.text("desk.done.settled", count=len(done.rows), amount=amount, left=_left(done)))


def undo(desk: Desk, names: Sequence[RowName], kind: str) -> Answer:
    """Take back what was settled on rows."""
    done = take_back(desk.book, names, kind, ask_needed(desk, "undo_reason"), desk.user())
    return Answer(desk.words.text("desk.done.undone", left=_left(done)))


def _left(done: Entered) -> str:
    return money_of(done, int(done.assessment.rows["open_amount"].iloc[done.rows].sum()))
